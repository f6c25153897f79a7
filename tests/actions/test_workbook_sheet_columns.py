"""The columns with the rest of an action: diagnosis, contact, calendar, confidential, continued action."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actions.models import Action
from actions.workbook import export_tables, export_workbook, import_file, plan_import, read_workbook
from actions.workbook.undo import plan_undo, undo_import
from contracts.models import Contract
from governance.models import Person
from tests import factories
from tests.actions.workbooks import World, action, book, faults, imported, make_world, plan

pytestmark = pytest.mark.django_db

COLUMNS = ("constat", "contact", "calendrier", "confidentielle", "poursuit")
FULL = {
    "constat": "Des  absences répétées",
    "contact": "Lise.Essai@exemple.FR",
    "calendrier": "Scolaire",
    "confidentielle": "Oui",
    "poursuit": "cops-2004\u00a01.1–07",
}


@pytest.fixture(autouse=True)
def world(db: None) -> World:
    world = make_world()
    world.contract.predecessor = factories.ContractFactory(code="cops-2004")
    world.contract.save()
    return world


@pytest.fixture
def before(world: World) -> Action:
    """The action of the contract before that the file continues."""
    return factories.ActionFactory(contract=world.contract.predecessor, reference="1.1-07")


@pytest.fixture
def lise() -> Person:
    return factories.PersonFactory(first_name="Lise", last_name="Essai", email="lise.essai@exemple.fr")


def of_sheet(contract: Contract) -> list[Any]:
    """The five cells of each action as the export writes them."""
    table = export_tables(contract)[0]
    return [tuple(row[list(table.headings).index(name)] for name in COLUMNS) for row in table.rows]


def state(row: Action) -> tuple[Any, ...]:
    return (row.diagnosis, row.contact, row.calendar, row.is_confidential, row.continues)


def test_all_that_is_entered_on_an_action_is_stored_and_written_back(world, before, lise):
    imported(book(actions=[action(**FULL)]))
    stored = Action.objects.get(contract=world.contract)
    assert state(stored) == ("Des absences répétées", lise, "school", True, before)
    written = ("Des absences répétées", "lise.essai@exemple.fr", "scolaire", "oui", "cops-2004 1.1-07")
    assert of_sheet(world.contract) == [written]
    assert imported(book(actions=[action(**FULL)])).is_empty
    for extension in (".xlsx", ".ods"):
        again = plan_import(read_workbook(export_workbook(world.contract, extension), f"a{extension}"))
        assert (again.faults, again.is_empty) == ((), True)


def test_an_export_read_into_an_empty_base_and_written_again_is_the_same(world, before, lise):
    imported(book(actions=[action(**FULL), action(reference="1.1-02")]))
    data = export_workbook(world.contract, ".xlsx")
    written = of_sheet(world.contract)
    Action.objects.filter(contract=world.contract).delete()
    assert import_file(data, "a.xlsx").faults == ()
    assert of_sheet(world.contract) == written


def test_columns_that_are_absent_leave_what_is_stored_and_empty_cells_clear_it(world, before, lise):
    imported(book(actions=[action(**FULL)]))
    known = state(Action.objects.get(contract=world.contract))
    assert imported(book(actions=[action()])).is_empty
    assert state(Action.objects.get(contract=world.contract)) == known
    done = imported(book(actions=[action(**dict.fromkeys(COLUMNS))]))
    shown = {one.column: (one.before, one.after) for one in done.changes[0].differences}
    assert shown == {
        "constat": ("Des absences répétées", None),
        "contact": ("lise.essai@exemple.fr", None),
        "calendrier": ("scolaire", "civil"),
        "confidentielle": ("oui", "non"),
        "poursuit": ("cops-2004 1.1-07", None),
    }
    cleared = Action.objects.get(contract=world.contract)
    assert state(cleared) == ("", None, "civil", False, None)
    assert (cleared.version, cleared.history.count()) == (2, 2)


def test_a_new_action_without_these_columns_has_their_usual_values(world):
    imported(book(actions=[action()]))
    assert state(Action.objects.get()) == ("", None, "civil", False, None)


@pytest.mark.parametrize(
    "cells, said",
    [
        ({"contact": "inconnue@exemple.fr"}, "Personne n’a l’adresse"),
        ({"contact": "Lise Essai"}, "Une seule adresse électronique attendue"),
        ({"contact": "lise.essai@exemple.fr;a@b.fr"}, "Une seule adresse électronique attendue"),
        ({"calendrier": "civile"}, "Calendrier attendu : civil, scolaire."),
        ({"confidentielle": "peut-être"}, "oui ou non"),
        ({"poursuit": "cops-2004 1.1-99"}, "Aucune action «\u00a01.1-99\u00a0» dans le contrat cops-2004"),
        ({"poursuit": "cops-1999 1.1-07"}, "contrats enregistrés : cops-2004, cops-2009"),
        ({"poursuit": "cops-2004 1.1-07; cops-2004 1.1-08"}, "Une seule action attendue"),
        ({"poursuit": "1.1-07"}, "Une seule action attendue"),
        ({"poursuit": 1.1}, "Une seule action attendue"),
        ({"poursuit": "cops-2009 1.1-01"}, "en poursuit une du contrat cops-2004, le précédent"),
    ],
)
def test_a_fault_stands_at_its_cell(before, lise, cells, said):
    found = plan(book(actions=[action(**cells)])).faults
    assert [(fault.row, fault.column) for fault in found] == [(2, *cells)]
    assert said in found[0].message


def test_the_same_action_named_twice_is_one(world, before):
    imported(book(actions=[action(poursuit="cops-2004 1.1-07;cops-2004  1.1-07;")]))
    assert Action.objects.get(contract=world.contract).continues == before


def test_of_several_people_with_one_address_the_stored_one_stays(world, lise):
    other = factories.PersonFactory(first_name="Ali", last_name="Essai", email="Lise.Essai@exemple.fr")
    factories.ActionFactory(contract=world.contract, reference="1.1-01", title="Médiation", contact=other)
    assert faults(book(actions=[action(reference="n", contact=lise.email)])) == [
        ("actions", 2, "contact", "lise.essai@exemple.fr")
    ]
    imported(book(actions=[action(contact="lise.essai@exemple.fr")]))
    assert Action.objects.get().contact == other


def test_a_contact_without_address_is_exported_empty_and_stays(world):
    silent = factories.PersonFactory(email="")
    factories.ActionFactory(contract=world.contract, reference="1.1-01", contact=silent)
    assert of_sheet(world.contract)[0][1] is None
    data = export_workbook(world.contract, ".xlsx")
    assert import_file(data, "a.xlsx").is_empty
    assert Action.objects.get().contact == silent


@pytest.mark.parametrize("order", [1, -1])
def test_an_action_and_the_one_that_it_continues_may_both_be_new(world, order):
    old = world.contract.predecessor
    factories.ObjectiveFactory(contract=old, code="2.1")
    rows = [
        action(contrat="cops-2004", objectif="2.1", reference="2.1-01"),
        action(poursuit="cops-2004 2.1-01"),
    ][::order]
    imported(book(actions=rows), at=timezone.now())
    first, second = Action.objects.get(contract=old), Action.objects.get(contract=world.contract)
    assert second.continues == first and first.continues is None
    assert second.history.get().continues_id == first.pk
    assert imported(book(actions=rows)).is_empty


def test_a_stored_action_may_continue_one_that_the_file_brings(world):
    imported(book(actions=[action()]))
    factories.ObjectiveFactory(contract=world.contract.predecessor, code="2.1")
    rows = [
        action(poursuit="cops-2004 2.1-01"),
        action(contrat="cops-2004", objectif="2.1", reference="2.1-01"),
    ]
    done = imported(book(actions=rows))
    (difference,) = done.changes[0].differences
    assert (difference.before, difference.after) == (None, "cops-2004 2.1-01")
    assert Action.objects.get(contract=world.contract).continues.reference == "2.1-01"


def test_a_faulty_row_that_may_be_the_continued_one_is_not_reported_again(world):
    rows = [action(poursuit="cops-2004 2.1-01"), action(contrat="cops-2004", objectif="2.1", reference=2.5)]
    assert [fault[2] for fault in faults(book(actions=rows))] == ["objectif", "reference"]


def test_what_is_stored_is_not_judged_again(world, before):
    """An action that continues one of a contract that is no longer the predecessor."""
    elsewhere = factories.ActionFactory(contract__code="autre", reference="9-1")
    factories.ActionFactory(
        contract=world.contract, reference="1.1-01", title="Médiation", continues=elsewhere
    )
    assert of_sheet(world.contract)[0][-1] == "autre 9-1"
    assert import_file(export_workbook(world.contract, ".xlsx"), "a.xlsx").is_empty
    assert faults(book(actions=[action(reference="n", poursuit="autre 9-1")])) != []


def test_the_queries_do_not_grow_with_the_rows(world, before, lise):
    def queries(number: int) -> int:
        data = book(actions=[action(**FULL | {"reference": f"1.1-{one}"}) for one in range(number)])
        workbook = read_workbook(data, "a.xlsx")
        with CaptureQueriesContext(connection) as captured:
            assert plan_import(workbook).faults == ()
        return len(captured)

    assert queries(2) == queries(20)


def test_undoing_removes_both_or_keeps_what_a_kept_action_continues(world, agent):
    factories.ObjectiveFactory(contract=world.contract.predecessor, code="2.1")
    rows = [
        action(contrat="cops-2004", objectif="2.1", reference="2.1-01"),
        action(poursuit="cops-2004 2.1-01"),
    ]
    at = timezone.now()
    imported(book(actions=rows), at=at)
    assert len(plan_undo(at).written[Action].to_delete) == 2
    Action.objects.get(contract=world.contract).save()  # somebody edits the following one
    assert plan_undo(at).written[Action].to_delete == []
    undo_import(at, user=agent, filename="actions.xlsx")
    assert Action.objects.count() == 2
