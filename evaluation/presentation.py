"""The report value arranged for reading: the one body that page and PDF show, and the sheets of the PDF."""

from dataclasses import dataclass

from cops.lib.charts import Chart
from cops.lib.french import NOT_AVAILABLE, count, list_fr, money, number, percent, plural
from evaluation import charts, comparison, tables, wording
from evaluation.comparison import Comparison, axes_of, axis_anchor
from evaluation.figures import Totals
from evaluation.report import ActionReport, AxisReport, ObjectiveReport, YearReport
from evaluation.review import ContractReview
from evaluation.tables import Cell, Link, Notes, Row, Table


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the three questions with its answer in a figure; `why` where that is n.d."""

    name: str
    question: str
    anchor: str
    value: str
    label: str
    why: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Illustrated:
    """A table with the chart of its figures."""

    chart: Chart
    table: Table


@dataclass(frozen=True, slots=True)
class AxisPart:
    """An axis with its figures by objective and its actions."""

    anchor: str
    number: int
    title: str
    objectives: Table
    actions: Table


@dataclass(frozen=True, slots=True)
class Body:
    """Everything that the body of the report shows, in order."""

    contract: str
    year: int
    is_empty: bool
    headlines: tuple[Headline, ...]
    warning: str
    withheld: str
    statuses: Illustrated
    reasons: Illustrated | None
    gaps: Table | None
    efficacy: Illustrated
    indicators: Table | None
    impacts: Table | None
    costs: Illustrated
    units: Table | None
    unit_actions: Table | None
    funding: Illustrated
    axes: tuple[AxisPart, ...]
    missing: Table | None
    definitions: Table
    standing: str = wording.PROVISIONAL  # said beside its figures


def body(report: YearReport, link: Link) -> Body:
    """The report arranged for reading; `link` gives the address of an action's sheet."""
    compared = axes_of(report)
    reasons = comparison.reasons(compared)
    return Body(
        contract=report.contract.title,
        year=report.year,
        is_empty=not report.withheld and not any(True for _ in report.actions()),
        headlines=headlines(report),
        warning=_warning(report),
        withheld=tables.withheld(report.withheld),
        statuses=actions_by_status(compared),
        reasons=Illustrated(charts.reasons(compared), reasons) if reasons else None,
        gaps=tables.gaps(report, link),
        efficacy=Illustrated(
            charts.targets_met(compared),
            comparison.side_by_side(compared, "efficacite", "Indicateurs et cibles", wording.EFFICACY),
        ),
        indicators=tables.measured_indicators(report, link),
        impacts=tables.impacts(report, link),
        costs=Illustrated(
            charts.budget_and_cost(compared),
            comparison.side_by_side(compared, "couts", "Budget prévu et coût réel", wording.EFFICIENCY),
        ),
        units=comparison.units(compared),
        unit_actions=tables.unit_actions(report, link),
        funding=Illustrated(
            charts.funding(compared),
            comparison.side_by_side(compared, "financements", "Financements", wording.FUNDING),
        ),
        axes=tuple(_axis(axis, report.year, link) for axis in report.axes),
        missing=tables.missing(report, link),
        definitions=tables.definitions(),
    )


def progress(report: YearReport) -> Illustrated:
    """What became of the planned actions, by axis."""
    return actions_by_status(axes_of(report))


def actions_by_status(compared: Comparison) -> Illustrated:
    """What became of the planned actions, by axis or by year."""
    table = comparison.side_by_side(compared, "statuts", "Actions prévues par statut", wording.EFFECTIVENESS)
    return Illustrated(charts.statuses(compared), table)


# --- the three questions ----------------------------------------------------------------------------------


def headlines(report: YearReport | ContractReview) -> tuple[Headline, ...]:
    """The three questions with their answers, for a year or a whole contract."""
    totals = report.totals
    return (_effectiveness(totals), _efficacy(totals), _efficiency(totals))


