"""A member takes the place of another, the day or the seats change: who gets which mail, and what the
calendar of a mailbox that several read does with it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from cops.mail.models import AccessLink, Message
from governance.convocations import sending
from governance.convocations.preview import DISPATCHES, Preview, preview
from governance.convocations.recipients import Departure
from governance.convocations.resending import resend
from governance.crises.alerting import Alert, alert
from governance.meetings.life import StepRefusedError
from governance.models import Attendance, Convocation, ConvocationMessage, Designation, Meeting
from tests import factories
from tests.governance.convening_world import PDF, Convening, Letters, convened, convening, order
from tests.governance.test_replies import words_of

MAILBOX = "parquet@example.org"
CALL_PDF = b"%PDF-1.7 convocation"


@pytest.fixture
def world(db) -> Convening:
    return convened()


def change(world: Convening, **values) -> Convocation:
    world.meeting.refresh_from_db()
    return sending.send_change(world.meeting, order(world, letters=Letters(call=CALL_PDF), **values))


def ends(world: Convening, *, before: int = 1) -> None:
    """The prosecutor's mandate ends that many days before the meeting."""
    world.prosecutor.ends_on = world.meeting.held_on - timedelta(days=before)
    world.prosecutor.save()


def succeeds(world: Convening, **person) -> Designation:
    """A colleague takes the prosecutor's seat the day after."""
    person = {
        "organisation": world.prosecutor.person.organisation,
        "last_name": "Relève",
        "email": "",
    } | person
    return factories.DesignationFactory(
        seat=world.prosecutor.seat,
        person=factories.PersonFactory(**person),
        starts_on=(world.prosecutor.ends_on or world.meeting.held_on) + timedelta(days=1),
    )


def to(name: str) -> list[ConvocationMessage]:
    """What was sent to somebody, in order."""
    return list(ConvocationMessage.objects.filter(attendance__name=f"Camille {name}").order_by("pk"))


def last_to(name: str) -> ConvocationMessage:
    return to(name)[-1]


def letter_of(sent: ConvocationMessage) -> bytes:
    with sent.message.documents.get().file.open("rb") as file:
        return file.read()


class Mailbox:
    """A calendar program that keeps the meetings of one address by UID, as RFC 5546 says."""

    def __init__(self, address: str) -> None:
        self.held: dict[str, int] = {}
        for message in Message.objects.filter(recipient__iexact=address).exclude(calendar="").order_by("pk"):
            calendar = Calendar.from_ical(message.calendar)
            (event,) = calendar.walk("VEVENT")
            uid, sequence = str(event["UID"]), int(event["SEQUENCE"])
            if sequence <= self.held.get(uid, -1):
                continue  # of an earlier or the same state
            if calendar["METHOD"] == "CANCEL":
                del self.held[uid]
            else:
                self.held[uid] = sequence


def shown(preview: Preview) -> list[tuple[str, str, str | None, bool]]:
    return [(to.row.email, to.kind, to.reason, to.has_calendar) for to in preview.sent_to]


def sent(convocation: Convocation) -> list[tuple[str, str, bool]]:
    rows = convocation.messages.order_by("pk").select_related("message")
    return [(row.message.recipient, row.kind, bool(row.message.calendar)) for row in rows]


# A mailbox that several read ------------------------------------------------------------------------------


def test_a_mailbox_whose_reader_is_replaced_keeps_the_meeting(world):
    ends(world)
    succeeds(world)
    convocation = change(world)
    assert Mailbox(MAILBOX).held == {str(world.meeting.calendar_uid): 1}
    off, call = last_to("Martin"), last_to("Relève")
    assert (off.kind, call.kind) == ("cancellation", "call")
    assert off.message.calendar == "" and "METHOD:REQUEST" in call.message.calendar
    assert off.message.recipient == call.message.recipient == MAILBOX
    assert convocation.messages.filter(message__calendar__contains="METHOD:CANCEL").count() == 0
    assert "La réunion reste dans l’agenda de cette adresse" in off.message.body


