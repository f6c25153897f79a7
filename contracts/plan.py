"""The plan in force on a day: the contract's wording, objectives and end with its amendments applied.

Pure: a `Timeline` is built once from stored rows (`contracts.selectors.timeline`) and answers for any day;
the page, the import and the report all ask it, so that there is one rule for what an amendment changes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from cops.lib.periods import PartialDate, Period, year_period


class Standing(StrEnum):
    """Where a day lies against the contract's time."""

    BEFORE = "before"
    IN_FORCE = "in_force"
    BETWEEN = "between"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class AmendmentRow:
    """An amendment as the timeline needs it."""

    number: int
    effective_on: date
    new_end_on: date | None = None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """What an axis or an objective becomes by an amendment (`None`: by the contract itself)."""

    amendment: int | None
    title: str
    position: int
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """An objective with all its versions, in any order."""

    code: str
    axis_number: int
    versions: tuple[VersionRow, ...]
    pk: int = 0


@dataclass(frozen=True, slots=True)
class AxisRow:
    """An axis with all its versions, in any order."""

    number: int
    versions: tuple[VersionRow, ...]


@dataclass(frozen=True, slots=True)
class PlannedObjective:
    """An objective as it stands on a day."""

    code: str
    title: str
    introduced_by: int | None = None
    reworded_by: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedAxis:
    """An axis as it stands on a day, with the objectives in force."""

    number: int
    title: str
    objectives: tuple[PlannedObjective, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The contract as in force on `on`, or on its nearest day `shown_on` when it is not in force that day."""

    on: date
    shown_on: date
    in_force: bool
    ends: PartialDate
    amendments: tuple[AmendmentRow, ...]
    axes: tuple[PlannedAxis, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A contract with its amendments over time; answers what was in force on any day."""

    starts: PartialDate
    original_end: PartialDate
    amendments: tuple[AmendmentRow, ...] = ()
    axes: tuple[AxisRow, ...] = ()
    objectives: tuple[ObjectiveRow, ...] = ()
    _rank: dict[int | None, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.amendments, key=lambda row: (row.effective_on, row.number)))
        object.__setattr__(self, "amendments", ordered)
        rank: dict[int | None, int] = {None: -1}
        rank.update({row.number: index for index, row in enumerate(ordered)})
        object.__setattr__(self, "_rank", rank)

    def effective(self, on: date) -> tuple[AmendmentRow, ...]:
        """Amendments in effect that day, the latest last."""
        return tuple(row for row in self.amendments if row.effective_on <= on)

    def ends(self, on: date) -> PartialDate:
        """The end of the contract as known that day."""
        ends = [row.new_end_on for row in self.effective(on) if row.new_end_on]
        return PartialDate.from_day(ends[-1]) if ends else self.original_end

    def periods(self) -> list[Period]:
        """The stretches of days on which the contract is in force, in order.

        More than one only if an amendment that prolongs it took effect after it had ended.
        """
        found = []
        for stretch in self._stretches():
            start = max(self.starts.first_day, stretch.start or date.min)
            end = min(self.ends(stretch.start or date.min).last_day, stretch.end or date.max)
            if start <= end:
                found.append(Period(start, end))
        return _joined(found)

    def in_force(self, on: date) -> bool:
        return self.starts.first_day <= on <= self.ends(on).last_day

    def standing(self, on: date) -> Standing:
        """Whether the day lies in the contract, before it, after it, or in a gap before it was prolonged."""
        if self.in_force(on):
            return Standing.IN_FORCE
        if on < self.starts.first_day:
            return Standing.BEFORE
        return Standing.BETWEEN if any(_start(period) > on for period in self.periods()) else Standing.AFTER

    def years(self) -> list[int]:
        """The years that have a day in the contract as amended."""
        return sorted({year for p in self.periods() for year in range(_start(p).year, _end(p).year + 1)})

    def days_in_year(self, year: int) -> list[Period]:
        """The contract's stretches cut to a calendar year; empty if the year has no day in it."""
        return _cut(self.periods(), year_period(year))

    def nearest_day(self, on: date) -> date:
        """The day itself if the contract is in force, else the nearest such day, the earlier on a tie."""
        days = [period.clamp(on) for period in self.periods()]
        return min(days or [self.starts.first_day], key=lambda day: (abs(day - on), day))

    @property
    def last_day(self) -> date:
        """The last day on which the contract is in force, all amendments counted."""
        return self.nearest_day(date.max)

    def objective_periods(self, code: str) -> list[Period]:
        """When the objective is in force; empty for a code that the contract never had."""
        row = next((row for row in self.objectives if row.code == code), None)
        if row is None:
            return []
        found = []
        for stretch in self._stretches():
            if self._version(row.versions, stretch.start or date.min) and self._axis_stands(row, stretch):
                found += _cut(self.periods(), stretch)
        return _joined(found)

    def plan(self, on: date) -> Plan:
        """The plan of that day, or of the nearest day of the contract."""
        shown_on = self.nearest_day(on)
        return Plan(
            on=on,
            shown_on=shown_on,
            in_force=self.in_force(on),
            ends=self.ends(shown_on),
            amendments=self.effective(shown_on),
            axes=self._axes(shown_on),
        )

    def year_plan(self, year: int) -> tuple[PlannedAxis, ...]:
        """Axes and objectives in force on a day of the year, each worded as on the last such day, in the
        order of the last plan they stood in."""
        last_days = sorted(
            {
                _end(period)
                for stretch in self._stretches()
                for period in _cut(self.days_in_year(year), stretch)
            }
        )
        axes: dict[int, tuple[int, PlannedAxis]] = {}
        objectives: dict[int, dict[str, tuple[int, PlannedObjective]]] = {}
        for day in last_days:
            for position, axis in self._positioned_axes(day):
                axes[axis.number] = (position, axis)
                objectives.setdefault(axis.number, {}).update(
                    {
                        objective.code: (place, objective)
                        for place, objective in self._positioned(axis.number, day)
                    }
                )
        return tuple(
            PlannedAxis(axis.number, axis.title, _in_order(objectives[axis.number].values()))
            for _, axis in sorted(axes.values(), key=lambda pair: (pair[0], pair[1].number))
        )

    def last_wording(self, code: str, year: int) -> PlannedObjective | None:
        """The objective as worded on its last day in force up to the end of the year, else on its first day;
        None for a code that was never in force."""
        row = next((row for row in self.objectives if row.code == code), None)
        day = _last_day(self.objective_periods(code), year)
        return self._objective(row, day) if row and day else None

    def last_axis_title(self, number: int, year: int) -> str:
        """The axis's title on its last day in force up to the end of the year, else on its first day."""
        row = next((row for row in self.axes if row.number == number), None)
        periods = [
            cut
            for stretch in self._stretches()
            if row and self._version(row.versions, stretch.start or date.min)
            for cut in _cut(self.periods(), stretch)
        ]
        day = _last_day(_joined(periods), year)
        version = self._version(row.versions, day) if row and day else None
        return version.title if version else ""

    def _stretches(self) -> list[Period]:
        """The spans between amendments: within one, nothing changes."""
        starts = sorted({row.effective_on for row in self.amendments})
        bounds: list[date | None] = [None, *starts, None]
        return [Period(a, b - timedelta(days=1) if b else None) for a, b in pairwise(bounds)]

    def _version(self, versions: Iterable[VersionRow], on: date) -> VersionRow | None:
        """The version in force that day; None before the first or once withdrawn."""
        effective = {None} | {row.number for row in self.effective(on)}
        known = [row for row in versions if row.amendment in effective]
        latest = max(known, key=lambda row: self._rank[row.amendment], default=None)
        return None if latest is None or latest.is_withdrawn else latest

    def _axis_stands(self, row: ObjectiveRow, stretch: Period) -> bool:
        axis = next((axis for axis in self.axes if axis.number == row.axis_number), None)
        return axis is not None and self._version(axis.versions, stretch.start or date.min) is not None

    def _objective(self, row: ObjectiveRow, on: date) -> PlannedObjective | None:
        version = self._version(row.versions, on)
        if version is None:
            return None
        effective = {None} | {amendment.number for amendment in self.effective(on)}
        past = sorted(
            (v for v in row.versions if v.amendment in effective and not v.is_withdrawn),
            key=lambda v: self._rank[v.amendment],
        )
        reworded = [later.amendment for earlier, later in pairwise(past) if later.title != earlier.title]
        return PlannedObjective(
            row.code, version.title, past[0].amendment, reworded[-1] if reworded else None
        )

    def _positioned(self, axis_number: int, on: date) -> list[tuple[int, PlannedObjective]]:
        found = []
        for row in self.objectives:
            version = self._version(row.versions, on) if row.axis_number == axis_number else None
            planned = self._objective(row, on) if version else None
            if version and planned:
                found.append((version.position, planned))
        return found

    def _positioned_axes(self, on: date) -> list[tuple[int, PlannedAxis]]:
        found = []
        for row in self.axes:
            version = self._version(row.versions, on)
            if version:
                objectives = _in_order(self._positioned(row.number, on))
                found.append((version.position, PlannedAxis(row.number, version.title, objectives)))
        return found

    def _axes(self, on: date) -> tuple[PlannedAxis, ...]:
        ordered = sorted(self._positioned_axes(on), key=lambda pair: (pair[0], pair[1].number))
        return tuple(axis for _, axis in ordered)


def _in_order(positioned: Iterable[tuple[int, PlannedObjective]]) -> tuple[PlannedObjective, ...]:
    return tuple(row for _, row in sorted(positioned, key=lambda pair: (pair[0], pair[1].code)))


def _start(period: Period) -> date:
    return period.start or date.min


def _end(period: Period) -> date:
    return period.end or date.max


def _last_day(periods: Sequence[Period], year: int) -> date | None:
    """The last day of the periods up to the end of the year, else their first day, None without periods."""
    end = date(year, 12, 31)
    before = [period for period in periods if _start(period) <= end]
    if before:
        return min(_end(before[-1]), end)
    return _start(periods[0]) if periods else None


def _cut(periods: Sequence[Period], by: Period) -> list[Period]:
    return [cut for period in periods if (cut := period.intersection(by))]


def _joined(periods: list[Period]) -> list[Period]:
    """Adjacent stretches as one."""
    joined: list[Period] = []
    for period in periods:
        if joined and _start(period) - _end(joined[-1]) <= timedelta(days=1):
            joined[-1] = Period(joined[-1].start, period.end)
        else:
            joined.append(period)
    return joined
