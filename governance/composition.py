"""Who sits in a formation on a day, against what its rules require (docs/interfaces.md section 6).

`required` is the sum of the minimums that the rules give that day; only titulars fill a seat.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from cops.lib.french import plural, sort_key
from governance.models import Commune, Designation, Formation, Seat, SeatRule

QUALITY_ORDER = {
    Designation.Quality.TITULAR: 0,
    Designation.Quality.SUBSTITUTE: 1,
    Designation.Quality.ASSISTANT: 2,
}


class CouncilNotCreatedError(ValueError):
    """The day asked for precedes the council's creation."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A person on a seat that day, with the organisation and function held then."""

    person_pk: int
    person: str
    organisation: str
    quality: str
    function: str = ""
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class SeatEntry:
    """One line of the composition: a named seat, a commune's seat, or all the seats of one rule."""

    label: str
    category: str
    minimum: int
    maximum: int | None
    holders: tuple[Holder, ...]
    designated_by: str = ""
    may_be_represented: bool = False

    @property
    def titulars(self) -> int:
        return sum(holder.quality == Designation.Quality.TITULAR for holder in self.holders)

    @property
    def filled(self) -> int:
        return min(self.titulars, self.minimum)

    @property
    def vacant(self) -> int:
        return self.minimum - self.filled


@dataclass(frozen=True, slots=True)
class Composition:
    """A formation on a day: its seats in the order of the rules, and what is wrong."""

    formation: str
    on: date
    seats: tuple[SeatEntry, ...]
    warnings: tuple[str, ...]

    @property
    def required(self) -> int:
        return sum(seat.minimum for seat in self.seats)

    @property
    def filled(self) -> int:
        return sum(seat.filled for seat in self.seats)

    @property
    def vacant(self) -> int:
        return self.required - self.filled

    @property
    def is_complete(self) -> bool:
        return self.vacant == 0


def composition(formation: Formation, on: date) -> Composition:
    """The composition of a formation on a day; six queries whatever its size.

    :raises CouncilNotCreatedError: the day precedes the council's creation.
    """
    created = formation.council.created
    if on < created.first_day:
        raise CouncilNotCreatedError(
            f"Le {formation.council.name} n’existait pas encore à cette date : il a été créé en "
            f"{created.french}."
        )
    communes = _communes(on)
    entries = [entry for rule in _rules(formation, on) for entry in _entries(rule, communes, on)]
    return Composition(formation.kind, on, tuple(entries), tuple(_warnings(entries)))


def _rules(formation: Formation, on: date) -> list[SeatRule]:
    designations = (
        Designation.objects.in_force(on)
        .select_related("person", "organisation")
        .prefetch_related("organisation__names")
    )
    seats = Seat.objects.order_by("number", "pk").prefetch_related(
        Prefetch("designations", designations, to_attr="holding")
    )
    rules = formation.seat_rules.in_force(on).order_by("position", "pk")
    return list(rules.prefetch_related(Prefetch("seats", seats, to_attr="all_seats")))


def _communes(on: date) -> list[Commune]:
    return sorted(Commune.objects.members(on), key=lambda commune: sort_key(commune.name))


def _entries(rule: SeatRule, communes: Sequence[Commune], on: date) -> list[SeatEntry]:
    seats: list[Seat] = rule.all_seats  # type: ignore[attr-defined]
    if rule.basis == SeatRule.Basis.PER_COMMUNE:
        by_commune: dict[int | None, list[Seat]] = defaultdict(list)
        for seat in seats:
            by_commune[seat.commune_id].append(seat)
        return [_entry(rule, commune.name, by_commune[commune.pk], on) for commune in communes]
    return [_entry(rule, rule.label, seats, on)]


def _entry(rule: SeatRule, label: str, seats: Iterable[Seat], on: date) -> SeatEntry:
    has_maximum = rule.basis != SeatRule.Basis.AT_LEAST
    return SeatEntry(
        label=label,
        category=rule.category,
        minimum=rule.number,
        maximum=rule.number if has_maximum else None,
        holders=_holders(seats, on),
        designated_by=rule.designated_by,
        may_be_represented=rule.may_be_represented,
    )


def _holders(seats: Iterable[Seat], on: date) -> tuple[Holder, ...]:
    rows: list[Designation] = [row for seat in seats for row in seat.holding]  # type: ignore[attr-defined]
    rows.sort(
        key=lambda row: (
            QUALITY_ORDER[Designation.Quality(row.quality)],
            sort_key(f"{row.person.last_name} {row.person.first_name}"),
            row.pk,
        )
    )
    return tuple(
        Holder(
            person_pk=row.person_id,
            person=str(row.person),
            organisation=row.organisation.name_on(on) if row.organisation else "",
            quality=row.quality,
            function=row.function,
            ends_on=row.ends_on,
        )
        for row in rows
    )


def _warnings(entries: Iterable[SeatEntry]) -> Iterable[str]:
    entries = list(entries)
    for entry in entries:
        if entry.maximum is not None and entry.titulars > entry.maximum:
            yield (
                f"{entry.label} : {entry.titulars} titulaires pour "
                f"{entry.maximum} {plural(entry.maximum, 'siège')}."
            )
        deputies = [holder for holder in entry.holders if holder.quality == Designation.Quality.SUBSTITUTE]
        if deputies and not entry.may_be_represented:
            yield f"{entry.label} : un suppléant est désigné alors que ce siège ne se fait pas représenter."
    titular = Counter(
        (holder.person, holder.person_pk)
        for entry in entries
        for holder in entry.holders
        if holder.quality == Designation.Quality.TITULAR
    )
    for (person, _), count in sorted(titular.items()):
        if count > 1:
            yield f"{person} est titulaire de {count} sièges."


def composition_to_json(value: Composition) -> dict[str, Any]:
    """The composition in the shape of the schema `cops-composition/1`."""
    return {
        "schema": "cops-composition/1",
        "formation": value.formation,
        "on": value.on.isoformat(),
        "required": value.required,
        "filled": value.filled,
        "vacant": value.vacant,
        "complete": value.is_complete,
        "seats": [
            {
                "label": seat.label,
                "category": seat.category,
                "minimum": seat.minimum,
                "maximum": seat.maximum,
                "holders": [
                    {"person": holder.person, "organisation": holder.organisation, "quality": holder.quality}
                    for holder in seat.holders
                ],
                "vacant": seat.vacant,
            }
            for seat in value.seats
        ],
        "warnings": list(value.warnings),
    }
