"""History of rows written in bulk, copied by the database itself.

simple_history's bulk functions build one more model instance per row and send every value again, which costs
more than writing the rows; the same history rows are had with one `INSERT … SELECT` from the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, router
from django.db.models import CharField, DateTimeField, Value

from cops.audit.models import Versioned
from cops.users.models import User

_CHUNK = 900  # SQLite takes 999 parameters in a statement
_REASON_MAX = 100


@dataclass(frozen=True)
class HistoryNote:
    """Who writes, when and why: what every history row of one bulk write says."""

    user: User | None
    reason: str
    at: datetime


def record_history(model: type[Versioned], keys: Sequence[int], kind: str, note: HistoryNote) -> None:
    """Copy the rows `keys` of `model` as they stand into its history.

    `kind` is simple_history's: "+" after creating them, "~" after changing them, "-" before deleting them.
    """
    history = model.history.model
    fields = [tracked.attname for tracked in history.tracked_fields]
    constants = _constants(history, kind, note)
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    target = quote(history._meta.db_table)
    columns = ", ".join(quote(history._meta.get_field(name).column) for name in (*fields, *constants))
    with connection.cursor() as cursor:
        for start in range(0, len(keys), _CHUNK):
            rows = model._base_manager.filter(pk__in=keys[start : start + _CHUNK]).order_by("pk")
            copied = rows.annotate(**constants).values_list(*fields, *constants)
            sql, parameters = copied.query.sql_with_params()
            # Only names of tables and columns, quoted, are put into the statement.
            cursor.execute(f"INSERT INTO {target} ({columns}) {sql}", parameters)


def _constants(history: Any, kind: str, note: HistoryNote) -> dict[str, Value]:
    user_type = history._meta.get_field("history_user").target_field
    return {
        "history_date": Value(note.at, output_field=DateTimeField()),
        "history_type": Value(kind, output_field=CharField()),
        "history_change_reason": Value(note.reason[:_REASON_MAX], output_field=CharField()),
        "history_user_id": Value(note.user.pk if note.user else None, output_field=user_type),
    }
