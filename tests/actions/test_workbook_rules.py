"""The rules between rows and what is stored: each breach is found once, at its cell, and nothing else is."""

from datetime import date
from typing import Any

import pytest

from tests import factories
from tests.actions.workbooks import (
    Place,
    World,
    action,
    book,
    faults,
    funding,
    imported,
    make_world,
    sound,
    value,
    without,
    year,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(db: None) -> World:
    return make_world()


# --- rules of actions and years ---------------------------------------------------------------------------


def test_the_end_of_an_action_does_not_precede_its_start() -> None:
    row = action(debut="01/06/2012", fin="31/05/2012")
    assert faults(sound(actions=[row])) == [("actions", 2, "fin", "31/05/2012")]
    assert faults(sound(actions=[action(debut="01/06/2012", fin="01/06/2012")])) == []


def test_years_are_not_checked_against_a_faulty_period() -> None:
    rows = [year(annee=2009), year(annee=2014)]
    row = action(debut="01/06/2012", fin="31/05/2011")
    assert faults(sound(actions=[row], programmation=rows)) == [("actions", 2, "fin", "31/05/2011")]
    row = action(debut="juin", fin="31/12/2010")
    assert faults(sound(actions=[row], programmation=rows)) == [
        ("actions", 2, "debut", "juin"),
        ("programmation", 3, "annee", "2014"),
    ]


def test_a_stored_bound_counts_where_its_column_is_absent() -> None:
    imported(sound(actions=[action(debut="01/06/2012", fin="31/12/2013")]))
    assert faults(book(actions=[action(debut="01/01/2014")])) == [("actions", 2, "debut", "01/01/2014")]
    assert faults(book(actions=[action(fin="01/01/2012")])) == [("actions", 2, "fin", "01/01/2012")]


@pytest.mark.parametrize("status", ["partielle", "reportee", "abandonnee", "non_realisee"])
def test_some_statuses_need_a_reason(status: str) -> None:
    assert faults(sound(programmation=[year(statut=status, motif=None)])) == [
        ("programmation", 2, "motif", "")
    ]
    assert faults(sound(programmation=[year(statut=status)])) == [("programmation", 2, "statut", status)]
    assert faults(sound(programmation=[year(statut=status, motif="public")])) == []


@pytest.mark.parametrize("status", ["realisee", "en_cours", None])
def test_other_statuses_have_no_reason(status: str | None) -> None:
    row = year(statut=status, motif="public")
    assert faults(sound(programmation=[row])) == [("programmation", 2, "motif", "public")]
    assert faults(sound(programmation=[year(statut=status, motif=None)])) == []


def test_reason_other_needs_a_comment() -> None:
    row = year(statut="partielle", motif="autre", commentaire=None)
    assert faults(sound(programmation=[row])) == [("programmation", 2, "commentaire", "")]
    assert faults(sound(programmation=[without(row, "commentaire")])) == [
        ("programmation", 2, "motif", "autre")
    ]
    assert faults(sound(programmation=[row | {"commentaire": "Précision"}])) == []


def test_nothing_is_checked_against_a_faulty_status_reason_or_comment() -> None:
    rows = [
        year(annee=2009, statut="fait", motif="public"),
        year(annee=2010, statut="partielle", motif="humeur"),
        year(annee=2011, statut="partielle", motif="autre", commentaire="#N/A"),
    ]
    assert faults(sound(programmation=rows)) == [
        ("programmation", 2, "statut", "fait"),
        ("programmation", 3, "motif", "humeur"),
        ("programmation", 4, "commentaire", "#N/A"),
    ]


def test_an_unplanned_row_may_have_any_status() -> None:
    rows = [
        year(annee=2010, prevue="non", statut="realisee"),
        year(annee=2011, prevue="non", statut="reportee", motif="besoin"),
        year(annee=2012, prevue="non"),
    ]
    assert faults(sound(programmation=rows)) == []


def test_a_rule_on_an_absent_column_is_reported_at_the_cell_that_causes_it() -> None:
    imported(sound(programmation=[year(statut="partielle", motif="autre", commentaire="Précision")]))
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"statut": "realisee"}, "statut", "realisee"),
        ({"statut": None}, "statut", ""),
        ({"motif": None}, "motif", ""),
        ({"commentaire": None}, "commentaire", ""),
        ({"statut": "realisee", "motif": "autre"}, "motif", "autre"),
    ]
    for cells, column, found in cases:
        assert faults(book(programmation=[year(**cells)])) == [("programmation", 2, column, found)], cells
    assert faults(book(programmation=[year(motif="public", commentaire=None)])) == []


