"""What the database keeps of background work that failed."""

import re
from pathlib import Path
from smtplib import SMTPRecipientsRefused

import pytest
from django.conf import settings
from django.db import transaction
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from cops.lib.background import background_task
from cops.users.models import User
from tests.factories import UserFactory

CANARY = "canari@example.org"


def _taken(address: str) -> None:
    UserFactory(email=address)
    with transaction.atomic():
        User(email=address, full_name="Quelqu’un").save()


def _refused(address: str) -> None:
    raise SMTPRecipientsRefused({address: (550, b"unknown")})


def _wrapped(address: str) -> None:
    try:
        _refused(address)
    except OSError as error:
        raise ValueError(f"nothing was sent to {address}") from error


FAULTS = {"taken": _taken, "refused": _refused, "wrapped": _wrapped}


@background_task()
def fail(number: int) -> None:
    list(FAULTS.values())[number](CANARY)


@background_task(priority=-10)
def count(number: int) -> int:
    return number + 1


def done(task, number) -> DBTaskResult:
    """The result of the task, as the worker of production stores it."""
    task.enqueue(number)
    result = DBTaskResult.objects.get()
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
        excluded_queue_names=[],
    )
    worker.run_task(result)
    return DBTaskResult.objects.get()


@pytest.fixture
def queue(settings, db):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failure_is_kept_without_what_it_was_about(queue, fault):
    result = done(fail, list(FAULTS).index(fault))
    assert result.status == "FAILED"
    assert CANARY not in result.traceback
    assert f"in _{fault}" in result.traceback
    named = {"taken": "IntegrityError", "refused": "SMTPRecipientsRefused", "wrapped": "builtins.ValueError"}
    assert named[fault] in result.traceback
    if fault == "taken":
        assert "users_user" in result.traceback  # which constraint
    if fault == "wrapped":
        assert "SMTPRecipientsRefused" in result.traceback


def test_what_succeeds_gives_its_value(queue):
    result = done(count, 1)
    assert (result.status, result.return_value, result.priority) == ("SUCCESSFUL", 2, -10)


def test_no_task_goes_round_it():
    pattern = re.compile(r"from django_tasks\S* import .*\btask\b|django_tasks\.task")
    rooms = ("cops", "governance", "contracts", "actions", "evaluation")
    sources = [path for room in rooms for path in Path(settings.BASE_DIR, room).rglob("*.py")]
    assert [path.name for path in sources if pattern.search(path.read_text())] == ["background.py"]
