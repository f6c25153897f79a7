"""Undoing an import: everything as before, but for what somebody has changed since."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions import imports
from actions.import_undo import Undone, undo, undo_outcome
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
from actions.workbook import export_tables
from contracts.models import Contract
from cops.audit.models import Event, ImportBatch, Versioned
from cops.lib.tables import Table, write_xlsx
from cops.users.models import User
from evaluation.exports import report_as_json
from evaluation.selectors import report_of
from governance.models import Organisation
from tests import factories

ACTIONS = ("contrat", "objectif", "reference", "intitule", "pilote", "partenaires")
YEARS = ("contrat", "reference", "annee", "prevue", "statut", "cout_reel", "budget_prevu")
VALUES = ("contrat", "reference", "indicateur", "nature", "sens", "annee", "cible", "valeur")
FUNDINGS = ("contrat", "reference", "annee", "financeur", "accorde")
MODELS: tuple[type[Versioned], ...] = (
    Organisation,
    Action,
    Partnership,
    ActionYear,
    Indicator,
    IndicatorValue,
    Funding,
)


@pytest.fixture
def contract(db: None) -> Contract:
    contract = factories.ContractFactory(code="cops-2009", title="Contrat 2009")
    factories.ObjectiveFactory(contract=contract, code="1.1")
    return contract


def workbook(
    references: list[str],
    *,
    title: str = "Médiation",
    lead: str = "Hamoval",
    partners: str = "",
    cost: int = 10,
) -> bytes:
    rows: dict[str, Any] = {
        "actions": [("cops-2009", "1.1", one, title, lead, partners) for one in references],
        "programmation": [("cops-2009", one, 2010, "oui", "realisee", cost, 100) for one in references],
        "indicateurs": [
            ("cops-2009", one, "Jeunes", "realisation", "hausse", 2010, 5, cost) for one in references
        ],
        "financements": [("cops-2009", one, 2010, "FIPD", cost) for one in references],
    }
    columns = {"actions": ACTIONS, "programmation": YEARS, "indicateurs": VALUES, "financements": FUNDINGS}
    return write_xlsx([Table(name, columns[name], found) for name, found in rows.items()])


def applied(content: bytes, user: User, name: str = "actions.xlsx") -> ImportBatch:
    """An import that was sent and confirmed."""
    batch = imports.receive(content, name, contract=None, user=user)
    assert batch.state == ImportBatch.State.READY, batch.outcome["fault_groups"]
    done = imports.confirm(batch, seen=batch.outcome["digest"], user=user)
    assert done is imports.Confirmation.APPLIED
    return ImportBatch.objects.get(pk=batch.pk)


def undone(batch: ImportBatch, user: User) -> dict[str, Any]:
    """Undo an import as it stands; what the undo was."""
    seen = undo_outcome(batch)["digest"]
    assert undo(batch, seen=seen, user=user) is Undone.DONE
    batch.refresh_from_db()
    return batch.outcome["undo"]


def content() -> dict[str, list[dict[str, Any]]]:
    """All that is stored, but for versions."""
    return {
        model.__name__: [
            {name: row[name] for name in row if name != "version"}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in MODELS
    }


def exported(contract: Contract) -> list[Any]:
    return [list(table.rows) for table in export_tables(contract)]


# --- as before ----------------------------------------------------------------------------------------------


def test_what_an_import_created_is_removed(contract, agent):
    before = content()
    undone(applied(workbook(["1.1-01", "1.1-02"]), agent), agent)
    assert content() == before and not Action.objects.exists() and not Organisation.objects.exists()


def test_what_an_import_changed_is_what_it_was(contract, agent):
    applied(workbook(["1.1-01", "1.1-02"], partners="AIJAM; Imanis"), agent)
    before, sheets = content(), exported(contract)
    later = workbook(["1.1-01", "1.1-03"], title="Autre", lead="Imanis", partners="Valimmo", cost=20)
    batch = applied(later, agent)
    assert exported(contract) != sheets
    undone(batch, agent)
    assert content() == before and exported(contract) == sheets


def test_the_report_is_the_same_after_as_before(contract, agent):
    applied(workbook(["1.1-01", "1.1-02"]), agent)
    before = report_as_json(report_of(contract, 2010))
    undone(applied(workbook(["1.1-01", "1.1-09"], lead="Imanis", cost=99), agent), agent)
    assert report_as_json(report_of(contract, 2010)) == before


def test_the_same_file_can_be_imported_again(contract, agent):
    file = workbook(["1.1-01"])
    batch = applied(file, agent)
    sheets = exported(contract)
    undone(batch, agent)
    applied(file, agent)
    assert exported(contract) == sheets


def test_imports_are_undone_one_after_the_other(contract, agent):
    empty = content()
    first = applied(workbook(["1.1-01"]), agent)
    after_first = content()
    second = applied(workbook(["1.1-01"], title="Deuxième", cost=2), agent)
    undone(second, agent)
    assert content() == after_first
    kept = undone(first, agent)["kept"]
    assert kept  # the history of the rows has gone on: they count as edited since
    assert content() != empty


def test_the_undo_stands_in_the_history_the_transitions_and_the_journal(contract, agent):
    applied(workbook(["1.1-01"]), agent)
    year = ActionYear.objects.get()
    rows = [("cops-2009", "1.1-01", 2010, "oui", "en_cours", 1, 100)]
    batch = applied(write_xlsx([Table("programmation", YEARS, rows)]), agent)
    undone(batch, agent)
    record = year.history.first()
    assert (record.history_type, record.history_user) == ("~", agent)
    assert record.history_change_reason == "Annulation de l’import de actions.xlsx"
    assert record.version == ActionYear.objects.get().version == 3
    last = Transition.objects.first()
    assert (last.from_status, last.to_status, last.by) == (Status.IN_PROGRESS, Status.DONE, agent)
    assert Event.objects.filter(action=Event.Action.UNDONE, actor=agent).count() == 1


# --- what is kept and named ---------------------------------------------------------------------------------


def named(outcome: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(one["sheet"], one["row"], one["reference"]) for one in outcome["kept"]]


def test_a_row_edited_since_is_kept_and_named_with_what_it_needs(contract, agent):
    batch = applied(workbook(["1.1-01", "1.1-02"]), agent)
    year = ActionYear.objects.get(action__reference="1.1-02")
    year.comment = "Vérifié"
    year.save()
    outcome = undone(batch, agent)
    assert list(Action.objects.values_list("reference", flat=True)) == ["1.1-02"]
    assert ActionYear.objects.get().comment == "Vérifié" and not Funding.objects.exists()
    assert ("programmation", 3, "1.1-02, 2010") in named(outcome)
    assert ("actions", 3, "1.1-02") in named(outcome)
    assert ("organismes", 0, "Hamoval") in named(outcome)
    assert {one["why"] for one in outcome["kept"]} >= {"modifié depuis l’import"}


def test_a_changed_row_edited_since_keeps_what_was_typed(contract, agent):
    applied(workbook(["1.1-01"]), agent)
    batch = applied(workbook(["1.1-01"], cost=20), agent)
    funding = Funding.objects.get()
    funding.paid = Decimal(3)
    funding.save()
    outcome = undone(batch, agent)
    funding.refresh_from_db()
    assert (funding.granted, funding.paid) == (Decimal(20), Decimal(3))
    assert ActionYear.objects.get().actual_cost == Decimal(10)
    assert named(outcome) == [("financements", 2, "1.1-01, 2010, FIPD")]


def test_what_others_refer_to_since_is_kept(contract, agent):
    batch = applied(workbook(["1.1-01"]), agent)
    factories.FundingFactory(action_year=ActionYear.objects.get())
    outcome = undone(batch, agent)
    assert ActionYear.objects.get().action == Action.objects.get()
    assert ("programmation", 2, "1.1-01, 2010") in named(outcome)
    assert Funding.objects.count() == 1


def test_an_organisation_that_somebody_uses_since_is_kept(contract, agent):
    batch = applied(workbook(["1.1-01"], partners="AIJAM"), agent)
    factories.PersonFactory(organisation=Organisation.objects.get(name="AIJAM"))
    outcome = undone(batch, agent)
    assert ("organismes", 0, "AIJAM") in named(outcome)
    assert Organisation.objects.get(name="AIJAM") and not Organisation.objects.filter(name="Hamoval")


def test_a_partner_of_an_action_that_is_kept_is_kept_with_it(contract, agent):
    applied(workbook(["1.1-01"], partners="AIJAM"), agent)
    batch = applied(workbook(["1.1-01"], partners="Imanis"), agent)
    Action.objects.get().save()
    outcome = undone(batch, agent)
    assert Partnership.objects.get().organisation.name == "Imanis"
    assert ("organismes", 0, "Imanis") in named(outcome)


def test_what_is_attached_to_an_action_since_keeps_it(contract, agent):
    batch = applied(workbook(["1.1-01"]), agent)
    factories.AttachmentFactory(target=Action.objects.get())
    assert ("actions", 2, "1.1-01") in named(undone(batch, agent))


def test_the_plan_of_a_programme_adopted_since_is_kept(contract, agent):
    batch = applied(workbook(["1.1-01"]), agent)
    factories.ProgrammeFactory(contract=contract, year=2010)
    outcome = undone(batch, agent)
    assert ActionYear.objects.get().planned_budget == Decimal(100)
    assert {one["why"] for one in outcome["kept"]} >= {"le programme de l’année est adopté depuis"}


def test_a_row_deleted_since_is_no_obstacle(contract, agent):
    batch = applied(workbook(["1.1-01", "1.1-02"]), agent)
    Action.objects.get(reference="1.1-01").delete()
    outcome = undone(batch, agent)
    assert not outcome["kept"] and not Action.objects.exists()


# --- once, on the site --------------------------------------------------------------------------------------


def test_an_import_is_undone_once(contract, agent):
    batch = applied(workbook(["1.1-01"]), agent)
    seen = undo_outcome(batch)["digest"]
    assert undo(batch, seen=seen, user=agent) is Undone.DONE
    assert undo(batch, seen=seen, user=agent) is Undone.ALREADY


def test_an_undo_that_would_do_something_else_is_shown_again(contract, agent):
    batch = applied(workbook(["1.1-01"]), agent)
    seen = undo_outcome(batch)["digest"]
    Funding.objects.get().save()
    assert undo(batch, seen=seen, user=agent) is Undone.PLAN_CHANGED
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.APPLIED and Action.objects.count() == 1


def test_the_pages_lead_through_the_undo(contract, agent, agent_client):
    batch = applied(workbook(["1.1-01"]), agent)
    address = reverse("import_undo", args=[batch.pk])
    assert address in agent_client.get(reverse("import_preview", args=[batch.pk])).content.decode()
    asked = agent_client.get(address).content.decode()
    assert "À retirer" in asked and Action.objects.exists()
    done = agent_client.post(address, {"seen": undo_outcome(batch)["digest"]}, follow=True).content.decode()
    assert "L’import est annulé." in done and "Alix Agent" in done and not Action.objects.exists()
    batch.refresh_from_db()
    assert (batch.state, batch.undone_by) == (ImportBatch.State.UNDONE, agent)
    assert "déjà annulé" in agent_client.post(address, {"seen": ""}, follow=True).content.decode()
    assert "Annulé" in agent_client.get(reverse("import_upload")).content.decode()


def test_what_is_kept_is_listed_for_a_spreadsheet(contract, agent, agent_client):
    batch = applied(workbook(["1.1-01"]), agent)
    Funding.objects.get().save()
    address = reverse("import_kept", args=[batch.pk])
    assert "1.1-01, 2010, FIPD" in agent_client.get(address).content.decode("utf-8-sig")
    undone(batch, agent)
    assert "1.1-01, 2010, FIPD" in agent_client.get(address).content.decode("utf-8-sig")


def test_an_import_that_was_not_applied_has_nothing_to_undo(contract, agent, agent_client):
    batch = imports.receive(workbook(["1.1-01"]), "actions.xlsx", contract=None, user=agent)
    address = reverse("import_undo", args=[batch.pk])
    assert agent_client.get(address).status_code == 302
    assert agent_client.get(reverse("import_kept", args=[batch.pk])).status_code == 404
    assert undo(batch, seen="", user=agent) is Undone.ALREADY


def test_an_undone_import_cannot_be_confirmed_again(contract, agent):
    batch = applied(workbook(["1.1-01"]), agent)
    digest = batch.outcome["digest"]
    undone(batch, agent)
    assert imports.confirm(batch, seen=digest, user=agent) is imports.Confirmation.ALREADY_APPLIED
    assert not Action.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_rows(contract, agent):
    counts = []
    for number in (2, 60):
        batch = applied(workbook([f"1.1-{one:03}" for one in range(number)]), agent)
        with CaptureQueriesContext(connection) as queries:
            undone(batch, agent)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- any sequence -------------------------------------------------------------------------------------------

EDITS = ["comment", "fund", "unfund", "title", "partner", "drop", "none"]


def edit(kind: str, number: int) -> None:
    actions = list(Action.objects.order_by("pk"))
    action = actions[number % len(actions)]
    year = action.years.first()
    if kind == "title":
        action.title = f"Titre {number}"
        action.save()
    elif kind == "partner":
        factories.PartnershipFactory(action=action)
        action.save()
    elif year is not None and kind == "comment":
        year.comment = f"Note {number}"
        year.save()
    elif year is not None and kind == "fund":
        factories.FundingFactory(action_year=year)
    elif year is not None and kind == "unfund":
        for row in year.fundings.all():
            row.delete()
    elif year is not None and kind == "drop":
        year.delete()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 5)), max_size=5))
def test_whatever_was_edited_since_stays_and_the_rest_is_as_before(contract, agent, edits):
    Action.objects.all().delete()
    Organisation.objects.filter(led_actions=None, fundings=None, partnerships=None, councils=None).delete()
    applied(workbook(["1.1-01", "1.1-02"], partners="AIJAM"), agent)
    before = _by_key()
    batch = applied(workbook(["1.1-01", "1.1-02", "1.1-03"], title="Autre", partners="Imanis", cost=7), agent)
    for kind, number in edits:
        edit(kind, number)
    outcome = undone(batch, agent)
    after = _by_key()
    references = {reference.split(", ")[0] for _, _, reference in named(outcome)}
    if all(kind == "none" for kind, _ in edits):
        assert after == before
    assert not any(key[1] == "1.1-03" for key in after if key[1] not in references)


def _by_key() -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for action in Action.objects.order_by("pk"):
        partners = sorted(action.partners.values_list("name", flat=True))
        found["action", action.reference] = (action.title, action.lead_id, partners)
        for year in action.years.all():
            found[f"year {year.year}", action.reference] = (year.actual_cost, year.comment)
            for funding in year.fundings.all():
                found[f"funding {funding.funder_id}", action.reference] = funding.granted
    return found
