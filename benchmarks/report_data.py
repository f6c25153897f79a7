"""An invented contract of 20,000 action-years for measuring the report: fixed, the same in every run."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from random import Random

from django.db.models import Model

from actions.models import (
    Action,
    ActionYear,
    CountingUnit,
    Funding,
    Indicator,
    IndicatorValue,
    Reason,
    Status,
)
from contracts.models import Axis, AxisVersion, Contract, Objective, ObjectiveVersion
from cops.lib.french import fold_name
from governance.models import Organisation

YEARS = range(2009, 2014)
OBJECTIVES_BY_AXIS = {1: 7, 2: 6, 3: 5}


class GeneratedContract:
    """A contract of five years with so many actions, each with a row every year, indicators and funding."""

    def __init__(self, code: str, actions: int) -> None:
        self.random = Random(20_000)
        self.contract = Contract.objects.create(
            code=code, title="Contrat d’essai", starts_on=date(2009, 1, 1), ends_on=date(2013, 12, 31)
        )
        self.objectives = list(self._objectives())
        self.organisations = self._organisations(code)
        self.actions = _stored(self._action(number) for number in range(actions))
        self.years = _stored(self._action_year(action, year) for action in self.actions for year in YEARS)
        self._indicators()
        _stored(line for row in self.years for line in self._funding(row))

    def _objectives(self) -> Iterator[Objective]:
        for number, objectives in OBJECTIVES_BY_AXIS.items():
            axis = Axis.objects.create(contract=self.contract, number=number)
            AxisVersion.objects.create(axis=axis, title=f"Axe {number}", position=number)
            for place in range(1, objectives + 1):
                code = f"{number}.{place}"
                objective = Objective.objects.create(contract=self.contract, axis=axis, code=code)
                ObjectiveVersion.objects.create(objective=objective, title=f"Objectif {code}", position=place)
                yield objective

    def _organisations(self, code: str) -> list[Organisation]:
        names = [f"Organisme {code} {number}" for number in range(40)]
        found = [Organisation(name=name, folded_name=fold_name(name)) for name in names]
        for organisation in found:
            organisation.index()
        return _stored(found)

    def _action(self, number: int) -> Action:
        objective = self.random.choice(self.objectives)
        action = Action(
            contract=self.contract,
            reference=f"{objective.code}-{number:05}",
            title=f"Action d’essai n° {number}",
            objective=objective,
            lead=self.random.choice(self.organisations),
            counting_unit=self.random.choice(["", *CountingUnit.values]),
            description="Une action inventée, décrite en une phrase de longueur moyenne.",
            audience="Jeunes de 12 à 17 ans",
        )
        action.index()
        return action

    def _action_year(self, action: Action, year: int) -> ActionYear:
        status = self.random.choice([*Status, *[Status.DONE] * 6, ""])
        owes_reason = status in Status.needing_reason()
        return ActionYear(
            action=action,
            year=year,
            objective=action.objective,
            lead=action.lead,
            is_planned=self.random.random() < 0.9,
            status=status,
            reason=self.random.choice(Reason.values) if owes_reason else "",
            comment="Précision donnée par le pilote." if owes_reason else "",
            planned_budget=self._amount(0.9),
            actual_cost=self._amount(0.7),
            planned_count=self._count(0.9),
            actual_count=self._count(0.7),
            impact="Effet constaté par les partenaires." if status == Status.DONE else "",
        )

    def _amount(self, share_known: float) -> Decimal | None:
        if self.random.random() > share_known:
            return None
        return Decimal(self.random.randrange(10_000_000)).scaleb(-2)

    def _count(self, share_known: float) -> int | None:
        return self.random.randrange(1_000) if self.random.random() <= share_known else None

    def _measure(self, share_known: float) -> Decimal | None:
        if self.random.random() > share_known:
            return None
        return Decimal(self.random.randrange(50_000)).scaleb(-1)

    def _indicators(self) -> None:
        """Two indicators an action, each with a target or a value every year."""
        indicators = _stored(
            Indicator(
                action=action,
                name=name,
                nature=self.random.choice(["output", "result", "impact"]),
                direction=self.random.choice(["up", "down"]),
                baseline=self._measure(0.5),
            )
            for action in self.actions
            for name in ("Élèves suivis", "Satisfaction")
        )
        by_action = {indicator.action_id: [] for indicator in indicators}
        for indicator in indicators:
            by_action[indicator.action_id].append(indicator)
        _stored(
            IndicatorValue(
                indicator=indicator,
                action_year=row,
                target=self._measure(0.9),
                value=self._measure(0.8),
            )
            for row in self.years
            for indicator in by_action[row.action_id]
        )

    def _funding(self, row: ActionYear) -> Iterator[Funding]:
        """One funder or two a year."""
        for funder in self.random.sample(self.organisations, self.random.choice([1, 2])):
            yield Funding(
                action_year=row,
                funder=funder,
                requested=self._amount(0.95),
                granted=self._amount(0.7),
                paid=self._amount(0.5),
            )


def _stored(rows: Iterable[Model]) -> list:
    rows = list(rows)
    return type(rows[0]).objects.bulk_create(rows, batch_size=1_000) if rows else []
