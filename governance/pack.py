"""The pack of a meeting: agenda, what is heard of earlier decisions and papers, as one PDF and as a zip.

It is made for everybody who sits, so it holds only what all readers of the meeting may read, whoever asks for
it. A confidential group has none.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pikepdf
from django.urls import reverse

from cops.documents.attachments import papers_of
from cops.documents.models import Document
from cops.documents.production import Produced, RefusedError, Tell
from cops.documents.subjects import Subject
from cops.lib.french import count, date_fr
from cops.lib.pdf_append import Appended, UnreadablePdfError, assembled, opened
from cops.users.models import User
from governance.decisions.follow_ups import told_at
from governance.meetings.agenda import TimedItem, timed
from governance.meetings.changes import latest_convocation
from governance.meetings.page import times_of
from governance.models import AgendaItem, Meeting
from governance.printing import paper_pdf

PACK, FILES = "dossier-de-seance", "pieces-de-seance"
LARGEST = 150 * 1024 * 1024  # bytes of papers in one pack
MOST_PAGES = 2_000
CONFIDENTIAL = "Un groupe confidentiel n’a pas de dossier de séance (art. L132-5 CSI)."
NO_LONGER_OPEN = "Votre compte n’ouvre plus cette réunion."
PDF_TYPE = "application/pdf"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the meeting (rank 0) or of a point of its agenda, with its number in the pack."""

    number: int
    rank: int
    document: Document

    @property
    def is_pdf(self) -> bool:
        return self.document.content_type == PDF_TYPE


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda with its papers."""

    row: TimedItem
    papers: Sequence[Paper]


def subject_of_pack(meeting: Meeting) -> str:
    """What the worker is asked for; see `cops.documents.production`."""
    return f"{PACK}/{meeting.pk}"


def subject_of_files(meeting: Meeting) -> str:
    return f"{FILES}/{meeting.pk}"


def describe_pack(rest: str) -> Subject:
    """How the preparation page calls the pack, and where it leads."""
    return _described("Dossier de séance", "meeting_pack", rest)


def describe_files(rest: str) -> Subject:
    return _described("Pièces de la séance", "meeting_pack_files", rest)


def _described(title: str, name: str, rest: str) -> Subject:
    address = [int(rest)]
    return Subject(title, reverse("meeting_detail", args=address), reverse(name, args=address), "La réunion")


def refusal(meeting: Meeting) -> str:
    """Why the meeting has no pack, in French; empty where it has one."""
    if meeting.formation.is_confidential:
        return CONFIDENTIAL
    return "La réunion est annulée." if meeting.state == Meeting.State.CANCELLED else ""


def _meeting(rest: str, user: User) -> Meeting:
    meetings = Meeting.objects.visible_to(user).select_related("formation__council__agglomeration")
    meeting = meetings.filter(pk=int(rest)).first()
    if meeting is None:
        raise RefusedError(NO_LONGER_OPEN)
    if reason := refusal(meeting):
        raise RefusedError(reason)
    return meeting


def papers_of_meeting(
    meeting: Meeting, items: Sequence[AgendaItem], user: User
) -> tuple[list[Paper], list[list[Paper]]]:
    """The papers of the meeting, and those of each point, that all its readers may read; numbered in order.

    :raises RefusedError: together they are too large.
    """
    found = papers_of([meeting, *items], user, for_all_readers=True)
    size = sum(document.size for documents in found.values() for document in documents)
    if size > LARGEST:
        limit = LARGEST // 1024 // 1024
        raise RefusedError(f"Les pièces dépassent ensemble {limit} Mo : envoyez-les séparément.")
    number = 0
    groups: list[list[Paper]] = []
    for rank, target in enumerate([meeting, *items]):
        group = []
        for document in found[target]:
            number += 1
            group.append(Paper(number, rank, document))
        groups.append(group)
    return groups[0], groups[1:]


# --- one PDF ------------------------------------------------------------------------------------------------


def make_pack(rest: str, user: User, tell: Tell) -> Produced:
    """The pack of one meeting as PDF. Raises RefusedError or PdfError."""
    meeting = _meeting(rest, user)
    items = list(meeting.agenda.order_by("position", "pk"))
    own, by_item = papers_of_meeting(meeting, items, user)
    papers = [*own, *(paper for group in by_item for paper in group)]
    tell("Lecture des pièces")
    title = f"Dossier de séance – {meeting.formation.name}, {date_fr(meeting.held_on)}"
    with ExitStack() as stack:
        files, unread = _opened(papers, stack)
        cover = paper_pdf(
            "governance/papers/pack.html",
            _context(meeting, items, own, by_item) | {"appended": set(files), "unread": unread},
            title=title,
            council=meeting.formation.council,
            on_progress=tell,
        )
        tell(f"Assemblage de {count(len(files), 'pièce', 'pièces')}")
        content = assembled(
            cover, [_appended(paper, files[paper.number]) for paper in papers if paper.number in files]
        )
    return Produced(
        content=content,
        kind=Document.Kind.MEETING_PACK,
        title=title,
        filename=f"dossier-{meeting.formation.code}-{meeting.held_on.isoformat()}.pdf",
    )


def _context(
    meeting: Meeting, items: list[AgendaItem], own: list[Paper], by_item: list[list[Paper]]
) -> dict[str, Any]:
    convocation = latest_convocation(meeting)
    return {
        "meeting": meeting,
        "times": times_of(meeting),
        "convocation": convocation,
        "points": [
            Point(row, group) for row, group in zip(timed(items, meeting.starts_at), by_item, strict=True)
        ],
        "own_papers": own,
        "follow_ups": told_at(meeting),
    }


def _opened(papers: Iterable[Paper], stack: ExitStack) -> tuple[dict[int, pikepdf.Pdf], set[int]]:
    """The papers that can be appended, by number, open until the stack ends; and the numbers of the PDFs that
    cannot."""
    appended: dict[int, pikepdf.Pdf] = {}
    unread: set[int] = set()
    pages = 0
    for paper in papers:
        if not paper.is_pdf:
            continue
        try:
            pdf = stack.enter_context(opened(_content(paper.document)))
        except UnreadablePdfError:
            unread.add(paper.number)
            continue
        if pages + len(pdf.pages) > MOST_PAGES:
            unread.add(paper.number)
        else:
            pages += len(pdf.pages)
            appended[paper.number] = pdf
    return appended, unread


def _content(document: Document) -> bytes:
    with document.file.open("rb") as file:
        content: bytes = file.read()
    return content


def _appended(paper: Paper, pdf: pikepdf.Pdf) -> Appended:
    return Appended(mark=f"{paper.number}. {paper.document.title}", label=f"Pièce {paper.number}", pdf=pdf)


# --- a zip --------------------------------------------------------------------------------------------------


def make_files(rest: str, user: User, tell: Tell) -> Produced:
    """The papers of one meeting as they are, in a zip. Raises RefusedError."""
    meeting = _meeting(rest, user)
    items = list(meeting.agenda.order_by("position", "pk"))
    own, by_item = papers_of_meeting(meeting, items, user)
    papers = [*own, *(paper for group in by_item for paper in group)]
    if not papers:
        raise RefusedError("Aucune pièce ouverte à tous les lecteurs n’est jointe à cette réunion.")
    tell(f"Assemblage de {count(len(papers), 'pièce', 'pièces')}")
    stem = f"pieces-{meeting.formation.code}-{meeting.held_on.isoformat()}"
    return Produced(
        content=_zipped(papers),
        kind=Document.Kind.MEETING_PACK,
        title=f"Pièces de la séance – {meeting.formation.name}, {date_fr(meeting.held_on)}",
        filename=f"{stem}.zip",
        content_type="application/zip",
    )


def _zipped(papers: Sequence[Paper]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for paper in papers:
            archive.writestr(file_name(paper), _content(paper.document))
    return target.getvalue()


def file_name(paper: Paper) -> str:
    """The paper's name in the zip: its number, which no other has, then its own name made safe everywhere."""
    path = PurePosixPath(paper.document.filename.replace("\\", "/"))
    plain = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:80] or "piece"
    ending = re.sub(r"[^a-z0-9.]", "", path.suffix.lower())[:10]
    place = f"point-{paper.rank}" if paper.rank else "reunion"
    return f"{paper.number:02d}-{place}-{stem}{ending}"
