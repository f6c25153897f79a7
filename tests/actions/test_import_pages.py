"""Workbooks on the site: sending, the preview, confirming once, what is refused, and downloading."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions import imports
from actions.imports import Confirmation, confirm, receive
from actions.models import Action, ActionYear, Transition
from actions.workbook import read_workbook
from contracts.models import Contract
from cops.audit.models import Event, ImportBatch
from cops.lib.bodies import BODY_MAX, FILE_MAX, VISITOR_BODY_MAX, BodyLimitMiddleware
from cops.lib.tables import Table, write_xlsx
from cops.users.models import User
from governance.models import Organisation
from tests.factories import (
    AgentFactory,
    ContractFactory,
    ObjectiveFactory,
)

ACTIONS = ("contrat", "objectif", "reference", "intitule", "pilote")
YEARS = ("contrat", "reference", "annee", "prevue", "statut", "cout_reel")


@pytest.fixture
def contract(db: None) -> Contract:
    contract = ContractFactory(code="cops-2009", title="Contrat 2009")
    ObjectiveFactory(contract=contract, code="1.1")
    return contract


def workbook(actions: list[tuple[Any, ...]] = (), years: list[tuple[Any, ...]] = ()) -> bytes:
    return write_xlsx([Table("actions", ACTIONS, actions), Table("programmation", YEARS, years)])


def row(reference: str = "1.1-01", title: str = "Médiation", lead: str = "Hamoval") -> tuple[Any, ...]:
    return ("cops-2009", "1.1", reference, title, lead)


def year(
    cost: Any = Decimal("12.50"), reference: str = "1.1-01", status: str = "realisee"
) -> tuple[Any, ...]:
    return ("cops-2009", reference, 2010, "oui", status, cost)


def send(client: Client, content: bytes, name: str = "actions.xlsx", **fields: str) -> ImportBatch:
    """Send a file that is kept, and give its batch."""
    data = {"file": SimpleUploadedFile(name, content), **fields}
    response = client.post(reverse("import_upload"), data)
    batch = ImportBatch.objects.latest("pk")
    assert response.status_code == 302 and response.headers["Location"] == page_of(batch)
    return batch


def page_of(batch: ImportBatch) -> str:
    return reverse("import_preview", args=[batch.pk])


def confirmed(client: Client, batch: ImportBatch, seen: str | None = None) -> str:
    """The page after the button of the preview was pressed."""
    seen = batch.outcome["digest"] if seen is None else seen
    return client.post(page_of(batch), {"seen": seen}, follow=True).content.decode()


def shown(client: Client, batch: ImportBatch) -> str:
    response = client.get(page_of(batch))
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("&nbsp;", " ").split())


# --- the preview --------------------------------------------------------------------------------------------


def test_the_preview_shows_what_looks_like_something_known_with_both_spellings(agent_client, contract):
    send(agent_client, workbook([row(lead="Département du Loiret")]))
    confirmed(agent_client, ImportBatch.objects.latest("pk"))
    batch = send(agent_client, workbook([row("1.1-1", lead="Departement Loiret")]))
    page = shown(agent_client, batch)
    assert "2 points à vérifier" in page and "À vérifier, feuille « actions »" in page
    assert "« Departement Loiret » ressemble à « Département du Loiret »" in page
    assert "« 1.1-1 – Médiation » ressemble à « 1.1-01 – Médiation »" in page
    assert "Import fait" in confirmed(agent_client, batch)
    assert "signalés avant l’import" in shown(agent_client, batch)


def test_a_preview_without_likeness_has_nothing_to_verify(agent_client, contract):
    assert "à vérifier" not in shown(agent_client, send(agent_client, workbook([row()])))


def test_sending_a_workbook_previews_it_and_imports_nothing(contract, agent, agent_client):
    batch = send(agent_client, workbook([row()], [year()]))
    assert (batch.state, batch.created_by, batch.filename) == (ImportBatch.State.READY, agent, "actions.xlsx")
    page = shown(agent_client, batch)
    assert "Confirmer l’import" in page and "Médiation" in page and "1 organisme à ajouter" in page
    assert not Action.objects.exists() and not Organisation.objects.exists()


def test_the_preview_shows_what_was_before_and_what_comes(contract, agent_client):
    confirmed(agent_client, send(agent_client, workbook([row()], [year()])))
    batch = send(agent_client, workbook([row(title="Médiation aux collèges")], [year(None, status="")]))
    page = shown(agent_client, batch)
    assert "<del>Médiation</del> → <ins>Médiation aux collèges</ins>" in page
    assert '<del>12,5</del> → <span class="unknown">vide</span>' in page
    assert "<del>realisee</del>" in page


def test_of_two_long_texts_the_part_that_differs_is_shown(contract, agent_client):
    begin = "mot " * 70
    confirmed(agent_client, send(agent_client, workbook([row(title=begin + "avant")])))
    page = shown(agent_client, send(agent_client, workbook([row(title=begin + "après")])))
    assert "avant</del>" in page and "après</ins>" in page


def test_a_long_preview_is_cut_and_says_how_much_there_is(contract, agent_client):
    batch = send(agent_client, workbook([row(f"1.1-{number:03}") for number in range(130)]))
    page = shown(agent_client, batch)
    assert page.count("1.1-0") == 100 and "et 30 autres lignes : 130 en tout" in page


def test_a_workbook_that_changes_nothing_offers_nothing_to_confirm(contract, agent_client):
    content = workbook([row()], [year()])
    confirmed(agent_client, send(agent_client, content))
    page = shown(agent_client, send(agent_client, content))
    assert "Rien ne changerait" in page and "Confirmer l’import" not in page


def test_a_contract_can_be_demanded(contract, agent_client):
    ContractFactory(code="autre")
    batch = send(agent_client, workbook([row()]), contract="autre")
    assert batch.state == ImportBatch.State.REFUSED and "autre" in shown(agent_client, batch)


# --- confirming ---------------------------------------------------------------------------------------------


def test_confirming_imports_and_says_what_was_done(contract, agent, agent_client):
    page = confirmed(agent_client, send(agent_client, workbook([row()], [year()])))
    assert "Import fait" in page and f"{reverse('action_list')}?contrat=cops-2009" in page
    stored = ActionYear.objects.get()
    assert (stored.action.title, stored.actual_cost) == ("Médiation", Decimal("12.50"))
    assert stored.history.get().history_user == agent
    batch = ImportBatch.objects.get()
    assert batch.state == ImportBatch.State.APPLIED and batch.applied_at is not None
    event = Event.objects.get(action=Event.Action.IMPORTED)
    assert event.actor == agent and "actions.xlsx" in event.summary


def test_confirming_twice_imports_once(contract, agent, agent_client):
    batch = send(agent_client, workbook([row()], [year()]))
    seen = batch.outcome["digest"]
    assert confirm(batch, seen=seen, user=agent) is Confirmation.APPLIED
    # The object in memory still says « ready », as in a second tab.
    assert confirm(batch, seen=seen, user=agent) is Confirmation.ALREADY_APPLIED
    assert "était déjà fait" in confirmed(agent_client, batch)
    assert Event.objects.filter(action=Event.Action.IMPORTED).count() == 1
    assert ActionYear.history.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_confirm_at_once_one_imports():
    if connection.vendor == "sqlite":
        pytest.skip("the test database of SQLite is in memory: threads cannot write to it together")
    contract = ContractFactory(code="cops-2009")
    ObjectiveFactory(contract=contract, code="1.1")
    agent = AgentFactory()
    batch = receive(workbook([row()], [year()]), "actions.xlsx", contract=None, user=agent)
    barrier = Barrier(8)

    def press(_: int) -> str:
        try:
            barrier.wait(10)
            return confirm(batch, seen=batch.outcome["digest"], user=agent).value
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        results = sorted(threads.map(press, range(8)))
    assert results == ["already applied"] * 7 + ["applied"]
    assert ActionYear.history.count() == 1


def test_data_changed_since_the_preview_are_shown_anew_and_nothing_is_imported(contract, agent_client):
    confirmed(agent_client, send(agent_client, workbook([row()], [year()])))
    batch = send(agent_client, workbook([row()], [year(Decimal("20"))]))
    stored = ActionYear.objects.get()
    stored.actual_cost = Decimal("15")
    stored.save()
    page = confirmed(agent_client, batch)
    assert "Les données ont changé depuis l’aperçu" in page and "<del>15</del>" in page
    assert ActionYear.objects.get().actual_cost == Decimal("15")
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.READY
    assert "Import fait" in confirmed(agent_client, batch)
    assert ActionYear.objects.get().actual_cost == Decimal("20")


def test_a_preview_that_no_longer_holds_is_refused_with_its_errors(contract, agent_client):
    batch = send(agent_client, workbook([row()], [year()]))
    Contract.objects.update(code="renomme")
    page = confirmed(agent_client, batch)
    assert "Les données ont changé" in page and not Action.objects.exists()
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.REFUSED


@pytest.mark.parametrize("seen", ["", "0" * 64, "\x00", "é"])
def test_only_the_plan_that_was_seen_is_applied(seen, contract, agent_client):
    batch = send(agent_client, workbook([row()]))
    assert "Les données ont changé" in confirmed(agent_client, batch, seen)
    assert not Action.objects.exists()


def test_the_preview_follows_a_change_of_status_into_its_transition(contract, agent, agent_client):
    confirmed(agent_client, send(agent_client, workbook([row()], [year(status="")])))
    confirmed(agent_client, send(agent_client, workbook([row()], [year()])))
    transition = Transition.objects.get()
    assert (transition.by, transition.from_status, transition.to_status) == (agent, "", "done")
    page = agent_client.get(reverse("action_detail", args=[Action.objects.get().pk])).content.decode()
    assert "Import de actions.xlsx" in page


# --- what is refused ----------------------------------------------------------------------------------------


def test_every_error_is_shown_at_its_sheet_row_and_column(contract, agent_client):
    faulty = [year("environ 500"), year(reference="inconnue"), ("cops-2009", "1.1-01", 2031, "oui", "", None)]
    batch = send(agent_client, workbook([row(lead="")], faulty))
    assert batch.state == ImportBatch.State.REFUSED
    groups = {group["sheet"]: group["faults"] for group in batch.outcome["fault_groups"]}
    assert [(fault["row"], fault["column"]) for fault in groups["actions"]] == [(2, "pilote")]
    found = [(fault["row"], fault["column"]) for fault in groups["programmation"]]
    assert found == [(2, "cout_reel"), (3, "reference"), (4, "annee")]
    page = shown(agent_client, batch)
    assert "4 erreurs" in page and "environ 500" in page and "Confirmer l’import" not in page
    assert not Action.objects.exists()


def test_a_refused_import_cannot_be_confirmed(contract, agent_client):
    batch = send(agent_client, workbook([row(lead="")]))
    confirmed(agent_client, batch)
    assert not Action.objects.exists()
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.REFUSED


def test_all_errors_can_be_downloaded(contract, agent_client, monkeypatch):
    monkeypatch.setattr(imports, "FAULTS_SHOWN", 3)
    faulty = [year("=1+1", f"1.1-{number:02}") for number in range(8)]
    batch = send(agent_client, workbook([row(f"1.1-{number:02}") for number in range(8)], faulty))
    assert "et 5 autres erreurs dans cette feuille" in shown(agent_client, batch)
    response = agent_client.get(reverse("import_errors", args=[batch.pk]))
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "feuille;ligne;colonne;valeur;message" and len(lines) == 9
    # A spreadsheet must not take what was found for a formula.
    assert lines[1].startswith("programmation;2;cout_reel;'=1+1;")
    assert response.headers["Content-Disposition"] == 'attachment; filename="erreurs-actions.csv"'


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b" " * (200 << 20))
    return target.getvalue()


def million_empty_rows() -> bytes:
    content = write_xlsx([Table("actions", ACTIONS, [])])
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as to,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                blank = "".join(f'<row r="{number}"/>' for number in range(2, 1_000_001)).encode()
                part = part.replace(b"</sheetData>", blank + b"</sheetData>")
            to.writestr(name, part)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("notes.xlsx", lambda: "Évaluation de l’été".encode("cp1252", "replace"), "n’est pas un classeur"),
        ("actions.csv", lambda: b"contrat;reference\r\ncops-2009;1", "n’est pas un classeur"),
        ("actions.xlsx", encrypted, "protégé par un mot de passe"),
        ("actions.xlsx", lambda: workbook([row()])[:-200], "endommagé"),
        ("actions.xlsx", lambda: b"PK\x03\x04" + b"\x00" * 100, "endommagé"),
        ("actions.ods", lambda: workbook([row()]), "Renommez-le en .xlsx"),
        ("actions.xlsx", bomb, "démesuré"),
    ],
)
def test_a_file_that_is_no_readable_workbook_is_refused_clearly(
    name, content, message, contract, agent_client
):
    batch = send(agent_client, content(), name)
    assert batch.state == ImportBatch.State.REFUSED
    page = shown(agent_client, batch)
    assert "Ce fichier ne peut pas être lu" in page and message in page and "Rien n’a été importé" in page


def test_a_million_empty_rows_are_empty_rows(contract, agent_client):
    assert "Rien ne changerait" in shown(agent_client, send(agent_client, million_empty_rows()))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "Choisissez le classeur à importer."),
        ({"file": "pas un fichier"}, "Choisissez le classeur à importer."),
        ({"file": SimpleUploadedFile("actions.xlsx", b"")}, "Ce fichier est vide."),
        (
            {"file": SimpleUploadedFile("a.xlsx", b"PK"), "contract": "inconnu"},
            "Ce contrat n’existe pas.",
        ),
    ],
)
def test_a_form_that_is_not_filled_in_says_what_is_missing(data, message, contract, agent_client):
    response = agent_client.post(reverse("import_upload"), data)
    assert response.status_code == 200 and message in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_file_above_the_limit_is_named_with_the_limit(contract, agent_client):
    file = SimpleUploadedFile("actions.xlsx", b"PK\x03\x04" + b"0" * FILE_MAX)
    page = agent_client.post(reverse("import_upload"), {"file": file}).content.decode()
    assert "Ce fichier pèse 11 Mo" in page and not ImportBatch.objects.exists()


def test_names_of_files_are_shown_as_text(contract, agent_client):
    batch = send(agent_client, workbook([row("<b>", "<script>x</script>", "<i>")]), "<img src=x>.xlsx")
    page = shown(agent_client, batch)
    assert "<script>x" not in page and "<img src=x>" not in page and "<i>" not in page


# --- how large a request may be -----------------------------------------------------------------------------


class Untouchable(io.RawIOBase):
    """A body that nobody may read."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


