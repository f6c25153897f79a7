"""What the page of a cell, its call list and its report show."""

from collections import Counter
from typing import Any

from cops.mail.models import Message
from cops.users.models import User
from governance.convocations.people import one_per_person
from governance.convocations.replies import OUTDATED
from governance.crises.alerting import convener_fr
from governance.crises.logbook import MEANS, Line, lines_of
from governance.meetings.convening import in_seat_order
from governance.models import Attendance, ConvocationMessage, CrisisCell, LogEntry

# Quoted from the contract, civility included.
RESERVE = (
    "La cellule se réunit, dit le contrat, «\u00a0indépendamment de la coordination des moyens de l’appareil "
    "d’État et de la gestion des événements complexes qui relèvent de l’autorité de "
    "Monsieur le Préfet\u00a0»."
)

OWNERS = {
    LogEntry.MeansOf.AGGLOMERATION.value: "De l’agglomération",
    LogEntry.MeansOf.TOWN.value: "Des villes",
    LogEntry.MeansOf.PARTNER.value: "Des partenaires",
    "": "Autres moyens",
}


def people_of(cell: CrisisCell) -> list[Attendance]:
    """Everybody of the cell, each once, with `alert`, the message last sent to them or None. Two queries."""
    rows = one_per_person(in_seat_order(cell.meeting))
    sent = ConvocationMessage.objects.filter(convocation__meeting=cell.meeting).select_related("message")
    latest: dict[int, Message] = {row.attendance_id: row.message for row in sent.order_by("pk")}
    for row in rows:
        row.alert = latest.get(row.pk)  # type: ignore[attr-defined]
    return rows


def answers(rows: list[Attendance]) -> dict[str, int]:
    """How many answered what, in the order of the answers; apart, where there are, those to ask again."""
    counted = Counter(row.standing_reply for row in rows if not row.is_outdated)
    found = {str(reply.label): counted[reply.value] for reply in Attendance.Reply}
    outdated = sum(row.is_outdated for row in rows)
    return found | ({OUTDATED: outdated} if outdated else {})


def means_by_owner(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """Means asked for and engaged, under whose they are: agglomeration, towns, partners, not said."""
    means = [line for line in lines if line.entry.kind in MEANS]
    owners = [*LogEntry.MeansOf.values, ""]
    found = {owner: [line for line in means if line.entry.means_of == owner] for owner in owners}
    return [(OWNERS[owner], rows) for owner, rows in found.items() if rows]


def page_of(cell: CrisisCell, user: User) -> dict[str, Any]:
    """The page of a cell; a fixed number of queries."""
    people = people_of(cell)
    lines = lines_of(cell)
    return {
        "cell": cell,
        "meeting": cell.meeting,
        "convener": convener_fr(cell),
        "communes": list(cell.communes.order_by("name")),
        "reserve": RESERVE,
        "people": people,
        "answers": answers(people),
        "lines": lines,
        "means": means_by_owner(lines),
        "situations": [line for line in reversed(lines) if line.entry.kind == LogEntry.Kind.SITUATION],
        "decisions": list(cell.meeting.decisions.order_by("number")),
        "keeps_logbook": user.has_perm("governance.keep_logbook", cell),
        "shows_contacts": user.is_staff_member,
    }
