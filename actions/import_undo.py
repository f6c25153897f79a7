"""Undoing an import on the site: shown first, then done once.

What was shown is known by a digest of the whole plan; a plan that differs from the one seen is shown instead
of done, as when an import is confirmed.
"""

import hashlib
from collections.abc import Iterator
from enum import Enum
from typing import Any

from django.db import transaction
from django.utils import timezone

from actions.models import Action, ActionYear, Funding, Indicator, IndicatorValue
from actions.workbook import ImportConflict, read_workbook
from actions.workbook.cells import Name, fold_code
from actions.workbook.rows import typed_workbook
from actions.workbook.sheets import ACTIONS, FUNDINGS, VALUES, YEARS
from actions.workbook.undo import DELETED, LINKS, UndoPlan, plan_undo, undo_import
from contracts.models import Contract
from cops.audit.models import ImportBatch, Versioned
from cops.lib.tables import Table
from cops.users.models import User
from governance.models import Organisation

KEPT_SHOWN = 200

Json = dict[str, Any]
Key = tuple[str, ...]

_CALLED: dict[type[Versioned], tuple[str, str]] = {
    Organisation: ("Organismes", ""),
    Action: ("Actions", ACTIONS.name),
    ActionYear: ("Années", YEARS.name),
    Indicator: ("Indicateurs", VALUES.name),
    IndicatorValue: ("Valeurs d’indicateurs", VALUES.name),
    Funding: ("Financements", FUNDINGS.name),
}


class Undone(Enum):
    """What became of an undo that was confirmed."""

    DONE = "done"
    ALREADY = "already"
    PLAN_CHANGED = "plan changed"
    CONFLICT = "conflict"


class _PlanChanged(Exception):
    """The plan is not the one that was seen: roll back."""


def undo_outcome(batch: ImportBatch, plan: UndoPlan | None = None) -> Json:
    """What undoing the import would do (or did, by `plan`), for the pages: totals, and every row kept."""
    plan = plan or _plan(batch)
    kept = list(_kept(batch, plan))
    return {
        "digest": _digest(plan),
        "is_empty": plan.is_empty,
        "counts": [_counts(model, plan) for model in _CALLED],
        "kept": kept,
        "kept_left_out": max(0, len(kept) - KEPT_SHOWN),
    }


def undo(batch: ImportBatch, *, seen: str, user: User) -> Undone:
    """Undo an applied import if that does what was seen; all or nothing, once."""
    try:
        with transaction.atomic():
            return _undo(batch, seen=seen, user=user)
    except _PlanChanged:
        return Undone.PLAN_CHANGED
    except ImportConflict:
        return Undone.CONFLICT


def _undo(batch: ImportBatch, *, seen: str, user: User) -> Undone:
    locked = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if locked.state != ImportBatch.State.APPLIED or locked.applied_at is None:
        return Undone.ALREADY
    plan = undo_import(locked.applied_at, user=user, filename=locked.filename)
    outcome = undo_outcome(locked, plan)
    if outcome["digest"] != seen:
        raise _PlanChanged
    ImportBatch.objects.filter(pk=locked.pk).update(
        state=ImportBatch.State.UNDONE,
        undone_at=timezone.now(),
        undone_by=user,
        outcome=locked.outcome | {"undo": outcome},
    )
    return Undone.DONE


def kept_table(outcome: Json) -> Table:
    """Every row that was kept, for a spreadsheet."""
    rows = [(one["sheet"], one["row"] or None, one["reference"], one["why"]) for one in outcome["kept"]]
    return Table("lignes conservées", ("feuille", "ligne", "référence", "motif"), rows)


def _plan(batch: ImportBatch) -> UndoPlan:
    if batch.applied_at is None:
        raise ValueError("only an import that was applied can be undone")
    return plan_undo(batch.applied_at)


def _digest(plan: UndoPlan) -> str:
    shown = [
        (model.__name__, one.to_delete, one.to_change, sorted(one.kept.items()))
        for model, one in plan.written.items()
    ]
    return hashlib.sha256(repr((shown, list(plan.restored.values()))).encode()).hexdigest()


def _counts(model: type[Versioned], plan: UndoPlan) -> Json:
    one = plan.written[model]
    return {
        "label": _CALLED[model][0],
        "removed": len(one.to_delete),
        "back": len(one.to_change),
        "kept": len(_named(model, plan)),
    }


def _named(model: type[Versioned], plan: UndoPlan) -> dict[int, str]:
    """Kept rows with the reason; what the import created and somebody deleted since needs no word."""
    one = plan.written[model]
    return {pk: why for pk, why in one.kept.items() if not (why == DELETED and pk in one.created)}