def test_a_body_above_the_limit_is_refused_unread_at_any_address(client, agent_client):
    for sender, length in ((client, VISITOR_BODY_MAX + 1), (agent_client, BODY_MAX + 1)):
        for path in (reverse("import_upload"), reverse("account_login"), "/nulle-part/"):
            response = sender.generic(
                "POST",
                path,
                content_type="multipart/form-data; boundary=x",
                **{"CONTENT_LENGTH": str(length), "wsgi.input": Untouchable()},
            )
            assert response.status_code == 413
            assert "Envoi trop volumineux" in response.content.decode()


@pytest.mark.parametrize("length", ["", "abc", "-1", "0"])
def test_a_length_that_is_none_counts_as_nothing(length):
    request = RequestFactory().post("/", CONTENT_LENGTH=length)
    assert BodyLimitMiddleware(lambda request: "passed")(request) == "passed"


# --- who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["import_upload", "workbook_template"])
def test_only_agents_may_send_workbooks(
    name, contract, client, agent_client, administrator_client, member_client, lead_client, stranger_client
):
    assert agent_client.get(reverse(name)).status_code == 200
    for refused in (administrator_client, member_client, lead_client, stranger_client):
        assert refused.get(reverse(name)).status_code == 403
        if name == "import_upload":
            assert refused.post(reverse(name), {"file": io.BytesIO(b"x")}).status_code == 403
    assert client.get(reverse(name)).headers["Location"].startswith("/compte/connexion/")


