"""Attendance over a period: within the designations of each seat, represented counted as represented."""

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from governance.models import Formation, Meeting
from governance.statistics import attendance_of
from tests import factories
from tests.entered_forms import text_of

YEAR = (date(2012, 1, 1), date(2012, 12, 31))


@pytest.fixture
def formation(db):
    return factories.FormationFactory()


def a_seat(formation, position=1, **values):
    rule = factories.SeatRuleFactory(formation=formation, position=position, label=f"Siège {position}")
    return factories.DesignationFactory(seat=factories.SeatFactory(rule=rule), **values)


def held(formation, month, day=10, **values):
    values = {"state": Meeting.State.HELD} | values
    return factories.MeetingFactory(formation=formation, held_on=date(2012, month, day), **values)


def note(meeting, mandate, presence, **values):
    factories.AttendanceFactory(
        meeting=meeting, seat=mandate.seat, person=mandate.person, presence=presence, **values
    )


def test_each_seat_is_counted_as_it_was_noted(formation):
    mandate = a_seat(formation)
    for month, presence in enumerate(["present", "represented", "excused", "absent"], start=1):
        note(held(formation, month), mandate, presence)
    held(formation, 5)  # nobody was noted
    (row,) = attendance_of(formation, *YEAR).seats
    assert (row.meetings, row.present, row.represented, row.excused, row.absent, row.unknown) == (
        5,
        1,
        1,
        1,
        1,
        1,
    )
    assert row.rate == 0.5


def test_only_meetings_within_a_designation_count_and_bounds_are_included(formation):
    first = a_seat(formation, ends_on=date(2012, 3, 10))
    person = factories.PersonFactory()
    second = factories.DesignationFactory(seat=first.seat, person=person, starts_on=date(2012, 6, 10))
    note(held(formation, 3), first, "present")
    held(formation, 4)  # vacant
    note(held(formation, 6), second, "represented")
    (row,) = attendance_of(formation, *YEAR).seats
    assert (row.meetings, row.present, row.represented, row.unknown) == (2, 1, 1, 0)
    assert str(first.person) in row.note and str(person) in row.note
    (row,) = attendance_of(formation, date(2012, 6, 10), date(2012, 6, 10)).seats
    assert (row.meetings, row.represented) == (1, 1)


def test_a_substitute_who_came_makes_the_seat_present_and_an_assistant_does_not(formation):
    mandate = a_seat(formation)
    meeting = held(formation, 1)
    note(meeting, mandate, "excused")
    factories.AttendanceFactory(meeting=meeting, seat=mandate.seat, quality="assistant", presence="present")
    assert attendance_of(formation, *YEAR).seats[0].excused == 1
    factories.AttendanceFactory(meeting=meeting, seat=mandate.seat, quality="substitute", presence="present")
    assert attendance_of(formation, *YEAR).seats[0].present == 1


def test_meetings_that_were_not_held_and_crisis_cells_do_not_count(formation):
    a_seat(formation)
    held(formation, 1, state=Meeting.State.CANCELLED)
    held(formation, 2, state=Meeting.State.CONVENED)
    held(formation, 3, kind=Meeting.Kind.CRISIS)
    assert attendance_of(formation, *YEAR).meetings == []


def test_organisations_add_up_their_seats(formation):
    organisation = factories.OrganisationFactory(name="Parquet")
    meeting = held(formation, 1)
    for position, presence in ((1, "present"), (2, "absent")):
        note(meeting, a_seat(formation, position, organisation=organisation), presence)
    (row,) = attendance_of(formation, *YEAR).organisations
    assert (row.label, row.note, row.meetings, row.present, row.absent) == ("Parquet", "2 sièges", 2, 1, 1)


def test_it_costs_the_same_with_5_and_50_seats(formation):
    costs = []
    for batch in (range(1, 6), range(6, 51)):
        meeting = held(formation, 1)
        for position in batch:
            note(meeting, a_seat(formation, position), "present")
        with CaptureQueriesContext(connection) as context:
            attendance_of(formation, *YEAR)
        costs.append(len(context))
    assert costs[0] == costs[1] <= 4


def test_the_page_and_its_file_say_the_same(agent_client, formation):
    note(held(formation, 1), a_seat(formation), "represented")
    period = {"du": "2012-01-01", "au": "2012-12-31"}
    text = text_of(agent_client.get(reverse("attendance_statistics", args=[formation.code]), period))
    assert "1 réunion tenue" in text and "100" in text
    sheet = agent_client.get(reverse("attendance_statistics_export", args=[formation.code, "xlsx"]), period)
    rows = list(load_workbook(io.BytesIO(sheet.content)).active.values)
    assert rows[1][0] == "siège" and list(rows[1][3:]) == [1, 0, 1, 0, 0, 0, 100]


@pytest.mark.parametrize("query", ["?du=x", "?du=2013-01-01&au=2012-01-01", "?du=&au="])
def test_a_bad_period_breaks_nothing(agent_client, formation, query):
    assert (
        agent_client.get(reverse("attendance_statistics", args=[formation.code]) + query).status_code == 200
    )


def test_only_those_who_sit_there_read_it(member, member_client, agent_client, formation):
    own = member.person.designations.get().seat.rule.formation
    assert member_client.get(reverse("attendance_statistics", args=[own.code])).status_code == 200
    assert member_client.get(reverse("attendance_statistics", args=[formation.code])).status_code == 404
    for place, is_linked in ((own, True), (formation, False)):
        page = member_client.get(reverse("formation_detail", args=[place.code])).content.decode()
        assert (reverse("attendance_statistics", args=[place.code]) in page) is is_linked
    group = factories.FormationFactory(kind=Formation.Kind.GROUP, is_confidential=True)
    assert agent_client.get(reverse("attendance_statistics", args=[group.code])).status_code == 404
