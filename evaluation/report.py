"""The yearly evaluation of a contract, computed from rows: pure functions and frozen values.

`year_report` takes rows as `evaluation.selectors` reads them and gives the one value that every form of the
report shows (page, PDF, JSON, spreadsheet). The rules are those of docs/interfaces.md, section 4.

Rows are named tuples rather than dataclasses: they are made straight from database tuples, tens of
thousands at once. Money is in cents and measures are in ten-thousandths (`…_e4`), both whole numbers,
which add up exactly and ten times faster than `Decimal`; each has a `Decimal` twin for those who show it.
Text that is not there is "".
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple, TypeVar

from evaluation.figures import (
    CARRIED_OUT,
    MEASURED_NATURES,
    UNREPORTED,
    Tally,
    Totals,
    attainment,
    is_met,
    mean_attainment,
    merged,
    money,
)

KeyedRow = TypeVar("KeyedRow", "IndicatorRow", "FundingRow")


class ContractLabel(NamedTuple):
    """The contract a report is about."""

    code: str
    title: str


class AxisRow(NamedTuple):
    """An axis, with the wording of its last day in force that year; given in plan order."""

    number: int
    title: str
    in_force: bool  # on a day of the year


class ObjectiveRow(NamedTuple):
    """An objective, with the wording and axis of its last day in force that year; given in plan order."""

    code: str
    title: str
    axis: int
    in_force: bool  # on a day of the year


class ActionRow(NamedTuple):
    """One action in one year: what was planned, what was done; indicators and funding refer to `key`."""

    key: int
    action_id: int
    reference: str
    title: str
    confidential: bool
    objective: str  # code; that of the year, like the lead
    lead: str
    unit: str
    planned: bool
    status: str
    reason: str
    planned_budget_cents: int | None
    actual_cost_cents: int | None
    planned_count: int | None
    actual_count: int | None
    comment: str = ""
    impact: str = ""
    description: str = ""
    audience: str = ""

    @property
    def planned_budget(self) -> Decimal | None:
        return money(self.planned_budget_cents)

    @property
    def actual_cost(self) -> Decimal | None:
        return money(self.actual_cost_cents)


class IndicatorRow(NamedTuple):
    """One indicator of an action in one year; measures in ten-thousandths."""

    key: int
    name: str
    nature: str
    unit: str
    direction: str
    baseline_e4: int | None
    target_e4: int | None
    value_e4: int | None

    @property
    def is_measured(self) -> bool:
        """Whether efficacy counts it: result or impact, with a target."""
        return self.target_e4 is not None and self.nature in MEASURED_NATURES

    @property
    def baseline(self) -> Decimal | None:
        return measure(self.baseline_e4)

    @property
    def target(self) -> Decimal | None:
        return measure(self.target_e4)

    @property
    def value(self) -> Decimal | None:
        return measure(self.value_e4)

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without target or value."""
        if self.target_e4 is None or self.value_e4 is None:
            return None
        return is_met(self.direction, self.target_e4, self.value_e4)

    @property
    def attainment(self) -> Decimal | None:
        """How much of the target was reached, 0…1, to 4 decimals; None without target or value."""
        if self.target_e4 is None or self.value_e4 is None:
            return None
        return mean_attainment(attainment(self.direction, self.baseline_e4, self.target_e4, self.value_e4), 1)


class FundingRow(NamedTuple):
    """What one funder was asked for, granted and paid for an action in one year."""

    key: int
    funder: str
    requested_cents: int | None
    granted_cents: int | None
    paid_cents: int | None

    @property
    def requested(self) -> Decimal | None:
        return money(self.requested_cents)

    @property
    def granted(self) -> Decimal | None:
        return money(self.granted_cents)

    @property
    def paid(self) -> Decimal | None:
        return money(self.paid_cents)


def measure(e4: int | None) -> Decimal | None:
    """Ten-thousandths as a number without trailing zeros."""
    if e4 is None:
        return None
    number = Decimal(e4).scaleb(-4)
    return number.to_integral_value() if e4 % 10_000 == 0 else number.normalize()


@dataclass(frozen=True, slots=True)
class ActionReport:
    """One action's year: its row and the lines that hang on it, from which its figures come."""

    row: ActionRow
    indicators: tuple[IndicatorRow, ...]  # in code-point order of name
    funding: tuple[FundingRow, ...]  # in code-point order of funder

    @property
    def totals(self) -> Totals:
        """The figures of this action alone; added up anew each time, in some microseconds."""
        tally = Tally()
        self.add_to(tally)
        return tally.totals()

    def add_to(self, tally: Tally) -> None:
        """Count this action among others."""
        tally.add_row(*self.row[7:15])
        for indicator in self.indicators:
            if indicator.nature in MEASURED_NATURES:
                tally.add_measure(*indicator[4:])
        for line in self.funding:
            tally.add_funding(*line[2:])


