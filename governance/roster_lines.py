"""The lines of a roster read from a spreadsheet: cells as people, organisations, seats and days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cops.lib.civility import WRITTEN, Civility, civility_of
from cops.lib.forms import DAY_FORMATS, FAR_DAY, FIRST_YEAR, LAST_YEAR
from cops.lib.french import elide, fold_name, squash
from cops.lib.lookalikes import Lookalikes
from cops.lib.picking import PickList
from cops.lib.sheets import Value
from governance import resources as columns
from governance.models import Designation, Formation, Organisation, Person, Seat, SeatRule
from governance.picking import organisation_list
from governance.seating import places_among, seat_at

LINE = "__line__"  # the number of the line in the spreadsheet
WRONG_DAY = "Date attendue : JJ/MM/AAAA ou AAAA-MM-JJ, par exemple 31/12/2012."

_SAME_ORGANISATION = "Le nouvel organisme {} ressemble à {} : si c’est le même, écrivez-le de même."
_SAME_PERSON = "La nouvelle personne {} ressemble à {} : si c’est la même, écrivez son nom de même."

Row = dict[str, Value]


class CellFaultsError(Exception):
    """Faults of one row, by column."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = dict(faults)


@dataclass
class Known:
    """What is stored, read once for all lines, and what the lines added to it."""

    formation: Formation
    organisations: PickList
    rules: list[SeatRule]
    seats: dict[int, list[Seat]]
    people: dict[str, list[Person]]
    made: dict[str, Organisation] = field(default_factory=dict)
    people_created: list[Person] = field(default_factory=list)
    organisations_created: list[Organisation] = field(default_factory=list)
    civilities: dict[int, list[tuple[str, str, str]]] = field(default_factory=dict)
    seen: dict[tuple[int, int, str, date], int] = field(default_factory=dict)
    warnings: list[tuple[int, str, str, str]] = field(default_factory=list)  # line, column, value, message

    @classmethod
    def of(cls, formation: Formation) -> Self:
        """What the lines of a formation's roster need; six queries."""
        rules = list(SeatRule.objects.filter(formation=formation).select_related("formation__council"))
        seats: dict[int, list[Seat]] = {rule.pk: [] for rule in rules}
        for seat in Seat.objects.filter(rule__in=rules).order_by("number", "pk"):
            seats[seat.rule_id].append(seat)
        return cls(formation, organisation_list(), rules, seats, _people())

    @cached_property
    def organisation_names(self) -> Lookalikes:
        """Names of organisations, present and former."""
        names = Lookalikes()
        for name, one in [*self.organisations.things.items(), *self.organisations.aliases.items()]:
            names.add(name, f"« {name} »" if name == one.name else f"« {name} », aujourd’hui « {one.name} »")
        return names

    @cached_property
    def person_names(self) -> Lookalikes:
        names = Lookalikes()
        for namesakes in self.people.values():
            names.add(str(namesakes[0]), f"« {namesakes[0]} »")
        return names


