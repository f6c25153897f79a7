"""Sending what waits in the outbox.

How a sending ends is either certain (it left; it was refused, or never got as far as the text) or not: a
connection lost after the text was given may have delivered it.
"""

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.errors import MessageError
from smtplib import SMTPException
from threading import Timer
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection
from django.utils import timezone

from cops.lib.service import service
from cops.mail.models import TOKEN_MARK, AccessLink, Message

ANSWER_TIMEOUT_S = 20  # for one answer of the server, where EMAIL_TIMEOUT says nothing else
SENDING_LIMIT_S = 90.0  # for a whole message, however slowly the server answers; see Message.SENDING_PATIENCE
REST_S = 60  # how long a server that cannot be reached is left alone
_RESTING = "mail-server-resting"

# The server answered and refused: nothing left.
REFUSALS = (
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
)


class NotSendableError(Exception):
    """The message cannot be sent as it is; the text is French and fit to be shown."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a sending ended."""

    state: Message.State
    error: str = ""


def send(message: Message) -> None:
    """Send a waiting message once. Who takes it from « waiting » sends it; nobody else does."""
    taken_at = timezone.now()
    taken = Message.objects.filter(pk=message.pk, state=Message.State.WAITING).update(
        state=Message.State.SENDING, taken_at=taken_at, error=""
    )
    if taken:
        _close(message, taken_at, _attempt(message))


def forget_rest() -> None:
    """Let the server be tried at once, although it could not be reached a moment ago."""
    cache.delete(_RESTING)


def _attempt(message: Message) -> Outcome:
    if cache.get(_RESTING):
        return _failed("Le serveur d’envoi ne répondait pas un instant plus tôt : message gardé sans essai.")
    try:
        mail = email_of(message)
    except NotSendableError as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"Une pièce jointe ne peut pas être lue : {error.strerror or error}")
    connection = get_connection(timeout=settings.EMAIL_TIMEOUT or ANSWER_TIMEOUT_S)
    with _limited(connection, SENDING_LIMIT_S):
        return _send_through(connection, mail)


def _send_through(connection: Any, mail: EmailMultiAlternatives) -> Outcome:
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        cache.set(_RESTING, True, REST_S)
        return _failed(f"Le serveur d’envoi ne répond pas ou refuse la connexion : {error}")
    try:
        connection.send_messages([mail])
    except REFUSALS as error:
        return _failed(f"Le serveur d’envoi a refusé le message : {_reason(error)}")
    except (BadHeaderError, MessageError):
        return _failed("Un nom ou un objet contient un saut de ligne : le message n’a pas été envoyé.")
    except (OSError, SMTPException) as error:
        return Outcome(
            Message.State.UNCERTAIN,
            f"La connexion a été perdue pendant l’envoi, le message est peut-être parti : {error}",
        )
    finally:
        with suppress(OSError, SMTPException):
            connection.close()
    return Outcome(Message.State.SENT)


def _failed(error: str) -> Outcome:
    return Outcome(Message.State.FAILED, error)


def _reason(error: Exception) -> str:
    """What the server said, without the address: it stands beside the error anyway."""
    refused = getattr(error, "recipients", None)
    code, text = next(iter(refused.values())) if refused else (
        getattr(error, "smtp_code", ""), getattr(error, "smtp_error", str(error))
    )  # fmt: skip
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return " ".join(f"{code} {words}".split())


@contextmanager
def _limited(connection: Any, seconds: float) -> Iterator[None]:
    """Cut the connection of whatever still runs after that time: a server may answer a letter at a time."""
    timer = Timer(seconds, _cut, [connection])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(connection: Any) -> None:
    line = getattr(getattr(connection, "connection", None), "sock", None)
    if line is not None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def email_of(message: Message) -> EmailMultiAlternatives:
    """The message as it leaves, with its papers, its calendar invitation and a fresh personal link.

    :raises NotSendableError: a later sending took the place of this one.
    :raises OSError: a paper cannot be read.
    """
    answers_to = service().email
    mail = EmailMultiAlternatives(
        message.subject,
        _text(message),
        to=[message.recipient],
        reply_to=[answers_to] if answers_to else None,
        headers={"Message-ID": message.message_id},
    )
    for document in message.documents.order_by("pk"):
        with document.file.open("rb") as file:
            mail.attach(document.filename, file.read(), document.content_type)
    if message.calendar:
        _add_calendar(mail, message.calendar)
    return mail


def _text(message: Message) -> str:
    body = Message.objects.values_list("body", flat=True).get(pk=message.pk)
    if TOKEN_MARK not in body:
        return body
    link = AccessLink.objects.filter(message=message).order_by("-pk").first()
    if link is None or link.revoked_at or link.expires_at <= timezone.now():
        raise NotSendableError("Un envoi plus récent remplace ce message, ou son lien a expiré.")
    return body.replace(TOKEN_MARK, link.renewed())


def _add_calendar(mail: EmailMultiAlternatives, calendar: str) -> None:
    """As calendar programs expect it: another form of the text, which they act upon, and a file besides."""
    method = next((line[7:].strip() for line in calendar.splitlines() if line.startswith("METHOD:")), "")
    mail.attach_alternative(calendar, f"text/calendar; method={method or 'PUBLISH'}")
    mail.attach("invitation.ics", calendar, "text/calendar")


def _close(message: Message, taken_at: Any, outcome: Outcome) -> None:
    """Store how it ended.

    A worker taken for dead may come back and know better, unless a person has decided meanwhile.
    """
    Message.objects.filter(
        pk=message.pk,
        taken_at=taken_at,
        state__in=[Message.State.SENDING, Message.State.UNCERTAIN],
    ).update(
        state=outcome.state,
        error=outcome.error[:300],
        sent_at=timezone.now() if outcome.state == Message.State.SENT else None,
        body=Message.kept_body(),
    )
