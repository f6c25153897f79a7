"""Where the mails lead comes from the settings, whatever host and port the request names."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from cops.mail.models import Message
from governance.models import Person
from tests.access import World

SITE = "https://suivi.exemple.fr"
FORGED = {"HTTP_HOST": "localhost:6666", "HTTP_X_FORWARDED_HOST": "ailleurs.example"}


@pytest.fixture(autouse=True)
def _site(settings) -> None:
    settings.SITE_URL = SITE


def addresses() -> set[str]:
    """The beginnings of all addresses in the mails that left and in the outbox."""
    texts = [str(message.body) for message in mail.outbox] + list(
        Message.objects.values_list("body", flat=True)
    )
    return {found for text in texts for found in re.findall(r"https?://[^/\s]+", text)}


def test_a_forgotten_password(agent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        Client().post(reverse("account_reset_password"), {"email": agent.email}, **FORGED)
    assert addresses() == {SITE}


def test_an_invitation(administrator_client, django_capture_on_commit_callbacks):
    new = {"full_name": "Nora Nouvelle", "email": "nora@example.org", "role": "agent"}
    with django_capture_on_commit_callbacks(execute=True):
        administrator_client.post(reverse("account_create"), new, **FORGED)
    assert addresses() == {SITE}


def test_the_invitation_of_a_person(administrator_client, world: World, django_capture_on_commit_callbacks):
    person = world.person_without_account
    with django_capture_on_commit_callbacks(execute=True):
        administrator_client.post(
            reverse("person_account", args=[person.pk]), {"email": "lise@example.org"}, **FORGED
        )
    assert Person.objects.get(pk=person.pk).user is not None
    assert addresses() == {SITE}


def test_no_view_makes_an_address_of_a_request(settings):
    """The others are in `governance`: what is convened, what alerts. The one reader compares it with the page
    that a request says it comes from, and makes nothing of it."""
    rooms = ("cops", "governance", "contracts", "actions", "evaluation")
    read = re.compile(r"get_host\(|build_absolute_uri\(|\.get_port\(|HTTP_HOST")
    sources = [path for room in rooms for path in (settings.BASE_DIR / room).rglob("*.py")]
    readers = {str(path.relative_to(settings.BASE_DIR)) for path in sources if read.search(path.read_text())}
    assert readers == {"cops/audit/middleware.py"}