class LineReading:
    """The cells of one row as values; what is wrong is collected by column."""

    def __init__(self, known: Known, row: Row) -> None:
        self.known, self.row = known, row
        self.faults: dict[str, str] = {}

    def values(self) -> dict[str, Any]:
        """What the row says. Raises CellFaultsError."""
        starts_on = self._day(columns.STARTS_ON, required=True)
        found: dict[str, Any] = {
            "starts_on": starts_on,
            "quality": self._quality(),
            "seat": self._seat(starts_on),
        }
        limits = {columns.FUNCTION: "function", columns.AUTHORITY: "authority", columns.ACT: "act"}
        found |= {name: self._line(column, 200) for column, name in limits.items() if column in self.row}
        if columns.ENDS_ON in self.row:
            found["ends_on"] = self._day(columns.ENDS_ON)
        if columns.ORGANISATION in self.row:
            found["organisation"] = self._organisation()
        found["person"] = self._person(found.get("organisation"))
        if self.faults:
            raise CellFaultsError(self.faults)
        seat = found["seat"]
        if found.get("authority") and found["authority"] == _authority(seat):
            found["authority"] = ""  # an export writes out what the rule says
        self._check_twice(found)
        return found

    def _check_twice(self, found: dict[str, Any]) -> None:
        key = (found["seat"].pk, found["person"].pk, found["quality"], found["starts_on"])
        earlier = self.known.seen.setdefault(key, int(str(self.row[LINE])))
        if earlier != self.row[LINE]:
            raise CellFaultsError({columns.LAST_NAME: f"Déjà dite ligne {earlier} : retirez l’une des deux."})

    def _cell(self, column: str) -> str:
        value = self.row.get(column)
        return squash(str(value)) if value is not None else ""

    def _line(self, column: str, limit: int) -> str:
        text = self._cell(column)
        if len(text) > limit:
            self.faults[column] = f"{limit} caractères au plus : abrégez."
        return text

    def _day(self, column: str, *, required: bool = False) -> date | None:
        try:
            day = read_day(self.row.get(column))
        except ValueError:
            self.faults[column] = WRONG_DAY
            return None
        if day is None and required:
            self.faults[column] = "Indiquez le premier jour du mandat."
        return day

    def _quality(self) -> str:
        typed = fold_name(self._cell(columns.QUALITY))
        for quality in Designation.Quality:
            if typed in (fold_name(quality.label), quality.value):
                return quality.value
        if typed in ("suppleant", "representant"):
            return Designation.Quality.SUBSTITUTE.value
        self.faults[columns.QUALITY] = "Qualité attendue : Titulaire, Suppléant ou Assistant."
        return ""

    def _seat(self, starts_on: date | None) -> Seat | None:
        label = self._cell(columns.SEAT)
        named = [rule for rule in self.known.rules if fold_name(rule.label) == fold_name(label)]
        then = (one for one in named if starts_on and one.period.contains(starts_on))
        rule = next(then, None) or next(iter(named), None)
        if rule is None:
            self.faults[columns.SEAT] = (
                f"Aucune règle de {self.known.formation} ne s’appelle ainsi : reprenez le libellé exact."
            )
            return None
        return self._place(rule)

    def _place(self, rule: SeatRule) -> Seat | None:
        seats = self.known.seats[rule.pk]
        offered = places_among(rule, seats)
        if rule.basis == SeatRule.Basis.PER_COMMUNE:
            typed = fold_name(self._cell(columns.COMMUNE))
            place = next((one for one in offered if fold_name(one.name) == typed), None)
            if place is None:
                self.faults[columns.COMMUNE] = "Indiquez une commune de l’agglomération."
        else:
            typed = self._cell(columns.NUMBER) or ("1" if len(offered) == 1 else "")
            place = next((one for one in offered if str(one.number) == typed), None)
            if place is None:
                last = offered[-1].number
                self.faults[columns.NUMBER] = f"Indiquez le numéro du siège, de 1 à {last}."
        if place is None:
            return None
        seat = seat_at(rule, place)
        if place.seat is None:
            seats.append(seat)
        seat.rule = rule  # known, not to be read again
        return seat

    def _organisation(self) -> Organisation | None:
        name = self._line(columns.ORGANISATION, 200)
        if not name or columns.ORGANISATION in self.faults:
            return None
        known: Organisation | None = self.known.organisations.find(name)
        known = known or self.known.made.get(fold_name(name))
        if known is None:
            known = Organisation(name=name)
            try:
                known.full_clean(exclude=["folded_name"])
            except ValidationError as error:
                self.faults[columns.ORGANISATION] = " ".join(error.messages)
                return None
            self._warn(columns.ORGANISATION, name, self.known.organisation_names, _SAME_ORGANISATION)
            known.save()
            self.known.made[fold_name(name)] = known
            self.known.organisations_created.append(known)
        return known

    def _warn(self, column: str, name: str, names: Lookalikes, message: str) -> None:
        """Warn of a new name that looks like a known one, and know it from now on."""
        if like := names.like(name):
            said = message.format(f"« {name} »", like)
            self.known.warnings.append((int(str(self.row[LINE])), column, name, said))
        names.add(name, f"« {name} »")

    def _person(self, organisation: Organisation | None) -> Person | None:
        last_name, first_name = self._line(columns.LAST_NAME, 100), self._line(columns.FIRST_NAME, 100)
        email, phone = self._cell(columns.EMAIL), self._line(columns.PHONE, 30)
        if not last_name:
            self.faults[columns.LAST_NAME] = "Indiquez le nom de la personne."
            return None
        if email:
            try:
                validate_email(email)
            except ValidationError:
                self.faults[columns.EMAIL] = "Ce n’est pas une adresse électronique : corrigez-la."
        if self.faults:
            return None
        civility = self._civility()
        person = self._known(last_name, first_name, organisation)
        if self.faults:
            return None
        if person is None:
            person = Person(
                civility=civility,
                last_name=last_name,
                first_name=first_name,
                organisation=organisation,
                email=email,
                phone=phone,
            )
            self._warn(columns.LAST_NAME, str(person), self.known.person_names, _SAME_PERSON)
            person.save()
            self.known.people.setdefault(_folded(person), []).append(person)
            self.known.people_created.append(person)
        elif civility and person.civility != civility:
            change = columns.CIVILITY, str(person.get_civility_display()), str(civility.label)
            self.known.civilities[int(str(self.row[LINE]))] = [change]
            person.civility = civility
            person.save()
        return person

    def _civility(self) -> Civility:
        civility = civility_of(self._cell(columns.CIVILITY))
        if civility is None:
            self.faults[columns.CIVILITY] = f"Civilité attendue : {WRITTEN}."
        return civility or Civility.NONE

    def _known(self, last_name: str, first_name: str, organisation: Organisation | None) -> Person | None:
        namesakes = self.known.people.get(fold_name(f"{last_name}|{first_name}"), [])
        same = [row for row in namesakes if organisation and row.organisation_id == organisation.pk]
        if len(namesakes) < 2 or len(same) == 1:
            return (same or namesakes or [None])[0]  # type: ignore[list-item]
        self.faults[columns.LAST_NAME] = (
            f"{len(namesakes)} personnes s’appellent ainsi : indiquez l’organisme qui les distingue, ou "
            "désignez-la sur le site."
        )
        return None


def _authority(seat: Seat) -> str:
    """What an export writes where the designation names no authority of its own."""
    if seat.rule.by_right:
        return ""
    if seat.commune and seat.rule.basis == SeatRule.Basis.PER_COMMUNE:
        return f"Commune {elide('de', seat.commune.name)}"
    return seat.rule.designated_by


def _people() -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = {}
    for person in Person.objects.order_by("pk"):
        found.setdefault(_folded(person), []).append(person)
    return found


def _folded(person: Person) -> str:
    return fold_name(f"{person.last_name}|{person.first_name}")


def read_day(value: Value) -> date | None:
    """A spreadsheet day, JJ/MM/AAAA or AAAA-MM-JJ. Raises ValueError."""
    if isinstance(value, date):
        return _near(value.date() if isinstance(value, datetime) else value)
    text = str(value if value is not None else "").strip()
    if not text:
        return None
    for form in DAY_FORMATS:
        try:
            day = datetime.strptime(text, form).date()
        except ValueError:
            continue
        return _near(day)
    raise ValueError(text)


def _near(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(FAR_DAY)
    return day
