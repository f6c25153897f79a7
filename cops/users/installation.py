"""What a database was created for: its profile stands in it, so that no command of the other touches it."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections, models
from django.db.models import Q

from cops.lib.commands import data_fault
from cops.lib.constraints import choices_held

PROFILES = {"demonstration": "la démonstration", "production": "la production"}


@choices_held
class Installation(models.Model):
    """The one row that says in which profile this database was created; written by the first `migrate`."""

    THE_ONE = 1

    id = models.PositiveSmallIntegerField("numéro", primary_key=True, default=THE_ONE, editable=False)
    profile = models.CharField("profil", max_length=20, choices=PROFILES)
    created_at = models.DateTimeField("créée le", auto_now_add=True)

    class Meta:
        verbose_name = "installation"
        verbose_name_plural = "installation"
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1),
                name="users_installation_only_one",
                violation_error_message="Une base n’a qu’une installation.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_profile_display()


def record_profile(*, using: str, **kwargs: Any) -> None:
    """After a `migrate`: note the profile in a database that is new, and keep the secret of its sessions."""
    if Installation._meta.db_table not in connections[using].introspection.table_names():
        return
    Installation.objects.using(using).get_or_create(
        id=Installation.THE_ONE, defaults={"profile": settings.PROFILE}
    )
    keep_secret()


def recorded_profile(using: str = "default") -> str | None:
    """The profile in which the database was created; None where it was not created, whose file is not made.

    One query, and one for the names of the tables.
    """
    connection = connections[using]
    if connection.vendor == "sqlite" and not _has_file(connection):
        return None
    if Installation._meta.db_table not in connection.introspection.table_names():
        return None
    return Installation.objects.using(using).values_list("profile", flat=True).first()


def _has_file(connection: Any) -> bool:
    return connection.is_in_memory_db() or Path(connection.settings_dict["NAME"]).exists()


def foreign_profile(using: str = "default") -> str:
    """Why programs of this profile leave the database alone; "" where it is theirs, or was not created."""
    recorded, own = recorded_profile(using), settings.PROFILE
    if recorded in (None, own):
        return ""
    return (
        f"Cette base de données a été créée pour {PROFILES.get(recorded, recorded)} "
        f"(COPS_PROFILE={recorded}) et le programme est lancé pour {PROFILES[own]} (COPS_PROFILE={own}) ; "
        "rien n’a été changé. Définissez COPS_PROFILE, ou désignez une autre base par DATABASE_URL."
    )


def require_own_database() -> None:
    """End a command (exit status 1) whose database was created in another profile, or was not created."""
    if fault := foreign_profile():
        raise data_fault(fault)
    if recorded_profile() is None:
        raise data_fault(
            "La base de données que désigne DATABASE_URL (à défaut, celle de la démonstration) n’a pas été "
            "créée : elle ne contient rien et n’a pas été touchée. S’il en fallait une autre, définissez "
            "COPS_PROFILE et DATABASE_URL ; sinon, lancez « python manage.py migrate », puis recommencez."
        )


def check_profile(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> Sequence[CheckMessage]:
    """System check of the databases that a command names: nothing of one profile starts on the database of
    the other.

    `migrate`, `db_worker` and `check --database` name one; others do not open the database for their checks.
    Without its database it finds nothing.
    """
    return [Error(fault, id="cops.E001") for alias in databases or () if (fault := _foreign(alias))]


def _foreign(alias: str) -> str:
    try:
        return foreign_profile(alias)
    except DatabaseError:
        return ""


def keep_secret() -> None:
    """Keep the secret that the demonstration drew with its data, so that sessions outlive a restart.

    :raises ImproperlyConfigured: the folder of the data cannot be written to.
    """
    path: Path | None = settings.SECRET_PATH
    if path is None or path.exists():
        return
    try:
        with open(path, "x", opener=_private_opener) as file:
            file.write(settings.SECRET_KEY)
    except FileExistsError:
        pass
    except OSError as error:
        raise ImproperlyConfigured(
            f"le dossier des données « {path.parent.name} » n’est pas accessible en écriture."
        ) from error


def _private_opener(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
