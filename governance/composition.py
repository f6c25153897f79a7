"""Who sits in a formation on a day, against what its rules require (docs/interfaces.md section 6).

`required` is the sum of the minimums that the rules give that day; only titulars fill a seat.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from cops.lib.civility import titled
from cops.lib.french import elide, plural, sort_key
from cops.lib.periods import Period, Precision
from governance.models import CommuneMembership, Council, Designation, Formation, Person, Seat, SeatRule

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
    designation_pk: int = 0
    starts_on: date | None = None
    civility: str = ""
    is_stranger: bool = False  # on a joint seat, of none of its organisations

    @property
    def titled(self) -> str:
        """« Mme Inès Essai », or the name alone."""
        return titled(self.person, self.civility)

    @property
    def quality_label(self) -> str:
        return str(Designation.Quality(self.quality).label)

    @property
    def is_titular(self) -> bool:
        return self.quality == Designation.Quality.TITULAR


@dataclass(frozen=True, slots=True)
class SeatEntry:
    """One line of the composition: a named seat, a commune's seat, or all the seats of one rule.

    `is_confirmed` is false for a commune whose membership that day is still to be confirmed.
    """

    label: str
    category: str
    minimum: int
    maximum: int | None
    holders: tuple[Holder, ...]
    designated_by: str = ""
    may_be_represented: bool = False
    is_confirmed: bool = True
    by_right: bool = False
    rule_pk: int = 0
    rule_label: str = ""
    commune_pk: int | None = None
    since: date | None = None  # first day of the seat: of its rule, or of its commune's membership

    @property
    def authority(self) -> str:
        """Who designates: for a commune's seat that commune. Empty where the seat is held by right."""
        if self.by_right:
            return ""
        return f"Commune {elide('de', self.label)}" if self.commune_pk else self.designated_by

    @property
    def titulars(self) -> int:
        return sum(holder.is_titular for holder in self.holders)

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
    """The composition of a formation on a day; six queries whatever its size (and one for its council, where
    that was not fetched with it).

    :raises CouncilNotCreatedError: the day precedes the council's creation.
    """
    if on < formation.council.created.first_day:
        raise CouncilNotCreatedError(not_created(formation.council))
    return compositions([formation], on)[formation.pk]


def not_created(council: Council) -> str:
    """What to say of a day before the council's creation."""
    when = "le" if council.created.precision is Precision.DAY else "en"
    return (
        f"Le {council.name} n’existait pas encore à cette date : il a été créé {when} "
        f"{council.created.french}."
    )


def compositions(formations: Iterable[Formation], on: date) -> dict[int, Composition]:
    """The compositions of several formations by primary key; six queries whatever their number and size.

    It is the caller's part to leave out formations of a council that did not exist that day.
    """
    formations = list(formations)
    memberships = _memberships(on)
    entries: dict[int, list[SeatEntry]] = {formation.pk: [] for formation in formations}
    for rule in _rules(formations, on):
        entries[rule.formation_id] += _entries(rule, memberships, on)
    return {
        formation.pk: Composition(
            formation.kind, on, tuple(entries[formation.pk]), tuple(_warnings(entries[formation.pk]))
        )
        for formation in formations
    }


def _rules(formations: Sequence[Formation], on: date) -> list[SeatRule]:
    designations = (
        Designation.objects.in_force(on)
        .select_related("person", "organisation")
        .prefetch_related("organisation__names")
    )
    seats = Seat.objects.order_by("number", "pk").prefetch_related(
        "organisations", Prefetch("designations", designations, to_attr="holding")
    )
    rules = SeatRule.objects.filter(formation__in=formations).in_force(on).order_by("position", "pk")
    return list(rules.prefetch_related(Prefetch("seats", seats, to_attr="all_seats")))


def _memberships(on: date) -> list[CommuneMembership]:
    rows = CommuneMembership.objects.in_force(on).select_related("commune")
    return sorted(rows, key=lambda row: sort_key(row.commune.name))


def _entries(rule: SeatRule, memberships: Sequence[CommuneMembership], on: date) -> list[SeatEntry]:
    seats: list[Seat] = rule.all_seats  # type: ignore[attr-defined]
    if rule.basis != SeatRule.Basis.PER_COMMUNE:
        return [_entry(rule, rule.label, seats, on)]
    by_commune: dict[int | None, list[Seat]] = defaultdict(list)
    for seat in seats:
        by_commune[seat.commune_id].append(seat)
    return [
        _entry(rule, row.commune.name, by_commune[row.commune_id], on, membership=row) for row in memberships
    ]