@pytest.mark.parametrize("number", [2008, 2015])
def test_a_year_outside_the_contract_as_amended_is_a_fault(number: int) -> None:
    assert faults(sound(programmation=[year(annee=number)])) == [("programmation", 2, "annee", str(number))]


def test_a_year_outside_the_action_is_a_fault() -> None:
    rows = [year(annee=2009), year(annee=2010), year(annee=2012), year(annee=2013)]
    bounded = action(debut="31/12/2010", fin="01/01/2012")
    assert faults(sound(actions=[bounded], programmation=rows)) == [
        ("programmation", 2, "annee", "2009"),
        ("programmation", 5, "annee", "2013"),
    ]


def test_contract_and_action_share_a_day_of_the_year_together() -> None:
    contract = factories.ContractFactory(
        code="cops-court", starts_on=date(2009, 7, 1), ends_on=date(2010, 6, 30)
    )
    factories.ObjectiveFactory(contract=contract, code="1.1")
    rows = [year(contrat="cops-court", annee=2009), year(contrat="cops-court", annee=2010)]
    early = action(contrat="cops-court", fin="30/06/2009")
    assert faults(sound(actions=[early], programmation=rows)) == [
        ("programmation", 2, "annee", "2009"),
        ("programmation", 3, "annee", "2010"),
    ]
    late = action(contrat="cops-court", debut="30/06/2010")
    assert faults(sound(actions=[late], programmation=rows[1:])) == []


def test_an_objective_not_in_force_is_reported_at_objectif_even_when_empty() -> None:
    rows = [
        year(annee=2012, objectif="1.3"),
        year(annee=2013, objectif="1.3"),
        year(annee=2013, objectif="1.4"),
    ]
    rows[2] |= {"reference": "1.1-02"}
    actions = [action(), action(reference="1.1-02"), action(reference="1.1-03", objectif="1.3")]
    rows.append(year(reference="1.1-03", annee=2011, objectif=None))
    assert faults(sound(actions=actions, programmation=rows)) == [
        ("programmation", 2, "objectif", "1.3"),
        ("programmation", 4, "objectif", "1.4"),
        ("programmation", 5, "objectif", ""),
    ]


def test_an_objective_not_in_force_without_that_column_is_reported_at_annee() -> None:
    data = sound(actions=[action(objectif="1.3")])
    assert faults(data) == [("programmation", 2, "annee", "2012")]


def test_the_objective_of_an_action_need_only_exist() -> None:
    assert faults(book(actions=[action(objectif="1.3", fin="31/12/2010")])) == []


def test_the_objective_is_in_force_on_a_shared_day() -> None:
    bounded = action(objectif="1.4", debut="01/12/2012", fin="31/01/2013")
    rows = [year(annee=2012, objectif=None), year(annee=2013, objectif=None)]
    assert faults(sound(actions=[bounded], programmation=rows)) == [("programmation", 3, "objectif", "")]


# --- rows that rows need ----------------------------------------------------------------------------------


def test_an_absent_action_is_reported_at_reference_of_every_row() -> None:
    data = book(
        programmation=[year(), year(annee=2013)], indicateurs=[value()], financements=[funding(annee=2011)]
    )
    assert faults(data) == [
        ("programmation", 2, "reference", "1.1-01"),
        ("programmation", 3, "reference", "1.1-01"),
        ("indicateurs", 2, "reference", "1.1-01"),
        ("financements", 2, "reference", "1.1-01"),
    ]


def test_an_absent_year_is_reported_at_annee_of_every_row() -> None:
    data = sound(
        indicateurs=[value(annee=2011), value(annee=2012), value(annee=2013)],
        financements=[funding(annee=2011)],
    )
    assert faults(data) == [
        ("indicateurs", 2, "annee", "2011"),
        ("indicateurs", 4, "annee", "2013"),
        ("financements", 2, "annee", "2011"),
    ]


