"""What the home page shows to its reader: gathered from the rooms, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from actions.models import Action, ActionYear, Status
from contracts.models import Contract
from contracts.plan import Standing, Timeline
from contracts.selectors import timelines
from cops.users.models import User
from governance.composition import Composition, compositions
from governance.models import Formation

OWN_ACTIONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class YearFigures:
    """How far a year's planned actions have come, among those that the reader may see."""

    year: int
    planned: int = 0
    done: int = 0
    unreported: int = 0


@dataclass(frozen=True, slots=True)
class CurrentContract:
    """A contract in force, or the last one where none is, with the year to look at."""

    contract: Contract
    history: Timeline
    is_in_force: bool
    figures: YearFigures | None


def current_contracts(user: User, on: date) -> list[CurrentContract]:
    """The reader's contracts in force that day, else the latest one; five queries at most."""
    contracts = list(Contract.objects.visible_to(user))
    histories = timelines(contracts)
    in_force = [row for row in contracts if histories[row.pk].standing(on) is Standing.IN_FORCE]
    shown = in_force or contracts[:1]
    figures = _figures(user, {row.pk: _year(histories[row.pk], on) for row in shown})
    return [CurrentContract(row, histories[row.pk], row in in_force, figures.get(row.pk)) for row in shown]


def _year(history: Timeline, on: date) -> int | None:
    """This year if the contract has a day in it, else its nearest one."""
    return min(history.years(), key=lambda year: abs(year - on.year), default=None)


def _figures(user: User, years: dict[int, int | None]) -> dict[int, YearFigures]:
    asked = Q(pk__in=[])
    for contract, year in years.items():
        asked |= Q(action__contract=contract, year=year)
    rows = (
        ActionYear.objects.filter(asked, action__in=Action.objects.visible_to(user), is_planned=True)
        .values("action__contract")
        .annotate(
            planned=Count("pk"),
            done=Count("pk", filter=Q(status=Status.DONE)),
            unreported=Count("pk", filter=Q(status="")),
        )
        .order_by("action__contract")
    )
    counted = {row["action__contract"]: row for row in rows}
    return {
        contract: YearFigures(
            year,
            **{name: counted.get(contract, {}).get(name, 0) for name in ("planned", "done", "unreported")},
        )
        for contract, year in years.items()
        if year is not None
    }


def own_actions(user: User) -> list[Action]:
    """Actions of which the reader is the contact person; one query."""
    actions = Action.objects.visible_to(user).filter(contact__user=user)
    return list(actions.select_related("contract", "lead")[:OWN_ACTIONS_SHOWN])


def formations_of(on: date) -> list[tuple[Formation, Composition]]:
    """The formations of councils that exist that day, each with its composition; six queries."""
    formations: Iterable[Formation] = Formation.objects.select_related("council")
    existing = [row for row in formations if row.council.created.first_day <= on]
    found = compositions(existing, on)
    return [(row, found[row.pk]) for row in existing]
