"""Template filters that write figures as the French do; built in to every template."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone

from cops.lib import french
from cops.lib.clock import is_twofold, offset_fr
from cops.lib.periods import PartialDate

register = template.Library()


@register.filter
def money(value: Decimal | None) -> str:
    """An amount in euros, « n.d. » where unknown."""
    return french.money(value)


@register.filter
def rate(value: Decimal | None, decimals: int = 1) -> str:
    """A rate between 0 and 1 as a percentage, « n.d. » where unknown."""
    return french.percent(value, decimals=decimals)


@register.filter
def figure(value: Decimal | int | None) -> str:
    """A number with as many decimals as it has, « n.d. » where unknown."""
    return french.number(value)


@register.filter
def day(value: date | None) -> str:
    """A date in words: « 1er janvier 2013 »."""
    return french.date_fr(value) if value else ""


@register.filter
def instant(value: datetime | None) -> str:
    """An instant in words, in local time: « 3 mars 2026 à 14 h 05 », with its offset in the hour that comes
    twice: « 25 octobre 2026 à 2 h 30 (UTC+1) »."""
    if value is None:
        return ""
    here = timezone.localtime(value)
    return french.datetime_fr(here) + (f" ({offset_fr(here)})" if is_twofold(here) else "")


@register.filter(is_safe=True)
def typeset(value: object) -> str:
    """A text as somebody typed it, with the no-break spaces that French wants."""
    return french.typeset(str(value))


@register.filter
def of(value: object) -> str:
    """« de Pannes », « d’Amilly »: the name after « de », elided where French elides."""
    return french.elide("de", str(value))


@register.simple_tag
def counted(n: int, singular: str, plural: str = "") -> str:
    """« 0 action », « 1 action », « 2 actions »: the number with its noun."""
    return f"{french.number(n)}\u00a0{french.plural(n, singular, plural or None)}"


@register.filter
def partial(value: PartialDate | None) -> str:
    """A partly known date in words: « novembre 2004 »."""
    return value.french if value else ""
