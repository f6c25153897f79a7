"""The rules of actions and of their years, on rows as they would be stored."""

from actions.models import Action, ActionYear, Reason, Status
from actions.soundness import allowed_when_adopted, objective_message
from actions.workbook.cells import Code, Name, quoted
from actions.workbook.drafts import ActionDraft, YearDraft, merged
from actions.workbook.links import check_continued, contact_of
from actions.workbook.resolver import Resolver, column_at_fault
from actions.workbook.rows import Row, TypedSheet
from actions.workbook.sheets import (
    ABSENT,
    FAULTY,
    STATUS_CODES,
    ActionRow,
    Given,
    Missing,
    YearRow,
)
from contracts.models import Contract
from governance.models import Organisation

_NEEDING_REASON = frozenset(status.value for status in Status.needing_reason())
_PLANNED_COLUMNS = {
    "is_planned": "prevue",
    "planned_budget": "budget_prevu",
    "planned_count": "quantite_prevue",
}


# --- actions ------------------------------------------------------------------------------------------------


def check_actions(resolver: Resolver) -> None:
    """Every row of `actions`; sound keys become drafts of the resolver."""
    sheet = resolver.workbook.actions
    drafts = [(row, _check_action(resolver, sheet, row)) for row in sheet.rows]
    for row, draft in drafts:
        check_continued(resolver, sheet, row, draft)


def _check_action(resolver: Resolver, sheet: TypedSheet[ActionRow], row: ActionRow) -> ActionDraft:
    contract = resolver.contract_of(sheet, row)
    draft = _action_draft(resolver, sheet, row, contract)
    _check_period(resolver, sheet, row, draft)
    if contract is None or isinstance(row.reference, Missing):
        resolver.faulty_actions.add(contract.pk if contract else None, row.reference)
        return draft
    first = resolver.actions.setdefault((contract.pk, row.reference), draft)
    if first is not draft:
        report_twice(resolver, sheet, row, "reference", first.row)
    return draft


def _action_draft(
    resolver: Resolver, sheet: TypedSheet[ActionRow], row: ActionRow, contract: Contract | None
) -> ActionDraft:
    stored = None
    if contract and not isinstance(row.reference, Missing):
        stored = resolver.stored.actions.get((contract.pk, row.reference))
    code = row.objective
    lead = resolver.organisation(row.lead)
    return ActionDraft(
        contract=contract,
        reference=_spelling(row, stored),
        objective=code if isinstance(code, Missing) else resolver.objective(sheet, row, contract, code),
        lead=lead,
        starts_on=merged(row.starts_on, stored.starts_on if stored else None),
        ends_on=merged(row.ends_on, stored.ends_on if stored else None),
        row=row,
        stored=stored,
        partners=_partners(resolver, row.partners, lead),
        communes=_communes(resolver, sheet, row),
        contact=contact_of(resolver, sheet, row, stored),
    )


def _spelling(row: ActionRow, stored: Action | None) -> str:
    """The reference as first stored; as the file writes it for a new action."""
    if stored is not None:
        return stored.reference
    return "" if isinstance(row.reference, Missing) else row.reference.text


def _partners(
    resolver: Resolver, names: Given[tuple[Name, ...]], lead: Organisation | Missing
) -> list[Organisation] | Missing:
    """The partners named, each organisation once and without the lead."""
    if isinstance(names, Missing):
        return names
    found = {id(one): one for one in map(resolver.stored.organisations.get, names or ())}
    return [one for one in found.values() if one is not lead]


def _communes(resolver: Resolver, sheet: TypedSheet[ActionRow], row: ActionRow) -> list[int] | Missing:
    codes = row.communes
    if isinstance(codes, Missing):
        return codes
    book = resolver.stored.communes
    found = {code: book.get(code) for code in codes or ()}
    unknown = [_shown(code) for code, pk in found.items() if pk is None]
    if unknown:
        listed = ", ".join(unknown)
        message = (
            f"Aucune commune, actuelle ou ancienne, de l’agglomération n’a le code INSEE {listed}. "
            "Attendu : des codes comme 45208, séparés par « ; »."
        )
        resolver.report(sheet, row, "communes", message)
        return FAULTY
    return list(dict.fromkeys(pk for pk in found.values() if pk is not None))


