"""A first draft of the minutes from what is known of the meeting; it never replaces what was typed."""

import re
from collections.abc import Iterable

from cops.lib.civility import Civility
from cops.lib.french import count, date_fr
from governance.decisions.follow_ups import told_at
from governance.meetings.attendance import (
    Counts,
    contradicted,
    counts,
    represented_by,
    seat_label,
    with_function,
)
from governance.meetings.convening import listed
from governance.meetings.page import times_of
from governance.models import AgendaItem, Attendance, Decision, Meeting
from governance.selectors import decisions_of

Presence = Attendance.Presence
# What Markdown would read as a sign; a number at the start of a line is met by `_line`.
_SIGNS = re.compile(r"([\\`*_{}\[\]<>|~])")
_LINE_START = re.compile(r"^(\d*)([#+=.)-])")


def draft(meeting: Meeting) -> str:
    """The minutes as Markdown; what was said is left to be written. A fixed number of queries."""
    return "\n\n".join(f"## {title}\n\n{body}" for title, body in sections(meeting)) + "\n"


def sections(meeting: Meeting) -> list[tuple[str, str]]:
    """Title and text of each section, those without content left out."""
    people = listed(meeting)
    decisions = list(decisions_of(meeting).select_related("agenda_item"))
    found = [
        ("La réunion", _meeting(meeting)),
        ("Présences", _attendance(people)),
        ("Approbation de comptes rendus", _approvals(meeting)),
        ("Suites données aux décisions précédentes", _follow_ups(meeting)),
        *_items(meeting, decisions),
        ("Autres décisions et avis", _decisions(row for row in decisions if row.agenda_item_id is None)),
    ]
    return [(title, body) for title, body in found if body]


def completed(text: str, meeting: Meeting) -> str:
    """What was typed, followed by those sections of the draft whose title does not stand in it yet."""
    if not text.strip():
        return draft(meeting)
    titles = {_title(line) for line in text.splitlines() if line.lstrip().startswith("#")}
    missing = [(title, body) for title, body in sections(meeting) if _title(title) not in titles]
    added = [f"## {title}\n\n{body}" for title, body in missing]
    return "\n\n".join([text.rstrip(), *added]) + "\n" if added else text


def _title(line: str) -> str:
    return " ".join(line.replace("\\", "").strip("# \t").split()).casefold()


def plain(text: str) -> str:
    """Text of one line that Markdown shows as it is."""
    return _LINE_START.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", " ".join(text.split())))


def _paragraphs(text: str) -> str:
    """Text of several lines that Markdown shows as it is, line by line."""
    return "  \n".join(plain(line) for line in text.splitlines() if line.strip())


def _meeting(meeting: Meeting) -> str:
    when = " ".join(part for part in (f"le {date_fr(meeting.held_on)}", times_of(meeting)) if part)
    where = f", {plain(meeting.place)}" if meeting.place else ""
    lines = [f"La formation « {plain(meeting.formation.name)} » s’est réunie {when}{where}."]
    if meeting.mode == Meeting.Mode.WRITTEN:
        lines = [f"La formation « {plain(meeting.formation.name)} » a été consultée par écrit, {when}."]
    if meeting.chaired_by:
        lines.append(f"La réunion est présidée par {plain(meeting.chaired_by)}.")
    return "\n\n".join(lines)


def _attendance(people: list[Attendance]) -> str:
    """Who came, seat by seat, once somebody was noted. Why somebody did not is nobody's business here."""
    if not any(row.presence for row in people):
        return ""
    groups = [
        ("Présents", Presence.PRESENT),
        ("Représentés", Presence.REPRESENTED),
        ("Excusés", Presence.EXCUSED),
        ("Absents", Presence.ABSENT),
    ]
    parts = [_total(counts(people))]
    doubtful = contradicted(people)
    for title, presence in groups:
        names = [_person(row, is_doubtful=row in doubtful) for row in people if row.presence == presence]
        if names:
            parts.append(f"### {title}\n\n" + "\n".join(f"- {name}" for name in names))
    return "\n\n".join(parts)


def _total(found: Counts) -> str:
    return (
        f"{count(found.seats, 'siège convoqué', 'sièges convoqués')} : {count(found.present, 'présent')}, "
        f"{count(found.represented, 'représenté')}, {count(found.excused, 'excusé')}, "
        f"{count(found.absent, 'absent')}."
    )


def _person(row: Attendance, *, is_doubtful: bool) -> str:
    """`is_doubtful`: who is named as representing them did not come, so the minutes do not say so."""
    who = with_function(with_function(row.titled, row.function), row.organisation)
    seat = f" ({seat_label(row)})"
    by = "une personne à préciser" if is_doubtful else represented_by(row)
    return plain(who + seat + (f", {_represented(row)} par {by}" if by else ""))


def _represented(row: Attendance) -> str:
    return "représentée" if row.civility == Civility.MADAME else "représenté"


def _approvals(meeting: Meeting) -> str:
    rows = meeting.approved_minutes.select_related("meeting").order_by("meeting__held_on")
    lines = [
        f"- Le compte rendu de la réunion du {date_fr(row.meeting.held_on)} est approuvé." for row in rows
    ]
    return "\n".join(lines)


def _follow_ups(meeting: Meeting) -> str:
    rows = [
        (
            f"{row.decision.get_kind_display()} n° {row.decision.number} "
            f"du {date_fr(row.decision.meeting.held_on)}",
            row.decision.text,
            row.follow_up.text if row.follow_up else "",
            row.state_label,
        )
        for row in told_at(meeting)
    ]
    if not rows:
        return ""
    head = ["| Décision | Texte | Suites données | État |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *("| " + " | ".join(plain(cell) for cell in row) + " |" for row in rows)])


def _items(meeting: Meeting, decisions: list[Decision]) -> Iterable[tuple[str, str]]:
    """The agenda, point by point, each with what was decided on it."""
    for rank, item in enumerate(meeting.agenda.order_by("position", "pk"), start=1):
        own = [row for row in decisions if row.agenda_item_id == item.pk]
        yield f"{rank}\\. {plain(item.title)}", _item(item, own)


def _item(item: AgendaItem, decisions: list[Decision]) -> str:
    parts = [f"Rapporteur : {plain(item.rapporteur)}."] if item.rapporteur else []
    parts += [_paragraphs(item.description)] if item.description else []
    parts.append("*Échanges à rédiger.*")
    return "\n\n".join([*parts, *([_decisions(decisions)] if decisions else [])])


def _decisions(decisions: Iterable[Decision]) -> str:
    return "\n\n".join(_decision(row) for row in decisions)


def _decision(row: Decision) -> str:
    facts = [
        *([f"vote : {plain(row.vote)}"] if row.vote else []),
        *([f"responsable : {plain(row.owner)}"] if row.owner else []),
        *([f"échéance : {date_fr(row.due_on)}"] if row.due_on else []),
    ]
    told = f"**{row.get_kind_display()} n° {row.number}.** {_paragraphs(row.text)}"
    if not facts:
        return told
    line = " ; ".join(facts)
    return f"{told}\n\n*{line[0].upper()}{line[1:]}.*"
