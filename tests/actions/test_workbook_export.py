"""The workbook written back: every column, typed, in order; and read again it is the same."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Action
from actions.workbook import (
    export_tables,
    export_workbook,
    import_file,
    plan_import,
    read_workbook,
)
from actions.workbook.reading import read_sheet
from actions.workbook.sheets import SHEETS
from contracts.models import Contract
from cops.lib.tables import write_csv
from tests import factories
from tests.actions.workbooks import World, action, book, funding, imported, make_world, sound, value, year

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent.parent / "data"
DEMONSTRATION = Path(__file__).parent.parent.parent / "fixtures" / "demo-2009-2014.xlsx"


def cells_of(data: bytes, filename: str) -> dict[str, list[tuple[int, list[Any]]]]:
    workbook = read_workbook(data, filename)
    assert workbook.fault is None
    return {grid.name: grid.rows for grid in workbook.grids}


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def test_every_column_is_written_typed_and_in_order(world: World) -> None:
    imported(
        book(
            actions=[
                action(reference="1.1-02", intitule="@1+1", unite="equipements", debut="01/06/2012"),
                action(partenaires="Amelys;LogemLoiret", communes="45208;45068", description="@x"),
            ],
            programmation=[
                year(
                    annee=2013, prevue="non", statut="non_realisee", motif="calendrier", budget_prevu="0,50"
                ),
                year(cout_reel="1 234,50 €", quantite_prevue=3),
            ],
            indicateurs=[value(valeur_reference="-0,5", cible=None, valeur="12,5 %")],
            financements=[funding(), funding(financeur="Éditions", verse=1)],
        )
    )
    workbook = openpyxl.load_workbook(io.BytesIO(export_workbook(world.contract, ".xlsx")))
    assert workbook.sheetnames == [sheet.name for sheet in SHEETS]
    for sheet in SHEETS:
        headings = [cell.value for cell in workbook[sheet.name][1]]
        assert headings == [column.name for column in sheet.columns]
    rows = {sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in workbook}
    first = ("cops-2009", "1.1", "1.1-01", "Médiation", "@x", None, "AME")
    second = ("cops-2009", "1.1", "1.1-02", "@1+1", None, None, "AME")
    last = (None, None, "civil", "non", None)
    assert rows["actions"] == [
        (*first, "Amelys;LogemLoiret", "45208;45068", None, None, None, *last),
        (*second, None, None, "equipements", datetime(2012, 6, 1), None, *last),
    ]
    key = ("cops-2009", "1.1-01")
    assert rows["programmation"] == [
        (*key, 2012, "1.1", "AME", "oui", None, None, None, None, 1234.5, 3, None, None),
        (*key, 2013, "1.1", "AME", "non", "non_realisee", "calendrier", None, 0.5, None, None, None, None),
    ]
    assert rows["indicateurs"] == [(*key, "Taux", "resultat", "%", "baisse", -0.5, 2012, None, 12.5)]
    assert rows["financements"] == [
        (*key, 2012, "AME", 100, None, None),
        (*key, 2012, "Éditions", 100, None, 1),
    ]
    assert workbook["actions"]["D3"].data_type == "s"


def test_rows_come_in_code_point_order_of_their_keys(world: World) -> None:
    for reference in ("b", "a", "1.10", "1.9", "É", "Z"):
        factories.ActionFactory(contract=world.contract, reference=reference)
    rows = export_tables(world.contract)[0].rows
    assert [row[2] for row in rows] == ["1.10", "1.9", "Z", "a", "b", "É"]


def test_only_the_contracts_rows_are_exported(world: World) -> None:
    factories.FundingFactory()
    factories.IndicatorValueFactory()
    assert [list(table.rows) for table in export_tables(world.contract)] == [[], [], [], []]


def test_the_queries_of_an_export_do_not_grow(world: World) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            export_tables(world.contract)
        return len(captured)

    for number in (2, 18):
        for _ in range(number):
            row = factories.ActionYearFactory(action__contract=world.contract)
            factories.PartnershipFactory(action=row.action)
            factories.IndicatorValueFactory(indicator__action=row.action, action_year=row)
            factories.FundingFactory(action_year=row)
        assert count() == 7


def erase() -> None:
    """Take all actions away, as in a base that only has its reference data."""
    Action.objects.all().delete()


@pytest.mark.parametrize("extension", [".xlsx", ".ods"])
@pytest.mark.parametrize("source", [DATA / "example.xlsx", DEMONSTRATION], ids=lambda path: path.stem)
def test_export_import_export_gives_the_same_cells(source: Path, extension: str) -> None:
    call_command("load_reference", verbosity=0)
    imported(source.read_bytes())
    contract = Contract.objects.get(code="cops-2009")
    first = export_workbook(contract, extension)
    filename = f"export{extension}"
    again = plan_import(read_workbook(first, filename))
    assert again.faults == ()
    assert again.is_empty
    erase()
    imported_again = plan_import(read_workbook(first, filename))
    assert sum(imported_again.created.values()) > 0
    assert import_file(first, filename).faults == ()
    assert cells_of(export_workbook(contract, extension), filename) == cells_of(first, filename)


HOSTILE = [
    "=1+1",
    "+33 2 38",
    "-x",
    "@x",
    "#N/A",
    "_x0041_",
    "'=x",
    "1.1",
    "2012-01-01",
    "VRAI",
    "deux\nlignes",
]


@pytest.mark.parametrize("extension", [".xlsx", ".ods"])
def test_hostile_text_survives_the_round_trip(world: World, extension: str) -> None:
    lead = factories.OrganisationFactory(name="-1+1")
    for text in HOSTILE:
        factories.ActionFactory(
            contract=world.contract,
            reference=" ".join(text.split()),
            title=text,
            description=text,
            lead=lead,
            objective=world.objectives["1.1"],
        )
    data = export_workbook(world.contract, extension)
    plan = plan_import(read_workbook(data, f"a{extension}"))
    assert plan.faults == ()
    assert plan.unchanged["actions"] == len(HOSTILE)


def test_numbers_are_the_same_on_every_database(world: World) -> None:
    row = factories.ActionYearFactory(
        action__contract=world.contract, planned_budget="5.00", actual_cost="7.20"
    )
    row.refresh_from_db()
    (exported,) = export_tables(world.contract)[1].rows
    assert [str(cell) for cell in exported[9:11]] == ["5", "7.2"]
    assert isinstance(exported[9], int)


def test_a_sheet_is_written_as_csv_that_is_read_back(world: World) -> None:

    imported(
        sound(
            programmation=[year(budget_prevu="1234,5", commentaire="-x")],
            actions=[action(debut=date(2010, 1, 1))],
        )
    )
    for table in export_tables(world.contract):
        plan = plan_import(read_sheet(write_csv(table), "a.csv", table.name))
        assert plan.faults == ()
        assert plan.is_empty
