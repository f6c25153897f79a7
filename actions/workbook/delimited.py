"""Reading .csv: one sheet, as spreadsheets write it (`;`, `,` or tab; UTF-8, UTF-16 or Windows-1252)."""

import csv
import io
import re
from collections.abc import Iterator

from actions.workbook.archive import UnreadableWorkbook
from actions.workbook.cells import SPREADSHEET_ERRORS, Broken, Raw
from actions.workbook.encodings import NotDecodable, decode
from actions.workbook.grid import Grid, GridBuilder
from cops.lib.tables import undefused

_DELIMITERS = (";", ",", "\t")
_FIELD_MAX = 1 << 20
# What Excel writes and reads as first line: the delimiter of the lines below, no line of the table.
_SEPARATOR_LINE = re.compile(r'"?sep=([^\w\s"]|\t)"?[;,\t]*(?:\r\n|\r|\n|$)', re.I)


def read_csv(data: bytes, name: str) -> Grid:
    """The records of a .csv as the sheet `name`; the heading is record 1. Raises UnreadableWorkbook."""
    try:
        text = decode(data)
    except NotDecodable as error:
        line = _record_at(data, error.offset)
        raise UnreadableWorkbook(
            f"Le fichier .csv n’est dans aucun encodage reconnu : sa ligne {line} contient {error.message}. "
            "Dans le tableur d’où il vient, enregistrez en UTF-8 (type « CSV UTF-8 »), puis recommencez.",
            name,
            line,
        ) from None
    text, delimiter = _delimited(text)
    grid = GridBuilder(name)
    csv.field_size_limit(_FIELD_MAX)
    try:
        for number, record in enumerate(_records(text, delimiter), start=1):
            grid.start_row(number)
            for column, field in enumerate(record, start=1):
                grid.put(column, _raw(field))
    except csv.Error:
        raise UnreadableWorkbook(
            "Le fichier .csv est mal formé (guillemets non fermés ou champ démesuré). Enregistrez-le à "
            "nouveau depuis un tableur, puis recommencez."
        ) from None
    return grid.finished()


def _records(text: str, delimiter: str, *, strict: bool = True) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)


def _delimited(text: str) -> tuple[str, str]:
    """The text of the table and its delimiter: the one that the line `sep=` says; else the one that cuts the
    heading into the most parts, `;` if none does."""
    if said := _SEPARATOR_LINE.match(text):
        return text[said.end() :], said[1]
    heading = text[: text.find("\n") if "\n" in text else None]
    return text, max(_DELIMITERS, key=heading.count)


def _record_at(data: bytes, offset: int) -> int:
    """The number of the record in which a byte stands."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    text = data[:offset].decode(encoding, "ignore").removeprefix("ï»¿")
    text, delimiter = _delimited(text + "x")
    csv.field_size_limit(max(_FIELD_MAX, len(text)))
    return sum(1 for _ in _records(text, delimiter, strict=False))


def _raw(field: str) -> Raw:
    text = undefused(field)
    return Broken(text.strip()) if text.strip() in SPREADSHEET_ERRORS else text