def test_stored_rows_count_as_present() -> None:
    imported(sound())
    assert faults(book(programmation=[year(annee=2013)])) == []
    assert faults(book(financements=[funding()], indicateurs=[value()])) == []
    assert faults(book(financements=[funding(annee=2013)])) == [("financements", 2, "annee", "2013")]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (action(reference=1.1), ("actions", 2, "reference", "1.1")),
        (action(reference=None), ("actions", 2, "reference", "")),
        (action(contrat="cops-2099"), ("actions", 2, "contrat", "cops-2099")),
        (action(contrat=None, reference="#N/A"), ("actions", 2, "contrat", "")),
    ],
)
def test_an_action_whose_key_is_faulty_may_be_the_one_needed(row: dict[str, Any], place: Place) -> None:
    found = faults(book(actions=[row], programmation=[year()], financements=[funding()]))
    assert found[0] == place
    assert all(sheet == "actions" for sheet, *_ in found)


def test_an_action_whose_faulty_key_cannot_be_the_one_needed_does_not_hide_its_absence() -> None:
    rows = [action(contrat="cops-2099", reference="1.1-02")]
    assert faults(book(actions=rows, programmation=[year()])) == [
        ("actions", 2, "contrat", "cops-2099"),
        ("programmation", 2, "reference", "1.1-01"),
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [(year(annee="douze"), "annee"), (year(reference="#N/A"), "reference"), (year(contrat="x"), "contrat")],
)
def test_a_year_whose_key_is_faulty_may_be_the_one_needed(row: dict[str, Any], column: str) -> None:
    found = faults(sound(programmation=[row], indicateurs=[value()], financements=[funding()]))
    assert [(sheet, number, name) for sheet, number, name, _ in found] == [("programmation", 2, column)]


def test_a_year_of_another_action_does_not_hide_an_absence() -> None:
    rows = [year(reference="1.1-02", annee="douze")]
    data = sound(actions=[action(), action(reference="1.1-02")], programmation=rows, financements=[funding()])
    assert faults(data) == [
        ("programmation", 2, "annee", "douze"),
        ("financements", 2, "annee", "2012"),
    ]


def test_rows_of_a_sheet_without_its_key_column_may_be_those_needed() -> None:
    data = book(actions=[without(action(), "reference")], programmation=[without(year(), "annee")])
    assert faults(data) == [("actions", 1, "reference", ""), ("programmation", 1, "annee", "")]
    data = book(actions=[action()], programmation=[without(year(), "annee")], financements=[funding()])
    assert faults(data) == [("programmation", 1, "annee", "")]


def test_a_year_out_of_bounds_is_there_all_the_same() -> None:
    data = sound(programmation=[year(annee=2015)], financements=[funding(annee=2015)])
    assert faults(data) == [("programmation", 2, "annee", "2015")]


def test_references_are_matched_exactly() -> None:
    data = sound(actions=[action(reference="a-1")], programmation=[year(reference="A-1")])
    assert faults(data) == [("programmation", 2, "reference", "A-1")]


# --- duplicates -------------------------------------------------------------------------------------------


FUNDERS = ("AME", "A M E", "Conseil général du Loiret", "DEPARTEMENT DU LOIRET", "Nouveau", "nouveau")


def test_each_later_row_of_a_key_is_a_fault_of_its_last_column() -> None:
    data = book(
        actions=[action(), action(), None, action()],
        programmation=[year(), year(annee="2012")],
        indicateurs=[value(), value()],
        financements=[funding(financeur=name) for name in FUNDERS],
    )
    assert faults(data) == [
        ("actions", 3, "reference", "1.1-01"),
        ("actions", 5, "reference", "1.1-01"),
        ("programmation", 3, "annee", "2012"),
        ("indicateurs", 3, "annee", "2012"),
        ("financements", 3, "financeur", "A M E"),
        ("financements", 5, "financeur", "DEPARTEMENT DU LOIRET"),
        ("financements", 7, "financeur", "nouveau"),
    ]


def test_rows_with_a_faulty_key_are_no_duplicates() -> None:
    rows = [year(annee="x"), year(annee="x")]
    assert faults(sound(programmation=rows)) == [
        ("programmation", 2, "annee", "x"),
        ("programmation", 3, "annee", "x"),
    ]