def _shown(code: Code) -> str:
    return quoted(code if isinstance(code, str) else f"{code:f}")


def _check_period(
    resolver: Resolver, sheet: TypedSheet[ActionRow], row: ActionRow, draft: ActionDraft
) -> None:
    start, end = draft.starts_on, draft.ends_on
    if start is None or end is None or isinstance(start, Missing) or isinstance(end, Missing) or start <= end:
        return
    message = f"La fin de l’action ({end:%d/%m/%Y}) précède son début ({start:%d/%m/%Y})."
    resolver.report(sheet, row, column_at_fault(sheet, "fin", "debut"), message)
    draft.starts_on = draft.ends_on = FAULTY


# --- programmation ------------------------------------------------------------------------------------------


def check_years(resolver: Resolver) -> None:
    """Every row of `programmation`, then the stored years of actions whose period the file changes."""
    sheet = resolver.workbook.years
    for row in sheet.rows:
        _check_year(resolver, sheet, row)
    for action in list(resolver.actions.values()):
        if action.stored and action.row:
            _check_stored_years(resolver, action, action.row)


def _check_year(resolver: Resolver, sheet: TypedSheet[YearRow], row: YearRow) -> None:
    contract = resolver.contract_of(sheet, row)
    action = resolver.needed_action(sheet, row, contract)
    reference, year = row.reference, row.year
    stored = None
    if action and action.stored and not isinstance(year, Missing):
        stored = resolver.stored.years.get((action.stored.pk, year))
    objective = _year_objective(resolver, sheet, row, contract, action, stored)
    lead = _year_lead(resolver, row.lead, action, stored)
    _check_reason(resolver, sheet, row, stored)
    if contract is None or isinstance(reference, Missing) or isinstance(year, Missing):
        resolver.faulty_years.add(contract.pk if contract else None, reference, year)
    elif stored is None and not resolver.contract_days(contract.pk, year):
        resolver.faulty_years.add(contract.pk, reference, FAULTY)  # a slip of the pen: it may be any year
    else:
        draft = YearDraft(action, year, objective, lead, row, stored)
        first = resolver.years.setdefault((contract.pk, reference, year), draft)
        if first is not draft:
            report_twice(resolver, sheet, row, "annee", first.row)
    if contract and not isinstance(year, Missing):
        _check_span(resolver, sheet, row, contract, year, action, objective, stored)
        if action and (contract.pk, year) in resolver.stored.programmes:
            _check_programme(resolver, sheet, row, year, stored)


def _year_objective(
    resolver: Resolver,
    sheet: TypedSheet[YearRow],
    row: YearRow,
    contract: Contract | None,
    action: ActionDraft | None,
    stored: ActionYear | None,
) -> int | Missing:
    """The objective of the year: the cell's; the action's at this moment for an empty cell or a new row."""
    code = row.objective
    if code is ABSENT and stored:
        return stored.objective_id
    if code is ABSENT or code is None:
        return action.objective if action else FAULTY
    return code if isinstance(code, Missing) else resolver.objective(sheet, row, contract, code)


def _year_lead(
    resolver: Resolver, name: Given[Name], action: ActionDraft | None, stored: ActionYear | None
) -> Organisation | Missing:
    """The lead of the year, found as its objective is."""
    if name is ABSENT and stored:
        return resolver.stored.organisations.by_pk[stored.lead_id]
    if name is ABSENT or name is None:
        return action.lead if action else FAULTY
    return resolver.organisation(name)


def _check_span(
    resolver: Resolver,
    sheet: TypedSheet[YearRow],
    row: YearRow,
    contract: Contract,
    year: int,
    action: ActionDraft | None,
    objective: int | Missing,
    stored: ActionYear | None,
) -> None:
    """What the file does not touch is not judged: that a stored year lost its objective, or its day in the
    contract, to an amendment is worth knowing, and no fault of the file."""
    starts_on, ends_on = (action.starts_on, action.ends_on) if action else (None, None)
    fault = resolver.span_fault(contract.pk, year, starts_on, ends_on, objective)
    if not fault:
        return
    is_known = stored is not None and _stood_before(resolver, fault, contract, action, objective, stored)
    found = resolver.warnings if is_known else resolver.faults
    if fault == "annee":
        sheet.report(found, row, "annee", resolver.span_message(contract, year, action))
    else:
        sheet.report(found, row, column_at_fault(sheet, "objectif", "annee"), objective_message(year))


