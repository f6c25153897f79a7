"""Error pages: in French, without a trace, and without the database."""

import pytest
from django.core.cache import cache
from django.db import DatabaseError, OperationalError, connection
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


def test_whoever_is_logged_in_keeps_the_menu_the_search_and_the_help(agent_client):
    response = agent_client.get("/nulle-part/")
    for words in ('aria-label="Menu principal"', 'id="site-search"', "Une question ?", "Se déconnecter"):
        assert words in text_of(response)
    assert response["Cache-Control"] == "no-store, private"


def test_a_visitor_gets_no_menu_and_is_told_where_to_ask(client, db):
    shown = text_of(client.get("/nulle-part/"))
    assert "Menu principal" not in shown
    assert "Une question ? Adressez-vous au service «" in shown
    assert "mailto:" in shown


def test_what_fails_around_an_error_page_leaves_the_page(agent_client, monkeypatch):
    def fail(*args: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("cops.desk.context._entries", fail)
    response = agent_client.get("/nulle-part/")
    assert response.status_code == 404
    assert "Page introuvable" in text_of(response)
    assert "Menu principal" not in text_of(response)


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


@pytest.fixture
def read_only(db):
    """Nothing can be written from now on."""
    statements = {"sqlite": "PRAGMA query_only = 1", "postgresql": "SET TRANSACTION READ ONLY"}
    connection.check_constraints()  # of what was written until now: it would wait for the end, and lock rows
    with connection.cursor() as cursor:
        cursor.execute(statements[connection.vendor])
    yield
    if connection.vendor == "sqlite":  # Django would ask nothing of a transaction that failed
        connection.connection.execute("PRAGMA query_only = 0")


def test_logging_in_on_a_read_only_database_does_not_speak_of_attempts(read_only, client):
    client.raise_request_exception = False
    response = client.post(reverse("account_login"), {"login": "a@example.org", "password": "x"})
    assert response.status_code == 503
    assert "Rien ne peut être enregistré pour l’instant" in text_of(response)


def test_what_writes_on_a_read_only_database_gets_a_clean_page(agent_client, request):
    agent_client.raise_request_exception = False
    request.getfixturevalue("read_only")
    response = agent_client.post(
        reverse("saved_view_create"), {"name": "Vue", "path": "/actions/", "query": "annee=2012"}
    )
    assert response.status_code == 503
    assert "Rien ne peut être enregistré pour l’instant" in text_of(response)
    assert "read-only" not in text_of(response)


def test_counts_that_cannot_be_written_are_an_error_and_a_taken_key_is_none(db, request):
    assert cache.add("taken", 1)
    assert not cache.add("taken", 2)
    request.getfixturevalue("read_only")
    with pytest.raises(DatabaseError):
        cache.add("free", 1)
