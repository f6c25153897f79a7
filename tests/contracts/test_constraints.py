"""Each constraint of this room's models holds, in validation and in the database."""

from datetime import date

from django.db import models
from factory.django import DjangoModelFactory

from contracts.models import Amendment, Contract
from tests import factories
from tests.constraints import ALREADY, Case, changed, check_passing, check_violating, parametrize

# Which version of an axis or objective: the contract's own, amendment 1's, or amendment 2's.
FIRST, AMENDED, EMPTY = 0, 1, 2


def second(factory: type[DjangoModelFactory], number: int) -> models.Model:
    """With this number, in a contract that has number 1."""
    first = factory(number=1)
    return changed(factory(contract=first.contract, number=7), number=number)


def second_signatory(*, is_same: bool) -> models.Model:
    first = factories.SignatoryFactory()
    later = factories.SignatoryFactory(contract=first.contract)
    return changed(later, organisation=first.organisation if is_same else factories.OrganisationFactory())


def second_objective(code: str) -> models.Model:
    """With this code, in a contract that has objective 1.1, under another axis."""
    first = factories.ObjectiveFactory(code="1.1")
    return changed(factories.ObjectiveFactory(contract=first.contract, code="9.9"), code=code)


def amendment_of(contract: Contract, number: int) -> Amendment | None:
    if number == FIRST:
        return None
    return Amendment.objects.filter(contract=contract, number=number).first() or factories.AmendmentFactory(
        contract=contract, number=number
    )


def another_axis_version(there: int, wanted: int) -> models.Model:
    """The version `wanted` of an axis that has the version `there`."""
    axis = factories.AxisFactory(first_version=None)
    factories.AxisVersionFactory(axis=axis, amendment=amendment_of(axis.contract, there))
    spare = factories.AxisVersionFactory(axis=axis, amendment=amendment_of(axis.contract, 9))
    return changed(spare, amendment=amendment_of(axis.contract, wanted))


def another_objective_version(there: int, wanted: int) -> models.Model:
    """The version `wanted` of an objective that has the version `there`."""
    objective = factories.ObjectiveFactory(first_version=None)
    contract = objective.contract
    factories.ObjectiveVersionFactory(objective=objective, amendment=amendment_of(contract, there))
    spare = factories.ObjectiveVersionFactory(objective=objective, amendment=amendment_of(contract, 9))
    return changed(spare, amendment=amendment_of(contract, wanted))


CASES = [
    Case(
        "contracts.Contract.code",
        ALREADY,
        passing=lambda: changed(factories.ContractFactory(), code="cops-2009"),
        violating=lambda: changed(factories.ContractFactory(), code=factories.ContractFactory().code),
    ),
    Case(
        "contracts.Contract.predecessor",
        ALREADY,
        passing=lambda: changed(factories.ContractFactory(), predecessor=factories.ContractFactory()),
        violating=lambda: changed(
            factories.ContractFactory(),
            predecessor=factories.ContractFactory(predecessor=factories.ContractFactory()).predecessor,
        ),
    ),
    Case(
        "contracts_contract_dates",
        "Le contrat finit avant de commencer.",
        passing=lambda: changed(factories.ContractFactory(), ends_on=date(2009, 1, 1)),
        violating=lambda: changed(factories.ContractFactory(), ends_on=date(2008, 12, 31)),
    ),
    Case(
        "contracts_signatory_once",
        "Cet organisme a déjà signé ce contrat.",
        passing=lambda: second_signatory(is_same=False),
        violating=lambda: second_signatory(is_same=True),
    ),
    Case(
        "contracts_amendment_number_unique",
        "Ce contrat a déjà un avenant de ce numéro.",
        passing=lambda: second(factories.AmendmentFactory, number=2),
        violating=lambda: second(factories.AmendmentFactory, number=1),
    ),
    Case(
        "contracts_amendment_dates",
        "La nouvelle fin précède l’entrée en vigueur.",
        passing=lambda: changed(factories.AmendmentFactory(), new_end_on=date(2013, 1, 1)),
        violating=lambda: changed(factories.AmendmentFactory(), new_end_on=date(2012, 12, 31)),
    ),
    Case(
        "contracts_axis_number_unique",
        "Ce contrat a déjà un axe de ce numéro.",
        passing=lambda: second(factories.AxisFactory, number=2),
        violating=lambda: second(factories.AxisFactory, number=1),
    ),
    Case(
        "contracts_objective_code_unique",
        "Ce code a déjà servi dans ce contrat.",
        passing=lambda: second_objective("1.2"),
        violating=lambda: second_objective("1.1"),
    ),
    Case(
        "contracts_axisversion_unique",
        "Cet axe a déjà une version pour cet avenant.",
        passing=lambda: another_axis_version(AMENDED, EMPTY),
        violating=lambda: another_axis_version(AMENDED, AMENDED),
    ),
    Case(
        "contracts_axisversion_first_unique",
        "Cet axe a déjà sa version d’origine.",
        passing=lambda: another_axis_version(FIRST, AMENDED),
        violating=lambda: another_axis_version(FIRST, FIRST),
    ),
    Case(
        "contracts_objectiveversion_unique",
        "Cet objectif a déjà une version pour cet avenant.",
        passing=lambda: another_objective_version(AMENDED, EMPTY),
        violating=lambda: another_objective_version(AMENDED, AMENDED),
    ),
    Case(
        "contracts_objectiveversion_first_unique",
        "Cet objectif a déjà sa version d’origine.",
        passing=lambda: another_objective_version(FIRST, AMENDED),
        violating=lambda: another_objective_version(FIRST, FIRST),
    ),
]


@parametrize(CASES)
def test_what_respects_the_constraint_is_stored(db, case):
    check_passing(case)


@parametrize(CASES)
def test_what_violates_the_constraint_is_refused_in_french_and_by_the_database(db, case):
    check_violating(case)
