"""The three questions of the yearly evaluation, as figures that can be added up.

Effectiveness: were the planned actions done, and if not, why? Efficacy: what is their impact?
Efficiency: what does a result cost? (The contract's own three words.)

A `Totals` holds whole numbers only: counts, cents, and attainments in units of 10⁻³⁶. Whole numbers add
up exactly and in any order, so the figures of an axis are those of its rows whether they are added row by
row or objective by objective. Rates and costs per unit are derived from these sums when they are asked
for, never averaged, and rounded only then: rates to 4 decimals, money to 2, ties away from zero. A figure
nobody can know is `None`, and `unknown` of its block says why, in French.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter
from typing import TypeVar

Counted = TypeVar("Counted")

DONE, PARTIAL = "done", "partial"
UNREPORTED = "unreported"
STATUSES = (DONE, PARTIAL, "in_progress", "postponed", "dropped", "not_done", UNREPORTED)
CARRIED_OUT = frozenset({DONE, PARTIAL})
NOT_CARRIED_OUT = frozenset({"postponed", "dropped", "not_done"})
EXPLAINED = NOT_CARRIED_OUT | {PARTIAL}  # statuses that owe a reason
REASONS = (
    "funding",
    "lead",
    "staffing",
    "partner",
    "audience",
    "legal",
    "schedule",
    "decision",
    "duplicate",
    "context",
    "need_gone",
    "technical",
    "other",
)
UNITS = ("people", "families", "attendances", "interventions", "facilities")
UP, DOWN = "up", "down"
MEASURED_NATURES = frozenset({"result", "impact"})  # output is shown, not counted

WHOLE_ATTAINMENT = 10**36


def quotient(numerator: int, denominator: int) -> int:
    """The nearest whole number to a quotient, ties away from zero; numerator ≥ 0, denominator > 0."""
    return (2 * numerator + denominator) // (2 * denominator)


def rate(numerator: int, denominator: int) -> Decimal | None:
    """A share to 4 decimals; None over nothing."""
    return Decimal(quotient(numerator * 10**4, denominator)).scaleb(-4) if denominator else None


def money(cents: int | None) -> Decimal | None:
    """Cents as euros."""
    return None if cents is None else Decimal(cents).scaleb(-2)


def cost_per_unit(cents: int, count: int) -> Decimal | None:
    """Euros for one counted unit, to the cent; None where nothing was counted."""
    return money(quotient(cents, count)) if count else None


def is_met(direction: str, target: int, value: int) -> bool:
    """Whether the value reaches the target in the wanted direction."""
    return value >= target if direction == UP else value <= target


def attainment(direction: str, baseline: int | None, target: int, value: int) -> int:
    """How much of the target was reached, cut to 0…1, in units of 10⁻³⁶.

    From a baseline on the worse side of the target: the part of the way that was covered. Else 1 if met;
    else, with a target above 0, the share of the target (up) or its inverse (down); else 0. The scale of
    the arguments does not matter, only that it is one.
    """
    if baseline is not None and baseline != target and not is_met(direction, target, baseline):
        return _share(value - baseline, target - baseline)
    if is_met(direction, target, value):
        return WHOLE_ATTAINMENT
    if target <= 0:
        return 0
    return _share(value, target) if direction == UP else _share(target, value)


def _share(part: int, whole: int) -> int:
    if whole < 0:
        part, whole = -part, -whole
    if part <= 0:
        return 0
    if part >= whole:
        return WHOLE_ATTAINMENT
    return quotient(part * WHOLE_ATTAINMENT, whole)


def mean_attainment(attained: int, number: int) -> Decimal | None:
    """The mean of so many attainments, to 4 decimals; None over nothing.

    Each attainment was cut at the 36th decimal, so three thirds do not quite add up to one. Their mean is
    off by less than 10⁻³⁶; rounding it to 30 decimals first puts it back on a tie it belongs on. Only a
    mean that is no tie yet within 10⁻³⁰ of one could be rounded wrongly.
    """
    return rate(quotient(attained, number * 10**6), 10**30) if number else None


@dataclass(frozen=True, slots=True)
class Effectiveness:
    """How many planned actions became what; `reasons` in the order of the vocabulary, without zeros."""

    planned: int
    done: int
    partial: int
    in_progress: int
    postponed: int
    dropped: int
    not_done: int
    unreported: int
    done_unplanned: int
    reasons: Mapping[str, int]

    @property
    def rate(self) -> Decimal | None:
        return rate(self.done, self.planned)

    @property
    def rate_at_least_partly(self) -> Decimal | None:
        return rate(self.done + self.partial, self.planned)

    @property
    def unknown(self) -> dict[str, str]:
        """Why each figure that is n.d. is so."""
        if self.planned:
            return {}
        return dict.fromkeys(("rate", "rate_at_least_partly"), "aucune action prévue")


@dataclass(frozen=True, slots=True)
class Efficacy:
    """How far the targets of results and impact were reached; `attained` = sum of attainments, in 10⁻³⁶."""

    with_target: int
    with_value: int
    met: int
    attained: int

    @property
    def coverage(self) -> Decimal | None:
        return rate(self.with_value, self.with_target)

    @property
    def rate(self) -> Decimal | None:
        return rate(self.met, self.with_value)

    @property
    def mean_attainment(self) -> Decimal | None:
        return mean_attainment(self.attained, self.with_value)

    @property
    def unknown(self) -> dict[str, str]:
        """Why each figure that is n.d. is so."""
        if not self.with_target:
            why = "aucun indicateur de résultat ou d’impact n’a de cible"
            return dict.fromkeys(("coverage", "rate", "mean_attainment"), why)
        if not self.with_value:
            why = "aucun indicateur de résultat ou d’impact ayant une cible n’a de valeur"
            return dict.fromkeys(("rate", "mean_attainment"), why)
        return {}


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What a counted unit cost; `compared_…`: beside what it was planned to cost, over the same actions."""

    actions: int
    cost_cents: int
    count: int
    compared_actions: int
    compared_cost_cents: int
    compared_count: int
    compared_budget_cents: int
    compared_planned_count: int

    @property
    def cost(self) -> Decimal | None:
        return money(self.cost_cents if self.actions else None)

    @property
    def cost_per_unit(self) -> Decimal | None:
        return cost_per_unit(self.cost_cents, self.count)

    @property
    def compared_cost_per_unit(self) -> Decimal | None:
        return cost_per_unit(self.compared_cost_cents, self.compared_count)

    @property
    def compared_planned_cost_per_unit(self) -> Decimal | None:
        return cost_per_unit(self.compared_budget_cents, self.compared_planned_count)

    @property
    def unknown(self) -> dict[str, str]:
        """Why each figure that is n.d. is so."""
        return {name: why for name, why in WHY_NO_UNIT_COST.items() if getattr(self, name) is None}


