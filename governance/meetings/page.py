"""The page of a meeting: its head, with the one thing to do next, and the sections under it.

A section is a function `section(meeting, user)` of its subject's module; its template is
`governance/_meeting_<name>.html`, which finds what it returned under its name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from cops.lib.french import hours_fr
from cops.users.models import User
from governance.convocations import page as convocations
from governance.decisions import page as decisions
from governance.meetings import agenda, attendance
from governance.meetings.life import State, edit_refusal, offered, short_notice, takes_attendance
from governance.minutes.page import section as minutes_section
from governance.models import Meeting

Section = Callable[[Meeting, User], dict[str, Any]]

SECTIONS: Mapping[str, Section] = {
    "agenda": agenda.section,
    "follow_ups": decisions.follow_up_section,
    "convocations": convocations.section,
    "attendance": attendance.section,
    "decisions": decisions.section,
    "minutes": minutes_section,
}

TONES = {
    State.PREPARED: "neutral",
    State.CONVENED: "info",
    State.HELD: "partial",
    State.CLOSED: "ok",
    State.CANCELLED: "bad",
}


@dataclass(frozen=True, slots=True)
class MainAction:
    """The one thing to do next with a meeting: a link."""

    label: str
    url: str
    icon: str


def main_action(meeting: Meeting, today: date, *, has_agenda: bool) -> MainAction | None:
    """What comes next in the meeting's state, for those who may do it."""
    named = _action_name(meeting, today, has_agenda)
    if named is None:
        return None
    label, name, icon = named
    return MainAction(label, reverse(name, args=[meeting.pk]), icon)


def _action_name(meeting: Meeting, today: date, has_agenda: bool) -> tuple[str, str, str] | None:
    """Label, name of the address, picture."""
    by_person = takes_attendance(meeting)
    if meeting.state == State.PREPARED and meeting.held_on >= today:
        if by_person and not has_agenda:
            return "Saisir l’ordre du jour", "agenda_edit", "list-check"
        return "Préparer la convocation", "meeting_convoke", "envelope"
    if meeting.state in (State.PREPARED, State.CONVENED, State.HELD) and meeting.held_on <= today:
        if by_person:
            return "Pointer les présences", "attendance_edit", "list-check"
        return "Noter les services présents", "meeting_edit", "list-check"
    return None


def page_of(meeting: Meeting, user: User, today: date) -> dict[str, Any]:
    """All that the page shows of a meeting."""
    may_change = user.has_perm("governance.change_meetings", meeting)
    sections = {name: section(meeting, user) for name, section in SECTIONS.items()}
    has_agenda = bool(sections["agenda"].get("rows"))
    return {
        "meeting": meeting,
        "tone": TONES[State(meeting.state)],
        "times": times_of(meeting),
        "may_change": may_change,
        "may_edit": may_change and not edit_refusal(meeting),
        "main_action": main_action(meeting, today, has_agenda=has_agenda) if may_change else None,
        "steps": offered(meeting, today) if may_change else [],
        "short_notice": short_notice(meeting, today) if may_change else "",
    } | sections


def times_of(meeting: Meeting) -> str:
    """« de 14 h à 16 h », « de 22 h à 0 h 30 le lendemain », « à 14 h », or nothing."""
    return hours_fr(meeting.starts_at, meeting.ends_at)


def address(meeting: Meeting) -> str:
    return reverse("meeting_detail", args=[meeting.pk])
