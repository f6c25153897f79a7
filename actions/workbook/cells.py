"""Single cells: what a spreadsheet holds in one, and the value or the fault that is read from it.

Pure. A reader turns a file's cells into `Raw` values; the parsers below turn a `Raw` value that is not empty
into a typed value or raise `CellFault` with a message in French (what was found, what was expected).
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cops.lib.french import exact_key, fold_code, fold_name, revealed, squash, without_invisible

SPREADSHEET_ERRORS = frozenset(
    [
        "#N/A",
        "#REF!",
        "#NAME?",
        "#VALUE!",
        "#DIV/0!",
        "#NUM!",
        "#NULL!",
        "#NOM?",
        "#VALEUR!",
        "#NOMBRE!",
        "#NUL!",
    ]
)
TEXT_MAX = 32_767  # what one cell of a spreadsheet can hold
SPREADSHEET_DIGITS = 15  # significant digits that a number of a spreadsheet keeps
_SPACE = "[ \u00a0\u202f\u2009]"
_NUMBER = re.compile(
    rf"(?P<sign>[-\u2212])?(?P<whole>[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+|[0-9]+)"
    rf"(?:[.,](?P<decimals>[0-9]+))?(?:{_SPACE}?(?P<unit>[€%]))?"
)
_FRENCH_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
# What neither a spreadsheet file nor PostgreSQL can hold, beside control characters, which are dropped.
_FORBIDDEN = re.compile("[\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Percent:
    """A number in a cell formatted as a percentage: 0.12 for what the spreadsheet shows as 12 %."""

    number: float


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell without a usable value: an error value, or a formula whose result is not stored (no text), or
    counts for nothing because the file says that it waits to be computed (`is_stale`)."""

    text: str = ""
    is_stale: bool = field(default=False, compare=False)


Raw = str | float | bool | date | time | Percent | Broken | None


@dataclass(frozen=True, slots=True)
class Percentage:
    """A number given in percent; it counts as `value` where the unit is %, and nowhere else."""

    value: Decimal


class CellFault(ValueError):
    """A cell that cannot be read; the message is in French."""


def raw_text(raw: Raw) -> str:
    """The value found, as errors give it: text trimmed, numbers with a point, days in ISO."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, bool):
        return "VRAI" if raw else "FAUX"
    if isinstance(raw, float):
        return _plain(raw)
    if isinstance(raw, Percent):
        return _plain(raw.number)
    return raw.text if isinstance(raw, Broken) else raw.isoformat()


_TO_DO = "(ouvrez le classeur dans un tableur, qui la calcule, puis enregistrez-le)"
_UNCOMPUTED = f"une formule sans résultat enregistré {_TO_DO}"
_STALE = f"une formule que le programme qui a écrit le fichier n’a pas calculée {_TO_DO}"


def found(raw: Raw) -> str:
    """The cell's content in the words of a message."""
    text = shortened(raw_text(raw))
    if isinstance(raw, Broken):
        if text:
            return f"la valeur d’erreur {text}"
        return _STALE if raw.is_stale else _UNCOMPUTED
    if isinstance(raw, bool):
        return f"la valeur logique {text}"
    if isinstance(raw, date):
        return f"la date {text}"
    if isinstance(raw, time):
        return f"l’heure {text}"
    if isinstance(raw, Percent):
        return f"le pourcentage {text} (soit {_plain(raw.number * 100)} %)"
    return f"le nombre {text}" if isinstance(raw, float) else quoted(text)


def quoted(text: str) -> str:
    """« text », what is not seen written out, shortened."""
    return f"«\u00a0{shortened(revealed(text))}\u00a0»"


def shortened(text: str, width: int = 80) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def wrong(raw: Raw, expected: str) -> CellFault:
    return CellFault(f"{expected} Trouvé : {found(raw)}.")


# --- numbers ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: its value, how many decimals it was written with, and the sign € or % after it."""

    value: Decimal
    decimals: int
    unit: str = ""


