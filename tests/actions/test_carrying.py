"""Carrying a whole year's plan on: what is shown, what is copied, what is skipped, and only once."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.carrying import carry_on, plan_carry
from actions.models import Action, ActionYear
from cops.audit.models import Event
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db

WHERE = "/actions/reconduire/cops-2009/?annee=2012"


@pytest.fixture
def contract():
    return factories.ContractFactory(code="cops-2009", starts_on=date(2009, 1, 1), ends_on=date(2014, 12, 31))


@pytest.fixture
def objective(contract):
    return factories.ObjectiveFactory(contract=contract, code="1.1")


@pytest.fixture
def make(contract, objective):
    def year(reference, *, action=None, **values):
        made = factories.ActionFactory(
            **{"contract": contract, "objective": objective, "reference": reference} | (action or {})
        )
        return factories.ActionYearFactory(action=made, year=2012, **values)

    return year


def states(contract):
    return [row.state for row in plan_carry(contract, 2012).carried]


def test_what_was_planned_is_carried_on_and_no_figure_is(make, contract, agent, agent_client):
    source = make(
        "1.1-01",
        status="done",
        planned_budget=Decimal("1500.50"),
        planned_count=40,
        actual_cost=Decimal(900),
        actual_count=38,
        comment="Bien",
        impact="Fort",
    )
    moved = factories.OrganisationFactory(name="Nouveau pilote")
    Action.objects.filter(pk=source.action_id).update(lead=moved)
    page = agent_client.get(WHERE)
    assert "1 500,50 €" in text_of(page).replace("\u202f", " ").replace("\u00a0", " ")
    response = agent_client.post(WHERE, filled(page), follow=True)
    assert response.redirect_chain == [(reverse("action_list") + "?contrat=cops-2009&annee=2013", 302)]
    assert "1 action programmée en 2013." in text_of(response)
    new = ActionYear.objects.get(year=2013)
    assert (new.is_planned, new.planned_budget, new.planned_count) == (True, Decimal("1500.50"), 40)
    assert (new.status, new.actual_cost, new.actual_count, new.comment, new.impact) == (
        "",
        None,
        None,
        "",
        "",
    )
    assert (new.objective_id, new.lead) == (source.objective_id, moved)
    record = new.history.get()
    assert (record.history_type, record.history_user, record.planned_count) == ("+", agent, 40)
    event = Event.objects.get(subject_id=str(source.action_id), action=Event.Action.CHANGED)
    assert event.summary == "Action 1.1-01, années : 2013, reconduite de 2012"


def test_each_action_left_aside_says_why(make, contract, agent_client):
    known = make("1.1-01")
    factories.ActionYearFactory(action=known.action, year=2013)
    make("1.1-02", is_planned=False)
    make("1.1-03", status="dropped", reason="need_gone")
    make("1.1-04", action={"ends_on": date(2012, 12, 31)})
    page = agent_client.get(WHERE)
    text = text_of(page)
    for why in ("A déjà son année 2013.", "N’était pas prévue en 2012.", "Abandonnée en 2012.", "Se déroule"):
        assert why in text
    assert [row.action.reference for row in page.context["plan"].skipped] == [
        f"1.1-0{n}" for n in range(1, 5)
    ]
    assert "Programmer en 2013" not in text


def test_an_objective_that_ends_is_not_carried_on(make, contract, objective, agent_client):
    make("1.1-01")
    amendment = factories.AmendmentFactory(
        contract=contract, effective_on=date(2013, 1, 1), new_end_on=date(2014, 12, 31)
    )
    factories.ObjectiveVersionFactory(objective=objective, amendment=amendment, is_withdrawn=True)
    assert "Son objectif n’est plus en vigueur en 2013." in text_of(agent_client.get(WHERE))


@pytest.mark.parametrize("case", ["adopted", "contract ends"])
def test_a_year_that_takes_nothing_says_so(case, make, contract, agent_client, agent):
    make("1.1-01")
    chosen = states(contract)
    if case == "adopted":
        factories.ProgrammeFactory(contract=contract, year=2013)
    else:
        contract.ends_on = date(2012, 12, 31)
        contract.save()
    text = text_of(agent_client.get(WHERE))
    assert ("Le programme de 2013 est adopté" if case == "adopted" else "aucun jour de 2013") in text
    assert not carry_on(contract, 2012, chosen=chosen, by=agent).carried
    assert not ActionYear.objects.filter(year=2013).exists()


def test_an_unticked_action_stays_and_none_ticked_is_said(make, agent_client):
    make("1.1-01"), make("1.1-02")
    page = agent_client.get(WHERE)
    values = filled(page)
    refused = agent_client.post(WHERE, values | {"chosen": []})
    assert "Cochez au moins une action à reconduire." in text_of(refused)
    agent_client.post(WHERE, values | {"chosen": values["chosen"][1:]})
    assert [row.action.reference for row in ActionYear.objects.filter(year=2013)] == ["1.1-02"]


def test_it_is_done_once_whoever_asks_again(make, contract, agent_client, administrator, client_of):
    make("1.1-01")
    page = agent_client.get(WHERE)
    agent_client.post(WHERE, filled(page))
    again = agent_client.post(WHERE, filled(page), follow=True)
    assert "déjà enregistrée" in text_of(again)
    other = client_of(factories.AgentFactory())
    stale = filled(page) | {"entry": filled(other.get(WHERE))["entry"]}
    assert "laissé tel quel : 1.1-01." in text_of(other.post(WHERE, stale, follow=True))
    assert ActionYear.objects.filter(year=2013).count() == 1


def test_a_plan_changed_since_it_was_shown_is_left_and_named(make, agent_client):
    kept = make("1.1-01")
    make("1.1-02")
    page = agent_client.get(WHERE)
    kept.planned_count = 99
    kept.save()
    text = text_of(agent_client.post(WHERE, filled(page), follow=True))
    assert "laissé tel quel : 1.1-01." in text
    assert [row.action.reference for row in ActionYear.objects.filter(year=2013)] == ["1.1-02"]


def test_without_a_year_asked_the_last_programmed_one_is_shown(make, contract, agent_client):
    year = make("1.1-01")
    factories.ActionYearFactory(action=year.action, year=2011)
    for address in ("/actions/reconduire/cops-2009/", "/actions/reconduire/cops-2009/?annee=1066"):
        assert agent_client.get(address).context["plan"].year == 2012


def test_a_contract_without_programmed_actions_leads_back_to_the_list(contract, agent_client):
    response = agent_client.get("/actions/reconduire/cops-2009/", follow=True)
    assert "rien à reconduire" in text_of(response)


def test_500_actions_take_little_more_queries_than_50(contract, objective, agent_client):
    """Only the new rows are sent, a hundred a statement; everything else is one statement."""
    lead = factories.OrganisationFactory()
    counts = []
    for count in (50, 500):
        Action.objects.all().delete()
        actions = Action.objects.bulk_create(
            Action(contract=contract, objective=objective, lead=lead, reference=f"1-{n}", title="A")
            for n in range(count)
        )
        ActionYear.objects.bulk_create(
            ActionYear(action=action, year=2012, objective=objective, lead=lead) for action in actions
        )
        page = agent_client.get(WHERE)
        with CaptureQueriesContext(connection) as queries:
            agent_client.post(WHERE, filled(page))
        others = [query for query in queries if 'INSERT INTO "actions_actionyear"' not in query["sql"]]
        counts.append(len(others))
        assert ActionYear.objects.filter(year=2013).count() == count
    assert counts[0] == counts[1] <= 30
