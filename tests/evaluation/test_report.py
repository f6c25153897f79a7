"""What the report lists, in which order and under which wording, and what it says is missing."""

from decimal import Decimal
from typing import Any

import pytest

from evaluation.exports import report_as_json
from evaluation.report import (
    AxisRow,
    IndicatorRow,
    Missing,
    ObjectiveRow,
    YearReport,
    measure,
    without_confidential,
)
from tests.evaluation.report_rows import (
    AXES,
    OBJECTIVES,
    action,
    funding,
    indicator,
    only_action,
    report_of,
)


def listed(report: YearReport) -> list[tuple[int, list[tuple[str, list[str]]]]]:
    """Axes, objectives and references as they are listed."""
    return [
        (
            axis.number,
            [
                (objective.code, [action.row.reference for action in objective.actions])
                for objective in axis.objectives
            ],
        )
        for axis in report.axes
    ]


def missing(*rows: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [(item.reference, item.fields) for item in report_of(*rows).missing]


def test_a_year_without_any_row_lists_the_plan_with_zeros() -> None:
    report = report_of()
    assert listed(report) == [(1, [("1.1", []), ("1.2", [])]), (2, [("2.1", [])])]
    totals = report.axes[1].objectives[0].totals
    assert totals == report.totals
    assert (totals.effectiveness.planned, totals.effectiveness.rate) == (0, None)
    assert (totals.efficiency.planned_budget, totals.efficiency.by_unit) == (None, {})
    assert report.missing == ()


def test_axes_and_objectives_come_in_plan_order_and_actions_in_code_point_order() -> None:
    references = ["1.1-2", "1.1-10", "É-01", "Z-01", "a-01"]
    report = report_of(
        *(action(key, reference=reference) for key, reference in enumerate(references)),
        axes=[AxisRow(2, "Deux", True), AxisRow(1, "Un", True)],
        objectives=[OBJECTIVES[1], OBJECTIVES[2], OBJECTIVES[0]],
    )
    assert listed(report) == [
        (2, [("2.1", [])]),
        (1, [("1.2", []), ("1.1", ["1.1-10", "1.1-2", "Z-01", "a-01", "É-01"])]),
    ]


def test_an_objective_of_another_year_is_not_listed_unless_a_row_counts_under_it() -> None:
    plan = [*OBJECTIVES, ObjectiveRow("2.2", "Ancien", 2, False), ObjectiveRow("3.1", "Autre", 3, False)]
    axes = [*AXES, AxisRow(3, "Ancien axe", False)]
    assert listed(report_of(axes=axes, objectives=plan)) == listed(report_of())
    report = report_of(action(objective="3.1"), axes=axes, objectives=plan)
    assert listed(report)[2:] == [(3, [("3.1", ["1.1-01"])])]
    assert report.axes[2].totals.effectiveness.planned == report.totals.effectiveness.planned == 1
    assert listed(report)[1] == (2, [("2.1", [])])


def test_an_axis_in_force_without_objectives_is_listed() -> None:
    assert listed(report_of(axes=[*AXES, AxisRow(3, "Sécurité", True)]))[2] == (3, [])


def test_an_unknown_objective_is_refused() -> None:
    with pytest.raises(KeyError):
        report_of(action(objective="9.9"))


def test_each_level_holds_the_figures_of_what_it_lists() -> None:
    report = report_of(
        action(1, status="done", actual_cost_cents=100, unit="people", actual_count=1),
        action(2, objective="1.2", actual_cost_cents=20, unit="families", actual_count=2),
        action(3, objective="2.1", planned=False, status="done", actual_cost_cents=3),
        indicator(1, target_e4=1, value_e4=1),
        indicator(2, target_e4=1),
        funding(3, paid_cents=5),
    )
    first, second = report.axes
    assert [axis.totals.efficiency.actual_cost for axis in report.axes] == [Decimal("1.20"), Decimal("0.03")]
    assert [objective.totals.efficiency.actual_cost for objective in first.objectives] == [
        Decimal(1),
        Decimal("0.2"),
    ]
    assert [axis.totals.efficacy.with_target for axis in report.axes] == [2, 0]
    assert [axis.totals.efficiency.paid for axis in report.axes] == [None, Decimal("0.05")]
    assert list(first.totals.efficiency.by_unit) == ["people", "families"]
    assert list(second.totals.efficiency.by_unit) == []
    assert report.totals.efficiency.actual_cost == Decimal("1.23")
    assert report.totals.effectiveness.done_unplanned == 1


def test_an_action_keeps_the_lines_its_figures_come_from() -> None:
    rows = [action(1), action(2)]
    lines = [indicator(1, name="b"), indicator(1, name="B"), indicator(1, name="é"), indicator(2)]
    grants = [funding(1, "CAF"), funding(1, "AME"), funding(2, "État")]
    first, second = report_of(*rows, *lines, *grants).actions()
    assert first.row is rows[0]
    assert [line.name for line in first.indicators] == ["B", "b", "é"]
    assert [line.funder for line in first.funding] == ["AME", "CAF"]
    assert (second.indicators, second.funding) == ((lines[3],), (grants[2],))


def test_the_json_names_each_action_with_the_lead_and_status_of_the_year() -> None:
    row = action(status="dropped", reason="legal", lead="Amelys", planned=False)
    answer = report_as_json(report_of(row, action(2)))
    assert list(answer) == ["schema", "contract", "year", "totals", "axes", "missing"]
    assert (answer["schema"], answer["year"]) == ("cops-report/1", 2012)
    assert answer["contract"] == {"code": "cops-2009", "title": "Contrat 2009-2012"}
    first, second = answer["axes"][0]["objectives"][0]["actions"]
    assert {name: value for name, value in first.items() if name != "totals"} == {
        "reference": "1.1-01",
        "title": "Action 1",
        "lead": "Amelys",
        "planned": False,
        "status": "dropped",
        "reason": "legal",
    }
    assert (second["status"], second["reason"]) == ("unreported", None)
    assert answer["axes"][0]["number"] == 1


# Missing


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"status": "unreported"}, ("status",)),
        ({"status": "unreported", "planned": False}, ()),
        ({"status": "done"}, ("actual_cost",)),
        ({"status": "partial"}, ("actual_cost",)),
        ({"status": "done", "planned": False}, ("actual_cost",)),
        ({"status": "done", "actual_cost_cents": 0}, ()),
        ({"status": "done", "unit": "people"}, ("actual_cost", "actual_count")),
        ({"status": "partial", "planned": False, "unit": "people"}, ("actual_cost", "actual_count")),
        ({"status": "done", "unit": "people", "actual_cost_cents": 0, "actual_count": 0}, ()),
        ({"status": "in_progress", "unit": "people"}, ()),
        ({"status": "postponed", "unit": "people"}, ()),
        ({"status": "dropped", "unit": "people"}, ()),
        ({"status": "not_done", "unit": "people"}, ()),
    ],
)
def test_what_is_missing_of_a_row(given: Any, fields: tuple[str, ...]) -> None:
    assert missing(action(**given)) == ([("1.1-01", fields)] if fields else [])


