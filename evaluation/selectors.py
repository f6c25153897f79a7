"""Reading what the report and the review are computed from, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, Func, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from actions.models import ActionYear, Funding, IndicatorValue
from contracts.models import Contract
from contracts.plan import Timeline
from contracts.selectors import timeline
from cops.lib.french import sort_key
from evaluation.figures import MEASURED_NATURES, UNREPORTED
from evaluation.report import (
    ActionReport,
    ActionRow,
    AxisRow,
    ContractLabel,
    FundingRow,
    IndicatorRow,
    ObjectiveRow,
    YearReport,
    missing_fields,
    year_report,
)
from evaluation.review import ContractReview, ReviewFunding, ReviewMeasure, ReviewRow, contract_review


class NothingToReport(Exception):
    """There is nothing to evaluate; the message, in French, says why."""


class UnknownContract(NothingToReport):
    def __init__(self, code: str) -> None:
        super().__init__(f"Aucun contrat n’a le code « {code} ».")


class YearOutsideContract(NothingToReport):
    """The contract as amended has no day in that year."""

    def __init__(self, contract: Contract, year: int, years: list[int]) -> None:
        span = f"il couvre {years[0]}" if len(years) == 1 else f"il va de {years[0]} à {years[-1]}"
        super().__init__(f"L’année {year} n’a aucun jour dans le contrat « {contract.code} » : {span}.")


class Cents(Func):
    """A decimal column of two places as a whole number; exact on both databases.

    SQLite keeps decimals as floating point numbers and Django turns each back into a `Decimal`, which
    takes longer than all the rest of a report. A whole number needs no turning back, and rounding gives
    the exact one: up to 15 digits a floating point number is nearer to its decimal than half of the last
    place.
    """

    template = "CAST(ROUND(%(expressions)s * 100) AS BIGINT)"
    output_field = BigIntegerField()
    arity = 1


class TenThousandths(Cents):
    """A decimal column of four places as a whole number; exact on both databases up to 15 digits."""

    template = "CAST(ROUND(%(expressions)s * 10000) AS BIGINT)"


STATUS = Coalesce(NullIf("status", Value("")), Value(UNREPORTED))

# What a `Tally` adds up of an action's year, of an indicator's and of a funder's, in the order it takes them;
# rows of the report and of the review have them side by side in this order.
COUNTED = (
    "action__counting_unit",
    "is_planned",
    STATUS,
    "reason",
    Cents("planned_budget"),
    Cents("actual_cost"),
    "planned_count",
    "actual_count",
)
MEASURED = (
    "indicator__direction",
    TenThousandths("indicator__baseline"),
    TenThousandths("target"),
    TenThousandths("value"),
)
FUNDED = (Cents("requested"), Cents("granted"), Cents("paid"))


def contract_with_code(code: str) -> Contract:
    """The contract of that code; one query. Raises `UnknownContract`."""
    contract = Contract.objects.filter(code=code).first()
    if contract is None:
        raise UnknownContract(code)
    return contract


def report_of(contract: Contract, year: int, plan: Timeline | None = None) -> YearReport:
    """The evaluation of one year of a contract; six queries. Raises `YearOutsideContract`.

    :param plan: the contract's timeline where the caller has it; then three queries.
    """
    plan = plan or timeline(contract)
    if year not in plan.years():
        raise YearOutsideContract(contract, year, plan.years())
    actions = _action_rows(contract, year)
    axes, objectives = plan_rows(plan, year, {row.objective for row in actions})
    return year_report(
        _label(contract),
        year,
        axes=axes,
        objectives=objectives,
        actions=actions,
        indicators=_indicator_rows(contract, year),
        funding=_funding_rows(contract, year),
    )


def review_of(contract: Contract) -> ContractReview:
    """The review of a contract over all its years; six queries."""
    years = timeline(contract).years()
    of_contract = {"action__contract": contract, "year__in": years}
    through_year = {f"action_year__{name}": value for name, value in of_contract.items()}
    return contract_review(
        _label(contract),
        years,
        rows=_review_rows(of_contract),
        measures=_review_measures(through_year),
        funding=_review_funding(through_year),
    )


def plan_rows(
    plan: Timeline, year: int, used_codes: Iterable[str]
) -> tuple[list[AxisRow], list[ObjectiveRow]]:
    """Axes and objectives of the year in plan order, then others that rows count under.

    Each is worded as on its last day in force in the year; one that had none, as on its last day before.
    """
    planned = plan.year_plan(year)
    axes = [AxisRow(axis.number, axis.title, True) for axis in planned]
    objectives = [
        ObjectiveRow(objective.code, objective.title, axis.number, True)
        for axis in planned
        for objective in axis.objectives
    ]
    axis_of = {row.code: row.axis_number for row in plan.objectives}
    for code in sorted(set(used_codes) - {row.code for row in objectives}, key=sort_key):
        wording = plan.last_wording(code, year)
        objectives.append(ObjectiveRow(code, wording.title if wording else "", axis_of[code], False))
    for number in sorted({row.axis for row in objectives} - {axis.number for axis in axes}):
        axes.append(AxisRow(number, plan.last_axis_title(number, year), False))
    return axes, objectives


def _label(contract: Contract) -> ContractLabel:
    return ContractLabel(contract.code, contract.title)


def missing_of(action_years: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """What is not reported yet of some actions' years, by their keys, as the report says it; two queries."""
    keys = list(action_years)
    indicators: dict[int, list[IndicatorRow]] = defaultdict(list)
    values = IndicatorValue.objects.filter(action_year__in=keys)
    for row in sorted(_read_indicators(values), key=lambda row: row.name):
        indicators[row.key].append(row)
    return {
        row.key: tuple(missing_fields(ActionReport(row, tuple(indicators[row.key]), ())))
        for row in _read_actions(ActionYear.objects.filter(pk__in=keys))
    }


