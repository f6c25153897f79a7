"""The home page: what each reader finds on it, and what it costs."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from actions.models import Status
from governance.models import Formation, Person
from tests.factories import (
    ActionFactory,
    ActionYearFactory,
    AmendmentFactory,
    ContractFactory,
    CrisisCellFactory,
    DecisionFactory,
    DesignationFactory,
    FormationFactory,
    ImportBatchFactory,
    IndicatorValueFactory,
    MeetingFactory,
    PersonFactory,
    SeatFactory,
    SeatRuleFactory,
)

HOME = reverse("home")
OF_THE_COUNCIL = [
    "Formations",
    "Réunions",
    "Décisions",
    "Personnes",
    "Organismes",
    "Communes",
    "Cellules de crise",
    "Messages",
]
IN_2012 = "2012-06-01 12:00"
# The session and its account, read on every page.
SESSION = 2


def text_of(response) -> str:
    """The words of the page with single spaces."""
    return " ".join(response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ").split())


@pytest.fixture
def contract(db):
    """2009–2012 with three planned actions in 2012, one of them done, one without a status."""
    contract = ContractFactory(code="cops-2009", title="Contrat 2009-2012")
    for status in (Status.DONE, Status.IN_PROGRESS, ""):
        ActionYearFactory(action=ActionFactory(contract=contract), status=status)
    ActionYearFactory(action__contract=contract, is_planned=False)
    ActionYearFactory(action__contract=contract, year=2011)
    return contract


@pytest.fixture
def formation(db):
    """Two seats, one of them vacant."""
    formation = FormationFactory(code="plenier", name="CISPD plénier", kind=Formation.Kind.RESTRICTED)
    DesignationFactory(seat=SeatFactory(rule__formation=formation))
    SeatRuleFactory(formation=formation, position=2)
    return formation


def test_a_visitor_logs_in_first(db):
    assert Client().get(HOME).url == f"{reverse('account_login')}?next=/"


def test_the_page_is_only_read(agent_client):
    assert agent_client.post(HOME).status_code == 405


@pytest.mark.parametrize("reader", ["agent", "administrator", "member"])
def test_readers_find_the_contract_in_force_with_its_year(reader, contract, formation, request, client_of):
    client = client_of(request.getfixturevalue(reader))
    with time_machine.travel(IN_2012):
        response = client.get(f"{HOME}?annee=2012")
    text = text_of(response)
    assert "En vigueur" in text
    assert "Actions de 2012" in text
    (current,) = response.context["contracts"]
    assert (current.figures.planned, current.figures.done, current.figures.unreported) == (3, 1, 1)
    assert reverse("contract_detail", args=["cops-2009"]) in text
    assert reverse("evaluation_year", args=["cops-2009", 2012]) in text
    assert "?contrat=cops-2009&amp;annee=2012&amp;statut=vide&amp;prevue=oui" in text
    assert "1 siège vacant sur 2" in text


def test_a_contract_just_prolonged_is_in_force_in_its_new_years(agent_client, contract):
    AmendmentFactory(contract=contract)
    with time_machine.travel("2014-07-01 12:00"):
        response = agent_client.get(HOME)
    (current,) = response.context["contracts"]
    assert (current.is_in_force, current.figures.year, current.figures.planned) == (True, 2014, 0)
    assert "Aucune action n’est prévue cette année-là." in text_of(response)


def test_without_a_contract_in_force_the_last_one_is_shown_with_its_last_year(agent_client, contract):
    ContractFactory(code="cops-2004", starts_on=date(2004, 11, 1), ends_on=date(2008, 12, 31))
    with time_machine.travel("2020-01-01 12:00"):
        response = agent_client.get(HOME)
    (current,) = response.context["contracts"]
    assert (current.contract.code, current.is_in_force, current.figures.year) == ("cops-2009", False, 2012)
    assert "Aucun contrat n’est en vigueur aujourd’hui." in text_of(response)


@pytest.mark.parametrize(("reader", "is_offered"), [("agent", True), ("member", False)])
def test_without_a_contract_in_force_who_may_enter_one_is_offered_it(
    reader, is_offered, contract, request, client_of
):
    offered = [reverse("contract_create"), reverse("amendment_create", args=["cops-2009"])]
    client = client_of(request.getfixturevalue(reader))
    with time_machine.travel("2020-01-01 12:00"):
        text = text_of(client.get(HOME))
    assert [f'href="{address}"' in text for address in offered] == [is_offered] * 2


def test_while_a_contract_is_in_force_no_new_one_is_offered(agent_client, contract):
    with time_machine.travel(IN_2012):
        text = text_of(agent_client.get(HOME))
    assert f'href="{reverse("contract_create")}"' not in text
    assert f'href="{reverse("amendment_create", args=["cops-2009"])}"' not in text


def test_figures_leave_out_what_the_reader_may_not_see(member, contract, client_of):
    ActionYearFactory(action=ActionFactory(contract=contract, is_confidential=True), status="")
    with time_machine.travel(IN_2012):
        (current,) = client_of(member).get(f"{HOME}?annee=2012").context["contracts"]
    assert (current.figures.planned, current.figures.unreported) == (3, 1)


def test_without_contracts_the_page_says_what_to_do(agent_client):
    text = text_of(agent_client.get(HOME))
    assert "Aucun contrat n’est enregistré" in text
    assert "load_reference" in text
    assert "Aucune instance n’est enregistrée." in text


def test_each_role_finds_its_own_tools(agent_client, administrator_client, member_client):
    agent, administrator, member = (
        text_of(client.get(HOME)) for client in (agent_client, administrator_client, member_client)
    )
    assert reverse("import_upload") in agent
    assert reverse("account_create") not in agent
    assert reverse("account_create") in administrator
    assert reverse("import_upload") not in administrator
    assert reverse("import_upload") not in member
    assert reverse("account_create") not in member


def test_a_lead_finds_their_actions_and_nothing_else(lead_client, contract, formation):
    text = text_of(lead_client.get(HOME))
    assert "Action du pilote" in text
    assert contract.title not in text
    assert formation.name not in text
    assert reverse("contract_list") not in text


def test_a_stranger_is_told_whom_to_ask(stranger_client, contract, formation):
    text = text_of(stranger_client.get(HOME))
    assert "Votre compte n’ouvre encore aucune page" in text
    assert "« Développement social urbain »" in text
    assert "inconnu@example.org" in text
    assert contract.title not in text
    assert "Menu principal" not in text


def test_the_menu_offers_what_the_reader_may_open(
    agent_client, administrator_client, member_client, lead_client
):
    def menu(client: Client) -> list[str]:
        return [entry.label for entry in client.get(HOME).context["menu"]]

    assert menu(agent_client) == ["Contrats", "Actions", "Évaluation", "Instances"]
    assert menu(administrator_client) == ["Contrats", "Actions", "Évaluation", "Instances", "Comptes"]
    assert menu(member_client) == ["Contrats", "Actions", "Évaluation", "Instances"]
    assert menu(lead_client) == ["Actions"]


@pytest.mark.parametrize(("reader", "queries"), [("agent", 29), ("member", 36), ("lead", 13)])
def test_the_page_costs_the_same_with_2_and_20_of_everything(
    reader, queries, request, client_of, django_assert_num_queries
):
    user = request.getfixturevalue(reader)
    client = client_of(user)
    person = Person.objects.filter(user=user).first() or PersonFactory(user=user)

    def create(count: int) -> None:
        for _ in range(count):
            contract = ContractFactory()
            AmendmentFactory(contract=contract)
            action = ActionFactory(contract=contract, contact=person, ends_on=date(2012, 7, 1))
            year = ActionYearFactory(action=action, actual_cost=None)
            IndicatorValueFactory(action_year=year, indicator__action=action, value=None)
            formation = FormationFactory(kind=Formation.Kind.GROUP)
            seat = SeatFactory(rule__formation=formation)
            DesignationFactory(seat=seat, ends_on=date(2012, 7, 1))
            if reader == "member":
                DesignationFactory(seat=seat, person=person, quality="substitute")
            meeting = MeetingFactory(formation=formation, held_on=date(2012, 6, 20))
            DecisionFactory(meeting=meeting)
            ImportBatchFactory()

    with time_machine.travel(IN_2012):
        create(2)
        client.get(HOME)  # what Django keeps of the types of objects, whichever test came first
        with django_assert_num_queries(SESSION + queries):
            assert len(client.get(HOME).context["own_actions"]) >= 2
        create(18)
        with django_assert_num_queries(SESSION + queries):
            assert len(client.get(HOME).context["own_actions"]) == 20


# Ways through the council -----------------------------------------------------------------------------------


def submenu(client: Client, address: str) -> dict[str, bool]:
    """The entries under « Instances », each with whether the page belongs to it."""
    return {entry.label: entry.is_current for entry in client.get(address).context["submenu"]}


def test_all_of_the_council_is_two_clicks_away_for_the_service(agent_client):
    shown = submenu(agent_client, reverse("formation_list"))
    assert list(shown) == OF_THE_COUNCIL
    assert [label for label, is_current in shown.items() if is_current] == ["Formations"]


def test_members_are_not_led_to_messages_nor_leads_to_the_council(member_client, lead_client, lead):
    assert list(submenu(member_client, reverse("formation_list"))) == OF_THE_COUNCIL[:-1]
    own = reverse("organisation_detail", args=[lead.person.organisation.pk])
    assert list(submenu(lead_client, own)) == ["Organismes"]
    assert "Menu des instances" not in text_of(lead_client.get(own))


@pytest.mark.parametrize(
    ("page", "label"),
    [
        ("meeting_list", "Réunions"),
        ("decision_list", "Décisions"),
        ("crisis_list", "Cellules de crise"),
        ("message_list", "Messages"),
    ],
)
def test_the_menu_says_which_part_of_the_council_a_page_belongs_to(page, label, agent_client):
    response = agent_client.get(reverse(page))
    assert [entry.label for entry in response.context["menu"] if entry.is_current] == ["Instances"]
    assert [entry.label for entry in response.context["submenu"] if entry.is_current] == [label]


def test_other_pages_have_no_second_menu(agent_client):
    assert submenu(agent_client, HOME) == {}
    assert "Menu des instances" not in text_of(agent_client.get(HOME))


def test_the_meeting_of_a_crisis_leads_to_its_cell(agent_client):
    cell = CrisisCellFactory()
    page = text_of(agent_client.get(reverse("meeting_detail", args=[cell.meeting.pk])))
    assert reverse("crisis_detail", args=[cell.pk]) in page
