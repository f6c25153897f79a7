"""Each sentence of the yearly evaluation about figures, as a table of its boundary cases."""

from decimal import Decimal
from typing import Any

import pytest

from evaluation.figures import (
    REASONS,
    STATUSES,
    Totals,
    attainment,
    cost_per_unit,
    mean_attainment,
    rate,
)
from tests.evaluation.report_rows import action, funding, indicator, report_of

ONE = 10**36


def totals(*rows: Any) -> Totals:
    return report_of(*rows).totals


# Effectiveness


@pytest.mark.parametrize("status", STATUSES)
def test_a_planned_action_counts_once_under_its_status(status: str) -> None:
    found = totals(action(status=status)).effectiveness
    assert found.planned == 1
    assert {name: getattr(found, name) for name in STATUSES} == {
        name: int(name == status) for name in STATUSES
    }
    assert found.done_unplanned == 0


@pytest.mark.parametrize(
    ("status", "counted"), [(name, int(name in ("done", "partial"))) for name in STATUSES]
)
def test_an_unplanned_action_counts_only_where_done_or_partial(status: str, counted: int) -> None:
    found = totals(action(planned=False, status=status, reason="staffing")).effectiveness
    assert found.done_unplanned == counted
    assert [getattr(found, name) for name in STATUSES] == [0] * len(STATUSES)
    assert found.planned == 0
    assert found.reasons == {}


def test_rates_are_shares_of_the_planned_actions_to_four_decimals() -> None:
    statuses = ["done", "partial", "unreported"]
    found = totals(*(action(key, status=status) for key, status in enumerate(statuses))).effectiveness
    assert str(found.rate) == "0.3333"
    assert str(found.rate_at_least_partly) == "0.6667"
    assert found.unknown == {}


def test_without_planned_action_the_rates_are_unknown_and_say_why() -> None:
    found = totals(action(planned=False, status="done")).effectiveness
    assert found.rate is None
    assert found.rate_at_least_partly is None
    assert found.unknown == {
        "rate": "aucune action prévue",
        "rate_at_least_partly": "aucune action prévue",
    }


@pytest.mark.parametrize(
    ("status", "counted"),
    [(name, name in ("partial", "postponed", "dropped", "not_done")) for name in STATUSES],
)
def test_reasons_are_counted_where_a_status_owes_one(status: str, counted: bool) -> None:
    found = totals(action(status=status, reason="legal")).effectiveness
    assert found.reasons == ({"legal": 1} if counted else {})


def test_reasons_given_come_in_the_order_of_the_vocabulary_without_zeros() -> None:
    given = ["other", "funding", "technical", "funding"]
    found = totals(*(action(key, status="dropped", reason=reason) for key, reason in enumerate(given)))
    assert list(found.effectiveness.reasons.items()) == [("funding", 2), ("technical", 1), ("other", 1)]
    assert [reason for reason in REASONS if reason in given] == list(found.effectiveness.reasons)


# Efficacy


@pytest.mark.parametrize(
    ("direction", "baseline", "target", "value", "expected"),
    [
        # with a baseline on the worse side: the part of the way covered
        ("up", 10, 20, 15, Decimal("0.5")),
        ("up", 10, 20, 20, 1),
        ("up", 10, 20, 25, 1),
        ("up", 10, 20, 10, 0),
        ("up", 10, 20, 5, 0),
        ("up", -20, -10, -15, Decimal("0.5")),
        ("up", -10, 0, -5, Decimal("0.5")),
        ("up", 0, 20, 5, Decimal("0.25")),
        ("down", 20, 10, 15, Decimal("0.5")),
        ("down", 20, 10, 10, 1),
        ("down", 20, 10, 5, 1),
        ("down", 20, 10, 25, 0),
        ("down", 20, 0, 5, Decimal("0.75")),
        ("down", -10, -20, -15, Decimal("0.5")),
        # with a baseline on the target or on its better side, it is left out
        ("up", 20, 20, 10, Decimal("0.5")),
        ("up", 30, 20, 25, 1),
        ("up", 30, 20, 10, Decimal("0.5")),
        ("down", 20, 20, 40, Decimal("0.5")),
        ("down", 10, 20, 40, Decimal("0.5")),
        ("down", 10, 20, 15, 1),
        # without a baseline
        ("up", None, 20, 20, 1),
        ("up", None, 20, 5, Decimal("0.25")),
        ("up", None, 20, 0, 0),
        ("up", None, 20, -5, 0),
        ("up", None, 0, 0, 1),
        ("up", None, 0, -1, 0),
        ("up", None, -10, -5, 1),
        ("up", None, -10, -20, 0),
        ("down", None, 20, 20, 1),
        ("down", None, 20, 80, Decimal("0.25")),
        ("down", None, 20, 0, 1),
        ("down", None, 20, -5, 1),
        ("down", None, 0, 0, 1),
        ("down", None, 0, 5, 0),
        ("down", None, -10, -5, 0),
        ("down", None, -10, -20, 1),
    ],
)
def test_attainment(direction: str, baseline: int | None, target: int, value: int, expected: Decimal) -> None:
    assert attainment(direction, baseline, target, value) == expected * ONE


