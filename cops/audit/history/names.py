"""What the identifiers in the history stand for, those of deleted rows too."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from cops.audit.history.subjects import needed_by

GONE = "(supprimé)"


class Names:
    """The rows that history rows refer to, fetched together: at most two queries per model referred to."""

    def __init__(self, records: Iterable[Any]) -> None:
        wanted: dict[type[models.Model], set[Any]] = {}
        for record in records:
            for key in references(type(record).instance_type):
                value = getattr(record, key.attname)
                if value is not None:
                    wanted.setdefault(key.related_model, set()).add(value)
        self._rows = {model: _found(model, keys) for model, keys in wanted.items()}

    def row(self, model: type[models.Model], pk: Any) -> Any:
        """The row as it is now, else as it was last; None if nothing is known of it."""
        return self._rows.get(model, {}).get(pk)

    def __call__(self, model: type[models.Model], pk: Any) -> str:
        """What a row is called."""
        found = self.row(model, pk)
        return GONE if found is None else str(found)


def references(model: Any) -> list[Any]:
    """Foreign keys of a model."""
    return [field for field in model._meta.concrete_fields if field.is_relation]


def _found(model: type[models.Model], keys: set[Any]) -> dict[Any, Any]:
    rows: dict[Any, Any] = model._base_manager.select_related(*needed_by(model)).in_bulk(keys)
    gone = keys - rows.keys()
    history: Any = getattr(model, "history", None)
    if gone and history is not None and not needed_by(model):
        for record in history.model.objects.filter(id__in=gone).order_by("history_id"):
            rows[record.id] = record.instance
    return rows
