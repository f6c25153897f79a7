"""What an answer to a convocation was given for."""

from datetime import date, time
from typing import NamedTuple

from django.db.models import F, Q

from cops.lib.french import date_fr, hours_fr


class Question(NamedTuple):
    """What somebody is asked: whether they come that day, at those hours, in that form, to that place."""

    held_on: date
    starts_at: time | None
    ends_at: time | None
    mode: str
    place: str

    @property
    def key(self) -> str:
        """The same text for the same question: what a form showed."""
        return "|".join("" if value is None else str(value) for value in self)


def told(asked: Question, now: Question, mode: str) -> str:
    """What an answer was given for, as much as tells it from what is asked now: « pour le 9 décembre 2026 »,
    « pour le lieu « Salle des fêtes » ». `mode` names the form that was asked."""
    if asked.held_on != now.held_on:
        return f"pour le {date_fr(asked.held_on)}"
    if (asked.starts_at, asked.ends_at) != (now.starts_at, now.ends_at):
        return f"pour le {date_fr(asked.held_on)}{_hours(asked)}"
    if asked.mode != now.mode:
        return f"pour la forme «\u00a0{mode}\u00a0»"
    return f"pour le lieu «\u00a0{asked.place}\u00a0»" if asked.place else "avant que le lieu ne soit fixé"


def _hours(asked: Question) -> str:
    """« de 14 h à 16 h », « à 14 h », after a day."""
    hours = hours_fr(asked.starts_at, asked.ends_at)
    return f" {hours}" if hours else ", sans heure"


def awaited() -> Q:
    """Of meetings: `attendances` without an answer that stands (`standing_reply`).

    « Differs » is told without a negation, which unknown hours would make unknown.
    """
    differs = _differs("held_on") | _differs("mode") | _differs("place")
    differs |= _differs("starts_at") | _is_one_unknown("starts_at")
    differs |= _differs("ends_at") | _is_one_unknown("ends_at")
    return Q(attendances__reply="") | (Q(attendances__asked_held_on__isnull=False) & differs)


def _differs(name: str) -> Q:
    asked = f"attendances__asked_{name}"
    return Q(**{f"{asked}__lt": F(name)}) | Q(**{f"{asked}__gt": F(name)})


def _is_one_unknown(name: str) -> Q:
    asked = f"attendances__asked_{name}__isnull"
    return Q(**{asked: True, f"{name}__isnull": False}) | Q(**{asked: False, f"{name}__isnull": True})
