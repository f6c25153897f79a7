"""Seats and the rules that give them: where somebody can be designated, and rules that change in time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models, transaction
from django.db.models import Max

from cops.audit.models import Event
from cops.lib.french import date_fr, sort_key
from cops.users.models import User
from governance.models import (
    Attendance,
    Commune,
    Designation,
    Formation,
    Organisation,
    Seat,
    SeatRule,
)

DAY = timedelta(days=1)
MEMBERS_OF_A_GROUP = "Membres du groupe"


class SeatsHeldError(ValueError):
    """Mandates that begin later forbid the end of a rule; the message, in French, says whose."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody can be designated under a rule; its seat is stored when it is first taken."""

    key: str
    name: str
    number: int
    commune: Commune | None = None
    seat: Seat | None = None


def places(rule: SeatRule) -> list[Place]:
    """All places of a rule, whoever holds them; two queries at most."""
    return places_among(rule, list(Seat.objects.filter(rule=rule).order_by("number", "pk")))


def places_among(rule: SeatRule, seats: Sequence[Seat]) -> list[Place]:
    """All places of a rule whose seats, by number, are these; one query where each commune has one."""
    if rule.basis == SeatRule.Basis.PER_COMMUNE:
        return _communal_places(seats)
    numbered = {seat.number: seat for seat in seats}
    last = max([rule.number, *numbered])
    if rule.basis == SeatRule.Basis.AT_LEAST and last in numbered:
        last += 1
    return [
        Place(
            f"n{number}", rule.label if last == 1 else f"Siège n° {number}", number, seat=numbered.get(number)
        )
        for number in range(1, last + 1)
    ]


def _communal_places(seats: Sequence[Seat]) -> list[Place]:
    by_commune = {seat.commune_id: seat for seat in seats}
    communes = Commune.objects.filter(memberships__isnull=False).distinct()
    number = max((seat.number for seat in seats), default=0) + 1
    found = []
    for commune in sorted(communes, key=lambda row: sort_key(row.name)):
        seat = by_commune.get(commune.pk)
        found.append(
            Place(f"c{commune.pk}", commune.name, seat.number if seat else number, commune=commune, seat=seat)
        )
    return found


def seat_at(rule: SeatRule, place: Place) -> Seat:
    """The seat of a place, stored if it was not yet. The caller holds the rule's lock."""
    if place.seat is not None:
        return place.seat
    seat = Seat(rule=rule, number=place.number, commune=place.commune)
    seat.full_clean()
    seat.save()
    return seat


@transaction.atomic
def save_rule(rule: SeatRule, *, organisations: Iterable[Organisation], by: User) -> None:
    """Create or correct a rule for the whole of its life, with the seats it gives."""
    is_new = rule.pk is None
    if is_new and not rule.position:
        rule.position = next_position(rule.formation)
    rule.save()
    _ensure_seats(rule)
    _own(rule, organisations)
    _record(rule, Event.Action.CREATED if is_new else Event.Action.CHANGED, by)


def next_position(formation: Formation) -> int:
    return (formation.seat_rules.aggregate(last=Max("position"))["last"] or 0) + 1


def _ensure_seats(rule: SeatRule) -> None:
    for place in places(rule):
        if place.seat is None and (place.commune or place.number <= rule.number):
            seat_at(rule, place)


def _own(rule: SeatRule, organisations: Iterable[Organisation]) -> None:
    """Let all seats of the rule belong to these organisations and to no other."""
    wanted = {row.pk for row in organisations}
    link = Seat.organisations.through
    links = link.objects.filter(seat__rule=rule)
    links.exclude(organisation_id__in=wanted).delete()
    known = set(links.values_list("seat_id", "organisation_id"))
    pairs = [(seat.pk, pk) for seat in Seat.objects.filter(rule=rule) for pk in sorted(wanted)]
    link.objects.bulk_create(
        link(seat_id=seat, organisation_id=pk) for seat, pk in pairs if (seat, pk) not in known
    )


