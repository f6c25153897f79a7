"""The alert: an e-mail to everybody of the cell with a personal link, and without a fact of the case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from cops.audit.models import Event
from cops.lib.civility import salutation, titled
from cops.lib.french import count, datetime_fr
from cops.mail.models import AccessLink
from cops.mail.services import enqueue
from cops.users.models import User
from governance.convocations.people import audience, in_office
from governance.convocations.sending import next_sequence, reply_address
from governance.convocations.texts import addressee
from governance.meetings.changes import snapshot
from governance.meetings.convening import in_seat_order
from governance.models import Attendance, Convocation, ConvocationMessage, CrisisCell

LINK_LIFETIME = timedelta(days=7)
JUST_ALERTED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Alert:
    """Whom an alert reached by e-mail, and who is to be called."""

    sent: int
    to_call: tuple[Attendance, ...]

    @property
    def french(self) -> str:
        """In one sentence, for the page and the journal."""
        called = (
            f" ; {count(len(self.to_call), 'personne')} à appeler, faute d’adresse" if self.to_call else ""
        )
        return f"{count(self.sent, 'alerte envoyée', 'alertes envoyées')}{called}"


def alert(cell: CrisisCell, *, by: User, only: Iterable[Attendance] | None = None) -> Alert:
    """Alert everybody who sits today and the guests, or `only` some of them; who was alerted before gets a
    new link and keeps the earlier one. Where nobody of them sits today, nothing is kept."""
    meeting = cell.meeting
    rows = in_seat_order(meeting) if only is None else only
    chosen = audience(in_office(meeting, rows, timezone.localdate()))
    outcome = Alert(len(chosen.reached), chosen.to_call)
    if not chosen.everybody:
        return outcome
    if chosen.reached:
        convocation = Convocation.objects.create(
            meeting=meeting,
            sequence=next_sequence(meeting),
            kind=Convocation.Kind.CALL,
            sent_by=by,
            snapshot=snapshot(meeting),
        )
        for row in chosen.reached:
            _send(convocation, cell, row)
    Event.record(Event.Action.SENT, actor=by, summary=f"Cellule de crise : {outcome.french}", subject=cell)
    return outcome


@transaction.atomic
def alert_silent(cell: CrisisCell, *, by: User) -> Alert | None:
    """Alert again those who have not answered, or for another hour or place, but for those alerted a moment
    ago (a double click); None where nobody is left."""
    CrisisCell.objects.select_for_update(of=("self",)).get(pk=cell.pk)
    recent = ConvocationMessage.objects.filter(
        convocation__meeting=cell.meeting, message__created_at__gt=timezone.now() - JUST_ALERTED
    )
    just = set(recent.values_list("attendance", flat=True))
    everybody = in_office(cell.meeting, in_seat_order(cell.meeting), timezone.localdate())
    rows = [row for row in everybody if not row.standing_reply and row.pk not in just]
    return alert(cell, by=by, only=rows) if rows else None


def _send(convocation: Convocation, cell: CrisisCell, row: Attendance) -> None:
    message = enqueue(recipient=row.email, subject=_subject(cell), body=_body(cell, row, reply_address()))
    link, _ = AccessLink.issue(
        AccessLink.Purpose.REPLY, target=row, created_by=convocation.sent_by, lifetime=LINK_LIFETIME
    )
    link.message = message
    link.save(update_fields=["message"])
    ConvocationMessage.objects.create(
        convocation=convocation, attendance=row, message=message, kind=Convocation.Kind.CALL
    )


def _subject(cell: CrisisCell) -> str:
    return f"Cellule de crise du {cell.meeting.formation.council}"[:200]


def _body(cell: CrisisCell, row: Attendance, address: str) -> str:
    """Who convenes and when, where to answer: nothing of the event, which an e-mail may not carry."""
    meeting = cell.meeting
    lines = [f"Lieu : {meeting.place}" if meeting.place else ""]
    lines.append(f"Pour se connecter : {meeting.remote_link}" if meeting.remote_link else "")
    where = "\n".join(line for line in lines if line)
    parts = [
        addressee(row),
        f"{salutation(row.civility, row.function)},",
        f"{convener_fr(cell)} réunit le CISPD restreint en cellule de crise, le "
        f"{datetime_fr(timezone.localtime(cell.opened_at))}.",
        where,
        f"Dites dès maintenant si vous venez, à cette adresse :\n{address}\n"
        "Ce lien vous est personnel, ne le transmettez pas.",
        "Pour la confidentialité, ce message ne dit rien de l’événement.",
        str(meeting.formation.council),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def convener_fr(cell: CrisisCell) -> str:
    """« Le Préfet (M. X), pour qui agit Y, directrice de cabinet, »."""
    acting = f", pour qui agit {cell.acting_name}, {cell.acting_function}," if cell.acting_name else ""
    named = titled(cell.convener_name, cell.convener_civility)
    return f"{cell.convener_title} ({named}){acting}"
