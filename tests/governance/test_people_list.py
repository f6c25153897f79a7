"""The list of people: scope, filters, order, export, cost."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from cops.audit.models import Event
from cops.users.models import SavedView
from tests import factories
from tests.entered_forms import text_of

pytestmark = pytest.mark.django_db

LIST = reverse("person_list")


def names(client, **query):
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [row.record.last_name for row in response.context["table"].paginated_rows]


def exported(client, **query):
    response = client.get(reverse("person_list_export", args=["csv"]), query)
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_members_find_who_was_ever_designated_without_contacts(agent_client, member_client):
    factories.DesignationFactory(person__last_name="Ancien", ends_on="2008-01-01")
    factories.PersonFactory(last_name="Jamais", email="jamais@example.org")
    assert names(member_client) == ["Ancien", "Membre"]
    assert names(agent_client) == ["Ancien", "Jamais", "Membre"]
    assert "jamais@example.org" in text_of(agent_client.get(LIST))
    page = text_of(member_client.get(LIST))
    assert "Adresse électronique professionnelle" not in page
    assert "Compte" not in page


def test_readers_cannot_filter_by_what_they_may_not_know(agent_client, member_client):
    assert names(member_client, compte="non") == ["Membre"]
    assert names(agent_client, compte="non") == []
    assert names(member_client, coordonnees="sans-courriel") == ["Membre"]


def test_a_confidential_group_is_not_told_of_to_readers(agent_client, member_client):
    factories.DesignationFactory(
        person__last_name="Réservée",
        seat__rule__label="Siège réservé",
        seat__rule__formation__kind="group",
        seat__rule__formation__is_confidential=True,
    )
    assert "Siège réservé" in text_of(agent_client.get(LIST))
    assert "Siège réservé" not in text_of(member_client.get(LIST))
    assert not [row for row in exported(member_client) if "Siège réservé" in " ".join(row)]


def test_the_list_narrows_by_name_organisation_mandate_and_contact(agent_client):
    seated = factories.DesignationFactory(person__last_name="Élue", person__email="elue@example.org").person
    factories.DesignationFactory(person__last_name="Ancienne", ends_on="2008-01-01")
    factories.PersonFactory(last_name="Autre", phone="0238000000")
    assert names(agent_client, q="elue") == ["Élue"]
    assert names(agent_client, organisme=str(seated.organisation.pk)) == ["Élue"]
    assert names(agent_client, mandat="en-cours") == ["Élue"]
    assert names(agent_client, mandat="aucun") == ["Ancienne", "Autre"]
    assert names(agent_client, coordonnees="sans-courriel") == ["Ancienne", "Autre"]
    assert names(agent_client, coordonnees="sans-telephone") == ["Ancienne", "Élue"]


@pytest.mark.parametrize("query", [{"q": "a\x00"}, {"q": "x" * 201}, {"organisme": "x"}, {"mandat": "x"}])
def test_a_bad_filter_lets_nothing_through(query, agent_client):
    factories.PersonFactory()
    assert names(agent_client, **query) == []
    export = agent_client.get(reverse("person_list_export", args=["csv"]), query)
    assert export.status_code == 302


def test_the_list_is_sorted_as_the_french_do_and_as_asked(agent_client):
    one = factories.OrganisationFactory(name="Évasion")
    for last_name, first_name, organisation, function in [
        ("Eva", "B", factories.OrganisationFactory(name="Eva"), "Zélée"),
        ("Élan", "A", one, "économe"),
        ("Zoé", "A", None, ""),
        ("Eva", "A", one, "Édile"),
    ]:
        factories.PersonFactory(
            last_name=last_name, first_name=first_name, organisation=organisation, function=function
        )

    def shown(sort):
        rows = agent_client.get(LIST, {"tri": sort}).context["table"].paginated_rows
        return [f"{row.record.last_name} {row.record.first_name}" for row in rows]

    assert shown("") == shown("inconnu\x00") == ["Élan A", "Eva A", "Eva B", "Zoé A"]
    assert shown("-nom") == ["Zoé A", "Eva B", "Eva A", "Élan A"]
    assert shown("organisme") == ["Eva B", "Élan A", "Eva A", "Zoé A"]
    assert shown("-organisme") == ["Élan A", "Eva A", "Eva B", "Zoé A"]
    assert shown("fonction") == ["Zoé A", "Élan A", "Eva A", "Eva B"]


def test_the_export_holds_what_is_shown_and_cannot_execute(agent_client, agent):
    person = factories.PersonFactory(
        last_name="=1+1", first_name="@SUM(A1)", function="+33", email="a@example.org", phone="-1-1"
    )
    factories.PersonFactory(last_name="Autre")
    rows = exported(agent_client, q="1+1")
    assert len(rows) == 2
    cells = dict(zip(*rows, strict=True))
    assert (cells["Nom"], cells["Prénom"], cells["Téléphone professionnel"]) == (
        "'=1+1",
        "'@SUM(A1)",
        "'-1-1",
    )
    assert (cells["Adresse électronique professionnelle"], cells["Compte"]) == ("a@example.org", "non")
    assert cells["Organisme"] == person.organisation.name
    event = Event.objects.get(action=Event.Action.EXPORTED)
    assert (event.actor, event.detail["rows"]) == (agent, 1)


def test_the_export_of_a_reader_holds_no_contact(member_client):
    factories.DesignationFactory(person__email="secret@example.org", person__phone="0238000000")
    for form in ("xlsx", "ods", "csv"):
        assert member_client.get(reverse("person_list_export", args=[form])).status_code == 200
    rows = exported(member_client)
    assert rows[0] == ["Civilité", "Nom", "Prénom", "Organisme", "Fonction", "Sièges aujourd’hui"]
    assert "secret@example.org" not in str(rows)


def test_a_view_of_the_list_is_kept(agent_client, agent):
    factories.SavedViewFactory(user=agent, name="Sans adresse", path=LIST, query="coordonnees=sans-courriel")
    assert SavedView.objects.get().address == f"{LIST}?coordonnees=sans-courriel"
    assert "Sans adresse" in text_of(agent_client.get(LIST))
    address = reverse("saved_view_create")
    shown = agent_client.get(f"{address}?path={LIST}&query=mandat%3Daucun")
    assert shown.status_code == 200


def test_the_pages_cost_the_same_with_5_and_50_rows(agent_client, django_assert_num_queries):
    formation = factories.FormationFactory()

    def add(count):
        for _ in range(count):
            factories.DesignationFactory(seat__rule__formation=formation, starts_on=timezone.localdate())

    def check():
        with django_assert_num_queries(7):
            assert agent_client.get(LIST).status_code == 200
        with django_assert_num_queries(6):
            assert len(exported(agent_client)) > 5

    add(5)
    check()
    add(45)
    check()