@dataclass(frozen=True, slots=True)
class Efficiency:
    """What was planned, spent and granted, in cents; None where no amount is known.

    `executed_…` is the part of the planned budgets, and of the costs, that the execution rate compares.
    """

    planned_budget_cents: int | None
    actual_cost_cents: int | None
    executed_budget_cents: int
    executed_cost_cents: int
    by_unit: Mapping[str, UnitCost]
    requested_cents: int | None
    granted_cents: int | None
    paid_cents: int | None

    @property
    def planned_budget(self) -> Decimal | None:
        return money(self.planned_budget_cents)

    @property
    def actual_cost(self) -> Decimal | None:
        return money(self.actual_cost_cents)

    @property
    def execution(self) -> Decimal | None:
        return rate(self.executed_cost_cents, self.executed_budget_cents)

    @property
    def requested(self) -> Decimal | None:
        return money(self.requested_cents)

    @property
    def granted(self) -> Decimal | None:
        return money(self.granted_cents)

    @property
    def paid(self) -> Decimal | None:
        return money(self.paid_cents)

    @property
    def unknown(self) -> dict[str, str]:
        """Why each figure that is n.d. is so."""
        return {name: why for name, why in WHY_NO_AMOUNT.items() if getattr(self, name) is None}


unit_sums = attrgetter(*UnitCost.__slots__)  # as a Tally adds them up


NOT_COUNTED = "aucune action n’a à la fois un coût connu et une quantité réalisée non nulle"
NOT_COMPARED = (
    "aucune action n’a à la fois un coût connu, un budget prévu connu, "
    "une quantité prévue et une quantité réalisée non nulles"
)
WHY_NO_UNIT_COST = {
    "cost": NOT_COUNTED,
    "cost_per_unit": NOT_COUNTED,
    "compared_cost_per_unit": NOT_COMPARED,
    "compared_planned_cost_per_unit": NOT_COMPARED,
}

WHY_NO_AMOUNT = {
    "planned_budget": "aucun budget prévu renseigné",
    "actual_cost": "aucun coût réel renseigné",
    "execution": "aucune action prévue n’a à la fois un budget prévu non nul et un coût connu",
    "requested": "aucun montant demandé renseigné",
    "granted": "aucun montant accordé renseigné",
    "paid": "aucun montant versé renseigné",
}


@dataclass(frozen=True, slots=True)
class Totals:
    """Every figure of one action, objective, axis, contract or year."""

    effectiveness: Effectiveness
    efficacy: Efficacy
    efficiency: Efficiency


def added(first: int | None, second: int | None) -> int | None:
    """A sum that is unknown only where both parts are."""
    if first is None or second is None:
        return second if first is None else first
    return first + second


