"""Entering people: who may, what is asked twice, accounts, and what cannot be deleted."""

from datetime import date

import pytest
from django.urls import reverse

from cops.audit.models import Event
from cops.mail.models import AccessLink, Message
from cops.users.models import User
from governance.models import Organisation, Person
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db

CREATE = reverse("person_create")


def page(name, person):
    return reverse(name, args=[person.pk])


def save(client, address, **typed):
    return client.post(address, filled(client.get(address), **typed))


@pytest.fixture
def person():
    organisation = factories.OrganisationFactory(name="Mission locale")
    return factories.PersonFactory(
        last_name="Élan", first_name="Zoé", organisation=organisation, email="zoe@example.org"
    )


def test_an_agent_enters_a_person_of_an_organisation_picked_by_a_former_name(agent_client, agent):
    organisation = factories.OrganisationFactory(name="France Travail")
    factories.OrganisationNameFactory(organisation=organisation, name="ANPE")
    response = save(
        agent_client,
        CREATE,
        last_name=" Martin ",
        first_name="Léa",
        organisation="anpe",
        function="Directrice",
        email="lea.martin@example.org",
        phone="02 38 00 00 00",
    )
    created = Person.objects.get()
    assert response["Location"] == page("person_detail", created)
    assert (str(created), created.organisation, created.function) == (
        "Léa Martin",
        organisation,
        "Directrice",
    )
    assert created.history.get().history_user == agent
    assert Event.objects.get(action=Event.Action.CREATED).summary == "Personne Léa Martin"


def test_signs_that_nobody_sees_are_not_stored(agent_client, person):
    typed = {
        "last_name": "Mar\u00adtin\u200b",
        "first_name": "\ufeffLéa",
        "organisation": "Mission\u200b locale",
    }
    typed |= {
        "function": "Di\u202arectrice",
        "email": "\u200blea@example.org\ufeff",
        "phone": "02\u00a038\u200b",
    }
    assert save(agent_client, CREATE, **typed).status_code == 302
    stored = Person.objects.exclude(pk=person.pk).get()
    assert (str(stored), stored.organisation) == ("Léa Martin", person.organisation)
    assert (stored.function, stored.email, stored.phone) == ("Directrice", "lea@example.org", "02 38")


def test_a_person_is_begun_from_the_page_of_an_organisation(agent_client, person):
    address = f"{CREATE}?organisme={person.organisation.pk}"
    save(agent_client, address, last_name="Nouvelle")
    assert Person.objects.get(last_name="Nouvelle").organisation == person.organisation
    for unknown in ("x", "9" * 30, "0"):
        assert agent_client.get(f"{CREATE}?organisme={unknown}").status_code == 200


def test_an_unknown_organisation_is_asked_about_then_created(agent_client):
    refused = save(agent_client, CREATE, last_name="Martin", organisation="Association neuve")
    assert "Aucun organisme ne s’appelle « Association neuve »" in text_of(refused)
    assert not Organisation.objects.exists()
    response = agent_client.post(CREATE, filled(refused, new_organisations="on"))
    assert response.status_code == 302
    assert Person.objects.get().organisation.name == "Association neuve"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"last_name": " "}, "Donnez le nom."),
        ({"last_name": "Martin", "phone": "appeler le soir"}, "Écrivez le numéro en chiffres"),
        ({"last_name": "Martin", "email": "pas une adresse"}, "adresse"),
    ],
)
def test_what_is_refused_is_said_and_nothing_typed_is_lost(typed, message, agent_client):
    response = save(agent_client, CREATE, function="Cheffe", **typed)
    assert response.status_code == 200
    assert message in text_of(response)
    assert response.context["form"]["function"].value() == "Cheffe"
    assert not Person.objects.exists()


def test_a_namesake_in_the_same_organisation_is_asked_about(agent_client, person):
    typed = {"last_name": "ELAN", "first_name": "zoe", "organisation": "mission locale"}
    asked = save(agent_client, CREATE, **typed)
    assert "Une fiche au nom de Zoé Élan existe déjà pour « Mission locale »" in text_of(asked)
    assert Person.objects.count() == 1
    assert agent_client.post(CREATE, filled(asked, is_other_person="on")).status_code == 302
    assert Person.objects.count() == 2


def test_a_namesake_elsewhere_is_not_asked_about(agent_client, person):
    assert save(agent_client, CREATE, last_name="Élan", first_name="Zoé").status_code == 302
    assert Person.objects.count() == 2


def test_a_sheet_with_a_namesake_is_changed_without_asking_again(agent_client, person):
    factories.PersonFactory(last_name="Élan", first_name="Zoé", organisation=person.organisation)
    assert save(agent_client, page("person_edit", person), phone="0238000000").status_code == 302
    person.refresh_from_db()
    assert person.phone == "0238000000"


