"""What people decide about messages that did not leave, or may not have. Each deed goes to the journal."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cops.audit.models import Event
from cops.mail.delivery import forget_rest
from cops.mail.models import Message
from cops.mail.tasks import send_message
from cops.users.models import User

State = Message.State


@transaction.atomic
def send_again(message: Message, *, by: User) -> bool:
    """Send a failed or uncertain message again, under the same Message-ID; False, and nothing is done, if it
    is neither, or if its text is no longer kept (it held a personal link)."""
    now = timezone.now()
    Message.objects.settle(now)
    moved = Message.objects.filter(
        pk=message.pk, state__in=[State.FAILED, State.UNCERTAIN], is_private=False
    ).update(state=State.WAITING, queued_at=now)
    if moved:
        _record(message, "renvoyé", by)
        _enqueue([message.pk])
    return bool(moved)


@transaction.atomic
def consider_sent(message: Message, *, by: User) -> bool:
    """Hold an uncertain message for sent; False, and nothing is done, if it is not uncertain."""
    Message.objects.settle(timezone.now())
    moved = Message.objects.filter(pk=message.pk, state=State.UNCERTAIN, taken_at__isnull=False).update(
        state=State.SENT, sent_at=F("taken_at")
    )
    if moved:
        _record(message, "considéré comme envoyé", by)
    return bool(moved)


@transaction.atomic
def retry_failed(*, by: User) -> int:
    """Send all failed messages again whose text is kept; how many."""
    failed = Message.objects.filter(state=State.FAILED, is_private=False)
    waiting = list(failed.select_for_update().order_by("pk").values_list("pk", flat=True))
    Message.objects.filter(pk__in=waiting).update(state=State.WAITING, queued_at=timezone.now())
    if waiting:
        Event.record(
            Event.Action.SENT, actor=by, summary=f"{len(waiting)} messages en échec renvoyés", pks=waiting
        )
    _enqueue(waiting)
    return len(waiting)


def _record(message: Message, deed: str, by: User) -> None:
    Event.record(
        Event.Action.SENT,
        actor=by,
        summary=f"Message à {message.recipient} {deed} : {message.subject}",
        subject=message,
    )


def _enqueue(pks: Iterable[int]) -> None:
    forget_rest()
    for pk in pks:
        transaction.on_commit(partial(send_message.enqueue, pk))
