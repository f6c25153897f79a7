"""The same headers on every answer, whoever in the application gives it; their exact values."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from cops.documents.models import Document
from cops.documents.views import DOWNLOAD_POLICY
from tests.desk.test_production import NEEDED
from tests.factories import DocumentFactory

POLICY = (
    "default-src 'none'; base-uri 'none'; connect-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; img-src 'self' data:; object-src 'none'; script-src 'self'; style-src 'self'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
}
# Browsers take it over https alone.
OVER_HTTPS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload"}
NAMES = ["Content-Security-Policy", *ALWAYS, *OVER_HTTPS]

# Asks each address of a site in production, whose database is away, and prints status and headers.
ASK = """
import json, sys
import django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
names, asked = json.load(sys.stdin)
found = {}
for what, (method, address, extra) in asked.items():
    response = client.generic(method, address, **extra)
    found[what] = [response.status_code, {name: response.get(name) for name in names}]
print(json.dumps(found))
"""
HTTPS = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_HOST": "cops.example"}
HTTP = {"HTTP_HOST": "cops.example"}
ASKED = {
    "foreign host over http": ("GET", "/", {"HTTP_HOST": "ailleurs.example"}, 400),
    "foreign host over https": ("GET", "/", HTTPS | {"HTTP_HOST": "ailleurs.example"}, 400),
    "redirect to https": ("GET", "/actions/", HTTP, 301),
    "redirect to the login": ("GET", "/actions/", HTTPS, 302),
    "static file": ("GET", "/static/css/cops.css", HTTPS, 200),
    "page": ("GET", "/compte/connexion/", HTTPS, 200),
    "not found": ("GET", "/nulle-part/", HTTPS, 404),
    "too large": ("POST", "/compte/connexion/", HTTPS | {"CONTENT_LENGTH": str(50 << 20)}, 413),
    "no database": ("GET", "/", HTTPS | {"HTTP_COOKIE": "__Host-session=" + "a" * 32}, 503),
}


def parts(policy: str) -> list[str]:
    return sorted(policy.split("; "))


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, dict[str, str | None]]]:
    folder = tmp_path_factory.mktemp("var")
    environment = {"PATH": os.environ["PATH"], "COPS_PROFILE": "production", "COPS_VAR": str(folder)} | NEEDED
    environment["DJANGO_SETTINGS_MODULE"] = "cops.settings"

    def run(arguments: list[str], given: str) -> str:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=Path(settings.BASE_DIR),
            env=environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        ).stdout

    run(["manage.py", "collectstatic", "--noinput", "-v0"], "")
    asked = {what: (method, address, extra) for what, (method, address, extra, _) in ASKED.items()}
    return json.loads(run(["-c", ASK], json.dumps([NAMES, asked])))


@pytest.mark.parametrize("what", ASKED)
def test_every_kind_of_answer_in_production_has_exactly_these_headers(answers, what):
    status, headers = answers[what]
    assert status == ASKED[what][3]
    assert parts(headers.pop("Content-Security-Policy") or "") == parts(POLICY)
    is_secure = "HTTP_X_FORWARDED_PROTO" in ASKED[what][2]
    assert headers == ALWAYS | (OVER_HTTPS if is_secure else {"Strict-Transport-Security": None})


# What a session's cookie is made of, set as SessionMiddleware sets it: there is no database to keep one in.
COOKIES = """
import json
import django
django.setup()
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import Client, RequestFactory
from cops.users.sessions import SessionStore
class Store(SessionStore):
    session_key = "key"
    is_empty = lambda self: False
    load = lambda self: {}
    save = lambda self: None
def answer(request):
    request.session = Store()
    request.session.modified = True
    return HttpResponse()
request = RequestFactory().get("/", secure=True)
set_by_us = SessionMiddleware(answer)(request).cookies
over_https = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_HOST": "cops.example"}
set_by_us |= Client().get("/compte/connexion/", **over_https).cookies
print(json.dumps({name: dict(morsel) for name, morsel in set_by_us.items()}))
"""


def test_cookies_in_production_are_for_this_host_and_https_only(tmp_path):
    environment = {"PATH": os.environ["PATH"], "COPS_PROFILE": "production", "COPS_VAR": str(tmp_path)}
    environment |= NEEDED | {"DJANGO_SETTINGS_MODULE": "cops.settings"}
    command = [sys.executable, "-c", COOKIES]
    root = Path(settings.BASE_DIR)
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
        cwd=root,
        env=environment,
        check=True,
    )
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    cookies = json.loads(done.stdout)
    assert set(cookies) == {"__Host-session", "__Host-csrf"}
    for cookie in cookies.values():
        assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax"
        assert (cookie["domain"], cookie["path"]) == ("", "/")
    assert cookies["__Host-session"]["max-age"] == cookies["__Host-session"]["expires"] == ""


def test_a_download_has_a_stricter_policy_and_the_rest(agent_client):
    document = DocumentFactory(visibility=Document.Visibility.STAFF)
    response = agent_client.get(reverse("document_download", args=[document.pk]))
    assert response.status_code == 200
    assert response["Content-Security-Policy"] == DOWNLOAD_POLICY
    assert {name: response.get(name) for name in ALWAYS} == ALWAYS


def test_an_error_that_nobody_expected_has_them_too(agent_client, monkeypatch):
    def fail(*args: object) -> None:
        raise ValueError

    monkeypatch.setattr("cops.desk.views.home_of", fail)
    agent_client.raise_request_exception = False
    response = agent_client.get(reverse("home"))
    assert response.status_code == 500
    assert "Menu principal" in response.content.decode()
    assert parts(response["Content-Security-Policy"]) == parts(POLICY)
    assert {name: response.get(name) for name in ALWAYS} == ALWAYS
