"""A database that is down, not migrated or wrongly named, for real: clear French, no trace, exit status 1."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

NOBODY_LISTENS = "postgres://cops:motdepasse@127.0.0.1:1/cops"
COMMANDS = [
    ["load_reference"],
    ["import_workbook", "fixtures/demo-2009-2014.xlsx"],
    ["report", "--contract", "cops-2009", "--year", "2012", "--format", "json"],
    ["plan", "--contract", "cops-2009", "--on", "2012-01-01"],
    ["migrate", "--plan"],
]

# What somebody sees whose session stands in the database, which is not there; and a visitor who logs in.
PAGES = """
import django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False, SERVER_NAME="localhost")
print(client.post("/compte/connexion/", {"login": "a@example.org", "password": "x"}).status_code)
client.cookies["sessionid"] = "a" * 32
for address in ("/", "/actions/", "/compte/connexion/"):
    response = client.get(address)
    print(response.status_code, "default-src 'none'" in response["Content-Security-Policy"])
print(response.content.decode())
"""


def run(arguments: list[str], tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The application in a process of its own, with nothing but these variables set."""
    environment = {"PATH": os.environ["PATH"], "COPS_VAR": str(tmp_path), **variables}
    environment["DJANGO_SETTINGS_MODULE"] = "cops.settings"
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def message(command: list[str], tmp_path: Path, **variables: str) -> str:
    """What a command that fails says: one line."""
    done = run(["manage.py", *command], tmp_path, **variables)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("command", COMMANDS[:4], ids=lambda command: command[0])
def test_a_command_on_a_database_without_tables_says_to_migrate(tmp_path, command):
    assert "Lancez « python manage.py migrate », puis recommencez." in message(command, tmp_path)


@pytest.mark.pdf  # without Pango the system check adds its own line
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_command_without_its_database_says_to_start_it(tmp_path, command):
    line = message(command, tmp_path, DATABASE_URL=NOBODY_LISTENS)
    assert line.startswith("La base de données ne répond pas")
    assert "motdepasse" not in line


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of data with the static files in it, as pages need them, and no database."""
    folder = tmp_path_factory.mktemp("var")
    done = run(["manage.py", "collectstatic", "--noinput", "-v0"], folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("address", ["", NOBODY_LISTENS], ids=["without tables", "down"])
def test_the_site_without_its_database_says_that_it_is_away(collected, address):
    done = run(["-c", PAGES], collected, DATABASE_URL=address)
    lines = done.stdout.splitlines()
    assert lines[:4] == ["503", "503 True", "503 True", "503 True"], done.stdout + done.stderr
    assert "Site momentanément indisponible" in done.stdout
    assert "Traceback" not in done.stdout
    assert "motdepasse" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://cops@localhost/cops", "commence par « postgres:// » ou « sqlite:/// »"),
        ("postgres://cops@localhost:99999/cops", "n’est pas l’adresse d’une base"),
        ("postgres://localhost", "ne nomme aucune base"),
        ("sqlite:///", "ne nomme aucune base"),
    ],
)
def test_an_address_that_names_no_database_is_refused(tmp_path, address, words):
    line = message(COMMANDS[3], tmp_path, DATABASE_URL=address)
    assert line.startswith("Configuration incomplète ou incorrecte : DATABASE_URL ")
    assert words in line


def test_production_names_all_that_it_lacks(tmp_path):
    line = message(["check"], tmp_path, COPS_PROFILE="production", SECRET_KEY="x" * 60)
    for name in ("DATABASE_URL", "COPS_HOSTS", "EMAIL_URL", "COPS_EMAIL_FROM"):
        assert name in line
    assert "SECRET_KEY" not in line