@transaction.atomic
def change_rule(old: SeatRule, new: SeatRule, *, organisations: Iterable[Organisation], by: User) -> None:
    """Let `new` follow `old` from `new.starts_on`: the old rule ends the day before and keeps its past.

    Who sits goes on sitting: a mandate that spans the day is continued on the seat of the new rule, one that
    begins later moves there. A place that the new rule does not give any more is given up.
    """
    first = new.starts_on
    if first is None:
        raise ValueError("a rule that follows another begins on a day")
    new.formation, new.position, new.ends_on = old.formation, old.position, old.ends_on
    old.ends_on = first - DAY
    old.save()
    new.save()
    seats = list(Seat.objects.filter(rule=old).order_by("number", "pk"))
    carried = [seat for seat in seats if is_carried(new, seat)]
    _clip([seat for seat in seats if seat not in carried], first - DAY)
    _carry(carried, new, first)
    _ensure_seats(new)
    _own(new, organisations)
    _record(new, Event.Action.CHANGED, by)


def is_carried(rule: SeatRule, seat: Seat) -> bool:
    """Whether the rule has a place for a seat of the one before it."""
    if rule.basis == SeatRule.Basis.PER_COMMUNE:
        return seat.commune_id is not None
    return rule.basis == SeatRule.Basis.AT_LEAST or seat.number <= rule.number


def _carry(seats: Iterable[Seat], rule: SeatRule, first: date) -> None:
    following = {
        seat.pk: Seat.objects.create(rule=rule, number=seat.number, commune_id=seat.commune_id)
        for seat in seats
    }
    mandates = Designation.objects.filter(seat__in=following).exclude(ends_on__lt=first)
    for mandate in mandates.order_by("starts_on", "pk"):
        _continue(mandate, following[mandate.seat_id], first)
    for row in Attendance.objects.filter(seat__in=following, meeting__held_on__gte=first):
        row.seat = following[row.seat_id or 0]
        row.save()


def _continue(mandate: Designation, seat: Seat, first: date) -> None:
    """On the new seat from that day: as it is if it begins then or later, else split in two."""
    if mandate.starts_on >= first:
        mandate.seat = seat
        mandate.save()
        return
    ends_on, mandate.ends_on = mandate.ends_on, first - DAY
    mandate.save()
    Designation.objects.create(
        seat=seat,
        person_id=mandate.person_id,
        quality=mandate.quality,
        function=mandate.function,
        organisation_id=mandate.organisation_id,
        authority=mandate.authority,
        act=mandate.act,
        starts_on=first,
        ends_on=ends_on,
    )


@transaction.atomic
def end_rule(rule: SeatRule, *, last: date, by: User) -> None:
    """End a rule; mandates that go on end with it. Raises SeatsHeldError where one begins later."""
    rule.ends_on = last
    _clip(list(Seat.objects.filter(rule=rule)), last)
    rule.save()
    _record(rule, Event.Action.CHANGED, by)


def held_after(seats: Iterable[Seat], last: date) -> str:
    """Who begins on one of the seats after that day, which forbids their end. Empty if nobody does."""
    later = Designation.objects.filter(seat__in=list(seats), starts_on__gt=last)
    first = later.select_related("person").order_by("starts_on", "pk").first()
    if first is None:
        return ""
    return (
        f"{first.person} est désigné à partir du {date_fr(first.starts_on)} sur un siège qui n’existerait "
        "plus : corrigez d’abord cette désignation."
    )


def _clip(seats: Sequence[Seat], last: date) -> None:
    """End the mandates on these seats. Raises SeatsHeldError."""
    fault = held_after(seats, last)
    if fault:
        raise SeatsHeldError(fault)
    for mandate in Designation.objects.filter(_runs_after(last), seat__in=seats):
        mandate.ends_on = last
        mandate.save()


def _runs_after(last: date) -> models.Q:
    return models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=last)


def _record(rule: SeatRule, action: Event.Action, by: User) -> None:
    Event.record(action, actor=by, summary=f"Règle « {rule} », {rule.formation}", subject=rule)


@transaction.atomic
def save_formation(formation: Formation, *, by: User) -> None:
    """Create or change a formation; a new working group gets one open rule for its members."""
    is_new = formation.pk is None
    formation.save()
    if is_new:
        rule = SeatRule(
            formation=formation,
            label=MEMBERS_OF_A_GROUP,
            category=MEMBERS_OF_A_GROUP,
            basis=SeatRule.Basis.AT_LEAST,
            number=1,
            position=1,
            may_be_represented=True,
        )
        rule.full_clean()
        rule.save()
        _ensure_seats(rule)
    action = Event.Action.CREATED if is_new else Event.Action.CHANGED
    Event.record(action, actor=by, summary=f"Formation « {formation} »", subject=formation)
