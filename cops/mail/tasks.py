"""Background work of the outbox."""

from django.utils import timezone

from cops.lib.background import background_task
from cops.mail.delivery import send
from cops.mail.models import Message


@background_task()
def send_message(message_pk: int) -> None:
    """Send one message of the outbox, then look after those that a dead worker left."""
    send(Message.objects.get(pk=message_pk))
    rescue()


def rescue() -> None:
    """Write down what became uncertain, and send what waits without anybody being about to send it."""
    now = timezone.now()
    Message.objects.settle(now)
    for pk in Message.objects.forgotten(now).order_by("pk").values_list("pk", flat=True):
        if Message.objects.forgotten(now).filter(pk=pk).update(queued_at=now):
            send_message.enqueue(pk)
