"""What was signed."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from contracts import models as contracts
from tests.factories.governance import OrganisationFactory


class ContractFactory(DjangoModelFactory):
    class Meta:
        model = contracts.Contract

    code = factory.Sequence(lambda n: f"cops-{n}")
    title = factory.LazyAttribute(lambda contract: f"Contrat {contract.code}")
    starts_on = date(2009, 1, 1)
    ends_on = date(2012, 12, 31)


class SignatoryFactory(DjangoModelFactory):
    class Meta:
        model = contracts.Signatory

    contract = factory.SubFactory(ContractFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class AmendmentFactory(DjangoModelFactory):
    class Meta:
        model = contracts.Amendment

    contract = factory.SubFactory(ContractFactory)
    number = 1
    effective_on = date(2013, 1, 1)
    new_end_on = date(2014, 12, 31)


class AxisFactory(DjangoModelFactory):
    """An axis with its first version, as every axis of a contract has one."""

    class Meta:
        model = contracts.Axis
        skip_postgeneration_save = True

    contract = factory.SubFactory(ContractFactory)
    number = factory.Sequence(lambda n: n + 1)
    first_version = factory.RelatedFactory("tests.factories.AxisVersionFactory", factory_related_name="axis")


class AxisVersionFactory(DjangoModelFactory):
    class Meta:
        model = contracts.AxisVersion

    axis = factory.SubFactory(AxisFactory, first_version=None)
    title = "Prévenir la délinquance des mineurs"
    position = 1


class ObjectiveFactory(DjangoModelFactory):
    """An objective of its contract's axis, with its first version."""

    class Meta:
        model = contracts.Objective
        skip_postgeneration_save = True

    contract = factory.SubFactory(ContractFactory)
    axis = factory.SubFactory(AxisFactory, contract=factory.SelfAttribute("..contract"))
    code = factory.Sequence(lambda n: f"1.{n + 1}")
    first_version = factory.RelatedFactory(
        "tests.factories.ObjectiveVersionFactory", factory_related_name="objective"
    )


class ObjectiveVersionFactory(DjangoModelFactory):
    class Meta:
        model = contracts.ObjectiveVersion

    objective = factory.SubFactory(ObjectiveFactory, first_version=None)
    title = "Soutenir les parents"
    position = 1
