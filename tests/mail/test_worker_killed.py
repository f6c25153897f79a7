"""The worker killed in the middle of sending: the message is uncertain, and does not leave a second time."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings as site
from django.db import connection, transaction
from django.utils import timezone

from cops.mail import outbox
from cops.mail.models import Message
from cops.mail.services import enqueue
from tests.factories import AgentFactory
from tests.races import race
from tests.smtp import mail_server

ROOT = Path(__file__).resolve().parents[2]
QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
PATIENCE_S = 60


@contextmanager
def worker(port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """The background worker as production runs it, on this test's database."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COPS_")}
    environment |= {
        "COPS_PROFILE": "production",
        "COPS_VAR": str(site.VAR_DIR),
        "COPS_HOSTS": "cops.example",
        "COPS_EMAIL_FROM": "cops@cops.example",
        "SECRET_KEY": "x" * 64,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "cops.settings",
    }
    command = [sys.executable, "manage.py", "db_worker", "--interval", "0.1", "--no-startup-delay", *options]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def database_url() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"


def run_until_empty(port: int) -> None:
    with worker(port, "--batch") as process:
        assert process.wait(PATIENCE_S) == 0


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
