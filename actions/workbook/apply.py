"""Applying an import: all or nothing, in bulk, with history, versions, status transitions and the journal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from actions.models import (
    Action,
    ActionCommune,
    ActionYear,
    Funding,
    Indicator,
    IndicatorValue,
    Partnership,
    Transition,
)
from actions.workbook.changes import Batch, Changes, StatusChange
from actions.workbook.history import HistoryNote, record_history
from actions.workbook.plan import ImportPlan, plan_typed
from actions.workbook.reading import Workbook, read_workbook
from actions.workbook.rows import TypedWorkbook, typed_workbook
from contracts.models import Contract
from cops.audit.models import Event, Versioned
from cops.users.models import User
from governance.models import Organisation

V = TypeVar("V", bound=Versioned)

_CHUNK = 900  # SQLite takes 999 parameters in a statement


class ImportConflict(Exception):
    """Somebody else wrote one of the rows at the same time; nothing was imported."""

    def __init__(self) -> None:
        super().__init__(
            "Les mêmes données viennent d’être modifiées par quelqu’un d’autre. Rien n’a été importé ; "
            "recommencez."
        )


def import_workbook(
    workbook: Workbook,
    *,
    contract: Contract | None = None,
    user: User | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> ImportPlan:
    """Import a workbook at once: planned and applied in one transaction, or nothing if it has faults.

    Its history bears the moment `at` (now, if it is not said), by which it can be undone.

    Returns the plan that was applied, or that has the faults. Raises ImportConflict.
    """
    return _import(typed_workbook(workbook), contract, user, reason, at)


def import_file(
    data: bytes,
    filename: str,
    *,
    contract: Contract | None = None,
    user: User | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> ImportPlan:
    """Import the .xlsx or .ods workbook in `data` at once; as `import_workbook`."""
    workbook = read_workbook(data, filename)
    return import_workbook(workbook, contract=contract, user=user, reason=reason, at=at)


def apply_import(plan: ImportPlan, *, user: User | None = None, reason: str = "") -> ImportPlan:
    """Apply a plan that was shown: it is made anew under lock, so that what is applied is valid now.

    Returns the plan that was applied; if it has faults (what is stored changed meanwhile), nothing was
    written. Raises ImportConflict.
    """
    if plan.source is None:
        raise ValueError("only plans made by plan_import can be applied")
    return _import(plan.source, plan.contract, user, reason)


def _import(
    source: TypedWorkbook,
    contract: Contract | None,
    user: User | None,
    reason: str,
    at: datetime | None = None,
) -> ImportPlan:
    note = HistoryNote(user, reason or f"Import de {source.filename}", at or timezone.now())
    try:
        with transaction.atomic():
            plan, changes = plan_typed(source, contract, lock=True)
            if changes is not None and not plan.is_empty:
                _write(changes, note)
                _record(plan, note)
    except IntegrityError as error:
        raise ImportConflict from error
    return plan


def _write(changes: Changes, note: HistoryNote) -> None:
    """Everything in the order of its foreign keys."""
    _write_batch(Organisation, Batch(new=changes.organisations), note)
    for actions in changes.new_actions:
        _write_batch(Action, Batch(new=actions), note)
    _write_batch(Action, Batch(changed=changes.actions.changed), note)
    _write_batch(Partnership, changes.partnerships, note)
    _write_batch(ActionCommune, changes.communes, note)
    _write_batch(ActionYear, changes.years, note)
    _write_batch(Indicator, changes.indicators, note)
    _write_batch(IndicatorValue, changes.values, note)
    _write_batch(Funding, changes.fundings, note)
    write_transitions(changes.statuses, note)


def _write_batch(model: type[V], batch: Batch[V], note: HistoryNote) -> None:
    if batch.gone:
        record_history(model, batch.gone, "-", note)
        delete_rows(model, batch.gone)
    if batch.new:
        record_history(model, _created(model, batch.new), "+", note)
    if batch.changed:
        record_history(model, write_over(model, batch.changed), "~", note)


def delete_rows(model: type[V], keys: Sequence[int]) -> None:
    """Delete rows that nothing refers to, without the signals: they would write history a second time."""
    for start in range(0, len(keys), _CHUNK):
        rows = model._base_manager.filter(pk__in=keys[start : start + _CHUNK])
        rows._raw_delete(rows.db)


def _created(model: type[V], rows: Sequence[V]) -> list[int]:
    return [row.pk for row in model._base_manager.bulk_create(rows)]


def write_over(model: type[V], rows: Sequence[V]) -> list[int]:
    """Write rows over those of the same primary key: one statement per some fifty rows, where `bulk_update`
    would send a CASE per row and column."""
    fields = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model._base_manager.bulk_create(rows, update_conflicts=True, unique_fields=["pk"], update_fields=fields)
    return [row.pk for row in rows]


def write_transitions(statuses: Sequence[StatusChange], note: HistoryNote) -> None:
    Transition.objects.bulk_create(
        Transition(
            action_year=change.year,
            by=note.user,
            from_status=change.before,
            to_status=change.year.status,
            reason=change.year.reason,
        )
        for change in statuses
    )


def _record(plan: ImportPlan, note: HistoryNote) -> None:
    detail: dict[str, Any] = {"created": plan.created, "updated": plan.updated}
    created, updated = sum(plan.created.values()), sum(plan.updated.values())
    Event.record(
        Event.Action.IMPORTED,
        actor=note.user,
        summary=f"{note.reason} : lignes créées {created}, modifiées {updated}",
        organisations=list(plan.organisations_created),
        **detail,
    )
