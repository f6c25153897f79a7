"""The report value as tables to read: rows and cells in French, each « n.d. » with its reason in a note.

Nothing is computed here: a cell writes one figure of the report.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from contracts.models import Contract
from cops.lib.french import NOT_AVAILABLE, count, list_fr, money, number, percent, plural
from evaluation import wording
from evaluation.figures import NOT_CARRIED_OUT, PARTIAL, Totals
from evaluation.overview import ContractOverview
from evaluation.report import (
    ActionReport,
    ActionRow,
    AxisReport,
    IndicatorRow,
    ObjectiveReport,
    YearReport,
)
from evaluation.wording import Measure

EXCERPT_LENGTH = 300
TOTAL, GROUP, REMARK = "total", "is-group", "is-remark"
LETTERS = "abcdefghijklmnopqrstuvwxyz"

Link = Callable[[ActionRow], str]  # where the sheet of an action is


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says; `note` is the letter of the note under the table that says why it is n.d., to which
    it leads; from there the way back is to the first cell that names it."""

    text: str
    css: str = ""
    note: str = ""
    is_first_of_note: bool = False
    href: str = ""
    tone: str = ""  # of a badge
    detail: str = ""  # smaller, under the text
    label: str = ""  # its column's heading, where a narrow screen shows rows as cards


@dataclass(frozen=True, slots=True)
class Row:
    """A heading and its cells; `css` tells a sum, a heading over the rows after it, and a remark."""

    heading: Cell
    cells: Sequence[Cell]
    css: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Why a figure is n.d."""

    letter: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the report; `key` is unique in it and names its ids."""

    key: str
    caption: str
    headings: Sequence[Cell]
    rows: Sequence[Row]
    notes: Sequence[Note] = ()
    css: str = ""
    is_caption_hidden: bool = False  # where a heading of the page says the same


