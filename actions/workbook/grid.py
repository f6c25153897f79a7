"""The cells of one sheet as every reader gives them: numbered rows, blank ones left out."""

from dataclasses import dataclass, field
from operator import itemgetter

from actions.workbook.archive import UnreadableWorkbook
from actions.workbook.cells import Raw, thousands
from cops.lib.french import squash

ROWS_MAX = 50_000
FILLED_MAX = ROWS_MAX + 1  # with the headings
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
    """Collects the rows of a sheet within bounds. Raises UnreadableWorkbook beyond them.

    Rows and cells may come in any order and more than once, as spreadsheets read them: each at its place, and
    the last value of a cell counts.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: dict[int, list[Raw]] = {}
        self.number = 0
        self.cells: list[Raw] = []
        self.is_ordered = True

    def start_row(self, number: int) -> None:
        """Go on to a row."""
        self._keep()
        if not 0 < number <= SPREADSHEET_ROWS:
            raise self._refused(f"aucun tableur n’a de ligne {number}")
        self.cells = self.rows.get(number, [])
        self.is_ordered = self.is_ordered and number >= self.number
        self.number = number

    def put(self, column: int, raw: Raw) -> None:
        """Set the cell of a column (from 1) in the current row; an empty one changes nothing."""
        if raw is None or (isinstance(raw, str) and _is_blank(raw)):
            return
        if not 0 < column <= SPREADSHEET_COLUMNS or not self.number:
            raise self._refused(f"une cellule de la ligne {self.number} n’est à la place d’aucun tableur")
        if column > COLUMNS_MAX:
            raise self._refused(f"la ligne {self.number} a plus de {COLUMNS_MAX} colonnes")
        missing = column - 1 - len(self.cells)
        if missing < 0:
            self.cells[column - 1] = raw
            return
        if missing:
            self.cells += [None] * missing
        self.cells.append(raw)

    def repeat_row(self, times: int) -> None:
        """The current row stands for `times` rows in all; blank ones are only counted."""
        if self.number + times - 1 > SPREADSHEET_ROWS:
            raise self._refused(f"elle compte plus de {SPREADSHEET_ROWS} lignes")
        cells = self.cells
        if cells and times > FILLED_MAX:
            raise self._too_many()
        for _ in range(times - 1 if cells else 0):
            self.start_row(self.number + 1)
            self.cells = list(cells)
        if not cells:
            self.number += times - 1

    def finished(self) -> Grid:
        self._keep()
        rows = self.rows.items()
        return Grid(self.name, list(rows) if self.is_ordered else sorted(rows, key=itemgetter(0)))

    def _keep(self) -> None:
        if not self.cells:
            return
        self.rows[self.number] = self.cells
        if len(self.rows) > FILLED_MAX:
            raise self._too_many()

    def _too_many(self) -> UnreadableWorkbook:
        return self._refused(f"elle compte plus de {thousands(ROWS_MAX)} lignes remplies sous les en-têtes")

    def _refused(self, reason: str) -> UnreadableWorkbook:
        return UnreadableWorkbook(
            f"La feuille «\u00a0{self.name[:40]}\u00a0» ne peut pas être lue : {reason}.", self.name
        )


def _is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen; one that is printable throughout is judged by its spaces."""
    return not (text.strip() if text.isprintable() else squash(text))
