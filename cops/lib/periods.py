"""Days known to the day, the month or only the year, and inclusive periods of time."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from cops.lib.french import APOSTROPHE, MONTHS, date_fr

_ISO_PREFIX = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class PartialDate:
    """A date as precisely as it is known: « 2008 », « novembre 2004 », « 1er janvier 2013 ».

    Raises ValueError, with a message in French, when the parts are not those of a real date.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("Un jour sans mois n" + APOSTROPHE + "est pas une date.")
        try:
            date(self.year, self.month or 1, self.day or 1)
        except ValueError:
            raise ValueError(f"« {self} » n’est pas une date du calendrier.") from None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read « AAAA », « AAAA-MM » or « AAAA-MM-JJ »; ValueError in French for anything else."""
        match = _ISO_PREFIX.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"« {text} » n’est pas une date : attendu AAAA, AAAA-MM ou AAAA-MM-JJ.")
        return cls(*(int(part) if part else None for part in match.groups()))  # type: ignore[arg-type]

    @classmethod
    def from_day(cls, day: date, precision: Precision | str = Precision.DAY) -> Self:
        """The part of ``day`` that is known; how a stored day and its precision become a partial date."""
        known = Precision(precision)
        if known is Precision.YEAR:
            return cls(day.year)
        return cls(day.year, day.month, day.day if known is Precision.DAY else None)

    def __str__(self) -> str:
        """ISO prefix: « 2004-11 »."""
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @property
    def precision(self) -> Precision:
        """How much is known."""
        if self.month is None:
            return Precision.YEAR
        return Precision.MONTH if self.day is None else Precision.DAY

    @property
    def first_day(self) -> date:
        """The earliest day it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        """The latest day it can be."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def period(self) -> "Period":
        """All the days it can be."""
        return Period(self.first_day, self.last_day)

    @property
    def french(self) -> str:
        """« 2008 », « novembre 2004 », « 1er janvier 2013 »."""
        if self.month is None:
            return str(self.year)
        return f"{MONTHS[self.month - 1]} {self.year}" if self.day is None else date_fr(self.first_day)


@dataclass(frozen=True)
class Period:
    """Days from ``start`` to ``end``, both included; open on a side that is ``None``.

    Raises ValueError, in French, when it would end before it starts.
    """

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise ValueError(
                f"La fin ({date_fr(self.end)}) ne peut pas précéder le début ({date_fr(self.start)})."
            )

    @property
    def _first(self) -> date:
        return self.start or date.min

    @property
    def _last(self) -> date:
        return self.end or date.max

    def contains(self, day: date) -> bool:
        """Whether ``day`` is one of its days."""
        return self._first <= day <= self._last

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share a day."""
        return self._first <= other._last and other._first <= self._last

    def intersection(self, other: "Period") -> "Period | None":
        """The days they share, ``None`` if there is none."""
        if not self.overlaps(other):
            return None
        starts = [day for day in (self.start, other.start) if day]
        ends = [day for day in (self.end, other.end) if day]
        return Period(max(starts, default=None), min(ends, default=None))

    def clamp(self, day: date) -> date:
        """``day`` if it is inside, else the nearest day that is."""
        return min(max(day, self._first), self._last)

    @property
    def french(self) -> str:
        """« du … au … », « le … », « depuis le … », « jusqu’au … » or « sans limite de date »."""
        if self.start and self.end:
            if self.start == self.end:
                return f"le {date_fr(self.start)}"
            return f"du {date_fr(self.start)} au {date_fr(self.end)}"
        if self.start:
            return f"depuis le {date_fr(self.start)}"
        return f"jusqu’au {date_fr(self.end)}" if self.end else "sans limite de date"


def year_period(year: int) -> Period:
    """1 January to 31 December of ``year``."""
    return Period(date(year, 1, 1), date(year, 12, 31))
