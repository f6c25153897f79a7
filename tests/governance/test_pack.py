"""The pack of a meeting: one PDF and a zip, for all its readers, of nothing else."""

import io
import zipfile
from datetime import date

import pikepdf
import pytest
from django.urls import reverse
from pypdf import PdfReader

from cops.documents.asking import ask_for
from cops.documents.models import Attachment, Document, Rendering
from cops.documents.production import prepare
from governance import pack
from governance.models import Formation, Meeting
from tests import factories
from tests.entered_forms import text_of

pytestmark = pytest.mark.once


def a_pdf(pages=1, *, acts=False):
    with pikepdf.new() as pdf:
        for _ in range(pages):
            page = pdf.add_blank_page(page_size=(595, 842))
            if acts:
                script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
                page.obj.AA = pikepdf.Dictionary(O=script)
                link = pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=script
                )
                page.obj.Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(link)]))
        if acts:
            pdf.Root.OpenAction = script
        target = io.BytesIO()
        pdf.save(target)
    return target.getvalue()


def attach(target, title, *, content=None, filename="piece.pdf", content_type="application/pdf", **values):
    document = factories.DocumentFactory(
        title=title,
        kind=Document.Kind.NOTE,
        filename=filename,
        content_type=content_type,
        visibility=Document.Visibility.ATTACHED,
        content=a_pdf() if content is None else content,
    )
    return factories.AttachmentFactory(
        target=target, title=title, kind=Document.Kind.NOTE, document=document, **values
    )


@pytest.fixture
def meeting(member):
    formation = member.person.designations.get().seat.rule.formation
    meeting = factories.MeetingFactory(formation=formation, held_on=date(2012, 12, 10))
    factories.AgendaItemFactory(meeting=meeting, title="Bilan <b>2012</b>", position=1)
    return meeting


def made(subject, user):
    rendering = ask_for(subject, by=user)
    prepare(rendering)
    rendering.refresh_from_db()
    return rendering


def content_of(rendering):
    assert rendering.state == Rendering.State.DONE, rendering.progress
    with rendering.document.file.open("rb") as file:
        return file.read()


def test_the_pack_has_agenda_follow_ups_and_the_papers_that_are_pdfs(agent, meeting):
    item = meeting.agenda.get()
    before = factories.MeetingFactory(formation=meeting.formation, held_on=date(2012, 1, 1))
    factories.DecisionFactory(meeting=before, text="Écrire aux communes")
    attach(meeting, "Plan d’accès", content=a_pdf(2, acts=True))
    attach(item, "Tableau", content=b"PK", filename="t.xlsx", content_type="application/x")
    attach(item, "Abîmé", content=b"%PDF-1.7 broken", filename="abime.pdf")
    attach(item, "Réservée au service", audience=Attachment.Audience.STAFF)
    rendering = made(pack.subject_of_pack(meeting), agent)
    content = content_of(rendering)
    reader = PdfReader(io.BytesIO(content))
    text = " ".join(page.extract_text() for page in reader.pages)
    for expected in ("Bilan <b>2012</b>", "Écrire aux communes", "Plan d’accès", "t.xlsx", "abime.pdf"):
        assert expected in text
    assert "Réservée" not in text
    assert [mark.title for mark in reader.outline if not isinstance(mark, list)][-1] == "1. Plan d’accès"
    assert len(reader.pages) == 3
    stamps = ["page 1 / 3", "Pièce 1 – page 1/2", "page 2 / 3", "Pièce 1 – page 2/2", "page 3 / 3"]
    places = [text.index(stamp) for stamp in stamps]
    assert places == sorted(places) and "/ 1" not in text
    assert b"app.alert" not in content and b"JavaScript" not in content
    assert rendering.document.kind == Document.Kind.MEETING_PACK


def test_the_zip_has_the_papers_as_they_are_under_safe_distinct_names(member, meeting):
    item = meeting.agenda.get()
    for _ in range(2):
        attach(item, "Note", filename="Bilan é/..\\note.pdf")
    attach(meeting, "Photo", filename="../../etc/passwd", content=b"abc", content_type="text/plain")
    attach(item, "Secret", audience=Attachment.Audience.STAFF)
    archive = zipfile.ZipFile(io.BytesIO(content_of(made(pack.subject_of_files(meeting), member))))
    names = archive.namelist()
    assert names == ["01-reunion-passwd", "02-point-1-note.pdf", "03-point-1-note.pdf"]
    assert archive.read("01-reunion-passwd") == b"abc"


def test_a_pack_is_asked_for_by_one_click_of_a_reader(member_client, stranger_client, meeting):
    address = reverse("meeting_pack", args=[meeting.pk])
    assert member_client.post(address).status_code == 302 and Rendering.objects.count() == 1
    assert stranger_client.post(address).status_code == 404
    assert stranger_client.post(reverse("meeting_pack_files", args=[meeting.pk])).status_code == 404


def test_a_confidential_group_and_a_cancelled_meeting_have_no_pack(agent, agent_client):
    group = factories.FormationFactory(kind=Formation.Kind.GROUP, is_confidential=True)
    discreet = factories.MeetingFactory(formation=group, subject="")
    attach(discreet, "Liste")
    cancelled = factories.MeetingFactory(state=Meeting.State.CANCELLED)
    for meeting in (discreet, cancelled):
        agent_client.post(reverse("meeting_pack", args=[meeting.pk]))
        assert not Rendering.objects.exists()
        page = agent_client.get(reverse("meeting_detail", args=[meeting.pk]))
        assert "Dossier de séance" not in text_of(page)
    assert "pas de dossier" in made(pack.subject_of_pack(discreet), agent).progress


def test_who_no_longer_reads_the_meeting_gets_nothing(member, meeting):
    rendering = ask_for(pack.subject_of_pack(meeting), by=member)
    member.person.designations.update(ends_on=date(2012, 1, 1))
    prepare(rendering)
    rendering.refresh_from_db()
    assert rendering.document is None and "n’ouvre plus" in rendering.progress


def test_papers_that_are_too_large_together_are_refused(agent, meeting, monkeypatch):
    monkeypatch.setattr(pack, "LARGEST", 10)
    attach(meeting, "Gros")
    assert "dépassent" in made(pack.subject_of_pack(meeting), agent).progress
