"""Closing a cell, and what is learned from it."""

from django.db import transaction
from django.utils import timezone

from cops.audit.models import Event
from cops.users.models import User
from governance.crises.logbook import ClosedError, Kind, add_entry
from governance.models import CrisisCell, Meeting


@transaction.atomic
def close(cell: CrisisCell, *, by: User) -> None:
    """End the cell now; the last line of its logbook says so. Raises ClosedError if it is closed already."""
    stored = CrisisCell.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=cell.pk)
    if not stored.is_open:
        raise ClosedError(stored)
    now = timezone.now()
    add_entry(stored, kind=Kind.FACT, text="Cellule close.", happened_at=now, by=by)
    stored.closed_at = now
    stored.lessons = cell.lessons
    stored.save()
    stored.meeting.state = Meeting.State.HELD
    stored.meeting.save()
    Event.record(Event.Action.CHANGED, actor=by, summary=f"Cellule de crise close : {stored}", subject=stored)
