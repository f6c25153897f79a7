"""Passwords cannot be tried without end, and whoever tries them locks nobody else out."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from cops.audit.models import Event
from cops.users.models import User
from tests.factories import UserFactory

PASSWORD = "quatre mots sans rapport"
ALLOWED = 5


@pytest.fixture
def user(db: None) -> User:
    return UserFactory(email="kim@example.org", password=PASSWORD)


def status(email: str, password: str = "faux", **headers: str) -> int:
    """What the login page answers to somebody without a session; 302 is in."""
    answer = {"login": email, "password": password}
    return Client().post(reverse("account_login"), answer, **headers).status_code


def try_in_vain(email: str) -> list[int]:
    return [status(email) for _ in range(7)]


def test_after_five_wrong_passwords_not_even_the_right_one_is_tried(user):
    assert try_in_vain(user.email) == [200] * ALLOWED + [429] * 2
    assert status(user.email, PASSWORD) == 429
    assert Event.objects.filter(action=Event.Action.LOGIN_FAILED).count() == ALLOWED


def test_an_unknown_account_is_refused_the_same_way(db):
    assert try_in_vain("personne@example.org") == [200] * ALLOWED + [429] * 2


def test_right_passwords_are_not_counted(user):
    assert {status(user.email, PASSWORD) for _ in range(ALLOWED + 1)} == {302}


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_X_REAL_IP": "192.0.2.7"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
        {"HTTP_HOST": "localhost:4711"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_headers_of_the_sender_open_no_way_round(user, headers):
    try_in_vain(user.email)
    assert status(user.email, PASSWORD, **headers) == 429


@pytest.mark.parametrize("spelling", ["KIM@example.org", " kim@example.org ", "\u212aim@example.org"])
def test_another_spelling_of_the_address_opens_no_way_round(user, spelling):
    try_in_vain(user.email)
    assert status(spelling, PASSWORD) == 429


def test_the_others_at_the_same_address_log_in(user):
    other = UserFactory(password=PASSWORD)
    try_in_vain(user.email)
    assert status(other.email, PASSWORD) == 302


def test_the_owner_of_the_account_logs_in_from_elsewhere(user):
    try_in_vain(user.email)
    assert status(user.email, PASSWORD, REMOTE_ADDR="192.0.2.7") == 302


def test_all_processes_of_the_server_count_together(user):
    """Each has a memory of its own; what they share is the database."""
    status(user.email)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cops_cache WHERE cache_key LIKE '%%login_failed%%'")
        assert cursor.fetchone()[0] == 2
