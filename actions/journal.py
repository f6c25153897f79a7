"""Writing history, transitions and the journal for many actions at once, in as many queries as for one."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connections, models, router
from django.db.models import CharField, DateTimeField, F, IntegerField, JSONField, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from actions.models import Action, ActionYear, Transition
from actions.workbook.history import HistoryNote
from cops.audit.models import Event

_CHUNK = 900  # SQLite takes 999 parameters in a statement


def record_events(
    keys: Sequence[int], kind: Event.Action, note: HistoryNote, deed: str, **detail: Any
) -> None:
    """A line of the journal for each of these actions: its reference, then the deed."""
    summary = Concat(Value("Action "), F("reference"), Value(f", {deed}"[:240]), output_field=TextField())
    columns = {
        "at": Value(note.at, output_field=DateTimeField()),
        "actor": _user(note),
        "action": Value(kind.value, output_field=CharField()),
        "subject_type": Value(ContentType.objects.get_for_model(Action).pk, output_field=IntegerField()),
        "subject_id": Cast("pk", output_field=CharField(max_length=40)),
        "summary": summary,
        "detail": Value(detail, output_field=JSONField()),
    }
    _insert(Event, columns, Action.objects.all(), keys)


def record_transitions(keys: Sequence[int], note: HistoryNote, *, status: str, reason: str | None) -> None:
    """The changes of status that these stored years are about to go through; None for a
    reason keeps each year's own."""
    columns = {
        "action_year": F("pk"),
        "at": Value(note.at, output_field=DateTimeField()),
        "by": _user(note),
        "from_status": F("status"),
        "to_status": Value(status, output_field=CharField()),
        "reason": F("reason") if reason is None else Value(reason, output_field=CharField()),
    }
    _insert(Transition, columns, ActionYear.objects.exclude(status=status), keys)


def _user(note: HistoryNote) -> Value:
    return Value(note.user.pk if note.user else None, output_field=IntegerField())


def _insert(
    target: type[models.Model], columns: Mapping[str, Any], rows: QuerySet[Any], keys: Sequence[int]
) -> None:
    """`INSERT … SELECT`: one statement per 900 rows, where sending them takes one per hundred."""
    connection = connections[router.db_for_write(target)]
    quote = connection.ops.quote_name
    fields: list[Any] = [target._meta.get_field(name) for name in columns]
    names = ", ".join(quote(field.column) for field in fields)
    aliased = {f"new_{name}": expression for name, expression in columns.items()}
    copied = rows.order_by("pk").annotate(**aliased).values_list(*aliased)
    with connection.cursor() as cursor:
        for start in range(0, len(keys), _CHUNK):
            sql, parameters = copied.filter(pk__in=keys[start : start + _CHUNK]).query.sql_with_params()
            # Only names of tables and columns, quoted, are put into the statement.
            cursor.execute(f"INSERT INTO {quote(target._meta.db_table)} ({names}) {sql}", parameters)
