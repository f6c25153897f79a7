"""Importing a workbook on the site: sent, previewed, then applied once or left.

What was previewed is kept with the batch, bounded for the page, beside a digest of the whole plan. Confirming
plans again in the transaction that writes; a plan that differs from the one seen is shown instead of applied.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db import transaction
from django.utils import timezone

from actions.workbook import Fault, ImportConflict, ImportPlan, import_file, plan_import, read_workbook
from actions.workbook.changes import RowChange
from actions.workbook.drafts import Difference
from actions.workbook.sheets import ACTIONS, SHEETS, Sheet
from contracts.models import Contract
from cops.audit.models import ImportBatch
from cops.lib.french import count, number, revealed
from cops.lib.tables import Table
from cops.users.models import User

FAULTS_SHOWN = 500  # per sheet
ROWS_SHOWN = 100  # per sheet, of new and of changed rows each
_TEXT_SHOWN = 200
_CONTEXT_SHOWN = 40

Json = dict[str, Any]


class Confirmation(Enum):
    """What became of a confirmed import."""

    APPLIED = "applied"
    ALREADY_APPLIED = "already applied"
    PLAN_CHANGED = "plan changed"
    CONFLICT = "conflict"


class _PlanChanged(Exception):
    """The plan is not the one that was previewed: roll back."""

    def __init__(self, plan: ImportPlan) -> None:
        self.plan = plan


def receive(content: bytes, filename: str, *, contract: Contract | None, user: User) -> ImportBatch:
    """Keep a file that was sent, with what importing it would do or why it cannot be; nothing is imported."""
    plan = plan_import(read_workbook(content, filename), contract=contract)
    return ImportBatch.objects.create(
        created_by=user,
        filename=filename,
        content=content,
        state=_state(plan),
        outcome=outcome_of(plan, contract),
    )


def confirm(batch: ImportBatch, *, seen: str, user: User) -> Confirmation:
    """Apply the import if its plan is still the one whose digest is `seen`; all or nothing, once.

    Of two confirmations at the same time one applies, the other finds it applied. If the stored data changed
    since the preview, nothing is imported and the batch carries the new preview.
    """
    try:
        with transaction.atomic():
            return _apply(batch, seen=seen, user=user)
    except _PlanChanged as changed:
        _preview_again(batch, changed.plan)
        return Confirmation.PLAN_CHANGED
    except ImportConflict:
        return Confirmation.CONFLICT


def _apply(batch: ImportBatch, *, seen: str, user: User) -> Confirmation:
    locked = ImportBatch.objects.select_for_update(of=("self",)).filter(pk=batch.pk).get()
    if locked.state in (ImportBatch.State.APPLIED, ImportBatch.State.UNDONE):
        return Confirmation.ALREADY_APPLIED
    contract, at = _contract(locked), timezone.now()
    plan = import_file(bytes(locked.content), locked.filename, contract=contract, user=user, at=at)
    if plan.faults or digest_of(plan) != seen:
        raise _PlanChanged(plan)
    ImportBatch.objects.filter(pk=locked.pk).update(
        state=ImportBatch.State.APPLIED,
        applied_at=at,
        applied_by=user,
        outcome=outcome_of(plan, contract),
    )
    return Confirmation.APPLIED


def _preview_again(batch: ImportBatch, plan: ImportPlan) -> None:
    """Keep the new preview, unless somebody else applied the import meanwhile."""
    waiting = ImportBatch.objects.filter(pk=batch.pk).exclude(state__in=["applied", "undone"])
    waiting.update(state=_state(plan), outcome=outcome_of(plan, _contract(batch)))


def faults_table(batch: ImportBatch) -> Table:
    """All faults of the file as it stands against the stored data now, for a spreadsheet."""
    plan = plan_import(read_workbook(bytes(batch.content), batch.filename), contract=_contract(batch))
    return Table(
        "erreurs",
        ("feuille", "ligne", "colonne", "valeur", "message"),
        [
            (fault.sheet, fault.row or None, fault.column, revealed(fault.value), fault.message)
            for fault in plan.faults
        ],
    )


def _contract(batch: ImportBatch) -> Contract | None:
    code = batch.outcome["contract"]
    return Contract.objects.get(code=code) if code else None


def _state(plan: ImportPlan) -> ImportBatch.State:
    return ImportBatch.State.REFUSED if plan.faults else ImportBatch.State.READY


# --- what the pages show ------------------------------------------------------------------------------------


def digest_of(plan: ImportPlan) -> str:
    """A digest of all that a plan shows: equal digests, equal plans."""
    counts = sorted(plan.unchanged.items())
    shown = (plan.faults, plan.changes, counts, plan.organisations_created, plan.warnings)
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def outcome_of(plan: ImportPlan, contract: Contract | None) -> Json:
    """The plan as the pages show it, cut to a bounded number of rows, with all the totals."""
    return {
        "contract": contract.code if contract else "",
        "digest": digest_of(plan),
        "is_empty": plan.is_empty,
        "has_rows": bool(plan.changes) or any(plan.unchanged.values()),
        "organisations": list(plan.organisations_created),
        "sheets": [_sheet_outcome(sheet, plan) for sheet in SHEETS],
        "contracts": _contracts(plan),
        "fault_count": len(plan.faults),
        "file_faults": [fault.message for fault in plan.faults if not fault.sheet],
        "fault_groups": _groups(plan.faults, "erreurs", "erreur", "erreurs"),
        "warning_count": len(plan.warnings),
        "warning_groups": _groups(plan.warnings, "attention", "point à vérifier", "points à vérifier"),
    }


def _contracts(plan: ImportPlan) -> list[str]:
    """The codes of the contracts that rows would be written to."""
    return sorted({str(change.key[0]) for change in plan.changes})


def _sheet_outcome(sheet: Sheet, plan: ImportPlan) -> Json:
    changes = [change for change in plan.changes if change.sheet == sheet.name]
    new = [change for change in changes if change.is_new]
    changed = [change for change in changes if not change.is_new]
    titles = _titles(plan) if sheet is ACTIONS and new else {}
    return {
        "name": sheet.name,
        "key": list(sheet.key),
        "changed_id": f"table-modifiees-{sheet.name}",
        "changed_caption": _caption(sheet.name, len(changed), "ligne modifiée", "lignes modifiées"),
        "new_id": f"table-creees-{sheet.name}",
        "new_caption": _caption(sheet.name, len(new), "ligne nouvelle", "lignes nouvelles"),
        "has_titles": bool(titles),
        "created": len(new),
        "updated": len(changed),
        "unchanged": plan.unchanged[sheet.name],
        "new_rows": [_row(sheet, change, titles.get(change.row, "")) for change in new[:ROWS_SHOWN]],
        "changed_rows": [_row(sheet, change) for change in changed[:ROWS_SHOWN]],
        "new_left_out": max(0, len(new) - ROWS_SHOWN),
        "changed_left_out": max(0, len(changed) - ROWS_SHOWN),
    }


def _caption(sheet: str, number_of_rows: int, one: str, many: str) -> str:
    return f"Feuille {sheet}\u00a0: {count(number_of_rows, one, many)}"


def _titles(plan: ImportPlan) -> dict[int, str]:
    """The titles of the actions in the file by row number: a reference alone says little."""
    rows = plan.source.actions.rows if plan.source else []
    return {row.number: _shown(row.title) for row in rows if isinstance(row.title, str)}


def _row(sheet: Sheet, change: RowChange, title: str = "") -> Json:
    return {
        "row": change.row,
        "title": title,
        "key": list(zip(sheet.key, map(str, change.key), strict=True)),
        "differences": [_difference(one) for one in change.differences],
    }


def _difference(one: Difference) -> Json:
    """What was and what comes; of two long texts that begin alike, what follows the common part."""
    before, after = one.before, one.after
    if isinstance(before, str) and isinstance(after, str):
        common = _common_length(before, after) - _CONTEXT_SHOWN
        if common > 0 and max(len(before), len(after)) > _TEXT_SHOWN:
            before, after = f"…{before[common:]}", f"…{after[common:]}"
    return {"column": one.column, "before": _shown(before), "after": _shown(after)}


def _common_length(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(one), len(other)))


def _shown(value: str | int | Decimal | date | None) -> str:
    """A cell's value in words; empty where there is none."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal | int):
        return number(value)
    text = revealed(value or "")
    return text if len(text) <= _TEXT_SHOWN else f"{text[: _TEXT_SHOWN - 1]}…"


def _groups(faults: Iterable[Fault], anchor: str, one: str, many: str) -> list[Json]:
    """Faults or warnings by sheet, in the order of the workbook; those of the whole file are told apart."""
    groups: dict[str, list[Fault]] = {}
    for fault in faults:
        if fault.sheet:
            groups.setdefault(fault.sheet, []).append(fault)
    return [
        {
            "sheet": sheet,
            "anchor": f"{anchor}-{index}",
            "table_id": f"table-{anchor}-{index}",
            "caption": _caption(sheet, len(found), one, many),
            "count": len(found),
            "left_out": max(0, len(found) - FAULTS_SHOWN),
            "faults": list(_fault_rows(found[:FAULTS_SHOWN])),
        }
        for index, (sheet, found) in enumerate(groups.items(), start=1)
    ]


def _fault_rows(faults: Iterable[Fault]) -> Iterable[Json]:
    for fault in faults:
        value = _shown(fault.value)
        yield {"row": fault.row, "column": fault.column, "value": value, "message": fault.message}
