"""The history of each object, told in plain French."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actions.models import Action, ActionYear, Status
from actions.workbook import import_file
from cops.audit.history.deeds import deeds_of, historical
from cops.audit.history.subjects import all_subjects, subject
from cops.audit.history.telling import fields_to_tell, tell
from cops.audit.history.texts import difference
from cops.audit.models import Versioned
from cops.lib.tables import Table, write_xlsx
from tests import factories

# Rows that no page shows as an object's, or that belong to the rooms' settings.
WITHOUT_HISTORY_PAGE = {"Attachment", "Council", "Commune", "CommuneMembership", "CrisisCell", "Programme"}


def address(kind: str, pk: int) -> str:
    return reverse("history", args=[kind, pk])


def text_of(html: str) -> str:
    """A page as it is read, spaces simplified."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u202f", " ").split())


def page(client: Client, kind: str, pk: int, **query: Any) -> str:
    response = client.get(address(kind, pk), query)
    assert response.status_code == 200
    return text_of(response.content.decode())


def lines(kind: str, pk: int) -> list[str]:
    """All lines of an object's history, the latest deed first."""
    found = subject(kind)
    assert found is not None
    return [text_of(line) for told in tell(found, deeds_of(found, pk)) for line in told.lines]


def saved(row: Any, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


# --- what is told -------------------------------------------------------------------------------------------


def test_a_choice_is_told_by_its_label(db):
    year = factories.ActionYearFactory(year=2010, status=Status.IN_PROGRESS)
    saved(year, status=Status.DONE)
    told = "a changé le statut de l’année 2010, de « En cours » en « Réalisée »"
    assert told in lines("action", year.action_id)


def test_amounts_dates_and_mentions_are_told_the_french_way(db):
    year = factories.ActionYearFactory(year=2010, planned_budget=Decimal(1200), is_planned=True)
    saved(year, planned_budget=Decimal("1500.5"))
    saved(year, is_planned=False)
    saved(year.action, starts_on=date(2009, 3, 1))
    saved(year.action, starts_on=date(2009, 4, 2))
    found = lines("action", year.action_id)
    assert "a changé le budget prévu de l’année 2010, de 1 200,00 € à 1 500,50 €" in found
    assert "a changé la mention « prévue » de l’année 2010, de « oui » en « non »" in found
    assert "a changé le début, du 1er mars 2009 au 2 avril 2009" in found


def test_foreign_keys_are_told_by_name_those_of_deleted_rows_too(db):
    gone = factories.OrganisationFactory(name="Hamoval")
    funding = factories.FundingFactory(funder=gone, action_year__year=2011)
    action = funding.action_year.action
    before = action.lead.name
    saved(action, lead=factories.OrganisationFactory(name="Mairie d’Amilly"))
    funding.delete()
    gone.delete()
    found = lines("action", action.pk)
    assert f"a changé le pilote, de « {before} » en « Mairie d’Amilly »" in found
    assert any(line.startswith("a supprimé le financement « Hamoval » en 2011") for line in found)


def test_what_was_empty_is_filled_in_and_what_is_emptied_says_what_it_was(db):
    action = factories.ActionFactory(audience="")
    saved(action, audience="Collégiens")
    saved(action, audience="")
    assert lines("action", action.pk)[-2:] == [
        "a renseigné le public : « Collégiens »",
        "a vidé le public (c’était « Collégiens »)",
    ]


def test_of_long_texts_what_differs_is_shown_in_its_place():
    begin, end = "mot " * 60, " fin" * 60
    shown = difference(f"{begin}le chat noir{end}", f"{begin}le chien noir{end}")
    assert "<del>chat</del><ins>chien</ins>" in shown
    assert len(shown) < 250 and shown.startswith("…") and shown.endswith("…")


def test_two_very_long_texts_are_compared_at_once():
    assert "<del>" in difference("a b " * 20_000, "c d " * 20_000)


def test_markup_in_a_text_is_shown_and_not_obeyed(db, agent_client):
    action = factories.ActionFactory(description="x" * 80)
    saved(action, description="<script>alert(1)</script> " + "y" * 80)
    assert b"<script>alert" not in agent_client.get(address("action", action.pk)).content


def test_an_import_is_named_by_its_file(agent, agent_client):
    objective = factories.ObjectiveFactory(code="1.1", contract__code="cops-2009")
    row = ("cops-2009", "1.1", "1.1-01", "Médiation", "Hamoval")
    heading = ("contrat", "objectif", "reference", "intitule", "pilote")
    import_file(write_xlsx([Table("actions", heading, [row])]), "actions.xlsx", user=agent)
    action = Action.objects.get(objective=objective)
    assert "Alix Agent" in page(agent_client, "action", action.pk)
    assert "par l’import de actions.xlsx" in page(agent_client, "action", action.pk)


def test_what_one_request_writes_is_one_deed(agent, agent_client):
    action = factories.ActionFactory()
    historical(Action).update(history_date=timezone.now() - timedelta(hours=1))
    data = {
        name: getattr(action, name) or ""
        for name in (
            "reference",
            "title",
            "description",
            "audience",
            "diagnosis",
            "counting_unit",
            "calendar",
        )
    }
    partner = factories.OrganisationFactory(name="Bailleur")
    data |= {"objective": action.objective_id, "lead": action.lead.name, "partners": partner.name}
    data |= {"title": "Autre titre", "version": action.version, "entry": _ticket(agent)}
    agent_client.post(reverse("action_edit", args=[action.pk]), data)
    action.refresh_from_db()
    assert action.title == "Autre titre"
    deed = deeds_of(subject("action"), action.pk)[0]
    assert {mark.by for mark in deed.marks} == {agent.pk}
    assert len({mark.part for mark in deed.marks}) == 2


def _ticket(user: Any) -> str:
    from cops.audit.entering import Ticket

    return str(Ticket.issue(user))


# --- every room ---------------------------------------------------------------------------------------------


def test_each_object_that_people_enter_has_its_history():
    told = {part.model.__name__ for one in all_subjects() for part in one.parts}
    stored = {model.__name__ for model in apps.get_models() if issubclass(model, Versioned)}
    assert stored - told <= WITHOUT_HISTORY_PAGE


@pytest.mark.parametrize(
    ("kind", "place"),
    [(one.kind, place) for one in all_subjects() for place in range(len(one.parts))],
)
def test_each_field_that_people_enter_is_told(kind, place):
    part = subject(kind).parts[place]
    assert set(part.told) >= fields_to_tell(part.model, left_out=[part.via, "contract", "meeting"])


OBJECTS = {
    "action": factories.ActionFactory,
    "contrat": factories.ContractFactory,
    "organisme": factories.OrganisationFactory,
    "personne": factories.PersonFactory,
    "designation": factories.DesignationFactory,
    "regle": factories.SeatRuleFactory,
    "formation": factories.FormationFactory,
    "reunion": factories.MeetingFactory,
    "decision": factories.DecisionFactory,
}


@pytest.mark.parametrize("kind", list(OBJECTS))
def test_the_history_of_each_kind_of_object_opens(db, agent_client, kind):
    row = OBJECTS[kind]()
    row.save()
    assert "Hors du site" in page(agent_client, kind, row.pk)


def test_each_kind_of_object_is_tried():
    assert set(OBJECTS) == {one.kind for one in all_subjects()}


# --- who, how much ------------------------------------------------------------------------------------------


def test_only_the_service_reads_the_history(db, member_client, lead_client, administrator_client):
    pk = factories.ActionFactory().pk
    assert member_client.get(address("action", pk)).status_code == 403
    assert lead_client.get(address("action", pk)).status_code == 403
    assert administrator_client.get(address("action", pk)).status_code == 200


def test_what_does_not_exist_is_not_found(agent_client):
    assert agent_client.get(address("action", 1)).status_code == 404
    assert agent_client.get(address("chose", 1)).status_code == 404


def test_a_long_history_has_pages_and_the_same_number_of_queries(db, agent_client):
    year = factories.ActionYearFactory(status="")
    counts = []
    for saves in (5, 45):
        for number in range(saves):
            saved(year, actual_count=number)
        for place, record in enumerate(historical(ActionYear).order_by("history_id")):
            moment = timezone.now() - timedelta(days=100 - place)
            historical(ActionYear).filter(pk=record.pk).update(history_date=moment)
        with CaptureQueriesContext(connection) as queries:
            shown = agent_client.get(address("action", year.action_id))
        counts.append(len(queries))
    assert shown.content.count(b'class="deed"') == 20 and b"page=2" in shown.content
    assert counts[0] == counts[1] <= 30
    assert agent_client.get(address("action", year.action_id), {"page": 3}).status_code == 200
