"""Rows for the report's tests: valid, fixed, one word per thing that a test is about."""

from typing import Any

from evaluation.report import (
    ActionReport,
    ActionRow,
    AxisRow,
    ContractLabel,
    FundingRow,
    IndicatorRow,
    ObjectiveRow,
    YearReport,
    year_report,
)

CONTRACT = ContractLabel("cops-2009", "Contrat 2009-2012")
AXES = [AxisRow(1, "Éducation", True), AxisRow(2, "Prévention", True)]
OBJECTIVES = [
    ObjectiveRow("1.1", "Absentéisme", 1, True),
    ObjectiveRow("1.2", "Exclusions", 1, True),
    ObjectiveRow("2.1", "Moyens humains", 2, True),
]


def action(key: int = 1, **given: Any) -> ActionRow:
    """A planned, unreported action of objective 1.1 about which nothing else is known."""
    row = ActionRow(
        key=key,
        action_id=key,
        reference=f"1.1-{key:02}",
        title=f"Action {key}",
        confidential=False,
        objective="1.1",
        lead="Ville de Montargis",
        unit="",
        planned=True,
        status="unreported",
        reason="",
        planned_budget_cents=None,
        actual_cost_cents=None,
        planned_count=None,
        actual_count=None,
    )
    return row._replace(**given)


def indicator(key: int = 1, **given: Any) -> IndicatorRow:
    """A rising result indicator without baseline, target or value."""
    row = IndicatorRow(key, "Élèves suivis", "result", "", "up", None, None, None)
    return row._replace(**given)


def funding(key: int = 1, funder: str = "État - FIPD", **given: Any) -> FundingRow:
    """A funder's line without amounts."""
    return FundingRow(key, funder, None, None, None)._replace(**given)


def report_of(*rows: ActionRow | IndicatorRow | FundingRow, **given: Any) -> YearReport:
    """The report of 2012 over these rows, on the plan of two axes and three objectives."""
    return year_report(
        CONTRACT,
        2012,
        axes=given.get("axes", AXES),
        objectives=given.get("objectives", OBJECTIVES),
        actions=[row for row in rows if isinstance(row, ActionRow)],
        indicators=[row for row in rows if isinstance(row, IndicatorRow)],
        funding=[row for row in rows if isinstance(row, FundingRow)],
    )


def only_action(report: YearReport) -> ActionReport:
    """The one action of a report."""
    (found,) = report.actions()
    return found