@dataclass(frozen=True, slots=True)
class ObjectiveReport:
    """An objective's figures and its actions by reference; `withheld`: confidential ones, not listed."""

    code: str
    title: str
    totals: Totals
    actions: tuple[ActionReport, ...]
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class AxisReport:
    """An axis' figures and its objectives in plan order."""

    number: int
    title: str
    totals: Totals
    objectives: tuple[ObjectiveReport, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not reported yet of an action: `status`, `actual_cost`, `actual_count`, `indicator:NAME`."""

    reference: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearReport:
    """The yearly evaluation of a contract; `withheld`: confidential actions, not listed."""

    contract: ContractLabel
    year: int
    totals: Totals
    axes: tuple[AxisReport, ...]
    missing: tuple[Missing, ...]
    withheld: int = 0

    def actions(self) -> Iterable[ActionReport]:
        """Every listed action, in the order of the plan."""
        return (action for axis in self.axes for objective in axis.objectives for action in objective.actions)


def year_report(
    contract: ContractLabel,
    year: int,
    *,
    axes: Iterable[AxisRow],
    objectives: Iterable[ObjectiveRow],
    actions: Iterable[ActionRow],
    indicators: Iterable[IndicatorRow],
    funding: Iterable[FundingRow],
) -> YearReport:
    """The evaluation of one year from the contract's axes and objectives and the year's rows.

    An objective is listed if it was in force on a day of the year or an action counts under it, an axis
    likewise. Every action's objective, and every objective's axis, must be among those given (`KeyError`
    otherwise).
    """
    indicators_of = _by_key(sorted(indicators, key=lambda row: row.name))
    funding_of = _by_key(sorted(funding, key=lambda row: row.funder))
    objective_rows = list(objectives)
    listed: dict[str, list[ActionReport]] = {row.code: [] for row in objective_rows}
    for row in sorted(actions, key=lambda row: row.reference):
        lines, grants = indicators_of.get(row.key, ()), funding_of.get(row.key, ())
        listed[row.objective].append(ActionReport(row, tuple(lines), tuple(grants)))
    by_axis = _objectives_by_axis(objective_rows, listed)
    axis_reports = tuple(
        _axis_report(row, by_axis[row.number]) for row in axes if row.in_force or by_axis[row.number]
    )
    return YearReport(
        contract,
        year,
        totals=merged(axis.totals for axis in axis_reports),
        axes=axis_reports,
        missing=_missing(action for actions_there in listed.values() for action in actions_there),
    )


def _by_key(rows: Iterable[KeyedRow]) -> dict[int, list[KeyedRow]]:
    found = defaultdict(list)
    for row in rows:
        found[row.key].append(row)
    return found


def _objectives_by_axis(
    objectives: Sequence[ObjectiveRow], listed: dict[str, list[ActionReport]]
) -> dict[int, list[ObjectiveReport]]:
    by_axis = defaultdict(list)
    for row in objectives:
        actions = listed[row.code]
        if row.in_force or actions:
            by_axis[row.axis].append(ObjectiveReport(row.code, row.title, _totals(actions), tuple(actions)))
    return by_axis


def _totals(actions: Iterable[ActionReport]) -> Totals:
    tally = Tally()
    for action in actions:
        action.add_to(tally)
    return tally.totals()


def _axis_report(row: AxisRow, objectives: Sequence[ObjectiveReport]) -> AxisReport:
    totals = merged(objective.totals for objective in objectives)
    return AxisReport(row.number, row.title, totals, tuple(objectives))


def _missing(actions: Iterable[ActionReport]) -> tuple[Missing, ...]:
    found = {action.row.reference: tuple(missing_fields(action)) for action in actions}
    return tuple(Missing(reference, fields) for reference, fields in sorted(found.items()) if fields)


def missing_fields(action: ActionReport) -> Iterable[str]:
    """What is not reported yet of one action's year, in the order of docs/interfaces.md."""
    row = action.row
    if row.planned and row.status == UNREPORTED:
        yield "status"
    if row.status in CARRIED_OUT:
        if row.actual_cost_cents is None:
            yield "actual_cost"
        if row.unit and row.actual_count is None:
            yield "actual_count"
    for indicator in action.indicators:
        if indicator.is_measured and indicator.value_e4 is None:
            yield f"indicator:{indicator.name}"


def without_confidential(report: YearReport) -> YearReport:
    """The same report without what it says of confidential actions one by one; every total stays."""
    hidden = {action.row.reference for action in report.actions() if action.row.confidential}
    if not hidden:
        return report
    return replace(
        report,
        axes=tuple(
            replace(axis, objectives=tuple(_without(objective, hidden) for objective in axis.objectives))
            for axis in report.axes
        ),
        missing=tuple(missing for missing in report.missing if missing.reference not in hidden),
        withheld=report.withheld + len(hidden),
    )


def _without(objective: ObjectiveReport, hidden: set[str]) -> ObjectiveReport:
    shown = tuple(action for action in objective.actions if action.row.reference not in hidden)
    withheld = len(objective.actions) - len(shown)
    return replace(objective, actions=shown, withheld=objective.withheld + withheld)
