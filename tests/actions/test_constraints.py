"""Each constraint of this room's models holds, in validation and in the database."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from factory.django import DjangoModelFactory

from tests import factories
from tests.constraints import Case, changed, check_passing, check_violating, parametrize


def second(
    factory: type[DjangoModelFactory], *same: str, spare: dict[str, Any] | None = None, **values: Any
) -> models.Model:
    """An object that agrees with a stored one in the fields `same`; `spare` is what it was stored with."""
    first = factory()
    return changed(factory(**spare or {}), **{name: getattr(first, name) for name in same}, **values)


def second_action(reference: str) -> models.Model:
    """With this reference, in a contract that has action 1.1-01."""
    first = factories.ActionFactory(reference="1.1-01")
    return changed(
        factories.ActionFactory(contract=first.contract, objective=first.objective, reference="9"),
        reference=reference,
    )


def second_indicator(name: str) -> models.Model:
    """Of an action that has the indicator « Part d'essais »."""
    first = factories.IndicatorFactory(name="Part d'essais")
    return changed(factories.IndicatorFactory(action=first.action), name=name)


def second_year(year: int) -> models.Model:
    """Of an action that has its year 2012."""
    first = factories.ActionYearFactory(year=2012)
    return changed(factories.ActionYearFactory(action=first.action, year=2020), year=year)


def second_value(year: int) -> models.Model:
    """In this year, of an indicator that has its value of 2012."""
    first = factories.IndicatorValueFactory(action_year__year=2012)
    action = first.indicator.action
    later = factories.IndicatorValueFactory(indicator=first.indicator, action_year__year=2020)
    wanted = action.years.filter(year=year).first() or factories.ActionYearFactory(action=action, year=year)
    return changed(later, action_year=wanted)


CASES = [
    Case(
        "actions_action_reference_unique",
        "Cette référence existe déjà dans ce contrat.",
        passing=lambda: second_action("1.1-02"),
        violating=lambda: second_action("1.1\u201101"),
    ),
    Case(
        "actions_action_dates",
        "La fin de l’action précède son début.",
        passing=lambda: changed(
            factories.ActionFactory(), starts_on=date(2009, 9, 1), ends_on=date(2009, 9, 1)
        ),
        violating=lambda: changed(
            factories.ActionFactory(), starts_on=date(2009, 9, 1), ends_on=date(2009, 8, 31)
        ),
    ),
    Case(
        "actions_partnership_once",
        "Cet organisme est déjà partenaire de l’action.",
        passing=lambda: second(factories.PartnershipFactory, "action"),
        violating=lambda: second(factories.PartnershipFactory, "action", "organisation"),
    ),
    Case(
        "actions_actioncommune_once",
        "Cette commune est déjà indiquée.",
        passing=lambda: second(factories.ActionCommuneFactory, "action"),
        violating=lambda: second(factories.ActionCommuneFactory, "action", "commune"),
    ),
    Case(
        "actions_actionyear_unique",
        "Cette année existe déjà pour cette action.",
        passing=lambda: second_year(2011),
        violating=lambda: second_year(2012),
    ),
    Case(
        "actions_actionyear_reason_with_status",
        "et seulement alors.",
        passing=lambda: changed(factories.ActionYearFactory(), status="postponed", reason="funding"),
        violating=lambda: changed(factories.ActionYearFactory(), status="postponed"),
    ),
    Case(
        "actions_actionyear_other_needs_comment",
        "Le motif « autre » demande un commentaire.",
        passing=lambda: changed(
            factories.ActionYearFactory(), status="not_done", reason="other", comment="Locaux inondés."
        ),
        violating=lambda: changed(factories.ActionYearFactory(), status="not_done", reason="other"),
    ),
    Case(
        "actions_actionyear_amounts_not_negative",
        "Un montant est positif ou nul.",
        passing=lambda: changed(
            factories.ActionYearFactory(), planned_budget=Decimal("0.00"), actual_cost=None
        ),
        violating=lambda: changed(factories.ActionYearFactory(), actual_cost=Decimal("-0.01")),
    ),
    Case(
        "actions_programme_unique",
        "Le programme de cette année est déjà adopté.",
        passing=lambda: second(factories.ProgrammeFactory, "contract", year=2013),
        violating=lambda: second(factories.ProgrammeFactory, "contract", "year", spare={"year": 2013}),
    ),
    Case(
        "actions_transition_changes",
        "Le statut ne change pas.",
        passing=lambda: changed(factories.TransitionFactory(), from_status="in_progress"),
        violating=lambda: changed(factories.TransitionFactory(), from_status="done"),
    ),
    Case(
        "actions_indicator_name_unique",
        "Cette action a déjà un indicateur de ce nom.",
        passing=lambda: second(factories.IndicatorFactory, "action"),
        violating=lambda: second_indicator("Part d’essais"),
    ),
    Case(
        "actions_indicatorvalue_unique",
        "Cet indicateur a déjà une valeur cette année-là.",
        passing=lambda: second_value(2011),
        violating=lambda: second_value(2012),
    ),
    Case(
        "actions_funding_unique",
        "Ce financeur est déjà indiqué pour cette année.",
        passing=lambda: second(factories.FundingFactory, "action_year"),
        violating=lambda: second(factories.FundingFactory, "action_year", "funder"),
    ),
    Case(
        "actions_funding_not_negative",
        "Un montant est positif ou nul.",
        passing=lambda: changed(factories.FundingFactory(), paid=Decimal("0.00"), granted=None),
        violating=lambda: changed(factories.FundingFactory(), paid=Decimal("-0.01")),
    ),
]


@parametrize(CASES)
def test_what_respects_the_constraint_is_stored(db, case):
    check_passing(case)


@parametrize(CASES)
def test_what_violates_the_constraint_is_refused_in_french_and_by_the_database(db, case):
    check_violating(case)
