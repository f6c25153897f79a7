"""Sending convocations, their changes and the cancellation: each once, whatever is clicked how often.

The meeting's row is locked while its state moves, and what a page showed must still be so: of several who
click at the same time one sends, the others are told. The e-mails leave when the transaction is committed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet, Subquery
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
from governance.convocations.people import audience
from governance.convocations.texts import body_of, subject_of, title_of
from governance.meetings.changes import changes_since, latest_convocation, snapshot
from governance.meetings.convening import convene_list
from governance.meetings.life import OPEN_CELL, State, StepRefusedError, is_open_cell, locked, take
from governance.models import Attendance, Convocation, ConvocationMessage, Meeting

Kind = Convocation.Kind
REPLY = AccessLink.Purpose.REPLY

CHANGED_MEANWHILE = (
    "La réunion a été modifiée ou convoquée entre-temps : relisez ce qui va partir, puis recommencez."
)

NOBODY = "Il n’y a personne à convoquer : complétez la composition ou invitez quelqu’un."


@dataclass(frozen=True, slots=True)
class Order:
    """What is sent, by whom.

    `seen` is the digest of what the page showed, `pdf` the letter made of it (none where PDFs cannot
    be made).
    """

    by: User
    seen: str
    note: str = ""
    pdf: bytes | None = None


def next_sequence(meeting: Meeting) -> int:
    """The sequence of the next convocation; one query."""
    latest = meeting.convocations.aggregate(latest=Max("sequence"))["latest"]
    return 0 if latest is None else int(latest) + 1


def seen_now(meeting: Meeting) -> str:
    """What a page about to send shows, as a digest; two queries."""
    return digest(snapshot(meeting), next_sequence(meeting))


@transaction.atomic
def convoke(meeting: Meeting, order: Order) -> Convocation:
    """Convene the composition of the meeting's day and the guests. Raises StepRefusedError."""
    stored = take(meeting, "convene", by=order.by)
    _check_seen(stored, order)
    rows = convene_list(stored)
    if not rows:
        raise StepRefusedError(NOBODY)
    return _send(stored, Kind.CALL, order, rows)


@transaction.atomic
def send_change(meeting: Meeting, order: Order) -> Convocation:
    """Tell those convened what changed since they were. Raises StepRefusedError."""
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
    known = reached(stored)
    rows = convene_list(stored)
    reached_before = {row.pk for row in known}
    newcomers = [row for row in audience(rows).reached if row.pk not in reached_before]
    if not changes and not order.note and not newcomers:
        raise StepRefusedError("Rien n’a changé depuis le dernier envoi : écrivez un message ou modifiez.")
    _extend_links(stored)
    convocation = _send(stored, Kind.CHANGE, order, rows, changes=changes)
    people = {row.person_id for row in rows}
    _send_each(convocation, [row for row in known if row.person_id not in people], order, Kind.CANCELLATION)
    return convocation


@transaction.atomic
def cancel(meeting: Meeting, order: Order) -> Convocation:
    """Cancel a meeting that was convened, and tell everybody who was. Raises StepRefusedError."""
    stored = locked(meeting.pk)
    if stored.state != State.CONVENED:
        raise StepRefusedError("Seule une réunion convoquée s’annule par message.")
    _check_seen(stored, order)
    stored = take(stored, "cancel", by=order.by)
    rows = reached(stored)
    _links(rows).filter(revoked_at__isnull=True).update(revoked_at=timezone.now())
    return _send(stored, Kind.CANCELLATION, order, rows)


@transaction.atomic
def resend(attendance: Attendance, *, by: User) -> ConvocationMessage:
    """Send the latest convocation once more to one person, at the address that is theirs today.

    Links sent to them before stop working: they may have gone astray. Raises StepRefusedError.
    """
    meeting = locked(attendance.meeting_id)
    latest = latest_convocation(meeting)
    if meeting.kind == Meeting.Kind.CRISIS:
        raise StepRefusedError("Les alertes d’une cellule de crise se renvoient depuis sa page.")
    if meeting.state != State.CONVENED or latest is None:
        raise StepRefusedError("Seule la convocation d’une réunion à venir se renvoie.")
    rows = {row.pk: row for row in convene_list(meeting)}
    row = rows.get(attendance.pk)
    if row is None:
        raise StepRefusedError(f"{attendance.name} ne siège plus à la date de la réunion.")
    if not row.email:
        raise StepRefusedError(f"{row.name} n’a pas d’adresse : prévenez cette personne par téléphone.")
    _links([row]).filter(revoked_at__isnull=True).update(revoked_at=timezone.now())
    papers = Document.objects.filter(pk__in=_papers(latest))
    sent = _send_one(latest, row, facts_of(meeting, latest.snapshot), papers, latest.kind, latest.note)
    _record(meeting, f"convocation renvoyée à {row.name}", by)
    return sent


