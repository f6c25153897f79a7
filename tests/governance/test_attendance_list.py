"""Whoever was replaced leaves the attendance list unless they sat, and why somebody is excused stays with the
service."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from governance.meetings import attendance, life
from governance.meetings.attendance import Counts
from governance.meetings.convening import convene_list, in_seat_order, listed
from governance.meetings.sheet import sheet_context
from governance.minutes.drafting import draft
from governance.models import Attendance, Meeting
from governance.statistics import attendance_of
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db

DAY = date(2012, 12, 10)
REASON = "Convoquée au tribunal"


@pytest.fixture
def meeting():
    return factories.MeetingFactory(held_on=DAY, state=Meeting.State.HELD)


def sits(meeting, name, place=None, quality="titular", **values):
    if place is None:
        rule = factories.SeatRuleFactory(formation=meeting.formation, label="Bailleurs sociaux")
        place = factories.SeatFactory(rule=rule)
    person = factories.PersonFactory(last_name=name, first_name="")
    values = {"starts_on": date(2010, 1, 1)} | values
    return factories.DesignationFactory(seat=place, person=person, quality=quality, **values)


@pytest.fixture
def replaced(meeting):
    """Lise was convened and answered; Inès sits in her place on the day of the meeting."""
    lise = sits(meeting, "Lise")
    convene_list(meeting)
    Attendance.objects.update(reply="present", replied_at=timezone.now())
    lise.ends_on = date(2012, 12, 9)
    lise.save()
    sits(meeting, "Inès", lise.seat, starts_on=DAY)
    convene_list(meeting)
    return lise


def note(name, presence, **values):
    Attendance.objects.filter(name=name).update(presence=presence, **values)


def names(rows):
    return [row.name for row in rows]


@pytest.mark.parametrize(
    ("presence", "on_list"),
    [
        ("", ["Inès"]),
        ("excused", ["Inès"]),
        ("absent", ["Inès"]),
        ("present", ["Inès", "Lise"]),
        ("represented", ["Inès", "Lise"]),
    ],
)
def test_whoever_was_replaced_leaves_the_list_unless_they_sat(meeting, replaced, presence, on_list):
    note("Lise", presence)
    factories.GuestFactory(meeting=meeting, name="Alix")
    assert sorted(names(listed(meeting))) == sorted(["Alix", *on_list])
    assert len(in_seat_order(meeting)) == 3  # what was sent and answered is kept


def test_whose_mandate_begins_after_the_day_is_not_on_the_list(meeting):
    coming = sits(meeting, "Zoé", starts_on=DAY)
    convene_list(meeting)
    Attendance.objects.update(reply="present", replied_at=timezone.now())
    coming.starts_on = date(2012, 12, 11)
    coming.save()
    assert listed(meeting) == []


def test_a_second_mandate_on_the_same_seat_keeps_its_holder(meeting):
    mandate = sits(meeting, "Lise", ends_on=date(2011, 1, 1))
    factories.DesignationFactory(seat=mandate.seat, person=mandate.person, starts_on=date(2012, 1, 1))
    convene_list(meeting)
    assert names(listed(meeting)) == ["Lise"]


def test_every_reader_of_the_list_leaves_the_replaced_out(agent_client, meeting, replaced):
    note("Inès", "present")
    assert attendance.counts(listed(meeting)) == Counts(present=1)
    assert [row.name for row in sheet_context(meeting)["members"]] == ["Inès"]
    text = draft(meeting)
    assert "Inès" in text and "Lise" not in text and "1\u00a0siège convoqué : 1\u00a0présent" in text
    page = text_of(agent_client.get(reverse("attendance_edit", args=[meeting.pk])))
    assert "Inès" in page and "Lise" not in page
    shown = agent_client.get(reverse("meeting_detail", args=[meeting.pk])).context["attendance"]
    assert names(row.attendance for row in shown["rows"]) == ["Inès"]
    assert life.refusal(meeting, "close", DAY) == ""


def test_the_presence_of_whoever_was_replaced_counts_for_nobody(meeting, replaced):
    note("Lise", "excused")
    (seat,) = attendance_of(meeting.formation, DAY, DAY).seats
    assert (seat.excused, seat.unknown) == (0, 1)
    note("Inès", "present")
    (seat,) = attendance_of(meeting.formation, DAY, DAY).seats
    assert (seat.meetings, seat.present) == (1, 1)


def test_what_was_noted_of_somebody_replaced_meanwhile_is_saved(agent_client, meeting):
    lise = sits(meeting, "Lise")
    (row,) = convene_list(meeting)
    page = reverse("attendance_edit", args=[meeting.pk])
    seen = filled(agent_client.get(page), **{f"people__{row.pk}__presence": "present"})
    lise.ends_on = date(2012, 12, 9)
    lise.save()
    agent_client.post(page, seen)
    row.refresh_from_db()
    assert row.presence == "present" and names(listed(meeting)) == ["Lise"]


# --- who sat for whom ---------------------------------------------------------------------------------------


@pytest.fixture
def represented(meeting):
    """The titular was represented by Denis, their substitute."""
    basile = sits(meeting, "Basile", seat_may_be_represented(meeting))
    sits(meeting, "Denis", basile.seat, quality="substitute")
    convene_list(meeting)
    note("Basile", "represented", represented_by="Denis", representative_function="Sous-préfet")
    return basile


def seat_may_be_represented(meeting):
    return factories.SeatFactory(
        rule=factories.SeatRuleFactory(formation=meeting.formation, may_be_represented=True)
    )


def test_an_excused_substitute_is_not_said_to_represent(meeting, represented):
    note("Denis", "excused")
    text = draft(meeting)
    assert "représenté par Denis" not in text and "représenté par une personne à préciser" in text
    note("Denis", "present")
    assert "représenté par Denis, Sous-préfet" in draft(meeting)


def test_who_is_excused_is_not_said_to_be_represented(meeting, represented):
    note("Basile", "excused")
    assert "représenté par" not in draft(meeting)
    (row, _) = listed(meeting)
    assert attendance.represented_by(row) == ""


def test_the_service_is_told_of_a_representative_who_is_noted_away(agent_client, meeting, represented):
    denis = Attendance.objects.get(name="Denis")
    page = reverse("attendance_edit", args=[meeting.pk])
    typed = filled(agent_client.get(page), **{f"people__{denis.pk}__presence": "absent"})
    said = text_of(agent_client.post(page, typed, follow=True))
    assert "représentants notés excusés ou absents : Denis (pour Basile)" in said


# --- the reason of an excuse --------------------------------------------------------------------------------


def test_the_reason_of_an_excuse_stays_with_the_service(agent_client, member, member_client):
    formation = member.person.designations.get().seat.rule.formation
    meeting = factories.MeetingFactory(formation=formation, held_on=DAY, state=Meeting.State.HELD)
    sits(meeting, "Zoé")
    convene_list(meeting)
    note("Zoé", "excused", comment=REASON)
    page = reverse("meeting_detail", args=[meeting.pk])
    assert REASON in text_of(agent_client.get(page))
    seen = text_of(member_client.get(page))
    assert "Zoé" in seen and "Excusé" in seen and REASON not in seen
    assert "Zoé" in draft(meeting) and REASON not in draft(meeting)
    assert REASON not in str(sheet_context(meeting))
    for address in ("home", "meeting_list"):
        assert REASON not in text_of(member_client.get(reverse(address)))
    assert REASON not in text_of(member_client.get(reverse("search"), {"q": "tribunal"}))
