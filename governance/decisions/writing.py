"""Writing decisions and what was done about them; each deed goes to the journal."""

from datetime import date

from django.db import transaction
from django.db.models import Max

from cops.audit.models import Event
from cops.lib.french import date_fr
from cops.users.models import User
from governance.meetings.life import State, locked
from governance.models import Decision, FollowUp, Meeting, Minutes
from governance.references import delete_if_unreferenced

LOCKED = (
    "Le compte rendu de cette réunion est approuvé : ses décisions ne changent plus. "
    "Une rectification se note à une réunion suivante."
)


def entry_refusal(meeting: Meeting, today: date) -> str:
    """Why the meeting's decisions cannot be entered that day, in French; empty where they can. One query."""
    if meeting.state == State.CANCELLED:
        return "La réunion est annulée : elle ne décide de rien."
    if meeting.state == State.CLOSED:
        return "La réunion est close : rouvrez-la d’abord."
    if meeting.held_on > today:
        return (
            f"La réunion a lieu le {date_fr(meeting.held_on)} : ses décisions se notent à partir de ce jour."
        )
    approved = Minutes.objects.filter(meeting=meeting, approved_in__isnull=False)
    return LOCKED if approved.exists() else ""


def locked_decision(pk: int) -> Decision:
    """The decision as stored now, its meeting under lock, to be changed; inside a transaction."""
    meeting = locked(Decision.objects.values_list("meeting", flat=True).get(pk=pk))
    decision = Decision.objects.get(pk=pk)
    decision.meeting = meeting
    return decision


@transaction.atomic
def save_decision(decision: Decision, *, by: User) -> None:
    """Store a decision that was checked; a new one takes the number after its meeting's last.

    The meeting is locked meanwhile, so that two writers get two numbers.
    """
    is_new = decision._state.adding
    if is_new:
        decision.number = _next_number(locked(decision.meeting_id))
    decision.save()
    Event.record(
        Event.Action.CREATED if is_new else Event.Action.CHANGED,
        actor=by,
        summary=str(decision),
        subject=decision,
    )


def _next_number(meeting: Meeting) -> int:
    latest = Decision.objects.filter(meeting=meeting).aggregate(latest=Max("number"))["latest"]
    return (latest or 0) + 1


@transaction.atomic
def delete_decision(decision: Decision, *, by: User) -> None:
    """Delete a decision that nothing refers to, neither follow-up nor effect.

    :raises StillReferredToError: something does.
    """
    summary = str(decision)
    locked(decision.meeting_id)
    delete_if_unreferenced(decision)
    Event.record(Event.Action.DELETED, actor=by, summary=summary)


@transaction.atomic
def add_follow_up(follow_up: FollowUp, *, by: User) -> None:
    """Add what was done about a decision, whose state becomes that of its latest follow-up."""
    decision = Decision.objects.select_for_update().get(pk=follow_up.decision_id)
    follow_up.recorded_by = by
    follow_up.save()
    latest = decision.follow_ups.order_by("-told_on", "-pk").first()
    if latest is not None and latest.state != decision.state:
        decision.state = latest.state
        decision.save()
    Event.record(
        Event.Action.CHANGED,
        actor=by,
        summary=f"{follow_up.decision} : suites données ({follow_up.get_state_display().lower()})",
        subject=decision,
    )
