"""The workbook written back: every column of every row of a contract, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from actions.models import Action, ActionCommune, ActionYear, Funding, IndicatorValue, Partnership
from actions.workbook.sheets import ACTIONS, FUNDINGS, VALUES, YEARS, Sheet
from contracts.models import Contract
from cops.lib.tables import Table, write_ods, write_xlsx

WRITERS = {".xlsx": write_xlsx, ".ods": write_ods}
_WIDTHS = {"intitule": 40, "description": 60, "public": 30, "commentaire": 40, "impact": 40, "indicateur": 40}
_WIDTHS |= {"constat": 60, "contact": 30, "poursuit": 20}
_WIDTHS |= {"pilote": 30, "partenaires": 40, "communes": 25, "financeur": 30}

# Where a column's value is found from the row's model; a column not named is the field of its own name.
_ACTION_PATHS = {
    "contrat": "contract__code",
    "objectif": "objective__code",
    "pilote": "lead__name",
    "contact": "contact__email",
    "poursuit": "continues_id",
}
_YEAR_PATHS = {
    "contrat": "action__contract__code",
    "reference": "action__reference",
    "objectif": "objective__code",
    "pilote": "lead__name",
}
_VALUE_PATHS = {
    "contrat": "indicator__action__contract__code",
    "reference": "indicator__action__reference",
    "indicateur": "indicator__name",
    "nature": "indicator__nature",
    "unite": "indicator__unit",
    "sens": "indicator__direction",
    "valeur_reference": "indicator__baseline",
    "annee": "action_year__year",
}
_FUNDING_PATHS = {
    "contrat": "action_year__action__contract__code",
    "reference": "action_year__action__reference",
    "annee": "action_year__year",
    "financeur": "funder__name",
}

Row = dict[str, Any]


def export_tables(contract: Contract) -> list[Table]:
    """The four sheets with the contract's rows, in order of their keys. Seven queries."""
    values = IndicatorValue.objects.filter(indicator__action__contract=contract)
    fundings = Funding.objects.filter(action_year__action__contract=contract)
    return [
        _table(ACTIONS, _actions(contract)),
        _table(YEARS, _rows(YEARS, ActionYear.objects.filter(action__contract=contract), _YEAR_PATHS)),
        _table(VALUES, _rows(VALUES, values, _VALUE_PATHS)),
        _table(FUNDINGS, _rows(FUNDINGS, fundings, _FUNDING_PATHS)),
    ]


def export_workbook(contract: Contract, extension: str) -> bytes:
    """The contract's workbook as a file; `extension` is .xlsx or .ods."""
    return WRITERS[extension](export_tables(contract))


def _actions(contract: Contract) -> list[Row]:
    partners, communes = defaultdict(list), defaultdict(list)
    partnerships = Partnership.objects.filter(action__contract=contract).order_by("pk")
    for key, name in partnerships.values_list("action_id", "organisation__name"):
        partners[key].append(name)
    places = ActionCommune.objects.filter(action__contract=contract).order_by("pk")
    for key, code in places.values_list("action_id", "commune__insee_code"):
        communes[key].append(code)
    following = Action.objects.filter(contract=contract, continues__isnull=False)
    continued = following.values_list("continues_id", "continues__contract__code", "continues__reference")
    labels = {pk: f"{code} {reference}" for pk, code, reference in continued}
    paths = {**_ACTION_PATHS, "partenaires": "pk", "communes": "pk"}
    rows = _rows(ACTIONS, Action.objects.filter(contract=contract), paths)
    for row in rows:
        row["partenaires"] = ";".join(partners[row["partenaires"]])
        row["communes"] = ";".join(communes[row["communes"]])
        row["poursuit"] = labels.get(row["poursuit"])
    return rows


def _rows(sheet: Sheet, rows: QuerySet[Any], paths: Mapping[str, str]) -> list[Row]:
    """The rows as column → stored value; one query."""
    names = [column.name for column in sheet.columns]
    fields = [paths.get(column.name, column.field) for column in sheet.columns]
    return [dict(zip(names, values, strict=True)) for values in rows.order_by().values_list(*fields)]


def _table(sheet: Sheet, rows: Iterable[Row]) -> Table:
    """The sheet with its rows in order of their keys (texts in code-point order)."""
    ordered = sorted(rows, key=lambda row: tuple(row[column] for column in sheet.key))
    names = [column.name for column in sheet.columns]
    cells = [[column.write(row[column.name]) for column in sheet.columns] for row in ordered]
    return Table(sheet.name, names, cells, [_WIDTHS.get(name) for name in names])
