"""The contract of a new action and the formation of a new meeting are fields: another choice keeps what was
typed, without script as with it."""

from datetime import date

import pytest
from django.urls import reverse

from actions.models import Action
from contracts.models import Objective
from governance.models import Formation, Meeting
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def contracts():
    """The second continues the first; 2.1 continues 1.1."""
    first = factories.ContractFactory(code="cops-2009", title="Contrat 2009", ends_on=date(2012, 12, 31))
    second = factories.ContractFactory(
        code="cops-2013", starts_on=date(2013, 1, 1), ends_on=date(2014, 12, 31), predecessor=first
    )
    objective = factories.ObjectiveFactory(contract=first, code="1.1", first_version__title="Avant")
    factories.ObjectiveFactory(contract=second, code="2.1", first_version__title="Après", continues=objective)
    return first, second


def new(contract):
    return f"{reverse('action_create')}?contrat={contract.code}"


def objective(code):
    return str(Objective.objects.get(code=code).pk)


def test_another_contract_keeps_what_was_typed_and_offers_its_objectives(agent_client, contracts):
    first, second = contracts
    typed = filled(
        agent_client.get(new(first)),
        contract=second.code,
        title="Titre tapé",
        description="Longue\r\ndescription",
        partners=["Une association"],
        objective=objective("1.1"),
        step="switch",
    )
    shown = agent_client.post(new(first), typed)
    values = filled(shown)
    assert values["title"] == ["Titre tapé"]
    assert values["description"][0].split() == ["Longue", "description"]
    assert "Une association" in values["partners"]
    assert values["contract"] == [second.code]
    assert values["objective"] == [objective("2.1")]
    assert "2.1 – Après" in text_of(shown)
    assert "1.1 – Avant" not in text_of(shown)
    assert "Indiquez l’organisme pilote." not in text_of(shown)  # nothing is judged yet
    assert not Action.objects.exists()


def test_what_the_other_contract_has_no_field_for_comes_back_with_the_first(agent_client, contracts):
    first, second = contracts
    source = factories.ActionFactory(contract=first, reference="1.1-09", title="Source")
    typed = filled(
        agent_client.get(new(second)), continues="1.1-09 – Source", contract=first.code, step="switch"
    )
    without = agent_client.post(new(second), typed)
    assert "continues" not in without.context["form"].fields
    back = agent_client.post(new(second), filled(without, contract=second.code, step="switch"))
    assert filled(back)["continues"] == [f"1.1-09 – {source.title}"]


def test_the_action_belongs_to_the_contract_chosen_whatever_the_address(agent_client, contracts):
    first, second = contracts
    factories.OrganisationFactory(name="Maison des jeunes")
    chosen = {"title": "Neuve", "lead": "Maison des jeunes", "contract": second.code}
    typed = filled(agent_client.get(new(first)), **chosen, objective=objective("1.1"))
    refused = agent_client.post(
        new(first), typed
    )  # the button was not pressed: an objective of the other one
    assert "Cet objectif n’est pas en vigueur" in text_of(refused)
    agent_client.post(new(first), filled(refused, objective=objective("2.1")))
    assert Action.objects.get().contract == second
    assert Action.objects.get().reference == "2.1-01"


def test_a_copy_into_the_next_contract_continues_its_source(agent_client, contracts):
    first, second = contracts
    source = factories.ActionFactory(contract=first, reference="1.1-09", title="Source")
    page = reverse("action_copy", args=[source.pk])
    shown = agent_client.post(page, filled(agent_client.get(page), contract=second.code, step="switch"))
    assert filled(shown)["continues"] == ["1.1-09 – Source"]


def test_a_contract_that_is_not_there_is_refused(agent_client, contracts):
    typed = filled(agent_client.get(new(contracts[0])), contract="inconnu", title="Neuve")
    refused = agent_client.post(new(contracts[0]), typed)
    assert "contract" in refused.context["form"].errors
    assert not Action.objects.exists()


def test_with_one_contract_there_is_nothing_to_choose(agent_client):
    contract = factories.ContractFactory()
    assert "contract" not in agent_client.get(new(contract)).context["form"].fields


@pytest.fixture
def formations():
    restricted = factories.FormationFactory(kind=Formation.Kind.RESTRICTED)
    group = factories.FormationFactory(kind=Formation.Kind.GROUP, is_confidential=True)
    return restricted, group


def test_another_formation_keeps_what_was_typed_even_past_a_confidential_group(agent_client, formations):
    restricted, group = formations
    page = reverse("meeting_create")
    typed = filled(
        agent_client.get(page),
        formation=group.code,
        subject="Bilan",
        place="Salle du conseil",
        step="switch",
    )
    discreet = agent_client.post(page, typed)
    assert "Groupe confidentiel" in text_of(discreet)
    assert "subject" not in discreet.context["form"].fields
    assert filled(discreet)["place"] == ["Salle du conseil"]
    back = agent_client.post(page, filled(discreet, formation=restricted.code, step="switch"))
    assert filled(back)["subject"] == ["Bilan"]
    agent_client.post(page, filled(back, held_on="2027-01-13"))
    meeting = Meeting.objects.get()
    assert (meeting.formation, meeting.subject) == (restricted, "Bilan")


def test_a_confidential_group_stores_no_subject_that_waited(agent_client, formations):
    page = reverse("meeting_create")
    typed = filled(agent_client.get(page), subject="Une affaire", formation=formations[1].code, step="switch")
    agent_client.post(page, filled(agent_client.post(page, typed), held_on="2027-01-13"))
    assert Meeting.objects.get().subject == ""
