"""The first account of a site, from the command line."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from cops.audit.models import Event
from cops.mail.models import AccessLink
from cops.users.models import User
from tests.factories import AdministratorFactory, AgentFactory

PASSWORD = "lampe rivière tabouret orage"
EMAIL = "premiere@example.org"


@pytest.fixture
def create(db, django_capture_on_commit_callbacks, capsys):
    """A function that calls the command and gives what it wrote to its standard output."""

    def call(*arguments: str) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            call_command("create_administrator", *arguments)
        return capsys.readouterr().out

    return call


def refusal(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("create_administrator", *arguments)
    assert caught.value.returncode == 1
    return str(caught.value).replace("\u00a0", " ")


def choose_password(address: str) -> Client:
    answer = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    path = re.fullmatch(r"http://testserver(/invitation/\S+/)", address)[1]
    client = Client()
    client.post(path, answer)
    client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    return client


def test_an_empty_base_gets_its_first_administrator_by_mail(create):
    assert create(" Premiere@Example.org ", "--name", "Dominique  Exemple") == ""
    user = User.objects.get()
    assert (user.email, user.full_name, user.role) == (EMAIL, "Dominique Exemple", "administrator")
    (message,) = mail.outbox
    assert message.to == [EMAIL]
    assert "Un accès vous est ouvert au suivi" in message.body
    client = choose_password(re.search(r"http://\S+", message.body)[0])
    assert client.get(reverse("account_list")).status_code == 200
    event = Event.objects.get(action=Event.Action.INVITED)
    assert (event.actor, event.subject_id) == (None, str(user.pk))
    assert event.summary == "Invitation de Dominique Exemple par la ligne de commande"


def test_the_link_is_printed_once_and_not_sent(create):
    address = create(EMAIL, "--print-link").strip()
    assert not mail.outbox
    assert User.objects.get().full_name == "Administration du site"
    assert choose_password(address).get(reverse("account_list")).status_code == 200
    assert "connectez-vous, au besoin par « Mot de passe oublié »" in refusal(EMAIL, "--print-link")


def test_a_printed_link_that_got_lost_is_replaced(create):
    first = create(EMAIL, "--print-link").strip()
    assert "--print-link affiche un nouveau lien" in refusal(EMAIL)
    second = create(EMAIL, "--print-link").strip()
    assert Client().get(first.removeprefix("http://testserver")).status_code == 410
    assert Client().get(second.removeprefix("http://testserver")).status_code == 200
    assert User.objects.count() == 1


@pytest.mark.parametrize("options", [[], ["--print-link"]])
def test_an_address_that_has_an_account_is_refused_with_what_to_do(db, options):
    AdministratorFactory(email=EMAIL)
    AgentFactory(email="agent@example.org")
    AdministratorFactory(email="ferme@example.org", is_active=False)
    assert "connectez-vous" in refusal("PREMIERE@example.org", *options)
    assert "un administrateur change son rôle" in refusal("agent@example.org", *options)
    assert "un administrateur le réactive" in refusal("ferme@example.org", *options)
    assert (User.objects.count(), AccessLink.objects.count(), len(mail.outbox)) == (3, 0, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pas une adresse"], "adresse"),
        (["a@b.fr", "--name", "  "], "vide"),
        (["a@b.fr", "--name", "x" * 151], "150"),
    ],
)
def test_what_cannot_be_an_account_is_refused(db, arguments, said):
    assert said in refusal(*arguments)
    assert not User.objects.exists()


@pytest.mark.parametrize("arguments", [[], ["--email", "a@b.fr", "--full_name", "A", "--noinput"]])
def test_the_command_of_django_names_the_right_one(arguments):
    with pytest.raises(CommandError, match="create_administrator ADRESSE") as caught:
        call_command("createsuperuser", *arguments)
    assert caught.value.returncode == 1
