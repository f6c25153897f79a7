"""The log tells what happened without giving a way in."""

import io
import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the application's own handler writes."""
    named = [handler for handler in logging.getLogger().handlers if handler.name == "console"]
    (handler,) = (each for each in named if isinstance(each, logging.StreamHandler))
    text = io.StringIO()
    former = handler.setStream(text)
    yield text
    if former is not None:
        handler.setStream(former)


def test_the_link_of_an_invitation_stays_out(log, world):
    address = reverse("accept_invitation", args=[world.token])
    Client(enforce_csrf_checks=True).post(address)
    assert "Forbidden (CSRF cookie not set.): /invitation/…/" in log.getvalue()
    assert world.token not in log.getvalue()


def test_a_link_stays_out_however_its_address_goes_on(log, db):
    Client().get("/invitation/secret/autre/?x=1")
    assert "Not Found: /invitation/…/autre/" in log.getvalue()


def test_the_link_of_a_forgotten_password_stays_out(log, db):
    address = reverse("account_reset_password_from_key", args=["1", "abc-secret"])
    Client(enforce_csrf_checks=True).post(address)
    assert "/compte/mot-de-passe/oublie/cle/…/" in log.getvalue()
    assert "secret" not in log.getvalue()


def test_a_permission_refused_is_one_line(log, stranger_client):
    stranger_client.get(reverse("contract_list"))
    (line,) = log.getvalue().splitlines()
    assert line.endswith("WARNING django.request Forbidden (Permission denied): /contrats/")


def test_a_line_break_in_an_address_forges_no_line(log, db):
    Client().get("/x%0d%0a2030-01-01 faux")
    assert len(log.getvalue().splitlines()) == 1


def test_a_failure_keeps_where_it_happened(log):
    try:
        raise ValueError("ici")
    except ValueError:
        logging.getLogger("cops").exception("une erreur %s", "inattendue")
    assert "une erreur inattendue" in log.getvalue()
    assert "ValueError: ici" in log.getvalue()


def test_every_handler_hides_the_links():
    assert all("links" in handler["filters"] for handler in settings.LOGGING["handlers"].values())
