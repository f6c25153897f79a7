"""The report and the review as files: JSON in the fixed forms `cops-report/1` and `cops-review/1`, tables."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from cops.lib.tables import write_csv, write_ods, write_xlsx
from evaluation.figures import Effectiveness, Efficacy, Efficiency, Totals, UnitCost
from evaluation.report import (
    ActionReport,
    AxisReport,
    ContractLabel,
    ObjectiveReport,
    YearReport,
)
from evaluation.review import ContractReview
from evaluation.sheets import report_table, report_tables

Json = dict[str, Any]

EXPORTS: dict[str, Callable[[YearReport], bytes]] = {
    "json": lambda report: json_text(report_as_json(report)),
    "csv": lambda report: write_csv(report_table(report)),
    "xlsx": lambda report: write_xlsx(report_tables(report)),
    "ods": lambda report: write_ods(report_tables(report)),
}


def exported(report: YearReport, form: str) -> bytes:
    """The yearly evaluation as a file: `json`, `csv` (one flat table), `xlsx` or `ods` (several sheets)."""
    return EXPORTS[form](report)


def json_text(answer: Json) -> bytes:
    """An answer as it is written, on one line (indenting it would take longer than computing it)."""
    return (json.dumps(answer, ensure_ascii=False) + "\n").encode()


def report_as_json(report: YearReport) -> Json:
    """The yearly evaluation as `cops-report/1`; numbers are JSON numbers, what is not known is null."""
    return {
        "schema": "cops-report/1",
        "contract": _contract(report.contract),
        "year": report.year,
        "totals": totals_as_json(report.totals),
        "axes": [_axis(axis) for axis in report.axes],
        "missing": [{"reference": item.reference, "fields": list(item.fields)} for item in report.missing],
    }


def review_as_json(review: ContractReview) -> Json:
    """The review of a contract as `cops-review/1`."""
    actions = review.actions
    return {
        "schema": "cops-review/1",
        "contract": _contract(review.contract),
        "years": [{"year": part.year, "totals": totals_as_json(part.totals)} for part in review.years],
        "actions": {
            "planned": actions.planned,
            "done": actions.done,
            "partly": actions.partly,
            "never": actions.never,
        },
        "totals": totals_as_json(review.totals),
    }


def totals_as_json(totals: Totals) -> Json:
    """Every figure of one action, objective, axis, contract or year (M in the interfaces)."""
    return {
        "effectiveness": _effectiveness(totals.effectiveness),
        "efficacy": _efficacy(totals.efficacy),
        "efficiency": _efficiency(totals.efficiency),
    }


def _contract(contract: ContractLabel) -> Json:
    return {"code": contract.code, "title": contract.title}


def _axis(axis: AxisReport) -> Json:
    return {
        "number": axis.number,
        "title": axis.title,
        "totals": totals_as_json(axis.totals),
        "objectives": [_objective(objective) for objective in axis.objectives],
    }


def _objective(objective: ObjectiveReport) -> Json:
    return {
        "code": objective.code,
        "title": objective.title,
        "totals": totals_as_json(objective.totals),
        "actions": [_action(action) for action in objective.actions],
    }


def _action(action: ActionReport) -> Json:
    row = action.row
    return {
        "reference": row.reference,
        "title": row.title,
        "lead": row.lead,
        "planned": row.planned,
        "status": row.status,
        "reason": row.reason or None,
        "totals": totals_as_json(action.totals),
    }


def _effectiveness(figures: Effectiveness) -> Json:
    return {
        "planned": figures.planned,
        "done": figures.done,
        "partial": figures.partial,
        "in_progress": figures.in_progress,
        "postponed": figures.postponed,
        "dropped": figures.dropped,
        "not_done": figures.not_done,
        "unreported": figures.unreported,
        "done_unplanned": figures.done_unplanned,
        "rate": _number(figures.rate),
        "rate_at_least_partly": _number(figures.rate_at_least_partly),
        "reasons": dict(figures.reasons),
    }


def _efficacy(figures: Efficacy) -> Json:
    return {
        "with_target": figures.with_target,
        "with_value": figures.with_value,
        "coverage": _number(figures.coverage),
        "met": figures.met,
        "rate": _number(figures.rate),
        "mean_attainment": _number(figures.mean_attainment),
    }


def _efficiency(figures: Efficiency) -> Json:
    return {
        "planned_budget": _number(figures.planned_budget),
        "actual_cost": _number(figures.actual_cost),
        "execution": _number(figures.execution),
        "by_unit": {unit: _unit_cost(cost) for unit, cost in figures.by_unit.items()},
        "funding": {
            "requested": _number(figures.requested),
            "granted": _number(figures.granted),
            "paid": _number(figures.paid),
        },
    }


def _unit_cost(figures: UnitCost) -> Json:
    return {
        "actions": figures.actions,
        "cost": _number(figures.cost),
        "count": figures.count,
        "cost_per_unit": _number(figures.cost_per_unit),
        "compared": {
            "actions": figures.compared_actions,
            "cost_per_unit": _number(figures.compared_cost_per_unit),
            "planned_cost_per_unit": _number(figures.compared_planned_cost_per_unit),
        },
    }


def _number(value: Decimal | None) -> float | None:
    # A float prints back the decimal it came from up to 15 digits: amounts below ten thousand billion euros.
    return None if value is None else float(value)