@dataclass(slots=True)
class Tally:
    """Totals being added up, row by row or part by part; `totals()` gives the value.

    `rows` arguments are in cents and whole counts; None is not known.
    """

    planned: int = 0
    statuses: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    done_unplanned: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    with_target: int = 0
    with_value: int = 0
    met: int = 0
    attained: int = 0
    budget: int | None = None
    cost: int | None = None
    executed_budget: int = 0
    executed_cost: int = 0
    units: dict[str, list[int]] = field(default_factory=dict)
    requested: int | None = None
    granted: int | None = None
    paid: int | None = None

    def add_row(
        self,
        unit: str,
        planned: bool,
        status: str,
        reason: str,
        budget: int | None,
        cost: int | None,
        planned_count: int | None,
        actual_count: int | None,
    ) -> None:
        """Count one action of one year."""
        if planned:
            self._add_planned(status, reason, budget, cost)
        elif status in CARRIED_OUT:
            self.done_unplanned += 1
        if cost is not None:
            self.cost = cost + (self.cost or 0)
        if unit:
            self._add_unit(unit, budget, cost, planned_count, actual_count)

    def _add_planned(self, status: str, reason: str, budget: int | None, cost: int | None) -> None:
        self.planned += 1
        self.statuses[status] += 1
        if reason and status in EXPLAINED:
            self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if budget is None:
            return
        self.budget = budget + (self.budget or 0)
        if budget and (cost is not None or status in NOT_CARRIED_OUT):
            self.executed_budget += budget
            self.executed_cost += cost or 0

    def _add_unit(
        self,
        unit: str,
        budget: int | None,
        cost: int | None,
        planned_count: int | None,
        actual_count: int | None,
    ) -> None:
        sums = self.units.setdefault(unit, [0, 0, 0, 0, 0, 0, 0, 0])
        if cost is None or not actual_count:
            return
        sums[0] += 1
        sums[1] += cost
        sums[2] += actual_count
        if budget is None or not planned_count:
            return
        sums[3] += 1
        sums[4] += cost
        sums[5] += actual_count
        sums[6] += budget
        sums[7] += planned_count

    def add_measure(
        self, direction: str, baseline: int | None, target: int | None, value: int | None
    ) -> None:
        """Count one indicator of result or impact, if it has a target; measures on one scale."""
        if target is None:
            return
        self.with_target += 1
        if value is not None:
            self.with_value += 1
            self.met += is_met(direction, target, value)
            self.attained += attainment(direction, baseline, target, value)

    def add_funding(self, requested: int | None, granted: int | None, paid: int | None) -> None:
        """Count one funder's line, in cents."""
        if requested is not None:
            self.requested = requested + (self.requested or 0)
        if granted is not None:
            self.granted = granted + (self.granted or 0)
        if paid is not None:
            self.paid = paid + (self.paid or 0)

    def include(self, part: Totals, *, with_efficacy: bool = True) -> None:
        """Count everything a part has counted."""
        self._include_effectiveness(part.effectiveness)
        self._include_efficiency(part.efficiency)
        if with_efficacy:
            self.with_target += part.efficacy.with_target
            self.with_value += part.efficacy.with_value
            self.met += part.efficacy.met
            self.attained += part.efficacy.attained

    def _include_effectiveness(self, part: Effectiveness) -> None:
        self.planned += part.planned
        self.done_unplanned += part.done_unplanned
        for status in STATUSES:
            self.statuses[status] += getattr(part, status)
        for reason, times in part.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + times

    def _include_efficiency(self, part: Efficiency) -> None:
        self.budget = added(self.budget, part.planned_budget_cents)
        self.cost = added(self.cost, part.actual_cost_cents)
        self.executed_budget += part.executed_budget_cents
        self.executed_cost += part.executed_cost_cents
        self.add_funding(part.requested_cents, part.granted_cents, part.paid_cents)
        for unit, cost in part.by_unit.items():
            sums = self.units.get(unit, [0] * 8)
            self.units[unit] = [a + b for a, b in zip(sums, unit_sums(cost), strict=True)]

    def totals(self) -> Totals:
        """The value of everything counted so far."""
        return Totals(
            Effectiveness(
                planned=self.planned,
                done_unplanned=self.done_unplanned,
                reasons=_in_order(self.reasons, REASONS),
                **self.statuses,
            ),
            Efficacy(self.with_target, self.with_value, self.met, self.attained),
            Efficiency(
                planned_budget_cents=self.budget,
                actual_cost_cents=self.cost,
                executed_budget_cents=self.executed_budget,
                executed_cost_cents=self.executed_cost,
                by_unit={unit: UnitCost(*sums) for unit, sums in _in_order(self.units, UNITS).items()},
                requested_cents=self.requested,
                granted_cents=self.granted,
                paid_cents=self.paid,
            ),
        )


def _in_order(found: dict[str, Counted], order: Sequence[str]) -> dict[str, Counted]:
    return {name: found[name] for name in order if name in found} if len(found) > 1 else found.copy()


def merged(parts: Iterable[Totals]) -> Totals:
    """The figures of several parts together."""
    tally = Tally()
    for part in parts:
        tally.include(part)
    return tally.totals()
