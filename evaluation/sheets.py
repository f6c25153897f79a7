"""The report as tables: one flat table for CSV, one sheet per subject for .xlsx and .ods.

Amounts are in euros, rates in percent (the 4 decimals of a rate are the 2 of its percentage). What is not
known reads « n.d. », never 0 nor blank; the summary says why.
"""

from collections.abc import Iterator
from decimal import Decimal

from cops.lib.french import NOT_AVAILABLE, money, percent
from cops.lib.tables import Cell, Table
from evaluation.figures import Totals, UnitCost
from evaluation.report import ActionReport, ActionRow, AxisReport, IndicatorRow, ObjectiveReport, YearReport
from evaluation.wording import (
    DIRECTION_LABELS,
    EFFECTIVENESS,
    EFFICACY,
    EFFICIENCY,
    EXECUTION,
    FUNDING,
    NATURE_LABELS,
    PROVISIONAL,
    REASON_LABELS,
    STATUS_LABELS,
    UNIT_LABELS,
    Measure,
    missing_label,
)

Row = tuple[Cell, ...]

MEASURES = (*EFFECTIVENESS, *EFFICACY, *EFFICIENCY, *FUNDING)
ACTION_MEASURES = (*EFFICACY, EXECUTION, *FUNDING)
QUESTIONS = (
    ("Effectivité", EFFECTIVENESS),
    ("Efficacité", EFFICACY),
    ("Efficience", (*EFFICIENCY, *FUNDING)),
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
            *map(_heading, MEASURES),
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


def _heading(measure: Measure) -> str:
    """The name of a figure with its unit."""
    if measure.write is percent:
        return f"{measure.label} (%)"
    return f"{measure.label} (€)" if measure.write is money else measure.label


def _cell(measure: Measure, totals: Totals) -> Cell:
    value = measure.value(totals)
    return _percent(value) if measure.write is percent else _known(value)


def _known(value: Decimal | int | None) -> Cell:
    return NOT_AVAILABLE if value is None else value


def _percent(rate: Decimal | None) -> Cell:
    return NOT_AVAILABLE if rate is None else rate.scaleb(2)


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
        *(_cell(measure, totals) for measure in MEASURES),
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
        _known(cost.cost),
        cost.count,
        _known(cost.cost_per_unit),
        cost.compared_actions,
        _known(cost.compared_cost_per_unit),
        _known(cost.compared_planned_cost_per_unit),
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
    yield "Contrat", "Année évaluée", report.year, PROVISIONAL
    for question, measures in QUESTIONS:
        for measure in measures:
            yield question, _heading(measure), _cell(measure, report.totals), measure.why(report.totals)
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
    return (*map(_heading, MEASURES), "Motifs d’écart (nombre)")


def _figure_cells(totals: Totals) -> Row:
    return (*(_cell(measure, totals) for measure in MEASURES), _reasons(totals))


def _placed_objectives(report: YearReport) -> Iterator[tuple[AxisReport, ObjectiveReport]]:
    return ((axis, objective) for axis in report.axes for objective in axis.objectives)


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
            *map(_heading, ACTION_MEASURES),
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
        *(_known(row.planned_budget), _known(row.actual_cost)),
        *(UNIT_LABELS.get(row.unit, ""), _known(row.planned_count), _known(row.actual_count)),
        _known(cost.cost_per_unit) if cost else None,
        *(_cell(measure, action.totals) for measure in ACTION_MEASURES),
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
        *(line.baseline, _known(line.target), _known(line.value)),
        NOT_AVAILABLE if line.met is None else line.met,
        _percent(line.attainment),
    )


def _funding(report: YearReport) -> Table:
    return Table(
        "financements",
        ("Référence", "Financeur", "Demandé (€)", "Accordé (€)", "Versé (€)"),
        (
            (
                action.row.reference,
                line.funder,
                _known(line.requested),
                _known(line.granted),
                _known(line.paid),
            )
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