@pytest.mark.parametrize(
    ("line", "is_missing"),
    [
        (indicator(target_e4=0), True),
        (indicator(target_e4=1, nature="impact"), True),
        (indicator(target_e4=1, nature="output"), False),
        (indicator(target_e4=1, value_e4=0), False),
        (indicator(), False),
    ],
)
@pytest.mark.parametrize("planned", [True, False])
def test_an_indicator_with_a_target_and_no_value_is_missing(
    line: IndicatorRow, is_missing: bool, planned: bool
) -> None:
    found = missing(action(status="postponed", planned=planned), line)
    assert found == ([("1.1-01", ("indicator:Élèves suivis",))] if is_missing else [])


def test_missing_fields_and_references_come_in_their_order() -> None:
    found = missing(
        action(1, reference="Z", objective="1.1", status="done", unit="people"),
        action(2, reference="É", objective="1.1"),
        action(3, reference="A", objective="2.1"),
        *(indicator(1, name=name, target_e4=1) for name in ("é", "b", "Z")),
    )
    fields = ("actual_cost", "actual_count", "indicator:Z", "indicator:b", "indicator:é")
    assert found == [("A", ("status",)), ("Z", fields), ("É", ("status",))]


# Confidential actions


def test_confidential_actions_are_counted_but_not_detailed() -> None:
    secret = action(2, confidential=True, reference="1.1-02", actual_cost_cents=500)
    report = report_of(action(1), secret, action(3, objective="2.1"), indicator(2, target_e4=1))
    public = without_confidential(report)
    assert listed(public) == [(1, [("1.1", ["1.1-01"]), ("1.2", [])]), (2, [("2.1", ["1.1-03"])])]
    assert public.withheld == 1
    assert [objective.withheld for objective in public.axes[0].objectives] == [1, 0]
    assert public.missing == (Missing("1.1-01", ("status",)), Missing("1.1-03", ("status",)))
    assert public.totals == report.totals
    assert public.axes[0].totals == report.axes[0].totals
    assert public.axes[0].objectives[0].totals == report.axes[0].objectives[0].totals
    assert without_confidential(public) == public


def test_nothing_changes_without_confidential_actions() -> None:
    report = report_of(action(), indicator(), funding())
    assert without_confidential(report) is report


# Rows as they are shown


@pytest.mark.parametrize(
    ("e4", "shown"),
    [
        (None, None),
        (0, "0"),
        (10_000, "1"),
        (1_000_000, "100"),
        (12_500, "1.25"),
        (-5_000, "-0.5"),
        (1, "0.0001"),
    ],
)
def test_measures_are_shown_without_trailing_zeros(e4: int | None, shown: str | None) -> None:
    value = measure(e4)
    assert (None if value is None else format(value, "f")) == shown


def test_rows_show_money_in_euros_and_an_indicators_attainment() -> None:
    shown = only_action(
        report_of(
            action(planned_budget_cents=123456, actual_cost_cents=None),
            indicator(baseline_e4=0, target_e4=30_000, value_e4=10_000, nature="output"),
            funding(requested_cents=5, granted_cents=0),
        )
    )
    assert (shown.row.planned_budget, shown.row.actual_cost) == (Decimal("1234.56"), None)
    (line,) = shown.indicators
    assert (line.baseline, line.target, line.value) == (0, 3, 1)
    assert (line.met, str(line.attainment)) == (False, "0.3333")
    assert not line.is_measured
    (grant,) = shown.funding
    assert (grant.requested, grant.granted, grant.paid) == (Decimal("0.05"), Decimal(0), None)


def test_an_indicator_without_target_or_value_has_no_attainment() -> None:
    for line in (indicator(target_e4=1), indicator(value_e4=1)):
        assert (line.met, line.attainment) == (None, None)
