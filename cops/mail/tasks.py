"""Background work of the outbox."""

from django_tasks import task

from cops.mail.delivery import send
from cops.mail.models import Message


@task()
def send_message(message_pk: int) -> None:
    """Send one message of the outbox."""
    send(Message.objects.get(pk=message_pk))
