"""Asking for another password does the same work for an address with and without account."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from cops.mail.administration import deactivate, reactivate
from tests.factories import UserFactory

RESET = reverse("account_reset_password")
QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def work_of(address: str, asked_from: str) -> list[str]:
    """The kinds of query that one request makes."""
    visitor = Client(REMOTE_ADDR=asked_from)
    with CaptureQueriesContext(connection) as queries:
        assert visitor.post(RESET, {"email": address}).status_code == 302
    return [re.sub(r"'[^']*'|\b\d+\b|\S*SAVEPOINT.*", "?", query["sql"])[:60] for query in queries]


@pytest.mark.django_db
def test_known_unknown_and_closed_accounts_cost_the_same_queries(settings):
    settings.TASKS = QUEUE
    UserFactory(email="connue@example.org")
    UserFactory(email="ferme@example.org", is_active=False)
    work_of("premier@example.org", "192.0.2.1")  # fills what is read once
    known = work_of("connue@example.org", "192.0.2.2")
    unknown = work_of("inconnu@example.org", "192.0.2.3")
    closed = work_of("ferme@example.org", "192.0.2.4")
    assert known == unknown == closed
    assert not any("users_user" in query for query in known)
    assert DBTaskResult.objects.count() == 4


@pytest.mark.django_db
def test_the_worker_writes_to_the_account_only(settings, mailoutbox, django_capture_on_commit_callbacks):
    UserFactory(email="connue@example.org")
    for address in ("Connue@example.org", "inconnu@example.org"):
        with django_capture_on_commit_callbacks(execute=True):
            Client().post(RESET, {"email": address})
    assert [mail.to for mail in mailoutbox] == [["connue@example.org"]]
    assert re.search(r"http://testserver/compte/mot-de-passe/oublie/cle/\S+", mailoutbox[0].body)


@pytest.mark.django_db
def test_a_link_ends_when_the_account_is_closed_and_stays_ended(
    administrator, mailoutbox, django_capture_on_commit_callbacks
):
    user = UserFactory(email="connue@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        Client().post(RESET, {"email": user.email})
    address = re.search(r"http://testserver(\S+)", mailoutbox[0].body)[1]
    assert "Choisir un mot de passe" in Client().get(address, follow=True).content.decode()
    deactivate(user, by=administrator)
    assert "n’a plus d’effet" in Client().get(address, follow=True).content.decode()
    reactivate(user, by=administrator)
    assert "n’a plus d’effet" in Client().get(address, follow=True).content.decode()
