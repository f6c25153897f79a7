"""Years of actions that a change of their contract's plan strands (`contracts.stranding`), moved if asked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from actions.journal import record_events
from actions.models import Action, ActionYear
from actions.soundness import SpanFault, known_period, objective_days, span_fault
from actions.workbook.history import HistoryNote, record_history
from contracts.models import Contract, Objective
from contracts.plan import Timeline
from contracts.stranding import Stranded
from cops.audit.models import Event
from cops.lib.french import sort_key
from cops.lib.periods import Period
from cops.users.models import User


@dataclass
class _Days:
    """The days of a plan's years and objectives, each worked out once."""

    plan: Timeline
    _years: dict[int, list[Period]] = field(default_factory=dict)
    _objectives: dict[int, list[Period]] = field(default_factory=dict)

    def fault(self, row: ActionYear, objective: int) -> SpanFault | None:
        if row.year not in self._years:
            self._years[row.year] = self.plan.days_in_year(row.year)
        if objective not in self._objectives:
            known = any(one.pk == objective for one in self.plan.objectives)
            self._objectives[objective] = objective_days(self.plan, objective) if known else []
        period = known_period(row.action.starts_on, row.action.ends_on)
        return span_fault(self._years[row.year], self._objectives[objective], period)


class YearsOfActions:
    """The years of actions, under the objective that each has."""

    kind = "action"

    def stranded(self, contract: Contract, before: Timeline, after: Timeline) -> Sequence[Stranded]:
        """By action and objective, in the order of references; one query."""
        was, becomes = _Days(before), _Days(after)
        lost: dict[tuple[int, str], list[ActionYear]] = defaultdict(list)
        for row in _rows(contract, before, after):
            fault = becomes.fault(row, row.objective_id)
            if fault and not was.fault(row, row.objective_id):
                code = row.objective.code if fault == SpanFault.OBJECTIVE else ""
                lost[row.action_id, code].append(row)
        return [_stranded(code, rows, becomes) for (_, code), rows in lost.items()]

    def may_move(self, user: User) -> bool:
        return bool(user.has_perm("actions.change_actions"))

    def move(self, moves: Sequence[tuple[Stranded, Objective]], *, reason: str, by: User) -> None:
        """The years, and the sheet of an action whose own objective is the one lost: what is programmed from
        then on would be lost with it."""
        note, moved = HistoryNote(by, reason, timezone.now()), set()
        for one, objective in moves:
            _, *keys = one.key.split("-")
            action, lost = map(int, keys)
            years = ActionYear.objects.filter(action=action, objective=lost, year__in=one.years)
            _put(years, objective, note)
            _put(Action.objects.filter(pk=action, objective=lost), objective, note)
            moved.add(action)
        deed = f"objectif des années, {reason[:1].lower()}{reason[1:]}"
        record_events(sorted(moved), Event.Action.CHANGED, note, deed)


def _put(rows: "QuerySet[Any]", objective: Objective, note: HistoryNote) -> None:
    keys = list(rows.values_list("pk", flat=True))
    rows.model.objects.filter(pk__in=keys).update(objective=objective, version=F("version") + 1)
    record_history(rows.model, keys, "~", note)


def _rows(contract: Contract, before: Timeline, after: Timeline) -> Iterable[ActionYear]:
    """The years that a change of the plan can concern."""
    rows = ActionYear.objects.filter(action__contract=contract).select_related("action", "objective")
    rows = rows.order_by("action__reference_key", "action__reference", "action", "year")
    rows = rows.defer("comment", "impact", "action__description", "action__diagnosis", "action__search_text")
    if before.periods() == after.periods():
        rows = rows.filter(objective__in=_changed(before, after))
    return rows


def _changed(before: Timeline, after: Timeline) -> list[int]:
    """Objectives that are in force on other days."""
    becomes = {row.pk: after.objective_periods(row.code) for row in after.objectives}
    return [
        row.pk for row in before.objectives if before.objective_periods(row.code) != becomes.get(row.pk, [])
    ]


def _stranded(code: str, rows: Sequence[ActionYear], becomes: _Days) -> Stranded:
    action = rows[0].action
    offered = [
        row.code
        for row in becomes.plan.objectives
        if code and not any(becomes.fault(year, row.pk) for year in rows)
    ]
    return Stranded(
        key=f"{YearsOfActions.kind}-{action.pk}-{rows[0].objective_id if code else 0}",
        name=str(action),
        url=reverse("action_detail", args=[action.pk]),
        objective=code,
        years=tuple(row.year for row in rows),
        offered=tuple(sorted(offered, key=sort_key)),
    )
