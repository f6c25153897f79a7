"""From cells to typed rows: headings matched, every cell read, faults that need no stored data found."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import Any, Generic, TypeVar

from actions.workbook.cells import CellFault, Parser, Raw, quoted, raw_text
from actions.workbook.faults import Fault, FaultList
from actions.workbook.grid import Grid
from actions.workbook.headings import misplaced_headings, renamed_sheets, unknown_message
from actions.workbook.reading import Workbook
from actions.workbook.sheets import (
    ABSENT,
    ACTIONS,
    FAULTY,
    FUNDINGS,
    SHEETS,
    VALUES,
    YEARS,
    ActionRow,
    Column,
    FundingRow,
    Sheet,
    ValueRow,
    YearRow,
)
from cops.lib.french import fold_code

Row = TypeVar("Row", ActionRow, YearRow, ValueRow, FundingRow)
_MISSING_COLUMN = 100_000  # sorts missing columns behind those that are there


@dataclass(frozen=True)
class TypedSheet(Generic[Row]):
    """The rows of one sheet that are not blank, and where its columns stand in the file.

    `is_unread` where a fault of the whole sheet leaves its rows unknown: any row may be there.
    """

    sheet: Sheet
    rows: list[Row] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)
    is_unread: bool = False

    def has(self, column: str) -> bool:
        """Whether the file has the column."""
        return column in self.positions

    def report(self, faults: FaultList, row: Row, column: str, message: str, *, cause: str = "") -> None:
        """Add a fault at a cell of the row; the column is one that the file has. `cause` tells apart several
        of one cell."""
        position = self.positions[column]
        value = raw_text(row.cells[position])
        faults.add(
            Fault(self.sheet.name, row.number, column, value, message),
            sheet=self.sheet.index,
            column=position,
            cause=cause,
        )


@dataclass(frozen=True)
class TypedWorkbook:
    """The four sheets as typed rows (empty where the file has none), with the faults found so far."""

    filename: str
    actions: TypedSheet[ActionRow]
    years: TypedSheet[YearRow]
    values: TypedSheet[ValueRow]
    fundings: TypedSheet[FundingRow]
    faults: FaultList

    @property
    def sheets(self) -> tuple[TypedSheet[Any], ...]:
        return self.actions, self.years, self.values, self.fundings


def typed_workbook(workbook: Workbook) -> TypedWorkbook:
    """The workbook's sheets as typed rows; pure, without a query."""
    faults = FaultList()
    if workbook.fault:
        faults.add(_canonical(workbook.fault), sheet=-1)
    found = _matched(workbook.grids, faults)
    sheets = {sheet.name: _typed(sheet, found.get(sheet.name, Grid("")), faults) for sheet in SHEETS}
    return TypedWorkbook(
        workbook.filename,
        sheets[ACTIONS.name],
        sheets[YEARS.name],
        sheets[VALUES.name],
        sheets[FUNDINGS.name],
        faults,
    )


_SHEETS_BY_FOLD = {fold_code(sheet.name): sheet for sheet in SHEETS}


def _canonical(fault: Fault) -> Fault:
    sheet = _SHEETS_BY_FOLD.get(fold_code(fault.sheet))
    return replace(fault, sheet=sheet.name) if sheet else fault


def _matched(grids: Sequence[Grid], faults: FaultList) -> dict[str, Grid | None]:
    """The grid of each sheet by its name, None for one under another name; unknown sheets with cells and
    repeated ones are faults."""
    found: dict[str, Grid | None] = {}
    unknown: list[tuple[int, Grid]] = []
    for index, grid in enumerate(grids):
        sheet = _SHEETS_BY_FOLD.get(fold_code(grid.name))
        if sheet is None and grid.rows:
            unknown.append((index, grid))
        elif sheet and sheet.name in found:
            message = f"La feuille {sheet.name} figure deux fois dans le classeur."
            faults.add(Fault(grid.name, 1, "", "", message), sheet=len(SHEETS) + index)
        elif sheet:
            found[sheet.name] = grid
    renamed = renamed_sheets([grid.name for _, grid in unknown], set(found))
    for index, grid in unknown:
        message = unknown_message(grid.name, renamed, [other.name for _, other in unknown])
        if message:
            faults.add(Fault(grid.name, 1, "", "", message), sheet=len(SHEETS) + index)
    return found | dict.fromkeys(renamed.values(), None)


