"""The minutes on the page of their meeting."""

from typing import Any

from django.utils import timezone

from cops.users.models import User
from governance.meetings.life import State
from governance.minutes.markdown import to_html
from governance.minutes.writing import approving, entry_refusal, minutes_of
from governance.models import Meeting


def section(meeting: Meeting, user: User) -> dict[str, Any]:
    """The minutes laid out, what may be done with them, and which minutes this meeting approved; four
    queries at most. A confidential group has none."""
    if meeting.formation.is_confidential or meeting.state == State.CANCELLED:
        return {"is_shown": False}
    minutes = minutes_of(meeting)
    may_change = user.has_perm("governance.change_meetings", meeting)
    refusal = entry_refusal(meeting, minutes)
    has_text = bool(minutes.text.strip())
    may_approve = may_change and has_text and not refusal
    approved = meeting.approved_minutes.select_related("meeting").order_by("meeting__held_on", "pk")
    return {
        "is_shown": True,
        "minutes": minutes,
        "has_text": has_text,
        "html": to_html(minutes.text, top=3) if has_text else "",
        "may_edit": may_change and not refusal,
        "refusal": refusal if may_change else "",
        "approving": list(approving(meeting, timezone.localdate())) if may_approve else [],
        "may_approve": may_approve,
        "approved": [row.meeting for row in approved],
    }
