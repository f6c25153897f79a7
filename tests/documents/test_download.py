"""Waiting for a document and taking it away: what is told, to whom it is given, and how safely."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cops.audit.models import Event
from cops.documents import subjects
from cops.documents.models import Document, Rendering
from cops.documents.preparation import NEWS, SOON
from cops.users.models import User
from governance.models import Designation
from tests.factories import DocumentFactory, RenderingFactory

pytestmark = pytest.mark.django_db

OWNER = Document.Visibility.OWNER


def address(document: Document) -> str:
    return reverse("document_download", args=[document.pk])


def status_of(client: Client, document: Document) -> int:
    return client.get(address(document)).status_code


def text_of(response: object) -> str:
    """The words of an answer, with single plain spaces."""
    content = response.content.decode().replace("&nbsp;", " ").replace("\u00a0", " ")  # type: ignore[attr-defined]
    return " ".join(content.split())


# --- the file ---------------------------------------------------------------------------------------------


def test_the_file_is_saved_and_never_run(agent: User, agent_client: Client) -> None:
    document = DocumentFactory(content=b"%PDF-1.7 essai", filename="évaluation 2012.pdf")
    response = agent_client.get(address(document))
    assert response.content == b"%PDF-1.7 essai"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith(
        "attachment; filename*=utf-8''%C3%A9valuation%202012.pdf"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["Cache-Control"] == "no-store, private"


def test_html_kept_by_mistake_is_not_run_either(agent_client: Client) -> None:
    document = DocumentFactory(
        content=b"<script>alert(1)</script>", content_type="text/html", filename="x.html"
    )
    response = agent_client.get(address(document))
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert "allow-scripts" not in response["Content-Security-Policy"]


def test_taking_a_document_is_noted_with_its_reader(agent: User, agent_client: Client) -> None:
    document = DocumentFactory()
    agent_client.head(address(document))
    assert not Event.objects.filter(action=Event.Action.DOWNLOADED).exists()
    assert status_of(agent_client, document) == 200
    event = Event.objects.get(action=Event.Action.DOWNLOADED)
    assert (event.actor, event.subject_id, event.summary) == (agent, str(document.pk), document.title)


@pytest.mark.parametrize(
    ("owner", "visibility", "readers"),
    [
        ("agent", "staff", {"agent", "administrator"}),
        ("member", "staff", {"agent", "administrator"}),
        ("member", "owner", {"agent", "administrator", "member"}),
        ("lead", "owner", {"agent", "administrator"}),
        ("stranger", "owner", {"agent", "administrator"}),
    ],
)
def test_only_those_who_may_read_it_get_a_document(
    owner: str, visibility: str, readers: set[str], request: pytest.FixtureRequest, client_of: Callable
) -> None:
    document = DocumentFactory(created_by=request.getfixturevalue(owner), visibility=visibility)
    for reader in ("agent", "administrator", "member", "lead", "stranger"):
        status = status_of(client_of(request.getfixturevalue(reader)), document)
        assert status == (200 if reader in readers else 404), reader


def test_a_mandate_that_ended_closes_ones_own_papers(member: User, member_client: Client) -> None:
    document = DocumentFactory(created_by=member, visibility=OWNER)
    assert status_of(member_client, document) == 200
    Designation.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert status_of(member_client, document) == 404


def test_a_visitor_logs_in_first(client: Client) -> None:
    assert client.get(address(DocumentFactory())).status_code == 302


def test_a_file_that_is_gone_is_told(agent_client: Client) -> None:
    document = DocumentFactory()
    Path(document.file.path).unlink()
    response = agent_client.get(address(document))
    assert response.status_code == 404
    assert "n’est plus à sa place" in text_of(response)
    assert not Event.objects.filter(action=Event.Action.DOWNLOADED).exists()


# --- the waiting ------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(agent: User) -> Rendering:
    return RenderingFactory(requested_by=agent, subject="evaluation/cops-2009/2012")


def page(client: Client, rendering: Rendering, name: str = "rendering_detail") -> str:
    response = client.get(reverse(name, args=[rendering.pk]))
    assert response.status_code == 200
    return text_of(response)


def test_the_page_asks_again_each_second_and_offers_a_link(waiting: Rendering, agent_client: Client) -> None:
    shown = page(agent_client, waiting)
    assert f'data-follow="{reverse("rendering_progress", args=[waiting.pk])}"' in shown
    assert 'data-follow-every="1"' in shown
    assert f'href="{reverse("rendering_detail", args=[waiting.pk])}"' in shown
    assert "La préparation va commencer." in shown
    assert "Évaluation 2012 du contrat cops-2009" in shown


def test_the_part_that_changes_is_followed_until_it_is_over(waiting: Rendering, agent_client: Client) -> None:
    waiting.report("Mise en page : page 12")
    fragment = page(agent_client, waiting, "rendering_progress")
    assert "<html" not in fragment
    assert "Mise en page : page 12" in fragment
    assert 'data-follow="' in fragment
    assert 'data-news="En préparation. Mise en page : page 12"' in fragment
    waiting.succeed(DocumentFactory())
    fragment = page(agent_client, waiting, "rendering_progress")
    assert 'data-follow="' not in fragment
    assert 'data-news="Le document est prêt. "' in fragment


def test_a_document_that_is_ready_is_offered(waiting: Rendering, agent_client: Client) -> None:
    document = DocumentFactory(content=b"x" * 2048)
    waiting.succeed(document)
    shown = page(agent_client, waiting)
    assert address(document) in shown
    assert "Télécharger le PDF (2,0 Kio)" in shown
    assert "Actualiser" not in shown


def test_without_a_worker_the_page_says_so_after_a_while(waiting: Rendering, agent_client: Client) -> None:
    with time_machine.travel(waiting.requested_at + SOON + timedelta(seconds=1)):
        assert "occupé à autre chose ou arrêté" in page(agent_client, waiting)


def test_behind_another_document_the_page_says_so(waiting: Rendering, agent_client: Client) -> None:
    with time_machine.travel(waiting.requested_at + SOON + timedelta(seconds=1)):
        RenderingFactory(subject="evaluation/cops-2009/2013").report("Mise en page : page 3")
        assert "Un autre document est en préparation avant le vôtre." in page(agent_client, waiting)


def test_after_two_minutes_the_page_asks_less_often(waiting: Rendering, agent_client: Client) -> None:
    with time_machine.travel(waiting.requested_at + timedelta(minutes=3)):
        assert 'data-follow-every="5"' in page(agent_client, waiting)


def test_without_news_for_a_minute_the_page_says_since_when(waiting: Rendering, agent_client: Client) -> None:
    waiting.report("Mise en page : page 3")
    with time_machine.travel(waiting.updated_at + NEWS + timedelta(seconds=1)):
        assert "Aucune nouvelle depuis le" in page(agent_client, waiting)


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_one_that_stopped_can_be_asked_for_again(
    state: str, waiting: Rendering, agent_client: Client
) -> None:
    Rendering.objects.filter(pk=waiting.pk).update(state=state)
    with time_machine.travel(waiting.updated_at + Rendering.PATIENCE + timedelta(seconds=1)):
        shown = page(agent_client, waiting)
    assert "La préparation s’est arrêtée sans finir." in shown
    assert f'action="{reverse("evaluation_pdf", args=["cops-2009", 2012])}"' in shown
    assert "Demander de nouveau" in shown
    assert "data-hx-get" not in shown


def test_a_failure_says_why_and_can_be_asked_for_again(waiting: Rendering, agent_client: Client) -> None:
    waiting.fail("Les PDF ne peuvent pas être produits : la bibliothèque Pango manque.")
    shown = page(agent_client, waiting)
    assert "La préparation a échoué" in shown
    assert "la bibliothèque Pango manque" in shown
    assert "Demander de nouveau" in shown


def test_a_document_thrown_away_since_can_be_asked_for_again(
    waiting: Rendering, agent_client: Client
) -> None:
    document = DocumentFactory()
    waiting.succeed(document)
    document.delete()
    shown = page(agent_client, waiting)
    assert "Ce document n’est plus conservé." in shown
    assert "Demander de nouveau" in shown


def test_a_subject_that_no_room_knows_is_shown_without_retry(agent: User, agent_client: Client) -> None:
    rendering = RenderingFactory(requested_by=agent, subject="autre/chose")
    rendering.fail("Échec.")
    shown = page(agent_client, rendering)
    assert "autre/chose" in shown
    assert "Demander de nouveau" not in shown
    assert subjects.subject_of(rendering) == subjects.Subject("autre/chose")


@pytest.mark.parametrize("name", ["rendering_detail", "rendering_progress"])
def test_nobody_sees_the_preparation_of_another(
    name: str, waiting: Rendering, administrator_client: Client, member_client: Client
) -> None:
    for client in (administrator_client, member_client):
        assert client.get(reverse(name, args=[waiting.pk])).status_code == 404


def test_waiting_costs_the_same_few_queries(
    waiting: Rendering, agent_client: Client, django_assert_num_queries: Callable
) -> None:
    with django_assert_num_queries(3):  # session, account, preparation
        page(agent_client, waiting, "rendering_progress")
