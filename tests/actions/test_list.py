"""The list of actions: who sees what, filters, search, order, pages, and what it costs."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Action, ActionYear, CountingUnit, Reason, Status
from contracts.models import Contract, Objective
from cops.users.models import User
from governance.models import Organisation
from tests.factories import (
    ActionCommuneFactory,
    ActionFactory,
    ActionYearFactory,
    AxisFactory,
    CommuneFactory,
    ContractFactory,
    ObjectiveFactory,
    OrganisationFactory,
)

# session, user; contracts, timelines (3), years, leads, communes; saved views, totals, count, rows
QUERIES = 13


@pytest.fixture
def contract(db: None) -> Contract:
    return ContractFactory(code="cops-2009")


@pytest.fixture
def objective(contract: Contract) -> Objective:
    axis = AxisFactory(contract=contract, number=1)
    return ObjectiveFactory(contract=contract, axis=axis, code="1.1")


@pytest.fixture
def make(objective: Objective) -> Callable[..., Action]:
    """A function that makes an action of the contract; the lead by name."""

    def action(reference: str, lead: str = "CAF du Loiret", **values: Any) -> Action:
        known = Organisation.objects.filter(name=lead).first()
        values = {"objective": objective, "lead": known or OrganisationFactory(name=lead)} | values
        return ActionFactory(contract=objective.contract, reference=reference, **values)

    return action


def rows(client: Client, **query: str) -> list[str]:
    """The references in the order of the list."""
    response = client.get(reverse("action_list"), query)
    assert response.status_code == 200
    return [row.record.reference for row in response.context["table"].paginated_rows]


# --- who sees what ------------------------------------------------------------------------------------------


def test_an_agent_and_an_administrator_see_every_action(make, agent_client, administrator_client):
    make("1.1-01")
    make("1.1-02", is_confidential=True)
    assert rows(agent_client) == rows(administrator_client) == ["1.1-01", "1.1-02"]


def test_a_member_sees_all_but_confidential_actions(make, member_client):
    make("1.1-01")
    make("1.1-02", is_confidential=True)
    assert rows(member_client) == ["1.1-01"]


def test_a_lead_sees_their_own_actions_and_only_their_facets(make, lead, lead_client):
    make("9.9-99", lead="Un autre pilote")
    own = lead.person.actions.get()
    assert rows(lead_client) == [own.reference]
    assert "Un autre pilote" not in lead_client.get(reverse("action_list")).content.decode()


def test_a_stranger_is_refused_and_a_visitor_logs_in_first(client, stranger_client):
    assert stranger_client.get(reverse("action_list")).status_code == 403
    assert client.get(reverse("action_list")).headers["Location"].startswith("/compte/connexion/")


def test_a_confidential_action_is_marked(make, agent_client):
    make("1.1-01", is_confidential=True)
    assert "Confidentielle" in agent_client.get(reverse("action_list")).content.decode()


def test_only_agents_are_offered_import_and_export(make, agent_client, administrator_client, member_client):
    make("1.1-01")
    offered = [reverse("import_upload"), reverse("workbook_export", args=["cops-2009"])]
    for url in offered:
        assert url in agent_client.get(reverse("action_list")).content.decode()
        assert url not in administrator_client.get(reverse("action_list")).content.decode()
        assert url not in member_client.get(reverse("action_list")).content.decode()


# --- the year shown -----------------------------------------------------------------------------------------


@pytest.fixture
def moved(make: Callable[..., Action], objective: Objective) -> Action:
    """An action that was under another objective and lead in 2010, and done only in 2011."""
    former = ObjectiveFactory(contract=objective.contract, axis=objective.axis, code="1.2")
    action = make("1.1-01")
    ActionYearFactory(
        action=action,
        year=2010,
        objective=former,
        lead=OrganisationFactory(name="Ancien pilote"),
        status=Status.DROPPED,
        reason=Reason.FUNDING,
        actual_cost=None,
    )
    ActionYearFactory(action=action, year=2011, actual_cost=Decimal("1234.50"))
    return action


def test_without_a_year_each_action_shows_its_last_one_and_its_own_lead(moved, agent_client):
    page = agent_client.get(reverse("action_list")).content.decode()
    assert "1\u202f234,50\u00a0€" in page and "CAF du Loiret</td>" in page and "Réalisée</span>" in page


def test_a_year_shows_what_was_that_year(moved, agent_client):
    page = agent_client.get(reverse("action_list"), {"annee": "2010"}).content.decode()
    assert "Ancien pilote</td>" in page and "Abandonnée</span>" in page and "n.d.</td>" in page


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({"statut": "realisee"}, True),
        ({"statut": "abandonnee"}, False),
        ({"annee": "2010", "statut": "abandonnee"}, True),
        ({"annee": "2010", "objectif": "cops-2009:1.2"}, True),
        ({"annee": "2010", "objectif": "cops-2009:1.1"}, False),
        ({"objectif": "cops-2009:1.1"}, True),
    ],
)
def test_filters_look_at_the_year_shown(query, is_found, moved, agent_client):
    assert rows(agent_client, **query) == (["1.1-01"] if is_found else [])


def test_a_year_lists_only_actions_programmed_then(moved, make, agent_client):
    make("1.1-02")
    assert rows(agent_client) == ["1.1-01", "1.1-02"]
    assert rows(agent_client, annee="2011") == ["1.1-01"]


# --- filters ------------------------------------------------------------------------------------------------


def test_the_axis_and_the_contract_narrow_the_list(make, agent_client):
    make("1.1-01")
    other = ObjectiveFactory(axis__number=1)
    ActionFactory(contract=other.contract, objective=other, reference="a-01")
    assert rows(agent_client, axe="cops-2009:1") == ["1.1-01"]
    assert rows(agent_client, contrat=other.contract.code) == ["a-01"]


def test_the_lead_narrows_the_list(make, agent_client):
    make("1.1-01")
    kept = make("1.1-02", lead="Hamoval")
    assert rows(agent_client, pilote=str(kept.lead_id)) == ["1.1-02"]


def test_a_commune_shows_its_actions_and_those_of_the_whole_territory(make, agent_client):
    amilly, cepoy = CommuneFactory(insee_code="45004"), CommuneFactory(insee_code="45061")
    ActionCommuneFactory(action=make("1.1-01"), commune=amilly)
    ActionCommuneFactory(action=make("1.1-02"), commune=cepoy)
    make("1.1-03")
    assert rows(agent_client, commune="45004") == ["1.1-01", "1.1-03"]
    assert rows(agent_client, commune="toutes") == ["1.1-03"]


def test_planned_or_not_status_empty_and_unit_narrow_the_list(make, agent_client):
    ActionYearFactory(action=make("1.1-01", counting_unit=CountingUnit.FAMILIES), status="")
    ActionYearFactory(action=make("1.1-02", counting_unit=""), is_planned=False)
    make("1.1-03")
    assert rows(agent_client, prevue="oui") == ["1.1-01"]
    assert rows(agent_client, prevue="non") == ["1.1-02"]
    assert rows(agent_client, statut="vide") == ["1.1-01"]
    assert rows(agent_client, unite="familles") == ["1.1-01"]
    assert rows(agent_client, unite="aucune") == ["1.1-02"]


@pytest.mark.parametrize(
    "text", ["mediation", "MÉDIATION", "college médiation", "1.1-01", "eveil", "hamoval"]
)
def test_the_search_ignores_case_and_accents_and_wants_every_word(text, make, agent_client):
    make("1.1-01", title="Médiation à la sortie des collèges", description="Éveil", lead="Hamoval")
    make("1.1-02", title="Chantiers éducatifs des lycées")
    assert rows(agent_client, q=text) == ["1.1-01"]


def test_active_filters_are_named_with_a_way_to_remove_each(make, agent_client):
    ActionYearFactory(action=make("1.1-01"), year=2012)
    response = agent_client.get(reverse("action_list"), {"annee": "2012", "q": "média", "page": "1"})
    active = {one.label: (one.value, one.removal) for one in response.context["active_filters"]}
    assert active == {
        "Rechercher": ("«\u00a0média\u00a0»", "?annee=2012"),
        "Année": ("2012", "?q=m%C3%A9dia"),
    }


def test_fields_sent_empty_leave_the_address(make, agent_client):
    make("1.1-01")
    response = agent_client.get(reverse("action_list"), {"q": "média", "annee": "", "statut": ""})
    assert response.headers["Location"] == reverse("action_list") + "?q=m%C3%A9dia"
    assert agent_client.get(reverse("action_list"), {"q": ""}).headers["Location"] == reverse("action_list")


# --- order --------------------------------------------------------------------------------------------------


def test_references_come_as_people_count_the_latest_contract_first(make, agent_client):
    for reference in ("1.1-10", "1.1-9", "1.1-2"):
        make(reference)
    later = ObjectiveFactory(contract=ContractFactory(starts_on=date(2013, 1, 1), ends_on=date(2014, 12, 31)))
    ActionFactory(contract=later.contract, objective=later, reference="1.1-2")
    assert rows(agent_client, contrat="tous") == ["1.1-2", "1.1-2", "1.1-9", "1.1-10"]
    assert rows(agent_client, contrat="tous", tri="-reference") == ["1.1-2", "1.1-10", "1.1-9", "1.1-2"]


def test_titles_and_leads_are_sorted_as_the_french_do(make, agent_client):
    for number, word in enumerate(("Zone", "Écoute", "Emploi", "étape", "Fin"), start=1):
        make(f"1.1-0{number}", title=word, lead=word)
    expected = ["1.1-02", "1.1-03", "1.1-04", "1.1-05", "1.1-01"]
    assert rows(agent_client, tri="intitule") == rows(agent_client, tri="pilote") == expected
    assert rows(agent_client, tri="-intitule") == expected[::-1]


def test_an_unknown_cost_comes_last_either_way_and_ties_keep_the_reference(make, agent_client):
    for reference, cost in (("1.1-01", None), ("1.1-03", "10"), ("1.1-02", "10"), ("1.1-04", "9")):
        ActionYearFactory(action=make(reference), actual_cost=cost and Decimal(cost))
    assert rows(agent_client, tri="cout") == ["1.1-04", "1.1-02", "1.1-03", "1.1-01"]
    assert rows(agent_client, tri="-cout") == ["1.1-02", "1.1-03", "1.1-04", "1.1-01"]


def test_statuses_come_in_the_order_of_the_vocabulary(make, agent_client):
    ActionYearFactory(action=make("1.1-01"), status="")
    ActionYearFactory(action=make("1.1-02"), status=Status.NOT_DONE, reason=Reason.LEAD)
    ActionYearFactory(action=make("1.1-03"), status=Status.DONE)
    make("1.1-04")
    assert rows(agent_client, tri="statut") == ["1.1-03", "1.1-02", "1.1-01", "1.1-04"]


def test_objectives_come_by_axis_then_as_people_count(make, objective, agent_client):
    tenth = ObjectiveFactory(contract=objective.contract, axis=objective.axis, code="1.10")
    second = ObjectiveFactory(contract=objective.contract, axis=objective.axis, code="1.2")
    make("a", objective=tenth)
    make("b", objective=second)
    make("c")
    assert rows(agent_client, tri="objectif") == ["c", "b", "a"]


@pytest.mark.parametrize("key", ["annee", "budget"])
def test_years_and_budgets_can_be_sorted(key, make, agent_client):
    ActionYearFactory(action=make("1.1-01"), year=2011, planned_budget=Decimal(2))
    ActionYearFactory(action=make("1.1-02"), year=2010, planned_budget=Decimal(1))
    assert rows(agent_client, tri=key) == ["1.1-02", "1.1-01"]


# --- pages, bad addresses, nothing to show -----------------------------------------------------------------


def test_fifty_actions_to_a_page_and_the_reader_may_choose(make, agent_client):
    for number in range(52):
        make(f"1.1-{number:02}")
    response = agent_client.get(reverse("action_list"))
    assert len(response.context["table"].paginated_rows) == 50
    assert "52\u00a0actions" in response.content.decode()
    assert rows(agent_client, page="2") == ["1.1-50", "1.1-51"]
    assert rows(agent_client, par_page="25", page="3") == ["1.1-50", "1.1-51"]


@pytest.mark.parametrize("page", ["0", "-1", "abc", "99", "1e3", "9" * 40, "\x00"])
@pytest.mark.parametrize("size", ["50", "100000", "-5", "x"])
def test_a_page_that_does_not_exist_is_the_nearest_one(page, size, make, agent_client):
    make("1.1-01")
    assert rows(agent_client, page=page, par_page=size) == ["1.1-01"]


@pytest.mark.parametrize("sort", ["", "-", "inconnu", "title", "contrat", "-\x00", "reference,cout"])
def test_an_unknown_order_is_the_usual_one(sort, make, agent_client):
    make("1.1-02")
    make("1.1-01")
    response = agent_client.get(reverse("action_list"), {"tri": sort}, follow=True)
    assert [row.record.reference for row in response.context["table"].paginated_rows] == ["1.1-01", "1.1-02"]


@pytest.mark.parametrize(
    "query",
    [
        {"q": "a\x00"},
        {"q": "x" * 300},
        {"annee": "douze"},
        {"annee": "2012\x00"},
        {"annee": "99999999999999999999"},
        {"statut": "done"},
        {"pilote": "0"},
        {"pilote": "9" * 30},
        {"objectif": "cops-2009"},
        {"axe": ":"},
        {"commune": "45"},
        {"contrat": "\x00"},
    ],
)
def test_a_bad_filter_is_named_and_lets_nothing_through(query, make, agent_client):
    make("1.1-01")
    assert rows(agent_client, **query) == []
    page = agent_client.get(reverse("action_list"), query).content.decode()
    assert "L’adresse contient un filtre qui n’existe pas" in page


def test_without_any_action_the_agent_is_shown_the_import(agent_client, member_client):
    for client, is_offered in ((agent_client, True), (member_client, False)):
        page = client.get(reverse("action_list")).content.decode()
        assert "Aucune action n’est encore enregistrée." in page
        assert (reverse("import_upload") in page) is is_offered


def test_a_selection_without_result_offers_all_actions(make, agent_client):
    make("1.1-01")
    page = agent_client.get(reverse("action_list"), {"q": "introuvable"}).content.decode()
    assert "Aucune action ne correspond." in page and "Voir toutes les actions" in page


def test_text_from_people_is_shown_as_text(make, agent_client):
    make("<b>1</b>", title="<script>alert(1)</script>", lead="<i>Pilote</i>")
    page = agent_client.get(reverse("action_list")).content.decode()
    assert "<script>alert" not in page and "<b>1</b>" not in page and "<i>Pilote</i>" not in page


@pytest.mark.parametrize(
    ("sort", "label"), [("-statut", "Statut, ordre inverse"), ("cout", "Coût réel, ordre inverse")]
)
def test_an_order_that_only_the_heads_of_columns_give_stays_chosen(sort, label, make, agent_client):
    make("1.1-01")
    page = agent_client.get(reverse("action_list"), {"tri": sort}).content.decode()
    assert f'<option value="{sort}" selected>{label}</option>' in page
    odd = agent_client.get(reverse("action_list"), {"tri": "-inconnu"}).content.decode()
    assert "ordre inverse" not in odd


# --- cost ---------------------------------------------------------------------------------------------------


def fill(objective: Objective, count: int) -> None:
    lead = OrganisationFactory(name="Pilote")
    actions = [
        Action(
            contract=objective.contract,
            objective=objective,
            lead=lead,
            reference=f"1.1-{n}",
            title=f"Action {n}",
        )
        for n in range(count)
    ]
    for action in actions:
        action.index()
    Action.objects.bulk_create(actions)
    ActionYear.objects.bulk_create(
        ActionYear(action=action, year=year, objective=objective, lead=lead)
        for action in actions
        for year in (2011, 2012)
    )


@pytest.mark.parametrize("count", [2, 20, 500])
@pytest.mark.parametrize("query", [{}, {"annee": "2012", "q": "action", "tri": "-cout", "commune": "toutes"}])
def test_the_list_takes_as_many_queries_with_2_rows_as_with_500(
    count: int,
    query: dict[str, str],
    objective: Objective,
    agent: User,
    agent_client: Client,
    django_assert_num_queries: Any,
) -> None:
    fill(objective, count)
    with django_assert_num_queries(QUERIES):
        agent_client.get(reverse("action_list"), query)


def test_long_texts_stay_in_the_database(make, agent_client):
    make("1.1-01", description="un long texte")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        agent_client.get(reverse("action_list"))
    listed = [query["sql"] for query in queries if '"listed_cost"' in query["sql"]]
    assert len(listed) == 1
    assert '"actions_action"."description"' not in listed[0] and '"search_text",' not in listed[0]


def test_a_contract_without_actions_can_be_asked_for_by_who_may_read_it(
    make, agent_client, member_client, lead_client
):
    make("1.1-01")
    ContractFactory(code="cispd-2030", title="Contrat de 2030", starts_on="2030-01-01", ends_on="2032-12-31")
    for client in (agent_client, member_client):
        response = client.get(reverse("action_list"), {"contrat": "cispd-2030"})
        assert not response.context["filter"].form.errors
        assert "Aucune action ne correspond" in response.content.decode()
    assert lead_client.get(reverse("action_list"), {"contrat": "cispd-2030"}).context["filter"].form.errors
    assert agent_client.get(reverse("action_list"), {"contrat": "inconnu"}).context["filter"].form.errors
