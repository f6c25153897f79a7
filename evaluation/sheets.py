"""The report as tables: one flat table for CSV, one sheet per subject for .xlsx and .ods.

Amounts are in euros, rates in percent (the 4 decimals of a rate are the 2 of its percentage). What is not
known reads « n.d. », never 0 nor blank; the summary says why.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from actions.models import CountingUnit, Direction, Nature, Reason, Status
from cops.lib.french import NO_BREAK_SPACE, NOT_AVAILABLE
from cops.lib.tables import Cell, Table
from evaluation.figures import UNREPORTED, Totals, UnitCost
from evaluation.report import ActionReport, ActionRow, AxisReport, IndicatorRow, ObjectiveReport, YearReport

Row = tuple[Cell, ...]

STATUS_LABELS = {**{status.value: str(status.label) for status in Status}, UNREPORTED: "Non renseignée"}
REASON_LABELS = {reason.value: str(reason.label) for reason in Reason}
UNIT_LABELS = {unit.value: str(unit.label) for unit in CountingUnit}
NATURE_LABELS = {nature.value: str(nature.label) for nature in Nature}
DIRECTION_LABELS = {direction.value: str(direction.label) for direction in Direction}
MISSING_LABELS = {"status": "statut", "actual_cost": "coût réel", "actual_count": "quantité réalisée"}


def known(value: Decimal | int | None) -> Cell:
    """A figure as a cell."""
    return NOT_AVAILABLE if value is None else value


def percent(rate: Decimal | None) -> Cell:
    """A rate as a percentage."""
    return NOT_AVAILABLE if rate is None else rate.scaleb(2)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that every level of the report has: its heading, its block of the totals, its name there."""

    heading: str
    block: str
    name: str
    shown: Callable[[Decimal | None], Cell] = known

    def cell(self, totals: Totals) -> Cell:
        return self.shown(getattr(getattr(totals, self.block), self.name))

    def why_unknown(self, totals: Totals) -> str:
        return getattr(totals, self.block).unknown.get(self.name, "")


EFFECTIVENESS = (
    Figure("Actions prévues", "effectiveness", "planned"),
    Figure("Réalisées", "effectiveness", "done"),
    Figure("Partiellement réalisées", "effectiveness", "partial"),
    Figure("En cours", "effectiveness", "in_progress"),
    Figure("Reportées", "effectiveness", "postponed"),
    Figure("Abandonnées", "effectiveness", "dropped"),
    Figure("Non réalisées", "effectiveness", "not_done"),
    Figure("Non renseignées", "effectiveness", "unreported"),
    Figure("Réalisées sans être prévues", "effectiveness", "done_unplanned"),
    Figure("Taux de réalisation (%)", "effectiveness", "rate", percent),
    Figure("Taux de réalisation au moins partielle (%)", "effectiveness", "rate_at_least_partly", percent),
)
EFFICACY = (
    Figure("Indicateurs avec cible", "efficacy", "with_target"),
    Figure("Indicateurs avec cible et valeur", "efficacy", "with_value"),
    Figure("Taux de renseignement (%)", "efficacy", "coverage", percent),
    Figure("Cibles atteintes", "efficacy", "met"),
    Figure("Taux de cibles atteintes (%)", "efficacy", "rate", percent),
    Figure("Atteinte moyenne des cibles (%)", "efficacy", "mean_attainment", percent),
)
BUDGET = (
    Figure("Budget prévu (€)", "efficiency", "planned_budget"),
    Figure("Coût réel (€)", "efficiency", "actual_cost"),
)
EXECUTION = (Figure("Taux d’exécution (%)", "efficiency", "execution", percent),)
FUNDING = (
    Figure("Financements demandés (€)", "efficiency", "requested"),
    Figure("Financements accordés (€)", "efficiency", "granted"),
    Figure("Financements versés (€)", "efficiency", "paid"),
)
FIGURES = (*EFFECTIVENESS, *EFFICACY, *BUDGET, *EXECUTION, *FUNDING)
QUESTIONS = (
    ("Effectivité", EFFECTIVENESS),
    ("Efficacité", EFFICACY),
    ("Efficience", (*BUDGET, *EXECUTION, *FUNDING)),
)