@pytest.mark.parametrize(
    ("direction", "value", "met"),
    [("up", 9, 0), ("up", 10, 1), ("up", 11, 1), ("down", 9, 1), ("down", 10, 1), ("down", 11, 0)],
)
def test_a_target_is_met_on_it_and_on_its_better_side(direction: str, value: int, met: int) -> None:
    row = indicator(direction=direction, target_e4=10, value_e4=value)
    assert totals(action(), row).efficacy.met == met
    assert row.met is bool(met)


@pytest.mark.parametrize(
    ("given", "with_target", "with_value"),
    [
        ({"nature": "result", "target_e4": 1, "value_e4": 1}, 1, 1),
        ({"nature": "impact", "target_e4": 1, "value_e4": 1}, 1, 1),
        ({"nature": "output", "target_e4": 1, "value_e4": 1}, 0, 0),
        ({"target_e4": 0, "value_e4": 0}, 1, 1),
        ({"target_e4": 1, "value_e4": None}, 1, 0),
        ({"target_e4": None, "value_e4": 1}, 0, 0),
        ({"target_e4": None, "value_e4": None}, 0, 0),
    ],
)
def test_results_and_impacts_with_a_target_are_counted(given: Any, with_target: int, with_value: int) -> None:
    found = totals(action(), indicator(**given)).efficacy
    assert (found.with_target, found.with_value) == (with_target, with_value)


@pytest.mark.parametrize("planned", [True, False])
@pytest.mark.parametrize("status", STATUSES)
def test_indicators_count_on_any_row(planned: bool, status: str) -> None:
    row = indicator(target_e4=2, value_e4=1)
    found = totals(action(planned=planned, status=status), row).efficacy
    assert (found.with_target, found.with_value, found.met) == (1, 1, 0)
    assert found.mean_attainment == Decimal("0.5")


def test_efficacy_shares_stand_over_targets_and_over_values() -> None:
    found = totals(
        action(),
        indicator(name="a", target_e4=3, value_e4=3),
        indicator(name="b", target_e4=3, value_e4=1),
        indicator(name="c", target_e4=3, value_e4=None),
    ).efficacy
    assert (found.coverage, found.rate) == (Decimal("0.6667"), Decimal("0.5"))
    assert found.mean_attainment == Decimal("0.6667")
    assert found.unknown == {}


def test_without_target_or_value_efficacy_is_unknown_and_says_which() -> None:
    no_target = totals(action()).efficacy
    assert (no_target.coverage, no_target.rate, no_target.mean_attainment) == (None, None, None)
    assert set(no_target.unknown) == {"coverage", "rate", "mean_attainment"}
    assert set(no_target.unknown.values()) == {"aucun indicateur de résultat ou d’impact n’a de cible"}
    no_value = totals(action(), indicator(target_e4=1)).efficacy
    assert (no_value.coverage, no_value.rate, no_value.mean_attainment) == (Decimal(0), None, None)
    assert set(no_value.unknown) == {"rate", "mean_attainment"}


# Rounding


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (1, 20_000, "0.0001"),
        (3, 20_000, "0.0002"),
        (1, 20_001, "0.0000"),
        (13_333, 20_000, "0.6667"),
        (5, 4, "1.2500"),
    ],
)
def test_rates_are_rounded_to_four_decimals_ties_away_from_zero(
    numerator: int, denominator: int, expected: str
) -> None:
    assert str(rate(numerator, denominator)) == expected


