"""Undoing an applied import: what it created is removed, what it changed goes back, all at once.

Rows that somebody edited since, or that others refer to since, are kept and named. What the import wrote is
read from the history: its rows bear the moment of the import.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from actions.models import (
    Action,
    ActionCommune,
    ActionYear,
    Funding,
    Indicator,
    IndicatorValue,
    Partnership,
    Programme,
)
from actions.soundness import LOCKED_WHEN_ADOPTED
from actions.workbook.apply import ImportConflict, delete_rows, write_over, write_transitions
from actions.workbook.changes import StatusChange, bumped
from actions.workbook.history import HistoryNote, record_history
from contracts.models import Contract
from cops.audit.models import Event, Versioned
from cops.audit.references import Reference, referring
from cops.users.models import User
from governance.models import Organisation

# In the order of their foreign keys.
MODELS: tuple[type[Versioned], ...] = (
    Organisation,
    Action,
    Partnership,
    ActionCommune,
    ActionYear,
    Indicator,
    IndicatorValue,
    Funding,
)
LINKS = (Partnership, ActionCommune)  # part of their action's row in the workbook
_CHUNK = 900  # SQLite takes 999 parameters in a statement

EDITED = "modifié depuis l’import"
DELETED = "supprimé depuis l’import"
REFERRED = "d’autres données s’y rattachent depuis ({})"
NO_PAST = "l’état d’avant l’import n’est pas conservé"
PAST_GONE = "renvoyait à ce qui a été supprimé depuis"
LOCKED = "le programme de l’année est adopté depuis"


@dataclass(slots=True)
class Written:
    """What an import wrote to one model: history row by primary key. `past` are those before a change."""

    created: dict[int, Any] = field(default_factory=dict)
    changed: dict[int, Any] = field(default_factory=dict)
    gone: dict[int, Any] = field(default_factory=dict)
    past: dict[int, Any] = field(default_factory=dict)
    kept: dict[int, str] = field(default_factory=dict)

    @property
    def to_delete(self) -> list[int]:
        return sorted(self.created.keys() - self.kept.keys())

    @property
    def to_change(self) -> list[int]:
        return sorted(self.changed.keys() - self.kept.keys())


@dataclass(frozen=True)
class UndoPlan:
    """What undoing an import would do, by model; `written` tells which rows are kept and why."""

    written: dict[type[Versioned], Written]
    restored: dict[type[Versioned], list[int]]

    @property
    def is_empty(self) -> bool:
        rows = self.written.values()
        return not any(one.to_delete or one.to_change for one in rows) and not any(self.restored.values())


def plan_undo(at: datetime, *, lock: bool = False) -> UndoPlan:
    """What undoing the import of that moment would do; reads only, in a number of queries that does not grow
    with the rows (but for one per 900 that it changed)."""
    if lock:  # as an import does: imports, adoptions and amendments wait
        list(Contract.objects.select_for_update().order_by("pk").values_list("pk"))
    written = {model: _written(model, at, lock=lock) for model in MODELS}
    for model in MODELS:
        _keep_changed(model, written[model])
    _keep_locked(written)
    for model in reversed(MODELS):
        if model not in LINKS:
            _keep_referred(model, written, at)
        if model is Action:
            _keep_links(written)
    return UndoPlan(written, {model: _restorable(model, written) for model in LINKS})


def undo_import(at: datetime, *, user: User, filename: str) -> UndoPlan:
    """Undo the import of that moment; all or nothing. Raises ImportConflict."""
    note = HistoryNote(user, f"Annulation de l’import de {filename}", timezone.now())
    try:
        with transaction.atomic():
            plan = plan_undo(at, lock=True)
            _write(plan, note)
            _record(plan, note)
    except IntegrityError as error:
        raise ImportConflict from error
    return plan


# --- what the import wrote ----------------------------------------------------------------------------------


def _history(model: type[Versioned]) -> Any:
    versioned: Any = model
    return versioned.history.model.objects


def _wrote(model: type[Versioned], at: datetime) -> Any:
    return _history(model).filter(history_date=at, history_change_reason__startswith="Import de")


def _written(model: type[Versioned], at: datetime, *, lock: bool) -> Written:
    found = Written()
    before = _history(model).filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    earlier = before.order_by("-history_id").values("history_id")[:1]
    pasts: dict[int, int] = {}
    for record in _wrote(model, at).annotate(earlier=Subquery(earlier)):
        kind = {"+": found.created, "~": found.changed, "-": found.gone}[record.history_type]
        kind[record.id] = record
        if record.history_type == "~" and record.earlier is not None:
            pasts[record.earlier] = record.id
    for keys in _chunks(list(pasts)):
        found.past |= {pasts[row.pk]: row for row in _history(model).filter(history_id__in=keys)}
    _keep_edited(model, found, at, lock=lock)
    return found


def _keep_edited(model: type[Versioned], written: Written, at: datetime, *, lock: bool) -> None:
    rows: Any = model._base_manager.filter(pk__in=_wrote(model, at).order_by().values("id")).order_by("pk")
    rows = rows.select_for_update() if lock else rows
    now = dict(rows.values_list("pk", "version"))
    for pk, record in [*written.created.items(), *written.changed.items()]:
        if pk not in now:
            written.kept[pk] = DELETED
        elif now[pk] != record.version:
            written.kept[pk] = EDITED


def _chunks(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]


# --- what is kept -------------------------------------------------------------------------------------------


def differing(past: Any, record: Any) -> list[Any]:
    """Fields that the import changed."""
    return [
        one
        for one in record.instance_type._meta.concrete_fields
        if one.name not in ("id", "version") and getattr(past, one.attname) != getattr(record, one.attname)
    ]


def _keep_changed(model: type[Versioned], written: Written) -> None:
    """Rows whose past is not known, or referred to what is gone."""
    wanted: dict[Any, dict[int, list[int]]] = {}
    for pk in written.to_change:
        past = written.past.get(pk)
        if past is None:
            written.kept[pk] = NO_PAST
            continue
        for one in differing(past, written.changed[pk]):
            if one.is_relation and (key := getattr(past, one.attname)) is not None:
                wanted.setdefault(one.related_model, {}).setdefault(key, []).append(pk)
    for target, users in wanted.items():
        for key in users.keys() - target._base_manager.in_bulk(list(users)).keys():
            written.kept |= dict.fromkeys(users[key], PAST_GONE)


def _keep_locked(written: dict[type[Versioned], Written]) -> None:
    """What was planned for years whose programme was adopted since stays."""
    adopted = set(Programme.objects.values_list("contract_id", "year"))
    if not adopted:
        return
    rows = ActionYear.objects.filter(action__contract__in={contract for contract, _ in adopted})
    years = {
        pk for pk, *key in rows.values_list("pk", "action__contract_id", "year") if tuple(key) in adopted
    }
    own, values = written[ActionYear], written[IndicatorValue]
    for pk in own.to_delete:
        record = own.created[pk]
        if pk in years and any(getattr(record, n) != value for n, value in LOCKED_WHEN_ADOPTED.items()):
            own.kept[pk] = LOCKED
    for pk in own.to_change:
        changed = {one.name for one in differing(own.past[pk], own.changed[pk])}
        if pk in years and changed & LOCKED_WHEN_ADOPTED.keys():
            own.kept[pk] = LOCKED
    for pk in values.to_delete:
        if values.created[pk].action_year_id in years and values.created[pk].target is not None:
            values.kept[pk] = LOCKED
    for pk in values.to_change:
        record = values.changed[pk]
        if record.action_year_id in years and values.past[pk].target != record.target:
            values.kept[pk] = LOCKED


def _keep_referred(model: type[Versioned], written: dict[type[Versioned], Written], at: datetime) -> None:
    """Created rows that something else refers to, once the rest of the undo is done."""
    own = written[model]
    if not own.to_delete:
        return
    keys = _wrote(model, at).filter(history_type="+").order_by().values("id")
    references, kept = list(referring(model, keys)), -1
    while len(own.kept) > kept:  # what an action that is kept continues is kept, and what that continues
        kept = len(own.kept)
        _keep_targets(model, written, references)


def _keep_targets(
    model: type[Versioned],
    written: dict[type[Versioned], Written],
    references: Sequence[tuple[str, Reference]],
) -> None:
    own = written[model]
    deleted = {other: set(one.to_delete) for other, one in written.items()}
    back = {other: set(one.to_change) for other, one in written.items()}
    for name, (other, pk, target) in references:
        if target in own.kept or pk in deleted.get(other, ()):
            continue
        if pk in back.get(other, ()) and _turns_away(written[other], name, pk):
            continue
        if model is Action and other in LINKS and pk in written[other].created:
            continue  # settled with the action
        own.kept[target] = REFERRED.format(other._meta.verbose_name)


def _turns_away(written: Written, name: str, pk: int) -> bool:
    """Whether a foreign key of a changed row goes back to another row."""
    return any(one.name == name for one in differing(written.past[pk], written.changed[pk]))


def _keep_links(written: dict[type[Versioned], Written]) -> None:
    """Partners and communes are kept with the action that is."""
    for model in LINKS:
        for pk in written[model].to_delete:
            action = written[model].created[pk].action_id
            if action in written[Action].kept:
                written[model].kept[pk] = written[Action].kept[action]


def _restorable(model: type[Versioned], written: dict[type[Versioned], Written]) -> list[int]:
    """Partners and communes that the import took from actions that go back."""
    own, going_back = written[model], set(written[Action].to_change)
    found = [pk for pk, record in own.gone.items() if record.action_id in going_back]
    other = "organisation" if model is Partnership else "commune"
    target: Any = model._meta.get_field(other).related_model
    there = set(target._base_manager.in_bulk([getattr(own.gone[pk], f"{other}_id") for pk in found]))
    return sorted(pk for pk in found if getattr(own.gone[pk], f"{other}_id") in there)


# --- doing it -----------------------------------------------------------------------------------------------


def _write(plan: UndoPlan, note: HistoryNote) -> None:
    """Changes go back, what was created goes (the last model first), what was taken away returns."""
    statuses: list[StatusChange] = []
    for model in MODELS:
        _change_back(model, plan.written[model], note, statuses)
    for model in reversed(MODELS):
        gone = plan.written[model].to_delete
        record_history(model, gone, "-", note)
        delete_rows(model, gone)
    for model, keys in plan.restored.items():
        _restore(model, [plan.written[model].gone[pk] for pk in keys], note)
    write_transitions(statuses, note)


def _change_back(
    model: type[Versioned], written: Written, note: HistoryNote, statuses: list[StatusChange]
) -> None:
    for keys in _chunks(written.to_change):
        rows: dict[int, Any] = model._base_manager.in_bulk(keys)
        for pk, row in rows.items():
            before = getattr(row, "status", "")
            for one in differing(written.past[pk], written.changed[pk]):
                setattr(row, one.attname, getattr(written.past[pk], one.attname))
            if getattr(row, "status", "") != before:
                statuses.append(StatusChange(row, before))
            if isinstance(row, Action):
                row.index()
            bumped(row)
        write_over(model, list(rows.values()))
        record_history(model, list(rows), "~", note)


def _restore(model: type[Versioned], records: Sequence[Any], note: HistoryNote) -> None:
    """Rows return under their primary keys, as later versions than those that went."""
    fields = model._meta.concrete_fields
    rows = [
        model(
            **{one.attname: getattr(record, one.attname) for one in fields} | {"version": record.version + 1}
        )
        for record in records
    ]
    model._base_manager.bulk_create(rows)
    record_history(model, [record.id for record in records], "+", note)


def _record(plan: UndoPlan, note: HistoryNote) -> None:
    rows = plan.written.values()
    removed, back = sum(len(one.to_delete) for one in rows), sum(len(one.to_change) for one in rows)
    kept = sum(len(one.kept) for one in rows)
    Event.record(
        Event.Action.UNDONE,
        actor=note.user,
        summary=f"{note.reason} : supprimés {removed}, rétablis {back}, conservés {kept}",
    )
