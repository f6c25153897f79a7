"""A roster read from a spreadsheet: checked row by row, previewed, then applied once or left.

The rows go through a django-import-export resource. Its own readers of files, days and headings are not used:
they take « 03/04/2026 » for a 4 March and know nothing of bounds; cells come from `cops.lib.sheets`.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.results import RowResult
from tablib import Dataset  # type: ignore[import-untyped]

from cops.lib.french import fold_code, fold_name, revealed, squash
from cops.lib.periods import Period
from cops.lib.sheets import HEADING_ROWS, SheetRows, UnreadableFileError, Value, heading_problem, read_sheets
from governance import resources as columns
from governance.composition import span_fault, there_already, titular_before
from governance.models import Designation, Formation
from governance.roster_lines import LINE, CellFaultsError, Known, LineReading, Row, read_day

VACANT = "vacant"
REQUIRED = (columns.SEAT, columns.QUALITY, columns.LAST_NAME, columns.STARTS_ON)
COLUMNS = (
    columns.SEAT,
    columns.COMMUNE,
    columns.NUMBER,
    columns.CATEGORY,
    columns.QUALITY,
    columns.CIVILITY,
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
ROWS_MAX = 2000


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
    """What importing a roster does, or why it cannot be; `warnings` forbid nothing."""

    faults: list[Fault] = field(default_factory=list)
    created: list[Line] = field(default_factory=list)
    changed: list[Line] = field(default_factory=list)
    unchanged: int = 0
    people_created: list[str] = field(default_factory=list)
    organisations_created: list[str] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The plan for the page; `digest` is equal for equal plans."""
        shown: dict[str, Any] = {
            "faults": [asdict(one) for one in self.faults],
            "warnings": [asdict(one) for one in self.warnings],
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


def import_roster(content: bytes, filename: str, formation: Formation) -> RosterPlan:
    """Store a roster's designations, and say what that did; with any fault the caller rolls back.

    Runs in the caller's transaction. Never raises for what is in the file.
    """
    try:
        (sheet, *others) = read_sheets(content, filename) or [SheetRows("", ())]
    except UnreadableFileError as error:
        return RosterPlan(faults=[Fault(error.line, "", "", str(error))])
    if any(other.rows for other in others):
        return RosterPlan(faults=[Fault(0, "", "", "Le fichier a plusieurs feuilles : n’en gardez qu’une.")])
    if not sheet.rows:
        return RosterPlan(faults=[Fault(0, "", "", "Le fichier est vide : remplissez au moins une ligne.")])
    if problem := _heading_problem(sheet):
        return RosterPlan(faults=[Fault(1, "", "", problem)])
    positions, faults = _headings(sheet.rows[0][1])
    if faults:
        return RosterPlan(faults=faults)
    if len(sheet.rows) - 1 > ROWS_MAX:
        return RosterPlan(faults=[Fault(0, "", "", f"Le fichier a plus de {ROWS_MAX} lignes : coupez-le.")])
    return _imported(_dataset(sheet.rows[1:], positions), formation)


def _heading_problem(sheet: SheetRows) -> str:
    """What keeps the first row that holds something from being read as headings; "" if it has one we know."""
    known = {fold_code(name) for name in COLUMNS}
    rows = [(number, [str(cell or "") for cell in cells]) for number, cells in sheet.rows[:HEADING_ROWS]]
    if any(fold_code(text) in known for text in rows[0][1]):
        return ""
    return heading_problem(rows, lambda text: fold_code(text) in known)


def _headings(cells: Sequence[Value]) -> tuple[dict[str, int], list[Fault]]:
    """Where each column is; headings are matched without case, accents, spaces and `_`."""
    known = {fold_code(name): name for name in COLUMNS}
    positions: dict[str, int] = {}
    faults = []
    for place, cell in enumerate(cells):
        text = squash(str(cell or ""))
        if not text:
            continue
        name = known.get(fold_code(text))
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
    headers = [LINE, *positions]
    return Dataset(*([line, *(row[name] for name in positions)] for line, row in found), headers=headers)


def _is_vacant(row: Mapping[str, Value]) -> bool:
    """A line of an export that says that nobody sits there."""
    is_said = fold_name(str(row.get(columns.QUALITY) or "")) == VACANT
    return is_said and not str(row.get(columns.LAST_NAME) or "").strip()


def _sortable_day(value: Value) -> date:
    try:
        return read_day(value) or date.max
    except ValueError:
        return date.max


def _imported(dataset: Dataset, formation: Formation) -> RosterPlan:
    resource = _DesignationResource(formation)
    result = resource.import_data(dataset, dry_run=False, use_transactions=True)
    plan = RosterPlan(
        people_created=[str(person) for person in resource.known.people_created],
        organisations_created=[row.name for row in resource.known.organisations_created],
        warnings=[Fault(*found) for found in sorted(resource.known.warnings)],
    )
    for base in result.base_errors:
        raise base.error
    for row, values in zip(result.rows, dataset.dict, strict=True):
        _note(plan, row, values, resource.known.civilities.get(int(values[LINE]), ()))
    plan.faults.sort(key=lambda fault: (fault.line, COLUMNS.index(fault.column) if fault.column else -1))
    return plan


def _note(
    plan: RosterPlan, row: RowResult, values: Mapping[str, Any], of_person: Sequence[tuple[str, str, str]]
) -> None:
    """What a line does. `of_person`: what changes of a known person besides."""
    line = int(values[LINE])
    if row.errors:
        error = row.errors[0].error
        if not isinstance(error, CellFaultsError):
            raise error
        for column, message in error.faults.items():
            plan.faults.append(Fault(line, column, _text(values.get(column)), message))
    elif row.import_type == RowResult.IMPORT_TYPE_NEW:
        plan.created.append(Line(line, _label(row.instance)))
    elif row.import_type == RowResult.IMPORT_TYPE_UPDATE:
        changes = (*_changes(row.original, row.instance), *of_person)
        plan.changed.append(Line(line, _label(row.instance), changes))
    elif of_person:
        plan.changed.append(Line(line, _name(values), tuple(of_person)))
    else:
        plan.unchanged += 1


def _name(values: Mapping[str, Any]) -> str:
    return squash(
        " ".join(str(values.get(column) or "") for column in (columns.FIRST_NAME, columns.LAST_NAME))
    )


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
    """A value as a page shows it, what is not seen written out."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return revealed(str(value if value is not None else ""))[:200]


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
        self.known = Known.of(formation)
        self.read: dict[str, Any] = {}

    def before_import_row(self, row: Row, **kwargs: Any) -> None:
        """Read all cells of the row; raise all that is wrong with them."""
        self.read = LineReading(self.known, row).values()

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


def _check(mandate: Designation, row: Row) -> None:
    """The rules of a designation, each at its column."""
    faults: dict[str, str] = {}
    seat, ends_on = mandate.seat, mandate.ends_on
    if ends_on and ends_on < mandate.starts_on:
        raise CellFaultsError(
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
        raise CellFaultsError(faults)