# --- indicators -------------------------------------------------------------------------------------------


def test_disagreement_is_reported_at_each_differing_column_of_each_differing_row() -> None:
    rows = [
        value(annee=2009),
        value(annee=2010, nature="impact", valeur_reference=13),
        value(annee=2011),
        value(annee=2012, sens="hausse", unite=None, valeur_reference=None),
    ]
    data = sound(programmation=[year(annee=number) for number in range(2009, 2013)], indicateurs=rows)
    assert faults(data) == [
        ("indicateurs", 3, "nature", "impact"),
        ("indicateurs", 3, "valeur_reference", "13"),
        ("indicateurs", 5, "unite", ""),
        ("indicateurs", 5, "sens", "hausse"),
        ("indicateurs", 5, "valeur_reference", ""),
    ]


def test_other_indicators_and_other_spellings_of_a_value_do_not_disagree() -> None:
    rows = [
        value(annee=2012),
        value(annee=2011, valeur_reference="12,0"),
        value(annee=2010, valeur_reference="12 %"),
        value(annee=2012, indicateur="taux", nature="impact"),
    ]
    data = sound(programmation=[year(annee=number) for number in (2010, 2011, 2012)], indicateurs=rows)
    assert faults(data) == []


def test_nothing_disagrees_with_a_faulty_cell() -> None:
    rows = [value(annee=2011, nature="x"), value(annee=2012, nature="impact"), value(annee=2013, nature="y")]
    data = sound(programmation=[year(annee=number) for number in (2011, 2012, 2013)], indicateurs=rows)
    assert faults(data) == [("indicateurs", 2, "nature", "x"), ("indicateurs", 4, "nature", "y")]


def test_against_what_is_stored_the_file_wins() -> None:
    imported(sound(programmation=[year(), year(annee=2013)], indicateurs=[value(), value(annee=2013)]))
    assert faults(book(indicateurs=[value(nature="impact", unite="faits")])) == []


# --- adopted programmes -----------------------------------------------------------------------------------


@pytest.fixture
def adopted(world: World) -> None:
    """2012 is planned and adopted; 2011 is not."""
    rows = [year(annee=number, budget_prevu=100, quantite_prevue=10) for number in (2011, 2012)]
    imported(sound(programmation=rows, indicateurs=[value(annee=2011), value(annee=2012)]))
    factories.ProgrammeFactory(contract=world.contract, year=2012)


@pytest.mark.usefixtures("adopted")
def test_planned_columns_of_an_adopted_year_cannot_change() -> None:
    changed = {"prevue": "non", "budget_prevu": 101, "quantite_prevue": None}
    rows = [year(annee=2011, **changed), year(annee=2012, **changed)]
    data = book(programmation=rows, indicateurs=[value(annee=2011, cible=1), value(annee=2012, cible=1)])
    assert faults(data) == [
        ("programmation", 3, "prevue", "non"),
        ("programmation", 3, "budget_prevu", "101"),
        ("programmation", 3, "quantite_prevue", ""),
        ("indicateurs", 3, "cible", "1"),
    ]


@pytest.mark.usefixtures("adopted")
def test_other_columns_of_an_adopted_year_can_change() -> None:
    row = year(
        budget_prevu="100,00", quantite_prevue=10, statut="realisee", cout_reel=99, quantite_realisee=1
    )
    assert faults(book(programmation=[row], indicateurs=[value(valeur=1)], financements=[funding()])) == []


@pytest.mark.usefixtures("adopted")
def test_a_new_row_of_an_adopted_year_is_not_planned() -> None:
    new = {"reference": "1.1-02", "annee": 2012}
    rows = [year(**new, budget_prevu=1, quantite_prevue=2)]
    data = book(actions=[action(reference="1.1-02")], programmation=rows, indicateurs=[value(**new)])
    assert faults(data) == [
        ("programmation", 2, "prevue", "oui"),
        ("programmation", 2, "budget_prevu", "1"),
        ("programmation", 2, "quantite_prevue", "2"),
        ("indicateurs", 2, "cible", "10"),
    ]
    rows = [year(**new, prevue="non", statut="realisee", cout_reel=5)]
    values = [value(**new, cible=None)]
    assert faults(book(actions=[action(reference="1.1-02")], programmation=rows, indicateurs=values)) == []
