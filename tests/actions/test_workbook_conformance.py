"""`import_workbook` and `export_workbook` against section 3 of the fixed interfaces, clause by clause.

The cases were derived from the text alone and go through the commands, as other people's will.
"""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from actions.models import Action, ActionYear, Funding, Indicator, IndicatorValue, Partnership
from actions.workbook import read_file
from contracts.models import Contract, Objective, ObjectiveVersion
from governance.models import Organisation
from tests import factories
from tests.actions import conformance_cases as cases
from tests.actions import conformance_cells
from tests.actions.conformance_cases import Case, Outcome, Sheets, action, book, funding, value, year
from tests.actions.spreadsheets import xlsx

pytestmark = pytest.mark.django_db

SHEETS = ("actions", "programmation", "indicateurs", "financements")
NAMES = count()


@pytest.fixture
def stage(db: None) -> Contract:
    """The data that the cases name; the contract c1."""
    contract = _contract("c1", 2009, 2012, {1: ("1.1", "1.2", "1.20"), 2: ("2.1",)})
    _contract("c2", 2013, 2014, {1: ("1.1",)})
    for code, last_day in (("45004", None), ("45061", date(2010, 12, 31)), ("01004", None)):
        commune = factories.CommuneFactory(insee_code=code, name=code)
        factories.CommuneMembershipFactory(commune=commune, ends_on=last_day)
    factories.CommuneFactory(insee_code="45999", name="Ailleurs")
    factories.OrganisationFactory(name="Ville")
    prefecture = factories.OrganisationFactory(name="Préfecture")
    factories.OrganisationNameFactory(organisation=prefecture, name="Sous-préfecture")
    return contract


def _contract(code: str, first: int, last: int, plan: dict[int, Sequence[str]]) -> Contract:
    contract = factories.ContractFactory(code=code, starts_on=date(first, 1, 1), ends_on=date(last, 12, 31))
    for number, objectives in plan.items():
        axis = factories.AxisFactory(contract=contract, number=number)
        for objective in objectives:
            factories.ObjectiveFactory(contract=contract, axis=axis, code=objective)
    return contract


Import = Callable[..., dict[str, Any]]


@pytest.fixture
def imported(stage: Contract, tmp_path: Path) -> Import:
    """A function that runs the command on a workbook and gives its answer; the exit status is checked."""

    def run(sheets: Sheets | Path, *arguments: str) -> dict[str, Any]:
        path = sheets if isinstance(sheets, Path) else _written(sheets, tmp_path)
        output, status = io.StringIO(), 0
        try:
            call_command(
                "import_workbook",
                str(path),
                "--format",
                "json",
                *arguments,
                stdout=output,
                stderr=io.StringIO(),
            )
        except CommandError as error:
            status = error.returncode
        answer: dict[str, Any] = json.loads(output.getvalue())
        assert status == (1 if answer["errors"] else 0)
        return answer

    return run


def _written(sheets: Sheets, folder: Path) -> Path:
    path = folder / f"classeur-{next(NAMES)}.xlsx"
    path.write_bytes(xlsx({name: _grid(rows) for name, rows in sheets.items()}))
    return path


