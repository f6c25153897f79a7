"""French text as this application writes and compares it: folding, sorting, numbers, dates, agreement.

Spacing follows the Imprimerie nationale's lexicon: U+202F between groups of three digits, U+00A0 before « € »
and « % ». Every figure that is not known (``None``) reads « n.d. », never 0.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time
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
# Signs that keyboards, spreadsheets and typesetters exchange for one another: one where texts are matched.
SAME_SIGNS = {"'": "’‘‛ʼʻʹ`´′＇", "-": "‐‑‒–—―⁃−﹘﹣－"}
_SIGNS = str.maketrans({sign: one for one, signs in SAME_SIGNS.items() for sign in signs})
# Without a mark: control characters that are no white space, format characters (zero-width, soft hyphen,
# marks of direction, byte order mark), fillers and variation selectors.
_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_EMOJI = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23e9-\u23fa"
    "\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
    "[\ufe0e\ufe0f]?"
)
# An emoji is one sign made of several: what joins them, and the tags of a flag, is kept.
_EMOJI_SEQUENCE = (
    f"\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f|[0-9#*]\ufe0f\u20e3|{_EMOJI}(?:\u200d?{_EMOJI})*"
)
_ANY_INVISIBLE = re.compile(f"[{_INVISIBLE}]")
_EMOJI_OR_INVISIBLE = re.compile(f"({_EMOJI_SEQUENCE})|[{_INVISIBLE}]")
_EMOJI_OR_HIDDEN = re.compile(f"({_EMOJI_SEQUENCE})|[{_INVISIBLE}\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
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


def without_invisible(text: str) -> str:
    """The text without the characters that have no mark; white space and what joins an emoji stay."""
    if (text.isascii() and text.isprintable()) or not _ANY_INVISIBLE.search(text):
        return text
    return _EMOJI_OR_INVISIBLE.sub(lambda match: match[1] or "", text)


def revealed(text: str) -> str:
    """The text with such characters written out, where it must be quoted: « 1.1-01(U+200B) »."""
    if text.isascii() and text.isprintable():
        return text
    return _EMOJI_OR_HIDDEN.sub(lambda match: match[1] or f"(U+{ord(match[0]):04X})", text)


def squash(text: str) -> str:
    """A text of one line as it is stored: no invisible character, NFC, trimmed, inner white space (no-break
    and narrow spaces and line ends too) folded to one space."""
    return " ".join(unicodedata.normalize("NFC", without_invisible(text)).split())


def clean_lines(text: str) -> str:
    """A text of several lines as it is stored: no invisible character, NFC, its lines and spaces kept."""
    lines = _LINE_ENDS.sub("\n", text)
    return unicodedata.normalize("NFC", without_invisible(lines))


def exact_key(text: str) -> str:
    """How references and names of indicators are matched: case and accents count, while apostrophes are one,
    and hyphens and dashes are one."""
    return squash(text).translate(_SIGNS)


def fold_name(text: str) -> str:
    """How names of organisations and people are matched: `exact_key` without case, accents and spaces."""
    return "".join(_folded_key(text).split())


def fold_code(text: str) -> str:
    """How codes, headings and names of sheets are matched: `fold_name` without `_`."""
    return fold_name(text).replace("_", "")


def fold_search(text: str) -> str:
    """How a search column and its queries are written: `exact_key` without case and accents."""
    return " ".join(_folded_key(text).split())


def _folded_key(text: str) -> str:
    # Taking a character apart may bring forth one of the signs, or take the emoji away from what joined it.
    return _ANY_INVISIBLE.sub("", fold(exact_key(text))).translate(_SIGNS)


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


def time_fr(value: time) -> str:
    """« 14 h », « 9 h 05 »."""
    return f"{value.hour} h" + (f" {value.minute:02d}" if value.minute else "")


def end_fr(start: time | None, end: time) -> str:
    """The hour at which something ends: « 16 h », « 0 h 30 le lendemain » where it began later than that."""
    return f"{time_fr(end)} le lendemain" if start is not None and end < start else time_fr(end)


def hours_fr(start: time | None, end: time | None) -> str:
    """« de 14 h à 16 h », « de 22 h à 0 h 30 le lendemain », « à 14 h », or nothing."""
    if start is None:
        return ""
    return f"de {time_fr(start)} à {end_fr(start, end)}" if end else f"à {time_fr(start)}"


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
