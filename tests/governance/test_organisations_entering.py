"""Entering organisations: who may, what is refused, names over time, and what cannot be deleted."""

from datetime import date

import pytest
from django.urls import reverse

from cops.audit.models import Event
from governance.models import Organisation, OrganisationName
from governance.organisations import NameSpan, name_history
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db

CREATE = reverse("organisation_create")


def page(name, organisation):
    return reverse(name, args=[organisation.pk])


def save(client, address, **typed):
    return client.post(address, filled(client.get(address), **typed))


@pytest.fixture
def council():
    return factories.OrganisationFactory(name="Conseil général du Loiret", kind="department")


def test_an_agent_creates_an_organisation(agent_client, agent):
    response = save(
        agent_client,
        CREATE,
        name="  Mission   locale ",
        kind="association",
        mailbox="accueil@example.org",
        siren="123 456 789",
    )
    created = Organisation.objects.get()
    assert response["Location"] == reverse("organisation_detail", args=[created.pk])
    assert (created.name, created.siren, created.mailbox) == (
        "Mission locale",
        "123456789",
        "accueil@example.org",
    )
    assert created.history.get().history_user == agent
    assert Event.objects.get(action=Event.Action.CREATED).summary == "Organisme « Mission locale »"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": ""}, "Donnez le nom de l’organisme."),
        ({"name": "conseil GENERAL du loiret"}, "Un organisme porte déjà ce nom"),
        ({"name": "Ancienne maison"}, "Ce nom est déjà un ancien nom d’un autre organisme : « "),
        ({"name": "Neuf", "siren": "12"}, "Un SIREN compte neuf chiffres."),
        ({"name": "Neuf", "mailbox": "pas une adresse"}, "adresse"),
    ],
)
def test_what_is_refused_is_said_beside_the_field_and_nothing_typed_is_lost(
    typed, message, agent_client, council
):
    factories.OrganisationNameFactory(name="Ancienne maison")
    before = Organisation.objects.count()
    response = save(agent_client, CREATE, kind="health", **typed)
    assert response.status_code == 200
    assert message in text_of(response)
    assert response.context["form"]["kind"].value() == "health"
    assert Organisation.objects.count() == before


def test_a_conseil_general_becomes_a_departement_and_keeps_its_former_name(agent_client, council):
    response = save(
        agent_client,
        page("organisation_rename", council),
        name="Conseil départemental du Loiret",
        on="2015-03-22",
    )
    assert response.status_code == 302
    council.refresh_from_db()
    assert council.name == "Conseil départemental du Loiret"
    assert council.name_on(date(2015, 3, 21)) == "Conseil général du Loiret"
    assert name_history(council) == [
        NameSpan("Conseil départemental du Loiret", date(2015, 3, 22), None),
        NameSpan("Conseil général du Loiret", None, date(2015, 3, 21)),
    ]
    shown = text_of(agent_client.get(reverse("organisation_detail", args=[council.pk])))
    assert "Conseil général du Loiret jusqu’au 21 mars 2015" in shown
    event = Event.objects.get(action=Event.Action.CHANGED)
    assert "« Conseil général du Loiret » renommé « Conseil départemental du Loiret »" in event.summary


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": "Autre nom", "on": ""}, "Indiquez le premier jour du nouveau nom."),
        ({"name": "Autre nom", "on": "0001-01-01"}, "l’année va de 1900 à 2199"),
        ({"name": "Autre nom", "on": "9999-12-31"}, "l’année va de 1900 à 2199"),
        ({"name": "Autre nom", "on": "2199-12-31"}, "Un changement de nom se note quand il a eu lieu"),
        ({"name": "Autre nom", "on": "2009-01-01"}, "Un ancien nom est porté jusqu’à ce jour ou plus tard."),
        ({"name": "Conseil général du Loiret", "on": "2015-03-22"}, "C’est déjà le nom de l’organisme."),
        ({"name": "Mission locale", "on": "2015-03-22"}, "Un organisme porte déjà ce nom"),
    ],
)
def test_a_change_of_name_that_does_not_fit_is_refused(typed, message, agent_client, council):
    factories.OrganisationNameFactory(organisation=council, name="Assemblée", ends_on=date(2008, 12, 31))
    factories.OrganisationFactory(name="Mission locale")
    response = save(agent_client, page("organisation_rename", council), **typed)
    assert response.status_code == 200
    assert message in text_of(response)
    assert OrganisationName.objects.count() == 1