@pytest.mark.parametrize("name", ["import_preview", "import_errors"])
def test_an_import_exists_for_agents_only(
    name, contract, agent_client, administrator_client, member_client, lead_client, stranger_client
):
    url = reverse(name, args=[send(agent_client, workbook([row()])).pk])
    for refused in (administrator_client, member_client, lead_client, stranger_client):
        assert refused.get(url).status_code == 404
    assert administrator_client.post(url, {"seen": ""}).status_code in (404, 405)
    assert agent_client.get(url).status_code == 200
    assert agent_client.get(reverse(name, args=[999_999])).status_code == 404


def test_a_colleague_may_confirm_what_an_agent_sent(contract, agent_client, client_of):
    batch = send(agent_client, workbook([row()]))
    assert "Import fait" in confirmed(client_of(AgentFactory()), batch)


def test_confirming_wants_the_token_of_the_form(contract, agent, agent_client):
    batch = send(agent_client, workbook([row()]))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(agent)
    assert strict.post(page_of(batch), {"seen": batch.outcome["digest"]}).status_code == 403
    assert not Action.objects.exists()


# --- downloading --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("extension", ["xlsx", "ods"])
def test_a_downloaded_workbook_changes_nothing_when_sent_back(extension, contract, agent, agent_client):
    confirmed(agent_client, send(agent_client, workbook([row()], [year()])))
    response = agent_client.get(reverse("workbook_export", args=["cops-2009"]), {"format": extension})
    assert f'filename="cops-2009.{extension}"' in response.headers["Content-Disposition"]
    assert "Rien ne changerait" in shown(agent_client, send(agent_client, response.content, f"x.{extension}"))
    event = Event.objects.get(action=Event.Action.EXPORTED)
    assert event.actor == agent and event.subject_id == str(contract.pk)


