"""An objective that was withdrawn: what is stored under it stays and is said, nothing new goes there."""

from datetime import date

import pytest
from django.urls import reverse

from actions.models import ActionYear
from actions.workbook import export_tables, plan_import, read_workbook
from contracts.models import ObjectiveVersion
from tests import factories
from tests.actions.workbooks import book
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db

NOT_IN_FORCE = "L’objectif de l’action n’est en vigueur aucun jour de 2014 où elle se déroule."


@pytest.fixture
def action():
    """Under 1.1, which is withdrawn from 2014 on, in 2012 to 2014; 1.2 stays, 1.3 comes with 2014."""
    contract = factories.ContractFactory(code="cops-2009", ends_on=date(2014, 12, 31))
    axis = factories.AxisFactory(contract=contract, number=1)
    amendment = factories.AmendmentFactory(contract=contract, effective_on=date(2014, 1, 1), new_end_on=None)
    first, _, third = (
        factories.ObjectiveFactory(contract=contract, axis=axis, code=code) for code in ("1.1", "1.2", "1.3")
    )
    factories.ObjectiveVersionFactory(objective=first, amendment=amendment, is_withdrawn=True)
    ObjectiveVersion.objects.filter(objective=third).update(amendment=amendment)
    action = factories.ActionFactory(contract=contract, objective=first, reference="1.1-01")
    for year in (2012, 2013, 2014):
        factories.ActionYearFactory(action=action, year=year)
    return action


def row(action, year):
    return f"years__{action.years.get(year=year).pk}"


def offered(response, name="objective"):
    form = response.context["form"]
    return [title for _, group in list(form.fields[name].choices)[1:] for _, title in group]


def test_another_year_is_corrected_while_one_has_lost_its_objective(agent_client, action):
    page = reverse("action_years", args=[action.pk])
    shown = agent_client.get(page)
    assert NOT_IN_FORCE in text_of(shown)
    typed = filled(shown, **{f"{row(action, 2012)}__comment": "Corrigé"})
    done = agent_client.post(page, typed, follow=True)
    assert action.years.get(year=2012).comment == "Corrigé"
    assert f"À savoir, 2014 : {NOT_IN_FORCE}" in text_of(done)
    assert [year.version for year in action.years.order_by("year")] == [2, 1, 1]


def test_figures_of_the_year_itself_are_saved_with_the_same_remark(agent_client, action):
    page = reverse("action_years", args=[action.pk])
    typed = filled(agent_client.get(page), **{f"{row(action, 2014)}__actual_cost": "12,50"})
    assert f"À savoir, 2014 : {NOT_IN_FORCE}" in text_of(agent_client.post(page, typed, follow=True))
    assert action.years.get(year=2014).actual_cost == 12.5


def test_a_new_year_under_it_is_refused(agent_client, action):
    action.years.filter(year=2014).delete()
    page = reverse("action_years", args=[action.pk])
    typed = filled(agent_client.get(page), years__new0__year="2014")
    assert NOT_IN_FORCE in text_of(agent_client.post(page, typed))
    assert not action.years.filter(year=2014).exists()


def test_the_lead_of_the_year_changes_whatever_its_objective(agent_client, action):
    page = reverse("action_year_place", args=[action.pk, 2014])
    other = factories.OrganisationFactory(name="Mission locale")
    agent_client.post(page, filled(agent_client.get(page), lead="Mission locale"))
    assert action.years.get(year=2014).lead == other


def test_only_objectives_in_force_are_offered_and_the_stored_one_is_marked(agent_client, action):
    new = f"{reverse('action_create')}?contrat=cops-2009"
    assert offered(agent_client.get(new)) == ["1.2 – Soutenir les parents", "1.3 – Soutenir les parents"]
    edit = reverse("action_edit", args=[action.pk])
    marked = "1.1 – Soutenir les parents (retiré)"
    assert offered(agent_client.get(edit))[0] == marked
    place = reverse("action_year_place", args=[action.pk, 2014])
    assert offered(agent_client.get(place)) == [
        marked,
        "1.2 – Soutenir les parents",
        "1.3 – Soutenir les parents",
    ]
    before = reverse("action_year_place", args=[action.pk, 2012])
    assert offered(agent_client.get(before)) == ["1.1 – Soutenir les parents", "1.2 – Soutenir les parents"]
    copy = agent_client.get(reverse("action_copy", args=[action.pk]))
    assert offered(copy)[0] == "1.2 – Soutenir les parents"


