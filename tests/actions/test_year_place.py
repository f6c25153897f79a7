"""Changing the objective and the lead of a stored year: its report follows, all else stays."""

from datetime import date

import pytest
from django.urls import reverse

from actions.models import ActionYear
from cops.audit.models import Event
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    contract = factories.ContractFactory(
        code="cops-2009", starts_on=date(2009, 1, 1), ends_on=date(2014, 12, 31)
    )
    axis = factories.AxisFactory(contract=contract, number=1)
    objective = factories.ObjectiveFactory(contract=contract, axis=axis, code="1.1")
    lead = factories.OrganisationFactory(name="Maison des jeunes")
    action = factories.ActionFactory(contract=contract, objective=objective, lead=lead, reference="1.1-01")
    factories.ActionYearFactory(action=action, year=2011)
    return factories.ActionYearFactory(action=action, year=2012)


@pytest.fixture
def other(year):
    axis = year.objective.axis
    return factories.ObjectiveFactory(contract=year.action.contract, axis=axis, code="1.2")


@pytest.fixture
def where(year):
    return reverse("action_year_place", args=[year.action_id, 2012])


def save(client, where, **typed):
    return client.post(where, filled(client.get(where), **typed), follow=True)


def test_the_report_of_the_year_follows_and_nothing_else(year, other, where, agent, agent_client):
    lead = factories.OrganisationFactory(name="Mission locale")
    response = save(agent_client, where, objective=other.pk, lead="mission locale")
    assert response.redirect_chain == [(reverse("action_years", args=[year.action_id]), 302)]
    year.refresh_from_db()
    assert (year.objective, year.lead, year.version) == (other, lead, 2)
    assert year.history.latest().history_user == agent
    before = ActionYear.objects.get(year=2011)
    assert (before.objective.code, before.lead.name) == ("1.1", "Maison des jeunes")
    year.action.refresh_from_db()
    assert (year.action.objective.code, year.action.version) == ("1.1", 1)
    summary = "Action 1.1-01, objectif et pilote de l’année : 2012"
    assert Event.objects.filter(actor=agent, summary=summary).exists()
    sheet = text_of(agent_client.get(reverse("action_detail", args=[year.action_id])))
    assert "pilote cette année-là : Mission locale" in sheet.replace("\u00a0", " ")
    report = agent_client.get(reverse("evaluation_year", args=["cops-2009", 2012])).content.decode()
    assert "Mission locale" in report and "Maison des jeunes" not in report


def test_the_table_of_years_leads_there(year, where, agent_client):
    page = agent_client.get(reverse("action_years", args=[year.action_id])).content.decode()
    assert f'href="{where}"' in page and "1.1, Maison des jeunes" in page


def test_an_objective_that_was_not_in_force_that_year_is_refused(year, other, where, agent_client):
    amendment = factories.AmendmentFactory(
        contract=year.action.contract, effective_on=date(2012, 1, 1), new_end_on=date(2014, 12, 31)
    )
    factories.ObjectiveVersionFactory(objective=other, amendment=amendment, is_withdrawn=True)
    assert "Cet objectif n’est pas en vigueur" in text_of(save(agent_client, where, objective=other.pk))
    year.refresh_from_db()
    assert year.objective.code == "1.1"


def test_two_agents_on_one_year_the_second_chooses(year, other, where, agent_client, client_of):
    third = factories.ObjectiveFactory(contract=other.contract, axis=other.axis, code="1.3")
    shown = agent_client.get(where)
    save(client_of(factories.AgentFactory(full_name="Bo Bis")), where, objective=other.pk)
    told = agent_client.post(where, filled(shown, objective=third.pk))
    assert "Modifié entre-temps" in text_of(told) and "par Bo Bis" in text_of(told)
    agent_client.post(where, filled(told, objective_choice="mine"))
    year.refresh_from_db()
    assert year.objective == third


def test_what_did_not_change_is_not_written(year, where, agent_client):
    assert "Rien n’a changé." in text_of(save(agent_client, where))
    year.refresh_from_db()
    assert year.version == 1


def test_a_year_that_is_not_stored_is_not_found(year, agent_client):
    assert agent_client.get(reverse("action_year_place", args=[year.action_id, 2010])).status_code == 404
