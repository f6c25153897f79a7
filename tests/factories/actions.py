"""What is planned and done."""

from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from actions import models as actions
from tests.factories.contracts import ContractFactory, ObjectiveFactory
from tests.factories.governance import CommuneFactory, DecisionFactory, OrganisationFactory
from tests.factories.house import AgentFactory


class ActionFactory(DjangoModelFactory):
    class Meta:
        model = actions.Action

    contract = factory.SubFactory(ContractFactory)
    objective = factory.SubFactory(ObjectiveFactory, contract=factory.SelfAttribute("..contract"))
    reference = factory.Sequence(lambda n: f"1.1-{n + 1:02}")
    title = "Médiation à la sortie des collèges"
    lead = factory.SubFactory(OrganisationFactory)
    counting_unit = actions.CountingUnit.PEOPLE


class PartnershipFactory(DjangoModelFactory):
    class Meta:
        model = actions.Partnership

    action = factory.SubFactory(ActionFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class ActionCommuneFactory(DjangoModelFactory):
    class Meta:
        model = actions.ActionCommune

    action = factory.SubFactory(ActionFactory)
    commune = factory.SubFactory(CommuneFactory)


class ActionYearFactory(DjangoModelFactory):
    class Meta:
        model = actions.ActionYear

    action = factory.SubFactory(ActionFactory)
    year = 2012
    objective = factory.SelfAttribute("action.objective")
    lead = factory.SelfAttribute("action.lead")
    status = actions.Status.DONE
    planned_budget = Decimal("1000.00")
    actual_cost = Decimal("900.00")
    planned_count = 100
    actual_count = 90


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = actions.Programme

    contract = factory.SubFactory(ContractFactory)
    year = 2012
    adopted_by = factory.SubFactory(DecisionFactory)


class TransitionFactory(DjangoModelFactory):
    class Meta:
        model = actions.Transition

    action_year = factory.SubFactory(ActionYearFactory)
    by = factory.SubFactory(AgentFactory)
    from_status = ""
    to_status = actions.Status.DONE


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = actions.Indicator

    action = factory.SubFactory(ActionFactory)
    name = factory.Sequence(lambda n: f"Indicateur {n}")
    nature = actions.Nature.RESULT
    unit = "faits"
    direction = actions.Direction.DOWN
    baseline = Decimal("120")


class IndicatorValueFactory(DjangoModelFactory):
    class Meta:
        model = actions.IndicatorValue

    indicator = factory.SubFactory(IndicatorFactory)
    action_year = factory.SubFactory(ActionYearFactory, action=factory.SelfAttribute("..indicator.action"))
    target = Decimal("100")
    value = Decimal("95")


class FundingFactory(DjangoModelFactory):
    class Meta:
        model = actions.Funding

    action_year = factory.SubFactory(ActionYearFactory)
    funder = factory.SubFactory(OrganisationFactory)
    requested = Decimal("500.00")
    granted = Decimal("400.00")
    paid = Decimal("400.00")
