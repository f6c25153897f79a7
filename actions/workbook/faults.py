"""Faults found in a workbook: where, what was found, what was expected."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake of a file. Row 0 is the whole file, row 1 of a sheet its heading or the sheet as a whole.

    `sheet`, `column` and `value` are "" where there is none; the message is in French.
    """

    sheet: str
    row: int
    column: str
    value: str
    message: str

    @property
    def place(self) -> str:
        """« feuille programmation, ligne 12, colonne annee »."""
        parts = [
            f"feuille {self.sheet}" if self.sheet else "",
            f"ligne {self.row}" if self.row else "",
            f"colonne {self.column}" if self.column else "",
        ]
        return ", ".join(filter(None, parts)) or "fichier"


class FaultList:
    """The faults of one file, each cell at fault once; they come out by sheet, row and column."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int, int, str], Fault] = {}

    def add(self, fault: Fault, *, sheet: int, column: int = 0, cause: str = "") -> None:
        """Keep a fault; `sheet` and `column` are its places in the order. The first of a cell is kept.

        `cause` tells apart faults that share a cell, or have none of their own (missing columns).
        """
        self._found.setdefault((sheet, fault.row, column, cause), fault)

    def copy(self) -> "FaultList":
        """Another list that starts with the same faults."""
        other = FaultList()
        other._found = dict(self._found)
        return other

    def __bool__(self) -> bool:
        return bool(self._found)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._found[key] for key in sorted(self._found))