def _effectiveness(totals: Totals) -> Headline:
    figures = totals.effectiveness
    done = plural(figures.done, "action réalisée", "actions réalisées")
    partly = percent(figures.rate_at_least_partly)
    facts = [f"{number(figures.done)} {done} sur {count(figures.planned, 'prévue')}"]
    if figures.planned:
        facts.append(f"{partly} au moins en partie")
    if figures.done_unplanned:
        unplanned = plural(figures.done_unplanned, "action réalisée", "actions réalisées")
        facts.append(f"{number(figures.done_unplanned)} {unplanned} sans être prévues")
    return Headline(
        "Effectivité",
        "Les actions prévues ont-elles été mises en place, et sinon pourquoi\u00a0?",
        "effectivite",
        percent(figures.rate),
        "des actions prévues sont réalisées",
        figures.unknown.get("rate", ""),
        tuple(facts),
    )


def _efficacy(totals: Totals) -> Headline:
    figures = totals.efficacy
    known = count(figures.with_value, "indicateur renseigné", "indicateurs renseignés")
    facts = []
    if figures.with_target:
        targets = plural(figures.met, "cible atteinte", "cibles atteintes")
        facts.append(f"{number(figures.met)} {targets} pour {known}")
        facts.append(
            f"{percent(figures.coverage)} des {number(figures.with_target)} indicateurs sont renseignés"
        )
    if figures.with_value:
        facts.append(f"atteinte moyenne des cibles\u00a0: {percent(figures.mean_attainment)}")
    return Headline(
        "Efficacité",
        "Quel est leur impact\u00a0?",
        "efficacite",
        percent(figures.rate),
        "des cibles suivies sont atteintes",
        figures.unknown.get("rate", ""),
        tuple(facts),
    )


def _efficiency(totals: Totals) -> Headline:
    figures = totals.efficiency
    costs = [
        (money(cost.cost_per_unit), f"par {wording.ONE_UNIT[unit]}")
        for unit, cost in figures.by_unit.items()
        if cost.actions
    ]
    (value, label), *others = costs or [(NOT_AVAILABLE, "coût d’une unité")]
    facts = [f"{amount} {per}" for amount, per in others]
    facts.append(f"coût réel {money(figures.actual_cost)}, budget prévu {money(figures.planned_budget)}")
    facts.append(f"taux d’exécution du budget\u00a0: {percent(figures.execution)}")
    why = "" if costs else "aucune action n’a à la fois un coût connu et une quantité réalisée non nulle"
    question = "Quel est le rapport entre le coût et l’efficacité\u00a0?"
    return Headline("Efficience", question, "efficience", value, label, why, tuple(facts))


def _warning(report: YearReport) -> str:
    concerned = len(report.missing)
    if not concerned:
        return ""
    what = plural(concerned, "action a des données manquantes", "actions ont des données manquantes")
    return f"{number(concerned)} {what}\u00a0: les chiffres sont à lire avec cette réserve."


# --- axis by axis -----------------------------------------------------------------------------------------


def _axis(axis: AxisReport, year: int, link: Link) -> AxisPart:
    return AxisPart(
        axis_anchor(axis),
        axis.number,
        axis.title,
        tables.objectives(axis),
        tables.actions(axis, year, link),
    )


# --- the sheets of the PDF --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """The year of one action on one page."""

    anchor: str
    reference: str
    title: str
    axis: str
    status: Cell
    is_confidential: bool
    facts: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]  # before the figures
    figures: Table
    indicators: Table | None
    funding: Table | None
    comments: tuple[tuple[str, str], ...]  # after the figures
    missing: str


def sheet_anchor(key: int) -> str:
    return f"fiche-{key}"


def sheets(report: YearReport) -> list[Sheet]:
    """One sheet per listed action, in the order of the plan."""
    missing = {item.reference: item.fields for item in report.missing}
    return [
        _sheet(axis, objective, action, missing.get(action.row.reference, ()))
        for axis in report.axes
        for objective in axis.objectives
        for action in objective.actions
    ]


