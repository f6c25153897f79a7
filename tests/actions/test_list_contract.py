"""The list of actions stays in one contract: the one in force unless the address names another, or all."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from cops.users.models import SavedView
from tests import factories

pytestmark = pytest.mark.django_db

LIST = reverse("action_list")
OLD, NEW = "cops-2019", "cops-2022"


@pytest.fixture
def contracts():
    """Two contracts, each with an action 1.2-01 and one more, programmed in each of its years."""
    made = []
    for code, start in ((OLD, 2019), (NEW, 2022)):
        contract = factories.ContractFactory(
            code=code, title=f"Titre {code}", starts_on=date(start, 1, 1), ends_on=date(start + 2, 12, 31)
        )
        axis = factories.AxisFactory(contract=contract, number=1)
        objective = factories.ObjectiveFactory(contract=contract, axis=axis, code="1.2")
        for number in (1, 2):
            action = factories.ActionFactory(
                contract=contract, objective=objective, reference=f"1.2-0{number}"
            )
            factories.ActionYearFactory(action=action, year=start, objective=objective)
        made.append(contract)
    return made


def opened(client, on="2023-03-01", **query):
    with time_machine.travel(f"{on} 12:00"):
        response = client.get(LIST, query)
    assert response.status_code == 200
    return response


def listed(response):
    return [
        (row.record.contract.code, row.record.reference) for row in response.context["table"].paginated_rows
    ]


def of(*codes):
    return [(code, f"1.2-0{number}") for code in codes for number in (1, 2)]


@pytest.mark.parametrize(
    ("on", "code"),
    [
        ("2019-01-01", OLD),
        ("2021-12-31", OLD),
        ("2022-01-01", NEW),
        ("2024-12-31", NEW),
        ("2026-11-27", NEW),  # none is in force: the latest
        ("2018-06-01", NEW),  # none has begun
    ],
)
def test_the_contract_in_force_is_shown_and_chosen(agent_client, contracts, on, code):
    response = opened(agent_client, on)
    assert listed(response) == of(code)
    page = response.content.decode()
    assert f'<option value="{code}" selected>Titre {code}</option>' in page
    assert '<option value="tous">Tous les contrats</option>' in page
    chips = [(one.label, one.value, one.removal) for one in response.context["active_filters"]]
    assert chips == [("Contrat", f"Titre {code}", "?contrat=tous")]
    assert "Tout effacer" not in page and "Effacer les filtres" not in page


def test_a_gap_between_two_contracts_shows_the_one_that_ended(agent_client, contracts):
    type(contracts[1]).objects.filter(code=NEW).update(starts_on=date(2022, 9, 1))
    assert listed(opened(agent_client, "2022-08-01")) == of(OLD)


def test_a_prolonged_contract_stays_the_one_shown(agent_client, contracts):
    factories.AmendmentFactory(
        contract=contracts[1], effective_on=date(2024, 6, 1), new_end_on=date(2026, 12, 31)
    )
    factories.ActionFactory(
        contract=factories.ContractFactory(code="c-2027", starts_on="2027-01-01", ends_on="2029-12-31")
    )
    assert listed(opened(agent_client, "2026-11-27")) == of(NEW)


def test_all_contracts_and_another_one_can_be_asked_for(agent_client, contracts):
    everything = opened(agent_client, contrat="tous")
    assert listed(everything) == of(NEW, OLD)
    assert not everything.context["active_filters"]
    assert '<option value="tous" selected>' in everything.content.decode()
    assert "contrat" in everything.context["table"].columns.names()
    other = opened(agent_client, contrat=OLD)
    assert listed(other) == of(OLD)
    assert "Tout effacer" in other.content.decode()
    assert "contrat" not in [column.name for column in other.context["table"].columns]


@pytest.mark.parametrize("query", [{"axe": f"{OLD}:1"}, {"objectif": f"{OLD}:1.2"}])
def test_an_axis_or_objective_brings_its_contract(agent_client, contracts, query):
    assert listed(opened(agent_client, **query)) == of(OLD)


def test_a_word_equal_to_the_code_of_the_contract_is_a_filter(agent_client, contracts):
    assert "Tout effacer" in opened(agent_client, q=NEW).content.decode()


def test_an_empty_selection_leads_to_all_contracts(agent_client, contracts):
    page = opened(agent_client, annee="2019").content.decode()
    assert "Aucune action ne correspond." in page and f'href="{LIST}?contrat=tous"' in page


def test_files_bulk_changes_and_totals_are_of_the_contract_shown(agent_client, contracts):
    response = opened(agent_client)
    assert response.context["totals"].count == 2
    assert all(f"?contrat={NEW}" in address for _, address in response.context["export_links"])
    assert ("contrat", NEW) in response.context["bulk_fields"]
    assert all(f"contrat={NEW}" in address for _, address in response.context["status_links"])
    with time_machine.travel("2023-03-01 12:00"):
        written = agent_client.get(reverse("action_list_export", args=["csv"])).content.decode()
        both = agent_client.get(reverse("action_list_export", args=["csv"]), {"contrat": "tous"})
        bulk = agent_client.get(reverse("action_bulk"), {"toutes": "oui"})
    assert len(written.splitlines()) == 3
    assert len(both.content.decode().splitlines()) == 5
    assert bulk.context["count"] == 2


def test_with_one_contract_nothing_changes(agent_client):
    factories.ActionFactory(contract__code="cops-2009")
    response = opened(agent_client)
    assert not response.context["active_filters"]
    assert "contrat=" not in response.content.decode().partition("Reconduire une année")[0]
    assert not opened(agent_client, contrat="cops-2009").context["active_filters"]
    assert "contrat" not in response.context["table"].exclude or len(listed(response)) == 1


# --- from action to action ----------------------------------------------------------------------------------


@pytest.mark.parametrize("query", [{}, {"tri": "intitule"}, {"q": "1.2"}, {"contrat": "tous"}])
def test_the_arrows_stay_in_the_contract_of_the_action(agent_client, contracts, query):
    for code in (OLD, NEW):
        first = contracts[code == NEW].actions.get(reference="1.2-01")
        with time_machine.travel("2023-03-01 12:00"):
            response = agent_client.get(reverse("action_detail", args=[first.pk]), query)
        place = response.context["place"]
        assert (place.length, (place.next or place.previous)[1]) == (2, "1.2-02")
        if not query:
            assert f'href="{LIST}?contrat={code}"' in response.content.decode()


def test_the_links_of_a_list_say_its_contract_where_it_was_asked_for_something(agent_client, contracts):
    assert "?contrat" not in links_to_sheets(opened(agent_client))
    assert f"?q=1.2&amp;contrat={NEW}" in links_to_sheets(opened(agent_client, q="1.2"))


def links_to_sheets(response):
    page = response.content.decode()
    return page[page.index("<tbody") : page.index("</tbody>")]


# --- views kept under a name --------------------------------------------------------------------------------


def test_a_view_that_names_no_contract_shows_all_of_them(agent, agent_client, contracts):
    view = factories.SavedViewFactory(user=agent, path=LIST, query="tri=-cout")
    (shown,) = opened(agent_client).context["saved_views"]
    assert (shown.pk, shown.address, shown.is_current) == (view.pk, f"{LIST}?tri=-cout&contrat=tous", False)
    again = opened(agent_client, contrat="tous", tri="-cout")
    assert again.context["saved_views"][0].is_current and not again.context["save_view_url"]
    assert len(listed(again)) == 4


def test_a_view_keeps_the_contract_it_was_made_in(agent_client, contracts):
    address = opened(agent_client, tri="-cout").context["save_view_url"]
    assert f"contrat%3D{NEW}" in address
    agent_client.post(address, {"path": LIST, "query": f"tri=-cout&contrat={NEW}", "name": "Coûts"})
    assert SavedView.objects.get().query == f"tri=-cout&contrat={NEW}"
    later = opened(agent_client, "2019-06-01")
    assert later.context["saved_views"][0].address == f"{LIST}?tri=-cout&contrat={NEW}"
    assert not later.context["saved_views"][0].is_current
    assert not opened(agent_client).context["save_view_url"]  # the whole list needs no name


# --- from elsewhere -----------------------------------------------------------------------------------------


def test_a_lead_of_actions_in_two_contracts_is_led_to_all_of_them(lead, lead_client, contracts):
    person = factories.PersonFactory(user=lead) if not hasattr(lead, "person") else lead.person
    for contract in contracts:
        contract.actions.filter(reference="1.2-01").update(contact=person)
    page = lead_client.get(reverse("home")).content.decode()
    assert f'href="{LIST}?contrat=tous"' in page
    assert len(listed(opened(lead_client, contrat="tous"))) >= 2


# --- cost ---------------------------------------------------------------------------------------------------


def test_two_contracts_cost_no_more_queries_than_one(agent_client, contracts, django_assert_num_queries):
    from tests.actions.test_list import QUERIES

    for query in ({}, {"contrat": OLD}, {"contrat": "tous"}):
        with django_assert_num_queries(QUERIES), time_machine.travel("2023-03-01 12:00"):
            agent_client.get(LIST, query)
