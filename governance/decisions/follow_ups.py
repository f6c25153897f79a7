"""« Suites données » : what a formation's meeting hears of the decisions before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from governance.models import Decision, FollowUp, Meeting
from governance.models.decisions import OPEN_STATES

TONES = {
    Decision.State.OPEN: "neutral",
    Decision.State.UNDER_WAY: "info",
    Decision.State.DONE: "ok",
    Decision.State.DROPPED: "bad",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A decision of an earlier meeting with the latest that is known of it on the meeting's day."""

    decision: Decision
    follow_up: FollowUp | None
    state: Decision.State
    is_late: bool

    @property
    def state_label(self) -> str:
        return str(self.state.label)

    @property
    def tone(self) -> str:
        return TONES[self.state]


def earlier(meeting: Meeting) -> Q:
    """Meetings of the same formation before this one; of the same day, those entered before it."""
    before = Q(held_on__lt=meeting.held_on) | Q(held_on=meeting.held_on, pk__lt=meeting.pk)
    return before & Q(formation=meeting.formation_id) & ~Q(state=Meeting.State.CANCELLED)


def told_at(meeting: Meeting) -> Sequence[Told]:
    """The decisions of the formation's earlier meetings that its meeting hears of: those still open on its
    day, and those settled since the meeting before, told one last time; the oldest first. Three queries.

    A follow-up noted later for an earlier day counts from that day on. A crisis cell hears of none.
    """
    if meeting.kind == Meeting.Kind.CRISIS:
        return []
    before = Meeting.objects.filter(earlier(meeting))
    previous = before.filter(kind=Meeting.Kind.ORDINARY).order_by("-held_on", "-pk").first()
    follow_ups = FollowUp.objects.filter(told_on__lte=meeting.held_on).order_by("told_on", "pk")
    decisions = (
        Decision.objects.filter(meeting__in=before.order_by().values("pk"))
        .filter(Q(state__in=OPEN_STATES) | Q(follow_ups__isnull=False))
        .distinct()
        .select_related("meeting__formation")
        .prefetch_related(Prefetch("follow_ups", queryset=follow_ups, to_attr="known"))
        .order_by("meeting__held_on", "meeting_id", "number")
    )
    since = previous.held_on if previous else date.min
    return [_told(row, meeting.held_on) for row in decisions if _is_to_tell(row, since)]


def _is_to_tell(decision: Decision, since: date) -> bool:
    """Whether it was not settled yet when the meeting before was held, or only on that day or later."""
    told = [row for row in _known(decision) if row.told_on <= since]
    return not told or told[-1].state in OPEN_STATES


def _told(decision: Decision, on: date) -> Told:
    known = _known(decision)
    latest = known[-1] if known else None
    state = _state(decision, latest)
    is_late = state in OPEN_STATES and decision.due_on is not None and decision.due_on < on
    return Told(decision, latest, state, is_late)


def _state(decision: Decision, latest: FollowUp | None) -> Decision.State:
    """As last told; before anything was told, as it was entered (a later settlement is not known yet)."""
    if latest is not None:
        return Decision.State(latest.state)
    return Decision.State(decision.state) if decision.is_open else Decision.State.OPEN


def _known(decision: Decision) -> list[FollowUp]:
    known: list[FollowUp] = decision.known  # type: ignore[attr-defined]  # by the Prefetch above
    return known