@dataclass(slots=True)
class Notes:
    """The reasons met in one table, each with its letter."""

    letters: dict[str, str] = field(default_factory=dict)

    def cell(self, text: str, why: str = "", css: str = "number") -> Cell:
        """A cell of figures; `why` is noted where the text is n.d."""
        if text != NOT_AVAILABLE:
            return Cell(text, css)
        is_first = bool(why) and why not in self.letters
        note = self._letter(why) if why else ""
        return Cell(text, f"{css} unknown".strip(), note=note, is_first_of_note=is_first)

    def measure(self, measure: Measure, totals: Totals) -> Cell:
        value = measure.value(totals)
        if value is None:
            return self.cell(NOT_AVAILABLE, measure.why(totals))
        return Cell(measure.write(value), "number")

    def amount(self, value: Decimal | None, why: str) -> Cell:
        return self.cell(money(value), why)

    def _letter(self, why: str) -> str:
        if why not in self.letters:
            place = len(self.letters)
            self.letters[why] = LETTERS[place % 26] * (place // 26 + 1)
        return self.letters[why]

    def listed(self) -> list[Note]:
        return [Note(letter, why) for why, letter in self.letters.items()]


def listing(
    key: str,
    caption: str,
    headings: Sequence[Cell],
    rows: Sequence[Row],
    notes: Sequence[Note] = (),
    *,
    is_caption_hidden: bool = True,
) -> Table:
    """A table of actions, whose rows become cards on a narrow screen: each cell carries its heading."""
    labels = [heading.text for heading in headings[1:]]
    labelled = [
        replace(
            row,
            cells=[replace(cell, label=label) for cell, label in zip(row.cells, labels, strict=False)],
        )
        for row in rows
    ]
    css = f"is-stacked is-{key.partition('-')[0]}"
    return Table(key, caption, headings, labelled, notes, css, is_caption_hidden)


def number_heading(text: str, href: str = "") -> Cell:
    return Cell(text, "number", href=href)


def objective_anchor(objective: ObjectiveReport) -> str:
    return f"objectif-{objective.code}"


def excerpt(text: str) -> str:
    """The beginning of a text, at most 300 characters, cut at a word."""
    if len(text) <= EXCERPT_LENGTH:
        return text
    cut = text.rfind(" ", 0, EXCERPT_LENGTH + 1)
    return text[: cut if cut > 0 else EXCERPT_LENGTH] + " […]"


def action_heading(row: ActionRow, link: Link) -> Cell:
    return Cell(row.reference, href=link(row), detail=row.title)


# --- effectiveness ----------------------------------------------------------------------------------------


def gaps(report: YearReport, link: Link) -> Table | None:
    """The planned actions that were not, or not wholly, done, with their reason."""
    rows = [
        Row(
            action_heading(action.row, link),
            [status_cell(action.row), _reason_cell(action.row), Cell(excerpt(action.row.comment), "text")],
        )
        for action in report.actions()
        if action.row.planned and action.row.status in NOT_CARRIED_OUT | {PARTIAL}
    ]
    headings = [Cell("Action"), Cell("Statut"), Cell("Motif"), Cell("Commentaire", "text")]
    caption = "Actions prévues qui n’ont pas été réalisées, ou l’ont été en partie"
    return listing("ecarts", caption, headings, rows, is_caption_hidden=False) if rows else None


def status_cell(row: ActionRow) -> Cell:
    return Cell(
        wording.STATUS_LABELS[row.status],
        tone=wording.STATUS_TONES[row.status],
        detail="" if row.planned else "non prévue",
    )


def _reason_cell(row: ActionRow) -> Cell:
    return Cell(wording.REASON_LABELS[row.reason] if row.reason else "")


# --- efficacy ---------------------------------------------------------------------------------------------


def measured_indicators(report: YearReport, link: Link) -> Table | None:
    """Every indicator that efficacy counts, with its action."""
    notes = Notes()
    rows = [
        Row(action_heading(action.row, link), indicator_cells(indicator, notes))
        for action in report.actions()
        for indicator in action.indicators
        if indicator.is_measured
    ]
    headings = [Cell("Action"), *indicator_headings()]
    caption = "Indicateurs de résultat et d’impact avec cible"
    return listing("indicateurs", caption, headings, rows, notes.listed()) if rows else None


def indicator_headings() -> list[Cell]:
    figures = ("Référence", "Cible", "Valeur", "Atteinte")
    return [Cell("Indicateur", "text"), *map(number_heading, figures), Cell("Cible atteinte")]


def indicator_cells(indicator: IndicatorRow, notes: Notes) -> list[Cell]:
    nature = wording.NATURE_LABELS[indicator.nature].lower()
    detail = f"{nature}, {wording.DIRECTION_LABELS[indicator.direction].lower()}"
    return [
        Cell(indicator.name, "text", detail=detail),
        notes.cell(_measured(indicator.baseline, indicator.unit), "pas de valeur de référence"),
        notes.cell(_measured(indicator.target, indicator.unit), "pas de cible"),
        notes.cell(_measured(indicator.value, indicator.unit), "valeur non renseignée"),
        notes.cell(percent(indicator.attainment), _why_no_attainment(indicator)),
        notes.cell(_met(indicator), _why_no_attainment(indicator), ""),
    ]


def _measured(value: Decimal | None, unit: str) -> str:
    if value is None:
        return NOT_AVAILABLE
    return number(value) + (f"\u00a0{unit}" if unit and unit != "nombre" else "")


def _why_no_attainment(indicator: IndicatorRow) -> str:
    return "pas de cible" if indicator.target_e4 is None else "valeur non renseignée"


def _met(indicator: IndicatorRow) -> str:
    if indicator.met is None:
        return NOT_AVAILABLE
    return "oui" if indicator.met else "non"


def impacts(report: YearReport, link: Link) -> Table | None:
    """What was written of the actions' impact."""
    rows = [
        Row(action_heading(action.row, link), [Cell(excerpt(action.row.impact), "text")])
        for action in report.actions()
        if action.row.impact
    ]
    headings = [Cell("Action"), Cell("Impact constaté", "text")]
    return listing("impacts", "Impact constaté, en mots", headings, rows) if rows else None


# --- efficiency -------------------------------------------------------------------------------------------


def unit_actions(report: YearReport, link: Link) -> Table | None:
    """The actions that have a counting unit, with what one unit cost."""
    notes = Notes()
    rows = [
        Row(action_heading(action.row, link), _unit_action_cells(action, notes))
        for action in report.actions()
        if action.row.unit
    ]
    figures = ("Quantité prévue", "Quantité réalisée", "Coût réel", "Coût prévu par unité", "Coût par unité")
    headings = [Cell("Action"), Cell("Unité"), *map(number_heading, figures)]
    caption = "Coût d’une unité, action par action"
    return listing("couts-unitaires", caption, headings, rows, notes.listed()) if rows else None


def _unit_action_cells(action: ActionReport, notes: Notes) -> list[Cell]:
    row = action.row
    cost = action.totals.efficiency.by_unit[row.unit]
    planned = cost.compared_planned_cost_per_unit
    return [
        Cell(wording.UNIT_LABELS[row.unit]),
        notes.cell(number(row.planned_count), "quantité prévue non renseignée"),
        notes.cell(number(row.actual_count), "quantité réalisée non renseignée"),
        notes.amount(row.actual_cost, "coût réel non renseigné"),
        notes.amount(planned, "coût, budget ou quantités non renseignés ou nuls"),
        notes.amount(cost.cost_per_unit, "coût ou quantité réalisée non renseignés, ou quantité nulle"),
    ]


# --- axis by axis -----------------------------------------------------------------------------------------


def objectives(axis: AxisReport) -> Table:
    """The objectives of an axis with their main figures, and the axis' own."""
    notes = Notes()
    rows = [
        Row(
            Cell(objective.code, href=f"#{objective_anchor(objective)}", detail=objective.title),
            _measures(objective.totals, notes),
        )
        for objective in axis.objectives
    ]
    rows.append(Row(Cell(f"Ensemble de l’axe {axis.number}"), _measures(axis.totals, notes), TOTAL))
    headings = [Cell("Objectif"), *(number_heading(measure.label) for measure in wording.OBJECTIVE_MEASURES)]
    caption = f"Objectifs de l’axe {axis.number}"
    return Table(f"objectifs-{axis.number}", caption, headings, rows, notes.listed(), "is-wide", True)


def _measures(totals: Totals, notes: Notes) -> list[Cell]:
    return [notes.measure(measure, totals) for measure in wording.OBJECTIVE_MEASURES]


def actions(axis: AxisReport, year: int, link: Link) -> Table:
    """The listed actions of an axis, objective by objective; `withheld` ones are told, not shown."""
    notes = Notes()
    rows = []
    for objective in axis.objectives:
        title = f"{objective.code} – {objective.title}"
        rows.append(Row(Cell(title), (), GROUP, anchor=objective_anchor(objective)))
        rows += [
            Row(action_heading(one.row, link), _action_cells(one.row, notes)) for one in objective.actions
        ]
        if remark := _remark(objective, year):
            rows.append(Row(Cell(remark), (), REMARK))
    figures = ("Budget prévu", "Coût réel", "Quantité réalisée")
    headings = [Cell("Action"), Cell("Pilote"), Cell("Statut"), Cell("Motif"), *map(number_heading, figures)]
    caption = f"Actions de l’axe {axis.number}, objectif par objectif"
    return listing(f"actions-{axis.number}", caption, headings, rows, notes.listed(), is_caption_hidden=False)


def _remark(objective: ObjectiveReport, year: int) -> str:
    if objective.withheld:
        return withheld(objective.withheld)
    return "" if objective.actions else f"Aucune action en {year}."


def withheld(actions: int) -> str:
    """That confidential actions are counted but not shown; "" where there is none."""
    if not actions:
        return ""
    one, several = "action confidentielle est comptée", "actions confidentielles sont comptées"
    shown = plural(actions, "n’est pas montrée", "ne sont pas montrées")
    return f"{number(actions)} {plural(actions, one, several)} dans les totaux mais {shown} une à une."


def _action_cells(row: ActionRow, notes: Notes) -> list[Cell]:
    return [
        Cell(row.lead),
        status_cell(row),
        _reason_cell(row),
        notes.amount(row.planned_budget, "budget prévu non renseigné"),
        notes.amount(row.actual_cost, "coût réel non renseigné"),
        _quantity(row, notes),
    ]


def _quantity(row: ActionRow, notes: Notes) -> Cell:
    why = "quantité réalisée non renseignée" if row.unit else "l’action n’a pas d’unité de compte"
    cell = notes.cell(number(row.actual_count), why)
    if not row.unit or row.actual_count is None:
        return cell
    return replace(cell, detail=plural(row.actual_count, wording.ONE_UNIT[row.unit]))


def counted(quantity: int | None, row: ActionRow, notes: Notes, why: str) -> Cell:
    """A quantity with its unit: « 12 familles »."""
    if not row.unit:
        return notes.cell(number(quantity), "l’action n’a pas d’unité de compte")
    return notes.cell(count(quantity, wording.ONE_UNIT[row.unit]), why)


# --- what is missing --------------------------------------------------------------------------------------


def missing(report: YearReport, link: Link) -> Table | None:
    """What is not reported yet, action by action."""
    row_of = {action.row.reference: action.row for action in report.actions()}
    rows = [
        Row(
            action_heading(row_of[item.reference], link),
            [
                Cell(row_of[item.reference].lead),
                Cell(list_fr([wording.missing_label(name) for name in item.fields]), "text"),
            ],
        )
        for item in report.missing
    ]
    headings = [Cell("Action"), Cell("Pilote"), Cell("À renseigner", "text")]
    caption = "Ce qui manque, action par action"
    return listing("manques", caption, headings, rows) if rows else None


def definitions() -> Table:
    """How each figure is had."""
    rows = [Row(Cell(name), [Cell(definition, "text")]) for name, definition in wording.definitions()]
    headings = [Cell("Chiffre"), Cell("Mode de calcul", "text")]
    return Table("definitions", "Mode de calcul des chiffres", headings, rows, (), "is-definitions", True)


# --- all years of a contract ------------------------------------------------------------------------------


def overview_table(contract: ContractOverview, address: Callable[[Contract, int], str]) -> Table:
    """The main figures of a contract's years; `address` is where the evaluation of a year is."""
    notes = Notes()
    rows = [
        Row(
            Cell(str(year.year), href=address(contract.contract, year.year), detail=wording.PROVISIONAL),
            [notes.measure(measure, year.totals) for measure in wording.OVERVIEW],
        )
        for year in contract.years
    ]
    headings = [Cell("Année"), *(number_heading(measure.label) for measure in wording.OVERVIEW)]
    caption = f"Années du contrat {contract.contract.code}"
    return Table(contract.contract.code, caption, headings, rows, notes.listed(), "", True)
