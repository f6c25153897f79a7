"""The sheet of an action over its years: who reads it, what it shows, what it costs."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from actions.models import Action, ActionYear, Reason, Status
from actions.selectors import Figure, cost_per_unit, readable_actions, sheet_of
from cops.users.models import User
from evaluation.selectors import report_of
from tests.factories import (
    ActionCommuneFactory,
    ActionFactory,
    ActionYearFactory,
    AmendmentFactory,
    CommuneFactory,
    ContractFactory,
    DecisionFactory,
    FundingFactory,
    IndicatorFactory,
    IndicatorValueFactory,
    ObjectiveFactory,
    ObjectiveVersionFactory,
    OrganisationFactory,
    PartnershipFactory,
    PersonFactory,
    TransitionFactory,
)

# session, user; action; years, funding, kin, timeline (3), partners, communes,
# indicators, values, transitions; history (7), names in it (3, a fourth if the contact changed); papers; the
# list
QUERIES = 26


def text_of(client: Client, action: Action, **query: str) -> str:
    """The words of the sheet, without markup, with single spaces."""
    response = client.get(reverse("action_detail", args=[action.pk]), query)
    assert response.status_code == 200
    return " ".join(strip_tags(response.content.decode()).replace("&nbsp;", " ").split())


def sheet(action: Action, reader: User) -> Any:
    return sheet_of(readable_actions(reader).get(pk=action.pk), reader=reader)


# --- who reads it -------------------------------------------------------------------------------------------


def test_agents_administrators_and_members_read_a_sheet(agent_client, administrator_client, member_client):
    action = ActionFactory()
    for client in (agent_client, administrator_client, member_client):
        assert client.get(reverse("action_detail", args=[action.pk])).status_code == 200


def test_a_confidential_action_does_not_exist_for_a_member(agent_client, member_client):
    action = ActionFactory(is_confidential=True)
    assert member_client.get(reverse("action_detail", args=[action.pk])).status_code == 404
    assert "Confidentielle" in text_of(agent_client, action)


def test_a_lead_reads_their_own_actions_only(lead, lead_client):
    own, foreign = lead.person.actions.get(), ActionFactory(reference="9.9-99")
    assert lead_client.get(reverse("action_detail", args=[own.pk])).status_code == 200
    assert lead_client.get(reverse("action_detail", args=[foreign.pk])).status_code == 404


def test_a_stranger_finds_nothing_and_a_visitor_logs_in_first(client, stranger_client):
    url = reverse("action_detail", args=[ActionFactory().pk])
    assert stranger_client.get(url).status_code == 404
    assert client.get(url).headers["Location"].startswith("/compte/connexion/")


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30])
def test_a_sheet_that_does_not_exist_is_not_found(pk, agent_client):
    assert agent_client.get(f"/actions/{pk}/").status_code == 404


# --- the head -----------------------------------------------------------------------------------------------


def test_the_head_tells_who_where_and_for_whom(agent_client):
    action = ActionFactory(
        reference="1.1-01",
        audience="Collégiens",
        description="Appeler les familles.\n\nLes recevoir.",
        contact=PersonFactory(first_name="Paule", last_name="Référente"),
    )
    for name in ("Zone franche", "École Pasteur"):
        PartnershipFactory(action=action, organisation=OrganisationFactory(name=name))
    for name in ("Montargis", "Amilly"):
        ActionCommuneFactory(action=action, commune=CommuneFactory(name=name))
    page = text_of(agent_client, action)
    assert "École Pasteur, Zone franche" in page and "Amilly, Montargis" in page
    assert "Collégiens" in page and "Paule Référente" in page and "personnes" in page
    assert "Soutenir les parents" in page and "Prévenir la délinquance des mineurs" in page


def test_an_action_without_communes_covers_the_whole_territory(agent_client):
    assert "Tout le territoire" in text_of(agent_client, ActionFactory())


def test_the_contact_person_is_named_to_the_service_only(agent_client, member_client):
    action = ActionFactory(contact=PersonFactory(last_name="Confidence"))
    assert "Confidence" in text_of(agent_client, action)
    assert "Confidence" not in text_of(member_client, action)


def test_the_objective_is_worded_as_in_the_last_year_of_the_action(agent):
    contract = ContractFactory()
    objective = ObjectiveFactory(contract=contract)
    ObjectiveVersionFactory(
        objective=objective, amendment=AmendmentFactory(contract=contract), title="Soutenir les familles"
    )
    early = ActionFactory(contract=contract, objective=objective)
    late = ActionFactory(contract=contract, objective=objective)
    ActionYearFactory(action=early, year=2012)
    ActionYearFactory(action=late, year=2013)
    assert sheet(early, agent).objective.endswith("– Soutenir les parents")
    assert sheet(late, agent).objective.endswith("– Soutenir les familles")


def test_what_it_continues_is_linked_if_the_reader_may_read_it(agent, member):
    before = ActionFactory(is_confidential=True)
    action = ActionFactory(continues=before)
    assert sheet(action, agent).continued == (before,)
    assert sheet(action, member).continued == ()
    assert sheet(before, agent).continued_by == (action,)


# --- years --------------------------------------------------------------------------------------------------


def test_a_year_shows_its_status_reason_figures_and_what_was_different_then(agent):
    action = ActionFactory()
    other = ObjectiveFactory(contract=action.contract, axis=action.objective.axis, code="1.9")
    ActionYearFactory(
        action=action,
        year=2010,
        objective=other,
        lead=OrganisationFactory(name="Ancien pilote"),
        is_planned=False,
        status=Status.PARTIAL,
        reason=Reason.STAFFING,
        comment="Deux départs",
    )
    (line,) = sheet(action, agent).years
    assert (line.year, line.is_planned, line.badge.label) == (2010, False, "Partiellement réalisée")
    assert (line.reason, line.objective, line.lead) == ("Personnel", "1.9", "Ancien pilote")
    assert line.budget == Figure("1\u202f000,00\u00a0€") and line.cost_per_unit == Figure("10,00\u00a0€")
    assert line.comment == "Deux départs"


@pytest.mark.parametrize(
    ("values", "unit", "reason"),
    [
        ({"actual_cost": None}, "people", "coût inconnu"),
        ({"actual_count": None}, "people", "quantité inconnue"),
        ({"actual_count": 0}, "people", "quantité nulle"),
        ({}, "", "sans unité de compte"),
    ],
)
def test_a_cost_per_unit_that_is_not_known_says_why(values, unit, reason, agent):
    action = ActionFactory(counting_unit=unit)
    ActionYearFactory(action=action, **values)
    (line,) = sheet(action, agent).years
    assert line.cost_per_unit == Figure("n.d.", reason)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cost", "count", "expected"),
    [
        ("100", 3, "33.33"),
        ("0.05", 2, "0.03"),
        ("0.03", 2, "0.02"),
        ("0", 5, "0.00"),
        ("1", 0, None),
        (None, 3, None),
        ("1", None, None),
    ],
)
def test_the_cost_per_unit_is_the_report_s(cost, count, expected):
    """The report computes it over many actions, the sheet for one: over one they agree."""
    action = ActionFactory(contract=ContractFactory(code="cops-2009"))
    known = cost and Decimal(cost)
    ActionYearFactory(action=action, year=2012, actual_cost=known, actual_count=count)
    mine = cost_per_unit(known, count)
    units = report_of(action.contract, 2012).totals.efficiency.by_unit
    theirs = units["people"].cost_per_unit
    assert mine == (expected and Decimal(expected)) == theirs


def test_figures_of_years_that_are_not_adopted_are_marked_provisional(agent_client):
    row = ActionYearFactory()
    assert text_of(agent_client, row.action).count("provisoire") == 1  # of its years; it has nothing else yet
    FundingFactory(action_year=row)
    IndicatorValueFactory(indicator=IndicatorFactory(action=row.action), action_year=row)
    assert text_of(agent_client, row.action).count("provisoire") == 3


def test_an_action_never_programmed_says_so(agent_client):
    page = text_of(agent_client, ActionFactory())
    assert "n’a encore été programmée aucune année" in page
    assert "Aucun indicateur" in page and "Aucun financement" in page


# --- indicators and funding ---------------------------------------------------------------------------------


def test_indicators_show_target_and_value_of_each_year(agent):
    action = ActionFactory()
    years = [ActionYearFactory(action=action, year=year) for year in (2010, 2011, 2012)]
    indicator = IndicatorFactory(action=action, name="Faits constatés")
    IndicatorValueFactory(indicator=indicator, action_year=years[0])
    IndicatorValueFactory(indicator=indicator, action_year=years[2], target=None, value=None)
    (line,) = sheet(action, agent).indicators
    assert line.baseline == Figure("120")
    assert [cell.is_followed for cell in line.cells] == [True, False, True]
    assert (line.cells[0].target, line.cells[0].value) == (Figure("100"), Figure("95"))
    assert line.cells[2].value == Figure("n.d.", "non renseignée")


def test_funding_is_totalled_by_year_and_over_all_years_where_known(agent):
    action = ActionFactory()
    first, second = (ActionYearFactory(action=action, year=year) for year in (2011, 2012))
    FundingFactory(action_year=first, funder=OrganisationFactory(name="Région"), paid=None)
    FundingFactory(action_year=first, funder=OrganisationFactory(name="État"), paid=Decimal("1.10"))
    FundingFactory(action_year=second, requested=None, granted=None, paid=None)
    shown = sheet(action, agent)
    assert [line.funder for line in shown.funding[0].lines] == ["État", "Région"]
    assert shown.funding[0].total.requested == "1\u202f000,00\u00a0€"
    assert shown.funding[0].total.paid == "1,10\u00a0€"
    assert shown.funding[1].total.requested == "n.d."
    assert shown.funding_total.granted == "800,00\u00a0€"


# --- history ------------------------------------------------------------------------------------------------


@pytest.fixture
def changed(agent: User) -> Action:
    """An action whose year an agent changed, with the change of status recorded."""
    action = ActionFactory()
    row = ActionYearFactory(action=action, year=2012, status="", actual_cost=None)
    row.status, row.reason, row.actual_cost = Status.PARTIAL, Reason.SCHEDULE, Decimal("5.50")
    row._history_user = agent
    row.save()
    TransitionFactory(
        action_year=row,
        by=agent,
        to_status=Status.PARTIAL,
        reason=Reason.SCHEDULE,
        decision=DecisionFactory(),
    )
    return action


def test_changes_are_told_in_french_with_what_was_before(changed, agent):
    lines = [line for entry in sheet(changed, agent).history.entries for line in entry.lines]
    assert "2012\u00a0: statut\u00a0: (vide) → Partiellement réalisée" in lines
    assert "2012\u00a0: motif d’écart\u00a0: (vide) → Calendrier" in lines
    assert "2012\u00a0: coût réel\u00a0: (vide) → 5,50\u00a0€" in lines
    assert "Fiche\u00a0: fiche créée" in lines and "2012\u00a0: année ajoutée" in lines


def test_a_change_of_status_shows_its_decision(changed, agent_client):
    page = text_of(agent_client, changed)
    assert "Changements de statut" in page and "Décision n°" in page


def test_who_changed_what_is_told_to_the_service_only(
    changed, agent_client, administrator_client, member_client
):
    # The agent's own name stands in the head of their page.
    assert "Alix Agent" in text_of(administrator_client, changed)
    assert "Alix Agent" not in text_of(member_client, changed)


def test_history_tells_partners_communes_funders_and_indicators(agent):
    action = ActionFactory()
    row = ActionYearFactory(action=action, year=2012)
    PartnershipFactory(action=action, organisation=OrganisationFactory(name="Hamoval")).delete()
    ActionCommuneFactory(action=action, commune=CommuneFactory(name="Cepoy"))
    FundingFactory(action_year=row, funder=OrganisationFactory(name="Région"))
    IndicatorValueFactory(indicator=IndicatorFactory(action=action, name="Faits"), action_year=row)
    lines = [line for entry in sheet(action, agent).history.entries for line in entry.lines]
    assert {
        "Hamoval\u00a0: partenaire ajouté",
        "Hamoval\u00a0: partenaire retiré",
        "Cepoy\u00a0: commune ajoutée",
        "Région, 2012\u00a0: financement ajouté",
        "Indicateur «\u00a0Faits\u00a0»\u00a0: indicateur ajouté",
        "Indicateur «\u00a0Faits\u00a0», 2012\u00a0: valeurs ajoutées",
    } <= set(lines)


def test_a_long_history_is_cut_and_says_so(agent_client, agent):
    action = ActionFactory()
    for number in range(30):
        action.title = f"Titre {number}"
        action._change_reason = f"occasion {number}"
        action.save()
    history = sheet(action, agent).history
    assert len(history.entries) == 20 and history.has_older
    assert history.entries[0].lines == (
        "Fiche\u00a0: intitulé\u00a0: «\u00a0Titre 28\u00a0» → «\u00a0Titre 29\u00a0»",
    )
    assert "plus anciennes ne sont pas affichées" in text_of(agent_client, action)


# --- the place in the list ----------------------------------------------------------------------------------


def test_the_sheet_leads_to_its_neighbours_in_the_list(agent_client):
    objective = ObjectiveFactory()
    first, second, third = (
        ActionFactory(contract=objective.contract, objective=objective, reference=f"1.1-{n}")
        for n in (1, 2, 10)
    )
    place = agent_client.get(reverse("action_detail", args=[second.pk])).context["place"]
    assert (place.previous[0], place.next[0], place.rank, place.length) == (first.pk, third.pk, 2, 3)
    assert agent_client.get(reverse("action_detail", args=[third.pk])).context["place"].next is None


def test_the_neighbours_are_those_of_the_reader_s_selection(agent_client):
    objective = ObjectiveFactory()
    kept = [
        ActionFactory(
            contract=objective.contract, objective=objective, reference=f"1.1-{n}", title=f"Garder {n}"
        )
        for n in (1, 3)
    ]
    ActionFactory(contract=objective.contract, objective=objective, reference="1.1-2", title="Autre")
    url = reverse("action_detail", args=[kept[0].pk])
    response = agent_client.get(url, {"q": "garder", "tri": "-reference"})
    place = response.context["place"]
    assert (place.previous[0], place.next, place.length) == (kept[1].pk, None, 2)
    assert f'href="{reverse("action_list")}?q=garder&amp;tri=-reference"' in response.content.decode()


@pytest.mark.parametrize("query", [{"annee": "x\x00"}, {"q": "introuvable"}, {"tri": "\x00"}])
def test_a_selection_that_does_not_hold_the_action_breaks_nothing(query, agent_client):
    action = ActionFactory()
    assert agent_client.get(reverse("action_detail", args=[action.pk]), query).status_code == 200


def test_text_from_people_is_shown_as_text(agent_client):
    bad = "<script>alert(1)</script>"
    action = ActionFactory(title=bad, description=bad, audience=bad, diagnosis=bad)
    row = ActionYearFactory(action=action, comment=bad, impact=bad)
    IndicatorValueFactory(indicator=IndicatorFactory(action=action, name=bad), action_year=row)
    FundingFactory(action_year=row, funder=OrganisationFactory(name=bad))
    page = agent_client.get(reverse("action_detail", args=[action.pk])).content.decode()
    assert "<script>alert" not in page


# --- cost ---------------------------------------------------------------------------------------------------


def full_action(years: int) -> Action:
    action = ActionFactory()
    PartnershipFactory(action=action)
    ActionCommuneFactory(action=action)
    indicator = IndicatorFactory(action=action)
    funder = OrganisationFactory()
    for year in range(2000, 2000 + years):
        row: ActionYear = ActionYearFactory(action=action, year=year, lead=OrganisationFactory())
        IndicatorValueFactory(indicator=indicator, action_year=row)
        FundingFactory(action_year=row, funder=funder)
        TransitionFactory(action_year=row, decision=DecisionFactory())
        row.comment = "changé"
        row.save()
    return action


@pytest.mark.parametrize("years", [2, 20])
def test_the_sheet_takes_as_many_queries_with_2_years_as_with_20(
    years: int, agent: User, agent_client: Client, django_assert_num_queries: Any
) -> None:
    url = reverse("action_detail", args=[full_action(years).pk])
    with django_assert_num_queries(QUERIES):
        agent_client.get(url)


def test_the_arrows_stay_in_the_contract_of_the_action(agent_client):
    first = ActionFactory(reference="1.2-01")
    second = ActionFactory(contract=first.contract, objective=first.objective, reference="1.2-02")
    ActionFactory(reference="1.2-01", contract__code="autre", contract__starts_on="2011-01-01")
    for query in ({}, {"tri": "intitule"}, {"q": "1.2"}):
        place = agent_client.get(reverse("action_detail", args=[first.pk]), query).context["place"]
        assert (place.length, (place.next or place.previous)[0]) == (2, second.pk)
