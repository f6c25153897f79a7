"""A roster read from a spreadsheet: checked row by row, previewed, then applied once or left.

The rows go through a django-import-export resource. Its own readers of files, days and headings are not used:
they take « 03/04/2026 » for a 4 March and know nothing of bounds; cells come from `cops.lib.sheets`.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.results import RowResult
from tablib import Dataset

from cops.lib.forms import DAY_FORMATS
from cops.lib.french import elide, fold_name, squash
from cops.lib.periods import Period
from cops.lib.sheets import SheetRows, UnreadableFileError, Value, read_sheets
from governance import resources as columns
from governance.composition import span_fault, there_already, titular_before
from governance.models import Designation, Formation, Organisation, Person, Seat, SeatRule
from governance.picking import organisation_list
from governance.seating import places_among, seat_at

VACANT = "vacant"
REQUIRED = (columns.SEAT, columns.QUALITY, columns.LAST_NAME, columns.STARTS_ON)
COLUMNS = (
    columns.SEAT,
    columns.COMMUNE,
    columns.NUMBER,
    columns.CATEGORY,
    columns.QUALITY,
    columns.LAST_NAME,
    columns.FIRST_NAME,
    columns.FUNCTION,
    columns.ORGANISATION,
    columns.AUTHORITY,
    columns.ACT,
    columns.STARTS_ON,
    columns.ENDS_ON,
    columns.EMAIL,
    columns.PHONE,
)
# Read, but saying nothing that the seat's rule does not say already.
SAID_BY_THE_RULE = {columns.CATEGORY}
NUMBER = "__line__"
ROWS_MAX = 2000
WRONG_DAY = "Date attendue : JJ/MM/AAAA ou AAAA-MM-JJ, par exemple 31/12/2012."

Row = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: the line of the spreadsheet (0: the whole file), the column, the value, what to do."""

    line: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Line:
    """What one line does: a new designation, or the columns of a known one that change (before, after)."""

    line: int
    label: str
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(slots=True)
class RosterPlan:
    """What importing a roster does, or why it cannot be."""

    faults: list[Fault] = field(default_factory=list)
    created: list[Line] = field(default_factory=list)
    changed: list[Line] = field(default_factory=list)
    unchanged: int = 0
    people_created: list[str] = field(default_factory=list)
    organisations_created: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The plan for the page; `digest` is equal for equal plans."""
        shown: dict[str, Any] = {
            "faults": [
                {"line": one.line, "column": one.column, "value": one.value, "message": one.message}
                for one in self.faults
            ],
            "created": [{"line": one.line, "label": one.label} for one in self.created],
            "changed": [
                {
                    "line": one.line,
                    "label": one.label,
                    "changes": [
                        {"column": column, "before": before, "after": after}
                        for column, before, after in one.changes
                    ],
                }
                for one in self.changed
            ],
            "unchanged": self.unchanged,
            "people_created": self.people_created,
            "organisations_created": self.organisations_created,
        }
        text = json.dumps(shown, sort_keys=True, ensure_ascii=False)
        return shown | {"digest": hashlib.sha256(text.encode()).hexdigest()}


class _CellFaults(Exception):
    """Faults of one row, by column."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = dict(faults)


def import_roster(content: bytes, filename: str, formation: Formation) -> RosterPlan:
    """Store a roster's designations, and say what that did; with any fault the caller rolls back.

    Runs in the caller's transaction. Never raises for what is in the file.
    """
    try:
        (sheet, *others) = read_sheets(content, filename) or [SheetRows("", ())]
    except UnreadableFileError as error:
        return RosterPlan(faults=[Fault(0, "", "", str(error))])
    if any(other.rows for other in others):
        return RosterPlan(faults=[Fault(0, "", "", "Le fichier a plusieurs feuilles : n’en gardez qu’une.")])
    if not sheet.rows:
        return RosterPlan(faults=[Fault(0, "", "", "Le fichier est vide : remplissez au moins une ligne.")])
    positions, faults = _headings(sheet.rows[0][1])
    if faults:
        return RosterPlan(faults=faults)
    if len(sheet.rows) - 1 > ROWS_MAX:
        return RosterPlan(faults=[Fault(0, "", "", f"Le fichier a plus de {ROWS_MAX} lignes : coupez-le.")])
    return _imported(_dataset(sheet.rows[1:], positions), formation)


def _headings(cells: Sequence[Value]) -> tuple[dict[str, int], list[Fault]]:
    """Where each column is; headings are matched without case, accents, spaces and `_`."""
    known = {fold_name(name).replace("_", ""): name for name in COLUMNS}
    positions: dict[str, int] = {}
    faults = []
    for place, cell in enumerate(cells):
        text = squash(str(cell or ""))
        if not text:
            continue
        name = known.get(fold_name(text).replace("_", ""))
        if name is None:
            message = f"Colonne inconnue : retirez-la ou nommez-la comme l’une de « {', '.join(COLUMNS)} »."
            faults.append(Fault(1, text, text, message))
        elif name in positions:
            faults.append(Fault(1, name, text, "Cette colonne figure deux fois : gardez-en une."))
        else:
            positions[name] = place
    faults += [
        Fault(1, name, "", f"La colonne « {name} » manque : ajoutez-la.")
        for name in REQUIRED
        if name not in positions
    ]
    return positions, faults


