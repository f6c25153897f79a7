"""Every address × role × method answers as `tests/access` decides."""

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cops.users.models import User
from tests.access import LOGIN, METHODS, ROLES, ROUTES, Route, World

pytestmark = pytest.mark.once

SAFE = ("GET", "HEAD", "OPTIONS")
# What a safe request may write: the journal, the session that renews its own key, the counts of the rate
# limits, and allauth's copy of an account's address, which it makes when it first needs one.
WRITTEN_BY_READING = {"audit_event", "django_session", "cops_cache", "account_emailaddress"}


def named_patterns(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from named_patterns(pattern.url_patterns)
        else:
            yield pattern.name or f"without name: {pattern.pattern}"


def test_every_address_of_the_site_has_its_decision():
    assert set(named_patterns(get_resolver().url_patterns)) == {route.name for route in ROUTES}


def send(route: Route, world: World, session: str | None, method: str) -> HttpResponseBase:
    client = Client()
    if session is not None:
        client.cookies["sessionid"] = session
    address = reverse(route.name, args=route.arguments(world)) + route.query
    return client.generic(method, address) if method != "POST" else client.post(address, route.data)


def session_of(user: User | None) -> str | None:
    """A session key of the account; each request starts from it anew."""
    if user is None:
        return None
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def answer(response: HttpResponseBase) -> str:
    if response.status_code == 302 and response["Location"].startswith(reverse("account_login")):
        return LOGIN
    return str(response.status_code)


def writes(queries: list[dict[str, str]]) -> set[str]:
    """The tables that these queries write to."""
    pattern = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
    return {match[1] for query in queries if (match := pattern.match(query["sql"]))}


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_role_gets_what_is_decided(route, world, cast, html_checker):
    """And whatever it gets: reading writes nothing, the policy is strict, no cache keeps a private page, and
    a page is valid HTML."""
    found, decided, invalid = {}, {}, {}
    for role in ROLES:
        session = session_of(cast[role])
        for method in METHODS:
            cache.clear()  # the throttles count there
            with transaction.atomic(), CaptureQueriesContext(connection) as queries:
                response = send(route, world, session, method)
                content = b"".join(response) if response.streaming else response.content
                transaction.set_rollback(True)
            found[role, method] = answer(response)
            decided[role, method] = route.expected(role, method)
            if method in SAFE:
                assert writes(queries.captured_queries) <= WRITTEN_BY_READING, (role, method)
            assert_headers(response, is_private=session is not None)
            if html_checker is not None and method == "GET" and is_page(response, content):
                invalid[role] = html_checker.faults(content.decode())
    assert found == decided
    assert {role: faults for role, faults in invalid.items() if faults} == {}


def is_page(response: HttpResponseBase, content: bytes) -> bool:
    return bool(content) and response["Content-Type"].startswith("text/html")


def assert_headers(response: HttpResponseBase, *, is_private: bool) -> None:
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    if is_private:
        assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_nothing_is_sent_without_the_token_of_a_form(route, world, agent_client):
    client = Client(enforce_csrf_checks=True)
    client.cookies["sessionid"] = agent_client.cookies["sessionid"].value
    response = client.post(reverse(route.name, args=route.arguments(world)), route.data)
    assert response.status_code == 403
    assert "Formulaire expiré" in response.content.decode()


def test_what_is_open_without_logging_in_is_written_down():
    """An address that joins this list is a decision of its own."""
    opened = {
        route.name
        for route in ROUTES
        if any(route.expected("anonymous", method) != LOGIN for method in ("GET", "POST"))
    }
    assert opened == {
        "accept_invitation",
        "account_inactive",
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "convocation_reply",
    }
