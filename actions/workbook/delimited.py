"""Reading .csv: one sheet alone, as spreadsheets write it (`;`, `,` or tab; UTF-8 or Windows-1252)."""

import codecs
import csv
import io
from collections.abc import Iterator

from actions.workbook.archive import UnreadableWorkbook
from actions.workbook.cells import SPREADSHEET_ERRORS, Broken, Raw
from actions.workbook.grid import Grid, GridBuilder
from cops.lib.tables import undefused

_DELIMITERS = (";", ",", "\t")
_FIELD_MAX = 1 << 20


def read_csv(data: bytes, name: str) -> Grid:
    """The records of a .csv as the sheet `name`; the heading is record 1. Raises UnreadableWorkbook."""
    text = _decoded(data)
    grid = GridBuilder(name)
    csv.field_size_limit(_FIELD_MAX)
    try:
        for number, record in enumerate(_records(text, _delimiter(text)), start=1):
            grid.start_row(number)
            for column, field in enumerate(record, start=1):
                grid.put(column, _raw(field))
    except csv.Error:
        raise UnreadableWorkbook(
            "Le fichier .csv est mal formé (guillemets non fermés ou champ démesuré). Enregistrez-le à "
            "nouveau depuis un tableur, puis recommencez."
        ) from None
    return grid.finished()


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        raise UnreadableWorkbook(
            "Le fichier .csv n’est pas dans un encodage reconnu (UTF-16 ou fichier binaire). Enregistrez-le "
            "en « CSV UTF-8 », puis recommencez."
        )
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableWorkbook(
        "Le fichier .csv n’est ni en UTF-8 ni en Windows-1252. Enregistrez-le en « CSV UTF-8 », "
        "puis recommencez."
    )


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _delimiter(text: str) -> str:
    """The delimiter that cuts the heading into the most parts; `;` if none cuts it."""
    heading = text[: text.find("\n") if "\n" in text else None]
    return max(_DELIMITERS, key=heading.count)


def _raw(field: str) -> Raw:
    text = undefused(field)
    return Broken(text.strip()) if text.strip() in SPREADSHEET_ERRORS else text
