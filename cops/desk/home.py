"""What the home page shows to its reader: gathered from the rooms, in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from actions.models import Action, ActionYear, Status
from actions.statuses import Badge, status_badge
from contracts.models import Contract
from contracts.plan import Standing, Timeline
from contracts.selectors import timelines
from cops.desk.dashboard import (
    Compositions,
    YearDesk,
    accounts_without_person,
    deadlines,
    formation_desks,
    in_words,
    last_decisions,
    open_cells,
    waiting_imports,
    year_desk,
)
from cops.desk.sitting import coming_meetings, mandates_of
from cops.desk.tasks import tasks_of
from cops.users.models import User
from evaluation.selectors import missing_of
from governance.composition import Composition, compositions
from governance.models import Formation

OWN_ACTIONS_SHOWN = 20


def home_of(user: User, now: datetime) -> dict[str, Any]:
    """What the page shows to its reader at that instant; each part only to who may read it."""
    on = timezone.localdate(now)
    may_read_contracts = user.has_perm("contracts.view_contracts")
    contracts = current_contracts(user, on) if may_read_contracts else []
    may_read_council = user.has_perm("governance.view_composition")
    formations = formations_of(user, on) if may_read_council else []
    actions = own_actions(user, on)
    mandates = [] if user.is_staff_member else mandates_of(user, on)
    return {
        "today": on,
        "may_read_contracts": may_read_contracts,
        "may_read_council": may_read_council,
        "may_enter": user.has_perm("actions.change_actions"),
        "may_change_contracts": user.has_perm("contracts.change_contracts"),
        "may_import": user.has_perm("actions.import_actions"),
        "may_manage_accounts": user.has_perm("users.manage_accounts"),
        "may_manage_rosters": user.has_perm("governance.manage_composition"),
        "cells": open_cells(user) if may_read_council else [],
        "contracts": contracts,
        "desk": _desk(user, contracts),
        "formations": formation_desks(formations),
        "own_actions": actions,
        "mandates": mandates,
        "meetings": coming_meetings(user, on, now) if mandates else [],
        "is_stranger": not (may_read_contracts or may_read_council or actions),
        **(_of_the_service(user, now, contracts, formations) if user.is_staff_member else {}),
    }


def _desk(user: User, contracts: Sequence["CurrentContract"]) -> YearDesk | None:
    """The year to look at of the first contract: those after it are overlaps of some months."""
    for first in contracts[:1]:
        if first.figures is not None:
            return year_desk(user, first.contract, first.history, first.figures.year)
    return None


def _of_the_service(
    user: User, now: datetime, contracts: Sequence["CurrentContract"], formations: Compositions
) -> dict[str, Any]:
    """What the service alone sees to; ten queries at most, and what the names of failed documents take."""
    on = timezone.localdate(now)
    in_force = [(one.contract, one.history) for one in contracts if one.is_in_force]
    manages_accounts = user.has_perm("users.manage_accounts")
    return {
        "tasks": tasks_of(user, now, on),
        "deadlines": deadlines(user, on, formations, in_force),
        "imports": waiting_imports(user, on),
        "decisions": last_decisions(user),
        "lost_accounts": accounts_without_person() if manages_accounts else None,
    }


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


@dataclass(frozen=True, slots=True)
class OwnAction:
    """An action of the reader's with its last year up to now, and what is missing of it, in words."""

    action: Action
    year: int | None
    badge: Badge | None
    missing: str


def own_actions(user: User, on: date) -> list[OwnAction]:
    """Actions of which the reader is the contact person, those with something missing first; four queries."""
    actions = Action.objects.visible_to(user).filter(contact__user=user).select_related("contract", "lead")
    shown = list(actions.defer("description", "diagnosis", "audience", "search_text")[:OWN_ACTIONS_SHOWN])
    if not shown:
        return []
    years = ActionYear.objects.filter(action__in=shown, year__lte=on.year).order_by("year", "pk")
    last = {row[0]: row[1:] for row in years.values_list("action_id", "pk", "year", "status")}
    missing = missing_of(pk for pk, _year, _status in last.values())
    own = [_own_action(action, last.get(action.pk), missing) for action in shown]
    return sorted(own, key=lambda one: not one.missing)


def _own_action(
    action: Action, last: tuple[int, int, str] | None, missing: dict[int, tuple[str, ...]]
) -> OwnAction:
    if last is None:
        return OwnAction(action, None, None, "")
    pk, year, status = last
    return OwnAction(action, year, status_badge(status), in_words(missing[pk]))


def formations_of(user: User, on: date) -> list[tuple[Formation, Composition]]:
    """The reader's formations that exist that day, each with its composition; seven queries at most."""
    formations: Iterable[Formation] = Formation.objects.visible_to(user).select_related("council")
    existing = [row for row in formations if row.council.created.first_day <= on and row.period.contains(on)]
    found = compositions(existing, on)
    return [(row, found[row.pk]) for row in existing]
