"""Passwords cannot be tried without end, and whoever tries them locks nobody else out."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from cops.audit.models import Event
from cops.users.clients import UNKNOWN, client_address, client_network
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


@pytest.mark.parametrize(
    "spelt", ["KIM@example.org", "k\u0131m@example.org", "\u212aim@example.org", " kim@EXAMPLE.org "]
)
def test_another_spelling_of_the_address_is_no_further_account(user, spelt):
    """The dotless i, and the sign of the kelvin, are i and k to whoever compares without case."""
    try_in_vain(user.email)
    assert status(spelt, PASSWORD) != 302


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


# Behind the proxy that production demands: every connection comes from it ---------------------------------


@pytest.fixture
def proxied(settings) -> None:
    settings.TRUSTED_PROXIES = 1


def from_outside(address: str, *invented: str) -> dict[str, str]:
    """What arrives from that address through the proxy, which adds it after what the sender invented."""
    return {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": ", ".join([*invented, address])}


def test_wrong_logins_for_invented_accounts_lock_out_their_own_address_only(user, proxied):
    tried = [status(f"invente{n}@example.org", **from_outside("203.0.113.9")) for n in range(12)]
    assert tried == [200] * 10 + [429] * 2
    assert status(user.email, PASSWORD, **from_outside("203.0.113.9")) == 429
    assert status(user.email, PASSWORD, **from_outside("198.51.100.8")) == 302


def test_wrong_tries_for_one_account_lock_out_neither_the_site_nor_its_owner(user, proxied):
    for _ in range(7):
        status(user.email, **from_outside("203.0.113.9"))
    assert status(user.email, PASSWORD, **from_outside("198.51.100.8")) == 302
    assert status(UserFactory(password=PASSWORD).email, PASSWORD, **from_outside("203.0.113.9")) == 302


def test_invented_addresses_before_that_of_the_proxy_open_no_way_round(user, proxied):
    for n in range(7):
        status(user.email, **from_outside("203.0.113.9", f"192.0.2.{n}", "n’importe quoi"))
    assert status(user.email, PASSWORD, **from_outside("203.0.113.9", "198.51.100.8")) == 429


@pytest.mark.parametrize(
    ("trusted", "forwarded", "known"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.8, 203.0.113.9", "203.0.113.9"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "n’importe quoi", "192.0.2.1"),
        (1, "203.0.113.9, ", "192.0.2.1"),
        (2, "203.0.113.9", "192.0.2.1"),
        (2, "198.51.100.8, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
    ],
)
def test_the_address_of_a_client(settings, rf, trusted, forwarded, known):
    settings.TRUSTED_PROXIES = trusted
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(rf.get("/", REMOTE_ADDR="192.0.2.1", **headers)) == known


def test_all_addresses_of_an_ipv6_network_count_as_one_sender(rf):
    one, other = (client_network(rf.get("/", REMOTE_ADDR=f"2001:db8:0:1::{n}")) for n in (1, "ffff"))
    assert one == other != client_network(rf.get("/", REMOTE_ADDR="2001:db8:0:2::1"))
    assert client_address(rf.get("/", REMOTE_ADDR="")) == UNKNOWN


def test_asking_for_many_resets_keeps_nobody_out(user, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        asked = [
            Client().post(reverse("account_reset_password"), {"email": user.email}).status_code
            for _ in range(8)
        ]
    assert asked == [302] * 8
    assert [mail.to for mail in mailoutbox] == [[user.email]] * 5
