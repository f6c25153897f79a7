"""What a meeting's page and a decision's own page show of decisions."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cops.users.models import User
from governance.decisions.effects import effects_of
from governance.decisions.follow_ups import TONES, told_at
from governance.decisions.writing import entry_refusal
from governance.models import Decision, Meeting
from governance.selectors import decisions_of


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A decision with the tone of its state and whether it is late that day."""

    decision: Decision
    tone: str
    is_late: bool


def shown(decision: Decision, today: date) -> ShownDecision:
    return ShownDecision(decision, TONES[Decision.State(decision.state)], decision.is_late(today))


def section(meeting: Meeting, user: User) -> dict[str, Any]:
    """What the meeting decided; two queries."""
    today = timezone.localdate()
    may_change = user.has_perm("governance.change_meetings", meeting)
    rows = decisions_of(meeting).select_related("agenda_item")
    return {
        "rows": [shown(row, today) for row in rows],
        "may_add": may_change and not entry_refusal(meeting, today),
        "may_change": may_change,
    }


def follow_up_section(meeting: Meeting, user: User) -> dict[str, Any]:
    """« Suites données aux décisions précédentes »; three queries."""
    return {
        "rows": told_at(meeting) if meeting.state != Meeting.State.CANCELLED else [],
        "may_change": user.has_perm("governance.change_meetings", meeting),
    }


def page_of(decision: Decision, user: User, today: date) -> dict[str, Any]:
    """All that the page of a decision shows."""
    may_change = user.has_perm("governance.change_meetings", decision.meeting)
    refusal = entry_refusal(decision.meeting, today) if may_change else ""
    follow_ups = decision.follow_ups.select_related("recorded_by").order_by("-told_on", "-pk")
    return {
        "decision": decision,
        "meeting": decision.meeting,
        "tone": TONES[Decision.State(decision.state)],
        "is_late": decision.is_late(today),
        "follow_ups": [(row, TONES[Decision.State(row.state)]) for row in follow_ups],
        "effects": effects_of(decision, user),
        "may_change": may_change,
        "may_edit": may_change and not refusal,
        "edit_refusal": refusal,
    }


def address(decision: Decision) -> str:
    return reverse("decision_detail", args=[decision.pk])