UNIT_HEADINGS = (
    "Actions comptées",
    "Coût (€)",
    "Quantité réalisée",
    "Coût par unité (€)",
    "Actions comparées à la prévision",
    "Coût par unité de celles-ci (€)",
    "Coût prévu par unité de celles-ci (€)",
)


def report_table(report: YearReport) -> Table:
    """Every figure in one table: a row for the contract, each axis, each objective and each action."""
    return Table(
        f"évaluation {report.year}",
        (
            *("Niveau", "Code", "Intitulé", "Pilote", "Prévue", "Statut", "Motif d’écart"),
            *(figure.heading for figure in FIGURES),
            "Motifs d’écart (nombre)",
            *(f"{label} : {heading}" for label in UNIT_LABELS.values() for heading in UNIT_HEADINGS),
        ),
        (_flat_row(*level) for level in _levels(report)),
    )


def report_tables(report: YearReport) -> list[Table]:
    """The report as sheets, each a flat table."""
    return [
        _summary(report),
        _axes(report),
        _objectives(report),
        _actions(report),
        _unit_costs(report),
        _indicators(report),
        _funding(report),
        _missing(report),
    ]


Level = tuple[str, str, str, ActionRow | None, Totals]


def _levels(report: YearReport) -> Iterator[Level]:
    yield "contrat", report.contract.code, report.contract.title, None, report.totals
    for axis in report.axes:
        yield "axe", str(axis.number), axis.title, None, axis.totals
        for objective in axis.objectives:
            yield "objectif", objective.code, objective.title, None, objective.totals
            for action in objective.actions:
                yield "action", action.row.reference, action.row.title, action.row, action.totals


def _flat_row(level: str, code: str, title: str, row: ActionRow | None, totals: Totals) -> Row:
    of_unit = totals.efficiency.by_unit
    return (
        *(level, code, title),
        *(_situation(row) if row else ("", None, "", "")),
        *(figure.cell(totals) for figure in FIGURES),
        _reasons(totals),
        *(cell for unit in UNIT_LABELS for cell in _unit_cells(of_unit.get(unit))),
    )


def _situation(row: ActionRow) -> Row:
    return row.lead, row.planned, STATUS_LABELS[row.status], REASON_LABELS.get(row.reason, "")


def _reasons(totals: Totals) -> str:
    given = totals.effectiveness.reasons.items()
    return " ; ".join(f"{REASON_LABELS[reason]} ({times})" for reason, times in given)


def _unit_cells(cost: UnitCost | None) -> Row:
    if cost is None:  # no action counts in this unit
        return (None,) * len(UNIT_HEADINGS)
    return (
        cost.actions,
        known(cost.cost),
        cost.count,
        known(cost.cost_per_unit),
        cost.compared_actions,
        known(cost.compared_cost_per_unit),
        known(cost.compared_planned_cost_per_unit),
    )


def _summary(report: YearReport) -> Table:
    return Table(
        "synthèse",
        ("Question", "Figure", "Valeur", "Précision"),
        _summary_rows(report),
        widths=(16, 46, 18, 60),
    )


def _summary_rows(report: YearReport) -> Iterator[Row]:
    yield "Contrat", "Code", report.contract.code, report.contract.title
    yield "Contrat", "Année évaluée", report.year, ""
    for question, figures in QUESTIONS:
        for figure in figures:
            yield question, figure.heading, figure.cell(report.totals), figure.why_unknown(report.totals)
    for reason, times in report.totals.effectiveness.reasons.items():
        yield "Effectivité", f"Motif d’écart : {REASON_LABELS[reason].lower()}", times, ""
    if report.withheld:
        yield "Contrat", "Actions confidentielles non détaillées", report.withheld, "comptées dans les totaux"


def _axes(report: YearReport) -> Table:
    return Table(
        "axes",
        ("Axe", "Intitulé", *_figure_headings()),
        ((axis.number, axis.title, *_figure_cells(axis.totals)) for axis in report.axes),
        widths=(6, 40),
    )


