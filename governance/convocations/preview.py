"""What is about to be sent, shown before it is: to whom, which words, what is in the way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from cops.lib.pdf import pdf_available
from governance.convocations import sending
from governance.convocations.facts import Facts, digest, facts_of
from governance.convocations.letter import letter_pdf
from governance.convocations.people import Audience, audience, expected, one_per_person
from governance.convocations.texts import body_of, subject_of
from governance.meetings.changes import differences, latest_convocation, snapshot
from governance.meetings.life import State, refusal, short_notice
from governance.models import Attendance, Convocation, Meeting

Kind = Convocation.Kind

READABLE_LINK = "https://… (lien personnel)"


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A kind of sending: its words, and what does it."""

    kind: str
    title: str
    button: str
    done: str
    send: Callable[[Meeting, sending.Order], Convocation]
    has_letter: bool = True


DISPATCHES = {
    "call": Dispatch(Kind.CALL, "Convoquer", "Convoquer", "La convocation est partie", sending.convoke),
    "change": Dispatch(
        Kind.CHANGE,
        "Envoyer la modification",
        "Envoyer la modification",
        "La modification est partie",
        sending.send_change,
    ),
    "cancellation": Dispatch(
        Kind.CANCELLATION,
        "Annuler la réunion",
        "Annuler la réunion et prévenir",
        "La réunion est annulée, l’annulation est partie",
        sending.cancel,
        has_letter=False,
    ),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """All that the page shows before sending. `refusal` says why nothing can be sent; else it is empty."""

    facts: Facts
    to: Audience
    subject: str
    text: str
    changes: tuple[str, ...]
    newcomers: tuple[Attendance, ...]
    seen: str
    refusal: str
    warnings: tuple[str, ...]
    letter_is_sent: bool


def preview(meeting: Meeting, dispatch: Dispatch, today: date, note: str = "") -> Preview:
    """What would be sent now; reads only."""
    now_snapshot = snapshot(meeting)
    facts = facts_of(meeting, now_snapshot)
    to = _audience(meeting, dispatch)
    changes = _changes(meeting, dispatch, now_snapshot)
    problem = pdf_available() if dispatch.has_letter and not facts.is_confidential else None
    has_letter = dispatch.has_letter and not facts.is_confidential and problem is None
    return Preview(
        facts=facts,
        to=to,
        subject=subject_of(facts, dispatch.kind),
        text=_example(facts, dispatch, to, changes, note, has_letter),
        changes=changes,
        newcomers=_newcomers(meeting, dispatch, to),
        seen=digest(now_snapshot, sending.next_sequence(meeting)),
        refusal=_refusal(meeting, dispatch, to, today),
        warnings=tuple(filter(None, (short_notice(meeting, today), _pdf_warning(problem)))),
        letter_is_sent=has_letter,
    )


def _audience(meeting: Meeting, dispatch: Dispatch) -> Audience:
    if dispatch.kind == Kind.CANCELLATION:
        return audience(sending.reached(meeting))
    return expected(meeting)


def _changes(meeting: Meeting, dispatch: Dispatch, snapshot_now: dict[str, object]) -> tuple[str, ...]:
    latest = latest_convocation(meeting) if dispatch.kind == Kind.CHANGE else None
    if latest is None:
        return ()
    return tuple(change.text for change in differences(latest.snapshot, snapshot_now))


def _newcomers(meeting: Meeting, dispatch: Dispatch, to: Audience) -> tuple[Attendance, ...]:
    """Those who are convened for the first time by a change."""
    if dispatch.kind != Kind.CHANGE:
        return ()
    known = {(row.seat_id, row.person_id) for row in one_per_person(sending.reached(meeting))}
    return tuple(row for row in to.reached if (row.seat_id, row.person_id) not in known)


def _refusal(meeting: Meeting, dispatch: Dispatch, to: Audience, today: date) -> str:
    if dispatch.kind == Kind.CALL:
        reason = refusal(meeting, "convene", today)
        if not reason and not to.everybody:
            return sending.NOBODY
        return reason
    if meeting.state != State.CONVENED:
        return "La réunion n’est pas à l’état « Convoquée » : il n’y a rien à envoyer."
    return sending.out_of_date(meeting) if dispatch.kind == Kind.CHANGE else ""


def _example(
    facts: Facts, dispatch: Dispatch, to: Audience, changes: tuple[str, ...], note: str, has_letter: bool
) -> str:
    """The text that the first person gets."""
    if not to.reached:
        return ""
    first = to.reached[0]
    # The list of those to come is not stored: their answer is on the row that is.
    known = Attendance.objects.filter(meeting=first.meeting, seat=first.seat, person=first.person)
    return body_of(
        facts,
        dispatch.kind,
        known.select_related("meeting").order_by("pk").first() or first,
        reply_address="" if dispatch.kind == Kind.CANCELLATION else READABLE_LINK,
        changes=changes,
        note=note,
        has_letter=has_letter,
    )


def _pdf_warning(problem: str | None) -> str:
    return f"La lettre ne sera pas jointe. {problem}" if problem else ""


def letter_of(meeting: Meeting, dispatch: Dispatch, note: str) -> bytes | None:
    """The letter that goes with it, made now; None where none does. Raises `cops.lib.pdf.PdfError`."""
    facts = facts_of(meeting, snapshot(meeting))
    if not dispatch.has_letter or facts.is_confidential or pdf_available() is not None:
        return None
    return letter_pdf(facts, dispatch.kind, written_on=timezone.localdate(), note=note)
