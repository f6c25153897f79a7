"""What is kept for a time only: one place that runs each room's part, once a day (`manage.py purge`).

How long each kind is kept stands in README.md, « Running it », and in the rooms' `purging` modules.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from cops.audit.models import Event
from cops.audit.purging import purge_imports, purge_submissions
from cops.documents.purging import purge_prepared, purge_withdrawn
from cops.mail.purging import purge_links

# Their arguments may hold an address to which a link was asked for.
TASKS_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Purged:
    """How many of a kind were deleted; `key` calls it in the journal."""

    key: str
    label: str
    number: int


@transaction.atomic
def purge(now: datetime) -> Sequence[Purged]:
    """Delete what is past its time at that instant, all or nothing; the journal notes how many of each."""
    done = (
        Purged("prepared", "documents préparés", purge_prepared(now)),
        Purged("withdrawn", "pièces retirées", purge_withdrawn(now)),
        Purged("imports", "imports non appliqués", purge_imports(now)),
        Purged("submissions", "numéros de formulaires enregistrés", purge_submissions(now)),
        Purged("links", "liens personnels éteints", purge_links(now)),
        Purged("sessions", "sessions terminées", _purge_sessions(now)),
        Purged("tasks", "tâches de fond finies", _purge_tasks(now)),
    )
    numbers: dict[str, Any] = {one.key: one.number for one in done if one.number}
    if numbers:
        Event.record(Event.Action.DELETED, actor=None, summary="Purge de ce qui a fait son temps", **numbers)
    return done


def _purge_sessions(now: datetime) -> int:
    return Session.objects.filter(expire_date__lt=now).delete()[0]


def _purge_tasks(now: datetime) -> int:
    return DBTaskResult.objects.finished().filter(finished_at__lt=now - TASKS_KEPT).delete()[0]
