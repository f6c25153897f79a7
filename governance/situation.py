"""What people ask of a formation on a day: since when a seat is vacant, who is awaited, what ends soon."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from cops.lib.french import sort_key
from governance.composition import Composition, Holder, SeatEntry
from governance.models import Designation, Formation, SeatRule

ENDS_SOON_MONTHS = 6
UNKNOWN_AUTHORITY = "Autorité à préciser"
BY_RIGHT = "Sièges de droit : titulaire à enregistrer"

# A seat stays itself when its rule is changed: by its label, and its commune where each has one.
Key = tuple[str, int | None]
Mandate = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A seat, or several of one rule, that nobody fills; `since` is None where nobody ever did."""

    entry: SeatEntry
    since: date | None


@dataclass(frozen=True, slots=True)
class Awaited:
    """The designations that one authority still owes."""

    authority: str
    entries: tuple[SeatEntry, ...]

    @property
    def count(self) -> int:
        return sum(entry.vacant for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Ending:
    """A mandate whose last day is near; `follower` is who is designated to follow, "" where nobody is yet."""

    entry: SeatEntry
    holder: Holder
    follower: str = ""


class Given(NamedTuple):
    """One designation, of any day."""

    pk: int
    seat: int
    key: Key
    quality: str
    starts_on: date
    ends_on: date | None
    person: str


@dataclass(frozen=True, slots=True)
class Situation:
    """The answers for one day."""

    vacancies: tuple[Vacancy, ...]
    awaited: tuple[Awaited, ...]
    ending: tuple[Ending, ...]

    def since(self, entry: SeatEntry) -> date | None:
        return next((row.since for row in self.vacancies if row.entry is entry), None)


def situation(formation: Formation, value: Composition) -> Situation:
    """What is vacant, awaited and ending in a composition; two queries."""
    return situations([(formation, value)])[formation.pk]


def situations(rows: Sequence[tuple[Formation, Composition]]) -> dict[int, Situation]:
    """The answers for several formations on one day, by primary key; two queries whatever their number."""
    if not rows:
        return {}
    formations, on = [formation for formation, _ in rows], rows[0][1].on
    given, begun = _designations(formations), _begun(formations, on)
    return {
        formation.pk: _situation(formation, value, given[formation.pk], begun[formation.pk])
        for formation, value in rows
    }


def _situation(
    formation: Formation,
    value: Composition,
    given: Sequence[Given],
    begun: Mapping[str, date],
) -> Situation:
    mandates = _titular_mandates(given, value.on)
    vacant = [entry for entry in value.seats if entry.vacant]
    first = formation.council.created.first_day
    vacancies = tuple(
        Vacancy(
            entry,
            _since(entry, mandates.get(_key(entry), ()), begun.get(entry.rule_label, first), value.on),
        )
        for entry in vacant
    )
    return Situation(vacancies, _awaited(vacant), _ending(value, given))


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def _key(entry: SeatEntry) -> Key:
    return entry.rule_label, entry.commune_pk


def _designations(formations: Sequence[Formation]) -> dict[int, list[Given]]:
    """By formation, every designation there ever was or will be, the earliest first."""
    rows = (
        Designation.objects.filter(seat__rule__formation__in=formations)
        .order_by("starts_on", "pk")
        .values_list(
            "seat__rule__formation",
            "pk",
            "seat",
            "seat__rule__label",
            "seat__rule__basis",
            "seat__commune",
            "quality",
            "starts_on",
            "ends_on",
            "person__first_name",
            "person__last_name",
        )
    )
    found: dict[int, list[Given]] = defaultdict(list)
    for formation, pk, seat, label, basis, commune, quality, starts_on, ends_on, *names in rows:
        is_per_commune = basis == SeatRule.Basis.PER_COMMUNE
        key = label, commune if is_per_commune else None
        found[formation].append(Given(pk, seat, key, quality, starts_on, ends_on, " ".join(names).strip()))
    return found


def _titular_mandates(given: Iterable[Given], on: date) -> dict[Key, list[Mandate]]:
    """The mandates of the titulars of each seat up to that day."""
    found: dict[Key, list[Mandate]] = defaultdict(list)
    for one in given:
        if one.quality == Designation.Quality.TITULAR and one.starts_on <= on:
            found[one.key].append((one.starts_on, one.ends_on))
    return found


def _begun(formations: Sequence[Formation], on: date) -> dict[int, dict[str, date]]:
    """By formation, the first day of each seat's first rule; the council's where it has none."""
    created = {formation.pk: formation.council.created.first_day for formation in formations}
    first: dict[int, dict[str, date]] = defaultdict(dict)
    rules = SeatRule.objects.filter(formation__in=formations).order_by()
    for pk, label, starts_on in rules.values_list("formation", "label", "starts_on"):
        if starts_on is None or starts_on <= on:
            begins = max(starts_on or created[pk], created[pk])
            first[pk][label] = min(first[pk].get(label, date.max), begins)
    return first


def _since(entry: SeatEntry, mandates: Sequence[Mandate], begun: date, on: date) -> date | None:
    """The day after the last one on which enough titulars sat; None where that never was."""
    if entry.commune_pk and entry.since:
        begun = max(begun, entry.since)
    ends = sorted((last for _, last in mandates if last and begun <= last < on), reverse=True)
    for last in ends:
        if sum(start <= last and (end is None or end >= last) for start, end in mandates) >= entry.minimum:
            return last + timedelta(days=1)
    return None


def _awaited(vacant: Iterable[SeatEntry]) -> tuple[Awaited, ...]:
    by_authority: dict[str, list[SeatEntry]] = defaultdict(list)
    for entry in vacant:
        by_authority[BY_RIGHT if entry.by_right else entry.authority or UNKNOWN_AUTHORITY].append(entry)
    return tuple(Awaited(name, tuple(by_authority[name])) for name in by_authority)


def _ending(value: Composition, given: Sequence[Given]) -> tuple[Ending, ...]:
    limit = months_after(value.on, ENDS_SOON_MONTHS)
    place = {one.pk: (one.seat, one.quality) for one in given}
    followers: dict[tuple[int, str], str] = {}
    for one in given:
        if one.starts_on > value.on:
            followers.setdefault((one.seat, one.quality), one.person)
    rows = [
        Ending(entry, holder, followers.get(place[holder.designation_pk], ""))
        for entry in value.seats
        for holder in entry.holders
        if holder.ends_on and holder.ends_on <= limit
    ]
    return tuple(sorted(rows, key=lambda row: (row.holder.ends_on or limit, sort_key(row.holder.person))))
