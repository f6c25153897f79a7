"""Convening: who gets what, once; changes and cancellation; what a confidential group does not say."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from cops.audit.models import Event
from cops.documents.models import Document
from cops.lib.french import date_fr
from cops.mail.models import AccessLink, Message
from governance.convocations import sending
from governance.convocations.resending import resend
from governance.meetings.life import StepRefusedError
from governance.models import Attendance, Convocation, ConvocationMessage, Designation, Meeting
from tests import factories
from tests.governance.convening_world import PDF, Convening, convening, order
from tests.races import at_once, race
from tests.smtp import mail_server

TO = ["lefevre@example.org", "petit@example.org", "parquet@example.org"]


@pytest.fixture
def world(db) -> Convening:
    cache.clear()
    return convening()


@pytest.fixture
def post(settings):
    """A real server to which this process sends."""
    with mail_server() as (mailbox, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield mailbox


def event_of(text: str):
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return event


def text_of(mail) -> str:
    return mail.get_body(["plain"]).get_content()


def invitation_in(mail) -> tuple[str, str]:
    """The method and the text of the calendar part that programs act upon."""
    part = next(part for part in mail.walk() if part.get_param("method"))
    return part.get_param("method"), part.get_content()


def words_of(response, status: int = 200) -> str:
    assert response.status_code == status
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.replace("&nbsp;", " ").replace("\u00a0", " ").replace("\u202f", " ").split())


# The call -------------------------------------------------------------------------------------------------


def test_a_convocation_reaches_everybody_who_sits_and_has_an_address(
    world, post, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        convocation = sending.convoke(world.meeting, order(world))
    assert (convocation.sequence, convocation.kind) == (0, "call")
    world.meeting.refresh_from_db()
    assert world.meeting.state == Meeting.State.CONVENED
    assert post.recipients == TO
    assert Message.objects.filter(state="sent").count() == 3
    names = set(Attendance.objects.values_list("name", flat=True))
    assert names == {"Camille Lefèvre", "Camille Martin", "Camille Durand", "Camille Petit"}
    assert Event.objects.filter(action="sent", actor=world.agent).count() == 1


def test_the_mail_holds_text_letter_invitation_and_a_link_of_ones_own(
    world, post, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        sending.convoke(world.meeting, order(world, note="Le parking est fermé."))
    mail, other = post.received[0], post.received[1]
    text = text_of(mail)
    day = date_fr(world.meeting.held_on).replace("\u00a0", " ")
    assert mail["Subject"].strip() == f"{day}, 14 h – Convocation : Formation plénière"
    assert Document.objects.get().title.startswith("Convocation : Formation plénière – CISPD, ")
    assert "À l’attention de Camille Lefèvre, Fonction" in text
    for said in ("de 14 h à 16 h 30", "Salle du conseil", "1. Bilan de l’année", "2. Programme", "parking"):
        assert said in text
    assert "Martin" not in text and "martin@example.org" not in text
    (letter,) = [part for part in mail.walk() if part.get_content_type() == "application/pdf"]
    assert letter.get_content() == PDF
    assert Document.objects.count() == 1
    tokens = [re.search(r"http://testserver\S+/([^/\s]+)/", text_of(each))[1] for each in (mail, other)]
    assert tokens[0] != tokens[1]
    token = tokens[0]
    row = Attendance.objects.get(name="Camille Lefèvre")
    assert AccessLink.objects.usable(token).get().target_id == row.pk
    assert token not in str(list(Message.objects.values_list("body", flat=True)))


def test_the_invitation_is_read_by_a_calendar_library(world, post, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sending.convoke(world.meeting, order(world))
    method, text = invitation_in(post.received[0])
    calendar, event = Calendar.from_ical(text), event_of(text)
    zone = ZoneInfo("Europe/Paris")
    assert method == calendar["METHOD"] == "REQUEST"
    assert event["UID"] == str(world.meeting.calendar_uid)
    assert event["SEQUENCE"] == 0
    assert event["STATUS"] == "CONFIRMED"
    assert event.decoded("dtstart") == datetime.combine(world.meeting.held_on, time(14), zone)
    assert event.decoded("dtend") == datetime.combine(world.meeting.held_on, time(16, 30), zone)
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert calendar.walk("VTIMEZONE")[0]["TZID"] == "Europe/Paris"
    assert event["ORGANIZER"].startswith("mailto:") and event["ORGANIZER"].params["CN"] == "CISPD"
    assert event["ATTENDEE"] == "mailto:lefevre@example.org"
    assert event["ATTENDEE"].params["CN"] == "Camille Lefèvre"
    assert "Bilan de l’année" in event["DESCRIPTION"]
    attached = {part.get_filename(): part for part in post.received[0].iter_attachments()}
    assert event_of(attached["invitation.ics"].get_content())["UID"] == event["UID"]


def test_a_name_cannot_add_a_line_to_the_invitation(world, post, django_capture_on_commit_callbacks):
    person = world.president.person
    person.first_name, person.last_name = 'Eve"\r\nATTENDEE:mailto:x@y', "Mal\r\nBcc: z@example.org"
    person.save()
    Meeting.objects.update(place="Ici\r\nSTATUS:CANCELLED")
    world.meeting.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        sending.convoke(world.meeting, order(world))
    assert post.recipients == TO
    for mail in post.received:
        assert mail["Bcc"] is None
        event = event_of(invitation_in(mail)[1])
        assert event["STATUS"] == "CONFIRMED"
        assert not isinstance(event["ATTENDEE"], list)


def test_a_written_consultation_is_the_whole_day_of_its_deadline(
    post, db, django_capture_on_commit_callbacks
):
    cache.clear()
    world = convening(mode="written", starts_at=None, ends_at=None, place="")
    with django_capture_on_commit_callbacks(execute=True):
        sending.convoke(world.meeting, order(world))
    mail = post.received[0]
    event = event_of(invitation_in(mail)[1])
    assert event.decoded("dtstart") == world.meeting.held_on
    assert event.decoded("dtend") == world.meeting.held_on + timedelta(days=1)
    assert "(date limite) – Consultation écrite : " in mail["Subject"]
    assert "Dites si vous participez à la consultation" in text_of(mail)


def test_who_sits_on_two_seats_gets_one_message(world, mailoutbox, django_capture_on_commit_callbacks):
    rule = factories.SeatRuleFactory(formation=world.meeting.formation, position=9)
    factories.DesignationFactory(
        seat=factories.SeatFactory(rule=rule), person=world.president.person, starts_on=date(2002, 11, 1)
    )
    with django_capture_on_commit_callbacks(execute=True):
        sending.convoke(world.meeting, order(world))
    assert sorted(mail.to[0] for mail in mailoutbox) == sorted(TO)
    assert Attendance.objects.filter(person=world.president.person).count() == 2


def test_a_confidential_group_says_neither_name_nor_subject_nor_agenda(
    post, db, django_capture_on_commit_callbacks
):
    cache.clear()
    world = convening(is_confidential=True)
    Meeting.objects.update(subject="Situation de K.")  # past validation, as an import might have
    factories.AgendaItemFactory(meeting=world.meeting, title="La famille K.")
    world.meeting.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        sending.convoke(world.meeting, order(world))
    assert len(post.received) == 3
    for mail in post.received:
        said = mail.as_string() + text_of(mail) + invitation_in(mail)[1]
        for secret in ("Situation", "famille", "Nominatif", "Ordre du jour"):
            assert secret not in said
        assert not [part for part in mail.walk() if part.get_content_type() == "application/pdf"]
    assert not Document.objects.exists()


# Once -----------------------------------------------------------------------------------------------------


@race
def test_of_eight_who_convene_at_once_one_sends(tmp_path):
    world = convening()
    asked = order(world)

    def click(_: int) -> bool:
        try:
            sending.convoke(Meeting.objects.get(pk=world.meeting.pk), asked)
        except StepRefusedError:
            return False
        return True

    assert sorted(at_once(8, click)) == [False] * 7 + [True]
    assert Convocation.objects.count() == 1
    assert Message.objects.count() == 3
    assert ConvocationMessage.objects.count() == 3
    assert Event.objects.filter(action="sent").count() == 1


@race
def test_of_eight_who_send_the_same_change_at_once_one_sends(tmp_path):
    world = convening()
    sending.convoke(world.meeting, order(world))
    Meeting.objects.filter(pk=world.meeting.pk).update(place="Ailleurs")
    world.meeting.refresh_from_db()
    asked = order(world, note="Attention")

    def click(_: int) -> bool:
        try:
            sending.send_change(Meeting.objects.get(pk=world.meeting.pk), asked)
        except StepRefusedError:
            return False
        return True

    assert sorted(at_once(8, click)) == [False] * 7 + [True]
    assert list(Convocation.objects.order_by("sequence").values_list("sequence", flat=True)) == [0, 1]


def test_what_was_changed_since_it_was_read_is_not_sent(world):
    asked = order(world)
    Meeting.objects.update(place="Ailleurs")
    with pytest.raises(StepRefusedError, match="modifiée ou convoquée entre-temps"):
        sending.convoke(world.meeting, asked)
    world.meeting.refresh_from_db()
    assert world.meeting.state == "prepared"
    assert not Convocation.objects.exists() and not Message.objects.exists()


def test_a_formation_without_people_is_not_convened(db):
    world = convening()
    Designation.objects.all().delete()
    with pytest.raises(StepRefusedError, match="personne à convoquer"):
        sending.convoke(world.meeting, order(world))


# Changes and cancellation ---------------------------------------------------------------------------------


def convoked(world: Convening) -> Meeting:
    sending.convoke(world.meeting, order(world))
    world.meeting.refresh_from_db()
    return world.meeting


def test_a_change_says_what_changed_and_replaces_the_invitation(
    world, post, django_capture_on_commit_callbacks
):
    meeting = convoked(world)
    meeting.place, meeting.starts_at = "Salle des fêtes", time(15)
    meeting.save()
    meeting.agenda.filter(position=2).delete()
    with django_capture_on_commit_callbacks(execute=True):
        sending.send_change(meeting, order(world))
    mail = next(mail for mail in post.received if mail["To"] == "lefevre@example.org")
    text = text_of(mail)
    assert ", 15 h – Modification : " in mail["Subject"]
    for said in ("Ce qui change", "« Salle des fêtes »", "15 h", "Point 2 retiré : « Programme »"):
        assert said in text
    method, ics = invitation_in(mail)
    event = event_of(ics)
    assert (method, event["SEQUENCE"], event["UID"]) == ("REQUEST", 1, str(meeting.calendar_uid))
    assert event["LOCATION"] == "Salle des fêtes"


def test_a_change_without_anything_changed_is_refused(world):
    meeting = convoked(world)
    with pytest.raises(StepRefusedError, match="Rien n’a changé"):
        sending.send_change(meeting, order(world))
    assert Convocation.objects.count() == 1


def test_a_change_of_day_convenes_who_sits_then_and_frees_who_does_not(
    world, mailoutbox, django_capture_on_commit_callbacks
):
    meeting = convoked(world)
    former = meeting.held_on
    world.prosecutor.ends_on = former
    world.prosecutor.save()
    successor = factories.PersonFactory(last_name="Nouveau", email="nouveau@example.org", organisation=None)
    factories.DesignationFactory(
        seat=world.prosecutor.seat, person=successor, starts_on=former + timedelta(days=1)
    )
    meeting.held_on = former + timedelta(weeks=2)
    meeting.save()
    with django_capture_on_commit_callbacks(execute=True):
        sending.send_change(meeting, order(world))
    by_subject = {mail.to[0]: mail for mail in mailoutbox if "Modification" in mail.subject}
    assert set(by_subject) == {"lefevre@example.org", "petit@example.org"}
    (called,) = [mail for mail in mailoutbox if "Convocation" in mail.subject]
    assert called.to == ["nouveau@example.org"] and "l’honneur de vous convier" in called.body
    (freed,) = [mail for mail in mailoutbox if "Fin de convocation" in mail.subject]
    assert freed.to == ["parquet@example.org"] and "vous n’y siégez pas ce jour-là" in freed.body
    assert "STATUS:CANCELLED" in Message.objects.get(subject=freed.subject).calendar
    links = AccessLink.objects.filter(target_id=Attendance.objects.get(name="Camille Lefèvre").pk)
    assert all(timezone.localdate(link.expires_at) > meeting.held_on for link in links)


def test_a_cancellation_reaches_everybody_and_ends_the_links(world, post, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        meeting = convoked(world)
    post.received.clear()
    with django_capture_on_commit_callbacks(execute=True):
        sending.cancel(meeting, order(world, note="Reportée sine die."))
    meeting.refresh_from_db()
    assert meeting.state == "cancelled"
    assert len(post.received) == 3
    for mail in post.received:
        method, ics = invitation_in(mail)
        event = event_of(ics)
        assert (method, event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
        text = text_of(mail)
        assert "elle est annulée" in text and "sine die" in text and "https://" not in text
    assert not AccessLink.objects.filter(purpose="reply", revoked_at__isnull=True).exists()


def test_a_meeting_taken_up_again_is_convened_with_a_higher_sequence(world):
    meeting = convoked(world)
    sending.cancel(meeting, order(world))
    Meeting.objects.update(state="prepared")
    sending.convoke(Meeting.objects.get(), order(world))
    kinds = list(Convocation.objects.order_by("sequence").values_list("sequence", "kind"))
    assert kinds == [(0, "call"), (1, "cancellation"), (2, "call")]


def test_one_person_gets_it_again_at_their_address_of_today(
    world, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        convoked(world)
    row = Attendance.objects.get(name="Camille Lefèvre")
    former = list(AccessLink.objects.filter(target_id=row.pk).values_list("pk", flat=True))
    person = world.president.person
    person.email = "autre@example.org"
    person.save()
    mailoutbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        resend(row, by=world.agent)
    (mail,) = mailoutbox
    assert mail.to == ["autre@example.org"] and "– Convocation : " in mail.subject
    assert "convocation" in mail.attachments[0].filename
    assert not AccessLink.objects.filter(pk__in=former, revoked_at__isnull=True).exists()


def test_who_has_no_address_is_not_written_to(world):
    convoked(world)
    with pytest.raises(StepRefusedError, match="par téléphone"):
        resend(Attendance.objects.get(name="Camille Durand"), by=world.agent)


# The pages ------------------------------------------------------------------------------------------------


def seen_in(response) -> str:
    return re.search(r'name="seen" value="([0-9a-f]{64})"', response.content.decode())[1]


@pytest.mark.pdf
def test_one_click_convenes_after_a_preview_of_who_gets_what(
    world, agent_client, mailoutbox, django_capture_on_commit_callbacks
):
    address = reverse("meeting_convoke", args=[world.meeting.pk])
    page = agent_client.get(address)
    text = words_of(page)
    for said in ("lefevre@example.org", "parquet@example.org", "Camille Durand", "02 38 00 00 03",
                 "1 personne n’a pas d’adresse", "Convoquer (3 messages)",
                 "l’honneur de vous convier"):  # fmt: skip
        assert said in text
    assert not Attendance.objects.exists()  # looking writes nothing
    with django_capture_on_commit_callbacks(execute=True):
        done = agent_client.post(address, {"seen": seen_in(page), "note": ""}, follow=True)
    text = words_of(done)
    assert "La convocation est partie : 3 messages ; 1 personne sans adresse est à prévenir." in text
    assert "À prévenir par téléphone" in text
    assert len(mailoutbox) == 3
    assert mailoutbox[0].attachments[0].content.startswith(b"%PDF-")
    again = words_of(agent_client.post(address, {"seen": seen_in(page)}))
    assert "Rien n’est parti" in again and len(mailoutbox) == 3


def test_a_late_notice_warns(world, agent_client):
    Meeting.objects.update(held_on=timezone.localdate() + timedelta(days=3))
    text = words_of(agent_client.get(reverse("meeting_convoke", args=[world.meeting.pk])))
    assert "Délai de convocation" in text and "Convoquer (3 messages)" in text


def test_a_meeting_that_is_not_ready_says_why(world, agent_client):
    Meeting.objects.update(place="")
    text = words_of(agent_client.get(reverse("meeting_convoke", args=[world.meeting.pk])))
    assert "Le lieu n’est pas indiqué" in text and "Convoquer (3" not in text


def test_a_member_takes_the_meeting_into_a_calendar(world, client_of):
    convoked(world)
    user = factories.UserFactory()
    world.president.person.user = user
    world.president.person.save()
    response = client_of(user).get(reverse("meeting_calendar", args=[world.meeting.pk]))
    assert response["Content-Type"].startswith("text/calendar")
    assert "attachment" in response["Content-Disposition"]
    event = event_of(response.content.decode())
    assert event["UID"] == str(world.meeting.calendar_uid)
    assert "ATTENDEE" not in event


@pytest.mark.parametrize("seats", [5, 40])
def test_the_page_of_a_convened_meeting_takes_a_fixed_number_of_queries(
    world, agent_client, django_assert_max_num_queries, seats
):
    for number in range(seats):
        person = factories.PersonFactory(email=f"siege{number}@example.org")
        rule = factories.SeatRuleFactory(formation=world.meeting.formation, position=20 + number)
        factories.DesignationFactory(seat=factories.SeatFactory(rule=rule), person=person)
    convoked(world)
    with django_assert_max_num_queries(45):
        response = agent_client.get(reverse("meeting_detail", args=[world.meeting.pk]))
    assert len(response.content) < 100_000
