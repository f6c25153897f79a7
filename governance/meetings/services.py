"""Writing meetings and what hangs on them; each deed goes to the journal."""

from collections.abc import Sequence

from django.db import transaction

from cops.audit.models import Event
from cops.documents.attachments import withdraw_all
from cops.users.models import User
from governance.models import AgendaItem, Attendance, Meeting, Organisation


@transaction.atomic
def save_meeting(meeting: Meeting, *, services: Sequence[Organisation] | None = None, by: User) -> None:
    """Store a meeting that was checked, with the services present where they are noted."""
    is_new = meeting._state.adding
    meeting.save()
    if services is not None:
        meeting.services_present.set(services)
    Event.record(
        Event.Action.CREATED if is_new else Event.Action.CHANGED,
        actor=by,
        summary=f"Réunion : {meeting}",
        subject=meeting,
    )


@transaction.atomic
def save_agenda(
    meeting: Meeting,
    *,
    order: Sequence[AgendaItem],
    altered: Sequence[AgendaItem],
    removed: Sequence[AgendaItem],
    by: User,
) -> bool:
    """Store the agenda in this order, numbered from 1; whether anything changed.

    `altered` are items of `order` whose texts changed, new ones among them.
    """
    texts = {id(item) for item in altered}
    places = dict(AgendaItem.objects.filter(meeting=meeting).values_list("pk", "position"))
    for item in removed:
        withdraw_all(item, by=by)
        item.delete()
    written = 0
    for rank, item in enumerate(order, start=1):
        item.position = rank
        if id(item) in texts or places.get(item.pk) != rank:
            item.save()
            written += 1
    if written or removed:
        _record(meeting, by, "ordre du jour", written=written, removed=len(removed))
    return bool(written or removed)


@transaction.atomic
def save_attendances(
    meeting: Meeting, *, saved: Sequence[Attendance], removed: Sequence[Attendance] = (), what: str, by: User
) -> None:
    """Store rows of people that were checked; `what` says in the journal what they are."""
    for row in removed:
        row.delete()
    for row in saved:
        row.save()
    if saved or removed:
        _record(meeting, by, what, written=len(saved), removed=len(removed))


def _record(meeting: Meeting, by: User, what: str, **detail: int) -> None:
    Event.record(Event.Action.CHANGED, actor=by, summary=f"{meeting} : {what}", subject=meeting, **detail)
