"""A database knows in which profile it was created; what belongs to the other one leaves it alone."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from cops.users.installation import check_profile, foreign_profile, recorded_profile
from cops.users.models import Installation, User

pytestmark = pytest.mark.once

PRODUCTION = {
    "COPS_PROFILE": "production",
    "SECRET_KEY": "k7Zt2x9QpL4mVb8NcR1sYdJ6wHf3GeTuAiXoPqWzMnBvClKj5D0",
    "COPS_HOSTS": "cops.example",
    "EMAIL_URL": "smtp+tls://127.0.0.1:25",
    "COPS_EMAIL_FROM": "cops@cops.example",
}
SERVER = ["-m", "gunicorn", "cops.wsgi", "--workers", "1", "--no-control-socket", "--bind"]

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_a_new_database_is_of_the_profile_that_made_it(db):
    assert recorded_profile() == Installation.objects.get().profile == "demonstration"
    assert (foreign_profile(), check_profile(None, ["default"])) == ("", [])


@pytest.fixture
def of_production(db: None) -> None:
    Installation.objects.update(profile="production")


def test_the_refusal_names_both_profiles_and_the_variable(of_production):
    (fault,) = check_profile(None, ["default"])
    for part in ("COPS_PROFILE=production", "COPS_PROFILE=demonstration", "DATABASE_URL"):
        assert part in fault.msg


@pytest.mark.parametrize("command", ["load_demo", "purge"])
def test_a_command_of_the_demonstration_leaves_the_database_of_production_alone(of_production, command):
    with pytest.raises(CommandError, match="a été créée pour la production") as refused:
        call_command(command)
    assert refused.value.returncode == 1
    assert not User.objects.exists()


def test_checks_that_name_no_database_do_not_open_it(of_production, django_assert_num_queries):
    with django_assert_num_queries(0):
        call_command("check")
    with pytest.raises(SystemCheckError, match="a été créée pour la production"):
        call_command("check", databases=["default"])


# In programs of their own ---------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A function that runs a program with nothing but these variables set."""

    def program(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env={"PATH": os.environ["PATH"], "COPS_VAR": str(tmp_path / "var")} | variables,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return program


@pytest.fixture
def address(tmp_path: Path, db: None) -> str:
    """The address of a database that is not created yet, on the engine of this run."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{tmp_path}/base.sqlite3"
    name = f"profile_{os.getpid()}_{abs(hash(tmp_path))}"
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    with closing(psycopg2.connect(**parameters)) as server:
        server.autocommit = True
        server.cursor().execute(f"CREATE DATABASE {name}")
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def test_the_base_of_production_takes_nothing_of_the_demonstration(run, address):
    made = run("manage.py", "migrate", "-v0", DATABASE_URL=address, **PRODUCTION)
    assert made.returncode == 0, made.stderr
    for command in (["load_demo"], ["serve"], ["serve", "--reset"], ["migrate"]):
        done = run("manage.py", *command, DATABASE_URL=address)
        assert done.returncode == 1, command
        if command != ["serve", "--reset"] or address.startswith("sqlite"):
            assert "COPS_PROFILE=production" in done.stderr, command
    counted = run("manage.py", "shell", "-v0", "-c", COUNT, DATABASE_URL=address, **PRODUCTION)
    assert counted.stdout.split() == ["0", "production"], counted.stderr


COUNT = """
from cops.users.models import Installation, User
print(User.objects.count(), Installation.objects.get().profile)
"""


def test_production_does_not_start_on_the_base_of_the_demonstration(run, address, tmp_path):
    assert run("manage.py", "migrate", "-v0", DATABASE_URL=address).returncode == 0
    secret = tmp_path / "var" / "secret-key"  # kept with the data, for its owner alone
    assert (len(secret.read_text()) >= 50, secret.stat().st_mode & 0o777) == (True, 0o600)
    served = run(*SERVER, f"unix:{tmp_path}/s", DATABASE_URL=address, **PRODUCTION)
    worker = run("manage.py", "db_worker", "--batch", DATABASE_URL=address, **PRODUCTION)
    assert (served.returncode, worker.returncode) == (3, 1)
    for done in (served, worker):
        assert "a été créée pour la démonstration (COPS_PROFILE=demonstration)" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_purge_that_knows_of_no_base_makes_none(run, tmp_path):
    """What a crontab does that names no environment."""
    done = run("manage.py", "purge")
    assert (done.returncode, done.stdout) == (1, "")
    assert "n’a pas été créée : elle ne contient rien" in done.stderr
    assert list((tmp_path / "var").iterdir()) == []
