"""What was sent with a convocation, and what differs from it today.

The snapshot, kept on the convocation as it left (`Convocation.snapshot`):

    {"schema": "cops-meeting/1",
     "meeting": {"held_on", "starts_at", "ends_at", "mode", "place", "remote_link", "subject"},
     "agenda": [{"pk", "position", "title", "kind", "duration", "rapporteur", "description"}]}

Days and times are ISO 8601; what is not known is null, texts that are not given are empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from cops.lib.french import date_fr, end_fr, time_fr
from governance.models import AgendaItem, Convocation, Meeting

SCHEMA = "cops-meeting/1"

MEETING_FIELDS = ("held_on", "starts_at", "ends_at", "mode", "place", "remote_link", "subject")
ITEM_FIELDS = ("title", "kind", "duration", "rapporteur", "description")

_LABELS = {
    "held_on": "La date",
    "starts_at": "L’heure de début",
    "ends_at": "L’heure de fin",
    "mode": "La forme",
    "place": "Le lieu",
    "remote_link": "Le lien de connexion",
    "subject": "L’objet",
    "title": "intitulé",
    "kind": "nature",
    "duration": "durée",
    "rapporteur": "rapporteur",
    "description": "exposé",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference since the convocation, in French; `kind`: meeting, added, withdrawn, reworded, moved."""

    kind: str
    text: str
    item_pk: int | None = None

    @property
    def label(self) -> str:
        return {"added": "Ajouté", "withdrawn": "Retiré", "reworded": "Modifié", "moved": "Déplacé"}.get(
            self.kind, "Réunion"
        )


def snapshot(meeting: Meeting) -> dict[str, Any]:
    """The meeting with its agenda as it stands; one query. A confidential group's says no subject and no
    agenda, whatever the rows hold."""
    facts = {name: _stored(getattr(meeting, name)) for name in MEETING_FIELDS}
    if meeting.formation.is_confidential:
        return {"schema": SCHEMA, "meeting": facts | {"subject": ""}, "agenda": []}
    items = [
        {"pk": item.pk, "position": rank} | {name: getattr(item, name) for name in ITEM_FIELDS}
        for rank, item in enumerate(meeting.agenda.order_by("position", "pk"), start=1)
    ]
    return {"schema": SCHEMA, "meeting": facts, "agenda": items}


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | time) else value


def latest_convocation(meeting: Meeting) -> Convocation | None:
    """The last call or change that was sent, with which today's state is compared; one query."""
    sent = meeting.convocations.exclude(kind=Convocation.Kind.CANCELLATION)
    return sent.order_by("-sequence").first()


def changes_since(convocation: Convocation) -> list[Change]:
    """What differs today from what the convocation said, in the order of the page; two queries at most."""
    return differences(convocation.snapshot, snapshot(convocation.meeting))


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The changes from one snapshot to another; those of the meeting first, then by place in the agenda."""
    if not before:
        return []
    return [*_of_meeting(before["meeting"], after["meeting"]), *_of_agenda(before["agenda"], after["agenda"])]


def _of_meeting(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    return [
        Change("meeting", f"{_LABELS[name]} : {_told(name, after)} (auparavant {_told(name, before)}).")
        for name in MEETING_FIELDS
        if before.get(name) != after[name]
    ]


def _of_agenda(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[Change]:
    sent = {item["pk"]: item for item in before}
    moved = _moved([item["pk"] for item in before], [item["pk"] for item in after])
    found = []
    for item in after:
        if item["pk"] not in sent:
            found.append(
                Change("added", f"Point {item['position']} ajouté : « {item['title']} ».", item["pk"])
            )
            continue
        found += _of_item(sent[item["pk"]], item)
        if item["pk"] in moved:
            found.append(_move(sent[item["pk"]], item))
    staying = {item["pk"] for item in after}
    gone = [item for item in before if item["pk"] not in staying]
    return found + [
        Change("withdrawn", f"Point {item['position']} retiré : « {item['title']} ».") for item in gone
    ]


def _of_item(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    if before["title"] != after["title"]:
        text = (
            f"Point {after['position']} reformulé : « {after['title']} » (auparavant « {before['title']} »)."
        )
        found = [Change("reworded", text, after["pk"])]
    else:
        found = []
    others = [name for name in ITEM_FIELDS[1:] if before.get(name) != after[name]]
    if others:
        found.append(Change("reworded", f"{_place(after)} : {_details(before, after, others)}.", after["pk"]))
    return found


def _details(before: Mapping[str, Any], after: Mapping[str, Any], names: Sequence[str]) -> str:
    """A long text is said to have changed, a short one is shown."""
    return " ; ".join(
        "exposé modifié"
        if name == "description"
        else f"{_LABELS[name]} {_told(name, after)} (auparavant {_told(name, before)})"
        for name in names
    )


def _place(item: Mapping[str, Any]) -> str:
    return f"Point {item['position']}, « {item['title']} »"


def _move(before: Mapping[str, Any], after: Mapping[str, Any]) -> Change:
    text = f"{_place(after)} : déplacé (auparavant point {before['position']})."
    return Change("moved", text, after["pk"])


def _moved(before: Sequence[int], after: Sequence[int]) -> set[int]:
    """The items that changed places: those outside the longest run that kept its order.

    An item that only slid because another was added, withdrawn or moved has not moved itself.
    """
    rank = {pk: place for place, pk in enumerate(before)}
    kept = [pk for pk in after if pk in rank]
    in_place = {pk for pk, old in zip(after, before, strict=False) if pk == old}

    def merit(run: tuple[int, ...]) -> tuple[int, int]:
        """Of runs of one length, the one with more items that bear the number they bore."""
        return len(run), len(in_place.intersection(run))

    best: dict[int, tuple[int, ...]] = {}  # by the item that the run ends with
    for place, pk in enumerate(kept):
        runs = [(), *(best[last] for last in kept[:place] if rank[last] < rank[pk])]
        longest = max(runs, key=merit)
        best[pk] = (*longest, pk)
    ended: list[tuple[int, ...]] = [(), *best.values()]
    stayed = max(ended, key=merit)
    return set(kept) - set(stayed)


def _told(name: str, facts: Mapping[str, Any]) -> str:
    """One of the stored values in words."""
    value = facts.get(name)
    if value in (None, ""):
        return "rien"
    if name == "held_on":
        return f"le {date_fr(date.fromisoformat(value))}"
    if name == "starts_at":
        return time_fr(time.fromisoformat(value))
    if name == "ends_at":
        start = facts.get("starts_at")
        return end_fr(time.fromisoformat(start) if start else None, time.fromisoformat(value))
    if name == "mode":
        return f"« {Meeting.Mode(value).label} »"
    if name == "kind":
        return f"« {AgendaItem.Kind(value).label} »"
    return f"{value} min" if name == "duration" else f"« {value} »"