def spreadsheet_number(number: float) -> Decimal:
    """The number to 15 significant digits, as spreadsheets show it (7.2 for 7.2000000000000002)."""
    return Decimal(f"{number:.{SPREADSHEET_DIGITS}g}")


def read_number(raw: Raw) -> Number | None:
    """The number that a cell holds as such or as French text; None if it is none (booleans, days, 1e3, …)."""
    if isinstance(raw, str):
        return _number_from_text(without_invisible(raw).strip())
    if isinstance(raw, float) and math.isfinite(raw):
        return _as_number(spreadsheet_number(raw))
    if isinstance(raw, Percent) and math.isfinite(raw.number):
        return _as_number(spreadsheet_number(raw.number) * 100, "%")
    return None


def _number_from_text(text: str) -> Number | None:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    digits = re.sub(_SPACE, "", match["whole"])
    decimals = match["decimals"] or ""
    value = Decimal(f"{digits}.{decimals}" if decimals else digits)
    return Number(-value if match["sign"] and value else value, len(decimals), match["unit"] or "")


def _as_number(value: Decimal, unit: str = "") -> Number:
    decimals = max(0, -int(value.normalize().as_tuple().exponent)) if value else 0
    return Number(value, decimals, unit)


def _plain(number: float) -> str:
    return format(spreadsheet_number(number), "f") if math.isfinite(number) else str(number)


def amount(limit: Decimal) -> "Parser":
    """Parser of amounts of money in euros: at most two decimals, from 0 to below `limit`."""

    def parse(raw: Raw) -> Decimal:
        number = read_number(raw)
        if number is None or number.unit == "%":
            raise wrong(raw, "Montant attendu : un nombre, par exemple 1 234,56 ou 1 234,56 €.")
        if number.value < 0:
            raise wrong(raw, "Montant attendu : un nombre positif ou nul.")
        if number.decimals > 2:
            raise wrong(raw, f"Montant attendu : au plus deux décimales ({_rounding(raw)}).")
        if number.value >= limit:
            raise wrong(raw, f"Montant attendu : moins de {thousands(limit)} €.")
        return number.value

    return parse


def _rounding(raw: Raw) -> str:
    """What to do about more decimals than an amount has: text may mean thousands, a number was computed."""
    if isinstance(raw, str):
        return "la virgule et le point sont décimaux"
    return "arrondissez dans le classeur, par exemple =ARRONDI(…;2)"


def count(maximum: int) -> "Parser":
    """Parser of counts: whole, from 0 to `maximum`."""

    def parse(raw: Raw) -> int:
        value = _whole(raw)
        if value is None or value < 0:
            raise wrong(raw, "Quantité attendue : un nombre entier positif ou nul, par exemple 120.")
        if value > maximum:
            raise wrong(raw, f"Quantité attendue : au plus {thousands(maximum)}.")
        return value

    return parse


def year(first: int, last: int) -> "Parser":
    """Parser of years from `first` to `last`."""

    def parse(raw: Raw) -> int:
        value = _whole(raw)
        if value is None or not first <= value <= last:
            raise wrong(raw, f"Année attendue : un nombre entier de {first} à {last}, par exemple 2012.")
        return value

    return parse


def measure(limit: Decimal) -> "Parser":
    """Parser of indicator values: any sign, at most four decimals, below `limit`; a `Percentage` where one
    was written, which only the indicator's unit can judge."""

    def parse(raw: Raw) -> Decimal | Percentage:
        number = read_number(raw)
        if number is None or number.unit == "€":
            raise wrong(raw, "Nombre attendu, par exemple 12,5 ou −3.")
        if number.decimals > 4:
            raise wrong(raw, "Nombre attendu : au plus quatre décimales.")
        if abs(number.value) >= limit:
            raise wrong(raw, f"Nombre attendu : moins de {thousands(limit)}.")
        return Percentage(number.value) if number.unit else number.value

    return parse


