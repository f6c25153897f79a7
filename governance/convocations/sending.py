"""Sending convocations, their changes and the cancellation: each once, whatever is clicked how often.

The meeting's row is locked while its state moves, and what a page showed must still be so: of several who
click at the same time one sends, the others are told. The e-mails leave when the transaction is committed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone

from cops.audit.models import Event
from cops.documents.models import Document
from cops.lib.addresses import site_address
from cops.lib.french import count
from cops.mail.models import TOKEN_MARK, AccessLink, Message
from cops.mail.services import enqueue
from cops.users.models import User
from governance.convocations import calendar, letter
from governance.convocations.facts import Facts, digest, end_of_day, facts_of
from governance.convocations.people import audience, person_key
from governance.convocations.recipients import Recipient, expected, reached, recipients
from governance.convocations.texts import body_of, salutation_of, subject_of, title_of
from governance.meetings.changes import changes_since, latest_convocation, snapshot
from governance.meetings.convening import convene_list, in_seat_order
from governance.meetings.life import OPEN_CELL, State, StepRefusedError, is_open_cell, locked, take
from governance.models import Attendance, Convocation, ConvocationMessage, Meeting

Kind = Convocation.Kind
REPLY = AccessLink.Purpose.REPLY

CHANGED_MEANWHILE = (
    "La réunion a été modifiée ou convoquée entre-temps, ou ceux qui y siègent ont changé : relisez ce qui "
    "va partir, puis recommencez."
)

NOBODY = "Il n’y a personne à convoquer : complétez la composition ou invitez quelqu’un."


@dataclass(frozen=True, slots=True)
class Order:
    """What is sent, by whom.

    `seen` is the digest of what the page showed, `letters` what was made of it (none where PDFs cannot
    be made).
    """

    by: User
    seen: str
    note: str = ""
    letters: Mapping[letter.Which, bytes] = field(default_factory=dict)


def next_sequence(meeting: Meeting) -> int:
    """The sequence of the next convocation; one query."""
    latest = meeting.convocations.aggregate(latest=Max("sequence"))["latest"]
    return 0 if latest is None else int(latest) + 1


def seen_now(meeting: Meeting) -> str:
    """What a page about to send shows, as a digest: the meeting, and who is convened to it or leaves it."""
    who = [(person_key(to.row), to.kind, to.row.email) for to in expected(meeting, Kind.CHANGE)]
    return digest(snapshot(meeting), next_sequence(meeting), who)


@transaction.atomic
def convoke(meeting: Meeting, order: Order) -> Convocation:
    """Convene the composition of the meeting's day and the guests. Raises StepRefusedError."""
    stored = take(meeting, "convene", by=order.by)
    _check_seen(stored, order)
    rows = convene_list(stored)
    if not rows:
        raise StepRefusedError(NOBODY)
    return _send(stored, Kind.CALL, order, rows, recipients(stored, Kind.CALL, rows))


@transaction.atomic
def send_change(meeting: Meeting, order: Order) -> Convocation:
    """Tell those convened what changed since they were; call who comes to it, tell why to who leaves it.

    Raises StepRefusedError.
    """
    stored = locked(meeting.pk)
    if is_open_cell(stored):
        raise StepRefusedError(OPEN_CELL)
    if stored.state != State.CONVENED:
        raise StepRefusedError("Seule une réunion convoquée, et pas encore tenue, se modifie par message.")
    if reason := out_of_date(stored):
        raise StepRefusedError(reason)
    _check_seen(stored, order)
    latest = latest_convocation(stored)
    changes = [change.text for change in changes_since(latest)] if latest else []
    rows = convene_list(stored)
    sent_to = recipients(stored, Kind.CHANGE, rows)
    if not changes and not order.note and all(to.kind == Kind.CHANGE for to in sent_to):
        raise StepRefusedError("Rien n’a changé depuis le dernier envoi : écrivez un message ou modifiez.")
    _extend_links(stored)
    return _send(stored, Kind.CHANGE, order, rows, sent_to, changes=changes)


@transaction.atomic
def cancel(meeting: Meeting, order: Order) -> Convocation:
    """Cancel a meeting that was convened, and tell everybody who was. Raises StepRefusedError."""
    stored = locked(meeting.pk)
    if stored.state != State.CONVENED:
        raise StepRefusedError("Seule une réunion convoquée s’annule par message.")
    _check_seen(stored, order)
    stored = take(stored, "cancel", by=order.by)
    rows = reached(stored)
    return _send(stored, Kind.CANCELLATION, order, rows, recipients(stored, Kind.CANCELLATION, rows))


def _check_seen(meeting: Meeting, order: Order) -> None:
    if seen_now(meeting) != order.seen:
        raise StepRefusedError(CHANGED_MEANWHILE)


def out_of_date(meeting: Meeting) -> str:
    """A convocation to a day that is past would be sent to nobody's use."""
    if meeting.held_on < timezone.localdate():
        return "La date de la réunion est passée : changez-la ou notez la réunion comme tenue."
    return ""


