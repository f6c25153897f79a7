"""Answers to a convocation: by personal link, in the site, or told to the service by telephone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cops.audit.models import Event
from cops.mail.models import AccessLink
from cops.users.models import User
from governance.convocations.facts import is_over
from governance.convocations.people import in_office, one_per_person, same_person
from governance.meetings.life import State, locked
from governance.models import Attendance, Designation, Meeting

Reply = Attendance.Reply

WRITTEN_LABELS = {
    Reply.PRESENT: "Je participe à la consultation",
    Reply.REPRESENTED: "Quelqu’un y participe pour moi",
    Reply.EXCUSED: "Je n’y participe pas",
}
LABELS = {
    Reply.PRESENT: "Je serai présent",
    Reply.REPRESENTED: "Je serai représenté",
    Reply.EXCUSED: "Je m’excuse, sans être représenté",
}


# Who answered for another day, hour, form or place.
OUTDATED = "À redemander"


class ReplyRefusedError(Exception):
    """The answer cannot be taken; the text is French and says why."""


class MandateOverError(ReplyRefusedError):
    """A personal link whose holder no longer sits where they were convened."""

    def __init__(self) -> None:
        super().__init__("Le mandat pour lequel vous étiez convié a pris fin.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answers. Name and function are those of whoever represents them."""

    reply: str
    represented_by: str = ""
    representative_function: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people answered what; `outdated` are answers to another question, counted apart."""

    present: int
    represented: int
    excused: int
    silent: int
    outdated: int

    @property
    def answered(self) -> int:
        return self.present + self.represented + self.excused


def counts(rows: Iterable[Attendance]) -> Counts:
    """The counts over people: who sits on two seats answers once, and assistants are not counted."""
    people = [row for row in one_per_person(rows) if row.quality != Attendance.Quality.ASSISTANT]
    given = [row.standing_reply for row in people if not row.is_outdated]
    return Counts(
        given.count(Reply.PRESENT),
        given.count(Reply.REPRESENTED),
        given.count(Reply.EXCUSED),
        given.count(Reply.NONE),
        len(people) - len(given),
    )


def refusal(meeting: Meeting, now: datetime) -> str:
    """Why no answer is taken any more, in French; empty where answers are taken."""
    if meeting.state == State.CANCELLED:
        return "La réunion est annulée."
    if meeting.state != State.CONVENED:
        return "Cette réunion n’attend pas ou plus de réponse."
    if is_over(meeting, now):
        return "La réunion a commencé ou son jour est passé : il est trop tard pour répondre ici."
    return ""


def attendance_of_link(token: str) -> Attendance | None:
    """The row that a personal link opens, while the link works; three queries at most.

    A link is worth what its holder may do today: see `answerable`.
    """
    link = AccessLink.objects.usable(token).filter(purpose=AccessLink.Purpose.REPLY).first()
    if link is None or link.target_id is None or link.target_type is None:
        return None
    if link.target_type.model_class() is not Attendance:
        return None
    rows = Attendance.objects.select_related("meeting__formation__council__agglomeration")
    return rows.filter(pk=link.target_id).first()


def answerable(row: Attendance) -> list[Attendance]:
    """The rows for which the holder of a personal link to `row` answers today: theirs, while they are a guest
    or the mandate on that seat runs (`in_office`). None where the link is worth nothing any more."""
    return in_office(row.meeting, same_person(row), timezone.localdate())


def may_answer(user: User, row: Attendance) -> bool:
    """Whether the user answers for that row: their own, that of the titular whom they assist, or as staff."""
    if user.has_perm("governance.change_meetings", row.meeting):
        return True
    return own_rows(user, row.meeting).filter(pk=row.pk).exists()


def own_rows(user: User, meeting: Meeting) -> QuerySet[Attendance]:
    """The rows for which the user answers: their own, and the titular's of a seat whose assistant they are on
    the meeting's day."""
    assisted = (
        Designation.objects.of_user(user)
        .in_force(meeting.held_on)
        .filter(quality=Designation.Quality.ASSISTANT)
        .order_by()
    )
    return Attendance.objects.filter(
        Q(person__user=user) | Q(seat__in=assisted.values("seat"), quality=Attendance.Quality.TITULAR),
        meeting=meeting,
    )


@transaction.atomic
def answer(row: Attendance, given: Answer, *, by: User | None, how: str) -> None:
    """Keep an answer, for each seat of that person; a later one replaces it until the meeting.

    It is kept with what was asked: the meeting as `row` holds it, even if it has changed since it was read.

    :param by: who answers in the site; None: the holder of a personal link, for the seats still theirs.
    :param how: how it came, for the journal (« par le lien personnel », « par téléphone »).
    :raises MandateOverError: none of the seats is theirs any more.
    :raises ReplyRefusedError: answers are no longer taken.
    """
    asked = row.meeting.question
    meeting = locked(row.meeting_id)
    rows = same_person(row) if by else answerable(row)
    if not rows:
        raise MandateOverError
    if reason := refusal(meeting, timezone.now()):
        raise ReplyRefusedError(reason)
    is_represented = given.reply == Reply.REPRESENTED
    for each in rows:
        each.reply = given.reply
        each.represented_by = given.represented_by if is_represented else ""
        each.representative_function = given.representative_function if is_represented else ""
        each.comment = given.comment
        each.replied_at = timezone.now() if given.reply else None
        each.asked = asked if given.reply else None
        each.full_clean()
        each.save()
    Event.record(
        Event.Action.REPLIED,
        actor=by,
        summary=f"{meeting} : {row.name}, {Reply(given.reply).label.lower()} ({how})",
        subject=meeting,
    )
