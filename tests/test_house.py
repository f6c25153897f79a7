"""The house stands: arrows run one way, names say something, files stay short, migrations are complete."""

import os
import re
import subprocess
import sys
from contextlib import closing
from importlib.metadata import packages_distributions
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from tests.arrows import arrows, forbidden_arrows
from tests.constraints import declared_constraints, overlap_names

ROOT = Path(settings.BASE_DIR)
LONGEST_FILE = 500


def own_files(*suffixes: str) -> list[Path]:
    """Files of the project with these suffixes: what git knows or would add, without what others wrote."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    paths = [Path(name) for name in listing.split("\0") if name]
    return [
        path
        for path in paths
        if path.suffix in suffixes
        and (ROOT / path).exists()
        and "vendor" not in path.parts
        and "migrations" not in path.parts
    ]


def test_no_arrow_runs_to_the_right():
    assert forbidden_arrows(ROOT) == []


def pinned(name: str) -> set[str]:
    """The distributions that a file of requirements pins."""
    lines = (ROOT / name).read_text().splitlines()
    return {line.partition("==")[0].partition("[")[0].lower() for line in lines if "==" in line[:60]}


def test_the_site_imports_nothing_that_only_the_tests_install():
    only_for_tests = pinned("requirements-dev.txt") - pinned("requirements.txt")
    assert {"pytest", "pypdf"} <= only_for_tests
    owners = packages_distributions()
    imported = {
        (str(path), module)
        for path in own_files(".py")
        if path.parts[0] in ("cops", "governance", "contracts", "actions", "evaluation")
        for module in re.findall(r"(?m)^\s*(?:from|import) (\w+)", (ROOT / path).read_text())
    }
    wrong = [one for one in imported if {owner.lower() for owner in owners.get(one[1], [])} & only_for_tests]
    assert wrong == []


def test_the_walk_sees_the_arrows_that_are_there():
    seen = {(arrow.source, arrow.target) for arrow in arrows(ROOT)}
    assert {
        ("governance", "cops.audit"),
        ("contracts", "governance"),
        ("actions", "contracts"),
        ("cops.mail", "cops.users"),
        ("cops", "cops.users"),
    } <= seen


PLANTED = {
    "an import": ("governance/plan.py", "import actions.models\n"),
    "an import from": ("contracts/plan.py", "from evaluation.report import Report\n"),
    "an import inside a function": (
        "cops/mail/services.py",
        "def late():\n    from governance.models import Person\n    return Person\n",
    ),
    "an import under TYPE_CHECKING": (
        "cops/users/models.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from cops.audit.models import Event\n",
    ),
    "a name of the common package": ("cops/lib/periods.py", "from cops import users\n"),
    "a relative import": ("cops/lib/periods.py", "from ..users import models\n"),
    "a relative import of a package": ("cops/audit/__init__.py", "from ..mail.models import Message\n"),
    "the settings": ("evaluation/report.py", "from cops.settings import DEBUG\n"),
    "a loaded module": (
        "actions/models.py",
        "import_module('cops.desk.views')\n",
    ),
    "a foreign key by name": (
        "governance/models.py",
        "class A:\n    b = models.ForeignKey('actions.Action', models.CASCADE)\n",
    ),
    "a relation given by keyword": (
        "contracts/models.py",
        "b = ManyToManyField(to='actions.Action')\n",
    ),
    "a relation through": (
        "contracts/models.py",
        "b = ManyToManyField('self', through='actions.Link')\n",
    ),
    "the account model": (
        "cops/lib/text.py",
        "A = settings.AUTH_USER_MODEL\n",
    ),
    "a model by name": (
        "governance/services.py",
        "from django.apps import apps\ndef late():\n    return apps.get_model('contracts', 'Contract')\n",
    ),
    "a migration": (
        "governance/migrations/0001_initial.py",
        "class Migration:\n    dependencies = [('users', '0001_initial'), ('actions', '0001_initial')]\n",
    ),
}


@pytest.mark.parametrize(("path", "text"), PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_arrow_is_caught(tmp_path, path, text):
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert [line.split(":")[0] for line in forbidden_arrows(tmp_path)] == [path]


def test_arrows_to_the_left_and_to_others_are_free(tmp_path):
    file = tmp_path / "actions" / "models.py"
    file.parent.mkdir()
    file.write_text(
        "from django.conf import settings\nimport json\nfrom governance.models import Person\n"
        "from . import figures\nfrom actions.rules import x\n"
        "a = models.ForeignKey('contracts.Contract')\nb = models.ForeignKey(settings.AUTH_USER_MODEL)\n"
    )
    assert forbidden_arrows(tmp_path) == []
    assert {arrow.target for arrow in arrows(tmp_path)} == {"governance", "contracts", "cops.users"}


def test_no_module_is_named_for_nothing():
    nameless = {"utils", "util", "helpers", "helper", "common", "misc", "base2", "tools", "stuff"}
    assert [str(path) for path in own_files(".py") if nameless & {path.stem, *path.parent.parts}] == []


def test_no_file_is_too_long():
    def lines(path: Path) -> int:
        return len((ROOT / path).read_text().splitlines())

    files = own_files(".py", ".html", ".css", ".js", ".sh")
    assert [f"{path}: {lines(path)} lines" for path in files if lines(path) > LONGEST_FILE] == []


def _missing_migrations(before_the_check: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Outside pytest, whose `--nomigrations` hides every migration from the command."""
    return subprocess.run(
        [sys.executable, "-c", f"import django\ndjango.setup()\n{before_the_check}\n{CHECK_MIGRATIONS}"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        | {"COPS_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "cops.settings"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_migrations_are_complete(tmp_path):
    done = _missing_migrations("", tmp_path)
    assert done.returncode == 0, f"models and migrations differ:\n{done.stdout}{done.stderr}"


def test_a_planted_field_without_migration_is_caught(tmp_path):
    planted = "from django.db import models\nfrom contracts.models import Contract\n"
    planted += "models.TextField(default='').contribute_to_class(Contract, 'planted')"
    done = _missing_migrations(planted, tmp_path)
    assert done.returncode == 1
    assert "planted" in done.stdout


CHECK_MIGRATIONS = """
from django.core.management import call_command
call_command("makemigrations", "--check", "--dry-run")
"""


@pytest.mark.django_db
def test_migrations_give_every_constraint_of_the_models(tmp_path):
    """In a database of their own, on the engine of this run: the tests' tables come from the models."""
    environment = os.environ | {"COPS_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cops.settings"}
    if connection.vendor == "postgresql":
        name = f"migrated_{os.getpid()}"
        parameters = connection.get_connection_params() | {"dbname": "postgres"}
        with closing(psycopg2.connect(**parameters)) as server:
            server.autocommit = True
            server.cursor().execute(f"CREATE DATABASE {name}")
        environment["DATABASE_URL"] = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    migrated = subprocess.run(
        [sys.executable, "-c", MIGRATE_AND_LIST],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert migrated.returncode == 0, migrated.stderr
    named = {name for name in declared_constraints() if "." not in name}
    if connection.vendor == "sqlite":
        named -= overlap_names()
    assert named - set(migrated.stdout.split()) == set()


MIGRATE_AND_LIST = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from django.db import connection
call_command("migrate", verbosity=0)
with connection.cursor() as cursor:
    for table in connection.introspection.table_names(cursor):
        print(*connection.introspection.get_constraints(cursor, table), sep="\\n")
"""


def _check_deploy(**environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "COPS_VAR") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=kept | {"COPS_PROFILE": "production"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


PRODUCTION = {
    "SECRET_KEY": "k7Zt2x9QpL4mVb8NcR1sYdJ6wHf3GeTuAiXoPqWzMnBvClKj5D0",
    "DATABASE_URL": "postgres://cops:secret@127.0.0.1:1/cops",
    "COPS_HOSTS": "cops.example.org",
    "EMAIL_URL": "smtp+tls://user:secret@127.0.0.1:25",
    "COPS_EMAIL_FROM": "cops@example.org",
}


@pytest.mark.pdf
def test_the_production_profile_passes_the_deployment_check():
    done = _check_deploy(**PRODUCTION)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("missing", PRODUCTION)
def test_the_production_profile_does_not_start_without(missing):
    done = _check_deploy(**{name: value for name, value in PRODUCTION.items() if name != missing})
    assert done.returncode != 0
    assert missing in done.stderr
    assert "Traceback" not in done.stderr


def test_the_production_profile_refuses_a_short_secret():
    done = _check_deploy(**PRODUCTION | {"SECRET_KEY": "court"})
    assert done.returncode != 0
    assert "moins de 50 caractères" in done.stderr