def test_a_format_or_contract_that_does_not_exist_is_not_found(contract, agent_client):
    url = reverse("workbook_export", args=["cops-2009"])
    assert agent_client.get(url, {"format": "pdf"}).status_code == 404
    assert agent_client.get(url, {"format": "xlsx\x00"}).status_code == 404
    assert agent_client.get(reverse("workbook_export", args=["autre"])).status_code == 404
    assert not Event.objects.filter(action=Event.Action.EXPORTED).exists()


def test_only_agents_may_export(contract, administrator_client, member_client, stranger_client):
    for refused in (administrator_client, member_client, stranger_client):
        assert refused.get(reverse("workbook_export", args=["cops-2009"])).status_code == 403


@pytest.mark.parametrize("extension", ["xlsx", "ods"])
def test_the_empty_workbook_has_all_headings_and_no_row(extension, contract, agent_client):
    response = agent_client.get(reverse("workbook_template"), {"format": extension})
    read = read_workbook(response.content, f"modele.{extension}")
    assert [grid.name for grid in read.grids] == ["actions", "programmation", "indicateurs", "financements"]
    assert all(len(grid.rows) == 1 for grid in read.grids)
    batch = send(agent_client, response.content, f"modele.{extension}")
    assert "aucune ligne" in shown(agent_client, batch)


# --- cost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 20])
def test_the_preview_takes_as_many_queries_with_2_rows_as_with_20(
    count: int, contract: Contract, agent_client: Client, django_assert_num_queries: Any
) -> None:
    batch = send(agent_client, workbook([row(f"1.1-{number:02}") for number in range(count)]))
    with django_assert_num_queries(3):  # session, user, batch with its author
        agent_client.get(page_of(batch))


@pytest.mark.parametrize("count", [2, 20])
def test_the_upload_page_takes_as_many_queries_with_2_imports_as_with_20(
    count: int, contract: Contract, agent: User, agent_client: Client, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        receive(workbook([row()]), "actions.xlsx", contract=None, user=agent)
    with django_assert_num_queries(4):  # session, user, contracts, imports with authors
        agent_client.get(reverse("import_upload"))


def test_the_file_itself_stays_in_the_database_for_the_pages(contract, agent_client):
    batch = send(agent_client, workbook([row()]))
    for url in (page_of(batch), reverse("import_upload")):
        with CaptureQueriesContext(connection) as queries:
            agent_client.get(url)
        assert not any('"content"' in query["sql"] for query in queries)
