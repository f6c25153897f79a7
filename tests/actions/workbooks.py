"""Workbooks for tests, built from valid rows, and the contract that they speak of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.workbook import ImportPlan, import_workbook, plan_import, read_workbook
from contracts.models import Contract, Objective
from tests import factories
from tests.actions.spreadsheets import xlsx

Row = dict[str, Any]
Place = tuple[str, int, str, str]

ACTION = {
    "contrat": "cops-2009",
    "objectif": "1.1",
    "reference": "1.1-01",
    "intitule": "Médiation",
    "pilote": "AME",
}
YEAR = {"contrat": "cops-2009", "reference": "1.1-01", "annee": 2012, "prevue": "oui"}
VALUE = {
    "contrat": "cops-2009",
    "reference": "1.1-01",
    "indicateur": "Taux",
    "nature": "resultat",
    "unite": "%",
    "sens": "baisse",
    "valeur_reference": 12,
    "annee": 2012,
    "cible": 10,
    "valeur": 9,
}
FUNDING = {"contrat": "cops-2009", "reference": "1.1-01", "annee": 2012, "financeur": "AME", "demande": 100}


def action(**cells: Any) -> Row:
    return ACTION | cells


def year(**cells: Any) -> Row:
    return YEAR | cells


def value(**cells: Any) -> Row:
    return VALUE | cells


def funding(**cells: Any) -> Row:
    return FUNDING | cells


def without(row: Row, *columns: str) -> Row:
    return {name: cell for name, cell in row.items() if name not in columns}


def book(**sheets: Sequence[Row | None]) -> bytes:
    """An .xlsx with these sheets; a sheet has the columns that any of its rows names, None is a blank row."""
    return xlsx({name: _rows(rows) for name, rows in sheets.items()})


def _rows(rows: Sequence[Row | None]) -> list[list[Any]]:
    names = list(dict.fromkeys(name for row in rows if row for name in row))
    return [names, *([row.get(name) for name in names] if row else [] for row in rows)]


def sound(**sheets: Sequence[Row | None]) -> bytes:
    """A workbook of one action with its year 2012, some sheets replaced."""
    return book(**{"actions": [action()], "programmation": [year()], **sheets})


def plan(data: bytes, contract: Contract | None = None) -> ImportPlan:
    return plan_import(read_workbook(data, "actions.xlsx"), contract=contract)


def imported(data: bytes, contract: Contract | None = None, **options: Any) -> ImportPlan:
    """Import a workbook that is expected to be sound."""
    done = import_workbook(read_workbook(data, "actions.xlsx"), contract=contract, **options)
    assert done.faults == ()
    return done


def places(plan: ImportPlan) -> list[Place]:
    """Where the faults are, and the value found there."""
    assert all(fault.message for fault in plan.faults)
    return [(fault.sheet, fault.row, fault.column, fault.value) for fault in plan.faults]


def faults(data: bytes, contract: Contract | None = None) -> list[Place]:
    return places(plan(data, contract))


@dataclass(frozen=True)
class World:
    """A contract from 2009, prolonged to 2014 by an amendment that brought objective 1.3 and ended 1.4."""

    contract: Contract
    objectives: dict[str, Objective]


def make_world() -> World:
    contract = factories.ContractFactory(code="cops-2009")
    amendment = factories.AmendmentFactory(contract=contract)
    axis = factories.AxisFactory(contract=contract, number=1)
    objectives = {
        code: factories.ObjectiveFactory(contract=contract, axis=axis, code=code)
        for code in ("1.1", "1.2", "1.4", "1.5", "1.50")
    }
    objectives["1.3"] = factories.ObjectiveFactory(
        contract=contract, axis=axis, code="1.3", first_version=None
    )
    factories.ObjectiveVersionFactory(objective=objectives["1.3"], amendment=amendment)
    factories.ObjectiveVersionFactory(objective=objectives["1.4"], amendment=amendment, is_withdrawn=True)
    factories.OrganisationFactory(name="AME")
    department = factories.OrganisationFactory(name="Département du Loiret")
    factories.OrganisationNameFactory(organisation=department, name="Conseil général du Loiret")
    for code in ("45208", "45068", "01004"):
        factories.CommuneMembershipFactory(commune__insee_code=code)
    factories.CommuneMembershipFactory(commune__insee_code="45102", ends_on=date(2010, 12, 31))
    factories.CommuneFactory(insee_code="45999")
    return World(contract, objectives)
