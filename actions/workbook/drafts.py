"""Rows as they would be stored: what the checks found out about each, ready to be written.

A draft is made for every row of the file, and for the stored rows that others refer to. `FAULTY` stands for
what a reported fault leaves unknown: nothing is checked against it, and nothing is written.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from actions.models import Action, ActionYear, Funding, Indicator, IndicatorValue
from actions.workbook.sheets import ABSENT, ActionRow, FundingRow, Given, Missing, ValueRow, YearRow
from contracts.models import Contract
from governance.models import Organisation

T = TypeVar("T")


def merged(given: Given[T], stored: T | None) -> T | Missing | None:
    """What a column would hold: the file's cell, or what is stored where the file has no such column."""
    return stored if given is ABSENT else given


@dataclass(slots=True)
class ActionDraft:
    """An action of the file or, without `row`, a stored one that rows of the file refer to."""

    contract: Contract | None
    reference: str
    objective: int | Missing
    lead: Organisation | Missing
    starts_on: date | Missing | None
    ends_on: date | Missing | None
    row: ActionRow | None = None
    stored: Action | None = None
    partners: list[Organisation] | Missing = ABSENT
    communes: list[int] | Missing = ABSENT
    contact: int | Missing | None = ABSENT
    continues: "ActionDraft | int | Missing | None" = ABSENT  # a draft where the file creates that action
    instance: Action | None = None


@dataclass(slots=True)
class YearDraft:
    """An action's year, of the file or, without `row`, a stored one."""

    action: ActionDraft | None
    year: int
    objective: int | Missing = ABSENT
    lead: Organisation | Missing = ABSENT
    row: YearRow | None = None
    stored: ActionYear | None = None
    instance: ActionYear | None = None


@dataclass(slots=True)
class IndicatorDraft:
    """An indicator named in the file; `values` are its own columns, each as its first sound row gives it."""

    action: ActionDraft | None
    name: str
    stored: Indicator | None
    values: dict[str, str | Decimal | None] = field(default_factory=dict)
    first_rows: dict[str, int] = field(default_factory=dict)
    instance: Indicator | None = None
    changes: list["Difference"] = field(default_factory=list)


@dataclass(slots=True)
class ValueDraft:
    """An indicator's year in the file."""

    row: ValueRow
    year: YearDraft | None
    indicator: IndicatorDraft
    stored: IndicatorValue | None
    target: Decimal | Missing | None
    value: Decimal | Missing | None


@dataclass(slots=True)
class FundingDraft:
    """What a funder gives to an action's year in the file."""

    row: FundingRow
    year: YearDraft | None
    funder: Organisation
    stored: Funding | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that an import would change: its column, what is stored and what would be."""

    column: str
    before: str | int | Decimal | date | None
    after: str | int | Decimal | date | None