# --- naming what is kept ------------------------------------------------------------------------------------


def _kept(batch: ImportBatch, plan: UndoPlan) -> Iterator[Json]:
    if not any(_named(model, plan) for model in _CALLED if model not in LINKS):
        return
    keys, lines = _Keys(plan), _lines(batch)
    for model, (_, sheet) in _CALLED.items():
        for pk, why in sorted(_named(model, plan).items()):
            key = keys.of(model, plan, pk)
            row = lines.get((sheet, tuple(map(fold_code, key))), 0)
            yield {
                "sheet": sheet or "organismes",
                "row": row,
                "reference": ", ".join(key if len(key) == 1 else key[1:]),
                "why": why,
            }


class _Keys:
    """The keys of rows in the workbook, from what the import wrote; four queries."""

    def __init__(self, plan: UndoPlan) -> None:
        self._contracts = dict(Contract.objects.values_list("pk", "code"))
        wanted: dict[Any, set[int]] = {
            Action: set(),
            ActionYear: set(),
            Indicator: set(),
            Organisation: set(),
        }
        for model in (Indicator, IndicatorValue, ActionYear, Funding):
            for pk in _named(model, plan):
                record = _record(plan, model, pk)
                for name, target in _LINKS:
                    wanted[target] |= {key for key in (getattr(record, name, None),) if key}
        years = ActionYear.objects.in_bulk(wanted[ActionYear])
        indicators = Indicator.objects.in_bulk(wanted[Indicator])
        wanted[Action] |= {row.action_id for row in years.values()}
        wanted[Action] |= {row.action_id for row in indicators.values()}
        self._rows: dict[Any, dict[int, Any]] = {
            ActionYear: years,
            Indicator: indicators,
            Action: Action.objects.in_bulk(wanted[Action]),
            Organisation: Organisation.objects.in_bulk(wanted[Organisation]),
        }

    def of(self, model: type[Versioned], plan: UndoPlan, pk: int) -> Key:
        """The key of a row, in the order of its sheet's columns."""
        record = _record(plan, model, pk)
        if model is Organisation:
            return (record.name,)
        if model is Action:
            return self._action(record)
        if model is ActionYear:
            return (*self._action_of(record), str(record.year))
        if model is Indicator:
            return (*self._action_of(record), record.name)
        year = self._rows[ActionYear].get(record.action_year_id)
        of_year = (*self._action_of(year), str(year.year)) if year else ("", "", "")
        if model is Funding:
            funder = self._rows[Organisation].get(record.funder_id)
            return (*of_year, funder.name if funder else "")
        indicator = self._rows[Indicator].get(record.indicator_id)
        return (*of_year[:2], indicator.name if indicator else "", of_year[2])

    def _action_of(self, row: Any) -> Key:
        action = self._rows[Action].get(row.action_id)
        return self._action(action) if action else ("", "")

    def _action(self, row: Any) -> Key:
        return (self._contracts.get(row.contract_id, ""), row.reference)


_LINKS = (
    ("action_id", Action),
    ("action_year_id", ActionYear),
    ("indicator_id", Indicator),
    ("funder_id", Organisation),
)


def _record(plan: UndoPlan, model: type[Versioned], pk: int) -> Any:
    one = plan.written[model]
    return one.created[pk] if pk in one.created else one.changed[pk]


def _lines(batch: ImportBatch) -> dict[tuple[str, Key], int]:
    """The row number of each key in the file; an indicator by its first row."""
    book = typed_workbook(read_workbook(bytes(batch.content), batch.filename))
    default = batch.outcome.get("contract", "")
    found: dict[tuple[str, Key], int] = {}
    for sheet in book.sheets:
        for row in sheet.rows:
            parts = [_text(getattr(row, name)) for name in _KEY_FIELDS[sheet.sheet.name]]
            contract, *rest = [parts[0] or default, *parts[1:]]
            found.setdefault((sheet.sheet.name, tuple(map(fold_code, [contract, *rest]))), row.number)
            if sheet.sheet is VALUES:
                found.setdefault((sheet.sheet.name, tuple(map(fold_code, [contract, *rest[:2]]))), row.number)
    return found


_KEY_FIELDS = {
    ACTIONS.name: ("contract", "reference"),
    YEARS.name: ("contract", "reference", "year"),
    VALUES.name: ("contract", "reference", "name", "year"),
    FUNDINGS.name: ("contract", "reference", "year", "funder"),
}


def _text(value: Any) -> str:
    if isinstance(value, Name):
        return value.text
    return str(value) if isinstance(value, str | int) else ""
