"""The worker killed in the middle of sending: the message is uncertain, and does not leave a second time."""

import signal
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from cops.mail import outbox
from cops.mail.models import Message
from cops.mail.services import enqueue
from tests.factories import AgentFactory
from tests.races import race
from tests.smtp import mail_server
from tests.worker import PATIENCE_S, QUEUE, run_until_empty, worker


@race
def test_a_worker_killed_while_sending_leaves_an_uncertain_message_that_a_person_decides_about(
    settings, tmp_path
):
    settings.TASKS = QUEUE
    agent = AgentFactory()
    with mail_server() as (mailbox, port):
        mailbox.stops = True
        with transaction.atomic():
            message = enqueue(recipient="elue@example.org", subject="Convocation", body="Bonjour")
        with worker(port) as process:
            assert mailbox.holds_text.wait(PATIENCE_S)
            process.send_signal(signal.SIGKILL)
            process.wait()
        mailbox.go_on()
        mailbox.stops = False

        assert Message.objects.get().state == "sending"
        run_until_empty(port)  # a worker that starts anew
        assert [mail["Message-ID"] for mail in mailbox.received] == [message.message_id]
        assert Message.objects.get().state == "sending"

        later = timezone.now() + Message.SENDING_PATIENCE + timedelta(seconds=1)
        assert list(Message.objects.uncertain(later)) == [message]
        Message.objects.settle(later)
        with transaction.atomic():
            other = enqueue(recipient="autre@example.org", subject="Convocation", body="Bonjour")
        run_until_empty(port)
        assert Message.objects.get(pk=other.pk).state == "sent"
        assert Message.objects.get(pk=message.pk).state == "uncertain"
        assert mailbox.recipients == ["elue@example.org", "autre@example.org"]

        assert outbox.send_again(message, by=agent)
        run_until_empty(port)
        assert Message.objects.get(pk=message.pk).state == "sent"
        assert mailbox.received[0]["Message-ID"] == mailbox.received[2]["Message-ID"] == message.message_id


@race
def test_a_worker_killed_before_it_took_a_message_loses_nothing(settings, tmp_path):
    """What the web server said was kept leaves, even where the worker died with the task in its hands."""
    settings.TASKS = QUEUE
    from django_tasks_db.models import DBTaskResult

    with mail_server() as (mailbox, port):
        with transaction.atomic():
            message = enqueue(recipient="elue@example.org", subject="Convocation", body="Bonjour")
        DBTaskResult.objects.update(status="RUNNING")  # taken from the queue by a worker that died
        Message.objects.update(queued_at=timezone.now() - timedelta(minutes=11))
        with transaction.atomic():
            enqueue(recipient="autre@example.org", subject="Convocation", body="Bonjour")
        run_until_empty(port)
        assert sorted(mailbox.recipients) == ["autre@example.org", "elue@example.org"]
        assert Message.objects.get(pk=message.pk).state == "sent"
