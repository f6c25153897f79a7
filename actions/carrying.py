"""Carrying a year's plan on to the next one for a whole contract: shown first, then written, once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from actions.journal import record_events
from actions.models import Action, ActionYear, Programme, Status
from actions.soundness import SpanFault, known_period, objective_days, span_fault
from actions.workbook.history import HistoryNote, record_history
from contracts.models import Contract
from contracts.plan import Timeline
from contracts.selectors import timeline
from cops.audit.models import Event
from cops.users.models import User

_NOT_CARRIED = {
    Status.DROPPED: "abandonnée",
}


@dataclass(frozen=True, slots=True)
class CarryRow:
    """A year of an action and why the next one does not follow from it; no `refusal`: it does.

    The new year takes what is planned (budget and quantity), with the objective and the lead that the
    action has by now; no figure, no status.
    """

    year: ActionYear
    refusal: str

    @property
    def action(self) -> Action:
        return self.year.action

    @property
    def state(self) -> str:
        """What the row was planned on, to be sent back when it is confirmed."""
        return f"{self.year.pk}.{self.year.version}.{self.action.version}"


@dataclass(frozen=True, slots=True)
class CarryPlan:
    """What carrying `year` of a contract on to the next would do; with an `obstacle`, nothing."""

    contract: Contract
    year: int
    obstacle: str
    rows: Sequence[CarryRow]

    @property
    def next_year(self) -> int:
        return self.year + 1

    @property
    def carried(self) -> list[CarryRow]:
        return [] if self.obstacle else [row for row in self.rows if not row.refusal]

    @property
    def skipped(self) -> list[CarryRow]:
        return [row for row in self.rows if row.refusal]


@dataclass(frozen=True, slots=True)
class CarryOutcome:
    """What was carried on, and what was chosen but changed since it was shown."""

    carried: Sequence[CarryRow]
    overtaken: Sequence[CarryRow]


def plan_carry(contract: Contract, year: int) -> CarryPlan:
    """The actions planned or done in a year and whether each gets the next; a fixed number of queries."""
    plan = timeline(contract)
    rows = ActionYear.objects.for_year(contract, year).select_related("action__lead")
    ordered = rows.order_by("action__reference_key", "action__reference", "pk")
    known = set(ActionYear.objects.for_year(contract, year + 1).values_list("action", flat=True))
    return CarryPlan(
        contract,
        year,
        _obstacle(contract, plan, year + 1),
        [CarryRow(row, _refusal(row, plan, is_known=row.action_id in known)) for row in ordered],
    )


def _obstacle(contract: Contract, plan: Timeline, year: int) -> str:
    """Why no action of the contract can be carried on to a year."""
    if not plan.days_in_year(year):
        return f"Le contrat {contract.code} n’est en vigueur aucun jour de {year}."
    if Programme.objects.filter(contract=contract, year=year).exists():
        return f"Le programme de {year} est adopté : rien ne s’y ajoute en lot."
    return ""


def _refusal(row: ActionYear, plan: Timeline, *, is_known: bool) -> str:
    following = row.year + 1
    if is_known:
        return f"a déjà son année {following}"
    if not row.is_planned:
        return f"n’était pas prévue en {row.year}"
    if row.status in _NOT_CARRIED:
        return f"{_NOT_CARRIED[Status(row.status)]} en {row.year}"
    action = row.action
    period = known_period(action.starts_on, action.ends_on)
    fault = span_fault(plan.days_in_year(following), objective_days(plan, action.objective_id), period)
    if fault == SpanFault.OBJECTIVE:
        return f"son objectif n’est plus en vigueur en {following}"
    return f"se déroule {period.french}" if fault else ""


@transaction.atomic
def carry_on(contract: Contract, year: int, *, chosen: Iterable[str], by: User) -> CarryOutcome:
    """Give their next year to the chosen rows (`CarryRow.state`) that are as they were shown.

    Two at once do it one after the other, and the second finds it done.
    """
    locked = Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    plan, wanted = plan_carry(locked, year), set(chosen)
    keys = {state.partition(".")[0] for state in wanted}
    carried = [row for row in plan.carried if row.state in wanted]
    overtaken = [row for row in plan.rows if str(row.year.pk) in keys and row not in carried]
    if carried:
        _write(carried, plan, HistoryNote(by, f"Programmation {year} reconduite", timezone.now()))
    return CarryOutcome(carried, overtaken)


def _write(rows: Sequence[CarryRow], plan: CarryPlan, note: HistoryNote) -> None:
    created = ActionYear.objects.bulk_create(_following(row) for row in rows)
    record_history(ActionYear, [row.pk for row in created], "+", note)
    deed = f"années : {plan.next_year}, reconduite de {plan.year}"
    record_events([row.action.pk for row in rows], Event.Action.CHANGED, note, deed, rows=len(rows))


def _following(row: CarryRow) -> ActionYear:
    return ActionYear(
        action=row.action,
        year=row.year.year + 1,
        objective_id=row.action.objective_id,
        lead_id=row.action.lead_id,
        is_planned=True,
        planned_budget=row.year.planned_budget,
        planned_count=row.year.planned_count,
    )
