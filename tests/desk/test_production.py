"""Starting in production: what is checked, and what is said where something is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

NEEDED = {
    "SECRET_KEY": "7f2c9d1be4a84f0b9e35c6d2a1b7f8e90d4c3b2a1f5e6d7c8b9a0f1e2d3c4b5a-XyZ_!",
    "DATABASE_URL": "postgres://cops@127.0.0.1:1/cops",
    "COPS_HOSTS": "cops.example",
    "EMAIL_URL": "smtp+tls://cops:secret@mail.example:587",
    "COPS_EMAIL_FROM": "cops@cops.example",
}


def started(tmp_path: Path, *command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """A program of the production profile; a variable given as "" is not set."""
    own = {name: value for name, value in (NEEDED | changes).items() if value}
    environment = {"PATH": os.environ["PATH"], "COPS_PROFILE": "production", "COPS_VAR": str(tmp_path)} | own
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_checks_of_a_deployment_find_nothing(tmp_path):
    done = started(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_variable_is_named_on_one_line(tmp_path, name):
    done = started(tmp_path, "manage.py", "check", **{name: ""})
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("Configuration incomplète ou incorrecte : à définir pour la production : " + name)


@pytest.mark.parametrize("preload", [["--preload"], []], ids=["preloaded", "in its workers"])
def test_the_server_says_the_same_and_gives_up(tmp_path, preload):
    gunicorn = ["-m", "gunicorn", "cops.wsgi", "--bind", f"unix:{tmp_path}/s", "--workers", "1"]
    done = started(tmp_path, *gunicorn, "--no-control-socket", *preload, EMAIL_URL="", COPS_HOSTS="")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert (
        done.stderr.count("COPS_HOSTS (noms de domaine du site, séparés par des virgules) ; EMAIL_URL") == 1
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"EMAIL_URL": "mail.example"}, "EMAIL_URL commence par"),
        ({"EMAIL_URL": "smtp+tls://mail.example:port"}, "EMAIL_URL n’est pas l’adresse"),
        ({"DATABASE_URL": "mysql://localhost/cops"}, "DATABASE_URL commence par"),
        ({"DATABASE_URL": "postgres://localhost:5432"}, "DATABASE_URL ne nomme aucune base"),
        ({"SECRET_KEY": "court"}, "SECRET_KEY compte moins de 50 caractères"),
        ({"COPS_PROFILE": "prod"}, "COPS_PROFILE vaut « prod »"),
        ({"COPS_URL": "http://cops.example"}, "COPS_URL est à définir"),
        ({"COPS_URL": "https://cops.example/suivi"}, "COPS_URL est à définir"),
        (
            {"COPS_URL": "https://ailleurs.example"},
            "COPS_URL désigne un domaine qui n’est pas dans COPS_HOSTS",
        ),
        ({"COPS_HOSTS": "cops.example,autre.example"}, "COPS_URL est à définir"),
        ({"COPS_HOSTS": "*"}, "COPS_URL est à définir"),
        ({"COPS_TRUSTED_PROXIES": "un"}, "COPS_TRUSTED_PROXIES vaut « un »"),
        ({"COPS_TRUSTED_PROXIES": "-1"}, "COPS_TRUSTED_PROXIES vaut « -1 »"),
        ({"COPS_TRUSTED_PROXIES": "1.5"}, "COPS_TRUSTED_PROXIES vaut « 1.5 »"),
    ],
    ids=[
        "no scheme",
        "no port",
        "other engine",
        "no name",
        "short",
        "other profile",
        "no TLS",
        "with a path",
        "other domain",
        "several hosts",
        "any host",
        "proxies in words",
        "negative proxies",
        "half a proxy",
    ],
)
def test_a_value_that_cannot_be_used_is_said_in_french_without_its_secrets(tmp_path, changes, said):
    done = started(tmp_path, "manage.py", "check", **changes)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert said in line
    assert "secret" not in line.removeprefix("Configuration")


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({}, "https://cops.example"),
        ({"COPS_URL": "https://cops.example:8443/"}, "https://cops.example:8443"),
        ({"COPS_HOSTS": ".example", "COPS_URL": "https://a.example"}, "https://a.example"),
        ({"COPS_PROFILE": "demonstration", "PORT": "8123"}, "http://localhost:8123"),
    ],
    ids=["the only host", "its own port", "a host of several", "demonstration"],
)
def test_mails_lead_to_the_address_of_the_settings(tmp_path, changes, url):
    shown = "from django.conf import settings; print(settings.SITE_URL)"
    done = started(tmp_path, "-c", shown, DJANGO_SETTINGS_MODULE="cops.settings", **changes)
    assert (done.stdout.strip(), done.stderr) == (url, "")


@pytest.mark.parametrize(
    ("changes", "trusted"),
    [
        ({}, "1"),
        ({"COPS_TRUSTED_PROXIES": "0"}, "0"),
        ({"COPS_TRUSTED_PROXIES": "2"}, "2"),
        ({"COPS_PROFILE": "demonstration"}, "0"),
    ],
    ids=["production", "none", "two", "demonstration"],
)
def test_the_number_of_trusted_proxies_is_the_one_set(tmp_path, changes, trusted):
    shown = "from django.conf import settings; print(settings.TRUSTED_PROXIES)"
    done = started(tmp_path, "-c", shown, DJANGO_SETTINGS_MODULE="cops.settings", **changes)
    assert (done.stdout.strip(), done.stderr) == (trusted, "")
