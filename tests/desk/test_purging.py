"""What is kept for a time only goes when it is over, and nothing before or beside it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from cops.audit.models import Event, ImportBatch, Submission
from cops.desk.purging import purge
from cops.documents import attachments
from cops.documents.contents import CheckedFile
from cops.documents.models import Attachment, Document, FormerVersion, Rendering
from cops.mail.models import AccessLink
from tests import factories

pytestmark = pytest.mark.django_db

START = datetime(2013, 6, 3, 8, tzinfo=UTC)


@pytest.fixture
def days_later():
    """A function that purges so many days after START, a second too early or a second too late."""

    def run(days: int, *, is_over: bool) -> dict[str, int]:
        now = START + timedelta(days=days, seconds=1 if is_over else -1)
        with time_machine.travel(now, tick=False):
            return {one.key: one.number for one in purge(now) if one.number}

    with time_machine.travel(START, tick=False):
        yield run


def gone_after(run, days: int, key: str, number: int = 1) -> None:
    """That a kind of thing is still there that many days later, and gone then."""
    assert key not in run(days, is_over=False)
    assert run(days, is_over=True)[key] == number


def made(agent, kind: str = "report_draft") -> Document:
    document = factories.DocumentFactory(kind=kind, created_by=agent, content=b"%PDF-1.7\nprovisoire")
    factories.RenderingFactory(requested_by=agent, state="done", document=document)
    return document


@pytest.mark.parametrize("kind", ["report_draft", "roster", "attendance", "crisis_report"])
def test_a_document_that_can_be_made_again_goes_after_thirty_days(
    agent, days_later, kind, django_capture_on_commit_callbacks
):
    document = made(agent, kind)
    with django_capture_on_commit_callbacks(execute=True):
        gone_after(days_later, 30, "prepared")
    assert not Document.objects.exists()
    assert not Rendering.objects.exists()
    assert not document.file.storage.exists(document.file.name)


def test_what_was_sent_stays(agent, days_later):
    letter = made(agent, "convocation")
    draft = made(agent)
    factories.MessageFactory().documents.add(letter, draft)
    days_later(3000, is_over=True)
    assert set(Document.objects.all()) == {letter, draft}
    assert letter.file.storage.exists(letter.file.name)


def test_a_withdrawn_paper_goes_after_a_year_with_all_its_versions(
    agent, days_later, django_capture_on_commit_callbacks
):
    kept, attachment = factories.AttachmentFactory(), factories.AttachmentFactory()
    attachments.replace(attachment, CheckedFile(b"deux", "b.txt", "text/plain"), by=agent)
    attachments.withdraw(attachment, by=agent)
    documents = [attachment.document, attachment.former_versions.get().document]
    with django_capture_on_commit_callbacks(execute=True):
        gone_after(days_later, 365, "withdrawn")
    assert Attachment.objects.get() == kept
    assert Document.objects.get() == kept.document
    assert not FormerVersion.objects.exists()
    assert not [one for one in documents if one.file.storage.exists(one.file.name)]
    assert kept.document.file.storage.exists(kept.document.file.name)


def test_an_import_that_was_never_applied_goes_after_thirty_days(agent, days_later):
    ready = factories.ImportBatchFactory(state="ready")
    refused = factories.ImportBatchFactory(state="refused")
    applied = factories.ImportBatchFactory(state="applied", applied_at=START)
    gone_after(days_later, 30, "imports", 2)
    assert ImportBatch.objects.get() == applied
    assert applied.content
    assert {ready.pk, refused.pk}.isdisjoint(ImportBatch.objects.values_list("pk", flat=True))


def test_the_number_of_a_saved_form_goes_after_thirty_days(agent, days_later):
    factories.SubmissionFactory(user=agent)
    gone_after(days_later, 30, "submissions")
    assert not Submission.objects.exists()


@pytest.mark.parametrize("ended", ["used_at", "revoked_at", "expires_at"])
def test_a_link_goes_ninety_days_after_it_ended(days_later, ended):
    lasting = timedelta(days=2000) if ended != "expires_at" else timedelta(seconds=1)
    link, _ = AccessLink.issue(
        AccessLink.Purpose.INVITATION, user=factories.UserFactory(), created_by=None, lifetime=lasting
    )
    AccessLink.objects.filter(pk=link.pk).update(created_at=START - timedelta(days=1), **{ended: START})
    gone_after(days_later, 90, "links")


def test_a_link_that_still_works_stays(days_later):
    AccessLink.issue(
        AccessLink.Purpose.INVITATION,
        user=factories.UserFactory(),
        created_by=None,
        lifetime=timedelta(days=1000),
    )
    assert days_later(999, is_over=True) == {}


def test_sessions_that_ended_and_tasks_long_done_go(days_later):
    Session.objects.create(session_key="a" * 32, session_data="x", expire_date=START)
    gone_after(days_later, 0, "sessions")
    common = {"task_path": "a.b", "backend_name": "default", "args_kwargs": {"args": [], "kwargs": {}}}
    DBTaskResult.objects.create(status="SUCCESSFUL", finished_at=START, **common)
    DBTaskResult.objects.create(status="READY", **common)
    gone_after(days_later, 7, "tasks")
    assert DBTaskResult.objects.get().status == "READY"


def test_the_command_says_what_went_and_the_journal_keeps_how_many(agent, capsys):
    with time_machine.travel(START, tick=False):
        factories.SubmissionFactory(user=agent)
    call_command("purge")
    assert "numéros de formulaires enregistrés : 1" in capsys.readouterr().out
    event = Event.objects.filter(action=Event.Action.DELETED).latest("pk")
    assert (event.actor, event.detail) == (None, {"submissions": 1})
    call_command("purge")
    assert "Rien à effacer." in capsys.readouterr().out
    assert Event.objects.filter(action=Event.Action.DELETED).count() == 1
