"""Sending what waits in the outbox."""

from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMessage
from django.db.models import Case, F, TextField, Value, When
from django.utils import timezone

from cops.mail.models import Message


def send(message: Message) -> None:
    """Send a waiting message once. Who takes it from « waiting » sends it; nobody else does."""
    taken = Message.objects.filter(pk=message.pk, state=Message.State.WAITING).update(
        state=Message.State.SENDING
    )
    if not taken:
        return
    mail = EmailMessage(
        message.subject, message.body, to=[message.recipient], headers={"Message-ID": message.message_id}
    )
    try:
        mail.send()
    except (OSError, SMTPException) as error:
        _close(message, state=Message.State.FAILED, error=str(error)[:300])
    else:
        _close(message, state=Message.State.SENT, sent_at=timezone.now())


def _close(message: Message, **outcome: Any) -> None:
    """Store how it ended; a text that holds a personal link is forgotten either way: sending again issues a
    new link."""
    Message.objects.filter(pk=message.pk).update(
        body=Case(When(is_private=True, then=Value("", output_field=TextField())), default=F("body")),
        **outcome,
    )
