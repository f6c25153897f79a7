"""Who came: counts by seat, and what the meeting's page shows of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cops.users.models import User
from governance.meetings.convening import in_seat_order
from governance.meetings.life import State, takes_attendance
from governance.models import Attendance, Meeting

Presence = Attendance.Presence

# A seat is as its people are at best: present before represented, and so on.
_BEST_FIRST = (Presence.PRESENT, Presence.REPRESENTED, Presence.EXCUSED, Presence.ABSENT, Presence.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many seats were present, represented, excused, absent or not noted, and guests who came.

    Assistants fill no seat and are not counted; a seat whose substitute came is present.
    """

    present: int = 0
    represented: int = 0
    excused: int = 0
    absent: int = 0
    unknown: int = 0
    guests: int = 0

    @property
    def seats(self) -> int:
        return self.present + self.represented + self.excused + self.absent + self.unknown

    @property
    def taking_part(self) -> int:
        """Seats present or represented: what a quorum looks at."""
        return self.present + self.represented


def counts(rows: Iterable[Attendance]) -> Counts:
    """The counts of a meeting's rows."""
    by_seat: dict[int, set[str]] = {}
    guests = 0
    for row in rows:
        if row.seat_id is None:
            guests += row.presence in (Presence.PRESENT, Presence.REPRESENTED)
        elif row.quality != Attendance.Quality.ASSISTANT:
            by_seat.setdefault(row.seat_id, set()).add(row.presence)
    best = [next(value for value in _BEST_FIRST if value in found) for found in by_seat.values()]
    return Counts(
        present=best.count(Presence.PRESENT),
        represented=best.count(Presence.REPRESENTED),
        excused=best.count(Presence.EXCUSED),
        absent=best.count(Presence.ABSENT),
        unknown=best.count(Presence.UNKNOWN),
        guests=guests,
    )


def is_unforeseen(row: Attendance) -> bool:
    """Whether a seat was represented that its rule does not let be; the row's seat and rule are loaded."""
    return bool(row.presence == Presence.REPRESENTED and row.seat and not row.seat.rule.may_be_represented)


def section(meeting: Meeting, user: User) -> dict[str, Any]:
    """Who was noted, in the order of the seats; a confidential group's services instead. One query."""
    may_change = user.has_perm("governance.change_meetings", meeting)
    if not takes_attendance(meeting):
        services = sorted(meeting.services_present.all(), key=str)
        return {"is_shown": True, "is_by_person": False, "services": services, "may_change": may_change}
    rows = in_seat_order(meeting)
    is_past_call = meeting.state in (State.HELD, State.CLOSED) or any(row.presence for row in rows)
    return {
        "is_shown": bool(rows) or may_change,
        "is_by_person": True,
        "rows": rows if is_past_call else [],
        "listed": len(rows),
        "counts": counts(rows),
        "is_noted": is_past_call,
        "may_change": may_change and meeting.state != State.CANCELLED,
        "shows_replies": user.is_staff_member,
    }
