"""The invitation, as two calendar libraries read it: one goes by the zone's name, the other by its rules."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import vobject
from icalendar import Calendar

from governance.convocations import calendar
from governance.convocations.facts import facts_of
from governance.convocations.texts import addressee, subject_of, title_of
from governance.crises.alerting import _body
from governance.meetings.changes import snapshot
from governance.models import Convocation, Meeting
from tests.factories import AttendanceFactory, CrisisCellFactory
from tests.governance.convening_world import convening

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)


def invited(**values) -> str:
    meeting = Meeting.objects.select_related("formation__council__agglomeration").get(
        pk=convening(**values).meeting.pk
    )
    return calendar.invitation(
        facts_of(meeting, snapshot(meeting)), method=calendar.REQUEST, sequence=0, now=NOW
    )


def read(text: str) -> list[tuple[datetime, datetime]]:
    """Beginning and end in UTC, as each library understands them."""
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    other = vobject.readOne(text).vevent
    pairs = [
        (event.decoded("dtstart"), event.decoded("dtend")),
        (other.dtstart.value, other.dtend.value),
    ]
    return [(start.astimezone(UTC), end.astimezone(UTC)) for start, end in pairs]


@pytest.mark.parametrize(
    ("day", "hour"),
    [
        (date(2027, 7, 6), 12),
        (date(2027, 1, 12), 13),
        (date(2027, 3, 27), 13),  # the day before the clocks go forward
        (date(2027, 3, 28), 12),
        (date(2027, 10, 30), 12),  # the day before they go back
        (date(2027, 10, 31), 13),
    ],
)
def test_a_meeting_is_at_its_hour_in_summer_and_in_winter(db, day, hour):
    text = invited(held_on=day, starts_at=time(14, 30), ends_at=time(16))
    start = datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)
    assert read(text) == [(start, start + timedelta(minutes=90))] * 2


def test_the_zone_is_two_rules_and_no_list_of_days(db):
    (zone,) = Calendar.from_ical(invited()).walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Paris"
    rules = {part.name: (part["DTSTART"].to_ical(), part["RRULE"].to_ical()) for part in zone.subcomponents}
    assert rules == {
        "DAYLIGHT": (b"19700329T020000", b"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"),
        "STANDARD": (b"19701025T030000", b"FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"),
    }
    assert "RDATE" not in invited()


def test_a_meeting_without_end_lasts_two_hours_and_says_so(db, settings):
    text = invited(held_on=date(2027, 7, 6), starts_at=time(14), ends_at=None)
    start = datetime(2027, 7, 6, 12, tzinfo=UTC)
    assert read(text) == [(start, start + timedelta(hours=2))] * 2
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert "L’heure de fin n’est pas fixée" in event["DESCRIPTION"]
    settings.MEETING_MINUTES = 45
    text = invited(held_on=date(2027, 7, 6), starts_at=time(14), ends_at=None)
    assert read(text) == [(start, start + timedelta(minutes=45))] * 2


def test_a_late_meeting_without_end_ends_the_next_day(db):
    text = invited(held_on=date(2027, 7, 6), starts_at=time(23), ends_at=None)
    start = datetime(2027, 7, 6, 21, tzinfo=UTC)
    assert read(text) == [(start, start + timedelta(hours=2))] * 2


def test_a_whole_day_needs_no_zone(db):
    text = invited(mode="written", starts_at=None, ends_at=None, place="")
    assert "VTIMEZONE" not in text and "DTEND;VALUE=DATE" in text


@pytest.mark.parametrize(
    ("name", "said"),
    [("Inès Essai", "À l’attention d’Inès Essai,"), ("Zoé Essai", "À l’attention de Zoé Essai,")],
)
def test_names_are_elided_in_a_convocation_and_in_an_alert(db, name, said):
    row = AttendanceFactory(name=name)
    cell = CrisisCellFactory(meeting=row.meeting)
    assert addressee(row).startswith(said)
    assert _body(cell, row, "https://…").startswith(said)


@pytest.mark.parametrize("kind", Convocation.Kind.values)
@pytest.mark.parametrize("mode", Meeting.Mode.values)
@pytest.mark.parametrize(
    "name", ["Formation plénière", "Groupe de travail sur la prévention " * 4, "x" * 200]
)
def test_a_subject_begins_with_the_day_and_fits_a_line(db, kind, mode, name):
    world = convening(mode=mode, held_on=date(2027, 9, 22), starts_at=time(14, 30))
    world.meeting.formation.name = name
    facts = facts_of(world.meeting, snapshot(world.meeting))
    subject = subject_of(facts, kind)
    assert subject.startswith("22 septembre 2027") and len(subject) < 78
    assert name[:15] in subject and name[:100] in title_of(facts, kind)
    assert subject.endswith("…" if len(name) > 30 else name)
