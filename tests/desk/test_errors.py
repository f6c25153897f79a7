"""Error pages: in French, without a trace, and without the database."""

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from cops.desk import errors


def text_of(response) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ").split())


@pytest.mark.parametrize(
    ("view", "status", "words"),
    [
        (errors.bad_request, 400, "Le serveur n’a pas compris cette demande."),
        (errors.forbidden, 403, "Votre compte n’ouvre pas cette page."),
        (errors.not_found, 404, "Cette page n’existe pas"),
        (errors.too_many_requests, 429, "Attendez quelques minutes"),
        (errors.server_error, 500, "Rien n’a été enregistré"),
        (errors.csrf_failure, 403, "actualisez la page"),
    ],
)
def test_each_page_says_what_to_do_without_touching_the_database(view, status, words):
    """No database mark: any query would fail the test."""
    response = view(RequestFactory().get("/"))
    assert response.status_code == status
    assert words in text_of(response)
    assert '<html lang="fr">' in text_of(response)


def test_an_unknown_address_is_not_found_for_whoever_is_logged_in(agent_client):
    response = agent_client.get("/nulle-part/")
    assert response.status_code == 404
    assert "Page introuvable" in text_of(response)


def test_a_form_without_its_token_is_refused_with_a_page(agent):
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("account_login"), {"login": "x", "password": "y"})
    assert response.status_code == 403
    assert "Formulaire expiré" in text_of(response)


def test_a_database_that_is_down_gets_a_clean_page(agent_client, monkeypatch):
    def fail(*args: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("cops.desk.views.home_of", fail)
    agent_client.raise_request_exception = False
    response = agent_client.get(reverse("home"))
    assert response.status_code == 503
    assert "Site momentanément indisponible" in text_of(response)
    assert "connection refused" not in text_of(response)