def _entry(
    rule: SeatRule,
    label: str,
    seats: Iterable[Seat],
    on: date,
    *,
    membership: CommuneMembership | None = None,
) -> SeatEntry:
    has_maximum = rule.basis != SeatRule.Basis.AT_LEAST
    return SeatEntry(
        label=label,
        category=rule.category,
        minimum=rule.number,
        maximum=rule.number if has_maximum else None,
        holders=_holders(seats, on),
        designated_by=rule.designated_by or ("De droit" if rule.by_right else ""),
        may_be_represented=rule.may_be_represented,
        is_confirmed=membership is None or membership.is_confirmed,
        by_right=rule.by_right,
        rule_pk=rule.pk,
        rule_label=rule.label,
        commune_pk=membership.commune_id if membership else None,
        since=membership.starts_on if membership else rule.starts_on,
    )


def _holders(seats: Iterable[Seat], on: date) -> tuple[Holder, ...]:
    seats = list(seats)
    rows: list[Designation] = [row for seat in seats for row in seat.holding]  # type: ignore[attr-defined]
    owners = {seat.pk: {row.pk for row in seat.organisations.all()} for seat in seats}
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
            designation_pk=row.pk,
            starts_on=row.starts_on,
            civility=row.person.civility,
            is_stranger=is_stranger(row.organisation_id, owners[row.seat_id]),
        )
        for row in rows
    )


def is_stranger(organisation_pk: int | None, owners: Iterable[int]) -> bool:
    """Whether somebody of that organisation is a stranger to a seat that several organisations share.

    Where the organisation is not known nobody can tell, and a seat of one organisation is often held in
    another capacity (a mayor who presides over the agglomeration).
    """
    owners = set(owners)
    return organisation_pk is not None and len(owners) > 1 and organisation_pk not in owners


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
        for holder in entry.holders:
            if holder.is_stranger:
                yield (
                    f"{entry.label} : {holder.person} ({holder.organisation}) n’appartient à aucun des "
                    "organismes de ce siège."
                )
    titular = Counter(
        (holder.person, holder.person_pk)
        for entry in entries
        for holder in entry.holders
        if holder.is_titular
    )
    for (person, _), count in sorted(titular.items()):
        if count > 1:
            yield f"{person} est titulaire de {count} sièges."


# --- what a designation must be like ------------------------------------------------------------------------


def titular_before(seat: Seat, starts_on: date, ends_on: date | None, *, but: int | None = None) -> str:
    """What forbids a titular on the seat on these days: who else is, and when. Empty if nothing does.

    :param but: the designation that is being changed.
    """
    others = Designation.objects.filter(seat=seat, quality=Designation.Quality.TITULAR).exclude(pk=but or 0)
    others = others.select_related("person").order_by("starts_on")
    for other in others:
        if other.period.overlaps(Period(starts_on, ends_on)):
            return (
                f"{other.person} est titulaire de ce siège {other.period.french} : choisissez d’autres "
                "dates, ou remplacez cette personne."
            )
    return ""


def there_already(seat: Seat, person: Person, period: Period, *, but: int | None = None) -> str:
    """What forbids the person a second place on the same seat on these days. Empty if nothing does."""
    others = Designation.objects.filter(seat=seat, person=person).exclude(pk=but or 0).order_by("starts_on")
    for other in others:
        if other.period.overlaps(period):
            quality = other.get_quality_display().lower()
            return f"{person} est déjà désigné sur ce siège comme {quality}, {other.period.french}."
    return ""


def span_fault(rule: SeatRule, starts_on: date, ends_on: date | None) -> tuple[str, str]:
    """Which of `starts_on` and `ends_on` leaves the life of the seat, and why; empty where none does."""
    created = rule.formation.council.created.first_day
    if starts_on < created:
        return "starts_on", not_created(rule.formation.council)
    life = Period(rule.starts_on, rule.ends_on)
    if not life.contains(starts_on):
        return "starts_on", f"Ce siège existe {life.french} : le mandat ne peut pas commencer un autre jour."
    if rule.ends_on and (ends_on is None or ends_on > rule.ends_on):
        return "ends_on", f"Ce siège existe {life.french} : indiquez un dernier jour qui en fait partie."
    return "", ""


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
