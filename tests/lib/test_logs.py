"""The log tells what happened without giving a way in."""

import datetime
import io
import logging
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string
from gunicorn.config import Config

from cops.lib.logs import AccessLogger
from cops.users.models import User
from tests.factories import UserFactory


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


CANARY = "canari@example.org"  # by its name: a traceback shows the lines of the source


def _same_address() -> None:
    UserFactory(email=CANARY)
    User(email=CANARY, full_name="Quelqu’un").save()


def _no_name() -> None:
    User.objects.filter(pk=UserFactory(email=CANARY).pk).update(full_name=None)


def _no_number() -> None:
    with connection.cursor() as cursor:
        # SQLite takes any text for a number: there it is the table that is missing.
        source = " FROM absent" if connection.vendor == "sqlite" else ""
        cursor.execute("SELECT CAST(%s AS integer)" + source, [CANARY])


@pytest.mark.parametrize("fault", [_same_address, _no_name, _no_number])
def test_an_error_of_the_database_tells_no_value(log, db, fault):
    try:
        with transaction.atomic():
            fault()
    except DatabaseError:
        logging.getLogger("cops").exception("une erreur")
    assert "Error" in log.getvalue() and "Traceback" in log.getvalue()
    assert CANARY not in log.getvalue() and "DETAIL" not in log.getvalue()


@pytest.mark.parametrize(
    "address", ["/invitation/secret/", "/convocation/secret?x=1", "/%69nvitation/secret/"]
)
def test_the_log_of_the_server_holds_no_link(address):
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": address,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "PATH_INFO": address,
        "HTTP_REFERER": f"https://cops.example{address}",
    }
    answer = SimpleNamespace(status="302 Found", sent=0, headers=[("Location", address)])
    request = SimpleNamespace(headers=[("REFERER", f"https://cops.example{address}")])
    atoms = AccessLogger(Config()).atoms(answer, request, environ, datetime.timedelta(seconds=1))
    assert "secret" not in str(atoms)
    assert (atoms["s"], atoms["m"]) == ("302", "GET")


def test_the_documented_command_starts_the_server_with_our_classes():
    documented = Path(settings.BASE_DIR, "README.md").read_text()
    for name in ("cops.lib.server.TimedWorker", "cops.lib.logs.AccessLogger"):
        assert name in documented
        assert import_string(name)