def test_a_mailbox_left_first_and_taken_up_later_gets_the_meeting_back(world):
    ends(world)
    change(world)
    assert Mailbox(MAILBOX).held == {}
    assert "METHOD:CANCEL" in last_to("Martin").message.calendar
    succeeds(world)
    change(world)
    assert Mailbox(MAILBOX).held == {str(world.meeting.calendar_uid): 2}


def test_a_mailbox_that_a_substitute_reads_too_keeps_the_meeting(world):
    """The successor came first, as substitute; then the titular leaves."""
    factories.DesignationFactory(
        seat=world.prosecutor.seat,
        person=factories.PersonFactory(
            last_name="Relève", email="", organisation=world.prosecutor.person.organisation
        ),
        quality="substitute",
    )
    change(world)
    ends(world)
    change(world)
    assert last_to("Martin").message.calendar == ""
    assert last_to("Relève").kind == "change"
    assert Mailbox(MAILBOX).held == {str(world.meeting.calendar_uid): 2}


def test_an_address_is_the_same_in_capitals(world):
    ends(world)
    succeeds(world, organisation=None, email="Parquet@Example.org")
    change(world)
    assert Mailbox(MAILBOX).held == {str(world.meeting.calendar_uid): 1}


def test_another_address_drops_the_meeting(world):
    ends(world)
    succeeds(world, organisation=None, email="ailleurs@example.org")
    change(world)
    assert Mailbox(MAILBOX).held == {}
    assert Mailbox("ailleurs@example.org").held == {str(world.meeting.calendar_uid): 1}
    assert "retire la réunion de votre agenda" in last_to("Martin").message.body


# What each reads ------------------------------------------------------------------------------------------


def test_a_successor_reads_a_convocation_with_its_letter(world):
    ends(world)
    succeeds(world)
    change(world)
    assert (letter_of(last_to("Relève")), letter_of(last_to("Lefèvre"))) == (CALL_PDF, PDF)
    call, other = last_to("Relève").message, last_to("Lefèvre").message
    assert "– Convocation : " in call.subject and "l’honneur de vous convier" in call.body
    assert "modifiée" not in call.body and "Ce qui change" not in call.body
    assert call.documents.get().title.startswith("Convocation : ")
    assert other.documents.get().title.startswith("Modification : ")
    assert "Rien d’autre ne change pour vous" in other.body


def _mandate_ended(world: Convening) -> None:
    ends(world)


def _day_moved_out_of_the_mandate(world: Convening) -> None:
    ends(world, before=0)
    world.meeting.held_on += timedelta(weeks=1)
    world.meeting.save()


def _moved_and_ended(world: Convening) -> None:
    ends(world)
    world.meeting.held_on += timedelta(weeks=1)
    world.meeting.save()


def _seat_withdrawn(world: Convening) -> None:
    rule = world.prosecutor.seat.rule
    rule.ends_on = world.meeting.held_on - timedelta(days=1)
    rule.save()


def _commune_left(world: Convening) -> None:
    rule, seat = world.prosecutor.seat.rule, world.prosecutor.seat
    rule.basis = "per_commune"
    rule.save()
    seat.commune = factories.CommuneFactory()
    seat.save()


LEAVING: list[tuple[Callable[[Convening], None], Departure, str]] = [
    (_mandate_ended, Departure.MANDATE, "Votre mandat ne court pas le "),
    (_day_moved_out_of_the_mandate, Departure.MOVED, "et vous n’y siégez pas ce jour-là"),
    (_moved_and_ended, Departure.MANDATE, "Votre mandat ne court pas le "),
    (_seat_withdrawn, Departure.SEAT, "Votre siège n’y est plus attribué le "),
    (_commune_left, Departure.SEAT, "Votre siège n’y est plus attribué le "),
]


