"""Saving what is entered about actions: rows, status transitions and the journal, in one transaction."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from actions.models import (
    Action,
    ActionCommune,
    ActionYear,
    Funding,
    Indicator,
    IndicatorValue,
    Partnership,
    Transition,
)
from actions.soundness import known_period, objective_days, span_fault
from contracts.models import Contract, Objective
from contracts.plan import Timeline
from cops.audit.models import Event
from cops.users.models import User
from governance.models import Commune, Organisation

_NUMBER = re.compile(r"-(\d+)$")


def next_reference(contract: Contract, objective: Objective) -> str:
    """The reference after the last one that begins with the objective's code: 1.1-08 after 1.1-07."""
    taken = Action.objects.filter(contract=contract, reference__startswith=f"{objective.code}-")
    numbers = [_NUMBER.search(reference) for reference in taken.values_list("reference", flat=True)]
    last = max((int(match[1]) for match in numbers if match), default=0)
    return f"{objective.code}-{last + 1:02}"


@transaction.atomic
def save_action(
    action: Action, *, partners: Iterable[Organisation], communes: Iterable[Commune], by: User
) -> None:
    """Create or change an action with its partners (the lead is none of them) and communes.

    The action's version goes up with any of it: it is one sheet. Raises StaleVersionError.
    """
    is_new = action.pk is None
    action.save()
    wanted = {row.pk for row in partners} - {action.lead_id}
    _link(Partnership, "organisation_id", action, wanted)
    _link(ActionCommune, "commune_id", action, {row.pk for row in communes})
    kind = Event.Action.CREATED if is_new else Event.Action.CHANGED
    Event.record(kind, actor=by, summary=f"Action {action}", subject=action)


def _link(model: type[models.Model], field: str, action: Action, wanted: set[int]) -> None:
    linked = {getattr(row, field): row for row in model._default_manager.filter(action=action)}
    for key, row in linked.items():
        if key not in wanted:
            row.delete()
    for key in sorted(wanted - set(linked)):
        model._default_manager.create(action=action, **{field: key})


def years_outside(action: Action, plan: Timeline) -> list[int]:
    """Stored years that the action's dates, as they are now, leave outside its period or its objective."""
    period = known_period(action.starts_on, action.ends_on)
    return [
        row.year
        for row in ActionYear.objects.filter(action=action).order_by("year")
        if span_fault(plan.days_in_year(row.year), objective_days(plan, row.objective_id), period)
    ]


@transaction.atomic
def copy_indicators(source: Action, *, to: Action) -> None:
    """What is measured, without any figure."""
    for row in Indicator.objects.filter(action=source).order_by("pk"):
        Indicator.objects.create(
            action=to, name=row.name, nature=row.nature, unit=row.unit, direction=row.direction
        )


@transaction.atomic
def save_years(
    action: Action, *, saved: Sequence[ActionYear], removed: Sequence[ActionYear], by: User
) -> None:
    """Write and delete years of an action; a changed status of a stored year is kept as a transition."""
    for row in removed:
        row.delete()
    before = dict(ActionYear.objects.filter(action=action).values_list("pk", "status"))
    for row in saved:
        status = before.get(row.pk) if row.pk else row.status
        row.save()
        if status != row.status:
            Transition.objects.create(
                action_year=row, by=by, from_status=status or "", to_status=row.status, reason=row.reason
            )
    _record(action, "années", [row.year for row in [*saved, *removed]], by)


@transaction.atomic
def save_year_place(row: ActionYear, *, by: User) -> None:
    """Write the objective and the lead of a stored year. Raises StaleVersionError."""
    row.save()
    _record(row.action, "objectif et pilote de l’année", [row.year], by)


@dataclass(frozen=True, slots=True)
class EnteredIndicator:
    """An indicator to write (or not, if it did not change) and its values to write."""

    indicator: Indicator
    is_altered: bool
    values: tuple[IndicatorValue, ...]


@transaction.atomic
def save_indicators(
    action: Action, *, entered: Sequence[EnteredIndicator], removed: Sequence[Indicator], by: User
) -> None:
    """Write indicators with their values, and delete those removed with theirs."""
    for row in removed:
        row.delete()
    for one in entered:
        if one.is_altered:
            one.indicator.save()
        for value in one.values:
            value.indicator = one.indicator
            value.save()
    names = [one.indicator.name for one in entered if one.is_altered or one.values]
    _record(action, "indicateurs", [*names, *(row.name for row in removed)], by)


@transaction.atomic
def save_fundings(action: Action, *, saved: Sequence[Funding], removed: Sequence[Funding], by: User) -> None:
    """Write and delete funding of an action's years."""
    for row in removed:
        row.delete()
    for row in saved:
        row.save()
    _record(action, "financements", [str(row.funder) for row in [*saved, *removed]], by)


def _record(action: Action, part: str, names: Sequence[Any], by: User) -> None:
    if names:
        listed = ", ".join(map(str, sorted(set(names))))
        summary = f"Action {action.reference}, {part} : {listed}"
        Event.record(Event.Action.CHANGED, actor=by, summary=summary, subject=action)