def test_the_sheet_is_saved_under_its_withdrawn_objective(agent_client, action):
    edit = reverse("action_edit", args=[action.pk])
    agent_client.post(edit, filled(agent_client.get(edit), title="Autre intitulé"))
    action.refresh_from_db()
    assert (action.title, action.objective.code) == ("Autre intitulé", "1.1")


def test_a_withdrawn_objective_is_refused_for_a_new_action(agent_client, action):
    new = f"{reverse('action_create')}?contrat=cops-2009"
    typed = filled(agent_client.get(new), title="Neuve", lead=action.lead.name, objective=action.objective_id)
    assert "Cet objectif n’est pas en vigueur" in text_of(agent_client.post(new, typed))
    assert ActionYear.objects.count() == 3


# --- by a workbook ------------------------------------------------------------------------------------------


def planned(contract, *, years=None, **sheets):
    """The plan of importing the contract's own export, some cells of its years replaced."""
    tables = {table.name: table for table in export_tables(contract)}
    rows = {
        name: [dict(zip(table.headings, row, strict=True)) for row in table.rows]
        for name, table in tables.items()
    }
    for row in rows["programmation"]:
        row |= (years or {}).get(row["annee"], {})
    return plan_import(read_workbook(book(**rows | sheets), "a.xlsx"))


def test_what_is_exported_can_be_imported_though_a_year_lost_its_objective(action):
    plan = planned(action.contract)
    assert (plan.faults, plan.changes) == ((), ())
    assert [(fault.column, fault.message) for fault in plan.warnings] == [("objectif", NOT_IN_FORCE)]


def test_a_workbook_corrects_another_year_and_the_figures_of_that_one(action):
    for year in (2012, 2014):
        plan = planned(action.contract, years={year: {"commentaire": "Corrigé"}})
        assert plan.faults == () and [change.key[-1] for change in plan.changes] == [year]


def test_a_workbook_is_refused_where_it_brings_the_fault(action):
    contract = action.contract
    moved = planned(contract, years={2012: {"objectif": "1.3"}})  # in force from 2014 on
    assert [fault.column for fault in moved.faults] == ["objectif"]
    action.years.get(year=2014).delete()
    new = {"contrat": "cops-2009", "reference": "1.1-01", "annee": 2014, "prevue": "oui"}
    assert [fault.message for fault in planned(contract, programmation=[new]).faults] == [NOT_IN_FORCE]


def test_a_year_that_an_amendment_left_outside_the_contract_is_no_fault_of_the_workbook(action):
    contract = action.contract
    factories.AmendmentFactory(
        contract=contract, number=8, effective_on=date(2012, 6, 1), new_end_on=date(2013, 12, 31)
    )
    plan = planned(contract, years={2012: {"commentaire": "Corrigé"}})
    assert plan.faults == () and [change.key[-1] for change in plan.changes] == [2012]
    assert [fault.column for fault in plan.warnings] == ["annee"]
    outside = {"contrat": "cops-2009", "reference": "1.1-01", "annee": 2015, "prevue": "oui"}
    assert [fault.column for fault in planned(contract, programmation=[outside]).faults] == ["annee"]


def test_a_comment_of_the_year_itself_is_taken_back(agent_client, action):
    page = reverse("action_years", args=[action.pk])
    agent_client.post(
        page, filled(agent_client.get(page), **{f"{row(action, 2014)}__comment": "À reprendre"}), follow=True
    )
    assert action.years.get(year=2014).comment == "À reprendre"
    history = reverse("history", args=["action", action.pk])
    shown = agent_client.get(history)
    undo = reverse("history_undo", args=["action", action.pk, shown.context["latest"]])
    agent_client.post(undo, follow=True)
    assert action.years.get(year=2014).comment == ""
