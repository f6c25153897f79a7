"""The sheets of a file as plain values, for rooms that import other tables than the workbook's."""

from pathlib import PurePath

from actions.workbook.cells import Raw, raw_text
from actions.workbook.reading import read_sheet, read_workbook
from cops.lib.sheets import SheetRows, UnreadableFileError, Value


def read_plain(content: bytes, filename: str) -> list[SheetRows]:
    """The sheets of a .xlsx, .ods or .csv file within the workbook's bounds. Raises UnreadableFileError."""
    stem, extension = PurePath(filename).stem, PurePath(filename).suffix.lower()
    book = read_sheet(content, filename, stem) if extension == ".csv" else read_workbook(content, filename)
    if book.fault is not None:
        raise UnreadableFileError(book.fault.message, book.fault.row if extension == ".csv" else 0)
    return [
        SheetRows(grid.name, tuple((number, tuple(map(_plain, cells))) for number, cells in grid.rows))
        for grid in book.grids
    ]


def _plain(raw: Raw) -> Value:
    """Days stay days, all else becomes the text that the spreadsheet shows."""
    return raw if raw is None or hasattr(raw, "isoformat") else raw_text(raw)  # type: ignore[return-value]
