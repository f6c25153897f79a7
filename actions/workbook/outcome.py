"""The outcome of an import as `cops-import/1` and as text for the command line."""

from typing import Any

from actions.workbook.faults import Fault
from actions.workbook.plan import ImportPlan
from actions.workbook.sheets import SHEETS
from cops.lib.french import count, plural, revealed


def to_json(plan: ImportPlan, *, dry_run: bool) -> dict[str, Any]:
    """The plan as `cops-import/1`."""
    return {
        "schema": "cops-import/1",
        "dry_run": dry_run,
        "created": plan.created,
        "updated": plan.updated,
        "unchanged": plan.unchanged,
        "organisations_created": list(plan.organisations_created),
        "errors": [_fault(fault) for fault in plan.faults],
    }


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "sheet": fault.sheet,
        "row": fault.row,
        "column": fault.column,
        "value": revealed(fault.value),
        "message": fault.message,
    }


def faults_as_text(plan: ImportPlan) -> str:
    """Every fault with its place, one a line, then what to do."""
    lines = [f"{fault.place} : {fault.message}" for fault in plan.faults]
    number = len(lines)
    lines.append(
        f"{count(number, 'erreur')} {plural(number, 'trouvée')} dans {plan.filename}. Rien n’a été importé : "
        "corrigez le classeur, puis recommencez."
    )
    return "\n".join(lines)


def warnings_as_text(plan: ImportPlan) -> str:
    """What the import leaves in an odd state or may create twice, one a line, then how many."""
    lines = [f"Attention, {warning.place} : {warning.message}" for warning in plan.warnings]
    number = len(lines)
    if number > 1:
        lines.append(f"{count(number, 'point')} à vérifier dans {plan.filename}.")
    return "\n".join(lines)


def result_as_text(plan: ImportPlan, *, dry_run: bool) -> str:
    """What was, or would be, created and changed, sheet by sheet."""
    lines = [
        f"{sheet.name} : "
        f"{_agreed(plan.created[sheet.name], 'créée')}, {_agreed(plan.updated[sheet.name], 'modifiée')}, "
        f"{_agreed(plan.unchanged[sheet.name], 'inchangée')}."
        for sheet in SHEETS
    ]
    if plan.organisations_created:
        lines.append(f"Organismes créés : {' ; '.join(plan.organisations_created)}.")
    if dry_run:
        lines.append("Essai : rien n’a été enregistré.")
    elif plan.is_empty:
        lines.append("Tout était déjà enregistré : rien n’a changé.")
    else:
        lines.append(f"{plan.filename} est importé.")
    return "\n".join(lines)


def _agreed(number: int, participle: str) -> str:
    return f"{count(number, 'ligne')} {plural(number, participle)}"