def _objectives(report: YearReport) -> Table:
    return Table(
        "objectifs",
        ("Axe", "Objectif", "Intitulé", *_figure_headings()),
        (
            (axis.number, objective.code, objective.title, *_figure_cells(objective.totals))
            for axis, objective in _placed_objectives(report)
        ),
        widths=(6, 10, 40),
    )


def _figure_headings() -> tuple[str, ...]:
    return (*(figure.heading for figure in FIGURES), "Motifs d’écart (nombre)")


def _figure_cells(totals: Totals) -> Row:
    return (*(figure.cell(totals) for figure in FIGURES), _reasons(totals))


def _placed_objectives(report: YearReport) -> Iterator[tuple[AxisReport, ObjectiveReport]]:
    return ((axis, objective) for axis in report.axes for objective in axis.objectives)


ACTION_FIGURES = (*EFFICACY, *EXECUTION, *FUNDING)


def _actions(report: YearReport) -> Table:
    return Table(
        "actions",
        (
            *(
                "Objectif",
                "Référence",
                "Intitulé",
                "Pilote",
                "Prévue",
                "Statut",
                "Motif d’écart",
                "Commentaire",
            ),
            *("Budget prévu (€)", "Coût réel (€)"),
            *("Unité de compte", "Quantité prévue", "Quantité réalisée", "Coût par unité (€)"),
            *(figure.heading for figure in ACTION_FIGURES),
            "Impact constaté",
        ),
        (_action_row(action) for action in report.actions()),
        widths=(10, 14, 40, 30, 10, 24, 18, 40),
    )


def _action_row(action: ActionReport) -> Row:
    row = action.row
    cost = action.totals.efficiency.by_unit.get(row.unit)
    return (
        *(row.objective, row.reference, row.title, *_situation(row), row.comment),
        *(known(row.planned_budget), known(row.actual_cost)),
        *(UNIT_LABELS.get(row.unit, ""), known(row.planned_count), known(row.actual_count)),
        known(cost.cost_per_unit) if cost else None,
        *(figure.cell(action.totals) for figure in ACTION_FIGURES),
        row.impact,
    )


def _unit_costs(report: YearReport) -> Table:
    return Table(
        "coûts par unité",
        ("Niveau", "Code", "Intitulé", "Unité de compte", *UNIT_HEADINGS),
        (
            (level, code, title, UNIT_LABELS[unit], *_unit_cells(cost))
            for level, code, title, _, totals in _levels(report)
            for unit, cost in totals.efficiency.by_unit.items()
        ),
        widths=(10, 14, 40, 18),
    )


def _indicators(report: YearReport) -> Table:
    return Table(
        "indicateurs",
        (
            *("Référence", "Indicateur", "Nature", "Unité", "Sens", "Valeur de référence", "Cible", "Valeur"),
            *("Cible atteinte", "Atteinte (%)"),
        ),
        (
            (action.row.reference, *_indicator_cells(line))
            for action in report.actions()
            for line in action.indicators
        ),
        widths=(14, 40),
    )


def _indicator_cells(line: IndicatorRow) -> Row:
    return (
        *(line.name, NATURE_LABELS[line.nature], line.unit, DIRECTION_LABELS[line.direction]),
        *(line.baseline, known(line.target), known(line.value)),
        NOT_AVAILABLE if line.met is None else line.met,
        percent(line.attainment),
    )


def _funding(report: YearReport) -> Table:
    return Table(
        "financements",
        ("Référence", "Financeur", "Demandé (€)", "Accordé (€)", "Versé (€)"),
        (
            (action.row.reference, line.funder, known(line.requested), known(line.granted), known(line.paid))
            for action in report.actions()
            for line in action.funding
        ),
        widths=(14, 40),
    )


def _missing(report: YearReport) -> Table:
    return Table(
        "données manquantes",
        ("Référence", "Donnée manquante"),
        ((item.reference, missing_label(field)) for item in report.missing for field in item.fields),
        widths=(14, 60),
    )


def missing_label(field: str) -> str:
    """What is missing, in French: « coût réel », « valeur de l’indicateur « Satisfaction » »."""
    kind, _, name = field.partition(":")
    if kind == "indicator":
        return f"valeur de l’indicateur «{NO_BREAK_SPACE}{name}{NO_BREAK_SPACE}»"
    return MISSING_LABELS[kind]