def _check_seen(meeting: Meeting, order: Order) -> None:
    if seen_now(meeting) != order.seen:
        raise StepRefusedError(CHANGED_MEANWHILE)


def out_of_date(meeting: Meeting) -> str:
    """A convocation to a day that is past would be sent to nobody's use."""
    if meeting.held_on < timezone.localdate():
        return "La date de la réunion est passée : changez-la ou notez la réunion comme tenue."
    return ""


def _send(
    meeting: Meeting, kind: str, order: Order, rows: Iterable[Attendance], *, changes: Iterable[str] = ()
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
    rows = list(rows)
    _send_each(convocation, rows, order, kind, changes=list(changes), papers=_letter(convocation, order))
    to = audience(rows)
    _record(
        meeting,
        f"{convocation.get_kind_display().lower()}, {count(len(to.reached), 'message')}",
        order.by,
        sequence=convocation.sequence,
        without_address=[row.pk for row in to.to_call],
    )
    return convocation


def _send_each(
    convocation: Convocation,
    rows: Iterable[Attendance],
    order: Order,
    kind: str,
    *,
    changes: Iterable[str] = (),
    papers: Iterable[Document] = (),
) -> None:
    facts = facts_of(convocation.meeting, convocation.snapshot)
    for row in audience(rows).reached:
        _send_one(convocation, row, facts, papers, kind, order.note, changes)


def _send_one(
    convocation: Convocation,
    row: Attendance,
    facts: Facts,
    papers: Iterable[Document],
    kind: str,
    note: str,
    changes: Iterable[str] = (),
) -> ConvocationMessage:
    papers = list(papers)
    is_off = kind == Kind.CANCELLATION
    message = enqueue(
        recipient=row.email,
        subject=subject_of(facts, kind),
        body=body_of(
            facts,
            kind,
            row,
            reply_address="" if is_off else reply_address(),
            changes=list(changes),
            note=note,
            has_letter=bool(papers),
            is_still_held=kind != convocation.kind,
        ),
        calendar=calendar.invitation(
            facts,
            method=calendar.CANCEL if is_off else calendar.REQUEST,
            sequence=convocation.sequence,
            now=timezone.now(),
            to=row,
        ),
        documents=papers,
    )
    if not is_off:
        _give_link(row, message, convocation)
    return ConvocationMessage.objects.create(convocation=convocation, attendance=row, message=message)


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


def _letter(convocation: Convocation, order: Order) -> list[Document]:
    """The PDF, kept once for all. A confidential group has none: it would stay among the documents."""
    if order.pdf is None or convocation.meeting.formation.is_confidential:
        return []
    facts = facts_of(convocation.meeting, convocation.snapshot)
    document = Document.store(
        order.pdf,
        kind=Document.Kind.CONVOCATION,
        title=title_of(facts, convocation.kind),
        filename=letter.filename(facts),
        content_type="application/pdf",
        visibility=Document.Visibility.STAFF,
        created_by=order.by,
    )
    return [document]


def _papers(convocation: Convocation) -> list[int]:
    """The keys of the letter that went with a convocation."""
    sent = Document.objects.filter(kind=Document.Kind.CONVOCATION).order_by("pk")
    used = convocation.messages.values("message__documents")
    return list(sent.filter(pk__in=used).values_list("pk", flat=True))


def reached(meeting: Meeting) -> list[Attendance]:
    """Everybody to whom a convocation was sent, but for those told since that it is off for them."""
    latest = ConvocationMessage.objects.filter(attendance=OuterRef("pk")).order_by("-pk")
    rows = Attendance.objects.filter(meeting=meeting).annotate(
        latest_calendar=Subquery(latest.values("message__calendar")[:1])
    )
    return list(
        rows.filter(latest_calendar__isnull=False)
        .exclude(latest_calendar__contains=f"METHOD:{calendar.CANCEL}")
        .order_by("pk")
    )


def _links(rows: Iterable[Attendance]) -> QuerySet[AccessLink]:
    return AccessLink.objects.to_any(list(rows)).filter(purpose=REPLY)


def _extend_links(meeting: Meeting) -> None:
    """A meeting that moves keeps its links: they follow it to its new day."""
    rows = Attendance.objects.filter(meeting=meeting)
    _links(rows).filter(revoked_at__isnull=True).update(expires_at=end_of_day(meeting.held_on))


def _record(meeting: Meeting, deed: str, by: User, **detail: object) -> None:
    Event.record(Event.Action.SENT, actor=by, summary=f"{meeting} : {deed}", subject=meeting, **detail)
