"""What an import writes: rows created, changed and left, organisations, history, versions, transitions."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from actions.models import (
    Action,
    ActionCommune,
    ActionYear,
    Funding,
    Indicator,
    IndicatorValue,
    Partnership,
    Transition,
)
from actions.workbook import (
    ImportConflict,
    apply_import,
    import_file,
    import_workbook,
    plan_import,
    read_workbook,
)
from contracts.models import Contract
from cops.audit.models import Event
from cops.users.models import User
from governance.models import Organisation
from tests import factories
from tests.actions.workbooks import (
    World,
    action,
    book,
    funding,
    imported,
    make_world,
    plan,
    sound,
    value,
    without,
    year,
)

pytestmark = pytest.mark.django_db

FULL_ACTION = action(
    description="Une  description",
    public="Jeunes",
    partenaires="Amelys;LogemLoiret;ame;amelys",
    communes="45208;45068",
    unite="personnes",
    debut="2012-01-15",
    fin=date(2013, 12, 31),
)
FULL_YEAR = year(
    objectif="1.2",
    pilote="Amelys",
    statut="Partielle",
    motif="autre",
    commentaire="Précision",
    budget_prevu="1 234,50 €",
    cout_reel=99.5,
    quantite_prevue=10,
    quantite_realisee="8",
    impact="Mesuré",
)
FULL_FUNDING = funding(demande=100, accorde="50,25", verse=0)
FULL = book(
    actions=[FULL_ACTION], programmation=[FULL_YEAR], indicateurs=[value()], financements=[FULL_FUNDING]
)
MODELS = (Action, Partnership, ActionCommune, ActionYear, Indicator, IndicatorValue, Funding, Organisation)


@pytest.fixture(autouse=True)
def world(db: None) -> World:
    return make_world()


def counts() -> list[int]:
    """How many rows and history rows there are of each model."""
    rows = [number for model in MODELS for number in (model.objects.count(), model.history.count())]
    return [*rows, Transition.objects.count(), Event.objects.count()]


# --- creating ---------------------------------------------------------------------------------------------


def test_every_column_is_stored(world: World) -> None:
    done = imported(FULL)
    assert done.created == {"actions": 1, "programmation": 1, "indicateurs": 1, "financements": 1}
    stored = Action.objects.get()
    assert (stored.contract, stored.objective) == (world.contract, world.objectives["1.1"])
    assert (stored.reference, stored.title, stored.lead.name) == ("1.1-01", "Médiation", "AME")
    assert (stored.description, stored.audience) == ("Une description", "Jeunes")
    assert [partner.name for partner in stored.partners.order_by("pk")] == ["Amelys", "LogemLoiret"]
    assert sorted(commune.insee_code for commune in stored.communes.all()) == ["45068", "45208"]
    assert stored.counting_unit == "people"
    assert (stored.starts_on, stored.ends_on) == (date(2012, 1, 15), date(2013, 12, 31))
    row = stored.years.get()
    assert (row.year, row.objective, row.lead.name) == (2012, world.objectives["1.2"], "Amelys")
    assert (row.is_planned, row.status, row.reason, row.comment) == (True, "partial", "other", "Précision")
    assert (row.planned_budget, row.actual_cost) == (Decimal("1234.5"), Decimal("99.5"))
    assert (row.planned_count, row.actual_count, row.impact) == (10, 8, "Mesuré")
    indicator = stored.indicators.get()
    assert (indicator.name, indicator.nature, indicator.unit) == ("Taux", "result", "%")
    assert (indicator.direction, indicator.baseline) == ("down", 12)
    measured = indicator.values.get()
    assert (measured.action_year, measured.target, measured.value) == (row, 10, 9)
    given = row.fundings.get()
    assert (given.funder.name, given.requested, given.granted, given.paid) == (
        "AME",
        100,
        Decimal("50.25"),
        0,
    )


def test_what_is_imported_is_found_by_search_and_sorted() -> None:
    imported(FULL)
    stored = Action.objects.get()
    before = stored.search_text, stored.reference_key
    stored.index()
    assert (stored.search_text, stored.reference_key) == before
    assert stored.search_text


def test_organisations_are_recognised_and_unknown_ones_created_once() -> None:
    data = sound(
        actions=[action(pilote="ame", partenaires="Conseil general du Loiret;Nouveau Lien;NOUVEAU  LIEN")],
        financements=[funding(financeur="nouveau lien"), funding(financeur="Autre")],
    )
    done = imported(data)
    assert done.organisations_created == ("Nouveau Lien", "Autre")
    stored = Action.objects.get()
    assert stored.lead.name == "AME"
    assert [partner.name for partner in stored.partners.order_by("pk")] == [
        "Département du Loiret",
        "Nouveau Lien",
    ]
    assert Organisation.objects.count() == 4
    assert Organisation.history.filter(name="Autre", history_type="+").count() == 1


def test_an_organisation_is_not_its_own_partner_under_a_former_name() -> None:
    row = action(pilote="Conseil général du Loiret", partenaires="Département du Loiret;AME")
    imported(book(actions=[row]))
    assert [partner.name for partner in Action.objects.get().partners.all()] == ["AME"]


def test_a_new_year_takes_objective_and_lead_of_its_action_and_keeps_them(world: World) -> None:
    imported(sound(programmation=[year(), year(annee=2013, objectif=None, pilote=None)]))
    imported(book(actions=[action(objectif="1.2", pilote="Amelys")]))
    years = ActionYear.objects.order_by("year").values_list("objective__code", "lead__name")
    assert list(years) == [("1.1", "AME"), ("1.1", "AME")]
    assert Action.objects.get().objective == world.objectives["1.2"]


def test_an_empty_objective_or_lead_of_a_stored_year_becomes_the_actions(world: World) -> None:
    imported(FULL)
    imported(book(programmation=[year()]))
    assert ActionYear.objects.values_list("objective__code", "lead__name").get() == ("1.2", "Amelys")
    imported(book(actions=[action(objectif="1.5")], programmation=[year(objectif=None, pilote=None)]))
    assert ActionYear.objects.values_list("objective__code", "lead__name").get() == ("1.5", "AME")


def test_rows_of_a_sheet_alone_join_what_is_stored() -> None:
    imported(sound())
    done = imported(book(programmation=[year(annee=2013)], financements=[funding(), funding(annee=2013)]))
    assert done.created == {"actions": 0, "programmation": 1, "indicateurs": 0, "financements": 2}
    assert Funding.objects.filter(action_year__action__reference="1.1-01").count() == 2


# --- changing ---------------------------------------------------------------------------------------------


def test_importing_the_same_file_twice_changes_nothing() -> None:
    imported(FULL)
    before = counts()
    done = imported(FULL)
    ones = {"actions": 1, "programmation": 1, "indicateurs": 1, "financements": 1}
    assert done.unchanged == ones
    assert done.is_empty
    assert counts() == before
    assert Action.objects.get().version == ActionYear.objects.get().version == 1


def test_an_empty_cell_clears_and_an_absent_column_leaves() -> None:
    imported(FULL)
    before = ActionYear.objects.values().get()
    imported(book(actions=[action()], programmation=[year(pilote="Amelys")], indicateurs=[value()]))
    assert ActionYear.objects.values().get() == before
    assert Action.objects.get().description == "Une description"
    empty = dict.fromkeys(FULL_YEAR.keys() - year().keys() - {"objectif", "pilote"})
    imported(book(programmation=[year(**empty)]))
    row = ActionYear.objects.get()
    assert (row.status, row.reason, row.comment, row.impact) == ("", "", "", "")
    assert (row.planned_budget, row.actual_cost, row.planned_count, row.actual_count) == (None,) * 4
    cleared = dict.fromkeys(FULL_ACTION.keys() - action().keys())
    imported(book(actions=[action(**cleared)]))
    stored = Action.objects.get()
    assert (stored.description, stored.audience, stored.counting_unit) == ("", "", "")
    assert (stored.starts_on, stored.ends_on) == (None, None)
    assert (stored.partners.count(), stored.communes.count()) == (0, 0)


def test_rows_that_are_not_in_the_file_stay() -> None:
    imported(sound(actions=[action(), action(reference="1.1-02")]))
    imported(book(actions=[action(reference="1.1-02", intitule="Autre")]))
    assert list(Action.objects.order_by("reference").values_list("title", flat=True)) == [
        "Médiation",
        "Autre",
    ]
    assert ActionYear.objects.count() == 1


def test_a_change_is_shown_counted_and_kept_in_history(agent: User) -> None:
    imported(FULL)
    row = FULL_YEAR | {"statut": "realisee", "motif": None, "pilote": "AME", "cout_reel": "100,00"}
    done = imported(book(programmation=[row]), user=agent, reason="Import de mars")
    assert done.updated == {"actions": 0, "programmation": 1, "indicateurs": 0, "financements": 0}
    (change,) = done.changes
    assert (change.sheet, change.row, change.key, change.is_new) == (
        "programmation",
        2,
        ("cops-2009", "1.1-01", 2012),
        False,
    )
    assert [(d.column, d.before, d.after) for d in change.differences] == [
        ("pilote", "Amelys", "AME"),
        ("statut", "partielle", "realisee"),
        ("motif", "autre", None),
        ("cout_reel", Decimal("99.5"), 100),
    ]
    stored = ActionYear.objects.get()
    assert stored.version == 2
    latest, first = stored.history.order_by("-history_id")
    assert (latest.history_type, latest.history_user, latest.history_change_reason) == (
        "~",
        agent,
        "Import de mars",
    )
    assert (latest.status, latest.version, latest.actual_cost) == ("done", 2, 100)
    assert (first.history_type, first.status, first.version) == ("+", "partial", 1)
    assert stored.history.as_of(latest.history_date).status == "done"


def test_history_rows_are_those_that_saving_would_write() -> None:
    imported(FULL)
    for model in MODELS[:-1]:
        instance = model.objects.get() if model is not Partnership and model is not ActionCommune else None
        instance = instance or model.objects.order_by("pk").first()
        copied = model.history.filter(id=instance.pk).get()
        for field in model._meta.concrete_fields:
            assert getattr(copied, field.attname) == getattr(instance, field.attname), field


def test_a_change_of_status_is_a_transition(agent: User) -> None:
    imported(sound(programmation=[year(statut="en_cours"), year(annee=2013)]))
    assert Transition.objects.count() == 0
    rows = [year(statut="reportee", motif="financement"), year(annee=2013, statut=None, motif=None)]
    imported(book(programmation=rows), user=agent)
    step = Transition.objects.get()
    assert (step.action_year.year, step.by, step.from_status, step.to_status) == (
        2012,
        agent,
        "in_progress",
        "postponed",
    )
    assert step.reason == "funding"


def test_partners_and_communes_are_added_and_taken_away_with_history() -> None:
    imported(FULL)
    done = imported(book(actions=[action(partenaires="LogemLoiret;Nouveau", communes="45208;01004")]))
    stored = Action.objects.get()
    assert stored.version == 2
    assert [partner.name for partner in stored.partners.order_by("partnerships__pk")] == [
        "LogemLoiret",
        "Nouveau",
    ]
    assert sorted(commune.insee_code for commune in stored.communes.all()) == ["01004", "45208"]
    assert Partnership.history.filter(history_type="-", organisation__name="Amelys").count() == 1
    assert ActionCommune.history.filter(history_type="-", commune__insee_code="45068").count() == 1
    differences = {d.column: (d.before, d.after) for d in done.changes[0].differences}
    assert differences["partenaires"] == ("Amelys; LogemLoiret", "LogemLoiret; Nouveau")
    assert differences["communes"] == ("45208; 45068", "45208; 01004")


def test_a_partner_that_becomes_the_lead_is_no_partner_any_more() -> None:
    imported(FULL)
    imported(book(actions=[action(pilote="Amelys")]))
    assert [partner.name for partner in Action.objects.get().partners.all()] == ["LogemLoiret"]


def test_the_file_wins_over_a_stored_indicator() -> None:
    rows = [value(annee=2012), value(annee=2013)]
    imported(sound(programmation=[year(), year(annee=2013)], indicateurs=rows))
    done = imported(book(indicateurs=[value(nature="impact", valeur_reference=None)]))
    assert done.updated["indicateurs"] == 1
    stored = Indicator.objects.get()
    assert (stored.nature, stored.baseline, stored.version) == ("impact", None, 2)
    assert list(IndicatorValue.objects.values_list("version", flat=True)) == [1, 1]
    assert [d.column for d in done.changes[0].differences] == ["nature", "valeur_reference"]


def test_a_former_name_is_no_change_of_the_lead() -> None:
    imported(sound(actions=[action(pilote="Département du Loiret")]))
    assert plan(sound(actions=[action(pilote="Conseil général du Loiret")])).is_empty


# --- all or nothing ---------------------------------------------------------------------------------------


def test_a_plan_writes_nothing() -> None:
    before = counts()
    assert plan(FULL).created["actions"] == 1
    assert counts() == before


def test_a_file_with_a_fault_writes_nothing() -> None:
    before = counts()
    data = sound(actions=[action(pilote="Nouveau"), action(reference="1.1-02", unite="x")])
    done = import_workbook(read_workbook(data, "a.xlsx"))
    assert len(done.faults) == 1
    assert counts() == before


def test_a_plan_is_made_anew_when_it_is_applied(agent: User) -> None:
    shown = plan(book(actions=[action()], programmation=[year(budget_prevu=5)]))
    factories.ProgrammeFactory(contract=Contract.objects.get(), year=2012)
    done = apply_import(shown, user=agent)
    assert [(fault.column, fault.value) for fault in done.faults] == [
        ("prevue", "oui"),
        ("budget_prevu", "5"),
    ]
    assert Action.objects.count() == 0


def test_a_shown_plan_can_be_applied(agent: User) -> None:
    shown = plan(FULL)
    done = apply_import(shown, user=agent, reason="Vu et confirmé")
    assert done == shown
    assert ActionYear.history.get().history_user == agent
    assert ActionYear.history.get().history_change_reason == "Vu et confirmé"


def test_a_clash_with_another_writer_imports_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def clash(*_: Any) -> None:
        raise IntegrityError("duplicate key")

    before = counts()
    monkeypatch.setattr("actions.workbook.apply.write_transitions", clash)
    with pytest.raises(ImportConflict, match="Rien n’a été importé"):
        imported(FULL)
    assert counts() == before


def test_an_import_is_in_the_journal(agent: User) -> None:
    import_file(FULL, "actions.xlsx", user=agent)
    line = Event.objects.get(action=Event.Action.IMPORTED)
    assert (line.actor, line.summary) == (agent, "Import de actions.xlsx : lignes créées 4, modifiées 0")
    assert line.detail["created"]["programmation"] == 1


# --- cost -------------------------------------------------------------------------------------------------


def many(number: int) -> bytes:
    references = [f"1.1-{index:02}" for index in range(number)]
    return book(
        actions=[FULL_ACTION | {"reference": name} for name in references],
        programmation=[FULL_YEAR | {"reference": name} for name in references],
        indicateurs=[value(reference=name) for name in references],
        financements=[FULL_FUNDING | {"reference": name} for name in references],
    )


def queries(call: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def test_planning_takes_the_same_queries_for_2_rows_as_for_20() -> None:
    few, many_rows = read_workbook(many(2), "a.xlsx"), read_workbook(many(20), "a.xlsx")
    imported(many(1))
    assert queries(lambda: plan_import(few)) == queries(lambda: plan_import(many_rows)) == 15


def test_importing_takes_the_same_queries_for_2_rows_as_for_20() -> None:
    few = queries(lambda: imported(many(2)))
    for model in (Funding, IndicatorValue, Indicator, ActionYear, Partnership, ActionCommune, Action):
        model.objects.all().delete()
    assert queries(lambda: imported(many(20))) <= few


def test_version_and_history_are_raised_once_for_a_row(world: World) -> None:
    imported(FULL)
    imported(
        book(programmation=[FULL_YEAR | {"impact": "Autre"}], indicateurs=[without(value(valeur=1), "unite")])
    )
    assert ActionYear.objects.get().version == 2
    assert ActionYear.history.count() == 2
    assert IndicatorValue.objects.get().version == 2
    assert Indicator.objects.get().version == 1
    assert Action.objects.get().version == 1
