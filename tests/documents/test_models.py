"""Files kept, and the one preparation at a time of each."""

from pathlib import PurePosixPath

import pytest
from django.utils import timezone

from cops.documents.models import Document, Rendering
from cops.documents.preparation import INTERRUPTED, give_up_interrupted, situation
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_document_knows_its_size_and_digest_and_keeps_its_bytes():
    document = factories.DocumentFactory(content=b"abc")
    document.refresh_from_db()
    assert document.size == 3
    assert document.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    with document.file.open() as file:
        assert file.read() == b"abc"


@pytest.mark.parametrize(
    "filename", ["../../etc/passwd", "rapport 2012.pdf", "x" * 140 + ".pdf", ".htaccess"]
)
def test_a_file_is_never_kept_under_a_name_that_somebody_chose(settings, filename):
    document = factories.DocumentFactory(filename=filename)
    stored = PurePosixPath(document.file.name)
    assert len(stored.stem) == 32
    assert stored.suffix in {".pdf", ""}
    assert document.file.path.startswith(str(settings.MEDIA_ROOT))


def test_documents_are_seen_by_the_service_and_their_author(agent, administrator, member, stranger):
    own = factories.DocumentFactory(created_by=member, visibility="owner")
    foreign = factories.DocumentFactory(created_by=agent, visibility="staff")
    theirs = factories.DocumentFactory(created_by=member, visibility="staff")
    seen = {
        user.email: set(Document.objects.visible_to(user))
        for user in (agent, administrator, member, stranger)
    }
    assert seen == {
        agent.email: {own, foreign, theirs},
        administrator.email: {own, foreign, theirs},
        member.email: {own},
        stranger.email: set(),
    }


def test_a_preparation_is_seen_by_whoever_asked_for_it(agent, administrator):
    mine = factories.RenderingFactory(requested_by=agent)
    assert list(Rendering.objects.visible_to(agent)) == [mine]
    assert list(Rendering.objects.visible_to(administrator)) == []


def test_a_preparation_tells_how_far_it_is_and_ends_with_its_document():
    rendering = factories.RenderingFactory()
    document = factories.DocumentFactory()
    assert rendering.report("Mise en page : 12 pages")
    assert (rendering.state, rendering.progress) == ("running", "Mise en page : 12 pages")
    assert rendering.succeed(document)
    rendering.refresh_from_db()
    assert (rendering.state, rendering.document, rendering.is_finished) == ("done", document, True)


def test_a_preparation_that_was_given_up_stays_so():
    rendering = factories.RenderingFactory()
    late = Rendering.objects.get(pk=rendering.pk)
    assert rendering.fail("La mise en page a duré trop longtemps.")
    assert not late.report("Encore au travail")
    assert not late.succeed(factories.DocumentFactory())
    rendering.refresh_from_db()
    assert (rendering.state, rendering.progress) == ("failed", "La mise en page a duré trop longtemps.")
    assert rendering.document is None


def test_what_a_worker_left_when_it_was_killed_is_given_up_and_what_waits_is_not():
    waiting, running, done = (factories.RenderingFactory(subject=f"autre/{number}") for number in range(3))
    running.report("Mise en page : page 3")
    done.succeed(factories.DocumentFactory())
    assert give_up_interrupted() == 1
    states = dict(Rendering.objects.values_list("pk", "state"))
    assert states == {waiting.pk: "waiting", running.pk: "failed", done.pk: "done"}
    shown = situation(Rendering.objects.get(pk=running.pk), timezone.now())
    assert shown.can_retry
    assert shown.text == INTERRUPTED
    assert running.report("Encore là") is False


def test_a_long_message_is_cut_to_fit():
    rendering = factories.RenderingFactory()
    rendering.fail("x" * 500)
    rendering.refresh_from_db()
    assert rendering.progress == "x" * 200