@pytest.mark.parametrize(
    ("cents", "count", "expected"),
    [(1, 2, "0.01"), (3, 2, "0.02"), (1, 3, "0.00"), (200, 3, "0.67"), (0, 5, "0.00")],
)
def test_costs_per_unit_are_rounded_to_the_cent_ties_away_from_zero(
    cents: int, count: int, expected: str
) -> None:
    assert str(cost_per_unit(cents, count)) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        # exactly 0.50005; cut thirds add up to a little less and would be rounded down
        ([(1, 3), (1, 3), (250_045, 300_000)], "0.5001"),
        ([(1, 3), (20_003, 30_000)], "0.5001"),
        ([(1, 3), (20_002, 30_000)], "0.5000"),
        ([(1, 3), (2, 3)], "0.5000"),
        ([(1, 7), (6, 7), (1, 10_000), (0, 1)], "0.2500"),
        ([(1, 7), (6, 7), (2, 10_000), (0, 1)], "0.2501"),
        ([(1, 7)] * 7, "0.1429"),
    ],
)
def test_the_mean_attainment_is_rounded_as_if_no_part_had_been(
    parts: list[tuple[int, int]], expected: str
) -> None:
    attained = sum(attainment("up", None, target, value) for value, target in parts)
    assert str(mean_attainment(attained, len(parts))) == expected


# Efficiency: money


def test_the_budget_is_that_of_planned_rows_and_the_cost_that_of_all() -> None:
    found = totals(
        action(1, planned_budget_cents=1000, actual_cost_cents=300),
        action(2, planned=False, planned_budget_cents=5000, actual_cost_cents=70, status="in_progress"),
        action(3),
    ).efficiency
    assert (found.planned_budget, found.actual_cost) == (Decimal("10.00"), Decimal("3.70"))


def test_a_sum_of_money_of_which_nothing_is_known_is_unknown_and_says_why() -> None:
    found = totals(action(), funding()).efficiency
    names = ("planned_budget", "actual_cost", "execution", "requested", "granted", "paid")
    assert [getattr(found, name) for name in names] == [None] * 6
    assert tuple(found.unknown) == names
    assert found.unknown["actual_cost"] == "aucun coût réel renseigné"


def test_a_sum_of_money_of_which_zero_is_known_is_zero() -> None:
    line = funding(requested_cents=0, granted_cents=0, paid_cents=0)
    found = totals(action(planned_budget_cents=0, actual_cost_cents=0), line).efficiency
    assert [str(amount) for amount in (found.planned_budget, found.actual_cost, found.paid)] == ["0.00"] * 3
    assert set(found.unknown) == {"execution"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"planned_budget_cents": 200, "actual_cost_cents": 100, "status": "done"}, Decimal("0.5")),
        ({"planned_budget_cents": 200, "actual_cost_cents": 300, "status": "unreported"}, Decimal("1.5")),
        ({"planned_budget_cents": 200, "actual_cost_cents": 0, "status": "done"}, Decimal(0)),
        ({"planned_budget_cents": 200, "actual_cost_cents": 100, "status": "dropped"}, Decimal("0.5")),
        ({"planned_budget_cents": 200, "status": "postponed"}, Decimal(0)),
        ({"planned_budget_cents": 200, "status": "dropped"}, Decimal(0)),
        ({"planned_budget_cents": 200, "status": "not_done"}, Decimal(0)),
        ({"planned_budget_cents": 200, "status": "done"}, None),
        ({"planned_budget_cents": 200, "status": "partial"}, None),
        ({"planned_budget_cents": 200, "status": "in_progress"}, None),
        ({"planned_budget_cents": 200, "status": "unreported"}, None),
        ({"planned_budget_cents": 0, "actual_cost_cents": 100, "status": "done"}, None),
        ({"planned_budget_cents": None, "actual_cost_cents": 100, "status": "done"}, None),
        ({"planned_budget_cents": 0, "status": "dropped"}, None),
        ({"planned": False, "planned_budget_cents": 200, "actual_cost_cents": 100, "status": "done"}, None),
    ],
)
def test_execution_of_one_row(given: Any, expected: Decimal | None) -> None:
    assert totals(action(**given)).efficiency.execution == expected


