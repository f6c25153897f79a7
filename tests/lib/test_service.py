"""How the service that keeps the site is named, wherever it is."""

import pytest
from django.core import mail
from django.test import override_settings
from django.urls import reverse

from cops.lib.service import Service, service
from cops.mail.services import enqueue

MINE = override_settings(
    SERVICE_NAME="Tranquillité publique",
    SERVICE_EMAIL="tranquillite@cops.example",
    SERVICE_PHONE="02 61 91 00 01",
    SERVICE_ADDRESS="2 place du Marché, 45200 Montargis",
)


@MINE
def test_the_service_is_named_and_signs():
    assert service().named == "service «\u00a0Tranquillité publique\u00a0»"
    assert service().signature.splitlines() == [
        "Service «\u00a0Tranquillité publique\u00a0»",
        "2 place du Marché, 45200 Montargis",
        "Tél.\u00a0: 02 61 91 00 01",
        "tranquillite@cops.example",
    ]


def test_what_is_not_known_of_the_service_takes_no_line():
    assert Service("Prévention").signature == "Service «\u00a0Prévention\u00a0»"


@MINE
@pytest.mark.django_db
def test_pages_and_error_pages_say_how_to_reach_the_service(client):
    for page in (reverse("account_login"), "/nulle-part/"):
        text = client.get(page).content.decode()
        assert "Développement social urbain" not in text
        assert "Tranquillité publique" in text
        assert "02 61 91 00 01" in text
        assert 'href="mailto:tranquillite@cops.example"' in text


@override_settings(SERVICE_EMAIL="", SERVICE_PHONE="")
@pytest.mark.django_db
def test_a_service_without_coordinates_leaves_none_on_pages(client):
    text = client.get(reverse("account_login")).content.decode()
    assert "mailto:" not in text
    assert "de l’agglomération.</p>" in text


@MINE
@pytest.mark.django_db(transaction=True)
def test_answers_to_every_mail_reach_the_service():
    enqueue(recipient="lise@cops.example", subject="Objet", body="Texte")
    assert mail.outbox[0].message()["Reply-To"] == "tranquillite@cops.example"
