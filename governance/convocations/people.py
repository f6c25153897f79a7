"""Who gets a convocation, at which address, and who has none and is to be called."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from governance.meetings.convening import in_seat_order
from governance.models import Attendance, Designation, Meeting


@dataclass(frozen=True, slots=True)
class Audience:
    """Those convened: one row a person, and of them those without an address, who are to be called."""

    reached: tuple[Attendance, ...]
    to_call: tuple[Attendance, ...]

    @property
    def everybody(self) -> int:
        return len(self.reached) + len(self.to_call)


def audience(rows: Iterable[Attendance]) -> Audience:
    """Sort the rows; who sits on two seats gets one message."""
    chosen = one_per_person(rows)
    return Audience(tuple(row for row in chosen if row.email), tuple(row for row in chosen if not row.email))


def one_per_person(rows: Iterable[Attendance]) -> list[Attendance]:
    """The first row of each person, and every row of somebody without a record."""
    kept: dict[object, Attendance] = {}
    for row in rows:
        kept.setdefault(person_key(row), row)
    return list(kept.values())


def person_key(row: Attendance) -> object:
    """The same for all rows of one person; somebody without a record is known by their row."""
    return row.person_id if row.person_id is not None else ("row", row.pk, row.name)


def same_person(row: Attendance) -> list[Attendance]:
    """All rows of that person in the meeting: an answer holds for each seat."""
    if row.person_id is None:
        return [row]
    return [other for other in in_seat_order(row.meeting) if other.person_id == row.person_id]


def in_office(meeting: Meeting, rows: Iterable[Attendance], today: date) -> list[Attendance]:
    """Those rows of a meeting that still stand for somebody: guests, and whose mandate on that seat runs
    today, or begins later and runs on the meeting's day; one query."""
    rows = list(rows)
    running = Designation.objects.in_force(today)
    coming = Designation.objects.in_force(meeting.held_on).filter(starts_on__gt=today)
    mandates = (running | coming).filter(seat__in={row.seat_id for row in rows if row.seat_id}).order_by()
    held = set(mandates.values_list("seat_id", "person_id"))
    return [row for row in rows if row.seat_id is None or (row.seat_id, row.person_id) in held]