def _send(
    meeting: Meeting,
    kind: str,
    order: Order,
    rows: Iterable[Attendance],
    sent_to: Sequence[Recipient],
    *,
    changes: Sequence[str] = (),
) -> Convocation:
    """Keep what is sent, and put one message a person into the outbox."""
    convocation = Convocation.objects.create(
        meeting=meeting,
        sequence=next_sequence(meeting),
        kind=kind,
        sent_by=order.by,
        note=order.note,
        snapshot=snapshot(meeting),
    )
    letters = _letters(convocation, order, sent_to)
    revoke(meeting, [to.row for to in sent_to if to.kind == Kind.CANCELLATION])
    for to in sent_to:
        send_one(convocation, to, order.note, changes, letters.get(which_letter(to), []))
    record(
        meeting,
        f"{convocation.get_kind_display().lower()}, {count(len(sent_to), 'message')}",
        order.by,
        sequence=convocation.sequence,
        without_address=[row.pk for row in audience(rows).to_call],
    )
    return convocation


def send_one(
    convocation: Convocation, to: Recipient, note: str, changes: Sequence[str], letters: Sequence[Document]
) -> ConvocationMessage:
    """Put the message to one person into the outbox, with their link; inside a transaction."""
    facts = facts_of(convocation.meeting, convocation.snapshot)
    is_off = to.kind == Kind.CANCELLATION
    message = enqueue(
        recipient=to.row.email,
        subject=subject_of(facts, to.kind, to.reason),
        body=body_of(
            facts,
            to,
            reply_address="" if is_off else reply_address(),
            changes=changes,
            note=note,
            has_letter=bool(letters),
        ),
        calendar=_invitation(convocation, facts, to) if to.has_calendar else "",
        documents=letters,
    )
    if not is_off:
        _give_link(to.row, message, convocation)
    return ConvocationMessage.objects.create(
        convocation=convocation, attendance=to.row, message=message, kind=to.kind
    )


def _invitation(convocation: Convocation, facts: Facts, to: Recipient) -> str:
    return calendar.invitation(
        facts,
        method=calendar.CANCEL if to.kind == Kind.CANCELLATION else calendar.REQUEST,
        sequence=convocation.sequence,
        now=timezone.now(),
        to=to.row,
    )


def reply_address() -> str:
    """The address of a personal link, whose token is put in when the message is sent."""
    return site_address(reverse("convocation_reply", args=["JETON"]).replace("JETON", TOKEN_MARK))


def _give_link(row: Attendance, message: Message, convocation: Convocation) -> None:
    """A link of which nobody knows the token: those that are sent are made like it (`AccessLink.renewed`)."""
    link, _ = AccessLink.issue(
        REPLY,
        target=row,
        created_by=convocation.sent_by,
        lifetime=end_of_day(convocation.meeting.held_on) - timezone.now(),
    )
    link.message = message
    link.save(update_fields=["message"])


def which_letter(to: Recipient) -> letter.Which:
    """The letter that goes to somebody: by what they are told, and how they are addressed."""
    return to.kind, salutation_of(to.row)


def _letters(
    convocation: Convocation, order: Order, sent_to: Iterable[Recipient]
) -> dict[letter.Which, list[Document]]:
    """The letters, each kept once for all who get it."""
    wanted = dict.fromkeys(which_letter(to) for to in sent_to)
    return {
        which: store_letter(convocation, which[0], order.letters.get(which), order.by) for which in wanted
    }


def store_letter(convocation: Convocation, kind: str, pdf: bytes | None, by: User) -> list[Document]:
    """Keep the letter of a sending; none where there is none, or for a confidential group, whose letter would
    stay among the documents."""
    if pdf is None or convocation.meeting.formation.is_confidential:
        return []
    facts = facts_of(convocation.meeting, convocation.snapshot)
    document = Document.store(
        pdf,
        kind=Document.Kind.CONVOCATION,
        title=title_of(facts, kind),
        filename=letter.filename(facts),
        content_type="application/pdf",
        visibility=Document.Visibility.STAFF,
        created_by=by,
    )
    return [document]


def _links(rows: Iterable[Attendance]) -> QuerySet[AccessLink]:
    return AccessLink.objects.to_any(list(rows)).filter(purpose=REPLY)


def revoke(meeting: Meeting, rows: Iterable[Attendance]) -> None:
    """End all links of these people to the meeting, on whichever seat."""
    keys = {person_key(row) for row in rows}
    theirs = [row for row in in_seat_order(meeting) if person_key(row) in keys]
    _links(theirs).filter(revoked_at__isnull=True).update(revoked_at=timezone.now())


def _extend_links(meeting: Meeting) -> None:
    """A meeting that moves keeps its links: they follow it to its new day."""
    rows = Attendance.objects.filter(meeting=meeting)
    _links(rows).filter(revoked_at__isnull=True).update(expires_at=end_of_day(meeting.held_on))


def record(meeting: Meeting, deed: str, by: User, **detail: object) -> None:
    """Write a sending into the journal."""
    Event.record(Event.Action.SENT, actor=by, summary=f"{meeting} : {deed}", subject=meeting, **detail)