def _action_rows(contract: Contract, year: int) -> list[ActionRow]:
    return _read_actions(ActionYear.objects.for_year(contract, year))


def _read_actions(rows: QuerySet[ActionYear]) -> list[ActionRow]:
    return list(
        map(
            ActionRow._make,
            rows.order_by().values_list(
                "pk",
                "action_id",
                "action__reference",
                "action__title",
                "action__is_confidential",
                "objective__code",
                "lead__name",
                *COUNTED,
                "comment",
                "impact",
                "action__description",
                "action__audience",
            ),
        )
    )


def _indicator_rows(contract: Contract, year: int) -> Iterable[IndicatorRow]:
    rows = IndicatorValue.objects.filter(action_year__action__contract=contract, action_year__year=year)
    return _read_indicators(rows)


def _read_indicators(rows: QuerySet[IndicatorValue]) -> Iterable[IndicatorRow]:
    return map(
        IndicatorRow._make,
        rows.order_by().values_list(
            "action_year_id",
            "indicator__name",
            "indicator__nature",
            "indicator__unit",
            *MEASURED,
        ),
    )


def _funding_rows(contract: Contract, year: int) -> Iterable[FundingRow]:
    rows = Funding.objects.filter(action_year__action__contract=contract, action_year__year=year)
    return map(
        FundingRow._make,
        rows.order_by().values_list("action_year_id", "funder__name", *FUNDED),
    )


def _review_rows(scope: dict[str, Any]) -> Iterable[ReviewRow]:
    rows = ActionYear.objects.filter(**scope).order_by()
    return map(
        ReviewRow._make,
        rows.values_list(
            "year",
            "action_id",
            *COUNTED,
        ),
    )


def _review_measures(scope: dict[str, Any]) -> Iterable[ReviewMeasure]:
    rows = IndicatorValue.objects.filter(
        **scope, indicator__nature__in=sorted(MEASURED_NATURES), target__isnull=False
    )
    return map(
        ReviewMeasure._make,
        rows.order_by().values_list(
            "action_year__year",
            "indicator_id",
            *MEASURED,
        ),
    )


def _review_funding(scope: dict[str, Any]) -> Iterable[ReviewFunding]:
    rows = Funding.objects.filter(**scope)
    return map(
        ReviewFunding._make,
        rows.order_by().values_list("action_year__year", *FUNDED),
    )
