"""Every mistake of a workbook is found at its sheet, row and column, each once, and nothing else is."""

from datetime import date
from typing import Any

import pytest

from actions.workbook.plan import plan_import
from actions.workbook.reading import read_sheet
from tests import factories
from tests.actions.spreadsheets import raw_xlsx, xlsx
from tests.actions.workbooks import (
    ACTION,
    FUNDING,
    VALUE,
    YEAR,
    World,
    action,
    book,
    faults,
    funding,
    imported,
    make_world,
    places,
    plan,
    sound,
    value,
    without,
    year,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(db: None) -> World:
    return make_world()


def test_the_workbook_the_tests_start_from_is_sound() -> None:
    assert faults(sound(indicateurs=[value()], financements=[funding()])) == []


# --- files, sheets, headings ------------------------------------------------------------------------------


def test_a_fault_of_the_file_has_row_0() -> None:
    assert faults(b"bonjour") == [("", 0, "", "")]


def test_a_fault_of_a_sheet_has_row_1_and_its_name() -> None:
    assert faults(raw_xlsx('<row r="0"/>', name="PROGRAMMATION")) == [("programmation", 1, "", "")]


def test_unknown_and_repeated_sheets_are_faults_and_missing_ones_are_not() -> None:
    heading = [list(ACTION)]
    assert faults(xlsx({"Feuil1": [["x"]], "actions": heading, "Àctions": heading})) == [
        ("Feuil1", 1, "", ""),
        ("Àctions", 1, "", ""),
    ]


def test_sheets_come_in_any_order_and_are_matched_without_case_accents_and_spaces() -> None:
    rows = {"FINANCEMENTS": [list(FUNDING)], "Program mation": [list(YEAR)], "áctions": [list(ACTION)]}
    assert faults(xlsx(rows)) == []


def test_a_sheet_without_any_cell_counts_as_empty() -> None:
    assert faults(xlsx({"actions": [], "programmation": [[" "], [None]]})) == []


def test_a_missing_required_column_is_reported_once_at_row_1() -> None:
    rows = [
        without(action(), "intitule", "pilote"),
        without(action(reference="1.1-02"), "intitule", "pilote"),
    ]
    assert faults(book(actions=rows)) == [("actions", 1, "intitule", ""), ("actions", 1, "pilote", "")]


def test_missing_optional_columns_are_no_fault() -> None:
    assert faults(book(actions=[ACTION], programmation=[YEAR])) == []


@pytest.mark.parametrize(
    "heading", ["INTITULÉ", " Intitulé ", "intitule", "in titule", "Intitule\u0301", "in_titulé"]
)
def test_headings_are_matched_without_case_accents_spaces_and_underscores(heading: str) -> None:
    row = without(action(), "intitule") | {heading: "Médiation"}
    assert faults(book(actions=[row])) == []


def test_unknown_headings_are_faults_of_row_1() -> None:
    row = action(remarque="x") | {2012: "y"}
    assert faults(book(actions=[row])) == [
        ("actions", 1, "remarque", "remarque"),
        ("actions", 1, "2012", "2012"),
    ]


def test_a_heading_twice_is_a_fault_of_the_second() -> None:
    rows = [[*ACTION, "Intitulé"], [*ACTION.values(), 1234]]
    assert faults(xlsx({"actions": rows})) == [("actions", 1, "intitule", "Intitulé")]


def test_a_value_under_an_empty_heading_is_a_fault_of_its_cell() -> None:
    rows = [["contrat", None, *list(ACTION)[1:]], ["cops-2009", "x", *list(ACTION.values())[1:], None, 3.5]]
    assert faults(xlsx({"actions": rows})) == [("actions", 2, "", "x"), ("actions", 2, "", "3.5")]


def test_a_workbook_whose_first_row_is_blank_has_no_headings() -> None:
    found = faults(xlsx({"financements": [[None], ["contrat"]]}))  # too few headings to be sure
    missing = [("financements", 1, name, "") for name in ("contrat", "reference", "annee", "financeur")]
    assert found == [*missing, ("financements", 2, "", "contrat")]


def test_blank_rows_are_skipped_but_counted() -> None:
    assert faults(sound(actions=[action(), None, None, action(reference="1.1-02", objectif="9.9")])) == [
        ("actions", 5, "objectif", "9.9")
    ]


@pytest.mark.parametrize("row", [2, 3, 20])
@pytest.mark.parametrize("title", ["Plan d'actions 2012", None])
def test_headings_below_row_1_are_one_fault_that_names_their_row(row: int, title: str | None) -> None:
    above = [[title], *([None] for _ in range(row - 2))]
    data = xlsx(
        {
            "actions": [*above, list(ACTION), list(ACTION.values())],
            "programmation": [list(YEAR), list(YEAR.values())],
            "financements": [list(FUNDING), list(FUNDING.values())],
        }
    )
    found = plan(data)
    assert places(found) == [("actions", 1, "", "")]
    assert f"à la ligne {row}" in found.faults[0].message


def test_headings_below_row_20_are_not_looked_for() -> None:
    assert len(faults(xlsx({"actions": [["x"], *([[None]] * 19), list(ACTION)]}))) > 1


def test_two_known_words_in_a_row_are_no_headings() -> None:
    assert len(faults(xlsx({"actions": [["x"], ["contrat", "objectif"]]}))) > 1


@pytest.mark.parametrize("separator", ["|", ":", " ; ", " "])
def test_headings_in_one_cell_are_one_fault_that_names_the_separators(separator: str) -> None:
    data = xlsx({"actions": [[separator.join(ACTION)], [separator.join(ACTION.values())]]})
    found = plan(data)
    assert places(found) == [("actions", 1, "", "")]
    assert "tabulation" in found.faults[0].message


def test_unknown_sheets_without_cells_are_passed_over() -> None:
    assert faults(xlsx({"Feuil1": [], "Feuil2": [[" "]], "actions": [list(ACTION)]})) == []


def test_sheets_that_a_program_renamed_are_one_fault_that_says_how_to_name_them() -> None:
    data = xlsx(
        {
            "Résumé de l’exportation": [[None], [None, "Ce document"]],
            "actions - Tableau 1": [list(ACTION), list(ACTION.values())],
            "Programmation (2)": [list(YEAR), list(YEAR.values())],
            "financements": [list(FUNDING), list(FUNDING.values())],
        }
    )
    found = plan(data)
    assert places(found) == [("actions - Tableau 1", 1, "", "")]
    assert found.faults[0].message == (
        "Renommez les feuilles : «\u00a0actions - Tableau 1\u00a0» en «\u00a0actions\u00a0» ; "
        "«\u00a0Programmation (2)\u00a0» en «\u00a0programmation\u00a0». Supprimez aussi ce qui n’est pas du "
        "classeur : «\u00a0Résumé de l’exportation\u00a0»."
    )


def test_a_sheet_beside_the_one_that_it_could_be_is_unknown() -> None:
    data = xlsx({"actions": [list(ACTION)], "actions (copie)": [["x"]]})
    assert faults(data) == [("actions (copie)", 1, "", "")]


# --- rows whose key is faulty -----------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [2021, 1999])
def test_a_year_outside_the_contract_is_not_missed_where_rows_need_another(wrong: int) -> None:
    data = sound(
        programmation=[year(annee=wrong)],
        indicateurs=[value()],
        financements=[funding(), funding(annee=wrong)],
    )
    assert faults(data) == [("programmation", 2, "annee", str(wrong))]


def test_a_year_outside_its_action_only_is_missed_elsewhere() -> None:
    data = sound(
        actions=[action(debut="01/01/2012")],
        programmation=[year(annee=2010)],
        financements=[funding(annee=2011)],
    )
    assert faults(data) == [("programmation", 2, "annee", "2010"), ("financements", 2, "annee", "2011")]


# --- cells ------------------------------------------------------------------------------------------------

REQUIRED = [
    *(("actions", ACTION, column) for column in ("contrat", "objectif", "reference", "intitule", "pilote")),
    *(("programmation", YEAR, column) for column in ("contrat", "reference", "annee", "prevue")),
    *(
        ("indicateurs", VALUE, column)
        for column in ("contrat", "reference", "indicateur", "nature", "sens", "annee")
    ),
    *(("financements", FUNDING, column) for column in ("contrat", "reference", "annee", "financeur")),
]


@pytest.mark.parametrize(("sheet", "row", "column"), REQUIRED)
def test_a_required_cell_that_is_empty_is_the_only_fault(
    sheet: str, row: dict[str, Any], column: str
) -> None:
    sheets = {"actions": [action()], "programmation": [year()], "indicateurs": [value()]}
    sheets |= {"financements": [funding()]}
    assert faults(book(**sheets | {sheet: [row | {column: None}]})) == [(sheet, 2, column, "")]


CELLS: list[tuple[str, dict[str, Any], str]] = [
    ("actions", {"contrat": "cops-2004"}, "cops-2004"),
    ("actions", {"objectif": "9.9"}, "9.9"),
    ("actions", {"objectif": 1.5}, "1.5"),
    ("actions", {"objectif": "1,1"}, "1,1"),
    ("actions", {"reference": 1.1}, "1.1"),
    ("actions", {"intitule": "x" * 301}, "x" * 301),
    ("actions", {"pilote": "AME;Amelys"}, "AME;Amelys"),
    ("actions", {"communes": "45208;99999"}, "45208;99999"),
    ("actions", {"communes": "45999"}, "45999"),
    ("actions", {"communes": 45208.5}, "45208.5"),
    ("actions", {"unite": "heures"}, "heures"),
    ("actions", {"debut": "31/12/12"}, "31/12/12"),
    ("actions", {"fin": 41274}, "41274"),
    ("programmation", {"annee": 2012.5}, "2012.5"),
    ("programmation", {"annee": date(2012, 1, 1)}, "2012-01-01"),
    ("programmation", {"objectif": "9.9"}, "9.9"),
    ("programmation", {"prevue": "peut-être"}, "peut-être"),
    ("programmation", {"prevue": True}, "VRAI"),
    ("programmation", {"statut": "fait"}, "fait"),
    ("programmation", {"budget_prevu": "1.234,56"}, "1.234,56"),
    ("programmation", {"budget_prevu": -1}, "-1"),
    ("programmation", {"cout_reel": 12.345}, "12.345"),
    ("programmation", {"cout_reel": (0.5, "0%")}, "0.5"),
    ("programmation", {"cout_reel": "12 %"}, "12 %"),
    ("programmation", {"quantite_prevue": 1.5}, "1.5"),
    ("programmation", {"quantite_realisee": "12 €"}, "12 €"),
    ("programmation", {"commentaire": "#N/A"}, "#N/A"),
    ("programmation", {"impact": "=1+1"}, ""),
    ("indicateurs", {"nature": "qualité"}, "qualité"),
    ("indicateurs", {"sens": "stable"}, "stable"),
    ("indicateurs", {"valeur": "douze"}, "douze"),
    ("indicateurs", {"cible": 1.23456}, "1.23456"),
    ("indicateurs", {"valeur_reference": True}, "VRAI"),
    ("financements", {"demande": "1e3"}, "1e3"),
    ("financements", {"accorde": "NaN"}, "NaN"),
    ("financements", {"verse": "-1"}, "-1"),
    ("financements", {"financeur": "a;b"}, "a;b"),
]


@pytest.mark.parametrize(("sheet", "cell", "found"), CELLS)
def test_a_faulty_cell_is_the_only_fault(sheet: str, cell: dict[str, Any], found: str) -> None:
    rows = {"actions": ACTION, "programmation": YEAR, "indicateurs": VALUE, "financements": FUNDING}
    rows[sheet] = rows[sheet] | cell
    column = next(iter(cell))
    assert faults(book(**{name: [row] for name, row in rows.items()})) == [(sheet, 2, column, found)]


def test_all_faults_are_reported_in_order_of_sheet_row_and_column() -> None:
    data = book(
        financements=[funding(demande="x", annee="y")],
        programmation=[year(prevue="z"), year(annee=2011, budget_prevu="u", prevue="w")],
        actions=[action(unite="v")],
        Feuil1=[{"a": 1}],
    )
    assert faults(data) == [
        ("actions", 2, "unite", "v"),
        ("programmation", 2, "prevue", "z"),
        ("programmation", 3, "prevue", "w"),
        ("programmation", 3, "budget_prevu", "u"),
        ("financements", 2, "annee", "y"),
        ("financements", 2, "demande", "x"),
        ("Feuil1", 1, "", ""),
    ]


def test_codes_that_became_numbers_are_read_where_only_one_has_the_value() -> None:
    data = sound(actions=[action(objectif=1.1, communes=45208), action(reference="1.1-02", communes=1004)])
    assert faults(data) == []
    assert faults(sound(actions=[action(objectif=1.5)])) == [("actions", 2, "objectif", "1.5")]
    assert faults(sound(actions=[action(objectif="1.50")])) == []


def test_a_former_commune_of_the_agglomeration_is_no_fault() -> None:
    assert faults(sound(actions=[action(communes="45102")])) == []


def test_contract_codes_are_matched_as_codes() -> None:
    assert faults(sound(actions=[action(contrat="COPS-2009 ")])) == []


# --- percentages ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["12 %", (0.12, "0%"), 12])
def test_percentages_count_where_the_unit_is_percent(cell: Any) -> None:
    assert faults(sound(indicateurs=[value(valeur_reference=cell, cible=cell, valeur=cell)])) == []


@pytest.mark.parametrize(("cell", "found"), [("12 %", "12 %"), ((0.12, "0%"), "0.12")])
@pytest.mark.parametrize("unit", ["faits", None])
def test_percentages_are_faults_elsewhere(cell: Any, found: str, unit: str | None) -> None:
    row = value(unite=unit, valeur_reference=cell, cible=cell, valeur=cell)
    columns = ("valeur_reference", "cible", "valeur")
    assert faults(sound(indicateurs=[row])) == [("indicateurs", 2, name, found) for name in columns]


def test_a_percentage_is_not_checked_against_a_faulty_unit() -> None:
    row = value(unite="#N/A", valeur="12 %")
    assert faults(sound(indicateurs=[row])) == [("indicateurs", 2, "unite", "#N/A")]


def test_a_percentage_is_judged_by_the_stored_unit_where_the_column_is_absent() -> None:
    imported(sound(indicateurs=[value()]))
    row = without(value(valeur="12 %"), "unite")
    assert faults(book(indicateurs=[row])) == []
    other = without(value(indicateur="Autre", valeur="12 %"), "unite")
    assert faults(book(indicateurs=[other])) == [("indicateurs", 2, "valeur", "12 %")]


# --- one contract, one sheet ------------------------------------------------------------------------------


def test_with_a_contract_rows_of_another_are_faults(world: World) -> None:
    other = factories.ContractFactory(code="cops-2015")
    factories.ObjectiveFactory(contract=other, code="1.1")
    rows = [action(), action(contrat="cops-2015")]
    years = [year(), year(contrat="cops-2015")]
    assert faults(sound(actions=rows, programmation=years), world.contract) == [
        ("actions", 3, "contrat", "cops-2015"),
        ("programmation", 3, "contrat", "cops-2015"),
    ]
    assert faults(sound(actions=rows, programmation=years)) == []


def test_a_sheet_alone_is_read_from_csv() -> None:
    imported(sound())
    heading = "Contrat;Référence;Année;Financeur;Demandé"
    rows = (heading, "cops-2009;1.1-01;2012;AME;1 234,50 €", "cops-2009;x;2012;AME;z")
    found = plan_import(read_sheet("\n".join(rows).encode("cp1252"), "f.csv", "financements"))
    assert places(found) == [("financements", 3, "reference", "x"), ("financements", 3, "demande", "z")]


# --- what a plan with faults says -------------------------------------------------------------------------


def test_a_plan_with_faults_counts_nothing() -> None:
    found = plan(sound(actions=[action(), action(reference="1.1-02", pilote="Nouveau", unite="x")]))
    assert found.faults
    assert (found.changes, found.organisations_created) == ((), ())
    zeros = {"actions": 0, "programmation": 0, "indicateurs": 0, "financements": 0}
    assert found.created == found.updated == found.unchanged == zeros


def test_places_are_said_in_french() -> None:
    fault = plan(sound(programmation=[year(prevue="x")])).faults[0]
    assert fault.place == "feuille programmation, ligne 2, colonne prevue"
    assert fault.message == "Réponse attendue : oui ou non. Trouvé : «\u00a0x\u00a0»."
    assert plan(b"").faults[0].place == "fichier"


def test_a_stored_year_that_the_file_leaves_outside_its_action_is_only_a_warning() -> None:
    imported(sound(programmation=[year(annee=2010), year(annee=2012)]))
    found = plan(book(actions=[action(fin="31/12/2011")]))
    assert found.faults == ()
    assert [(w.sheet, w.row, w.column) for w in found.warnings] == [("actions", 2, "fin")]
