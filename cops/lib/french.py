"""French text as this application writes and compares it: folding, sorting, numbers, dates, agreement.

Spacing follows the Imprimerie nationale's lexicon: U+202F between groups of three digits, U+00A0 before « € »
and « % ». Every figure that is not known (``None``) reads « n.d. », never 0.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

NO_BREAK_SPACE = "\u00a0"
NARROW_NO_BREAK_SPACE = "\u202f"
MINUS = "\u2212"
APOSTROPHE = "\u2019"
NOT_AVAILABLE = "n.d."

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

Number = int | Decimal | float

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_SEARCH_SIGNS = str.maketrans(dict.fromkeys("’‘ʼ`´", "'") | dict.fromkeys("‐‑‒–—−", "-"))
_DIGITS = re.compile(r"(\d+)")
_ASPIRATED_H = re.compile(
    r"(?:hall|halte|hameau|handi|hangar|haras|harc|hasard|hauss|haut|hers|heurt|hiérarch|hip-|hors|huit)",
    re.I,
)


def fold(text: str) -> str:
    """Text without case and accents, for search and matching: « Œuvre d’Été » → « oeuvre d’ete ».

    NFKD, combining marks dropped, casefold, œ → oe, æ → ae. Folding twice changes nothing.
    """
    folded = _without_marks(_without_marks(text).casefold())
    return folded.translate(_LIGATURES)


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def fold_name(text: str) -> str:
    """Folded text without any white space: how names of organisations are matched."""
    return "".join(fold(text).split())


def fold_search(text: str) -> str:
    """Folded text for a search column and its queries: one sort of apostrophe, hyphen and space besides."""
    return " ".join(fold(text.translate(_SEARCH_SIGNS)).translate(_SEARCH_SIGNS).split())


def squash(text: str) -> str:
    """Trimmed, inner white space (no-break and narrow spaces and line ends too) folded to one space, NFC."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def sort_key(text: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """Key that sorts É beside E and numbers by value: « 1.9 » before « 1.10 ».

    Texts that differ only by accents or case keep a total order through the second part.
    """
    parts = _DIGITS.split(fold(text))
    return tuple(_sort_part(part) for part in parts if part), text


def _sort_part(part: str) -> tuple[int, int, str]:
    if not part.isdecimal():
        return 1, 0, part
    digits = part.lstrip("0")
    return 0, len(digits), digits


def number(value: Number | None, decimals: int | None = None) -> str:
    """« 1 234,5 »: rounded to ``decimals``, halves away from zero; else with the decimals it has."""
    if value is None:
        return NOT_AVAILABLE
    exact = _decimal(value)
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    elif exact == exact.to_integral_value():
        exact = exact.to_integral_value()
    else:
        exact = exact.normalize()
    sign = MINUS if exact < 0 else ""
    return sign + f"{abs(exact):,f}".replace(",", NARROW_NO_BREAK_SPACE).replace(".", ",")


def _decimal(value: Number) -> Decimal:
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        raise ValueError(f"Not a finite number: {value!r}")
    return exact


def money(value: Number | None, decimals: int = 2) -> str:
    """Amount in euros: « 1 234,50 € »."""
    return NOT_AVAILABLE if value is None else number(value, decimals) + NO_BREAK_SPACE + "€"


def percent(rate: Number | None, decimals: int = 1) -> str:
    """Rate where 1 is the whole: 0.6667 → « 66,7 % »."""
    return NOT_AVAILABLE if rate is None else number(_decimal(rate) * 100, decimals) + NO_BREAK_SPACE + "%"


def plural(n: Number, singular: str, plural: str | None = None) -> str:
    """The word that agrees with ``n``: 0, 1 and 1,5 are singular. ``plural`` defaults to an added s."""
    if abs(float(n)) < 2:
        return singular
    return plural if plural is not None else _with_s(singular)


def _with_s(singular: str) -> str:
    return singular if singular[-1:] in "sxz" else singular + "s"


def count(n: Number | None, singular: str, plural_form: str | None = None) -> str:
    """Number and word together: « 3 actions », « 0 action », « n.d. »."""
    if n is None:
        return NOT_AVAILABLE
    return number(n) + NO_BREAK_SPACE + plural(n, singular, plural_form)


def date_fr(day: date) -> str:
    """« 1er janvier 2013 », « 14 novembre 2004 »."""
    ordinal = "1er" if day.day == 1 else str(day.day)
    return f"{ordinal}{NO_BREAK_SPACE}{MONTHS[day.month - 1]} {day.year}"


def datetime_fr(instant: datetime) -> str:
    """« 3 mars 2026 à 14 h 05 », in the time zone the instant is given in."""
    hour = f"{instant.hour}{NO_BREAK_SPACE}h{NO_BREAK_SPACE}{instant.minute:02d}"
    return f"{date_fr(instant)} à {hour}"


def list_fr(items: Sequence[str], conjunction: str = "et") -> str:
    """« a, b et c »."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"


_TYPED_SPACES = re.compile(r" (?=[;:!?»])|(?<=«) ")


def typeset(text: str) -> str:
    """The text with no-break spaces where French wants them and a keyboard gives ordinary ones.

    Before « ; », « : », « ! », « ? » and inside quotation marks, so that no line starts with a sign.
    """
    return _TYPED_SPACES.sub(NO_BREAK_SPACE, text)


def elide(particle: str, word: str) -> str:
    """Particle and word, elided where French elides: « d’Amilly », « de Pannes », « l’État ».

    ``particle`` is any of de, le, la, que, se, ne, je, me, te. An h is taken as mute, save in
    common words that aspirate it.
    """
    return f"{particle[:-1]}{APOSTROPHE}{word}" if _elides(word) else f"{particle} {word}"


def _elides(word: str) -> bool:
    folded = fold(word)
    if folded.startswith("h"):
        return _ASPIRATED_H.match(word) is None
    if folded.startswith(("onz", "oui", "yacht")):
        return False
    return folded[:1] in tuple("aeiou") or (folded[:1] == "y" and folded[1:2] not in tuple("aeiou"))
