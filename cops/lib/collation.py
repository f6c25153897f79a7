"""French sorting on both engines: PostgreSQL has the collation `fr-x-icu`, SQLite is given one so named."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from django.db.models.functions import Collate

from cops.lib.french import sort_key

FRENCH = "fr-x-icu"


def register_french_collation(*, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Signal receiver for each new connection; does nothing on PostgreSQL."""
    if connection.vendor == "sqlite":
        connection.connection.create_collation(FRENCH, _compare)


def _compare(left: str, right: str) -> int:
    a, b = sort_key(left), sort_key(right)
    return (a > b) - (a < b)


def in_french(field: str) -> Collate:
    """An expression that orders `field` as the French do (É beside E)."""
    return Collate(F(field), FRENCH)