def _dataset(rows: Sequence[tuple[int, tuple[Value, ...]]], positions: Mapping[str, int]) -> Dataset:
    """The rows that name somebody, the earliest mandate first: an end comes before what follows it."""
    found = []
    for line, cells in rows:
        row = {name: cells[place] if place < len(cells) else None for name, place in positions.items()}
        if _is_vacant(row):
            continue
        found.append((line, row))
    found.sort(key=lambda one: (_sortable_day(one[1].get(columns.STARTS_ON)), one[0]))
    headers = [NUMBER, *positions]
    return Dataset(*([line, *(row[name] for name in positions)] for line, row in found), headers=headers)


def _is_vacant(row: Mapping[str, Value]) -> bool:
    """A line of an export that says that nobody sits there."""
    is_said = fold_name(str(row.get(columns.QUALITY) or "")) == VACANT
    return is_said and not str(row.get(columns.LAST_NAME) or "").strip()


def _sortable_day(value: Value) -> date:
    try:
        return _day(value) or date.max
    except ValueError:
        return date.max


def _imported(dataset: Dataset, formation: Formation) -> RosterPlan:
    resource = _DesignationResource(formation)
    result = resource.import_data(dataset, dry_run=False, use_transactions=True)
    plan = RosterPlan(
        people_created=[str(person) for person in resource.people_created],
        organisations_created=[row.name for row in resource.organisations_created],
    )
    for base in result.base_errors:
        raise base.error
    for row, values in zip(result.rows, dataset.dict, strict=True):
        _note(plan, row, values)
    plan.faults.sort(key=lambda fault: (fault.line, COLUMNS.index(fault.column) if fault.column else -1))
    return plan


def _note(plan: RosterPlan, row: RowResult, values: Mapping[str, Any]) -> None:
    line = int(values[NUMBER])
    if row.errors:
        error = row.errors[0].error
        if not isinstance(error, _CellFaults):
            raise error
        for column, message in error.faults.items():
            plan.faults.append(Fault(line, column, _text(values.get(column)), message))
    elif row.import_type == RowResult.IMPORT_TYPE_NEW:
        plan.created.append(Line(line, _label(row.instance)))
    elif row.import_type == RowResult.IMPORT_TYPE_UPDATE:
        plan.changed.append(Line(line, _label(row.instance), tuple(_changes(row.original, row.instance))))
    else:
        plan.unchanged += 1


def _label(mandate: Designation) -> str:
    seat = mandate.seat
    where = seat.commune.name if seat.commune else seat.rule.label
    return f"{mandate.person}, {mandate.get_quality_display().lower()} – {where} : {mandate.period.french}"


CHANGING = {
    "function": columns.FUNCTION,
    "organisation": columns.ORGANISATION,
    "authority": columns.AUTHORITY,
    "act": columns.ACT,
    "ends_on": columns.ENDS_ON,
}


def _changes(before: Designation, after: Designation) -> Any:
    for name, column in CHANGING.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield column, _text(old), _text(new)


def _text(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value if value is not None else "")[:200]


class _DesignationResource(ModelResource):
    """One formation's designations; a line is known by its seat, person, quality and first day."""

    seat = Field("seat", columns.SEAT)
    person = Field("person", columns.LAST_NAME)
    quality = Field("quality", columns.QUALITY)
    starts_on = Field("starts_on", columns.STARTS_ON)
    function = Field("function", columns.FUNCTION)
    organisation = Field("organisation", columns.ORGANISATION)
    authority = Field("authority", columns.AUTHORITY)
    act = Field("act", columns.ACT)
    ends_on = Field("ends_on", columns.ENDS_ON)

    class Meta:
        model = Designation
        import_id_fields = ()
        skip_unchanged = True
        skip_diff = False
        skip_html_diff = True
        store_instance = True

    def __init__(self, formation: Formation) -> None:
        super().__init__()
        self.formation = formation
        self.people = _people()
        self.organisations = organisation_list()
        self.people_created: list[Person] = []
        self.organisations_created: list[Organisation] = []
        self.made: dict[str, Organisation] = {}
        self.rules = list(SeatRule.objects.filter(formation=formation).select_related("formation__council"))
        self.seats: dict[int, list[Seat]] = {rule.pk: [] for rule in self.rules}
        for seat in Seat.objects.filter(rule__in=self.rules).order_by("number", "pk"):
            self.seats[seat.rule_id].append(seat)
        self.seen: dict[tuple[int, int, str, date], int] = {}
        self.read: dict[str, Any] = {}

    def before_import_row(self, row: Row, **kwargs: Any) -> None:
        """Read all cells of the row; raise all that is wrong with them."""
        self.read = _Reading(self, row).values()

    def get_or_init_instance(self, instance_loader: Any, row: Row) -> tuple[Designation, bool]:
        values = self.read
        key = {name: values[name] for name in ("seat", "person", "quality", "starts_on")}
        known = Designation.objects.select_related(
            "seat__rule__formation__council", "seat__commune", "person", "organisation"
        )
        found = known.filter(**key).first()
        return (found, False) if found else (Designation(**key), True)

    def skip_row(self, instance: Designation, original: Any, row: Row, errors: Any = None) -> bool:
        """A line that says nothing new; a new designation always does."""
        return instance.pk is not None and bool(super().skip_row(instance, original, row, errors))

    def import_instance(self, instance: Designation, row: Row, **kwargs: Any) -> None:
        for name in CHANGING:
            if name in self.read:
                setattr(instance, name, self.read[name])
        _check(instance, row)

    def save_instance(self, instance: Designation, is_create: bool, row: Row, **kwargs: Any) -> None:
        instance.save()


