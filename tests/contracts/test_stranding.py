"""An amendment says before it is recorded what would lose its objective, and moves it if asked."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Action, ActionYear
from contracts.models import Amendment, Objective
from cops.audit.history.deeds import deeds_of
from cops.audit.history.subjects import subject_of
from cops.audit.history.undoing import UndoRefused, take_back
from cops.audit.models import Event
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract():
    contract = factories.ContractFactory(code="cops-2009", ends_on=date(2014, 12, 31))
    axis = factories.AxisFactory(contract=contract, number=1)
    for place, code in enumerate(("1.1", "1.2", "1.3"), 1):
        factories.ObjectiveFactory(
            contract=contract,
            axis=axis,
            code=code,
            first_version__title=f"Objectif {place}",
            first_version__position=place,
        )
    return contract


@pytest.fixture
def action(contract):
    """Under 1.1, in 2012 to 2014."""
    objective = Objective.objects.get(code="1.1")
    action = factories.ActionFactory(contract=contract, objective=objective, reference="1.1-01")
    for year in (2012, 2013, 2014):
        factories.ActionYearFactory(
            action=action, year=year
        ).save()  # keys of the history differ from the rows'
    return action


def new(contract):
    return reverse("amendment_create", args=[contract.code])


def withdrawn(code, on="2013-06-01", **more):
    key = f"objective_{Objective.objects.get(code=code).pk}_withdrawn"
    return {"effective_on": on, key: "on"} | more


def draft(client, contract, **typed):
    return client.post(new(contract), filled(client.get(new(contract)), **typed))


def field(action, code="1.1"):
    return f"moves__action__{action.pk}__{Objective.objects.get(code=code).pk}"


def objectives_of(action):
    return dict(ActionYear.objects.filter(action=action).values_list("year", "objective__code"))


def test_the_preview_names_the_years_that_lose_their_objective(agent_client, contract, action):
    other = factories.ActionFactory(
        contract=contract, objective=Objective.objects.get(code="1.2"), reference="1.2-01"
    )
    factories.ActionYearFactory(action=other, year=2014)
    shown = draft(agent_client, contract, **withdrawn("1.1"))
    text = text_of(shown)
    assert "Ce qui perdrait son objectif" in text
    assert f"{action} 2014 1.1" in text  # in 2013 the objective is in force for five months
    assert "1.2-01" not in text
    assert [
        code for code in ("1.1", "1.2", "1.3") if f'<option value="{code}"' in shown.content.decode()
    ] == [
        "1.2",
        "1.3",
    ]
    assert objectives_of(action)[2014] == "1.1"


def test_years_are_moved_in_the_save_of_the_amendment(agent, agent_client, contract, action):
    shown = draft(agent_client, contract, **withdrawn("1.1"))
    agent_client.post(new(contract), filled(shown, confirm="1", **{field(action): "1.3"}))
    assert Amendment.objects.count() == 1
    assert objectives_of(action) == {2012: "1.1", 2013: "1.1", 2014: "1.3"}
    action.refresh_from_db()
    assert action.objective.code == "1.3"
    assert Event.objects.filter(summary="Action 1.1-01, objectif des années, avenant n° 1").count() == 1
    record = ActionYear.history.filter(year=2014).latest("history_id")
    assert (record.history_user, record.history_change_reason) == (agent, "Avenant n° 1")
    assert record.version == ActionYear.objects.get(year=2014).version


def undo_last(of, by):
    subject = subject_of(of)
    take_back(subject, of.pk, deeds_of(subject, of.pk)[0].key, by=by)


def test_the_move_is_taken_back_once_the_amendment_is(agent, agent_client, contract, action):
    shown = draft(agent_client, contract, **withdrawn("1.1"))
    agent_client.post(new(contract), filled(shown, confirm="1", **{field(action): "1.3"}))
    with pytest.raises(UndoRefused):
        undo_last(action, agent)  # its objective is withdrawn
    undo_last(contract, agent)
    undo_last(action, agent)
    assert objectives_of(action)[2014] == "1.1"
    assert Action.objects.get().objective.code == "1.1"


def test_what_is_left_stays_and_is_said(agent_client, contract, action):
    shown = draft(agent_client, contract, **withdrawn("1.1"))
    done = agent_client.post(new(contract), filled(shown, confirm="1"), follow=True)
    assert objectives_of(action)[2014] == "1.1"
    assert f"Reste sans objectif en vigueur : {action} (2014)." in text_of(done)


def test_years_go_to_an_objective_that_the_same_amendment_adds(agent_client, contract, action):
    added = {"objectives__new0__code": "1.4", "objectives__new0__wording": "Neuf"}
    shown = draft(agent_client, contract, **withdrawn("1.1", **added))
    agent_client.post(new(contract), filled(shown, confirm="1", **{field(action): "1.4"}))
    assert objectives_of(action)[2014] == "1.4"


def test_what_was_chosen_survives_the_way_back_to_the_amendment(agent_client, contract, action):
    shown = draft(agent_client, contract, **withdrawn("1.1"))
    back = agent_client.post(new(contract), filled(shown, step="back", **{field(action): "1.3"}))
    again = agent_client.post(new(contract), filled(back))
    assert filled(again)[field(action).replace("__", "-")] == ["1.3"]


def test_what_was_programmed_since_the_preview_is_shown_before_anything_is_recorded(
    agent_client, contract, action
):
    shown = draft(agent_client, contract, **withdrawn("1.1", "2013-01-01"))
    ActionYear.objects.filter(year=2013).delete()
    told = agent_client.post(new(contract), filled(shown, confirm="1"))
    assert "Relisez ce tableau" in text_of(told)
    assert not Amendment.objects.exists()
    agent_client.post(new(contract), filled(told, confirm="1", **{field(action): "1.2"}))
    assert objectives_of(action) == {2012: "1.1", 2014: "1.2"}


def test_the_same_holds_for_an_axis_that_is_withdrawn_and_a_contract_that_ends_earlier(
    agent_client, contract, action
):
    axis = f"axis_{contract.axes.get().pk}_withdrawn"
    shown = text_of(draft(agent_client, contract, effective_on="2013-01-01", **{axis: "on"}))
    assert f"{action} 2013 et 2014 1.1 reste tel quel" in shown
    shown = text_of(draft(agent_client, contract, effective_on="2013-01-01", new_end_on="2013-12-31"))
    assert f"{action} 2014 hors du contrat" in shown


def test_nothing_is_asked_where_nothing_is_lost(agent_client, contract, action):
    shown = text_of(draft(agent_client, contract, **withdrawn("1.2")))
    assert "Ce qui perdrait son objectif" not in shown


def test_an_administrator_amends_but_moves_no_action(administrator_client, contract, action):
    shown = draft(administrator_client, contract, **withdrawn("1.1"))
    assert "Un agent du service pourra les déplacer" in text_of(shown)
    forged = filled(shown, confirm="1", **{field(action): "1.3"})
    administrator_client.post(new(contract), forged)
    assert objectives_of(action)[2014] == "1.1"


def test_an_objective_that_is_renamed_keeps_its_years(agent_client, contract, action):
    """A draft finds stored objectives by their keys: another code is no other objective."""
    added = {"objectives__new0__code": "1.4", "objectives__new0__wording": "Neuf"}
    shown = draft(agent_client, contract, effective_on="2013-01-01", **added)
    agent_client.post(new(contract), filled(shown, confirm="1"))
    objective = Objective.objects.get(code="1.4")
    ActionYear.objects.filter(year=2014).update(objective=objective)
    page = reverse("amendment_edit", args=[contract.code, Amendment.objects.get().pk])
    typed = filled(agent_client.get(page), **{f"objectives__{objective.pk}__code": "1.5"})
    assert "Ce qui perdrait son objectif" not in text_of(agent_client.post(page, typed))


def test_other_dates_of_the_contract_warn_of_the_years_they_leave_outside(agent_client, contract, action):
    page = reverse("contract_edit", args=[contract.code])
    typed = filled(agent_client.get(page))
    done = agent_client.post(page, typed | {"ends": "2013"}, follow=True)
    assert "Désormais hors du contrat" in text_of(done)
    assert f"{action} (2014)" in text_of(done)


def test_the_preview_costs_the_same_for_2_and_20_actions(agent_client, contract, action):
    def cost():
        form = filled(agent_client.get(new(contract)), **withdrawn("1.1"))
        with CaptureQueriesContext(connection) as queries:
            agent_client.post(new(contract), form)
        return len(queries)

    before = cost()
    for n in range(2, 20):
        one = factories.ActionFactory(contract=contract, objective=action.objective, reference=f"1.1-{n:02}")
        factories.ActionYearFactory(action=one, year=2014)
    assert cost() == before
