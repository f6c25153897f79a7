"""What awaits a member of the council: where they sit, the meetings to come, their answer, the papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cops.documents.attachments import papers_of
from cops.documents.models import Document
from cops.lib.french import date_fr, time_fr
from cops.users.models import User
from governance.convocations.replies import own_rows, refusal
from governance.models import AgendaItem, Attendance, Designation, Meeting

MEETINGS_SHOWN = 3
AHEAD = (Meeting.State.PREPARED, Meeting.State.CONVENED)  # one that was held today is none to come


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """Somebody for whom the reader answers: themselves, or the titular whom they assist."""

    row: Attendance
    is_own: bool


@dataclass(frozen=True, slots=True)
class ComingMeeting:
    """A meeting to come, with the reader's answers and the papers that they may read."""

    meeting: Meeting
    answers: Sequence[OwnAnswer]
    takes_answers: bool
    papers: Sequence[Document]

    @property
    def when(self) -> str:
        """« 5 décembre 2026 à 14 h »."""
        day, starts_at = date_fr(self.meeting.held_on), self.meeting.starts_at
        return f"{day} à {time_fr(starts_at)}".replace(" h", "\u00a0h") if starts_at else day

    @property
    def asked(self) -> str:
        """What an answer on this page is given for, as its form says it."""
        return self.meeting.question.key

    @property
    def is_awaited(self) -> bool:
        """Whether an answer of the reader is missing, or was given for another day, hour, form or place."""
        return self.takes_answers and any(not one.row.standing_reply for one in self.answers)


def mandates_of(user: User, on: date) -> list[Designation]:
    """The reader's designations of that day, with their seats and formations; one query."""
    mandates = Designation.objects.of_user(user).in_force(on)
    return list(mandates.select_related("seat__rule__formation", "seat__commune", "organisation"))


def coming_meetings(user: User, on: date, now: datetime) -> list[ComingMeeting]:
    """The next MEETINGS_SHOWN meetings of the formations whose papers the reader may read, the first one
    first; three queries and one a meeting, besides those that tell who the reader is."""
    rows = Meeting.objects.visible_to(user).filter(held_on__gte=on).select_related("formation")
    to_come = rows.filter(state__in=AHEAD).order_by("held_on", "starts_at", "pk")
    meetings = list(to_come[:MEETINGS_SHOWN])
    papers = _papers(meetings, user)
    return [_coming(meeting, papers[meeting.pk], user, now) for meeting in meetings]


def _coming(meeting: Meeting, papers: Sequence[Document], user: User, now: datetime) -> ComingMeeting:
    takes_answers = not refusal(meeting, now)
    rows = own_rows(user, meeting).select_related("person", "meeting").order_by("pk") if takes_answers else []
    answers = [OwnAnswer(row, row.person is not None and row.person.user_id == user.pk) for row in rows]
    return ComingMeeting(meeting, answers, takes_answers, papers)


def _papers(meetings: Sequence[Meeting], user: User) -> dict[int, list[Document]]:
    """The papers of each meeting, then those of the points of its agenda in their order."""
    if not meetings:
        return {}
    items = list(AgendaItem.objects.filter(meeting__in=meetings).order_by("position", "pk"))
    found = papers_of([*meetings, *items], user)
    papers = {meeting.pk: list(found[meeting]) for meeting in meetings}
    for item in items:
        papers[item.meeting_id] += found[item]
    return papers
