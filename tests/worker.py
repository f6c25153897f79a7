"""The background worker in a process of its own, as production runs it, on the database of the test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from cops.users.models import Installation

ROOT = Path(__file__).resolve().parents[1]
QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}  # what `settings.TASKS` is to be then
PATIENCE_S = 60


@contextmanager
def worker(port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that runs while the block does and sends to the mail server of that port."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COPS_")}
    environment |= {
        "COPS_PROFILE": "production",
        "COPS_VAR": str(settings.VAR_DIR),
        "COPS_HOSTS": "cops.example",
        "COPS_EMAIL_FROM": "cops@cops.example",
        "SECRET_KEY": "x" * 64,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DATABASE_URL": _database_url(),
        "DJANGO_SETTINGS_MODULE": "cops.settings",
    }
    command = [sys.executable, "manage.py", "db_worker", "--interval", "0.1", "--no-startup-delay", *options]
    Installation.objects.update(profile="production")  # or it would not start
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        Installation.objects.update(profile="demonstration")


def _database_url() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def run_until_empty(port: int) -> None:
    """Let a worker do what is to be done, and end."""
    with worker(port, "--batch") as process:
        assert process.wait(PATIENCE_S) == 0
