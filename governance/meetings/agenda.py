"""The agenda of a meeting, with the time at which each item is reached."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from cops.lib.french import time_fr
from cops.users.models import User
from governance.meetings.changes import Change, changes_since, latest_convocation
from governance.meetings.life import State, is_frozen
from governance.models import AgendaItem, Meeting


@dataclass(frozen=True, slots=True)
class TimedItem:
    """An item with its rank, when it is reached (None where that cannot be told), and what changed in it.

    `is_next_day`: it is reached after midnight.
    """

    item: AgendaItem
    rank: int
    at: time | None
    is_next_day: bool = False
    changes: tuple[Change, ...] = ()

    @property
    def at_fr(self) -> str:
        """« 14 h 20 », « 0 h 10 le lendemain »."""
        if self.at is None:
            return ""
        return f"{time_fr(self.at)} le lendemain" if self.is_next_day else time_fr(self.at)


def timed(items: list[AgendaItem], starts_at: time | None) -> list[TimedItem]:
    """The items with the times that follow from the start and the durations, up to the first unknown one.

    >>> [row.at for row in timed([AgendaItem(duration=20), AgendaItem(), AgendaItem()], time(14))]
    [datetime.time(14, 0), datetime.time(14, 20), None]
    """
    now = datetime.combine(date.min, starts_at) if starts_at else None
    rows = []
    for rank, item in enumerate(items, start=1):
        is_next_day = now is not None and now.date() > date.min
        rows.append(TimedItem(item, rank, now.time() if now else None, is_next_day))
        now = now + timedelta(minutes=item.duration) if now and item.duration else None
    return rows


def total_minutes(items: list[AgendaItem]) -> int:
    """What the items take together, those of unknown duration left out."""
    return sum(item.duration or 0 for item in items)


def section(meeting: Meeting, user: User) -> dict[str, Any]:
    """The agenda with what changed since the convocation; two to four queries."""
    if meeting.formation.is_confidential:
        return {"is_shown": False}
    items = list(meeting.agenda.order_by("position", "pk"))
    changes = _changes(meeting)
    by_item = {change.item_pk for change in changes}
    rows = [
        replace(row, changes=tuple(change for change in changes if change.item_pk == row.item.pk))
        if row.item.pk in by_item
        else row
        for row in timed(items, meeting.starts_at)
    ]
    return {
        "is_shown": True,
        "rows": rows,
        "minutes": total_minutes(items),
        "changes": changes,
        "is_frozen": is_frozen(meeting),
        "may_change": user.has_perm("governance.change_meetings", meeting)
        and meeting.state not in (State.CLOSED, State.CANCELLED),
    }


def _changes(meeting: Meeting) -> list[Change]:
    convocation = latest_convocation(meeting) if meeting.state != State.PREPARED else None
    if convocation is None:
        return []
    convocation.meeting = meeting
    return changes_since(convocation)
