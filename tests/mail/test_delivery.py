"""What leaves reaches a real server, whole; what goes wrong is told apart: refused, never left, uncertain."""

import socket
import threading
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from cops.mail import delivery
from cops.mail.delivery import send
from cops.mail.models import AccessLink, Message, new_message_id
from cops.mail.services import enqueue
from tests import factories

pytestmark = pytest.mark.django_db

CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


@pytest.fixture(autouse=True)
def _server_may_be_tried(db):
    cache.clear()


def queued(**values) -> Message:
    """A message in the outbox, its task not run."""
    return enqueue(**{"recipient": "elue@example.org", "subject": "Réunion", "body": "Bonjour,\n"} | values)


def stored(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


# What leaves ----------------------------------------------------------------------------------------------


def test_the_text_the_papers_and_the_invitation_arrive_whole(mailbox):
    paper = factories.DocumentFactory(content=b"%PDF-1.7 lettre", filename="convocation.pdf")
    message = queued(subject="Séance à huis clos – été", documents=[paper], calendar=CALENDAR)
    send(message)
    assert stored(message).state == "sent"
    (received,) = mailbox.received
    assert received["Subject"] == "Séance à huis clos – été"
    assert received["To"] == "elue@example.org"
    assert received["Message-ID"] == message.message_id
    assert received.get_body(["plain"]).get_content().replace("\r\n", "\n") == "Bonjour,\n"
    parts = {part.get_content_type(): part for part in received.walk()}
    acted_upon = next(part for part in received.walk() if part.get_param("method"))
    assert acted_upon.get_content_type() == "text/calendar"
    assert acted_upon.get_param("method") == "REQUEST"
    attached = {part.get_filename(): part for part in received.iter_attachments()}
    assert attached["convocation.pdf"].get_content() == b"%PDF-1.7 lettre"
    assert "METHOD:REQUEST" in attached["invitation.ics"].get_content()
    assert parts["application/pdf"].get_filename() == "convocation.pdf"


@pytest.mark.parametrize("filename", ["a\r\nBcc: b@example.org.pdf", 'a"; name="b.exe.pdf', "é\u2028è.pdf"])
def test_the_name_of_a_paper_cannot_add_a_header(mailbox, filename):
    paper = factories.DocumentFactory(filename="nom.pdf")
    type(paper).objects.filter(pk=paper.pk).update(filename=filename)
    message = queued(documents=[paper])
    send(message)
    for received in mailbox.received:
        assert received["Bcc"] is None
        assert all(part["Bcc"] is None for part in received.walk())
    assert set(mailbox.recipients) <= {"elue@example.org"}
    assert stored(message).state in {"sent", "failed"}


def test_the_token_of_a_link_is_drawn_when_the_message_leaves(mailbox):
    message = queued(body="Répondez : https://site/{jeton}/\n")
    target = factories.AttendanceFactory()
    link, _ = AccessLink.issue(
        AccessLink.Purpose.REPLY, target=target, created_by=None, lifetime=timedelta(days=1)
    )
    link.message = message
    link.save()
    send(message)
    text = mailbox.received[0].get_body(["plain"]).get_content()
    token = text.split("https://site/")[1].split("/")[0]
    assert AccessLink.objects.usable(token).get().target_id == target.pk
    assert token not in str(Message.objects.values())
    assert token not in str(AccessLink.objects.values())


def test_a_message_whose_link_was_revoked_does_not_leave(mailbox):
    message = queued(body="{jeton}")
    link = factories.AccessLinkFactory(message=message, revoked_at=timezone.now())
    send(message)
    assert mailbox.received == []
    assert stored(message).state == "failed"
    assert "plus récent" in stored(message).error
    assert AccessLink.objects.get() == link


@pytest.mark.parametrize(
    ("sender", "hosts", "domain"),
    [
        ("COPS <cops@agglo.example>", ["localhost"], "agglo.example"),
        ("cops@localhost", ["127.0.0.1", "suivi.agglo.example"], "suivi.agglo.example"),
        ("cops@localhost", ["*", "localhost", "[::1]"], "cops.invalid"),
    ],
)
def test_a_message_id_bears_the_domain_of_the_sender_or_of_the_site(settings, sender, hosts, domain):
    settings.DEFAULT_FROM_EMAIL, settings.ALLOWED_HOSTS = sender, hosts
    assert new_message_id().endswith(f"@{domain}>")


# What goes wrong ------------------------------------------------------------------------------------------


def test_a_refused_recipient_is_a_failure_with_its_reason(mailbox):
    mailbox.refusal = "550 Boîte inconnue".encode().decode("ascii", "ignore")
    message = queued()
    send(message)
    assert stored(message).state == "failed"
    assert "550" in stored(message).error


def test_a_line_lost_after_the_text_leaves_the_message_uncertain(mailbox):
    mailbox.drops = True
    message = queued()
    send(message)
    assert len(mailbox.received) == 1
    assert stored(message).state == "uncertain"
    assert "peut-être parti" in stored(message).error


def test_a_server_that_stops_answering_is_left_after_a_while(mailbox, settings):
    settings.EMAIL_TIMEOUT = 1
    mailbox.stops = True
    message = queued()
    started = time.monotonic()
    send(message)
    assert time.monotonic() - started < 5
    assert stored(message).state == "uncertain"


def test_a_server_that_answers_a_letter_at_a_time_is_cut_off(settings, monkeypatch):
    """Each letter comes in time, the whole never would."""
    monkeypatch.setattr(delivery, "SENDING_LIMIT_S", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()[:2]
        thread = threading.Thread(target=_dribble, args=[server], daemon=True)
        thread.start()
        message = queued()
        started = time.monotonic()
        send(message)
        assert time.monotonic() - started < 6
        thread.join(10)
    assert stored(message).state in {"failed", "uncertain"}


def _dribble(server: socket.socket) -> None:
    line, _ = server.accept()
    with line:
        line.sendall(b"220 bonjour\r\n")
        line.recv(1000)
        try:
            for _ in range(60):
                line.sendall(b"2")
                time.sleep(0.2)
        except OSError:
            return


def test_a_dead_server_is_not_tried_for_each_of_sixty_messages(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening
        settings.EMAIL_PORT = taken.getsockname()[1]
        first, second = queued(), queued()
        send(first)
        send(second)
    assert "refused" in stored(first).error
    assert "un instant plus tôt" in stored(second).error
    assert {stored(first).state, stored(second).state} == {"failed"}


def test_a_paper_that_is_gone_fails_the_message_and_sends_nothing(mailbox):
    paper = factories.DocumentFactory()
    paper.file.storage.delete(paper.file.name)
    message = queued(documents=[paper])
    send(message)
    assert mailbox.received == []
    assert stored(message).state == "failed"
    assert "pièce jointe" in stored(message).error


# A worker that died ---------------------------------------------------------------------------------------


def test_a_message_is_uncertain_once_no_sending_could_still_be_going_on():
    now = timezone.now()
    late, recent = factories.MessageFactory(), factories.MessageFactory()
    patience = Message.SENDING_PATIENCE
    assert patience.total_seconds() > delivery.SENDING_LIMIT_S
    Message.objects.filter(pk=late.pk).update(state="sending", taken_at=now - patience - timedelta(seconds=1))
    Message.objects.filter(pk=recent.pk).update(state="sending", taken_at=now - patience)
    assert [stored(late).is_uncertain(now), stored(recent).is_uncertain(now)] == [True, False]
    assert list(Message.objects.uncertain(now)) == [late]
    assert Message.objects.settle(now) == 1
    assert [stored(late).state, stored(recent).state] == ["uncertain", "sending"]


def test_settling_forgets_a_text_with_a_personal_link():
    message = factories.MessageFactory(is_private=True, body="lien")
    Message.objects.filter(pk=message.pk).update(
        state="sending", taken_at=timezone.now() - timedelta(hours=1)
    )
    Message.objects.settle(timezone.now())
    assert (stored(message).state, stored(message).body) == ("uncertain", "")


def test_a_worker_taken_for_dead_that_comes_back_knows_better(mailbox, monkeypatch):
    message = queued()

    def settle_meanwhile(message):
        Message.objects.settle(timezone.now() + timedelta(minutes=4))
        assert stored(message).state == "uncertain"
        return delivery.Outcome(Message.State.SENT)

    monkeypatch.setattr(delivery, "_attempt", settle_meanwhile)
    send(message)
    assert stored(message).state == "sent"


def test_what_a_person_decided_meanwhile_stays(mailbox, monkeypatch):
    message = queued()

    def decided_meanwhile(message):
        Message.objects.filter(pk=message.pk).update(state="waiting")
        return delivery.Outcome(Message.State.SENT)

    monkeypatch.setattr(delivery, "_attempt", decided_meanwhile)
    send(message)
    assert stored(message).state == "waiting"


def test_a_message_whose_task_was_lost_leaves_with_the_next_one(mailbox, django_capture_on_commit_callbacks):
    lost = factories.MessageFactory(queued_at=timezone.now() - timedelta(minutes=11))
    waiting = factories.MessageFactory(queued_at=timezone.now() - timedelta(minutes=9))
    with django_capture_on_commit_callbacks(execute=True):
        queued()
    assert [stored(lost).state, stored(waiting).state] == ["sent", "waiting"]
