"""The rules of indicators and fundings, on rows as they would be stored."""

from decimal import Decimal

from actions.workbook.cells import Percentage, found
from actions.workbook.checks import locked_message, report_twice
from actions.workbook.drafts import ActionDraft, FundingDraft, IndicatorDraft, ValueDraft, YearDraft, merged
from actions.workbook.resolver import Resolver
from actions.workbook.rows import TypedSheet
from actions.workbook.sheets import ABSENT, FAULTY, FundingRow, Given, Missing, ValueRow
from contracts.models import Contract
from cops.lib.french import exact_key

# Columns of `indicateurs` that are the indicator's own, the same in all its rows: column → field.
INDICATOR_COLUMNS = {"nature": "nature", "unite": "unit", "sens": "direction", "valeur_reference": "baseline"}
_EMPTY = {"unit": "", "baseline": None}

Key = tuple[object, ...]


def check_values(resolver: Resolver) -> None:
    """Every row of `indicateurs`."""
    sheet = resolver.workbook.values
    indicators: dict[Key, IndicatorDraft] = {}
    first_rows: dict[Key, ValueRow] = {}
    for row in sheet.rows:
        contract = resolver.contract_of(sheet, row)
        action, year = resolver.needed_year(sheet, row, contract, row.year)
        indicator = _indicator(resolver, indicators, contract, row, action)
        draft = _value_draft(resolver, sheet, row, indicator, year)
        if contract and indicator.name and not isinstance(row.year, Missing):
            first = first_rows.setdefault((contract.pk, row.reference, row.name, row.year), row)
            if first is not row and not isinstance(row.reference, Missing):
                report_twice(resolver, sheet, row, "annee", first)
            _check_target(resolver, sheet, draft, contract, row.year)
        resolver.values.append(draft)


def _indicator(
    resolver: Resolver,
    indicators: dict[Key, IndicatorDraft],
    contract: Contract | None,
    row: ValueRow,
    action: ActionDraft | None,
) -> IndicatorDraft:
    """The indicator that a row names; one of its own for a row whose key cannot be read."""
    if contract is None or isinstance(row.reference, Missing) or isinstance(row.name, Missing):
        return IndicatorDraft(action, "", None)
    key = (contract.pk, row.reference, row.name)
    if key not in indicators:
        stored = None
        if action and action.stored:
            stored = resolver.stored.indicators.get((action.stored.pk, row.name))
        indicators[key] = IndicatorDraft(action, stored.name if stored else row.name.text, stored)
    return indicators[key]


def _value_draft(
    resolver: Resolver,
    sheet: TypedSheet[ValueRow],
    row: ValueRow,
    indicator: IndicatorDraft,
    year: YearDraft | None,
) -> ValueDraft:
    unit = _unit(resolver, sheet, row, indicator)
    baseline = _number(resolver, sheet, row, "valeur_reference", row.baseline, unit)
    own = {"nature": row.nature, "sens": row.direction, "valeur_reference": baseline}
    for column, value in own.items():
        _agrees(resolver, sheet, row, indicator, column, value)
    stored = None
    if indicator.stored and year and year.stored:
        stored = resolver.stored.values.get((indicator.stored.pk, year.stored.pk))
    return ValueDraft(
        row,
        year,
        indicator,
        stored,
        target=_number(resolver, sheet, row, "cible", row.target, unit),
        value=_number(resolver, sheet, row, "valeur", row.value, unit),
    )


def _unit(
    resolver: Resolver, sheet: TypedSheet[ValueRow], row: ValueRow, indicator: IndicatorDraft
) -> str | Missing | None:
    """The unit that the row's numbers have: the cell's, or the stored one where the file has no such column;
    FAULTY where it is not known which indicator that is, or where the cell is itself at fault."""
    if not _agrees(resolver, sheet, row, indicator, "unite", row.unit):
        return FAULTY
    if row.unit is ABSENT and indicator.action is None:
        return FAULTY
    return merged(row.unit, indicator.stored.unit if indicator.stored else None)


def _number(
    resolver: Resolver,
    sheet: TypedSheet[ValueRow],
    row: ValueRow,
    column: str,
    number: Given[Decimal | Percentage],
    unit: str | Missing | None,
) -> Decimal | Missing | None:
    """A number as it counts with the row's unit: percentages only where it is %."""
    if not isinstance(number, Percentage):
        return number
    if unit == "%":
        return number.value
    if not isinstance(unit, Missing):
        raw = row.cells[sheet.positions[column]]
        message = f"Nombre sans pourcentage attendu, l’unité n’étant pas « % ». Trouvé : {found(raw)}."
        resolver.report(sheet, row, column, message)
    return FAULTY


def _agrees(
    resolver: Resolver,
    sheet: TypedSheet[ValueRow],
    row: ValueRow,
    indicator: IndicatorDraft,
    column: str,
    value: Given[str | Decimal],
) -> bool:
    """Whether one of the indicator's own columns is as in its first row; if not, it is reported. What is
    faulty agrees with anything."""
    if isinstance(value, Missing) or not indicator.name:
        return True
    field = INDICATOR_COLUMNS[column]
    stored = _EMPTY.get(field) if value is None else value
    if _same(indicator.values.setdefault(field, stored), stored):
        indicator.first_rows.setdefault(field, row.number)
        return True
    message = (
        f"L’indicateur a une autre valeur dans cette colonne, ligne {indicator.first_rows[field]} : "
        "nature, unite, sens et valeur_reference sont les mêmes à toutes ses lignes."
    )
    resolver.report(sheet, row, column, message)
    return False


def _same(one: str | Decimal | None, other: str | Decimal | None) -> bool:
    """Equal, whichever apostrophe or dash a unit is written with."""
    return one == other or (
        isinstance(one, str) and isinstance(other, str) and exact_key(one) == exact_key(other)
    )


def _check_target(
    resolver: Resolver, sheet: TypedSheet[ValueRow], draft: ValueDraft, contract: Contract, year: int
) -> None:
    """The target of a year whose programme is adopted stays as it is; a new row has none."""
    if draft.year is None or (contract.pk, year) not in resolver.stored.programmes:
        return
    allowed = draft.stored.target if draft.stored else None
    if not isinstance(draft.target, Missing) and draft.target != allowed:
        resolver.report(sheet, draft.row, "cible", locked_message(year, is_new=draft.stored is None))


def check_fundings(resolver: Resolver) -> None:
    """Every row of `financements`."""
    sheet = resolver.workbook.fundings
    first_rows: dict[Key, FundingRow] = {}
    for row in sheet.rows:
        contract = resolver.contract_of(sheet, row)
        _, year = resolver.needed_year(sheet, row, contract, row.year)
        funder = resolver.organisation(row.funder)
        if contract is None or isinstance(funder, Missing):
            continue
        if not isinstance(row.reference, Missing) and not isinstance(row.year, Missing):
            first = first_rows.setdefault((contract.pk, row.reference, row.year, id(funder)), row)
            if first is not row:
                report_twice(resolver, sheet, row, "financeur", first)
        stored = None
        if year and year.stored and funder.pk:
            stored = resolver.stored.fundings.get((year.stored.pk, funder.pk))
        resolver.fundings.append(FundingDraft(row, year, funder, stored))
