"""Every contract with the main figures of its years, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from actions.models import ActionYear, IndicatorValue
from contracts.models import Contract
from contracts.selectors import timelines
from contracts.years import years_from
from evaluation.figures import MEASURED_NATURES, Tally, Totals
from evaluation.selectors import STATUS, Cents, TenThousandths

TallyOf = dict[tuple[int, int], Tally]  # by contract and year


@dataclass(frozen=True, slots=True)
class YearOverview:
    """The figures of a year; no funding nor costs per unit in them."""

    year: int
    totals: Totals


@dataclass(frozen=True, slots=True)
class ContractOverview:
    """A contract and its years, in the order of `years_from`; `has_actions` if anything was entered."""

    contract: Contract
    years: tuple[YearOverview, ...]
    has_actions: bool


def overview(contracts: Iterable[Contract], first: int) -> list[ContractOverview]:
    """The contracts, in their order, with the figures of their years, that of `first` at the top; seven
    queries and that of the contracts."""
    contracts = list(contracts)
    tallies: TallyOf = defaultdict(Tally)
    _add_rows(tallies, contracts)
    _add_measures(tallies, contracts)
    plans = timelines(contracts)
    filled = {contract_pk for contract_pk, _year in tallies}
    return [
        ContractOverview(
            contract,
            tuple(
                YearOverview(year, tallies[contract.pk, year].totals())
                for year in years_from(plans[contract.pk], first)
            ),
            contract.pk in filled,
        )
        for contract in contracts
    ]


def _add_rows(tallies: TallyOf, contracts: list[Contract]) -> None:
    rows = ActionYear.objects.filter(action__contract__in=contracts).order_by()
    for contract, year, planned, status, reason, budget, cost in rows.values_list(
        "action__contract_id",
        "year",
        "is_planned",
        STATUS,
        "reason",
        Cents("planned_budget"),
        Cents("actual_cost"),
    ):
        tallies[contract, year].add_row("", planned, status, reason, budget, cost, None, None)


def _add_measures(tallies: TallyOf, contracts: list[Contract]) -> None:
    values = IndicatorValue.objects.filter(
        action_year__action__contract__in=contracts,
        indicator__nature__in=sorted(MEASURED_NATURES),
        target__isnull=False,
    )
    for contract, year, *figures in values.order_by().values_list(
        "action_year__action__contract_id",
        "action_year__year",
        "indicator__direction",
        TenThousandths("indicator__baseline"),
        TenThousandths("target"),
        TenThousandths("value"),
    ):
        tallies[contract, year].add_measure(*figures)
