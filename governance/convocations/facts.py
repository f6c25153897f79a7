"""What a convocation says, as it was when it left: the same for the e-mail, the letter and the calendar."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from cops.lib.french import date_fr, hours_fr
from governance.models import Meeting

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the agenda, as sent."""

    rank: int
    title: str
    rapporteur: str = ""
    description: str = ""
    duration: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A meeting as a convocation tells it. A confidential group's has no subject, no agenda and no name."""

    meeting_pk: int
    uid: UUID
    body: str  # « Formation plénière », or the neutral word for a confidential group
    council: str
    agglomeration: str
    held_on: date
    starts_at: time | None
    ends_at: time | None
    mode: str
    place: str
    remote_link: str
    subject: str
    agenda: tuple[Item, ...]
    is_confidential: bool

    @property
    def is_written(self) -> bool:
        return self.mode == Meeting.Mode.WRITTEN

    @property
    def day(self) -> str:
        """« lundi 3 mars 2026 »."""
        return f"{DAYS[self.held_on.weekday()]} {date_fr(self.held_on)}"

    @property
    def when(self) -> str:
        """« lundi 3 mars 2026 à 14 h », « lundi 3 mars 2026 de 14 h à 16 h »; the day alone if written."""
        hours = "" if self.is_written else hours_fr(self.starts_at, self.ends_at)
        return f"{self.day} {hours}" if hours else self.day

    @property
    def title(self) -> str:
        """« Formation plénière du CISPD », or a neutral name."""
        return self.body if self.is_confidential else f"{self.body} – {self.council}"


def facts_of(meeting: Meeting, snapshot: Mapping[str, Any]) -> Facts:
    """The facts that a snapshot holds (`governance.meetings.changes.snapshot`).

    Its formation, with council and agglomeration, is read from the meeting.
    """
    council = meeting.formation.council
    is_confidential = meeting.formation.is_confidential
    told = snapshot["meeting"]
    return Facts(
        meeting_pk=meeting.pk,
        uid=meeting.calendar_uid,
        body="Groupe de travail" if is_confidential else meeting.formation.name,
        council=council.name,
        agglomeration=council.agglomeration.name,
        held_on=date.fromisoformat(told["held_on"]),
        starts_at=_time(told["starts_at"]),
        ends_at=_time(told["ends_at"]),
        mode=told["mode"],
        place=told["place"],
        remote_link=told["remote_link"],
        subject="" if is_confidential else told["subject"],
        agenda=() if is_confidential else tuple(_item(row) for row in snapshot["agenda"]),
        is_confidential=is_confidential,
    )


def _item(row: Mapping[str, Any]) -> Item:
    return Item(row["position"], row["title"], row["rapporteur"], row["description"], row["duration"])


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def digest(snapshot: Mapping[str, Any], sequence: int, who: Sequence[tuple[object, str, str]]) -> str:
    """What a page showed before it was sent: another one means that somebody changed or sent it meanwhile.

    :param who: of each who gets something: who it is, what they get, at which address.
    """
    text = json.dumps([snapshot, sequence, who], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def is_over(meeting: Meeting, now: datetime) -> bool:
    """Whether the meeting has begun, or its day has ended where no hour is known: answers come too late.

    A crisis cell has begun when it is opened: people answer until it is closed.
    """
    if meeting.kind == Meeting.Kind.CRISIS:
        return False
    if meeting.mode == Meeting.Mode.WRITTEN or meeting.starts_at is None:
        return now >= end_of_day(meeting.held_on)
    zone = timezone.get_default_timezone()
    return now >= datetime.combine(meeting.held_on, meeting.starts_at, zone)


def end_of_day(day: date) -> datetime:
    """The midnight that ends a day here."""
    return datetime.combine(day + timedelta(days=1), time(), timezone.get_default_timezone())
