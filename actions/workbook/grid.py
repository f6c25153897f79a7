"""The cells of one sheet as every reader gives them: numbered rows, blank ones left out."""

from dataclasses import dataclass, field

from actions.workbook.archive import UnreadableWorkbook
from actions.workbook.cells import Raw
from cops.lib.french import squash

ROWS_MAX = 50_000
COLUMNS_MAX = 200
SPREADSHEET_ROWS = 1_048_576
SPREADSHEET_COLUMNS = 16_384


@dataclass(frozen=True)
class Grid:
    """A sheet as found in the file: its name, and its rows that hold something with their numbers.

    A row is a list as long as its last filled cell; cells that are empty or only white space are None.
    """

    name: str
    rows: list[tuple[int, list[Raw]]] = field(default_factory=list)


class GridBuilder:
    """Collects the rows of a sheet within bounds. Raises UnreadableWorkbook beyond them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[tuple[int, list[Raw]]] = []
        self.number = 0
        self.cells: list[Raw] = []

    def start_row(self, number: int) -> None:
        """Go on to a row; numbers only ever rise."""
        if self.cells:
            self._keep()
        if not self.number < number <= SPREADSHEET_ROWS:
            raise self._refused(f"ses lignes ne se suivent pas (ligne {number} après la ligne {self.number})")
        self.number = number

    def put(self, column: int, raw: Raw) -> None:
        """Set the cell of a column (from 1) in the current row; columns only ever rise."""
        if raw is None or (isinstance(raw, str) and _is_blank(raw)):
            return
        missing = column - 1 - len(self.cells)
        if missing < 0 or column > SPREADSHEET_COLUMNS or not self.number:
            raise self._refused(f"les cellules de la ligne {self.number} ne se suivent pas")
        if column > COLUMNS_MAX:
            raise self._refused(f"la ligne {self.number} a plus de {COLUMNS_MAX} colonnes")
        if missing:
            self.cells += [None] * missing
        self.cells.append(raw)

    def repeat_row(self, times: int) -> None:
        """The current row stands for `times` rows in all; blank ones are only counted."""
        if self.number + times - 1 > SPREADSHEET_ROWS:
            raise self._refused(f"elle compte plus de {SPREADSHEET_ROWS} lignes")
        cells = self.cells
        if cells and times > ROWS_MAX:
            raise self._refused(f"elle compte plus de {ROWS_MAX} lignes remplies")
        for _ in range(times - 1 if cells else 0):
            self._keep()
            self.number += 1
            self.cells = list(cells)
        if not cells:
            self.number += times - 1

    def finished(self) -> Grid:
        if self.cells:
            self._keep()
        return Grid(self.name, self.rows)

    def _keep(self) -> None:
        if len(self.rows) >= ROWS_MAX:
            raise self._refused(f"elle compte plus de {ROWS_MAX} lignes remplies")
        self.rows.append((self.number, self.cells))
        self.cells = []

    def _refused(self, reason: str) -> UnreadableWorkbook:
        return UnreadableWorkbook(
            f"La feuille «\u00a0{self.name[:40]}\u00a0» ne peut pas être lue : {reason}.", self.name
        )


def _is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen; one that is printable throughout is judged by its spaces."""
    return not (text.strip() if text.isprintable() else squash(text))
