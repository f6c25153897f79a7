"""The review (bilan) of a whole contract, year by year: a pure function from rows to a frozen value.

The figures are those of `evaluation.report`, with one difference: over the whole contract an indicator
counts once, in its last year with a target, so that an indicator followed for six years weighs no more
than one followed for one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from evaluation.figures import DONE, PARTIAL, Tally, Totals
from evaluation.report import ContractLabel


class ReviewRow(NamedTuple):
    """One action in one year; money in cents."""

    year: int
    action_id: int
    unit: str
    planned: bool
    status: str
    reason: str
    planned_budget_cents: int | None
    actual_cost_cents: int | None
    planned_count: int | None
    actual_count: int | None


class ReviewMeasure(NamedTuple):
    """One indicator of result or impact in one year in which it has a target; ten-thousandths."""

    year: int
    indicator_id: int
    direction: str
    baseline_e4: int | None
    target_e4: int
    value_e4: int | None


class ReviewFunding(NamedTuple):
    """What was asked for, granted and paid in one year, by one funder or by several; cents."""

    year: int
    requested_cents: int | None
    granted_cents: int | None
    paid_cents: int | None


@dataclass(frozen=True, slots=True)
class YearTotals:
    """The figures of one year of the contract."""

    year: int
    totals: Totals


@dataclass(frozen=True, slots=True)
class ActionCounts:
    """What became of the actions planned at least once: done once, else partly once, else never."""

    planned: int
    done: int
    partly: int
    never: int


@dataclass(frozen=True, slots=True)
class ContractReview:
    """The review of a contract."""

    contract: ContractLabel
    years: tuple[YearTotals, ...]
    actions: ActionCounts
    totals: Totals


def contract_review(
    contract: ContractLabel,
    years: Iterable[int],
    *,
    rows: Iterable[ReviewRow],
    measures: Iterable[ReviewMeasure],
    funding: Iterable[ReviewFunding],
) -> ContractReview:
    """The review over the years with a day in the contract; rows of another year raise `KeyError`."""
    tallies = {year: Tally() for year in years}
    counts = _add_rows(tallies, rows)
    last_measures = _add_measures(tallies, measures)
    for line in funding:
        tallies[line.year].add_funding(line.requested_cents, line.granted_cents, line.paid_cents)
    by_year = tuple(YearTotals(year, tally.totals()) for year, tally in tallies.items())
    overall = Tally()
    for part in by_year:
        overall.include(part.totals, with_efficacy=False)
    for measure in last_measures:
        overall.add_measure(*measure[2:])
    return ContractReview(contract, by_year, counts, overall.totals())


def _add_rows(tallies: dict[int, Tally], rows: Iterable[ReviewRow]) -> ActionCounts:
    planned, done, partial = set(), set(), set()
    for row in rows:
        tallies[row.year].add_row(*row[2:])
        if row.planned:
            planned.add(row.action_id)
            if row.status == DONE:
                done.add(row.action_id)
            elif row.status == PARTIAL:
                partial.add(row.action_id)
    partly = len(partial - done)
    return ActionCounts(len(planned), len(done), partly, len(planned) - len(done) - partly)


def _add_measures(tallies: dict[int, Tally], measures: Iterable[ReviewMeasure]) -> Iterable[ReviewMeasure]:
    last: dict[int, ReviewMeasure] = {}
    for measure in measures:
        tallies[measure.year].add_measure(*measure[2:])
        before = last.get(measure.indicator_id)
        if before is None or before.year < measure.year:
            last[measure.indicator_id] = measure
    return last.values()