def _whole(raw: Raw) -> int | None:
    """The whole number of a cell; 2012,0 is one, 1,000 is not: it is too likely to mean a thousand."""
    number = read_number(raw)
    if number is None or number.unit or number.decimals > 2 or number.value.adjusted() > 15:
        return None
    whole = int(number.value)
    return whole if whole == number.value else None


def thousands(number: Decimal | int) -> str:
    return f"{number:,.0f}".replace(",", "\u202f")


# --- text, codes, days ------------------------------------------------------------------------------------


def text(maximum: int = TEXT_MAX) -> "Parser":
    """Parser of text of at most `maximum` characters, as `squash` leaves it."""

    def parse(raw: Raw) -> str:
        value = _text(raw)
        if len(value) > maximum:
            raise CellFault(f"Texte trop long : {len(value)} caractères, {maximum} au plus.")
        return value

    return parse


def _text(raw: Raw) -> str:
    if isinstance(raw, Broken):
        raise wrong(raw, "Texte attendu.")
    if isinstance(raw, Percent):
        return f"{_plain(raw.number * 100)} %"
    value = squash(raw_text(raw))
    if not value.isprintable() and _FORBIDDEN.search(value):
        raise CellFault("Le texte contient un signe qu’aucun fichier ne garde ; saisissez-le à nouveau.")
    return value


def exact_name(maximum: int) -> "Parser":
    """Parser of names of at most `maximum` characters that are matched by `exact_key`."""
    parse_text = text(maximum)

    def parse(raw: Raw) -> "Name | None":
        value = str(parse_text(raw))
        return Name.exact(value) if value else None

    return parse


def reference(maximum: int) -> "Parser":
    """Parser of references: a name, or a whole number that the spreadsheet made of it."""
    parse_name = exact_name(maximum)

    def parse(raw: Raw) -> "Name | None":
        if isinstance(raw, str | Broken):
            return parse_name(raw)
        if isinstance(raw, float) and raw.is_integer():
            return parse_name(_plain(raw))
        raise wrong(
            raw, "Référence attendue : un texte, par exemple 1.1-01 (mettez la cellule au format Texte)."
        )

    return parse


def code(codes: Mapping[str, str], subject: str) -> "Parser":
    """Parser of one of `codes` (as written in files → identifier), without regard to case and accents."""
    folded = {fold_code(written): identifier for written, identifier in codes.items()}
    expected = f"{subject} : {', '.join(codes)}."

    def parse(raw: Raw) -> str:
        identifier = folded.get(fold_code(raw)) if isinstance(raw, str) else None
        if identifier is None:
            raise wrong(raw, expected)
        return identifier

    return parse


def yes_no(raw: Raw) -> bool:
    """`oui` or `non`."""
    answer = fold_code(raw) if isinstance(raw, str) else ""
    if answer not in ("oui", "non"):
        raise wrong(raw, "Réponse attendue : oui ou non.")
    return answer == "oui"


def day(raw: Raw) -> date:
    """A spreadsheet date, JJ/MM/AAAA or AAAA-MM-JJ."""
    if isinstance(raw, date):
        return raw
    found_day = _day_from_text(without_invisible(raw).strip()) if isinstance(raw, str) else None
    if found_day is None:
        raise wrong(raw, "Date attendue : JJ/MM/AAAA ou AAAA-MM-JJ, par exemple 31/12/2012.")
    return found_day


def _day_from_text(text: str) -> date | None:
    french, iso = _FRENCH_DAY.fullmatch(text), _ISO_DAY.fullmatch(text)
    try:
        if french:
            return date(int(french[3]), int(french[2]), int(french[1]))
        return date(int(iso[1]), int(iso[2]), int(iso[3])) if iso else None
    except ValueError:
        return None


# --- what only the stored data can settle -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name:
    """The name of an organisation or an indicator or a reference, as written, and the key by which it is
    matched: names of one key are equal, however they are written."""

    text: str = field(compare=False)
    key: str

    @classmethod
    def exact(cls, text: str) -> "Name":
        """A reference or the name of an indicator: case and accents count."""
        return cls(text, exact_key(text))


