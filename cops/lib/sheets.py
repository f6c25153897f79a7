"""Reading the sheets of a file that somebody sent, whatever its format.

The reader that bounds sizes and refuses what could hurt belongs to a room to the right; it registers itself
here, so that rooms to its left read files too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

Value = str | int | float | date | bool | None


@dataclass(frozen=True, slots=True)
class SheetRows:
    """A sheet as found: its name, and its rows that hold something with their numbers in the spreadsheet."""

    name: str
    rows: tuple[tuple[int, tuple[Value, ...]], ...]


class UnreadableFileError(ValueError):
    """The file cannot be read; the message, in French, says why and what to do."""


Reader = Callable[[bytes, str], list[SheetRows]]

_readers: list[Reader] = []


def register(reader: Reader) -> None:
    """Let this reader open files; the latest counts."""
    _readers.append(reader)


def read_sheets(content: bytes, filename: str) -> list[SheetRows]:
    """The sheets of a .xlsx, .ods or .csv file. Raises UnreadableFileError."""
    return _readers[-1](content, filename)