@pytest.mark.parametrize(("leave", "reason", "said"), LEAVING)
def test_a_leaver_reads_why(world, agent_client, leave, reason, said):
    leave(world)
    link = AccessLink.objects.get(target_id=to("Martin")[0].attendance_id)
    shown_before = preview(world.meeting, DISPATCHES["change"], timezone.localdate())
    assert (MAILBOX, "cancellation", reason, True) in shown(shown_before)
    text = words_of(agent_client.get(reverse("meeting_notify", args=[world.meeting.pk])))
    assert f"Fin de convocation : {reason} {MAILBOX}" in text
    change(world)
    mail = last_to("Martin").message
    assert said in mail.body and "– Fin de convocation : " in mail.subject
    assert "annulée" not in mail.body and "https://" not in mail.body
    link.refresh_from_db()
    assert link.revoked_at is not None
    assert not AccessLink.objects.filter(target_id=link.target_id, revoked_at__isnull=True).exists()


def test_somebody_who_leaves_is_a_change(world):
    """« Rien n’a changé » is no answer where somebody is to be told."""
    ends(world)
    assert sent(change(world))[-1] == (MAILBOX, "cancellation", True)
    with pytest.raises(StepRefusedError, match="Rien n’a changé"):
        change(world)


def test_who_left_and_sits_again_is_convened_again(world):
    ends(world)
    change(world)
    world.prosecutor.ends_on = None
    world.prosecutor.save()
    change(world)
    assert [each.kind for each in to("Martin")] == ["call", "cancellation", "call"]
    assert Mailbox(MAILBOX).held == {str(world.meeting.calendar_uid): 2}


def test_who_changes_seats_stays(world):
    ends(world)
    rule = factories.SeatRuleFactory(formation=world.meeting.formation, position=8)
    factories.DesignationFactory(
        seat=factories.SeatFactory(rule=rule),
        person=world.prosecutor.person,
        starts_on=world.prosecutor.starts_on,
    )
    assert sent(change(world, note="Bonjour"))[-1] == (MAILBOX, "change", True)


# The preview ----------------------------------------------------------------------------------------------


def _replaced(world: Convening) -> None:
    ends(world)
    succeeds(world)


@pytest.mark.parametrize("happens", [*(leave for leave, _, _ in LEAVING), _replaced])
@pytest.mark.parametrize("dispatch", ["change", "cancellation"])
def test_the_preview_lists_what_is_sent(world, happens, dispatch):
    happens(world)
    found = preview(world.meeting, DISPATCHES[dispatch], timezone.localdate())
    made = DISPATCHES[dispatch].send(world.meeting, order(world, note="Bonjour"))
    assert [(email, kind, calendar) for email, kind, _, calendar in shown(found)] == sent(made)


def test_the_preview_of_a_first_call_lists_what_is_sent(db):
    cache.clear()
    world = convening()
    found = preview(world.meeting, DISPATCHES["call"], timezone.localdate())
    assert [row[0] for row in shown(found)] == ["lefevre@example.org", "petit@example.org", MAILBOX]
    made = sending.convoke(world.meeting, order(world))
    assert [(email, kind, calendar) for email, kind, _, calendar in shown(found)] == sent(made)


def test_who_comes_or_leaves_after_the_preview_stops_the_sending(world):
    asked = order(world, note="Bonjour")
    ends(world)
    with pytest.raises(StepRefusedError, match="ceux qui y siègent ont changé"):
        sending.send_change(world.meeting, asked)