def test_what_was_not_done_does_not_vanish_from_execution() -> None:
    found = totals(
        action(1, planned_budget_cents=100, actual_cost_cents=100, status="done"),
        action(2, planned_budget_cents=200, status="not_done"),
        action(3, planned_budget_cents=9999, status="done"),
    ).efficiency
    assert found.execution == Decimal("0.3333")


def test_funding_is_summed_over_all_rows_planned_or_not() -> None:
    found = totals(
        action(1),
        action(2, planned=False),
        funding(1, "AME", requested_cents=100, granted_cents=None, paid_cents=1),
        funding(1, "CAF", requested_cents=20),
        funding(2, "AME", requested_cents=3, paid_cents=2),
    ).efficiency
    assert (found.requested, found.granted, found.paid) == (Decimal("1.23"), None, Decimal("0.03"))


# Efficiency: cost per unit


@pytest.mark.parametrize(
    ("given", "actions", "compared"),
    [
        ({"actual_cost_cents": 100, "actual_count": 4}, 1, 0),
        ({"actual_cost_cents": 0, "actual_count": 4}, 1, 0),
        ({"actual_cost_cents": None, "actual_count": 4}, 0, 0),
        ({"actual_cost_cents": 100, "actual_count": 0}, 0, 0),
        ({"actual_cost_cents": 100, "actual_count": None}, 0, 0),
        ({"actual_cost_cents": 100, "actual_count": 4, "planned_budget_cents": 8, "planned_count": 2}, 1, 1),
        ({"actual_cost_cents": 100, "actual_count": 4, "planned_budget_cents": 0, "planned_count": 2}, 1, 1),
        ({"actual_cost_cents": 100, "actual_count": 4, "planned_budget_cents": 8, "planned_count": 0}, 1, 0),
        ({"actual_cost_cents": 100, "actual_count": 4, "planned_budget_cents": 8}, 1, 0),
        ({"actual_cost_cents": 100, "actual_count": 4, "planned_count": 2}, 1, 0),
        ({"actual_count": 4, "planned_budget_cents": 8, "planned_count": 2}, 0, 0),
    ],
)
@pytest.mark.parametrize("planned", [True, False])
def test_rows_counted_in_a_unit_and_compared_with_the_plan(
    given: Any, actions: int, compared: int, planned: bool
) -> None:
    found = totals(action(unit="people", planned=planned, **given)).efficiency.by_unit["people"]
    assert (found.actions, found.compared_actions) == (actions, compared)
    assert (found.cost is None) == (found.cost_per_unit is None) == (actions == 0)
    assert (found.compared_cost_per_unit is None) == (compared == 0)
    assert (found.compared_planned_cost_per_unit is None) == (compared == 0)
    unknown = {"cost", "cost_per_unit"} if not actions else set()
    if not compared:
        unknown |= {"compared_cost_per_unit", "compared_planned_cost_per_unit"}
    assert set(found.unknown) == unknown


def test_costs_are_never_averages_of_averages_and_units_never_added_together() -> None:
    known: dict[str, Any] = {"planned_budget_cents": 1000, "planned_count": 1}
    found = totals(
        action(1, unit="people", actual_cost_cents=1000, actual_count=1, **known),
        action(2, unit="people", actual_cost_cents=1000, actual_count=9),
        action(3, unit="facilities", actual_cost_cents=500, actual_count=1),
        action(4, unit="", actual_cost_cents=700, actual_count=1),
    ).efficiency.by_unit
    assert list(found) == ["people", "facilities"]
    people = found["people"]
    assert (people.actions, people.cost, people.count) == (2, Decimal(20), 10)
    assert people.cost_per_unit == Decimal("2.00")
    assert people.compared_cost_per_unit == people.compared_planned_cost_per_unit == Decimal("10.00")
    assert found["facilities"].cost_per_unit == Decimal("5.00")


def test_a_unit_is_listed_as_soon_as_an_action_with_a_row_counts_in_it() -> None:
    found = totals(action(unit="interventions", planned=False)).efficiency.by_unit
    assert list(found) == ["interventions"]
    assert found["interventions"].count == 0
