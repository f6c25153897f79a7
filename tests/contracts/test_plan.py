"""The plan in force on any day: tables of boundary cases around starts, ends and amendments."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.changes import Change, Deed, changes
from contracts.plan import (
    AmendmentRow,
    AxisRow,
    ObjectiveRow,
    Plan,
    PlannedObjective,
    Standing,
    Timeline,
    VersionRow,
)
from cops.lib.periods import PartialDate, Period


def day(text: str) -> date:
    return date.fromisoformat(text)


def version(title: str, amendment: int | None = None, *, place: int = 1, out: bool = False) -> VersionRow:
    return VersionRow(amendment, title, place, out)


AXIS = AxisRow(1, (version("Axe"),))


def contract(
    *amendments: AmendmentRow,
    objectives: tuple[ObjectiveRow, ...] = (),
    axes: tuple[AxisRow, ...] = (AXIS,),
    starts: str = "2009-01-01",
    ends: str = "2012-12-31",
) -> Timeline:
    return Timeline(PartialDate.parse(starts), PartialDate.parse(ends), amendments, axes, objectives)


def objective(code: str, *versions: VersionRow, axis: int = 1) -> ObjectiveRow:
    return ObjectiveRow(code, axis, versions)


def titles(plan: Plan) -> list[str]:
    return [row.title for axis in plan.axes for row in axis.objectives]


def only(plan: Plan) -> PlannedObjective:
    (row,) = [row for axis in plan.axes for row in axis.objectives]
    return row


PROLONGED = AmendmentRow(1, day("2013-01-01"), day("2014-12-31"))
LATE = AmendmentRow(1, day("2013-03-01"), day("2014-12-31"))
EARLY = AmendmentRow(1, day("2008-06-01"), day("2010-12-31"))
AFTER_A_YEAR = AmendmentRow(1, day("2014-05-01"), day("2014-12-31"))
SHORTENED = AmendmentRow(1, day("2011-01-01"), day("2011-06-30"))


@pytest.mark.parametrize(
    ("amendments", "on", "in_force", "shown_on", "ends"),
    [
        # Both ends are included.
        ((), "2008-12-31", False, "2009-01-01", "2012-12-31"),
        ((), "2009-01-01", True, "2009-01-01", "2012-12-31"),
        ((), "2012-12-31", True, "2012-12-31", "2012-12-31"),
        ((), "2013-01-01", False, "2012-12-31", "2012-12-31"),
        ((), "0001-01-01", False, "2009-01-01", "2012-12-31"),
        ((), "9999-12-31", False, "2012-12-31", "2012-12-31"),
        # Prolonged from the very next day: no gap, and the end known on a day is that of that day.
        ((PROLONGED,), "2012-12-31", True, "2012-12-31", "2012-12-31"),
        ((PROLONGED,), "2013-01-01", True, "2013-01-01", "2014-12-31"),
        ((PROLONGED,), "2014-12-31", True, "2014-12-31", "2014-12-31"),
        ((PROLONGED,), "2015-01-01", False, "2014-12-31", "2014-12-31"),
        # Prolonged only after it had ended: the days between are not in force.
        ((LATE,), "2013-01-01", False, "2012-12-31", "2012-12-31"),
        ((LATE,), "2013-02-28", False, "2013-03-01", "2014-12-31"),
        ((LATE,), "2013-03-01", True, "2013-03-01", "2014-12-31"),
        # Shortened: the original end no longer counts from the effective day on.
        ((SHORTENED,), "2010-12-31", True, "2010-12-31", "2012-12-31"),
        ((SHORTENED,), "2011-06-30", True, "2011-06-30", "2011-06-30"),
        ((SHORTENED,), "2011-07-01", False, "2011-06-30", "2011-06-30"),
        # Effective before the contract starts: it is there from the first day.
        ((EARLY,), "2008-07-01", False, "2009-01-01", "2010-12-31"),
    ],
)  # fmt: skip
def test_a_day_is_in_force_from_the_start_to_the_end_known_that_day(amendments, on, in_force, shown_on, ends):
    plan = contract(*amendments).plan(day(on))
    assert (plan.in_force, plan.shown_on, str(plan.ends)) == (in_force, day(shown_on), ends)


def test_of_two_days_equally_near_the_earlier_is_shown():
    # Not in force from the 1st to the 3rd of January; the 2nd is two days from either side.
    gap = contract(AmendmentRow(1, day("2013-01-04"), day("2014-12-31")))
    assert gap.nearest_day(day("2013-01-02")) == day("2012-12-31")
    assert gap.nearest_day(day("2013-01-03")) == day("2013-01-04")


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        ("2008-12-31", Standing.BEFORE),
        ("2009-01-01", Standing.IN_FORCE),
        ("2013-02-28", Standing.BETWEEN),
        ("2013-03-01", Standing.IN_FORCE),
        ("2015-01-01", Standing.AFTER),
    ],
)
def test_a_day_stands_before_in_between_or_after(on, standing):
    assert contract(LATE).standing(day(on)) is standing


@pytest.mark.parametrize(
    ("starts", "ends", "on", "in_force"),
    [
        ("2004-11", "2008", "2004-10-31", False),
        ("2004-11", "2008", "2004-11-01", True),
        ("2004-11", "2008", "2008-12-31", True),
        ("2004-11", "2008", "2009-01-01", False),
        ("2004-11", "2008-02", "2008-02-29", True),
        ("2004-11", "2008-02", "2008-03-01", False),
    ],
)
def test_dates_known_to_the_month_or_year_count_all_their_days(starts, ends, on, in_force):
    timeline = contract(starts=starts, ends=ends)
    assert timeline.in_force(day(on)) is in_force
    assert (str(timeline.starts), str(timeline.plan(day(on)).ends)) == (starts, ends)


@pytest.mark.parametrize(
    ("amendments", "years", "last_day"),
    [
        ((), [2009, 2010, 2011, 2012], "2012-12-31"),
        ((PROLONGED,), [2009, 2010, 2011, 2012, 2013, 2014], "2014-12-31"),
        ((AFTER_A_YEAR,), [2009, 2010, 2011, 2012, 2014], "2014-12-31"),
        ((SHORTENED,), [2009, 2010, 2011], "2011-06-30"),
    ],
)  # fmt: skip
def test_years_are_those_with_a_day_in_the_contract(amendments, years, last_day):
    timeline = contract(*amendments)
    assert timeline.years() == years
    assert timeline.last_day == day(last_day)


def test_the_stretches_of_a_year_are_cut_to_it():
    timeline = contract(AmendmentRow(1, day("2013-03-01"), day("2013-05-31")), starts="2012-06-01")
    assert timeline.days_in_year(2012) == [Period(day("2012-06-01"), day("2012-12-31"))]
    assert timeline.days_in_year(2013) == [Period(day("2013-03-01"), day("2013-05-31"))]
    assert timeline.days_in_year(2014) == []


def test_only_amendments_in_effect_on_the_day_shown_are_listed():
    timeline = contract(PROLONGED, AmendmentRow(2, day("2014-01-01")))
    assert [row.number for row in timeline.plan(day("2012-06-01")).amendments] == []
    assert [row.number for row in timeline.plan(day("2013-06-01")).amendments] == [1]
    assert [row.number for row in timeline.plan(day("2020-01-01")).amendments] == [1, 2]
    # The nearest day of 1 January 2013 in a contract prolonged in March is before the amendment.
    assert contract(LATE).plan(day("2013-01-01")).amendments == ()


REWORDED_TWICE = objective(
    "1.1",
    version("premier"),
    version("deuxième", 1),
    version("troisième", 2),
)


@pytest.mark.parametrize(
    ("on", "title", "reworded_by"),
    [
        ("2010-12-31", "premier", None),
        ("2011-01-01", "deuxième", 1),
        ("2011-12-31", "deuxième", 1),
        ("2012-01-01", "troisième", 2),
    ],
)
def test_the_wording_and_its_amendment_are_those_of_the_day(on, title, reworded_by):
    timeline = contract(
        AmendmentRow(2, day("2012-01-01")), AmendmentRow(1, day("2011-01-01")), objectives=(REWORDED_TWICE,)
    )
    assert only(timeline.plan(day(on))) == PlannedObjective("1.1", title, None, reworded_by)


def test_a_version_that_only_moves_an_objective_does_not_reword_it():
    timeline = contract(
        AmendmentRow(1, day("2011-01-01")),
        AmendmentRow(2, day("2012-01-01")),
        objectives=(
            objective("1.1", version("a"), version("a bis", 1), version("a bis", 2, place=2)),
            objective("1.2", version("b", place=2), version("b", 2, place=1)),
        ),
    )  # fmt: skip
    plan = timeline.plan(day("2012-06-01"))
    assert [(row.code, row.reworded_by) for row in plan.axes[0].objectives] == [("1.2", None), ("1.1", 1)]


def test_introduced_withdrawn_and_reintroduced_objectives_come_and_go_with_their_amendments():
    timeline = contract(
        AmendmentRow(1, day("2010-01-01")),
        AmendmentRow(2, day("2011-01-01")),
        AmendmentRow(3, day("2012-01-01")),
        objectives=(
            objective("1.1", version("ancien"), version("ancien", 2, out=True), version("repris", 3)),
            objective("1.2", version("nouveau", 1, place=2)),
        ),
    )
    assert titles(timeline.plan(day("2009-12-31"))) == ["ancien"]
    assert titles(timeline.plan(day("2010-01-01"))) == ["ancien", "nouveau"]
    assert titles(timeline.plan(day("2011-01-01"))) == ["nouveau"]
    assert titles(timeline.plan(day("2012-01-01"))) == ["repris", "nouveau"]
    back, new = timeline.plan(day("2012-01-01")).axes[0].objectives
    assert (back.introduced_by, back.reworded_by) == (None, 3)
    assert (new.introduced_by, new.reworded_by) == (1, None)
    assert timeline.objective_periods("1.1") == [
        Period(day("2009-01-01"), day("2010-12-31")),
        Period(day("2012-01-01"), day("2012-12-31")),
    ]
    assert timeline.objective_periods("9.9") == []


def test_an_objective_goes_with_its_axis():
    timeline = contract(
        AmendmentRow(1, day("2011-01-01")),
        axes=(AxisRow(1, (version("Axe"), version("Axe", 1, out=True))), AxisRow(2, (version("Deux", 1),))),
        objectives=(objective("1.1", version("a")), objective("2.1", version("b"), axis=2)),
    )
    assert titles(timeline.plan(day("2010-06-01"))) == ["a"]
    assert titles(timeline.plan(day("2011-06-01"))) == ["b"]
    assert timeline.objective_periods("1.1") == [Period(day("2009-01-01"), day("2010-12-31"))]
    assert timeline.objective_periods("2.1") == [Period(day("2011-01-01"), day("2012-12-31"))]


def test_of_two_amendments_on_a_day_the_higher_number_has_the_last_word():
    timeline = contract(
        AmendmentRow(2, day("2011-01-01"), day("2014-12-31")),
        AmendmentRow(1, day("2011-01-01"), day("2013-12-31")),
        objectives=(objective("1.1", version("zéro"), version("deux", 2), version("un", 1)),),
    )
    plan = timeline.plan(day("2011-01-01"))
    assert [row.number for row in plan.amendments] == [1, 2]
    assert str(plan.ends) == "2014-12-31"
    assert only(plan) == PlannedObjective("1.1", "deux", None, 2)


def test_a_later_amendment_that_sets_no_end_keeps_the_one_in_effect():
    timeline = contract(PROLONGED, AmendmentRow(2, day("2014-01-01")))
    assert str(timeline.plan(day("2014-06-01")).ends) == "2014-12-31"


def test_an_amendment_effective_after_the_contract_ended_for_good_changes_nothing_in_it():
    timeline = contract(
        AmendmentRow(1, day("2013-06-01")),
        objectives=(objective("1.1", version("ancien"), version("trop tard", 1)),),
    )
    plan = timeline.plan(day("2014-01-01"))
    assert (plan.in_force, plan.shown_on, titles(plan), plan.amendments) == (
        False, day("2012-12-31"), ["ancien"], (),
    )  # fmt: skip
    assert timeline.years() == [2009, 2010, 2011, 2012]


def test_axes_and_objectives_stand_in_the_order_of_their_places():
    timeline = contract(
        axes=(AxisRow(1, (version("un", place=2),)), AxisRow(2, (version("deux", place=1),))),
        objectives=(
            objective("1.10", version("dix", place=2)),
            objective("1.9", version("neuf", place=1)),
            objective("2.1", version("b"), axis=2),
        ),
    )
    plan = timeline.plan(day("2010-01-01"))
    assert [axis.number for axis in plan.axes] == [2, 1]
    assert titles(plan) == ["b", "neuf", "dix"]


def test_a_contract_without_known_axes_has_an_empty_plan():
    timeline = contract(axes=(), starts="2004-11", ends="2008")
    assert timeline.plan(day("2006-01-01")).axes == ()
    assert timeline.year_plan(2006) == ()


# A year's plan --------------------------------------------------------------------------------------------


YEAR = contract(
    AmendmentRow(1, day("2011-07-01")),
    AmendmentRow(2, day("2012-01-01")),
    axes=(
        AxisRow(1, (version("Axe un", place=1), version("Axe un, revu", 1, place=1))),
        AxisRow(2, (version("Axe deux", place=2), version("Axe deux", 2, place=2, out=True))),
    ),
    objectives=(
        objective("1.1", version("a"), version("a revu", 1)),
        objective("1.2", version("b", place=2), version("b", 1, place=2, out=True)),
        objective("1.3", version("c", 1, place=3), version("c revu", 2, place=3)),
        objective("2.1", version("d"), axis=2),
    ),
)


@pytest.mark.parametrize(
    ("year", "axes", "objectives"),
    [
        (2010, ["Axe un", "Axe deux"], ["a", "b", "d"]),
        # Withdrawn on 1 July, « b » was in force in 2011; the others are worded as on 31 December.
        (2011, ["Axe un, revu", "Axe deux"], ["a revu", "b", "c", "d"]),
        # Withdrawn from 1 January on, axis 2 has no day in 2012.
        (2012, ["Axe un, revu"], ["a revu", "c revu"]),
        (2013, [], []),
    ],
)
def test_a_year_shows_what_was_in_force_on_one_of_its_days_in_its_last_wording(year, axes, objectives):
    plan = YEAR.year_plan(year)
    assert [axis.title for axis in plan] == axes
    assert [row.title for axis in plan for row in axis.objectives] == objectives


def test_the_last_year_is_worded_as_on_its_last_day_in_the_contract():
    timeline = contract(
        AmendmentRow(1, day("2012-07-01")),
        ends="2012-06-30",
        objectives=(objective("1.1", version("avant"), version("après la fin", 1)),),
    )
    assert [row.title for axis in timeline.year_plan(2012) for row in axis.objectives] == ["avant"]


@pytest.mark.parametrize(
    ("code", "year", "title"),
    [
        ("1.1", 2010, "a"),
        ("1.1", 2011, "a revu"),
        ("1.2", 2011, "b"),
        ("1.2", 2020, "b"),  # long withdrawn: as it was last
        ("1.3", 2009, "c"),  # not yet introduced: as it was first
        ("1.3", 2020, "c revu"),
    ],
)
def test_the_last_wording_is_that_of_the_last_day_in_force(code, year, title):
    wording = YEAR.last_wording(code, year)
    assert wording is not None
    assert wording.title == title


def test_a_code_that_was_never_in_force_has_no_wording():
    never = contract(objectives=(objective("1.1", version("jamais", out=True)),))
    assert never.last_wording("1.1", 2010) is None
    assert never.last_wording("9.9", 2010) is None


def test_an_axis_keeps_its_last_title():
    assert YEAR.last_axis_title(1, 2010) == "Axe un"
    assert YEAR.last_axis_title(1, 2011) == "Axe un, revu"
    assert YEAR.last_axis_title(2, 2020) == "Axe deux"
    assert YEAR.last_axis_title(9, 2010) == ""


# What amendments changed ----------------------------------------------------------------------------------


def test_each_amendment_tells_what_it_changed():
    timeline = contract(
        AmendmentRow(1, day("2010-01-01")),
        AmendmentRow(2, day("2011-01-01")),
        AmendmentRow(3, day("2012-01-01"), day("2014-12-31")),
        axes=(AXIS, AxisRow(2, (version("Deux", 2),))),
        objectives=(
            objective("1.1", version("a"), version("a bis", 1), version("a bis", 2, place=5)),
            objective("1.2", version("b"), version("b", 1, out=True), version("b", 2)),
            objective("1.3", version("c", 2)),
        ),
    )
    first, second, third = changes(timeline, day("2012-06-01"))
    assert first.changes == (
        Change("Objectif 1.1", Deed.REWORDED, "a bis", "a"),
        Change("Objectif 1.2", Deed.WITHDRAWN, "b"),
    )
    assert second.changes == (
        Change("Objectif 1.2", Deed.REINTRODUCED, "b"),
        Change("Objectif 1.3", Deed.INTRODUCED, "c"),
        Change("Axe 2", Deed.INTRODUCED, "Deux"),
    )
    assert (third.number, third.changes) == (3, ())
    assert [row.number for row in changes(timeline, day("2010-06-01"))] == [1]


# The rules hold for any amendments ------------------------------------------------------------------------

DAYS = st.dates(date(2008, 6, 1), date(2015, 6, 30))


@st.composite
def timelines(draw):
    rows = []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        effective_on = draw(DAYS)
        prolongs = draw(st.booleans())
        new_end_on = effective_on + timedelta(days=draw(st.integers(0, 900))) if prolongs else None
        rows.append(AmendmentRow(number, effective_on, new_end_on))
    versions = [version("0")] + [
        version(str(row.number), row.number, out=draw(st.booleans())) for row in rows if draw(st.booleans())
    ]
    return contract(*rows, objectives=(objective("1.1", *versions),))


@given(timelines(), DAYS)
def test_the_stretches_hold_exactly_the_days_in_force(timeline, on):
    assert any(period.contains(on) for period in timeline.periods()) == timeline.in_force(on)
    shown = timeline.nearest_day(on)
    assert timeline.in_force(shown) or not timeline.periods()
    assert shown == on or not timeline.in_force(on)


@given(timelines(), DAYS)
def test_an_objective_is_in_the_plan_of_exactly_the_days_of_its_periods(timeline, on):
    is_planned = timeline.in_force(on) and bool(titles(timeline.plan(on)))
    assert any(period.contains(on) for period in timeline.objective_periods("1.1")) == is_planned


@given(timelines(), st.integers(2009, 2015))
def test_a_year_lists_an_objective_if_it_has_a_day_in_it(timeline, year):
    is_listed = any(axis.objectives for axis in timeline.year_plan(year))
    has_day = any(
        period.overlaps(Period(date(year, 1, 1), date(year, 12, 31)))
        for period in timeline.objective_periods("1.1")
    )
    assert is_listed == has_day