@pytest.mark.pdf
def test_the_page_shows_each_text_and_sends_both_letters(world, agent_client):
    ends(world)
    succeeds(world)
    address = reverse("meeting_notify", args=[world.meeting.pk])
    page = agent_client.get(address)
    text = words_of(page)
    for said in (
        "Fin de convocation : le mandat ne court pas ce jour-là",
        "Sans retirer la réunion de l’agenda : cette adresse reste convoquée.",
        "Lire le courrier électronique que reçoit Camille Relève (Convocation)",
        "Lire le courrier électronique que reçoit Camille Martin (Fin de convocation)",
        "Envoyer la modification (4 messages)",
    ):
        assert said in text
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page.content.decode())[1]
    done = words_of(agent_client.post(address, {"seen": seen, "note": ""}, follow=True))
    assert "La modification est partie : 4 messages" in done
    titles = [last_to(name).message.documents.get().title for name in ("Lefèvre", "Relève")]
    assert [title.split(" :")[0] for title in titles] == ["Modification", "Convocation"]


def test_the_page_of_the_meeting_asks_nothing_more_of_who_left(world, agent_client):
    ends(world)
    succeeds(world)
    change(world)
    text = words_of(agent_client.get(reverse("meeting_detail", args=[world.meeting.pk])))
    assert "Fin de convocation" in text
    assert "Renvoyer la convocation à Camille Relève" in text
    assert "Renvoyer la convocation à Camille Martin" not in text
    assert "Noter la réponse de Camille Martin" not in text
    assert "Sans réponse 3" in text  # the president, the successor, the teacher
    assert "3 réponses attendues" in words_of(agent_client.get(reverse("home")))


# Once more ------------------------------------------------------------------------------------------------


def again(world: Convening, name: str, **values) -> ConvocationMessage:
    return resend(Attendance.objects.get(name=f"Camille {name}"), by=world.agent, **values)


def test_a_successor_gets_a_convocation_again_the_others_the_change(world):
    ends(world)
    succeeds(world)
    world.meeting.place = "Mairie"
    world.meeting.save()
    change(world)
    call, other = again(world, "Relève"), again(world, "Lefèvre")
    assert (call.kind, other.kind) == ("call", "change")
    assert (letter_of(call), letter_of(other)) == (CALL_PDF, PDF)
    assert "Ce qui change" not in call.message.body
    assert "Ce qui change :\n– Le lieu : « Mairie »" in other.message.body.replace("\u00a0", " ")


def test_who_missed_a_change_gets_it_and_who_missed_all_gets_a_convocation(world):
    Designation.objects.filter(pk=world.teacher.pk).update(starts_on=world.meeting.held_on)
    person = world.president.person
    person.email = ""
    person.save()
    world.meeting.place = "Mairie"
    world.meeting.save()
    change(world)
    for each, email in ((person, "lefevre@example.org"), (world.teacher.person, "durand@example.org")):
        each.email = email
        each.save()
    made = again(world, "Lefèvre")
    assert made.kind == "change" and "« Mairie »" in made.message.body.replace("\u00a0", " ")
    made = again(world, "Durand", pdf=CALL_PDF)
    assert made.kind == "call" and letter_of(made) == CALL_PDF
    assert letter_of(again(world, "Durand")) == CALL_PDF  # kept


def test_a_leaver_is_not_written_to_again(world):
    ends(world)
    change(world)
    with pytest.raises(StepRefusedError, match="ne siège plus"):
        again(world, "Martin")
    succeeds(world)
    again(world, "Lefèvre")  # the list is brought up to date
    with pytest.raises(StepRefusedError, match="Envoyer une modification"):
        again(world, "Relève")  # the mailbox holds the cancellation of the same sequence


def test_an_alert_to_one_whose_mandate_ended_keeps_nothing(world):
    Meeting.objects.update(kind="crisis", held_on=timezone.localdate())
    cell = factories.CrisisCellFactory(meeting=Meeting.objects.get())
    ends(world)
    before = Convocation.objects.count()
    row = Attendance.objects.get(name="Camille Martin")
    row.meeting = cell.meeting
    Designation.objects.filter(pk=world.prosecutor.pk).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )
    assert alert(cell, by=world.agent, only=[row]) == Alert(0, ())
    assert Convocation.objects.count() == before
