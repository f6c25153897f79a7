"""The outbox: sent once, failures kept, no header of somebody else's."""

import socket

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from cops.mail.delivery import send
from cops.mail.models import Message
from cops.mail.services import enqueue
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_message_is_sent_once(mailoutbox):
    message = factories.MessageFactory(subject="Réunion du conseil")
    send(message)
    send(message)
    assert [mail.subject for mail in mailoutbox] == ["Réunion du conseil"]
    message.refresh_from_db()
    assert (message.state, message.error) == ("sent", "")
    assert message.sent_at is not None
    assert mailoutbox[0].message()["Message-ID"] == message.message_id


@pytest.mark.parametrize("state", ["sending", "sent", "failed", "uncertain"])
def test_a_message_that_is_not_waiting_is_not_sent(mailoutbox, state):
    message = factories.MessageFactory()
    sent_at = message.created_at if state == "sent" else None
    Message.objects.filter(pk=message.pk).update(state=state, sent_at=sent_at)
    send(message)
    assert mailoutbox == []
    message.refresh_from_db()
    assert message.state == state


def test_a_server_that_does_not_answer_is_noted(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refuses every connection
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
        message = factories.MessageFactory(is_private=True, body="lien")
        send(message)
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.body) == ("failed", None, "")
    assert "refused" in message.error


def test_the_text_with_a_personal_link_is_forgotten_once_sent(mailoutbox):
    private = factories.MessageFactory(is_private=True, body="https://…/lien")
    plain = factories.MessageFactory(body="Bonjour")
    send(private)
    send(plain)
    assert mailoutbox[0].body == "https://…/lien"
    assert dict(Message.objects.values_list("pk", "body")) == {private.pk: "", plain.pk: "Bonjour"}


def test_a_message_leaves_when_the_transaction_is_committed(mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = enqueue(recipient="elue@example.org", subject="Convocation", body="Bonjour")
        assert mailoutbox == []
    assert [mail.to for mail in mailoutbox] == [["elue@example.org"]]
    message.refresh_from_db()
    assert message.state == "sent"


def test_a_message_of_a_rolled_back_transaction_never_leaves(mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):  # noqa: SIM117
        with transaction.atomic():
            enqueue(recipient="elue@example.org", subject="Convocation", body="Bonjour")
            raise RuntimeError
    assert mailoutbox == []
    assert not Message.objects.exists()


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n", "\u2028", "\x0b"])
def test_a_subject_cannot_add_a_header(mailoutbox, line_end):
    send(enqueue(recipient="elue@example.org", subject=f"Réunion{line_end}Bcc: tous@example.org", body="x"))
    assert mailoutbox[0].subject == "Réunion Bcc: tous@example.org"
    message = mailoutbox[0].message()
    assert message["Bcc"] is None
    assert mailoutbox[0].recipients() == ["elue@example.org"]


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "pas une adresse",
        "a@example.org\nBcc: b@example.org",
        "a@example.org\r",
        "a@example.org, b@example.org",
    ],
)
def test_what_is_no_address_is_refused(recipient):
    with pytest.raises(ValidationError):
        enqueue(recipient=recipient, subject="Réunion", body="x")
    assert not Message.objects.exists()
