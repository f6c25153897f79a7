"""What the home page shows to its reader: gathered from the rooms, in a fixed number of queries."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from actions.filters import ALL_CONTRACTS, CONTRACT
from actions.models import Action, ActionYear, Status
from actions.statuses import Badge, status_badge
from contracts.models import Contract
from contracts.plan import Standing, Timeline
from contracts.selectors import timelines
from contracts.years import due_year, finished_year, year_looked_at, years_to_choose
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


def home_of(user: User, now: datetime, year: int | None = None) -> dict[str, Any]:
    """What the page shows to its reader at that instant; each part only to who may read it.

    :param year: that the reader chose to look at; what is due to them if None.
    """
    on = timezone.localdate(now)
    may_read_contracts = user.has_perm("contracts.view_contracts")
    histories = histories_of(user) if may_read_contracts else {}
    contracts = current_contracts(user, on, histories, year) if histories else []
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
        "own_actions_query": _across_contracts(actions),
        "mandates": mandates,
        "meetings": coming_meetings(user, on, now) if mandates else [],
        "is_stranger": not (may_read_contracts or may_read_council or actions),
        **(_of_the_service(user, now, histories, contracts, formations) if user.is_staff_member else {}),
    }


def _desk(user: User, contracts: Sequence["CurrentContract"]) -> YearDesk | None:
    """The year to look at of the first contract; of others the service is told what is left to complete."""
    for first in contracts[:1]:
        if first.figures is not None:
            return year_desk(user, first.contract, first.history, first.figures.year)
    return None


def _of_the_service(
    user: User,
    now: datetime,
    histories: Mapping[Contract, Timeline],
    contracts: Sequence["CurrentContract"],
    formations: Compositions,
) -> dict[str, Any]:
    """What the service alone sees to; thirteen queries, and what the names of failed documents take."""
    on = timezone.localdate(now)
    in_force = [(one.contract, one.history) for one in contracts if one.is_in_force]
    manages_accounts = user.has_perm("users.manage_accounts")
    return {
        "tasks": tasks_of(user, now, on),
        "unfinished": unfinished_years(user, on, histories, besides=contracts[:1]),
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
    """A contract to look at, with the year shown and those to choose from."""

    contract: Contract
    history: Timeline
    is_in_force: bool
    is_last: bool  # no contract is in force, and this is the latest
    figures: YearFigures | None
    years: Sequence[int]


def histories_of(user: User) -> dict[Contract, Timeline]:
    """The reader's contracts over time, the latest first; four queries."""
    contracts = list(Contract.objects.visible_to(user))
    found = timelines(contracts)
    return {row: found[row.pk] for row in contracts}


def current_contracts(
    user: User, on: date, histories: Mapping[Contract, Timeline], year: int | None = None
) -> list[CurrentContract]:
    """Of these contracts those in force that day and those that are over and whose year is looked at then;
    else the latest that has begun. The contract with that year first; one query."""
    contracts = list(histories)
    wanted = year_looked_at(on, makes_report=user.is_staff_member)
    in_force = [row for row in contracts if histories[row].standing(on) is Standing.IN_FORCE]
    begun = [row for row in contracts if row.starts_on <= on]
    having = [row for row in begun if wanted in histories[row].years()]
    shown = sorted({*in_force, *having}, key=lambda row: (row not in having, contracts.index(row)))
    shown = shown or begun[:1] or contracts[:1]
    years = {row.pk: _year(user, histories[row], on, year) for row in shown}
    figures = _figures(user, years)
    return [
        CurrentContract(
            row,
            histories[row],
            is_in_force=row in in_force,
            is_last=not in_force and row == shown[0],
            figures=figures.get(row.pk),
            years=years_to_choose(histories[row], on),
        )
        for row in shown
    ]


def _year(user: User, history: Timeline, on: date, chosen: int | None) -> int | None:
    """The year chosen, if it can be; else the one whose report the service makes, and members read."""
    if chosen in years_to_choose(history, on):
        return chosen
    return due_year(history, on) if user.is_staff_member else finished_year(history, on)


@dataclass(frozen=True, slots=True)
class UnfinishedYear:
    """The last year of a contract that is over, with how many of its actions are incomplete."""

    contract: Contract
    year: int
    count: int


def unfinished_years(
    user: User, on: date, histories: Mapping[Contract, Timeline], *, besides: Sequence[CurrentContract]
) -> list[UnfinishedYear]:
    """What contracts that are over left to complete, whichever followed them; three queries."""
    shown = {one.contract for one in besides}
    over = [row for row, plan in histories.items() if plan.standing(on) is Standing.AFTER and plan.years()]
    last = {row: max(histories[row].years()) for row in over if row not in shown}
    asked = Q(pk__in=[])
    for contract, year in last.items():
        asked |= Q(action__contract=contract, year=year)
    rows = ActionYear.objects.filter(asked, action__in=Action.objects.visible_to(user))
    of_contract = dict(rows.order_by().values_list("pk", "action__contract"))
    counted = Counter(of_contract[pk] for pk, fields in missing_of(of_contract).items() if fields)
    return [UnfinishedYear(row, year, counted[row.pk]) for row, year in last.items() if counted[row.pk]]


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


def _across_contracts(own: Sequence[OwnAction]) -> str:
    """What asks the list for these actions: it stays in one contract unless it is asked for all."""
    return f"?{CONTRACT}={ALL_CONTRACTS}" if len({one.action.contract_id for one in own}) > 1 else ""


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
