"""Who gets what in one sending: those convened, and those who no longer are. The preview shows this list, and
the sending goes by it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef

from governance.convocations.people import audience, person_key
from governance.meetings.convening import planned, seated
from governance.models import Attendance, Convocation, ConvocationMessage, Designation, Meeting

Kind = Convocation.Kind


class Departure(StrEnum):
    """Why somebody who was convened no longer is, in words for the service."""

    MOVED = "ne siège pas à la nouvelle date"
    MANDATE = "le mandat ne court pas ce jour-là"
    SEAT = "le siège n’est plus attribué à cette date"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One message to one person. `reason`: why they leave a meeting that takes place; None for all others.

    `has_calendar`: an invitation goes with it, or what takes it back. Calendars know a meeting by its UID
    alone: what takes it back for a leaver would delete it for the colleague who reads the same mailbox.
    """

    row: Attendance
    kind: str
    reason: Departure | None = None
    has_calendar: bool = True

    @property
    def label(self) -> str:
        return "Fin de convocation" if self.reason else str(Kind(self.kind).label)


def recipients(meeting: Meeting, kind: str, rows: Iterable[Attendance]) -> list[Recipient]:
    """Who gets what where the meeting is called, changed or called off: `rows` in their order, one message a
    person, then those who leave. Three queries; those of `seated` where somebody leaves.

    :param rows: those convened now; where it is called off, those who were.
    """
    staying = audience(rows).reached
    if kind == Kind.CANCELLATION:
        return [Recipient(row, Kind.CANCELLATION) for row in staying]
    told = last_told(meeting)
    found = [Recipient(row, Kind.CHANGE if person_key(row) in told else Kind.CALL) for row in staying]
    return found + _leavers(meeting, told, rows)


def last_told(meeting: Meeting) -> dict[object, ConvocationMessage]:
    """The latest message to each person (by `person_key`) who was convened and not told since that it is off
    for them, in the order in which they were sent; one query."""
    sent = ConvocationMessage.objects.filter(convocation__meeting=meeting).order_by("pk")
    sent = sent.select_related("attendance__person", "convocation")
    latest = {person_key(each.attendance): each for each in sent}
    return {key: each for key, each in latest.items() if each.kind != Kind.CANCELLATION}


def reached(meeting: Meeting) -> list[Attendance]:
    """Everybody to whom a convocation was sent, but for those told since that it is off for them."""
    return [each.attendance for each in last_told(meeting).values()]


def told_off(attendance: str) -> Exists:
    """Whether the last message to a person convened told that it is off for them; `attendance` is the path
    from the rows asked to that person's row."""
    sent = ConvocationMessage.objects.order_by().filter(
        attendance=OuterRef("attendance"), pk__gt=OuterRef("pk")
    )
    off = ConvocationMessage.objects.order_by().filter(
        attendance=OuterRef(attendance), kind=Kind.CANCELLATION
    )
    return Exists(off.exclude(Exists(sent)))


def expected(meeting: Meeting, kind: str) -> list[Recipient]:
    """Who would get what now; reads only."""
    return recipients(meeting, kind, reached(meeting) if kind == Kind.CANCELLATION else planned(meeting))


def _leavers(
    meeting: Meeting, told: dict[object, ConvocationMessage], rows: Iterable[Attendance]
) -> list[Recipient]:
    rows = list(rows)
    here = {person_key(row) for row in rows}
    left = [each for key, each in told.items() if key not in here and each.attendance.email]
    if not left:
        return []
    addresses = {row.email.casefold() for row in rows}
    reasons = _reasons(meeting, left)
    return [
        Recipient(
            each.attendance,
            Kind.CANCELLATION,
            reason,
            has_calendar=each.attendance.email.casefold() not in addresses,
        )
        for each, reason in zip(left, reasons, strict=True)
    ]


def _reasons(meeting: Meeting, left: Sequence[ConvocationMessage]) -> list[Departure]:
    """Why each leaves: who would still sit on the day that they were told leaves because it moved."""
    days = {each.convocation.told_day or meeting.held_on for each in left} - {meeting.held_on}
    seated_then = {day: {(row.seat_id, row.person_id) for row in seated(meeting, day)} for day in days}
    running = Designation.objects.in_force(meeting.held_on).order_by()
    people = running.filter(person__in=[each.attendance.person_id for each in left])
    mandates = set(people.values_list("seat_id", "person_id"))

    def reason(each: ConvocationMessage) -> Departure:
        key = each.attendance.seat_id, each.attendance.person_id
        if key in seated_then.get(each.convocation.told_day or meeting.held_on, ()):
            return Departure.MOVED
        return Departure.SEAT if key in mandates else Departure.MANDATE

    return [reason(each) for each in left]
