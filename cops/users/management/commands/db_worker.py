"""`manage.py db_worker`: the background worker, which leaves the database of another profile alone."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django_tasks_db.management.commands import db_worker


class Command(db_worker.Command):
    """Asks, before it starts, what is to be asked of the database, as `migrate` does."""

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        kwargs: Any = super().get_check_kwargs(options)
        return {**kwargs, "databases": [DEFAULT_DB_ALIAS]}
