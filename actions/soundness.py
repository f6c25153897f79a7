"""Rules of an action's years that span several tables; the workbook's import and the forms both ask here.

What one row can say of itself is a constraint of its model.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from actions.models import ActionYear
from contracts.plan import Timeline
from cops.lib.periods import Period, year_period

# What the adoption of a year's programme locks, with what a year added afterwards holds there.
LOCKED_WHEN_ADOPTED: Mapping[str, Any] = {"is_planned": False, "planned_budget": None, "planned_count": None}


class SpanFault(StrEnum):
    """What is wrong with a year of an action."""

    YEAR = "year"  # year, contract and action share no day
    OBJECTIVE = "objective"  # the objective is in force on none of the days they share


def span_fault(days: Sequence[Period], in_force: Sequence[Period] | None, period: Period) -> SpanFault | None:
    """Whether the contract's days of a year and the action's period (open where not known) share a day, and
    the objective is in force on one of those (None: which objective is not known)."""
    shared = [cut for stretch in days if (cut := stretch.intersection(period))]
    if not shared:
        return SpanFault.YEAR
    if in_force is None or any(stretch.overlaps(other) for stretch in shared for other in in_force):
        return None
    return SpanFault.OBJECTIVE


def objective_days(plan: Timeline, objective: int) -> list[Period]:
    """When an objective of the contract, by its primary key, is in force."""
    return plan.objective_periods(next(row.code for row in plan.objectives if row.pk == objective))


def span_message(plan: Timeline, contract_code: str, year: int, period: Period) -> str:
    """Why a year shares no day with its contract or its action."""
    if not plan.days_in_year(year):
        periods = [stretch.french for stretch in plan.periods()]
        return f"L’année {year} est hors du contrat {contract_code}, en vigueur {' et '.join(periods)}."
    if period.overlaps(year_period(year)):
        return f"L’action n’a aucun jour commun avec le contrat en {year} : elle se déroule {period.french}."
    return f"L’année {year} est hors de l’action, qui se déroule {period.french}."


def objective_message(year: int) -> str:
    return f"L’objectif de l’action n’est en vigueur aucun jour de {year} où elle se déroule."


def allowed_when_adopted(stored: ActionYear | None) -> Mapping[str, Any]:
    """What the locked fields of a year must hold once its programme is adopted: as they are, or nothing."""
    if stored is None:
        return LOCKED_WHEN_ADOPTED
    return {name: getattr(stored, name) for name in LOCKED_WHEN_ADOPTED}


def known_period(starts_on: date | None, ends_on: date | None) -> Period:
    """The action's own days; open if they are in the wrong order, which is a fault of its own."""
    return Period(starts_on, None if starts_on and ends_on and ends_on < starts_on else ends_on)
