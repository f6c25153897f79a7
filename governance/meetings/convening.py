"""Who is convened to a meeting: the composition of its day, and guests."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from cops.lib.french import sort_key
from governance.composition import QUALITY_ORDER
from governance.meetings.life import locked
from governance.models import Attendance, CommuneMembership, Designation, Meeting, Seat, SeatRule
from governance.models.organisations import Person

NAME_MAX = 200  # characters of `Attendance.name`


def seated(meeting: Meeting, on: date | None = None) -> list[Designation]:
    """The mandates of the meeting's day (or `on` another) on seats that the rules give that day, in their
    order; four queries.

    A commune's seat counts only while it is a member, as in `governance.composition`.
    """
    day = on or meeting.held_on
    rules = SeatRule.objects.filter(formation=meeting.formation_id).in_force(day).order_by()
    members = CommuneMembership.objects.in_force(day).order_by().values("commune")
    mandates = (
        Designation.objects.in_force(day)
        .filter(seat__rule__in=rules.values("pk"))
        .filter(~Q(seat__rule__basis=SeatRule.Basis.PER_COMMUNE) | Q(seat__commune__in=members))
        .select_related("seat__rule", "seat__commune", "person__organisation", "organisation")
        .prefetch_related("organisation__names", "person__organisation__names")
    )
    return sorted(mandates, key=_mandate_order)


def _mandate_order(mandate: Designation) -> tuple[object, ...]:
    quality = QUALITY_ORDER[Designation.Quality(mandate.quality)]
    return (*_seat_order(mandate.seat), quality, _person_order(mandate.person), mandate.pk)


def _seat_order(seat: Seat) -> tuple[object, ...]:
    commune = seat.commune.name if seat.commune else ""
    return seat.rule.position, seat.rule.pk, sort_key(commune), seat.number, seat.pk


def _person_order(person: Person) -> object:
    return sort_key(f"{person.last_name} {person.first_name}")


def _address(mandate: Designation) -> str:
    """The functional mailbox of the organisation where there is one, else the person's own address."""
    organisation = mandate.organisation or mandate.person.organisation
    return (organisation.mailbox if organisation else "") or mandate.person.email


def name_of(person: Person) -> str:
    """The name as a meeting's list holds it: the longest first and last names take one character more."""
    return str(person)[:NAME_MAX]


def _organisation_name(mandate: Designation, meeting: Meeting) -> str:
    organisation = mandate.organisation or mandate.person.organisation
    return organisation.name_on(meeting.held_on) if organisation else ""


def planned(meeting: Meeting) -> list[Attendance]:
    """Those whom `convene_list` would give now, in the same order, without writing: members not stored."""
    members = [
        Attendance(meeting=meeting, seat=mandate.seat, person=mandate.person, **_values(mandate, meeting))
        for mandate in seated(meeting)
    ]
    return members + [row for row in in_seat_order(meeting) if row.seat_id is None]


@transaction.atomic
def convene_list(meeting: Meeting) -> list[Attendance]:
    """Everybody to convene, in the order of the seats, guests last: one row each, made or brought up to date.

    Run again it changes nothing. Whoever no longer sits on the meeting's day leaves the list; their row is
    kept where something was sent, answered or noted, and is not among those returned. A row that was answered
    or noted keeps its name and function.
    """
    locked(meeting.pk)
    stored = {(row.seat_id, row.person_id): row for row in _members(meeting)}
    wanted = seated(meeting)
    for mandate in wanted:
        _keep(stored.get((mandate.seat_id, mandate.person_id)), mandate, meeting)
    sitting = {(mandate.seat_id, mandate.person_id) for mandate in wanted}
    for key, row in stored.items():
        if key not in sitting and not _is_used(row):
            row.delete()
    rows = in_seat_order(meeting)
    return [row for row in rows if row.seat_id is None or (row.seat_id, row.person_id) in sitting]


def _members(meeting: Meeting) -> Iterable[Attendance]:
    return Attendance.objects.filter(meeting=meeting, seat__isnull=False).prefetch_related("messages")


def _is_used(row: Attendance) -> bool:
    return bool(row.reply or row.presence or row.messages.all())


def _keep(row: Attendance | None, mandate: Designation, meeting: Meeting) -> None:
    values = _values(mandate, meeting)
    if row is None:
        row = Attendance(meeting=meeting, seat=mandate.seat, person=mandate.person)
    elif row.reply or row.presence:
        values = {"email": values["email"]}
    if row.pk and all(getattr(row, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def _values(mandate: Designation, meeting: Meeting) -> dict[str, str]:
    return {
        "quality": mandate.quality,
        "name": name_of(mandate.person),
        "function": mandate.function or mandate.person.function,
        "organisation": _organisation_name(mandate, meeting),
        "email": _address(mandate),
    }


def in_seat_order(meeting: Meeting) -> list[Attendance]:
    """All rows of a meeting: members in the order of the seats, titulars first, then guests; one query.

    Those of whoever was convened and replaced since are among them; for the attendance list see `listed`.
    """
    return _in_order(meeting, Attendance.objects.filter(meeting=meeting))


def listed(meeting: Meeting) -> list[Attendance]:
    """The attendance list of a meeting (`AttendanceQuerySet.listed`), in the same order; one query."""
    return _in_order(meeting, Attendance.objects.filter(meeting=meeting).listed())


def _in_order(meeting: Meeting, found: QuerySet[Attendance]) -> list[Attendance]:
    rows = found.select_related("seat__rule", "seat__commune", "person")
    for row in rows:
        row.meeting = meeting
    return sorted(rows, key=_row_order)


def _row_order(row: Attendance) -> tuple[object, ...]:
    if row.seat is None:
        return (1, sort_key(row.name), row.pk)
    quality = QUALITY_ORDER[Designation.Quality(row.quality)]
    by_name = _person_order(row.person) if row.person else sort_key(row.name)
    return (0, *_seat_order(row.seat), quality, by_name, row.pk)
