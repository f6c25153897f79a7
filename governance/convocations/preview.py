"""What is about to be sent, shown before it is: to whom, which words, what is in the way."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from cops.lib.civility import UNKNOWN
from cops.lib.pdf import pdf_available
from governance.convocations import sending
from governance.convocations.facts import Facts, facts_of
from governance.convocations.letter import Which, letter_pdfs
from governance.convocations.people import audience
from governance.convocations.recipients import Recipient, expected, reached, recipients
from governance.convocations.texts import body_of, subject_of
from governance.meetings.changes import differences, latest_convocation, snapshot
from governance.meetings.convening import planned
from governance.meetings.life import State, refusal, short_notice
from governance.models import Attendance, Convocation, Meeting

Kind = Convocation.Kind

READABLE_LINK = "https://… (lien personnel)"
NOTE_TO_COME = "(le message à ajouter)"  # without which nothing would be sent


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
class Example:
    """The text that one of those gets to whom the same is sent."""

    to: Recipient
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """All that the page shows before sending. `refusal` says why nothing can be sent; else it is empty.

    `sent_to` is everybody who gets something, `to_call` those convened who have no address.
    """

    facts: Facts
    sent_to: Sequence[Recipient]
    to_call: Sequence[Attendance]
    subject: str
    examples: Sequence[Example]
    changes: Sequence[str]
    seen: str
    refusal: str
    warnings: Sequence[str]
    letter_is_sent: bool


def preview(meeting: Meeting, dispatch: Dispatch, today: date, note: str = "") -> Preview:
    """What would be sent now; reads only."""
    now_snapshot = snapshot(meeting)
    facts = facts_of(meeting, now_snapshot)
    rows = reached(meeting) if dispatch.kind == Kind.CANCELLATION else planned(meeting)
    sent_to = recipients(meeting, dispatch.kind, rows)
    to_call = audience(rows).to_call
    changes = _changes(meeting, dispatch, now_snapshot)
    if not changes and all(to.kind == Kind.CHANGE for to in sent_to):
        note = note or NOTE_TO_COME
    problem = pdf_available() if dispatch.has_letter and not facts.is_confidential else None
    has_letter = dispatch.has_letter and not facts.is_confidential and problem is None
    return Preview(
        facts=facts,
        sent_to=sent_to,
        to_call=to_call,
        subject=subject_of(facts, dispatch.kind),
        examples=[_example(facts, to, changes, note, has_letter) for to in _one_of_each(sent_to)],
        changes=changes,
        seen=sending.seen_now(meeting),
        refusal=_refusal(meeting, dispatch, bool(sent_to or to_call), today),
        warnings=tuple(filter(None, (short_notice(meeting, today), _pdf_warning(problem)))),
        letter_is_sent=has_letter,
    )


def _changes(meeting: Meeting, dispatch: Dispatch, snapshot_now: dict[str, object]) -> tuple[str, ...]:
    latest = latest_convocation(meeting) if dispatch.kind == Kind.CHANGE else None
    if latest is None:
        return ()
    return tuple(change.text for change in differences(latest.snapshot, snapshot_now))


def _refusal(meeting: Meeting, dispatch: Dispatch, is_anybody: bool, today: date) -> str:
    if dispatch.kind == Kind.CALL:
        reason = refusal(meeting, "convene", today)
        return reason or ("" if is_anybody else sending.NOBODY)
    if meeting.state != State.CONVENED:
        return "La réunion n’est pas à l’état « Convoquée » : il n’y a rien à envoyer."
    return sending.out_of_date(meeting) if dispatch.kind == Kind.CHANGE else ""


def _one_of_each(sent_to: Iterable[Recipient]) -> list[Recipient]:
    """The first of those to whom the same words go."""
    first: dict[object, Recipient] = {}
    for to in sent_to:
        first.setdefault((to.kind, to.reason, to.has_calendar), to)
    return list(first.values())


def _example(facts: Facts, to: Recipient, changes: Sequence[str], note: str, has_letter: bool) -> Example:
    """What it says to them; one query."""
    # The list of those to come is not stored: their answer is on the row that is.
    row = to.row
    known = Attendance.objects.filter(meeting=row.meeting_id, seat=row.seat_id, person=row.person_id)
    stored = known.select_related("meeting", "person").order_by("pk").first() or row
    text = body_of(
        facts,
        replace(to, row=stored),
        reply_address=READABLE_LINK,
        changes=changes,
        note=note,
        has_letter=has_letter,
    )
    return Example(to, subject_of(facts, to.kind, to.reason), text)


def _pdf_warning(problem: str | None) -> str:
    return f"La lettre ne sera pas jointe. {problem}" if problem else ""


def letters_of(meeting: Meeting, dispatch: Dispatch, note: str) -> dict[Which, bytes]:
    """The letters that go with it, made now; none where none goes, or none can be made.

    Raises `cops.lib.pdf.PdfError`.
    """
    sent_to = [to for to in expected(meeting, dispatch.kind) if to.kind != Kind.CANCELLATION]
    return _made(meeting, dispatch, note, dict.fromkeys(sending.which_letter(to) for to in sent_to))


def draft_letter(meeting: Meeting, dispatch: Dispatch) -> bytes | None:
    """The letter as it would leave now, to nobody in particular; None as in `letters_of`."""
    which = (dispatch.kind, UNKNOWN)
    return _made(meeting, dispatch, "", [which]).get(which)


def _made(meeting: Meeting, dispatch: Dispatch, note: str, which: Iterable[Which]) -> dict[Which, bytes]:
    facts = facts_of(meeting, snapshot(meeting))
    wanted = list(which)
    if not wanted or not dispatch.has_letter or facts.is_confidential or pdf_available() is not None:
        return {}
    return letter_pdfs(facts, wanted, written_on=timezone.localdate(), note=note)
