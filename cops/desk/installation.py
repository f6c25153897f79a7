"""Bringing the demonstration to where it can be served: schema, static files, data on a new database."""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from cops.desk.demonstration import load_demonstration
from cops.desk.reference import load_reference
from cops.users.installation import foreign_profile, keep_secret
from cops.users.models import User


class InstallationError(Exception):
    """The demonstration cannot be prepared; the text is French, says what to do, and nothing was changed."""


def prepare() -> bool:
    """Migrate, collect static files, and fill the database if it is new.

    Does only what is still to be done, so that a second start takes seconds.

    :returns: whether the data was loaded now.
    :raises InstallationError: the database belongs to another profile or another version of the project.
    """
    _refuse_foreign_profile()
    _migrate()
    keep_secret()
    _collect_static()
    with transaction.atomic():
        if User.objects.exists():
            return False
        load_reference()
        load_demonstration()
    return True


def _refuse_foreign_profile() -> None:
    if fault := foreign_profile():
        raise InstallationError(fault)


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    has_counts = settings.CACHES["default"]["LOCATION"] in connection.introspection.table_names()
    if not has_counts or executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    if differing := _differing_tables():
        raise InstallationError(
            "La base de démonstration vient d’une autre version du projet "
            f"(tables différentes : {', '.join(differing)}). Reconstruisez-la avec « make reset » ; "
            "ce qui y a été saisi sera perdu."
        )


def _differing_tables() -> list[str]:
    """Tables whose columns are not those of their model: before release 1.0 migrations are rewritten in
    place, which Django alone does not notice."""
    known = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        describe = partial(connection.introspection.get_table_description, cursor)
        return [
            model._meta.db_table
            for model in apps.get_models()
            if model._meta.db_table not in known
            or {column.name for column in describe(model._meta.db_table)}
            != {field.column for field in model._meta.local_concrete_fields}
        ]


def _collect_static() -> None:
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    fingerprint = _static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)


def _static_fingerprint() -> str:
    """Changes whenever a static file of the project or of a package does."""
    files = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            files.append((name, stat.st_size, stat.st_mtime_ns))
    return hashlib.sha256(json.dumps(sorted(files)).encode()).hexdigest()


@contextmanager
def in_use() -> Iterator[None]:
    """While it lasts `reset()` is refused; several sites may use the same data."""
    with _lock_file() as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def reset() -> None:
    """Delete the embedded database, the stored documents and mails, and prepare all anew.

    :raises InstallationError: the site is running, or the database is not the embedded one or belongs to
        another profile.
    """
    if connection.vendor != "sqlite":
        raise InstallationError(
            "« make reset » ne reconstruit que la base embarquée ; DATABASE_URL en désigne une autre. "
            "Rien n’a été effacé."
        )
    _refuse_foreign_profile()
    with _lock_file() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InstallationError(
                "La démonstration est en marche : arrêtez-la (Ctrl-C), puis relancez. Rien n’a été effacé."
            ) from error
        _delete_data()
        prepare()


def _delete_data() -> None:
    connection.close()
    database = Path(connection.settings_dict["NAME"])
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    for folder in (settings.MEDIA_ROOT, settings.EMAIL_FILE_PATH):
        shutil.rmtree(folder, ignore_errors=True)


def _lock_file() -> IO[str]:
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    return open(settings.VAR_DIR / "demonstration.lock", "w")
