"""The PDF of the evaluation: its pages, navigation and accessibility; how it is asked for and made."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import page as page_validation
import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from contracts.models import Contract
from cops.audit.models import Event
from cops.documents import production
from cops.documents.asking import AT_ONCE, TooManyRenderings, ask_for
from cops.documents.models import Document, Rendering
from cops.documents.tasks import prepare_document
from cops.lib.background import BackgroundFailure
from cops.lib.pdf import PdfUnavailableError
from cops.users.models import User
from evaluation import preparation, rendering
from evaluation.preparation import Asked
from evaluation.report import YearReport
from governance.models import Designation
from tests.evaluation.report_rows import action, funding, indicator, report_of
from tests.factories import (
    ActionFactory,
    ActionYearFactory,
    ContractFactory,
    ObjectiveFactory,
    RenderingFactory,
)

pytestmark = [pytest.mark.pdf, pytest.mark.once]

EVIL = '<script>alert(1)</script><img src="http://127.0.0.1:9/secret"><b>gras</b></table>'
LONG_WORD = "Anticonstitutionnellement" * 8
OBJECTIVES = ("1.1", "1.2", "2.1")


def rich_report(actions: int) -> YearReport:
    """Actions of every status, with long words, HTML and a comment of 5,000 words among their texts."""
    rows = []
    for key in range(1, actions + 1):
        status = ("done", "partial", "not_done", "unreported")[key % 4]
        rows += [
            action(
                key,
                reference=f"R-{key:03}",
                title=(f"Action d’été n° {key}", LONG_WORD, EVIL)[key % 3],
                objective=OBJECTIVES[key % 3],
                lead="Ville de Châlette-sur-Loing",
                status=status,
                reason={"partial": "funding", "not_done": "other"}.get(status, ""),
                comment="mot " * 5000 if key == 2 else EVIL,
                description=EVIL,
                impact="Œuvre utile : ça a marché.",
                unit="people",
                planned_budget_cents=1_000_000_00 + key,
                actual_cost_cents=999_99 if status == "done" else None,
                planned_count=100,
                actual_count=90 if status == "done" else None,
                confidential=key == 3,
            ),
            indicator(key, name=f"Indicateur {EVIL}", target_e4=50_0000, value_e4=40_0000),
            funding(key, funder=LONG_WORD, requested_cents=500_00),
        ]
    return report_of(*rows)


@pytest.fixture(scope="module")
def pdf(django_db_setup: None, django_db_blocker: object) -> Iterator[bytes]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield rendering.report_pdf(rich_report(6), provisional_on=date(2026, 11, 23))


@pytest.fixture(scope="module")
def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


@pytest.fixture(scope="module")
def texts(reader: PdfReader) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in reader.pages]


# --- the file ---------------------------------------------------------------------------------------------


def test_every_page_is_marked_provisional_with_its_date(texts: list[str]) -> None:
    assert len(texts) > 10
    assert [
        number for number, text in enumerate(texts, 1) if "PROVISOIRE – 23 novembre 2026" not in text
    ] == []


def test_every_page_tells_its_number_and_how_many_there_are(texts: list[str]) -> None:
    assert all(f"page {number} / {len(texts)}" in text for number, text in enumerate(texts, 1))


def test_pages_carry_the_contract_the_year_and_their_axis(texts: list[str]) -> None:
    assert all("Contrat 2009-2012 – Évaluation de l’année 2012" in text for text in texts[1:])
    sheet = next(text for text in texts if "R-005" in text and "Prévu et réalisé" in text)
    assert "Axe 2 – Prévention" in sheet


def test_the_cover_says_what_it_is(texts: list[str]) -> None:
    assert "Contrat 2009-2012 Évaluation de l’année 2012" in texts[0]
    assert "Réservé au service : ce document montre 1 action confidentielle." in texts[0]


def test_every_action_has_its_sheet_on_a_page_of_its_own(texts: list[str]) -> None:
    for key in range(1, 7):
        starts = [text for text in texts if f"R-00{key}" in text and "Prévu et réalisé" in text]
        assert len(starts) == 1, key


def test_the_contents_give_the_page_of_every_part(texts: list[str]) -> None:
    contents = texts[1].replace(" .", "")
    for title, opening in (
        ("Efficience", "Par exemple : coût"),
        ("Ce qui manque", "Ces données ne sont pas"),
    ):
        number = next(place for place, text in enumerate(texts, 1) if opening in text and place > 2)
        assert f"{title} {number} " in f"{contents} "


def test_a_long_comment_is_there_to_its_last_word(texts: list[str]) -> None:
    excerpts = 75
    assert sum(text.split().count("mot") for text in texts) == 5000 + excerpts


def test_tables_repeat_their_headings_on_each_page(texts: list[str]) -> None:
    pages = [text for text in texts if "Indicateur Référence Cible Valeur Atteinte" in text]
    assert len(pages) >= 7  # the list of indicators and the six sheets


def test_html_in_a_field_is_read_not_obeyed(reader: PdfReader, texts: list[str]) -> None:
    assert sum(text.count("alert(1)") for text in texts) > 20
    uris = [
        annotation.get_object()["/A"].get("/URI")
        for page in reader.pages
        for annotation in page.get("/Annots", [])
        if "/A" in annotation.get_object()
    ]
    assert [uri for uri in uris if uri] == []


def test_the_outline_leads_to_parts_axes_and_sheets(reader: PdfReader) -> None:
    titles: list[str] = []

    def walk(items: list) -> None:
        for item in items:
            if isinstance(item, list):
                walk(item)
            else:
                titles.append(item.title)

    walk(reader.outline)
    assert {"Sommaire", "Effectivité", "Efficacité", "Efficience", "Axe 2 – Prévention"} <= set(titles)
    assert sum(title.startswith("R-00") for title in titles) == 6


def test_the_file_is_accessible_and_says_its_language_and_title(pdf: bytes, reader: PdfReader) -> None:
    verdict = page_validation.validate_pdf_bytes(pdf, profile="ua1")
    assert [(failure.rule_id, failure.message) for failure in verdict.failures] == []
    assert reader.root_object["/Lang"] == "fr"
    assert reader.metadata is not None
    assert reader.metadata.title == "Évaluation 2012 – Contrat 2009-2012 (provisoire)"


@pytest.mark.soak
@pytest.mark.django_db
def test_two_hundred_and_fifty_actions_become_a_pdf() -> None:
    lines: list[str] = []
    content = rendering.report_pdf(
        rich_report(250), provisional_on=date(2026, 11, 23), on_progress=lines.append
    )
    assert len(PdfReader(io.BytesIO(content)).pages) > 250
    assert len(content) < 10 * 2**20
    assert lines[-1] == "Écriture du PDF"


# --- asking for it, and making it -------------------------------------------------------------------------

ASK = reverse("evaluation_pdf", args=["cops-2009", 2012])


@pytest.fixture
def contract(db: None) -> Contract:
    contract = ContractFactory(code="cops-2009", title="Contrat 2009-2012")
    objective = ObjectiveFactory(contract=contract, axis__number=1, code="1.1")
    for reference, is_confidential in (("R-001", False), ("R-002", True)):
        row = ActionFactory(
            contract=contract, objective=objective, reference=reference, is_confidential=is_confidential
        )
        ActionYearFactory(action=row)
    return contract


def made(contract: Contract, by: User) -> Rendering:
    """A rendering as the worker left it."""
    rendering = ask_for(Asked(contract.code, 2012).subject, by=by)
    prepare_document.call(rendering.pk)
    rendering.refresh_from_db()
    return rendering


def text_of(document: Document) -> str:
    with document.file.open("rb") as file:
        return " ".join(page.extract_text() for page in PdfReader(file).pages)


def test_asking_leads_to_the_page_that_waits(
    contract: Contract, agent: User, agent_client: Client, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:  # type: ignore[operator]
        response = agent_client.post(ASK)
    rendering = Rendering.objects.get()
    assert response["Location"] == reverse("rendering_detail", args=[rendering.pk])
    assert (rendering.requested_by, rendering.subject) == (agent, "evaluation/cops-2009/2012")
    assert (rendering.state, len(callbacks)) == ("waiting", 1)


def test_getting_the_address_asks_for_nothing(contract: Contract, agent_client: Client) -> None:
    assert agent_client.get(ASK).status_code == 405
    assert not Rendering.objects.exists()


def test_the_worker_keeps_the_pdf_for_the_service(contract: Contract, agent: User) -> None:
    rendering = made(contract, agent)
    assert rendering.state == "done"
    document = rendering.document
    assert document is not None
    assert (document.kind, document.visibility, document.created_by) == ("report_draft", "staff", agent)
    assert document.content_type == "application/pdf"
    assert document.filename.startswith("evaluation-cops-2009-2012-provisoire-")
    text = text_of(document)
    assert "R-001" in text
    assert "R-002" in text
    assert Event.objects.get(action=Event.Action.RENDERED).actor == agent


def test_a_member_gets_their_own_without_confidential_actions(contract: Contract, member: User) -> None:
    document = made(contract, member).document
    assert document is not None
    assert (document.visibility, document.created_by) == ("owner", member)
    text = text_of(document)
    assert "R-001" in text
    assert "R-002" not in text
    assert "1 action confidentielle est comptée" in " ".join(text.split())


def test_who_lost_the_right_meanwhile_gets_nothing(contract: Contract, member: User) -> None:
    rendering = ask_for(Asked(contract.code, 2012).subject, by=member)
    Designation.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    prepare_document.call(rendering.pk)
    rendering.refresh_from_db()
    assert (rendering.state, rendering.progress) == ("failed", preparation.NO_LONGER_OPEN)
    assert not Document.objects.exists()


def test_asking_twice_is_asking_once(contract: Contract, agent: User) -> None:
    first = ask_for(Asked(contract.code, 2012).subject, by=agent)
    assert ask_for(Asked(contract.code, 2012).subject, by=agent) == first


def test_a_made_one_can_be_asked_for_again(contract: Contract, agent: User) -> None:
    first = RenderingFactory(requested_by=agent, subject="evaluation/cops-2009/2012", state="done")
    assert ask_for(Asked(contract.code, 2012).subject, by=agent) != first


def test_one_whose_worker_died_is_given_up_and_made_anew(contract: Contract, agent: User) -> None:
    stuck = ask_for(Asked(contract.code, 2012).subject, by=agent)
    stuck.report("Mise en page : page 3")
    with time_machine.travel(timezone.now() + Rendering.PATIENCE + timedelta(seconds=1)):
        anew = ask_for(Asked(contract.code, 2012).subject, by=agent)
    assert anew != stuck
    stuck.refresh_from_db()
    assert stuck.state == "failed"
    prepare_document.call(stuck.pk)  # its task is still in the queue
    assert not Document.objects.exists()


def test_a_worker_that_was_given_up_keeps_nothing(
    contract: Contract, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendering = ask_for(Asked(contract.code, 2012).subject, by=agent)

    def slow(*args: object, **kwargs: object) -> bytes:
        Rendering.objects.get(pk=rendering.pk).fail("Demandé de nouveau")
        return b"%PDF-1.7"

    monkeypatch.setattr(preparation, "report_pdf", slow)
    prepare_document.call(rendering.pk)
    rendering.refresh_from_db()
    assert (rendering.state, rendering.progress) == ("failed", "Demandé de nouveau")
    assert not Document.objects.exists()


def test_nobody_fills_the_queue(contract: Contract, agent: User, agent_client: Client) -> None:
    for year in range(2009, 2009 + AT_ONCE):
        ask_for(Asked(contract.code, year).subject, by=agent)
    with pytest.raises(TooManyRenderings):
        ask_for(Asked(contract.code, 2012).subject, by=agent)
    response = agent_client.post(ASK, follow=True)
    assert "Vous avez déjà 3 documents en préparation" in response.content.decode()
    assert Rendering.objects.count() == AT_ONCE


def test_a_failure_is_told_in_its_own_words(
    contract: Contract, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*args: object, **kwargs: object) -> bytes:
        raise PdfUnavailableError("Les PDF ne peuvent pas être produits : la bibliothèque Pango manque.")

    monkeypatch.setattr(preparation, "report_pdf", missing)
    rendering = made(contract, agent)
    assert rendering.state == "failed"
    assert rendering.progress == "Les PDF ne peuvent pas être produits : la bibliothèque Pango manque."


def test_the_longest_failure_fits_whole() -> None:
    from cops.lib import pdf

    longest = Rendering._meta.get_field("progress").max_length
    for message in (pdf._MISSING_LIBRARY, production.UNEXPECTED, preparation.NO_LONGER_OPEN):
        assert len(message) <= longest, message


def test_an_unexpected_failure_is_told_and_not_swallowed(
    contract: Contract, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> bytes:
        raise ZeroDivisionError(agent.email)

    monkeypatch.setattr(preparation, "report_pdf", broken)
    rendering = ask_for(Asked(contract.code, 2012).subject, by=agent)
    with pytest.raises(BackgroundFailure, match="ZeroDivisionError") as failed:
        prepare_document.call(rendering.pk)
    assert agent.email not in str(failed.value)
    rendering.refresh_from_db()
    assert (rendering.state, rendering.progress) == ("failed", production.UNEXPECTED)


def test_a_contract_with_the_longest_title_has_a_document(contract: Contract, agent: User) -> None:
    Contract.objects.filter(pk=contract.pk).update(title="É" * 200)
    document = made(contract, agent).document
    assert document is not None
    assert len(document.title) == 200
    assert ", provisoire du " in document.title


def test_the_page_of_the_year_offers_the_latest_pdf(
    contract: Contract, agent: User, agent_client: Client
) -> None:
    rendering = made(contract, agent)
    assert rendering.document is not None
    page = agent_client.get(reverse("evaluation_year", args=["cops-2009", 2012])).content.decode()
    assert reverse("document_download", args=[rendering.document.pk]) in page
    assert "Dernier PDF préparé" in page


def test_the_page_of_the_year_leads_to_the_one_in_preparation(
    contract: Contract, agent: User, agent_client: Client
) -> None:
    rendering = ask_for(Asked(contract.code, 2012).subject, by=agent)
    page = agent_client.get(reverse("evaluation_year", args=["cops-2009", 2012])).content.decode()
    assert reverse("rendering_detail", args=[rendering.pk]) in page


def test_the_note_of_a_table_is_never_alone_on_a_page():
    from weasyprint import HTML

    style = Path(settings.BASE_DIR, "static/css/report-print.css").read_text("utf-8")
    for rows in range(30, 60):
        table = "".join(f"<tr><td>ligne {row}</td></tr>" for row in range(rows))
        html = (
            f"<style>{style}</style><div class='table-frame'><table>{table}</table></div>"
            "<p class='table-notes'>n.d. : non disponible.</p>"
        )
        last = PdfReader(io.BytesIO(HTML(string=html).write_pdf())).pages[-1].extract_text()
        assert "non disponible" in last
        assert "ligne" in last, f"the note of {rows} rows stands alone"