def _sheet(
    axis: AxisReport, objective: ObjectiveReport, action: ActionReport, missing: tuple[str, ...]
) -> Sheet:
    row = action.row
    return Sheet(
        anchor=sheet_anchor(row.key),
        reference=row.reference,
        title=row.title,
        axis=f"{axis.number} – {axis.title}",
        status=tables.status_cell(row),
        is_confidential=row.confidential,
        facts=_given(
            ("Objectif", f"{objective.code} – {objective.title}"),
            ("Pilote", row.lead),
            ("Unité de compte", wording.UNIT_LABELS.get(row.unit, "aucune")),
            ("Motif d’écart", wording.REASON_LABELS.get(row.reason, "")),
        ),
        texts=_given(("Description", row.description), ("Public", row.audience)),
        figures=_sheet_figures(action),
        indicators=_sheet_indicators(action),
        funding=_sheet_funding(action),
        comments=_given(("Commentaire", row.comment), ("Impact constaté", row.impact)),
        missing=list_fr([wording.missing_label(name) for name in missing]),
    )


def _given(*texts: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in texts if text)


def _sheet_figures(action: ActionReport) -> Table:
    row, notes = action.row, Notes()
    rows = [
        Row(
            Cell("Coût"),
            [
                notes.amount(row.planned_budget, "budget prévu non renseigné"),
                notes.amount(row.actual_cost, "coût réel non renseigné"),
            ],
        ),
        Row(
            Cell("Quantité"),
            [
                tables.counted(row.planned_count, row, notes, "quantité prévue non renseignée"),
                tables.counted(row.actual_count, row, notes, "quantité réalisée non renseignée"),
            ],
        ),
    ]
    if row.unit:
        rows.append(_unit_cost_row(action, notes))
    headings = [Cell("Chiffre"), tables.number_heading("Prévu"), tables.number_heading("Réalisé")]
    caption = "Prévu et réalisé"
    return Table(f"chiffres-{row.key}", caption, headings, rows, notes.listed(), "is-short")


def _unit_cost_row(action: ActionReport, notes: Notes) -> Row:
    unit = action.row.unit
    cost = action.totals.efficiency.by_unit[unit]
    return Row(
        Cell(f"Coût par {wording.ONE_UNIT[unit]}"),
        [
            notes.amount(
                cost.compared_planned_cost_per_unit, cost.unknown.get("compared_planned_cost_per_unit", "")
            ),
            notes.amount(cost.cost_per_unit, cost.unknown.get("cost_per_unit", "")),
        ],
    )


def _sheet_indicators(action: ActionReport) -> Table | None:
    notes = Notes()
    rows = []
    for indicator in action.indicators:
        name, *cells = tables.indicator_cells(indicator, notes)
        rows.append(Row(name, cells))
    if not rows:
        return None
    key = f"indicateurs-{action.row.key}"
    return Table(
        key, "Indicateurs", tables.indicator_headings(), rows, notes.listed(), "is-sheet-indicateurs"
    )


def _sheet_funding(action: ActionReport) -> Table | None:
    if not action.funding:
        return None
    notes = Notes()
    rows = [
        Row(
            Cell(line.funder),
            [
                notes.amount(line.requested, "montant demandé non renseigné"),
                notes.amount(line.granted, "montant accordé non renseigné"),
                notes.amount(line.paid, "montant versé non renseigné"),
            ],
        )
        for line in action.funding
    ]
    totals = action.totals
    sums = [notes.measure(measure, totals) for measure in wording.FUNDING]
    rows.append(Row(Cell("Ensemble"), sums, tables.TOTAL))
    headings = [Cell("Financeur"), *map(tables.number_heading, ("Demandé", "Accordé", "Versé"))]
    return Table(
        f"financements-{action.row.key}",
        "Financements",
        headings,
        rows,
        notes.listed(),
        "is-sheet-financements",
    )
