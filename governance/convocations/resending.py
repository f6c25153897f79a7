"""Sending once more to one person what they were sent last, as it is to them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cops.documents.models import Document
from cops.lib.pdf import pdf_available
from cops.users.models import User
from governance.convocations.facts import facts_of
from governance.convocations.letter import letter_pdfs
from governance.convocations.people import person_key
from governance.convocations.recipients import Recipient, last_told
from governance.convocations.sending import record, revoke, send_one, store_letter, which_letter
from governance.meetings.changes import differences, latest_convocation
from governance.meetings.convening import convene_list
from governance.meetings.life import State, StepRefusedError, locked
from governance.models import Attendance, Convocation, ConvocationMessage, Meeting

Kind = Convocation.Kind


@dataclass(frozen=True, slots=True)
class Again:
    """What the latest sending is to one person: its kind, what changed for them, the letter kept of it."""

    kind: str
    changes: Sequence[str]
    letters: Sequence[Document]


def again(row: Attendance, latest: Convocation) -> Again:
    """A call to whom nothing was sent, or who was told meanwhile that it is off for them; a change to whom an
    earlier sending was the last, where something changed since; else what they got. Four queries at most."""
    own = last_told(latest.meeting).get(person_key(row))
    if own is None:
        return Again(Kind.CALL, (), ())
    before = own.convocation
    if own.convocation_id == latest.pk and own.kind == Kind.CHANGE:
        before = _before(latest) or latest
    changes = tuple(change.text for change in differences(before.snapshot, latest.snapshot))
    kind = Kind.CHANGE if changes else own.kind
    return Again(kind, changes, _letters(own) if own.convocation_id == latest.pk else ())


def _before(latest: Convocation) -> Convocation | None:
    earlier = latest.meeting.convocations.filter(sequence__lt=latest.sequence)
    return earlier.exclude(kind=Kind.CANCELLATION).order_by("-sequence").first()


def _letters(sent: ConvocationMessage) -> list[Document]:
    return list(sent.message.documents.filter(kind=Document.Kind.CONVOCATION).order_by("pk"))


def missing_letter(meeting: Meeting, row: Attendance) -> bytes | None:
    """The letter to send again, made now where none went to this person with the latest sending, and one can
    be made. Raises `cops.lib.pdf.PdfError`."""
    latest = latest_convocation(meeting)
    if latest is None or meeting.formation.is_confidential or pdf_available() is not None:
        return None
    found = again(row, latest)
    if found.letters:
        return None
    facts = facts_of(meeting, latest.snapshot)
    which = which_letter(Recipient(row, found.kind))
    return letter_pdfs(facts, [which], written_on=timezone.localdate(), note=latest.note)[which]


@transaction.atomic
def resend(attendance: Attendance, *, by: User, pdf: bytes | None = None) -> ConvocationMessage:
    """Send the latest convocation once more to one person, at the address that is theirs today.

    Links sent to them before stop working: they may have gone astray. Raises StepRefusedError.

    :param pdf: the letter, where none is kept (`missing_letter`).
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
    taken_back = latest.messages.filter(kind=Kind.CANCELLATION, message__recipient__iexact=row.email)
    if taken_back.exclude(message__calendar="").exists():
        # The calendar of that address would take an invitation of the same sequence for an older one.
        raise StepRefusedError(f"{row.name} siège de nouveau : convoquez par « Envoyer une modification ».")
    found = again(row, latest)
    revoke(meeting, [row])
    letters = found.letters or store_letter(latest, found.kind, pdf, by)
    sent = send_one(latest, Recipient(row, found.kind), latest.note, found.changes, letters)
    record(meeting, f"convocation renvoyée à {row.name}", by)
    return sent
