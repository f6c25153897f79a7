"""Who came: counts by seat, and what the meeting's page shows of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from cops.lib.french import fold_name
from cops.users.models import User
from governance.composition import CouncilNotCreatedError, composition
from governance.meetings.convening import listed
from governance.meetings.life import State, takes_attendance
from governance.models import Attendance, Meeting

Presence = Attendance.Presence

# A seat is as its people are at best: present before represented, and so on.
_BEST_FIRST = (Presence.PRESENT, Presence.REPRESENTED, Presence.EXCUSED, Presence.ABSENT, Presence.UNKNOWN)

_TONES = {
    Presence.PRESENT: "ok",
    Presence.REPRESENTED: "info",
    Presence.EXCUSED: "neutral",
    Presence.ABSENT: "bad",
    Presence.UNKNOWN: "neutral",
}


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
    best = [best_presence(found) for found in by_seat.values()]
    return Counts(
        present=best.count(Presence.PRESENT),
        represented=best.count(Presence.REPRESENTED),
        excused=best.count(Presence.EXCUSED),
        absent=best.count(Presence.ABSENT),
        unknown=best.count(Presence.UNKNOWN),
        guests=guests,
    )


def best_presence(presences: Collection[str]) -> Presence:
    """What a seat is of which several people were noted."""
    return next(value for value in _BEST_FIRST if value in presences)


def vacant_seats(meeting: Meeting) -> int:
    """Seats that nobody holds on the meeting's day; the queries of `composition`."""
    try:
        return composition(meeting.formation, meeting.held_on).vacant
    except CouncilNotCreatedError:
        return 0


def is_unforeseen(row: Attendance) -> bool:
    """Whether a seat was represented that its rule does not let be; the row's seat and rule are loaded."""
    return bool(row.presence == Presence.REPRESENTED and row.seat and not row.seat.rule.may_be_represented)


def seat_label(row: Attendance) -> str:
    """What the person sits as; the row's seat, rule and commune are loaded."""
    if row.seat is None:
        return "Invité"
    label = row.seat.rule.label
    commune = row.seat.commune.name if row.seat.commune else ""
    place = f", {commune}" if commune and commune not in label else ""
    quality = "" if row.quality == Attendance.Quality.TITULAR else f" ({row.get_quality_display().lower()})"
    return f"{label}{place}{quality}"


def with_function(name: str, function: str) -> str:
    """« Camille Exemple, directrice »."""
    return ", ".join(part for part in (name, function) if part)


def represented_by(row: Attendance) -> str:
    """Who sat for that person, with their function; empty where nobody is noted to have."""
    if row.presence != Presence.REPRESENTED:
        return ""
    return with_function(row.represented_by, row.representative_function)


def contradicted(rows: Iterable[Attendance]) -> list[Attendance]:
    """Those represented by somebody whom the same list notes as excused or absent."""
    rows = list(rows)
    away = {fold_name(row.name) for row in rows if row.presence in (Presence.EXCUSED, Presence.ABSENT)}
    return [row for row in rows if represented_by(row) and fold_name(row.represented_by) in away]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A person's presence in words; `remark`: what the service noted, empty for other readers."""

    attendance: Attendance
    seat: str
    tone: str
    remark: str = ""

    @property
    def who(self) -> str:
        """Function and organisation of that day."""
        return with_function(self.attendance.function, self.attendance.organisation)

    @property
    def by(self) -> str:
        """Who represented them, and the remark."""
        by = represented_by(self.attendance)
        return " – ".join(part for part in (f"par {by}" if by else "", self.remark) if part)

    @property
    def is_unforeseen(self) -> bool:
        return is_unforeseen(self.attendance)


def shown(rows: Iterable[Attendance], *, with_remarks: bool) -> list[ShownRow]:
    """The rows of a meeting as its page shows them. The reason of an excuse is the service's to know."""
    return [
        ShownRow(
            row, seat_label(row), _TONES[Presence(row.presence)], remark=row.comment if with_remarks else ""
        )
        for row in rows
    ]


def section(meeting: Meeting, user: User) -> dict[str, Any]:
    """Who was noted, in the order of the seats; a confidential group's services instead.

    One query, and those of `composition` where people were noted.
    """
    may_change = user.has_perm("governance.change_meetings", meeting)
    if not takes_attendance(meeting):
        services = sorted(meeting.services_present.all(), key=str)
        return {"is_shown": True, "is_by_person": False, "services": services, "may_change": may_change}
    rows = listed(meeting)
    is_noted = any(row.presence for row in rows)
    return {
        "is_shown": True,
        "is_by_person": True,
        "is_noted": is_noted,
        "rows": shown(rows, with_remarks=may_change) if is_noted else [],
        "listed": len(rows),
        "counts": counts(rows),
        "vacant": vacant_seats(meeting) if is_noted else 0,
        "may_change": may_change and meeting.state not in (State.CANCELLED, State.CLOSED),
    }
