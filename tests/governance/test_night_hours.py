"""A meeting that ends after midnight; a line of the logbook in the night of the clock change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import reverse
from icalendar import Calendar

from cops.mail.models import Message
from governance.convocations import sending
from governance.convocations.facts import facts_of
from governance.convocations.letter import letter_html
from governance.crises.forms import EntryForm
from governance.meetings.agenda import timed
from governance.meetings.changes import snapshot
from governance.meetings.sheet import sheet_context
from governance.minutes.drafting import draft
from governance.models import AgendaItem, CrisisCell, LogEntry, Meeting
from tests import factories
from tests.entered_forms import filled, text_of
from tests.governance.convening_world import Convening, convening, order

LATE = {"starts_at": time(22), "ends_at": time(0, 30)}
HOURS = "de 22 h à 0 h 30 le lendemain"

# A meeting after midnight -----------------------------------------------------------------------------------


@pytest.fixture
def world(db) -> Convening:
    cache.clear()
    return convening(**LATE)


def test_a_meeting_that_ends_after_midnight_says_so_everywhere(world, agent_client):
    meeting = world.meeting
    facts = facts_of(meeting, snapshot(meeting))
    assert facts.when.endswith(HOURS)
    assert HOURS in letter_html(facts, "call", written_on=date(2026, 11, 27))
    assert sheet_context(meeting)["times"] == HOURS
    assert HOURS in draft(meeting)
    assert HOURS in text_of(agent_client.get(reverse("meeting_detail", args=[meeting.pk])))
    sending.convoke(meeting, order(world))
    message = Message.objects.first()
    assert HOURS in message.body
    (event,) = Calendar.from_ical(message.calendar).walk("VEVENT")
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(hours=2, minutes=30)
    assert event.decoded("dtend").date() == meeting.held_on + timedelta(days=1)


def test_a_changed_end_is_told_with_its_day(world):
    meeting = world.meeting
    sending.convoke(meeting, order(world))
    meeting.refresh_from_db()
    meeting.starts_at, meeting.ends_at = time(21), time(23)
    meeting.save()
    sending.send_change(meeting, order(world))
    body = Message.objects.order_by("-pk").first().body
    assert "L’heure de fin : 23 h (auparavant 0 h 30 le lendemain)." in body


def test_an_answer_tells_the_night_that_it_was_given_for(world):
    row = factories.AttendanceFactory(meeting=world.meeting, reply="present")
    row.asked = world.meeting.question
    world.meeting.ends_at = time(1)
    row.meeting = world.meeting
    assert row.asked_fr.endswith(HOURS)


def test_points_reached_after_midnight_are_of_the_next_day():
    items = [AgendaItem(duration=minutes) for minutes in (119, 1, 10)]
    assert [row.at_fr for row in timed(items, time(22))] == ["22 h", "23 h 59", "0 h le lendemain"]


@pytest.mark.parametrize(
    ("starts", "ends", "is_held"),
    [
        (time(22), time(0, 30), True),
        (time(17), time(6), True),
        (time(23, 59), time(0), True),
        (time(16, 59), time(0, 30), False),
        (time(22), time(6, 1), False),
        (time(14), time(13), False),
        (time(22), time(22), False),
        (time(0), time(0), False),
        (None, time(0, 30), False),
        (time(22), None, True),
        (time(9), time(23), True),
    ],
)
def test_what_passes_midnight_is_an_evening(db, starts, ends, is_held):
    meeting = factories.MeetingFactory.build(
        formation=factories.FormationFactory(), starts_at=starts, ends_at=ends
    )
    if is_held:
        meeting.full_clean()
        meeting.save()
    else:
        with pytest.raises(ValidationError, match="ne suit pas une heure de début"):
            meeting.full_clean()


def test_the_form_takes_an_evening_that_passes_midnight(db, agent_client):
    factories.FormationFactory(code="plenier")
    address = reverse("meeting_create")
    typed = {"held_on": "2026-12-09", "starts_at": "22:00"}
    refused = agent_client.post(address, filled(agent_client.get(address), **typed, ends_at="22:00"))
    assert "une réunion ne passe minuit que" in text_of(refused).lower()
    agent_client.post(address, filled(agent_client.get(address), **typed, ends_at="00:30"))
    assert Meeting.objects.values_list("starts_at", "ends_at").get() == (time(22), time(0, 30))


# The night of the clock change ------------------------------------------------------------------------------


@pytest.fixture
def cell(db) -> CrisisCell:
    with time_machine.travel("2026-10-25 08:00:00+01:00", tick=False):
        yield factories.CrisisCellFactory(opened_at=datetime(2026, 10, 24, 20, tzinfo=UTC))


def entered(client, cell, **typed):
    address = reverse("crisis_entry", args=[cell.pk])
    return client.post(address, filled(client.get(address), text="Rue coupée", **typed))


def test_both_half_past_twos_are_logged_and_told_apart(agent_client, cell):
    asked = entered(agent_client, cell, happened_at="25/10/2026 02:30")
    text = text_of(asked)
    assert "il a été 2 h 30 deux fois : dites laquelle des deux" in text.replace("\u00a0", " ")
    assert "heure d’été (UTC+2)" in text and not LogEntry.objects.exists()
    for which in ("second", "first"):
        asked = entered(agent_client, cell, happened_at="25/10/2026 02:30")
        answer = filled(asked, which_hour=which)
        assert agent_client.post(reverse("crisis_entry", args=[cell.pk]), answer).status_code == 302
    found = list(LogEntry.objects.order_by("happened_at").values_list("happened_at", flat=True))
    assert found == [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    page = text_of(agent_client.get(reverse("crisis_detail", args=[cell.pk]))).replace("\u00a0", " ")
    first, second = (page.index(f"25 octobre 2026 à 2 h 30 ({offset})") for offset in ("UTC+2", "UTC+1"))
    assert first < second


def test_which_of_two_is_not_asked_where_there_is_one(agent_client, cell):
    page = agent_client.get(reverse("crisis_entry", args=[cell.pk]))
    assert "Laquelle des deux" not in text_of(page)
    assert entered(agent_client, cell, happened_at="25/10/2026 03:30").status_code == 302
    assert LogEntry.objects.get().happened_at == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize("now", ["2026-10-25T00:45:00+00:00"])
def test_the_second_is_not_offered_before_it_came(cell, now):
    with time_machine.travel(now, tick=False):
        form = EntryForm({"kind": "fact", "text": "Rue coupée", "happened_at": "2026-10-25T02:30"})
        assert form.is_valid()
    assert form.cleaned_data["happened_at"] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert "which_hour" not in form.cleaned_data


def test_a_time_with_its_offset_asks_nothing(cell):
    form = EntryForm({"kind": "fact", "text": "Rue coupée", "happened_at": "2026-10-25T02:30+01:00"})
    assert form.is_valid()
    assert form.cleaned_data["happened_at"] == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_an_hour_that_never_came_is_told(agent_client, cell):
    refused = entered(agent_client, cell, happened_at="29/03/2026 02:30")
    text = text_of(refused).replace("\u00a0", " ")
    assert "Le 29 mars 2026, il n’a jamais été 2 h 30 : de 2 h, on passe à 3 h." in text
    assert not LogEntry.objects.exists()


def test_a_correction_is_asked_too(agent_client, cell):
    line = factories.LogEntryFactory(cell=cell)
    address = reverse("crisis_correction", args=[cell.pk, line.pk])
    typed = {"text": "Deux rues", "happened_at": "2026-10-25T02:30"}
    asked = agent_client.post(address, filled(agent_client.get(address), **typed))
    assert "dites laquelle des deux" in text_of(asked)
    assert agent_client.post(address, filled(asked, which_hour="first")).status_code == 302
    assert LogEntry.objects.get(corrects=line).happened_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
