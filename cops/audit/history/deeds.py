"""What was written about an object, as deeds: what one hand wrote at one moment."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet

from cops.audit.history.subjects import Part, Subject
from cops.audit.models import Versioned

MOST_READ = 5_000  # history rows of each part, the latest
_CHUNK = 900  # SQLite takes 999 parameters in a statement
_UNATTENDED = timedelta(seconds=60)  # what commands write within a minute is told together


@dataclass(frozen=True, slots=True)
class Mark:
    """One history row, without its content, and the one before it of the same row."""

    part: int  # its place among the subject's parts
    row: int
    record: int
    kind: str  # simple_history's: « + », « ~ », « - »
    version: int
    at: datetime
    by: int | None
    reason: str
    before: int | None


@dataclass(frozen=True, slots=True)
class Deed:
    """Marks of one hand, one moment and one occasion, in the order in which they were written."""

    marks: tuple[Mark, ...]

    @property
    def at(self) -> datetime:
        return self.marks[0].at

    @property
    def by(self) -> int | None:
        return self.marks[0].by

    @property
    def reason(self) -> str:
        return self.marks[0].reason

    @property
    def key(self) -> str:
        return key_of(self.at)


def key_of(at: datetime) -> str:
    """How a deed is named in addresses: its moment in microseconds."""
    return str((at.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))


def historical(model: type[Versioned]) -> "QuerySet[Any]":
    """The history rows of a model."""
    versioned: Any = model
    found: QuerySet[Any] = versioned.history.model.objects.all()
    return found


def deeds_of(subject: Subject, pk: int) -> list[Deed]:
    """All deeds on an object, the newest first; one query per part, whatever there is to read."""
    marks = [mark for place in range(len(subject.parts)) for mark in _marks(subject, place, pk)]
    marks.sort(key=lambda mark: (mark.at, mark.part, mark.record))
    return [Deed(tuple(group)) for group in _together(marks)][::-1]


def records_of(subject: Subject, deeds: Iterable[Deed]) -> dict[tuple[int, int], Any]:
    """The history rows of some deeds and those before them, by part and primary key; one query per part."""
    found: dict[tuple[int, int], Any] = {}
    marks = sorted((mark for deed in deeds for mark in deed.marks), key=lambda mark: mark.part)
    for place, group in groupby(marks, key=lambda mark: mark.part):
        keys = sorted({key for mark in group for key in (mark.record, mark.before) if key})
        for start in range(0, len(keys), _CHUNK):
            rows = historical(subject.parts[place].model).filter(history_id__in=keys[start : start + _CHUNK])
            found |= {(place, row.history_id): row for row in rows}
    return found


def _marks(subject: Subject, place: int, pk: int) -> Iterator[Mark]:
    rows = historical(subject.parts[place].model).filter(_scope(subject, subject.parts[place], pk))
    columns = ("id", "history_id", "history_type", "version", "history_date", "history_user_id")
    newest = rows.order_by("-history_id").values_list(*columns, "history_change_reason")[:MOST_READ]
    earlier: dict[int, int] = {}
    for row, record, kind, version, at, by, reason in reversed(newest):
        yield Mark(place, row, record, kind, version, at, by, reason or "", earlier.get(row))
        earlier[row] = record


def _scope(subject: Subject, part: Part, pk: int) -> Q:
    """Which history rows of a part are the object's: also those that hung on rows deleted since."""
    if not part.via:
        return Q(id=pk)
    if part.parent is None:
        return Q(**{f"{part.via}_id": pk})
    parent = next(one for one in subject.parts if one.model is part.parent)
    rows = historical(parent.model).filter(_scope(subject, parent, pk)).order_by().values("id")
    return Q(**{f"{part.via}_id__in": rows})


def _together(marks: Sequence[Mark]) -> Iterator[list[Mark]]:
    """Marks in order of time by deed. What two hands wrote at once stays apart."""
    group: list[Mark] = []
    for mark in marks:
        if group and not _is_one_deed(group[0], mark):
            yield group
            group = []
        group.append(mark)
    if group:
        yield group


def _is_one_deed(first: Mark, later: Mark) -> bool:
    if (first.by, first.reason) != (later.by, later.reason):
        return False
    return later.at == first.at or (first.by is None and later.at - first.at <= _UNATTENDED)
