"""Taking the last change of an object back."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import models
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.models import (
    Action,
    ActionYear,
    Funding,
    Indicator,
    IndicatorValue,
    Partnership,
    Status,
    Transition,
)
from cops.audit.entering import Ticket
from cops.audit.history.deeds import deeds_of, historical
from cops.audit.history.subjects import subject
from cops.audit.history.undoing import UndoRefused, take_back, undo_of
from cops.audit.models import Event
from governance.models import Designation, Minutes, Organisation, Person
from tests import factories

PARTS = [part.model for part in subject("action").parts] if subject("action") else []


def apart() -> None:
    """Put what was written until now an hour back, so that what follows is another deed."""
    for part in subject("action").parts:
        history = historical(part.model)
        history.update(history_date=models.F("history_date") - timedelta(hours=1))


def last(kind: str, pk: int) -> str:
    return deeds_of(subject(kind), pk)[0].key


def undo(row: Any, by: Any, kind: str = "action") -> None:
    take_back(subject(kind), row.pk, last(kind, row.pk), by=by)


def refusal(row: Any, by: Any, kind: str = "action", key: str = "") -> str:
    with pytest.raises(UndoRefused) as refused:
        take_back(subject(kind), row.pk, key or last(kind, row.pk), by=by)
    return str(refused.value)


def saved(row: Any, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


@pytest.fixture
def year(db: None) -> ActionYear:
    year = factories.ActionYearFactory(year=2010, status="", planned_budget=Decimal(100))
    apart()
    return year


# --- what comes back ----------------------------------------------------------------------------------------


def test_what_was_changed_becomes_what_it_was(year, agent):
    saved(year, planned_budget=Decimal(200), comment="Revu")
    apart()
    undo(year.action, agent)
    year.refresh_from_db()
    assert (year.planned_budget, year.comment) == (Decimal(100), "")


def test_what_was_added_goes(year, agent):
    funding = factories.FundingFactory(action_year=year)
    apart()
    undo(year.action, agent)
    assert not Funding.objects.filter(pk=funding.pk).exists()


def test_what_was_deleted_returns_under_its_key_with_all_that_hung_on_it(year, agent):
    value = factories.IndicatorValueFactory(indicator__action=year.action, action_year=year, value=Decimal(7))
    apart()
    before = dict(Indicator.objects.values_list("pk", "name"))
    value.indicator.delete()
    apart()
    undo(year.action, agent)
    assert dict(Indicator.objects.values_list("pk", "name")) == before
    assert IndicatorValue.objects.get(pk=value.pk).value == Decimal(7)


def test_a_year_returns_with_its_changes_of_status(year, agent):
    saved(year, status=Status.DONE)
    pk = year.pk
    Transition.objects.create(action_year=year, by=agent, from_status="", to_status=Status.DONE)
    apart()
    year.delete()
    apart()
    undo(year.action, agent)
    assert [row.to_status for row in Transition.objects.filter(action_year=pk)] == [Status.DONE]


def test_a_status_that_turns_back_is_a_transition(year, agent):
    saved(year, status=Status.DONE)
    apart()
    undo(year.action, agent)
    made = Transition.objects.get()
    assert (made.from_status, made.to_status, made.by) == (Status.DONE, "", agent)


def test_an_undo_can_be_undone(year, agent):
    saved(year, planned_budget=Decimal(200))
    apart()
    undo(year.action, agent)
    apart()
    undo(year.action, agent)
    year.refresh_from_db()
    assert year.planned_budget == Decimal(200)


def test_an_undo_is_told_in_the_history_and_stands_in_the_journal(year, agent, agent_client):
    saved(year, planned_budget=Decimal(200))
    apart()
    undo(year.action, agent)
    shown = agent_client.get(reverse("history", args=["action", year.action_id])).content.decode()
    assert "par l’annulation de la modification du" in shown
    event = Event.objects.get(action=Event.Action.UNDONE)
    assert event.actor == agent and event.summary.startswith("Annulation de la modification du")
    assert event.subject_id == str(year.action_id)


# --- what is refused ----------------------------------------------------------------------------------------


def test_what_somebody_changed_since_is_not_undone(year, agent):
    saved(year, planned_budget=Decimal(200))
    apart()
    key = last("action", year.action_id)
    saved(year, planned_budget=Decimal(300))
    assert "Cela a été modifié depuis" in refusal(year.action, agent, key=key)
    year.refresh_from_db()
    assert year.planned_budget == Decimal(300)


def test_what_is_undone_is_not_undone_twice(year, agent):
    saved(year, planned_budget=Decimal(200))
    apart()
    key = last("action", year.action_id)
    undo(year.action, agent)
    assert refusal(year.action, agent, key=key) == "Cette modification est déjà annulée."


def test_what_others_refer_to_since_is_not_removed(db, agent):
    organisation = factories.OrganisationFactory(name="Hamoval")
    historical(Organisation).update(history_date=timezone.now() - timedelta(hours=1))
    factories.ActionFactory(lead=organisation)
    assert "ne peut pas être supprimé" in refusal(organisation, agent, kind="organisme")
    assert Organisation.objects.filter(pk=organisation.pk).exists()


def test_what_a_document_is_attached_to_is_not_removed(db, agent):
    organisation = factories.OrganisationFactory(name="Hamoval")
    historical(Organisation).update(history_date=timezone.now() - timedelta(hours=1))
    factories.AttachmentFactory(target=organisation)
    assert "en dépend depuis" in refusal(organisation, agent, kind="organisme")


def test_what_would_break_a_rule_does_not_return(year, agent):
    funding = factories.FundingFactory(action_year=year)
    apart()
    funder = funding.funder
    funding.delete()
    apart()
    key = last("action", year.action_id)
    factories.FundingFactory(action_year=year, funder=funder)
    assert "déjà indiqué" in refusal(year.action, agent, key=key)
    assert Funding.objects.count() == 1


def test_what_an_adopted_programme_locks_is_not_undone(year, agent):
    saved(year, planned_budget=Decimal(200))
    apart()
    factories.ProgrammeFactory(contract=year.action.contract, year=2010)
    assert "Le programme de 2010 est adopté" in refusal(year.action, agent)


def test_what_is_not_locked_by_the_programme_is_undone(year, agent):
    before = year.actual_cost
    saved(year, actual_cost=Decimal(200))
    apart()
    factories.ProgrammeFactory(contract=year.action.contract, year=2010)
    undo(year.action, agent)
    year.refresh_from_db()
    assert year.actual_cost == before


def test_years_do_not_come_to_lie_outside_of_their_action(year, agent):
    saved(year.action, starts_on=date(2010, 1, 1), ends_on=date(2010, 12, 31))
    apart()
    saved(year.action, ends_on=date(2011, 12, 31))
    apart()
    key = last("action", year.action_id)
    factories.ActionYearFactory(action=year.action, year=2011)
    assert "L’année 2011 sortirait" in refusal(year.action, agent, key=key)


def test_approved_minutes_do_not_turn_back(db, agent):
    minutes = factories.MinutesFactory(text="Avant")
    historical(Minutes).update(history_date=timezone.now() - timedelta(hours=1))
    later = factories.MeetingFactory(formation=minutes.meeting.formation)
    saved(minutes, text="Après", approved_in=later, approved_at=timezone.now())
    assert "est approuvé" in refusal(minutes.meeting, agent, kind="reunion")


def test_a_refused_undo_writes_nothing(year, agent):
    factories.FundingFactory(action_year=year)
    saved(year, planned_budget=Decimal(200))
    apart()
    factories.ProgrammeFactory(contract=year.action.contract, year=2010)
    counted = {part.model: historical(part.model).count() for part in subject("action").parts}
    refusal(year.action, agent)
    assert counted == {part.model: historical(part.model).count() for part in subject("action").parts}
    assert Funding.objects.count() == 1 and not Event.objects.exists()


# --- on the site --------------------------------------------------------------------------------------------


def typed(action: Action, user: Any, **changes: Any) -> dict[str, Any]:
    names = ("reference", "title", "description", "audience", "diagnosis", "counting_unit", "calendar")
    data = {name: getattr(action, name) or "" for name in names}
    data |= {"objective": action.objective_id, "lead": action.lead.name, "version": action.version}
    return data | {"entry": str(Ticket.issue(user))} | changes


def test_the_message_after_saving_leads_to_the_undo(agent, agent_client, year):
    action = year.action
    address = reverse("action_edit", args=[action.pk])
    shown = agent_client.post(
        address, typed(action, agent, title="Un titre faux"), follow=True
    ).content.decode()
    found = re.search(r'href="(/historique/action/\d+/annuler/\d+/)">Annuler</a>', shown)
    assert found is not None
    asked = agent_client.get(found[1])
    assert "Un titre faux" in asked.content.decode() and "Ce qui reviendra" in asked.content.decode()
    before = action.title
    done = agent_client.post(found[1], follow=True)
    action.refresh_from_db()
    assert action.title == before and "La modification est annulée." in done.content.decode()


def test_saving_without_a_change_offers_no_undo(agent, agent_client, year):
    data = typed(year.action, agent)
    page = agent_client.post(reverse("action_edit", args=[year.action_id]), data, follow=True)
    assert ">Annuler</a>" not in page.content.decode()


def test_a_press_of_the_button_that_comes_twice_undoes_once(agent, agent_client, year):
    saved(year, planned_budget=Decimal(200))
    apart()
    address = reverse("history_undo", args=["action", year.action_id, last("action", year.action_id)])
    agent_client.post(address)
    assert "déjà annulée" in agent_client.post(address, follow=True).content.decode()
    year.refresh_from_db()
    assert year.planned_budget == Decimal(100)


def test_the_page_says_why_something_cannot_be_undone(agent, agent_client, year):
    saved(year, planned_budget=Decimal(200))
    apart()
    factories.ProgrammeFactory(contract=year.action.contract, year=2010)
    address = reverse("history_undo", args=["action", year.action_id, last("action", year.action_id)])
    shown = agent_client.get(address).content.decode()
    assert "Le programme de 2010 est adopté" in shown and '<form method="post">' not in shown


def test_a_deleted_object_returns_from_its_history(agent, agent_client):
    organisation = factories.OrganisationFactory(name="Hamoval")
    historical(Organisation).update(history_date=timezone.now() - timedelta(hours=1))
    pk = organisation.pk
    organisation.delete()
    shown = agent_client.get(reverse("history", args=["organisme", pk])).content.decode()
    assert "a été supprimé" in shown
    agent_client.post(reverse("history_undo", args=["organisme", pk, last("organisme", pk)]))
    assert Organisation.objects.get(pk=pk).name == "Hamoval"


def test_only_who_may_change_may_undo(administrator_client, year):
    shown = administrator_client.get(reverse("history", args=["action", year.action_id])).content.decode()
    assert "Annuler cette modification" not in shown
    address = reverse("history_undo", args=["action", year.action_id, last("action", year.action_id)])
    assert administrator_client.post(address).status_code == 403


# --- any sequence -------------------------------------------------------------------------------------------

DEEDS = ["budget", "status", "fund", "unfund", "partner", "measure", "unmeasure", "year", "drop"]


def state(action: Action) -> dict[str, Any]:
    """All that is stored of an action, but for its versions."""
    scopes = {
        Action: {"pk": action.pk},
        ActionYear: {"action": action},
        Partnership: {"action": action},
        Indicator: {"action": action},
        IndicatorValue: {"indicator__action": action},
        Funding: {"action_year__action": action},
    }
    found = {}
    for model, scope in scopes.items():
        rows = list(model.objects.filter(**scope).order_by("pk").values())
        found[model.__name__] = [{name: row[name] for name in row if name != "version"} for row in rows]
    return found


def do(deed: str, action: Action, number: int) -> None:
    year = action.years.order_by("year").first()
    if deed == "year":
        latest = action.years.order_by("-year").first()
        if latest is None or latest.year < action.contract.ends_on.year:
            factories.ActionYearFactory(action=action, year=latest.year + 1 if latest else 2009)
    elif deed == "partner":
        factories.PartnershipFactory(action=action)
    elif deed == "measure":
        factories.IndicatorFactory(action=action, name=f"Indicateur {number}")
    elif deed == "unmeasure":
        for row in action.indicators.all():
            row.delete()
    elif year is not None and deed == "budget":
        saved(year, planned_budget=Decimal(number))
    elif year is not None and deed == "status":
        saved(year, status="" if year.status else Status.DONE)
    elif year is not None and deed == "fund":
        factories.FundingFactory(action_year=year, granted=Decimal(number))
    elif year is not None and deed == "unfund":
        for row in Funding.objects.filter(action_year=year):
            row.delete()
    elif year is not None and deed == "drop":
        year.delete()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.sampled_from(DEEDS), min_size=1, max_size=8))
def test_whatever_was_done_the_undo_gives_back_what_was_before(agent, deeds):
    action = factories.ActionFactory()
    do("year", action, 0)
    do("fund", action, 1)
    apart()
    for number, deed in enumerate(deeds, start=2):
        before, seen = state(action), deeds_of(subject("action"), action.pk)[0].key
        do(deed, action, number)
        key = last("action", action.pk)
        if key != seen:
            apart()
            after = state(action)
            undo(action, agent)
            assert state(action) == before
            apart()
            undo(action, agent)
            assert state(action) == after
            apart()
    assert not undo_of(subject("action"), action.pk, last("action", action.pk), by=agent).faults


def test_an_agent_does_not_take_back_a_designation_that_an_administrator_entered(
    agent, administrator, member
):
    person = member.person
    designation = person.designations.get()
    for model in (Person, Designation):
        historical(model).update(history_date=models.F("history_date") - timedelta(hours=1))
    saved(designation, ends_on=date(2030, 1, 1))
    assert "adressez-vous à l’administrateur" in refusal(person, agent, "personne")
    designation.refresh_from_db()
    assert designation.ends_on == date(2030, 1, 1)
    undo(person, administrator, "personne")
    designation.refresh_from_db()
    assert designation.ends_on is None