def test_an_old_name_that_was_known_as_a_spelling_becomes_a_former_name(agent_client, council):
    spelling = factories.OrganisationNameFactory(
        organisation=council, name="CONSEIL GENERAL DU LOIRET", ends_on=None
    )
    save(agent_client, page("organisation_rename", council), name="Département", on="2015-03-22")
    spelling.refresh_from_db()
    assert (spelling.name, spelling.ends_on) == ("Conseil général du Loiret", date(2015, 3, 21))


def test_other_spellings_are_entered_as_a_table_and_recognised(agent_client, council):
    kept = factories.OrganisationNameFactory(organisation=council, name="CG 45", ends_on=None)
    gone = factories.OrganisationNameFactory(organisation=council, name="Faute", ends_on=None)
    response = save(
        agent_client,
        page("organisation_names", council),
        **{
            f"names-{gone.pk}-remove": "on",
            f"names-{kept.pk}-name": "CG45",
            "names-new0-name": "Assemblée du Loiret",
            "names-new0-ends_on": "2001-12-31",
        },
    )
    assert response.status_code == 302
    assert {(row.name, row.ends_on) for row in council.names.all()} == {
        ("CG45", None),
        ("Assemblée du Loiret", date(2001, 12, 31)),
    }


@pytest.mark.parametrize(
    ("name", "ends_on", "message"),
    [
        ("Mission locale", "", "Un autre organisme porte ce nom : « Mission locale »."),
        ("Pris ailleurs", "", "Ce nom est déjà un ancien nom d’un organisme : « "),
        ("conseil general du Loiret", "", "C’est le nom d’aujourd’hui"),
        ("Futur", "2199-01-01", "Un ancien nom a cessé d’être porté avant aujourd’hui."),
        ("Jumeau", "2008-12-31", "Un autre nom est déjà porté jusqu’à ce jour."),
        ("cg 45", "", "Ce nom est déjà un ancien nom d’un organisme : « "),
    ],
)
def test_a_name_that_cannot_be_kept_is_refused_in_its_row(name, ends_on, message, agent_client, council):
    factories.OrganisationFactory(name="Mission locale")
    factories.OrganisationNameFactory(name="Pris ailleurs")
    factories.OrganisationNameFactory(organisation=council, name="Premier nom", ends_on=date(2008, 12, 31))
    factories.OrganisationNameFactory(organisation=council, name="CG 45", ends_on=None)
    typed = {"names-new0-name": name, "names-new0-ends_on": ends_on}
    response = save(agent_client, page("organisation_names", council), **typed)
    assert response.status_code == 200
    assert message in text_of(response)
    assert council.names.count() == 2


def test_two_agents_on_one_organisation_decide_field_by_field(agent_client, administrator_client, council):
    address = page("organisation_edit", council)
    first, second = filled(agent_client.get(address)), filled(administrator_client.get(address))
    agent_client.post(address, first | {"mailbox": "premier@example.org", "siren": "111111111"})
    response = administrator_client.post(address, second | {"mailbox": "second@example.org"})
    assert "À choisir, champ par champ : Boîte fonctionnelle" in text_of(response).replace("\u00a0", " ")
    chosen = filled(response, mailbox_choice="mine")
    assert administrator_client.post(address, chosen).status_code == 302
    council.refresh_from_db()
    assert (council.mailbox, council.siren) == ("second@example.org", "111111111")


def test_an_organisation_that_nothing_names_is_deleted_with_its_names(agent_client, council):
    factories.OrganisationNameFactory(organisation=council)
    assert "Rien ne cite" in text_of(agent_client.get(page("organisation_delete", council)))
    response = agent_client.post(page("organisation_delete", council))
    assert response["Location"] == reverse("organisation_list")
    assert not Organisation.objects.exists()
    assert Event.objects.get(action=Event.Action.DELETED).summary == "Organisme « Conseil général du Loiret »"


@pytest.mark.parametrize(
    ("refer", "named"),
    [
        (lambda it: factories.PersonFactory(organisation=it), "1 personne"),
        (lambda it: factories.SeatFactory().organisations.add(it), "1 siège"),
        (lambda it: factories.ActionFactory(lead=it), "1 action"),
        (lambda it: factories.PartnershipFactory(organisation=it), "1 partenariat"),
        (lambda it: factories.FundingFactory(funder=it), "1 financement"),
    ],
)
def test_what_something_names_stays_and_says_what_names_it(refer, named, agent_client, council):
    refer(council)
    address = page("organisation_delete", council)
    asked = text_of(agent_client.get(address))
    assert "Suppression impossible" in asked
    assert named in asked
    response = agent_client.post(address, follow=True)
    assert named in text_of(response)
    assert Organisation.objects.filter(pk=council.pk).exists()
