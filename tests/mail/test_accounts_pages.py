"""The pages of the accounts and of the invitation."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cops.audit.models import Event
from cops.mail.administration import AccountRuleError, change_account, deactivate
from cops.mail.models import AccessLink, Message
from cops.mail.services import invite
from cops.users.models import User
from tests.factories import (
    AccessLinkFactory,
    AdministratorFactory,
    AgentFactory,
    MessageFactory,
    UserFactory,
)

LIST = reverse("account_list")
CREATE = reverse("account_create")
GOOD_PASSWORD = "lampe rivière tabouret orage"
# The session and its account, read on every page.
SESSION = 2


def edit(user: User) -> str:
    return reverse("account_edit", args=[user.pk])


def text_of(response) -> str:
    """The words of the page with single spaces."""
    return " ".join(response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ").split())


@pytest.fixture
def invited(administrator, django_capture_on_commit_callbacks) -> User:
    """Somebody without a password yet, whose invitation was sent."""
    user = UserFactory(email="invitee@example.org", full_name="Inès Invitée", password=None)
    with django_capture_on_commit_callbacks(execute=True):
        invite(user, by=administrator)
    return user


def link_of(message) -> str:
    return re.search(r"http://testserver(/invitation/\S+)", message.body)[1]


def events(action: Event.Action) -> list[str]:
    return [row.summary for row in Event.objects.filter(action=action)]


# Who may --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", ["agent", "member", "lead", "stranger"])
def test_only_administrators_manage_accounts(reader, request, client_of, administrator):
    client = client_of(request.getfixturevalue(reader))
    for address in (LIST, CREATE, edit(administrator)):
        assert client.get(address).status_code == 403
    for name in ("account_invite", "account_deactivate", "account_reactivate"):
        assert client.post(reverse(name, args=[administrator.pk])).status_code == 403
    administrator.refresh_from_db()
    assert administrator.is_active


def test_a_visitor_logs_in_first(administrator):
    for address in (LIST, CREATE, edit(administrator)):
        assert Client().get(address).url.startswith(reverse("account_login"))


def test_an_unknown_account_is_not_found(administrator_client):
    assert administrator_client.get("/comptes/999999/").status_code == 404
    assert administrator_client.post("/comptes/999999/desactiver/").status_code == 404


def test_deeds_are_posted(administrator_client, agent):
    for name in ("account_invite", "account_deactivate", "account_reactivate"):
        assert administrator_client.get(reverse(name, args=[agent.pk])).status_code == 405
    assert administrator_client.post(LIST).status_code == 405


# The list -------------------------------------------------------------------------------------------------


def test_the_list_says_where_each_account_stands(administrator_client, administrator):
    now = timezone.now()
    UserFactory(full_name="A sans invitation", password=None)
    AccessLinkFactory(
        user=UserFactory(full_name="B invité", password=None), expires_at=now + timedelta(days=3)
    )
    with time_machine.travel(now - timedelta(days=9)):
        AccessLinkFactory(user=UserFactory(full_name="C expiré", password=None))
    AccessLinkFactory(
        user=UserFactory(full_name="D échec", password=None),
        message=MessageFactory(state=Message.State.FAILED),
    )
    AccessLinkFactory(
        user=UserFactory(full_name="C incertain", password=None),
        message=MessageFactory(state=Message.State.UNCERTAIN),
    )
    UserFactory(full_name="E fermé", is_active=False)
    rows = {str(user): state for user, state in administrator_client.get(LIST).context["rows"]}
    assert rows["A sans invitation"].label == "Sans invitation"
    assert rows["B invité"].label.startswith("Invité jusqu’au ")
    assert rows["C expiré"].label == "Invitation expirée"
    assert rows["D échec"].label == "Invitation non envoyée"
    assert rows["C incertain"].label == "Invitation peut-être non envoyée"
    assert rows["E fermé"].label == "Désactivé"
    assert rows[str(administrator)].label == "Actif"
    assert [name for name, state in rows.items() if state.may_be_invited] == [
        "A sans invitation", "B invité", "C expiré", "C incertain", "D échec",
    ]  # fmt: skip


def test_the_list_has_pages_and_costs_the_same_for_2_and_20(administrator_client, django_assert_num_queries):
    AccessLinkFactory(message=MessageFactory())
    with django_assert_num_queries(SESSION + 3):
        administrator_client.get(LIST)
    for _ in range(18):
        AccessLinkFactory(message=MessageFactory())
    with django_assert_num_queries(SESSION + 3):
        administrator_client.get(LIST)
    UserFactory.create_batch(50)
    first, second = administrator_client.get(LIST), administrator_client.get(LIST, {"page": 2})
    assert len(first.context["rows"]) == 50
    assert len(second.context["rows"]) == User.objects.count() - 50
    assert "Pages de la liste" in text_of(first)
    assert administrator_client.get(LIST, {"page": "deux"}).context["page_obj"].number == 1


# Opening --------------------------------------------------------------------------------------------------


def test_an_account_is_opened_with_an_invitation(
    administrator_client, administrator, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = administrator_client.post(
            CREATE,
            {"full_name": "  Nora   Nouvelle ", "email": "Nora@Example.org", "role": "agent"},
            follow=True,
        )
    assert "Le compte de Nora Nouvelle est ouvert" in text_of(response)
    user = User.objects.get(email="nora@example.org")
    assert (user.full_name, user.role, user.has_usable_password()) == ("Nora Nouvelle", "agent", False)
    (message,) = mail.outbox
    assert message.to == ["nora@example.org"]
    assert Client().get(link_of(message)).status_code == 200
    assert events(Event.Action.INVITED) == ["Invitation de Nora Nouvelle"]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"full_name": "X", "email": "agent@example.org"}, "Un compte existe déjà pour cette adresse."),
        ({"full_name": "X", "email": "AGENT@example.org"}, "Un compte existe déjà pour cette adresse."),
        ({"full_name": "X", "email": "pas une adresse"}, "adresse"),
        ({"full_name": "", "email": "x@example.org"}, "Ce champ est obligatoire."),
        ({"full_name": "X", "email": "x@example.org", "role": "roi"}, "roi"),
    ],
)
def test_a_faulty_form_opens_nothing_and_links_its_errors(administrator_client, agent, data, error):
    before = User.objects.count()
    response = administrator_client.post(CREATE, {"role": "", **data})
    assert response.status_code == 200
    text = text_of(response)
    assert "Une erreur est à corriger" in text
    assert error in text
    assert re.search(r'<li><a href="#id_(email|full_name|role)">', text)
    assert User.objects.count() == before
    assert not mail.outbox


def test_extra_fields_are_ignored(administrator_client, agent):
    administrator_client.post(
        edit(agent),
        {
            "full_name": "Alix",
            "role": "agent",
            "email": "autre@example.org",
            "is_superuser": "on",
            "password": "x",
        },
    )
    agent.refresh_from_db()
    assert (agent.full_name, agent.email, agent.is_superuser) == ("Alix", "agent@example.org", False)
    assert agent.check_password("quatre mots pour essayer")


# Changing -------------------------------------------------------------------------------------------------


def test_a_role_is_changed_and_journalled(administrator_client, administrator, agent):
    response = administrator_client.post(
        edit(agent), {"full_name": "Alix Agent", "role": "administrator"}, follow=True
    )
    assert "Le compte d’Alix Agent est enregistré." in text_of(response)
    agent.refresh_from_db()
    assert agent.is_administrator
    event = Event.objects.get(action=Event.Action.ROLE_CHANGED)
    assert event.actor == administrator
    assert event.subject_id == str(agent.pk)
    assert event.detail == {"former": "agent", "new": "administrator"}
    page = text_of(administrator_client.get(edit(agent)))
    assert "« Agent du service » devient « Administrateur »" in page


def test_a_name_alone_is_not_journalled_as_a_change_of_role(administrator_client, agent):
    administrator_client.post(edit(agent), {"full_name": "Alix A.", "role": "agent"})
    agent.refresh_from_db()
    assert agent.full_name == "Alix A."
    assert events(Event.Action.ROLE_CHANGED) == []


def test_a_demoted_administrator_loses_access_at_once(administrator_client, client_of):
    other = AdministratorFactory()
    client = client_of(other)
    assert client.get(LIST).status_code == 200
    administrator_client.post(edit(other), {"full_name": other.full_name, "role": ""})
    assert client.get(LIST).status_code == 403


def test_nobody_changes_their_own_role(administrator_client, administrator):
    administrator_client.post(edit(administrator), {"full_name": "Andrea", "role": "agent"})
    administrator.refresh_from_db()
    assert (administrator.full_name, administrator.role) == ("Andrea", "administrator")
    with pytest.raises(AccountRuleError, match="propre compte"):
        change_account(administrator, full_name="Andrea", role=User.Role.AGENT, by=administrator)


def test_a_closed_account_is_out_at_once_and_comes_back(administrator_client, agent, client_of):
    AccessLinkFactory(user=agent)
    client = client_of(agent)
    response = administrator_client.post(reverse("account_deactivate", args=[agent.pk]), follow=True)
    assert "Désactivé" in text_of(response)
    assert client.get(reverse("home")).status_code == 302
    assert AccessLink.objects.get(user=agent).revoked_at is not None
    assert events(Event.Action.DEACTIVATED) == ["Compte d’Alix Agent désactivé"]
    administrator_client.post(reverse("account_reactivate", args=[agent.pk]))
    agent.refresh_from_db()
    assert (agent.is_active, agent.role) == (True, "agent")
    assert events(Event.Action.REACTIVATED) == ["Compte d’Alix Agent réactivé"]


def test_closing_or_opening_twice_is_journalled_once(administrator_client, agent):
    for _ in range(2):
        administrator_client.post(reverse("account_deactivate", args=[agent.pk]))
    for _ in range(2):
        administrator_client.post(reverse("account_reactivate", args=[agent.pk]))
    assert len(events(Event.Action.DEACTIVATED)) == len(events(Event.Action.REACTIVATED)) == 1


def test_nobody_closes_their_own_account(administrator_client, administrator):
    response = administrator_client.post(reverse("account_deactivate", args=[administrator.pk]), follow=True)
    assert "Votre propre compte ne peut être changé que par un autre administrateur." in text_of(response)
    administrator.refresh_from_db()
    assert administrator.is_active
    assert "Désactiver le compte" not in text_of(administrator_client.get(edit(administrator)))


def test_an_administrator_demoted_meanwhile_changes_nothing(administrator):
    """Two administrators who close each other: the second one is no longer administrator."""
    other = AdministratorFactory()
    deactivate(other, by=administrator)
    with pytest.raises(AccountRuleError, match="n’êtes plus administrateur"):
        deactivate(administrator, by=other)
    administrator.refresh_from_db()
    assert administrator.is_active


# The invitation -------------------------------------------------------------------------------------------


def test_an_invited_person_chooses_a_password_and_logs_in(invited):
    client = Client(enforce_csrf_checks=True)
    address = link_of(mail.outbox[-1])
    page = client.get(address)
    assert "Bienvenue, Inès Invitée" in text_of(page)
    token = page.cookies["csrftoken"].value
    answer = {"new_password1": GOOD_PASSWORD, "new_password2": GOOD_PASSWORD, "csrfmiddlewaretoken": token}
    response = client.post(address, answer, follow=True)
    assert "Votre mot de passe est enregistré" in text_of(response)
    assert Client().login(email="invitee@example.org", password=GOOD_PASSWORD)
    assert events(Event.Action.JOINED) == ["Mot de passe choisi"]
    again = Client().get(address)
    assert again.status_code == 410
    assert "Cette invitation n’a plus d’effet" in text_of(again)


@pytest.mark.parametrize(
    ("first", "second", "error"),
    [
        ("court", "court", "12"),
        ("123456789012", "123456789012", "numérique"),
        ("motdepasse123", "autre chose ici", "correspondent pas"),
        ("Inès Invitée", "Inès Invitée", "trop semblable"),
        ("password1234", "password1234", "courant"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_stays_usable(invited, first, second, error):
    address = link_of(mail.outbox[-1])
    response = Client().post(address, {"new_password1": first, "new_password2": second})
    assert response.status_code == 200
    assert error in text_of(response)
    invited.refresh_from_db()
    assert not invited.has_usable_password()
    assert Client().get(address).status_code == 200


def test_the_invitation_page_is_kept_nowhere_and_leaks_its_address_to_nobody(invited):
    for address in (link_of(mail.outbox[-1]), "/invitation/inconnu/"):
        response = Client().get(address)
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "strict-origin"


def test_reading_the_invitation_does_not_use_it(invited):
    """Mail scanners open links."""
    for _ in range(3):
        assert Client().get(link_of(mail.outbox[-1])).status_code == 200


@pytest.mark.parametrize("end", ["expired", "revoked", "deactivated", "unknown"])
def test_an_ended_invitation_says_what_to_do(invited, end):
    address = link_of(mail.outbox[-1])
    if end == "expired":
        AccessLink.objects.update(
            created_at=timezone.now() - timedelta(days=8), expires_at=timezone.now() - timedelta(days=1)
        )
    if end == "revoked":
        AccessLink.objects.update(revoked_at=timezone.now())
    if end == "deactivated":
        User.objects.filter(pk=invited.pk).update(is_active=False)
    if end == "unknown":
        address = "/invitation/nimporte-quoi/"
    for response in (Client().get(address), Client().post(address, {"new_password1": GOOD_PASSWORD})):
        assert response.status_code == 410
        assert "demandez une nouvelle invitation" in text_of(response)
    invited.refresh_from_db()
    assert not invited.has_usable_password()


def test_a_new_invitation_replaces_the_old_one(
    administrator_client, invited, django_capture_on_commit_callbacks
):
    old = link_of(mail.outbox[-1])
    with django_capture_on_commit_callbacks(execute=True):
        administrator_client.post(reverse("account_invite", args=[invited.pk]))
    new = link_of(mail.outbox[-1])
    assert old != new
    assert Client().get(old).status_code == 410
    assert Client().get(new).status_code == 200


def test_whoever_has_a_password_is_not_invited_again(administrator_client):
    user = AgentFactory()
    response = administrator_client.post(reverse("account_invite", args=[user.pk]), follow=True)
    assert "n’attend pas d’invitation" in text_of(response)
    assert not mail.outbox


def test_accepting_while_logged_in_as_somebody_else_logs_out(agent_client, invited):
    agent_client.post(
        link_of(mail.outbox[-1]), {"new_password1": GOOD_PASSWORD, "new_password2": GOOD_PASSWORD}
    )
    assert agent_client.get(reverse("home")).status_code == 302