def _stood_before(
    resolver: Resolver,
    fault: str,
    contract: Contract,
    action: ActionDraft | None,
    objective: int | Missing,
    stored: ActionYear,
) -> bool:
    """Whether the same was wrong with the year as it is stored; of an objective, with the same one."""
    if fault != "annee" and objective != stored.objective_id:
        return False
    known = action.stored if action else None
    starts_on, ends_on = (known.starts_on, known.ends_on) if known else (None, None)
    return resolver.span_fault(contract.pk, stored.year, starts_on, ends_on, stored.objective_id) == fault


def _check_reason(
    resolver: Resolver, sheet: TypedSheet[YearRow], row: YearRow, stored: ActionYear | None
) -> None:
    status = merged(row.status, stored.status if stored else None) or ""
    reason = merged(row.reason, stored.reason if stored else None) or ""
    comment = merged(row.comment, stored.comment if stored else None) or ""
    if isinstance(status, Missing) or isinstance(reason, Missing):
        return
    needs_reason = status in _NEEDING_REASON
    if needs_reason != bool(reason):
        shown = next((code for code, value in STATUS_CODES.items() if value == status), "vide")
        message = (
            f"Le statut {shown} demande un motif d’écart (financement, pilote, …, autre)."
            if needs_reason
            else f"Le statut {shown} n’a pas de motif d’écart : videz le motif ou corrigez le statut."
        )
        resolver.report(sheet, row, column_at_fault(sheet, "motif", "statut"), message)
    elif reason == Reason.OTHER and not comment:
        column = column_at_fault(sheet, "commentaire", "motif", "statut")
        resolver.report(sheet, row, column, "Le motif autre demande un commentaire qui le précise.")


def _check_programme(
    resolver: Resolver, sheet: TypedSheet[YearRow], row: YearRow, year: int, stored: ActionYear | None
) -> None:
    """Planned columns of a year whose programme is adopted stay as they are; a new row is not planned."""
    for field, allowed in allowed_when_adopted(stored).items():
        value, column = getattr(row, field), _PLANNED_COLUMNS[field]
        if not isinstance(value, Missing) and value != allowed:
            resolver.report(sheet, row, column, locked_message(year, is_new=stored is None))


def locked_message(year: int, *, is_new: bool) -> str:
    if is_new:
        return (
            f"Le programme de {year} est adopté : une ligne nouvelle y a prevue = non, sans budget, "
            "quantité ni cible prévus."
        )
    return f"Le programme de {year} est adopté : ses colonnes prévues ne changent plus."


def _check_stored_years(resolver: Resolver, action: ActionDraft, row: ActionRow) -> None:
    """Warn of a stored year, not in the file, that shares no day with the action's new period: the file's own
    rows are sound, and rows that are not in the file stay as they are."""
    stored = action.stored
    assert stored is not None
    if (action.starts_on, action.ends_on) == (stored.starts_on, stored.ends_on):
        return
    sheet = resolver.workbook.actions
    for known in resolver.stored.years_of[stored.pk]:
        if (stored.contract_id, row.reference, known.year) in resolver.years:
            continue
        span = (stored.contract_id, known.year)
        before = resolver.span_fault(*span, stored.starts_on, stored.ends_on, known.objective_id)
        after = resolver.span_fault(*span, action.starts_on, action.ends_on, known.objective_id)
        if after and not before:
            column = _changed_bound(action, known.year)
            message = (
                f"L’année {known.year}, déjà programmée, sort de la période de l’action ou de son objectif."
            )
            sheet.report(resolver.warnings, row, column, message)


def _changed_bound(action: ActionDraft, year: int) -> str:
    """Which new bound of its period leaves a year outside."""
    start, stored = action.starts_on, action.stored
    assert stored is not None
    if start == stored.starts_on:
        return "fin"
    starts_late = not isinstance(start, Missing) and start is not None and start.year > year
    return "debut" if starts_late or action.ends_on == stored.ends_on else "fin"


def report_twice(
    resolver: Resolver, sheet: TypedSheet[Row], row: Row, column: str, first: Row | None
) -> None:
    number = first.number if first else 0
    resolver.report(sheet, row, column, f"Cette ligne figure déjà dans la feuille, à la ligne {number}.")
