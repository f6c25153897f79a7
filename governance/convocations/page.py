"""The part of a meeting's page that tells what was sent to whom, and what they answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from cops.mail.followup import Followed, followed
from cops.users.models import User
from governance.convocations.people import one_per_person, person_key
from governance.convocations.replies import counts, own_rows, refusal
from governance.meetings.convening import in_seat_order
from governance.meetings.life import State, is_open_cell
from governance.models import Attendance, Convocation, ConvocationMessage, Meeting

TONES = {
    Attendance.Reply.PRESENT: "ok",
    Attendance.Reply.REPRESENTED: "info",
    Attendance.Reply.EXCUSED: "partial",
    Attendance.Reply.NONE: "neutral",
}


@dataclass(frozen=True, slots=True)
class Convened:
    """Somebody convened: their answer, and the last message to them (None: they are to be called).

    `is_gone`: it told them that it is off for them, and nobody waits for their answer.
    """

    row: Attendance
    tone: str
    message: Followed | None
    is_gone: bool

    @property
    def phone(self) -> str:
        return self.row.person.phone if self.row.person else ""


def section(meeting: Meeting, user: User) -> dict[str, Any]:
    """What the page shows; five queries whatever the number of people, two where nothing was sent."""
    now = timezone.now()
    sent = list(meeting.convocations.select_related("sent_by").order_by("-sequence"))
    may_change = user.has_perm("governance.change_meetings", meeting)
    takes_answers = not refusal(meeting, now)
    may_resend = takes_answers and may_change and meeting.kind != Meeting.Kind.CRISIS
    people = _people(meeting, now) if sent and may_change else []
    return {
        "is_shown": bool(sent) or may_change,
        "sent": sent,
        "own": list(own_rows(user, meeting).select_related("meeting")) if sent and not may_change else [],
        "may_change": may_change,
        "may_convene": may_change and meeting.state == State.PREPARED,
        "is_convened": meeting.state == State.CONVENED and not is_open_cell(meeting),
        "takes_answers": takes_answers,
        "may_resend": may_resend,
        "people": people,
        "counts": counts(each.row for each in people if not each.is_gone) if people else None,
    }


def _people(meeting: Meeting, now: datetime) -> list[Convened]:
    """Those convened, in the order of the seats, with the latest message to each; those who left last."""
    messages = ConvocationMessage.objects.filter(convocation__meeting=meeting).order_by("pk")
    messages = messages.select_related("message", "attendance").defer("message__body", "message__calendar")
    latest = {person_key(each.attendance): each for each in messages}
    people = [
        _convened(row, latest.get(person_key(row)), meeting, now)
        for row in one_per_person(in_seat_order(meeting))
    ]
    return sorted(people, key=lambda each: each.is_gone)


def _convened(row: Attendance, sent: ConvocationMessage | None, meeting: Meeting, now: datetime) -> Convened:
    is_off = sent is not None and sent.kind == Convocation.Kind.CANCELLATION
    return Convened(
        row,
        TONES[Attendance.Reply(row.standing_reply)],
        followed(sent.message, now) if sent else None,
        is_gone=is_off and meeting.state != State.CANCELLED,
    )
