"""The minutes as PDF, .docx and .odt."""

from typing import Any

from django.urls import reverse

from cops.documents.models import Document
from cops.documents.production import Produced, RefusedError, Tell
from cops.documents.subjects import Subject
from cops.lib.french import date_fr
from cops.users.models import User
from governance.meetings.page import times_of
from governance.minutes import docx_file, odt_file
from governance.minutes.markdown import blocks, to_html
from governance.minutes.writing import minutes_of
from governance.models import Meeting, Minutes
from governance.printing import paper_pdf

WORD = "compte-rendu"
FORMS = {"docx": docx_file, "odt": odt_file}


def subject_of_minutes(meeting: Meeting) -> str:
    """What the worker is asked for; see `cops.documents.production`."""
    return f"{WORD}/{meeting.pk}"


def describe(rest: str) -> Subject:
    """How the preparation page calls the minutes, and where they lead."""
    address = [int(rest)]
    return Subject(
        "Compte rendu",
        reverse("meeting_detail", args=address),
        reverse("minutes_pdf", args=address),
        "La réunion",
    )


def readable_minutes(meeting: Meeting) -> Minutes | None:
    """The minutes of a meeting that the reader may read; None where there are none, or the group is
    confidential."""
    minutes = minutes_of(meeting)
    has_text = not meeting.formation.is_confidential and minutes.text.strip()
    return minutes if has_text else None


def title_of(meeting: Meeting) -> str:
    return f"Compte rendu – {meeting.formation.name}, {date_fr(meeting.held_on)}"


def standing(minutes: Minutes) -> str:
    """Whether the minutes are approved, in words."""
    if minutes.approved_in is None:
        return "Projet, à approuver à une réunion ultérieure."
    return f"Approuvé à la réunion du {date_fr(minutes.approved_in.held_on)}."


def file_stem(meeting: Meeting) -> str:
    return f"compte-rendu-{meeting.formation.code}-{meeting.held_on.isoformat()}"


def word_file(meeting: Meeting, minutes: Minutes, form: str) -> bytes:
    """The minutes in one of FORMS."""
    council = meeting.formation.council.name
    subtitle = f"{council} – {standing(minutes)}"
    written: bytes = FORMS[form].write(title_of(meeting), subtitle, blocks(minutes.text), author=council)
    return written


def paper_context(meeting: Meeting, minutes: Minutes) -> dict[str, Any]:
    return {
        "meeting": meeting,
        "times": times_of(meeting),
        "standing": standing(minutes),
        "html": to_html(minutes.text),
    }


def make(rest: str, user: User, tell: Tell) -> Produced:
    """The minutes of one meeting, for whoever reads it today."""
    meetings = Meeting.objects.visible_to(user).select_related("formation__council__agglomeration")
    meeting = meetings.filter(pk=int(rest)).first()
    if meeting is None:
        raise RefusedError("Votre compte n’ouvre plus cette réunion.")
    minutes = readable_minutes(meeting)
    if minutes is None:
        raise RefusedError("Cette réunion n’a pas de compte rendu.")
    title = title_of(meeting)
    content = paper_pdf(
        "governance/papers/minutes.html",
        paper_context(meeting, minutes),
        title=title,
        council=meeting.formation.council,
        on_progress=tell,
    )
    return Produced(content, kind=Document.Kind.MINUTES, title=title, filename=f"{file_stem(meeting)}.pdf")