class _Reading:
    """The cells of one row as values; what is wrong is collected by column."""

    def __init__(self, resource: _DesignationResource, row: Row) -> None:
        self.resource, self.row = resource, row
        self.faults: dict[str, str] = {}

    def values(self) -> dict[str, Any]:
        """What the row says. Raises _CellFaults."""
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
            raise _CellFaults(self.faults)
        seat = found["seat"]
        if found.get("authority") and found["authority"] == _authority(seat):
            found["authority"] = ""  # an export writes out what the rule says
        self._check_twice(found)
        return found

    def _check_twice(self, found: dict[str, Any]) -> None:
        key = (found["seat"].pk, found["person"].pk, found["quality"], found["starts_on"])
        earlier = self.resource.seen.setdefault(key, int(str(self.row[NUMBER])))
        if earlier != self.row[NUMBER]:
            raise _CellFaults({columns.LAST_NAME: f"Déjà dite ligne {earlier} : retirez l’une des deux."})

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
            day = _day(self.row.get(column))
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
        named = [rule for rule in self.resource.rules if fold_name(rule.label) == fold_name(label)]
        then = (one for one in named if starts_on and one.period.contains(starts_on))
        rule = next(then, None) or next(iter(named), None)
        if rule is None:
            self.faults[columns.SEAT] = (
                f"Aucune règle de {self.resource.formation} ne s’appelle ainsi : reprenez le libellé exact."
            )
            return None
        return self._place(rule)

    def _place(self, rule: SeatRule) -> Seat | None:
        seats = self.resource.seats[rule.pk]
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
        known: Organisation | None = self.resource.organisations.find(name)
        known = known or self.resource.made.get(fold_name(name))
        if known is None:
            known = Organisation(name=name)
            known.full_clean(exclude=["folded_name"])
            known.save()
            self.resource.made[fold_name(name)] = known
            self.resource.organisations_created.append(known)
        return known

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
        person = self._known(last_name, first_name, organisation)
        if columns.LAST_NAME in self.faults:
            return None
        if person is None:
            person = Person(
                last_name=last_name,
                first_name=first_name,
                organisation=organisation,
                email=email,
                phone=phone,
            )
            person.save()
            self.resource.people.setdefault(_folded(person), []).append(person)
            self.resource.people_created.append(person)
        return person

    def _known(self, last_name: str, first_name: str, organisation: Organisation | None) -> Person | None:
        namesakes = self.resource.people.get(fold_name(f"{last_name}|{first_name}"), [])
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


def _check(mandate: Designation, row: Row) -> None:
    """The rules of a designation, each at its column."""
    faults: dict[str, str] = {}
    seat, ends_on = mandate.seat, mandate.ends_on
    if ends_on and ends_on < mandate.starts_on:
        raise _CellFaults(
            {columns.ENDS_ON: "Le mandat finit avant de commencer : corrigez l’un des deux jours."}
        )
    place, fault = span_fault(seat.rule, mandate.starts_on, ends_on)
    if fault:
        faults[columns.STARTS_ON if place == "starts_on" else columns.ENDS_ON] = fault
    fault = there_already(seat, mandate.person, Period(mandate.starts_on, ends_on), but=mandate.pk)
    if not fault and mandate.quality == Designation.Quality.TITULAR:
        fault = titular_before(seat, mandate.starts_on, ends_on, but=mandate.pk)
    if fault:
        faults[columns.LAST_NAME] = fault
    if faults:
        raise _CellFaults(faults)


def _people() -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = {}
    for person in Person.objects.order_by("pk"):
        found.setdefault(_folded(person), []).append(person)
    return found


def _folded(person: Person) -> str:
    return fold_name(f"{person.last_name}|{person.first_name}")


def _day(value: Value) -> date | None:
    """A spreadsheet day, JJ/MM/AAAA or AAAA-MM-JJ. Raises ValueError."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date) or value is None:
        return value
    text = str(value).strip()
    if not text:
        return None
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError(text)