def _grid(rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    headings = list(dict.fromkeys(name for row in rows for name in row))
    return [headings, *([row.get(name) for name in headings] for row in rows)]


def errors_of(answer: dict[str, Any]) -> list[str]:
    return sorted(f"{e['sheet']} {e['row']} {e['column']}={e['value']}" for e in answer["errors"])


def stored_rows() -> list[int]:
    return [
        model.objects.count()
        for model in (Action, ActionYear, Indicator, IndicatorValue, Funding, Organisation)
    ]


def _subject(case: Case | Outcome) -> str:
    return case.subject.replace(" ", "-")


@pytest.mark.parametrize("case", cases.FAULTS, ids=_subject)
def test_every_fault_is_named_where_it_stands_and_nothing_is_written(case: Case, imported: Import) -> None:
    if case.stored:
        assert not imported(case.stored)["errors"]
    before = stored_rows()
    answer = imported(case.sheets, *case.arguments)
    assert errors_of(answer) == sorted(case.errors)
    assert all(answer[key] == dict.fromkeys(SHEETS, 0) for key in ("created", "updated", "unchanged"))
    assert answer["organisations_created"] == []
    assert all(error["message"] for error in answer["errors"])
    assert stored_rows() == before


@pytest.mark.parametrize("case", cases.OUTCOMES, ids=_subject)
def test_rows_are_counted_as_created_updated_or_unchanged(case: Outcome, imported: Import) -> None:
    if case.stored:
        imported(case.stored)
    answer = imported(case.sheets)
    assert answer["errors"] == []
    for key in ("created", "updated", "unchanged"):
        assert answer[key] == dict.fromkeys(SHEETS, 0) | getattr(case, key), key
    again = imported(case.sheets)
    assert again["created"] == again["updated"] == dict.fromkeys(SHEETS, 0)


# Single cells ---------------------------------------------------------------------------------------------


def _with_cells(column: str, cells: Sequence[Any]) -> tuple[str, Sheets]:
    """The sheet of a column, and a workbook in which each of the cells stands there in a row of its own."""
    places: dict[str, tuple[str, Callable[..., dict[str, Any]]]] = {
        "budget_prevu": ("programmation", year),
        "quantite_prevue": ("programmation", year),
        "annee": ("programmation", year),
        "cible": ("indicateurs", value),
    }
    sheet, row = places.get(column, ("actions", action))
    rows = [row(f"R{index:02}") | {column: cell} for index, cell in enumerate(cells)]
    references = [line["reference"] for line in rows]
    needed = {
        "actions": [action(reference) for reference in references],
        "programmation": [year(reference) for reference in references],
    }
    before = {name: lines for name, lines in needed.items() if SHEETS.index(name) < SHEETS.index(sheet)}
    return sheet, {**before, sheet: rows}


BAD_CELLS = {
    "budget_prevu": conformance_cells.BAD_AMOUNTS,
    "quantite_prevue": conformance_cells.BAD_COUNTS,
    "cible": conformance_cells.BAD_MEASURES,
    "debut": conformance_cells.BAD_DAYS,
    "annee": conformance_cells.BAD_YEARS,
    "reference": conformance_cells.BAD_REFERENCES,
    "objectif": conformance_cells.BAD_OBJECTIVES,
    "communes": conformance_cells.BAD_COMMUNES,
}


@pytest.mark.parametrize("column", BAD_CELLS)
def test_what_a_cell_cannot_hold_is_named_as_found(column: str, imported: Import) -> None:
    sheet, sheets = _with_cells(column, list(BAD_CELLS[column]))
    expected = [f"{sheet} {row} {column}={found}" for row, found in enumerate(BAD_CELLS[column].values(), 2)]
    assert errors_of(imported(sheets)) == sorted(expected)


@pytest.mark.parametrize("cell", [True, False])
def test_a_boolean_is_no_number(cell: bool, imported: Import) -> None:
    sheets = book([action()], [year(budget_prevu=cell, quantite_prevue=cell)], [value(cible=cell)])
    assert [(e["sheet"], e["column"]) for e in imported(sheets)["errors"]] == [
        ("programmation", "budget_prevu"),
        ("programmation", "quantite_prevue"),
        ("indicateurs", "cible"),
    ]


GOOD_CELLS: dict[str, tuple[dict[Any, str], Any, str, str]] = {
    "budget_prevu": (conformance_cells.AMOUNTS, ActionYear, "action__reference", "planned_budget"),
    "quantite_prevue": (conformance_cells.COUNTS, ActionYear, "action__reference", "planned_count"),
    "cible": (conformance_cells.MEASURES, IndicatorValue, "indicator__action__reference", "target"),
    "debut": (conformance_cells.DAYS, Action, "reference", "starts_on"),
}


@pytest.mark.parametrize("column", GOOD_CELLS)
def test_cells_are_read_as_what_they_mean(column: str, imported: Import) -> None:
    cells, model, reference, field = GOOD_CELLS[column]
    _, sheets = _with_cells(column, list(cells))
    assert imported(sheets)["errors"] == []
    read = model.objects.order_by(reference).values_list(field, flat=True)
    assert [str(found) for found in read] == list(cells.values())


@pytest.mark.parametrize("column", ["cible", "valeur", "valeur_reference"])
def test_where_the_unit_is_percent_percentages_count_times_a_hundred(column: str, imported: Import) -> None:
    rows = [
        value(indicateur=f"{n:02}", unite="%", **{column: cell})
        for n, cell in enumerate(conformance_cells.PERCENTAGES)
    ]
    assert imported(book([action()], [year()], rows))["errors"] == []
    field = {"cible": "values__target", "valeur": "values__value", "valeur_reference": "baseline"}[column]
    read = Indicator.objects.order_by("name").values_list(field, flat=True)
    assert [str(found) for found in read] == list(conformance_cells.PERCENTAGES.values())


# Headings, rows and sheets --------------------------------------------------------------------------------

HEADINGS = ["contrat", "objectif", "reference", "intitule", "pilote"]
CELLS = ["c1", "1.1", "A", "Titre", "Ville"]
GRIDS: dict[str, tuple[dict[str, list[list[Any]]], list[str]]] = {
    "however written": (
        {"ACTIONS": [[" Contrat ", "OBJECTIF", "Référence", "Intitulé", "pilote"], CELLS]},
        [],
    ),
    "space for _": (
        {
            "actions": [HEADINGS, CELLS],
            "Programmation": [
                ["contrat", "reference", "Année", "prévue", "Budget  prévu"],
                ["c1", "A", 2010, "oui", 1],
            ],
        },
        [],
    ),
    "twice": ({"actions": [[*HEADINGS, "Référence"], [*CELLS, "A"]]}, ["actions 1 reference=Référence"]),
    "unknown": ({"actions": [[*HEADINGS, "Couleur"], [*CELLS, "x"]]}, ["actions 1 Couleur=Couleur"]),
    "empty over a value": ({"actions": [[*HEADINGS, None], [*CELLS, "x"]]}, ["actions 2 =x"]),
    "empty over nothing": ({"actions": [[*HEADINGS, None, " "], [*CELLS, None, " "]]}, []),
    "only headings": ({"actions": [HEADINGS]}, []),
    "only headings, some missing": (
        {"actions": [HEADINGS[:3]]},
        ["actions 1 intitule=", "actions 1 pilote="],
    ),
    "blank rows count": (
        {"actions": [HEADINGS, [None], [" ", "\u00a0"], ["c1", "9", *CELLS[2:]]]},
        ["actions 4 objectif=9"],
    ),
    "no headings in row 1": (
        {"actions": [[None], CELLS[:1]]},
        [*(f"actions 1 {heading}=" for heading in HEADINGS), "actions 2 =c1"],
    ),
    "empty sheets": ({name: [] for name in SHEETS}, []),
    "unknown sheet": ({"actions": [HEADINGS, CELLS], "Notes": [["x"]]}, ["Notes 1 ="]),
    "a sheet twice": ({"actions": [HEADINGS, CELLS], "Áctions": [HEADINGS]}, ["Áctions 1 ="]),
}


@pytest.mark.parametrize("subject", GRIDS)
def test_headings_and_sheets_are_matched_as_the_interfaces_say(
    subject: str, imported: Import, tmp_path: Path
) -> None:
    grids, errors = GRIDS[subject]
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(xlsx(grids))
    assert errors_of(imported(path)) == sorted(errors)


# Organisations --------------------------------------------------------------------------------------------


def test_an_unknown_organisation_is_created_once_as_first_written(imported: Import) -> None:
    sheets = book(
        [action(pilote=" Club   de foot ", partenaires="club de FOOT; Zêta;;zeta ; Alan; Sous-préfecture")],
        [year(pilote="ZETA")],
        [],
        [funding(financeur="alan"), funding(financeur="Xav")],
    )
    assert imported(sheets)["organisations_created"] == ["Club de foot", "Zêta", "Alan", "Xav"]
    partners = Partnership.objects.values_list("organisation__name", flat=True)
    assert sorted(partners) == ["Alan", "Préfecture", "Zêta"]


def test_a_trial_run_says_what_would_be_created_and_writes_nothing(imported: Import) -> None:
    before = stored_rows()
    answer = imported(book([action(pilote="Neuf")], [year()]), "--dry-run")
    assert (answer["dry_run"], answer["organisations_created"]) == (True, ["Neuf"])
    assert (answer["created"]["actions"], answer["created"]["programmation"]) == (1, 1)
    assert stored_rows() == before


# Amendments and adopted programmes ------------------------------------------------------------------------


@pytest.fixture
def amended(stage: Contract) -> None:
    """From 1 July 2011: the contract until 30 June 2013, objective 1.3 introduced, 2.1 withdrawn."""
    amendment = factories.AmendmentFactory(
        contract=stage, effective_on=date(2011, 7, 1), new_end_on=date(2013, 6, 30)
    )
    axis = stage.axes.get(number=1)
    introduced = Objective.objects.create(contract=stage, axis=axis, code="1.3")
    ObjectiveVersion.objects.create(objective=introduced, amendment=amendment, title="Nouveau", position=3)
    withdrawn = stage.objectives.get(code="2.1")
    ObjectiveVersion.objects.create(
        objective=withdrawn, amendment=amendment, title="Retiré", position=1, is_withdrawn=True
    )


IN_FORCE = {
    "the contract as amended": (
        book([action()], [year(annee=2013), year(annee=2014)]),
        ["programmation 3 annee=2014"],
    ),
    "introduced": (
        book([action(objectif="1.3")], [year(annee=y, objectif=None) for y in (2010, 2011, 2012)]),
        ["programmation 2 objectif="],
    ),
    "introduced, no column": (book([action(objectif="1.3")], [year()]), ["programmation 2 annee=2010"]),
    "withdrawn": (
        book([action()], [year(annee=y, objectif="2.1") for y in (2010, 2011, 2012)]),
        ["programmation 4 objectif=2.1"],
    ),
    "ended before it was introduced": (
        book([action(objectif="1.3", fin="30/06/2011")], [year(annee=2011, objectif=None)]),
        ["programmation 2 objectif="],
    ),
    "begun on its last day": (
        book([action(objectif="2.1", debut="30/06/2011")], [year(annee=2011, objectif=None)]),
        [],
    ),
    "begun after the contract's end": (
        book([action(debut="01/07/2013")], [year(annee=2013)]),
        ["programmation 2 annee=2013"],
    ),
    "in actions it need only exist": (book([action(objectif="2.1", debut="01/01/2012")]), []),
}


@pytest.mark.parametrize("subject", IN_FORCE)
def test_year_contract_action_and_objective_share_a_day(
    subject: str, amended: None, imported: Import
) -> None:
    sheets, errors = IN_FORCE[subject]
    assert errors_of(imported(sheets)) == errors


PLANNED = book([action()], [year(budget_prevu=100, quantite_prevue=5)], [value(cible=5)])
LOCKED: dict[str, tuple[Sheets, list[str]]] = {
    "the same plan": (
        book(
            [],
            [year(budget_prevu="100,00 €", quantite_prevue=5.0, cout_reel=3)],
            [value(cible="5,0", valeur=3)],
        ),
        [],
    ),
    "another plan": (
        book([], [year(prevue="non", budget_prevu=None, quantite_prevue=6)], [value(cible=None)]),
        [
            "indicateurs 2 cible=",
            "programmation 2 budget_prevu=",
            "programmation 2 prevue=non",
            "programmation 2 quantite_prevue=6",
        ],
    ),
    "a new row that is planned": (
        book(
            [action("B")], [year("B", budget_prevu=0)], [value("B", cible=6), value(indicateur="M", cible=1)]
        ),
        [
            "indicateurs 2 cible=6",
            "indicateurs 3 cible=1",
            "programmation 2 budget_prevu=0",
            "programmation 2 prevue=oui",
        ],
    ),
    "a new row that is not": (
        book(
            [action("B")], [year("B", prevue="non", budget_prevu=None, cout_reel=4)], [value("B", valeur=4)]
        ),
        [],
    ),
    "another year": (book([], [year(annee=2011, budget_prevu=4)], [value(annee=2011, cible=6)]), []),
    "a cell that cannot be read": (book([], [year(budget_prevu="x")]), ["programmation 2 budget_prevu=x"]),
}


@pytest.mark.parametrize("subject", LOCKED)
def test_the_plan_of_an_adopted_year_does_not_change(subject: str, stage: Contract, imported: Import) -> None:
    imported(PLANNED)
    factories.ProgrammeFactory(contract=stage, year=2010)
    sheets, errors = LOCKED[subject]
    assert errors_of(imported(sheets)) == errors


# Export ---------------------------------------------------------------------------------------------------

AWKWARD = book(
    [
        action(
            10,
            intitule="+33 6",
            description="@a",
            public="-x",
            pilote="@org",
            partenaires="Zoé;Alpha",
            communes="45061;45004",
            unite="Équipements",
            debut="1899-12-31",
            fin=date(2012, 12, 31),
        ),
        action("9", intitule="'quoted", description="'=1+1", public="12,5 %"),
        action("é", intitule="12"),
        action("E", intitule="2012-01-01"),
    ],
    [
        year(
            "10",
            statut="partielle",
            motif="autre",
            commentaire="-c",
            budget_prevu=1234567.89,
            cout_reel="0,10",
            quantite_prevue=0,
            quantite_realisee=2147483647,
            impact="-3",
        ),
        year("10", 2011, prevue="non", objectif="2.1", pilote="Préfecture"),
    ],
    [
        value(
            "10",
            indicateur="-n",
            unite="%",
            cible=(0.123456, "0.00%"),
            valeur="-12,5 %",
            valeur_reference=-0.0001,
        ),
        value("10", indicateur="Étude", nature="impact", sens="baisse", cible="12345678901234,5678"),
        value("10", indicateur="Zone"),
    ],
    [
        funding("10", financeur="Zoé", demande=0.1, accorde="0,20", verse=3),
        funding("10", financeur="alpha", demande=5),
    ],
)


def _cells(path: Path) -> list[tuple[str, list[Any]]]:
    return [(grid.name, grid.rows) for grid in read_file(path).grids]


@pytest.mark.parametrize("extension", [".xlsx", ".ods"])
def test_an_export_imported_into_an_empty_database_is_exported_the_same(
    extension: str, imported: Import, tmp_path: Path
) -> None:
    def exported(name: str) -> Path:
        path = tmp_path / f"{name}{extension}"
        call_command("export_workbook", "--contract", "c1", "--output", str(path))
        return path

    assert imported(AWKWARD)["errors"] == []
    Action.objects.filter(reference="9").update(description="ligne 1\r\nligne 2")  # as typed on a page
    first = exported("premier")
    answer = imported(first)
    assert answer["unchanged"] == {"actions": 4, "programmation": 2, "indicateurs": 3, "financements": 2}
    assert Action.objects.get(reference="9").description == "ligne 1\r\nligne 2"
    Action.objects.all().delete()
    assert imported(first)["created"] == answer["unchanged"]
    assert _cells(exported("second")) == _cells(first)
    references = [cells[2] for _, cells in _cells(first)[0][1]]
    assert references == ["reference", "10", "9", "E", "é"]


# Text -----------------------------------------------------------------------------------------------------


def test_text_is_trimmed_folded_and_composed(imported: Import) -> None:
    imported(book([action(intitule=" e\u0301te\u0301\n  de \tfoot ", description="a\nb\r\n\u00a0c")]))
    stored = Action.objects.get()
    assert (stored.title, stored.description) == ("été de foot", "a b c")


def test_numbers_that_were_codes_are_read_as_the_codes_they_were(imported: Import) -> None:
    imported(book([action(101, objectif=2.1, communes=1004)], [year("101", objectif=1.1)]))
    stored = Action.objects.get()
    assert (stored.reference, stored.objective.code) == ("101", "2.1")
    assert list(stored.communes.values_list("insee_code", flat=True)) == ["01004"]
    assert ActionYear.objects.get().objective.code == "1.1"
