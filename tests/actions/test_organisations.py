"""Pages of the organisations: who sees which, what they show, what they cost."""

from typing import Any

import pytest
from django.urls import reverse

from governance.models import Designation
from tests.factories import (
    ActionFactory,
    ActionYearFactory,
    DesignationFactory,
    FundingFactory,
    OrganisationFactory,
    OrganisationNameFactory,
    PartnershipFactory,
    PersonFactory,
    SignatoryFactory,
)

LIST = reverse("organisation_list")


def detail(organisation) -> str:
    return reverse("organisation_detail", args=[organisation.pk])


def names(client, **query: str) -> list[str]:
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [row.record.name for row in response.context["table"].paginated_rows]


def text_of(client, organisation) -> str:
    response = client.get(detail(organisation))
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("&nbsp;", " ").replace("\u00a0", " ").split())


@pytest.fixture
def roles(db: None) -> dict[str, Any]:
    """Organisations by their part in an action that members may read."""
    action = ActionFactory(lead=OrganisationFactory(name="Pilote d’aujourd’hui"))
    year = ActionYearFactory(action=action, lead=OrganisationFactory(name="Pilote d’alors"))
    return {
        "lead": action.lead,
        "former lead": year.lead,
        "partner": PartnershipFactory(action=action, organisation__name="Partenaire").organisation,
        "funder": FundingFactory(action_year=year, funder__name="Financeur").funder,
        "signatory": SignatoryFactory(contract=action.contract, organisation__name="Signataire").organisation,
    }


def test_a_member_meets_organisations_through_what_they_may_read(roles, member_client, agent_client):
    unknown = OrganisationFactory(name="Inconnu de tous")
    for organisation in roles.values():
        assert member_client.get(detail(organisation)).status_code == 200
        assert organisation.name in names(member_client)
    assert member_client.get(detail(unknown)).status_code == 404
    assert unknown.name in names(agent_client) and unknown.name not in names(member_client)


def test_a_lead_meets_only_those_of_their_own_actions(roles, lead, lead_client):
    own = lead.person.actions.get()
    partner = PartnershipFactory(action=own).organisation
    assert set(names(lead_client)) == {own.lead.name, partner.name}
    for organisation in roles.values():
        assert lead_client.get(detail(organisation)).status_code == 404


def test_a_page_names_the_part_taken_in_each_action(roles, agent_client):
    assert "Pilote</span>" in text_of(agent_client, roles["lead"])
    assert "Pilote</span>" in text_of(agent_client, roles["former lead"])
    assert "Partenaire</span>" in text_of(agent_client, roles["partner"])
    assert "Financeur</span>" in text_of(agent_client, roles["funder"])
    assert "Aucune action" in text_of(agent_client, roles["signatory"])


def test_a_member_does_not_read_of_confidential_actions(roles, member_client, agent_client):
    ActionFactory(title="Action réservée", lead=roles["lead"], is_confidential=True)
    assert "Action réservée" in text_of(agent_client, roles["lead"])
    assert "Action réservée" not in text_of(member_client, roles["lead"])
    table = member_client.get(LIST).context["table"]
    assert {row.record.name: row.record.led_count for row in table.rows}[roles["lead"].name] == 1


def test_former_names_and_seats_of_today_are_shown(agent_client, member_client, member):
    organisation = OrganisationFactory(name="France Travail")
    OrganisationNameFactory(organisation=organisation, name="ANPE")
    seat = Designation.objects.of_user(member).get().seat
    seat.organisations.add(organisation)
    for client in (agent_client, member_client):
        text = text_of(client, organisation)
        assert "ANPE" in text and "Maxence Membre" in text and seat.rule.label in text


def test_a_seat_left_is_not_shown_and_an_empty_one_is_named(agent_client):
    organisation = OrganisationFactory()
    DesignationFactory(organisation=organisation, ends_on="2010-12-31", seat__rule__label="Siège quitté")
    empty = DesignationFactory(ends_on="2010-12-31", seat__rule__label="Siège gardé").seat
    empty.organisations.add(organisation)
    text = text_of(agent_client, organisation)
    assert "Siège quitté" not in text
    assert "Siège gardé" in text and "personne n’y siège aujourd’hui" in text


def test_people_and_their_contact_are_for_the_service(roles, agent_client, member_client, lead_client):
    PersonFactory(organisation=roles["lead"], last_name="Discrète", email="discrete@example.org")
    assert "discrete@example.org" in text_of(agent_client, roles["lead"])
    assert "Discrète" not in text_of(member_client, roles["lead"])


def test_the_list_narrows_by_name_former_name_and_nature(agent_client):
    OrganisationNameFactory(organisation=OrganisationFactory(name="Été", kind="state"), name="Saison")
    OrganisationFactory(name="Hiver", kind="health")
    assert names(agent_client, q="SAISON") == names(agent_client, nature="state") == ["Été"]
    assert names(agent_client, q="hiver", nature="state") == []


def test_the_list_is_sorted_as_the_french_do_and_as_asked(agent_client):
    action = ActionFactory(lead=OrganisationFactory(name="Évasion"))
    ActionFactory(lead=OrganisationFactory(name="Eva"), contract=action.contract, objective=action.objective)
    ActionFactory(lead=action.lead, contract=action.contract, objective=action.objective)
    OrganisationFactory(name="Zoé")
    assert names(agent_client) == ["Eva", "Évasion", "Zoé"]
    assert names(agent_client, tri="-nom") == ["Zoé", "Évasion", "Eva"]
    assert names(agent_client, tri="-actions") == ["Évasion", "Eva", "Zoé"]
    assert names(agent_client, tri="inconnu\x00") == ["Eva", "Évasion", "Zoé"]


@pytest.mark.parametrize("query", [{"q": "a\x00"}, {"q": "x" * 201}, {"nature": "x"}])
def test_a_bad_filter_lets_nothing_through(query, agent_client):
    OrganisationFactory()
    assert names(agent_client, **query) == []


def test_the_pages_cost_the_same_with_2_and_20_rows(roles, agent_client, django_assert_num_queries):
    def check() -> None:
        with django_assert_num_queries(5):
            agent_client.get(LIST)
        with django_assert_num_queries(9):
            agent_client.get(detail(roles["lead"]))

    seat = DesignationFactory(organisation=roles["lead"]).seat
    check()
    for number in range(20):
        ActionFactory(lead=roles["lead"])
        PersonFactory(organisation=roles["lead"])
        OrganisationNameFactory(organisation=roles["lead"], name=f"Ancien {number}")
        DesignationFactory(organisation=roles["lead"], seat__rule__formation=seat.rule.formation)
    check()
