"""Reading the sheets of a file that somebody sent, whatever its format.

The reader that bounds sizes and refuses what could hurt belongs to a room to the right; it registers itself
here, so that rooms to its left read files too.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

Value = str | int | float | date | bool | None


@dataclass(frozen=True, slots=True)
class SheetRows:
    """A sheet as found: its name, and its rows that hold something with their numbers in the spreadsheet."""

    name: str
    rows: tuple[tuple[int, tuple[Value, ...]], ...]


class UnreadableFileError(ValueError):
    """The file cannot be read; the message, in French, says why and what to do. `line` is the row at which it
    ends to be readable, 0 where it is the whole file."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


Reader = Callable[[bytes, str], list[SheetRows]]

_readers: list[Reader] = []


def register(reader: Reader) -> None:
    """Let this reader open files; the latest counts."""
    _readers.append(reader)


def read_sheets(content: bytes, filename: str) -> list[SheetRows]:
    """The sheets of a .xlsx, .ods or .csv file. Raises UnreadableFileError."""
    return _readers[-1](content, filename)


HEADING_ROWS = 20  # how far headings are looked for, to say where they are
_HEADINGS_ENOUGH = 3  # that many known ones make a row of headings


def heading_problem(rows: Iterable[tuple[int, Sequence[str]]], is_known: Callable[[str], bool]) -> str:
    """What keeps row 1 from being read as headings though there are some: they are in another row, or all in
    one cell. In French; "" if row 1 has a heading that is known, or if none are found.

    `rows` are those that hold something, with their numbers; only the first twenty of a sheet are read.
    """
    first: Sequence[str] = ()
    for number, cells in rows:
        if number > HEADING_ROWS:
            break
        known = sum(map(is_known, cells))
        if number == 1:
            if known:
                return ""
            first = cells
        elif known >= _HEADINGS_ENOUGH:
            return (
                f"Les en-têtes de colonnes sont à la ligne {number} : supprimez "
                f"{'la ligne' if number == 2 else 'les lignes'} au-dessus, pour qu’ils soient à la ligne 1."
            )
    filled = [cell for cell in first if cell.strip()]
    if len(filled) == 1 and sum(map(is_known, re.split(r"\W+", filled[0]))) > 1:
        return (
            "Tous les en-têtes sont dans une seule cellule. Dans un fichier .csv, les colonnes sont "
            "séparées par «\u00a0;\u00a0», «\u00a0,\u00a0» ou une tabulation, ou par le signe que dit "
            "une première ligne «\u00a0sep=…\u00a0» ; dans un classeur, mettez un en-tête par cellule."
        )
    return ""