def test_two_agents_on_one_sheet_decide_field_by_field(agent_client, administrator_client, person):
    factories.OrganisationFactory(name="Commune d’Ardon")
    address = page("person_edit", person)
    first, second = filled(agent_client.get(address)), filled(administrator_client.get(address))
    agent_client.post(address, first | {"organisation": "Commune d’Ardon", "function": "Maire"})
    response = administrator_client.post(address, second | {"function": "Adjointe"})
    assert "À choisir, champ par champ : Fonction" in text_of(response).replace("\u00a0", " ")
    assert administrator_client.post(address, filled(response, function_choice="mine")).status_code == 302
    person.refresh_from_db()
    assert (person.organisation.name, person.function) == ("Commune d’Ardon", "Adjointe")


# --- accounts -----------------------------------------------------------------------------------------------


def test_an_administrator_links_an_open_account_and_its_scope_opens_at_once(
    administrator_client, client_of, person, stranger
):
    factories.DesignationFactory(person=person, starts_on=date(2002, 11, 1), ends_on=None)
    reader = client_of(stranger)
    assert reader.get(reverse("formation_list")).status_code == 403
    response = save(
        administrator_client,
        page("person_account", person),
        account="Ines Inconnue (inconnu@example.org)",
        email="",
    )
    assert response.status_code == 302
    assert reader.get(reverse("formation_list")).status_code == 200
    assert administrator_client.post(page("person_account_unlink", person)).status_code == 302
    assert reader.get(reverse("formation_list")).status_code == 403
    summaries = list(Event.objects.filter(action=Event.Action.CHANGED).values_list("summary", flat=True))
    assert summaries == [
        "Compte inconnu@example.org séparé de Zoé Élan",
        "Compte inconnu@example.org relié à Zoé Élan",
    ]


def test_an_administrator_invites_somebody_to_their_own_account(administrator_client, person):
    response = save(administrator_client, page("person_account", person))
    assert response.status_code == 302
    user = User.objects.get(email="zoe@example.org")
    person.refresh_from_db()
    assert (person.user, user.full_name, user.role) == (user, "Zoé Élan", "")
    assert AccessLink.objects.get(user=user).purpose == AccessLink.Purpose.INVITATION
    assert Message.objects.get().recipient == "zoe@example.org"


def test_an_account_that_is_taken_closed_or_unknown_is_refused(
    administrator_client, person, member, stranger
):
    address = page("person_account", person)
    closed = factories.UserFactory(full_name="Fermé", email="ferme@example.org", is_active=False)
    for name in (
        "Maxence Membre (membre@example.org)",
        f"Fermé ({closed.email})",
        "Personne (x@example.org)",
    ):
        refused = save(administrator_client, address, account=name, email="")
        assert "Aucun compte libre ne s’appelle" in text_of(refused)
    refused = save(administrator_client, address, account="", email="INCONNU@example.org")
    assert "Un compte existe déjà pour cette adresse" in text_of(refused)
    refused = save(administrator_client, address, account="", email="")
    assert "Choisissez un compte, ou donnez l’adresse" in text_of(refused)
    person.refresh_from_db()
    assert person.user is None
    assert not Message.objects.exists()


def test_an_account_linked_meanwhile_is_not_replaced(administrator_client, person, stranger):
    address = page("person_account", person)
    typed = filled(administrator_client.get(address), account="Ines Inconnue (inconnu@example.org)")
    other = factories.UserFactory()
    Person.objects.filter(pk=person.pk).update(user=other)
    response = administrator_client.post(address, typed)
    assert "Cette personne a reçu un compte entre-temps." in text_of(response)
    person.refresh_from_db()
    assert person.user == other


def test_agents_see_that_there_is_an_account_but_not_which(agent_client, administrator_client, member):
    address = page("person_detail", member.person)
    assert member.email not in text_of(agent_client.get(address))
    assert "relié à un compte" in text_of(agent_client.get(address))
    assert member.email in text_of(administrator_client.get(address))


# --- deleting -----------------------------------------------------------------------------------------------


def test_a_person_whom_nothing_names_is_deleted_and_their_account_stays(agent_client, person, stranger):
    Person.objects.filter(pk=person.pk).update(user=stranger)
    assert "Le compte qui lui est relié reste ouvert." in text_of(
        agent_client.get(page("person_delete", person))
    )
    assert agent_client.post(page("person_delete", person))["Location"] == reverse("person_list")
    assert not Person.objects.exists()
    assert User.objects.filter(pk=stranger.pk).exists()
    assert Event.objects.get(action=Event.Action.DELETED).summary == "Personne Zoé Élan"


@pytest.mark.parametrize(
    ("refer", "named"),
    [
        (lambda it: factories.DesignationFactory(person=it), "1 désignation"),
        (lambda it: factories.ActionFactory(contact=it), "1 action"),
    ],
)
def test_whom_something_names_stays(refer, named, agent_client, person):
    refer(person)
    response = agent_client.post(page("person_delete", person), follow=True)
    assert f"Suppression impossible : « Zoé Élan » figure encore dans {named}" in text_of(response).replace(
        "\u00a0", " "
    )
    assert Person.objects.filter(pk=person.pk).exists()
