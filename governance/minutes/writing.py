"""Writing minutes and approving them; each deed goes to the journal."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cops.audit.models import Event
from cops.lib.french import date_fr
from cops.users.models import User
from governance.meetings.life import State, locked
from governance.models import Meeting, Minutes

CONFIDENTIAL = (
    "Un groupe confidentiel n’a pas de compte rendu : seuls la date, les services présents et les décisions "
    "générales sont notés (art. L132-5 CSI)."
)


class ApprovalRefusedError(Exception):
    """The minutes cannot be approved so; the text is French and says why."""


def minutes_of(meeting: Meeting) -> Minutes:
    """The meeting's minutes with the meeting that approved them; new ones where there are none. One query."""
    rows = Minutes.objects.select_related("approved_in__formation")
    return rows.filter(meeting=meeting).first() or Minutes(meeting=meeting)


def entry_refusal(meeting: Meeting, minutes: Minutes) -> str:
    """Why the minutes cannot be written, in French; empty where they can."""
    if meeting.formation.is_confidential:
        return CONFIDENTIAL
    if meeting.state == State.CANCELLED:
        return "La réunion est annulée : elle n’a pas de compte rendu."
    if minutes.approved_in is not None:
        return (
            f"Le compte rendu a été approuvé à la réunion du {date_fr(minutes.approved_in.held_on)} : il ne "
            "change plus. Une rectification se note dans le compte rendu d’une réunion suivante."
        )
    return ""


@transaction.atomic
def save_minutes(minutes: Minutes, *, by: User) -> None:
    """Store minutes that were checked."""
    is_new = minutes._state.adding
    minutes.save()
    kind = Event.Action.CREATED if is_new else Event.Action.CHANGED
    Event.record(kind, actor=by, summary=str(minutes), subject=minutes.meeting)


def approving(meeting: Meeting, today: date) -> QuerySet[Meeting]:
    """The meetings that may have approved its minutes: held later by the same formation."""
    later = Meeting.objects.filter(formation=meeting.formation_id, held_on__gt=meeting.held_on)
    held = later.filter(held_on__lte=today, kind=Meeting.Kind.ORDINARY).exclude(state=State.CANCELLED)
    return held.select_related("formation").order_by("held_on", "pk")


@transaction.atomic
def approve(meeting: Meeting, approving_meeting: Meeting, *, seen: int, by: User) -> Minutes:
    """Note that the minutes were approved at a later meeting: from then on they are locked.

    :param seen: the version that was shown to whoever approves.
    :raises ApprovalRefusedError: there is nothing to approve, or not so.
    """
    stored = locked(meeting.pk)
    minutes = minutes_of(stored)
    if reason := entry_refusal(stored, minutes):
        raise ApprovalRefusedError(reason)
    if not minutes.text.strip():
        raise ApprovalRefusedError("Le compte rendu est vide : rédigez-le d’abord.")
    if minutes.version != seen:
        raise ApprovalRefusedError("Le compte rendu a changé entre-temps : relisez-le avant de l’approuver.")
    if not approving(stored, timezone.localdate()).filter(pk=approving_meeting.pk).exists():
        raise ApprovalRefusedError("Il s’approuve à une réunion ultérieure de la même formation.")
    minutes.approved_in, minutes.approved_at = approving_meeting, timezone.now()
    minutes.full_clean()
    minutes.save()
    Event.record(
        Event.Action.CHANGED,
        actor=by,
        summary=f"{minutes} : approuvé à la réunion du {date_fr(approving_meeting.held_on)}",
        subject=stored,
    )
    return minutes
