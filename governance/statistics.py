"""Attendance over a period, seat by seat and organisation by organisation.

A meeting counts for a seat only on a day on which somebody held it; represented counts as represented.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from cops.lib.french import sort_key
from governance.meetings.attendance import best_presence
from governance.meetings.life import State
from governance.models import Attendance, Designation, Formation, Meeting, Seat

Presence = Attendance.Presence
Mark = tuple[int, int]  # seat, meeting


@dataclass(frozen=True, slots=True)
class Attended:
    """How often a seat (or the seats of an organisation) was present at the meetings of the period.

    `meetings` = present + represented + excused + absent + unknown (nobody noted).
    """

    label: str
    note: str
    meetings: int
    present: int
    represented: int
    excused: int
    absent: int
    unknown: int

    @property
    def rate(self) -> Decimal | None:
        """Present or represented, of the meetings at which the seat was noted; None where there is none."""
        noted = self.meetings - self.unknown
        return Decimal(self.present + self.represented) / noted if noted else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Attendance of a formation's meetings held in a period."""

    meetings: Sequence[Meeting]
    seats: Sequence[Attended]
    organisations: Sequence[Attended]


def attendance_of(formation: Formation, since: date, until: date) -> Statistics:
    """Attendance at the ordinary meetings held from `since` to `until`, both included. Four queries.

    A confidential group notes nobody: its statistics are empty.
    """
    if formation.is_confidential:
        return Statistics([], [], [])
    meetings = list(
        Meeting.objects.filter(
            formation=formation,
            kind=Meeting.Kind.ORDINARY,
            state__in=[State.HELD, State.CLOSED],
            held_on__range=(since, until),
        ).order_by("held_on", "pk")
    )
    mandates = _mandates(formation, since, until)
    marks = _marks(meetings)
    held = {
        (mandate.seat_id, meeting.pk): mandate
        for mandate in mandates
        for meeting in meetings
        if _covers(mandate, meeting)
    }
    return Statistics(meetings, _by_seat(mandates, held, marks), _by_organisation(held, marks))


def _mandates(formation: Formation, since: date, until: date) -> list[Designation]:
    """Titulars of a day of the period, in the order of the seats."""
    ends = Q(ends_on__isnull=True) | Q(ends_on__gte=since)
    found = Designation.objects.filter(
        ends,
        seat__rule__formation=formation,
        quality=Designation.Quality.TITULAR,
        starts_on__lte=until,
    ).select_related("seat__rule", "seat__commune", "organisation", "person__organisation")
    return sorted(found, key=lambda row: (*_seat_order(row.seat), row.starts_on, row.pk))


def _seat_order(seat: Seat) -> tuple[object, ...]:
    commune = seat.commune.name if seat.commune else ""
    return seat.rule.position, seat.rule.pk, sort_key(commune), seat.number, seat.pk


def _covers(mandate: Designation, meeting: Meeting) -> bool:
    return mandate.starts_on <= meeting.held_on and (
        mandate.ends_on is None or meeting.held_on <= mandate.ends_on
    )


def _marks(meetings: Iterable[Meeting]) -> dict[Mark, str]:
    """What each seat was at each meeting: as its people were at best, assistants not counted."""
    listed = Attendance.objects.filter(meeting__in=[meeting.pk for meeting in meetings]).listed()
    rows = listed.filter(seat__isnull=False)
    found: dict[Mark, set[str]] = {}
    noted = rows.exclude(quality=Attendance.Quality.ASSISTANT).order_by()
    for seat, meeting, presence in noted.values_list("seat", "meeting", "presence"):
        found.setdefault((seat, meeting), set()).add(presence)
    return {key: best_presence(presences) for key, presences in found.items()}


def _by_seat(
    mandates: Sequence[Designation], held: dict[Mark, Designation], marks: dict[Mark, str]
) -> list[Attended]:
    seats = {mandate.seat_id: mandate.seat for mandate in mandates}
    people: dict[int, list[str]] = {}
    for mandate in mandates:
        names = people.setdefault(mandate.seat_id, [])
        if str(mandate.person) not in names:
            names.append(str(mandate.person))
    return [
        _attended(
            _label(seat),
            ", ".join(people[pk]),
            [marks.get(key, Presence.UNKNOWN) for key in held if key[0] == pk],
        )
        for pk, seat in seats.items()
    ]


def _by_organisation(held: dict[Mark, Designation], marks: dict[Mark, str]) -> list[Attended]:
    """By the organisation of the holder of the day, as held then; those without one come last."""
    found: dict[str, list[Mark]] = {}
    for key, mandate in held.items():
        organisation = mandate.organisation or mandate.person.organisation
        found.setdefault(organisation.name if organisation else "", []).append(key)
    rows = []
    for name in sorted(found, key=lambda name: (not name, sort_key(name))):
        keys = found[name]
        seats = len({seat for seat, _ in keys})
        note = f"{seats} sièges" if seats > 1 else ""
        presences = [marks.get(key, Presence.UNKNOWN) for key in keys]
        rows.append(_attended(name or "Sans organisme", note, presences))
    return rows


def _attended(label: str, note: str, presences: list[Any]) -> Attended:
    return Attended(
        label,
        note,
        meetings=len(presences),
        present=presences.count(Presence.PRESENT),
        represented=presences.count(Presence.REPRESENTED),
        excused=presences.count(Presence.EXCUSED),
        absent=presences.count(Presence.ABSENT),
        unknown=presences.count(Presence.UNKNOWN),
    )


def _label(seat: Seat) -> str:
    label = seat.rule.label
    commune = seat.commune.name if seat.commune else ""
    if commune and commune not in label:
        return f"{label}, {commune}"
    return f"{label}, siège {seat.number}" if not commune and seat.number > 1 else label
