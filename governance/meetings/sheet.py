"""The attendance sheet to sign, as PDF."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cops.documents.models import Document
from cops.documents.production import Produced, RefusedError, Tell
from cops.documents.subjects import Subject
from cops.lib.french import date_fr
from cops.users.models import User
from governance.meetings.attendance import seat_label, vacant_seats, with_function
from governance.meetings.convening import listed, planned
from governance.meetings.life import takes_attendance
from governance.meetings.page import times_of
from governance.models import Attendance, Meeting
from governance.printing import paper_pdf

WORD = "feuille-presence"
CONFIDENTIAL = "Un groupe confidentiel n’a pas de feuille de présence : seuls les services sont notés."


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line to sign."""

    name: str
    function: str
    seat: str
    represented_by: str


def subject_of_sheet(meeting: Meeting) -> str:
    """What the worker is asked for; see `cops.documents.production`."""
    return f"{WORD}/{meeting.pk}"


def describe(rest: str) -> Subject:
    """How the preparation page calls the sheet, and where it leads."""
    return Subject(
        "Feuille de présence",
        reverse("meeting_detail", args=[int(rest)]),
        reverse("attendance_sheet", args=[int(rest)]),
        "La réunion",
    )


def make(rest: str, user: User, tell: Tell) -> Produced:
    """The sheet of one meeting, for the service."""
    meetings = Meeting.objects.visible_to(user).select_related("formation__council__agglomeration")
    meeting = meetings.filter(pk=int(rest)).first()
    if meeting is None or not user.has_perm("governance.change_meetings", meeting):
        raise RefusedError("Votre compte n’ouvre plus cette réunion.")
    if not takes_attendance(meeting):
        raise RefusedError(CONFIDENTIAL)
    title = f"Feuille de présence – {meeting.formation.name}, {date_fr(meeting.held_on)}"
    content = paper_pdf(
        "governance/attendance_sheet.html",
        sheet_context(meeting),
        title=title,
        council=meeting.formation.council,
        on_progress=tell,
    )
    filename = f"feuille-de-presence-{meeting.held_on.isoformat()}.pdf"
    return Produced(content, kind=Document.Kind.ATTENDANCE, title=title, filename=filename)


def sheet_context(meeting: Meeting) -> dict[str, Any]:
    """What the sheet shows: the list of the meeting, or, before there is one, the composition of its day."""
    rows = listed(meeting) or planned(meeting)
    return {
        "meeting": meeting,
        "times": times_of(meeting),
        "members": [_line(row) for row in rows if row.seat is not None],
        "guests": [_line(row) for row in rows if row.seat is None],
        "blank_lines": range(3),
        "vacant": vacant_seats(meeting),
    }


def _line(row: Attendance) -> SheetRow:
    return SheetRow(
        name=row.titled,
        function=with_function(row.function, row.organisation),
        seat=seat_label(row),
        represented_by=with_function(row.represented_by, row.representative_function),
    )