Code = str | Decimal  # a folded code, or the number that a spreadsheet made of it


def contract_code(raw: Raw) -> str:
    """The code of a contract, trimmed."""
    return _text(raw)


def plan_code(raw: Raw) -> Code:
    """An objective's code (`1.1`), or the number that the spreadsheet made of it."""
    if isinstance(raw, float) and math.isfinite(raw):
        return spreadsheet_number(raw)
    if not isinstance(raw, str):
        raise wrong(raw, "Code d’objectif attendu, par exemple 1.1 (mettez la cellule au format Texte).")
    return fold_code(_text(raw))


def commune_codes(raw: Raw) -> tuple[Code, ...]:
    """INSEE codes separated by `;`, without empty and repeated ones; a lone code may have become a number."""
    if isinstance(raw, float) and math.isfinite(raw):
        return (spreadsheet_number(raw),)
    if not isinstance(raw, str):
        raise wrong(raw, "Codes INSEE attendus, séparés par « ; », par exemple 45208;45068.")
    return tuple(dict.fromkeys(fold_code(item) for item in _items(raw)))


def address(maximum: int) -> "Parser":
    """Parser of one person's e-mail address of at most `maximum` characters; case does not count."""
    parse_text = text(maximum)

    def parse(raw: Raw) -> str:
        value = str(parse_text(raw))
        if not isinstance(raw, str) or ";" in value or (value and "@" not in value):
            raise wrong(raw, "Une seule adresse électronique attendue, par exemple prenom.nom@exemple.fr.")
        return value.casefold()

    return parse


def continued_action(maximum: int) -> "Parser":
    """Parser of the contract's code and the reference, of at most `maximum` characters, of one action."""
    parse_reference = exact_name(maximum)

    def parse(raw: Raw) -> "tuple[str, Name] | None":
        items = list(_items(raw))
        if not items:
            return None
        found: dict[tuple[str, Name | None], None] = {}
        for item in items:
            contract, _, named = item.partition(" ")
            found[contract, parse_reference(named)] = None
        ((contract, continued), *others) = found
        if others or continued is None or not isinstance(raw, str):
            raise wrong(
                raw,
                "Une seule action attendue : le code de son contrat, une espace et sa référence, par exemple "
                "cops-2004 1.1-01.",
            )
        return contract, continued

    return parse


def organisation(maximum: int) -> "Parser":
    """Parser of one organisation's name of at most `maximum` characters."""
    parse_text = text(maximum)

    def parse(raw: Raw) -> Name:
        if isinstance(raw, str) and ";" in raw:
            raise wrong(raw, "Un seul organisme attendu, sans « ; ».")
        return _name(str(parse_text(raw)), maximum)

    return parse


def organisations(maximum: int) -> "Parser":
    """Parser of names separated by `;`, without empty and repeated ones."""

    def parse(raw: Raw) -> tuple[Name, ...]:
        names: dict[str, Name] = {}
        for item in _items(raw):
            if len(item) > maximum:
                raise CellFault(f"Nom d’organisme trop long : {quoted(item)} dépasse {maximum} caractères.")
            name = _name(item, maximum)
            names.setdefault(name.key, name)
        return tuple(names.values())

    return parse


def _items(raw: Raw) -> Iterable[str]:
    return filter(None, (item.strip() for item in _text(raw).split(";")))


def _name(name: str, maximum: int) -> Name:
    folded = fold_name(name)
    if not folded or len(folded) > maximum:
        raise CellFault(f"Nom d’organisme attendu ; {quoted(name)} ne peut pas en être un.")
    return Name(name, folded)


Parser = Callable[[Raw], Any]


@lru_cache(maxsize=4096)
def numeric_value(code: str) -> Decimal | None:
    """The number that a spreadsheet makes of a code (1.10 → 1.1), None if it makes none.

    >>> numeric_value("1.10") == numeric_value("1.1"), numeric_value("2A004")
    (True, None)
    """
    return Decimal(code) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", code) else None