def _typed(sheet: Sheet, grid: Grid | None, faults: FaultList) -> TypedSheet[Any]:
    if grid is None:
        return TypedSheet(sheet, is_unread=True)
    if problem := misplaced_headings(sheet, grid):
        faults.add(Fault(sheet.name, 1, "", "", problem), sheet=sheet.index)
        return TypedSheet(sheet, is_unread=True)
    if not grid.rows:
        return TypedSheet(sheet)
    has_heading = grid.rows[0][0] == 1
    heading = grid.rows[0][1] if has_heading else []
    positions = _positions(sheet, heading, faults)
    rows = grid.rows[1:] if has_heading else grid.rows
    _report_stray_cells(sheet, heading, rows, faults)
    width = len(heading)
    for _, row_cells in rows:
        row_cells.extend([None] * (width - len(row_cells)))
    columns = [_column(sheet, column, positions.get(column.name), rows, faults) for column in sheet.columns]
    typed = map(
        sheet.row._make, zip((number for number, _ in rows), (row[1] for row in rows), *columns, strict=False)
    )
    return TypedSheet(sheet, list(typed), positions)


def _positions(sheet: Sheet, heading: Sequence[Raw], faults: FaultList) -> dict[str, int]:
    """Column name → its place; unknown, repeated and missing columns are faults of row 1."""
    names = {fold_code(column.name): column.name for column in sheet.columns}
    positions: dict[str, int] = {}
    for position, raw in enumerate(heading):
        if raw is None:
            continue
        written = raw_text(raw)
        name = names.get(fold_code(written))
        if name is None:
            expected = ", ".join(names.values())
            message = f"Colonne inconnue {quoted(written)} ; les colonnes attendues sont : {expected}."
            faults.add(Fault(sheet.name, 1, written, written, message), sheet=sheet.index, column=position)
        elif name in positions:
            message = f"La colonne {name} figure deux fois."
            faults.add(Fault(sheet.name, 1, name, written, message), sheet=sheet.index, column=position)
        else:
            positions[name] = position
    _report_missing_columns(sheet, positions, faults)
    return positions


def _report_missing_columns(sheet: Sheet, positions: dict[str, int], faults: FaultList) -> None:
    for index, column in enumerate(sheet.columns):
        if column.required and column.name not in positions:
            message = f"La colonne obligatoire {column.name} manque : {column.required}."
            faults.add(
                Fault(sheet.name, 1, column.name, "", message),
                sheet=sheet.index,
                column=_MISSING_COLUMN + index,
            )


def _report_stray_cells(
    sheet: Sheet, heading: Sequence[Raw], rows: Sequence[tuple[int, list[Raw]]], faults: FaultList
) -> None:
    """Values under an empty heading."""
    empty = [position for position, raw in enumerate(heading) if raw is None]
    width = len(heading)
    for number, row_cells in rows:
        beyond = range(width, len(row_cells))
        for position in (*empty, *beyond) if empty or beyond else ():
            raw = row_cells[position] if position < len(row_cells) else None
            if raw is not None:
                message = "Valeur sous un en-tête vide : nommez la colonne ou videz la cellule."
                faults.add(
                    Fault(sheet.name, number, "", raw_text(raw), message), sheet=sheet.index, column=position
                )


def _column(
    sheet: Sheet,
    column: Column,
    position: int | None,
    rows: Sequence[tuple[int, list[Raw]]],
    faults: FaultList,
) -> Any:
    """The values of one column, row by row: ABSENT where the file has no such column, FAULTY for faults."""
    if position is None:
        return repeat(ABSENT)
    known = _Known(column.parse)
    values = []
    for number, row_cells in rows:
        raw = row_cells[position]
        # 1.0 and True are the same key of a dictionary: numbers go with their type.
        value = None if raw is None else known[raw if type(raw) is str else (type(raw), raw)]
        if value is None and column.required:
            value = CellFault(f"Valeur obligatoire absente : {column.required}.")
        if type(value) is CellFault:
            fault = Fault(sheet.name, number, column.name, raw_text(raw), str(value))
            faults.add(fault, sheet=sheet.index, column=position)
            value = FAULTY
        values.append(value)
    return values


class _Known(dict[Any, Any]):
    """What a parser makes of cells, each content read once: a value, None if empty, or a CellFault."""

    def __init__(self, parse: Parser) -> None:
        super().__init__()
        self.parse = parse

    def __missing__(self, key: Any) -> Any:
        self[key] = value = self._read(key if type(key) is str else key[1])
        return value

    def _read(self, raw: Raw) -> Any:
        try:
            value = self.parse(raw)
        except CellFault as fault:
            return fault
        return None if value == "" else value
