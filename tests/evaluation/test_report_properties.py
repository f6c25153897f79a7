"""Whatever the rows, the figures add up: of actions to objectives, to axes, to the contract, in any order."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.exports import report_as_json
from evaluation.figures import REASONS, STATUSES, UNITS, Totals, merged
from evaluation.report import ActionRow, FundingRow, IndicatorRow
from tests.evaluation.report_rows import (
    OBJECTIVES,
    action,
    funding,
    indicator,
    report_of,
)

Row = ActionRow | IndicatorRow | FundingRow

cents = st.none() | st.integers(0, 10**9)
counts = st.none() | st.integers(0, 10**6)
measures = st.integers(-(10**7), 10**7)
numbers = st.integers(1, 12)

actions = st.builds(
    action,
    numbers,
    objective=st.sampled_from([row.code for row in OBJECTIVES]),
    unit=st.sampled_from(["", *UNITS]),
    planned=st.booleans(),
    status=st.sampled_from(STATUSES),
    reason=st.sampled_from(["", *REASONS]),
    planned_budget_cents=cents,
    actual_cost_cents=cents,
    planned_count=counts,
    actual_count=counts,
)
indicators = st.builds(
    indicator,
    numbers,
    name=st.sampled_from("abc"),
    nature=st.sampled_from(["output", "result", "impact"]),
    direction=st.sampled_from(["up", "down"]),
    baseline_e4=st.none() | measures,
    target_e4=st.none() | measures,
    value_e4=st.none() | measures,
)
grants = st.builds(funding, numbers, requested_cents=cents, granted_cents=cents, paid_cents=cents)


@st.composite
def years(draw: Callable[..., list[Row]]) -> list[Row]:
    """The rows of a year: a dozen actions at most, indicators and funding of these only."""
    rows = draw(st.lists(actions, max_size=12, unique_by=lambda row: row.key))
    keys = {row.key for row in rows}
    lines = draw(st.lists(indicators | grants, max_size=30))
    return rows + [line for line in lines if line.key in keys]


@given(years())
@settings(max_examples=150)
def test_every_level_is_the_sum_of_the_level_below(rows: list[Row]) -> None:
    report = report_of(*rows)
    assert merged(axis.totals for axis in report.axes) == report.totals
    for axis in report.axes:
        assert merged(objective.totals for objective in axis.objectives) == axis.totals
        for objective in axis.objectives:
            assert merged(found.totals for found in objective.actions) == objective.totals
    assert merged(found.totals for found in report.actions()) == report.totals


@given(years(), st.randoms())
@settings(max_examples=100)
def test_the_order_of_the_rows_does_not_matter(rows: list[Row], random: Random) -> None:
    shuffled = rows[:]
    random.shuffle(shuffled)
    assert report_as_json(report_of(*shuffled)) == report_as_json(report_of(*rows))


totals = years().map(lambda rows: report_of(*rows).totals)


@given(totals, totals, totals)
@settings(max_examples=60)
def test_merging_is_associative_and_commutative_and_nothing_is_neutral(
    a: Totals, b: Totals, c: Totals
) -> None:
    assert merged([merged([a, b]), c]) == merged([a, merged([b, c])])
    assert merged([a, b]) == merged([b, a])
    assert merged([a]) == merged([a, merged([])]) == a


@given(years())
@settings(max_examples=100)
def test_shares_stay_between_zero_and_one_and_unknown_figures_say_why(rows: list[Row]) -> None:
    found = report_of(*rows).totals
    shares = (
        found.effectiveness.rate,
        found.effectiveness.rate_at_least_partly,
        found.efficacy.coverage,
        found.efficacy.rate,
        found.efficacy.mean_attainment,
    )
    assert all(share is None or 0 <= share <= 1 for share in shares)
    for block in (found.effectiveness, found.efficacy, found.efficiency, *found.efficiency.by_unit.values()):
        unknown = {
            name
            for name, member in vars(type(block)).items()
            if isinstance(member, property) and getattr(block, name) is None
        }
        assert set(block.unknown) == unknown


@given(years())
@settings(max_examples=60)
def test_planned_actions_are_shared_out_among_the_statuses(rows: list[Row]) -> None:
    found = report_of(*rows).totals.effectiveness
    assert sum(getattr(found, status) for status in STATUSES) == found.planned
    only_planned = [row._replace(planned=True) if isinstance(row, ActionRow) else row for row in rows]
    everything = report_of(*only_planned).totals.effectiveness
    assert everything.planned == sum(isinstance(row, ActionRow) for row in rows)
    assert replace(everything, done_unplanned=0) == everything
