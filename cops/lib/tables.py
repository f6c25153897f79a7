"""Tables written as spreadsheets: .xlsx, .ods and .csv, with typed cells that can never execute.

The one place where exports are made harmless: text stays text. In .xlsx and .ods a text cell is never a
formula; in .csv, which knows no types, text that a spreadsheet would take for a formula gets a leading `'`.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell as XlsxCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Cell = str | int | Decimal | date | bool | None

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
CSV_TYPE = "text/csv; charset=utf-8"

# What XML 1.0 cannot carry (and NUL, which CSV readers stop at).
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# In .xlsx the text _x0041_ would be shown as A: its underscore is escaped (ECMA-376, ST_Xstring).
_XLSX_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_DEFUSED = re.compile("'*[=+@\t\r\n-]")
_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
# Before it spreadsheets disagree on which day a number is (Excel knows a 29 February 1900).
_XLSX_FIRST_DAY = date(1900, 3, 1)
_TAB_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class Table:
    """One sheet: its name, its headings, its rows, and column widths in characters (a default where None).

    A cell is text, a number (int, Decimal), a day, a boolean or nothing; its Python type is its type in the
    file. Times are not written: a datetime counts as its day.
    """

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int | None] | None = None

    def width(self, column: int) -> int:
        given = self.widths[column] if self.widths and column < len(self.widths) else None
        return given or max(10, min(40, len(self.headings[column]) + 4))


def plain_text(text: str) -> str:
    """`text` with every character that a spreadsheet file cannot hold replaced by U+FFFD."""
    return _FORBIDDEN.sub("\ufffd", text)


# --- .xlsx ------------------------------------------------------------------------------------------------


def write_xlsx(tables: Iterable[Table]) -> bytes:
    """The tables as one .xlsx file, a sheet each, headings bold and kept in sight."""
    workbook = Workbook(write_only=True)
    for table in tables:
        _write_xlsx_sheet(workbook.create_sheet(_sheet_name(table.name)), table)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _write_xlsx_sheet(sheet: WriteOnlyWorksheet, table: Table) -> None:
    sheet.freeze_panes = "A2"
    for column in range(len(table.headings)):
        sheet.column_dimensions[get_column_letter(column + 1)].width = table.width(column)
    sheet.append([_xlsx_heading(sheet, heading) for heading in table.headings])
    for row in table.rows:
        sheet.append([_xlsx_cell(sheet, value) for value in row])


def _xlsx_heading(sheet: WriteOnlyWorksheet, heading: str) -> XlsxCell:
    cell = _xlsx_text(sheet, heading)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _xlsx_cell(sheet: WriteOnlyWorksheet, value: Cell) -> XlsxCell | int | Decimal | bool | None:
    if isinstance(value, str):
        return _xlsx_text(sheet, value) if value else None
    if isinstance(value, date):
        return _xlsx_day(sheet, _day(value))
    return value


def _xlsx_day(sheet: WriteOnlyWorksheet, day: date) -> XlsxCell:
    if day < _XLSX_FIRST_DAY:
        return _xlsx_text(sheet, day.isoformat())
    cell = WriteOnlyCell(sheet, day)
    cell.number_format = "dd/mm/yyyy"
    return cell


def _xlsx_text(sheet: WriteOnlyWorksheet, text: str) -> XlsxCell:
    cell = WriteOnlyCell(sheet, _XLSX_ESCAPE.sub("_x005F_", plain_text(text)))
    cell.data_type = "s"  # openpyxl takes "=…" for a formula and "#N/A" for an error
    return cell


def _sheet_name(name: str) -> str:
    """A name that spreadsheets accept: at most 31 characters, none of []:*?/\\."""
    return _TAB_FORBIDDEN.sub(" ", plain_text(name)).strip(" '")[:31] or "Feuille"


# --- .ods -------------------------------------------------------------------------------------------------

_ODS_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
        ("config", "config"),
        ("manifest", "manifest"),
    )
)
_ODS_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest {_ODS_NAMESPACES} manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{ODS_TYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="settings.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
_ODS_STYLES = """<office:automatic-styles>
<number:date-style style:name="N1"><number:day number:style="long"/><number:text>/</number:text>\
<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>\
</number:date-style>
<number:boolean-style style:name="N2"><number:boolean/></number:boolean-style>
<style:style style:name="day" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="boolean" style:family="table-cell" style:data-style-name="N2"/>
<style:style style:name="heading" style:family="table-cell">\
<style:table-cell-properties fo:wrap-option="wrap"/>\
<style:text-properties fo:font-weight="bold"/></style:style>
"""


def write_ods(tables: Iterable[Table]) -> bytes:
    """The tables as one .ods file, a sheet each, headings bold and kept in sight."""
    content = _OdsContent()
    for table in tables:
        content.add(table)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        # The type comes first and uncompressed, so that programs recognise the file (ODF 1.2 part 3, 3.3).
        archive.writestr("mimetype", ODS_TYPE, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content.document())
        archive.writestr("settings.xml", content.settings())
        archive.writestr("META-INF/manifest.xml", _ODS_MANIFEST)
    return target.getvalue()


class _OdsContent:
    """The growing content.xml of an .ods file."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.widths: dict[int, str] = {}
        self.sheets: list[str] = []

    def add(self, table: Table) -> None:
        name = _sheet_name(table.name)
        parts = [f"<table:table table:name={quoteattr(name)}>"]
        for column in range(len(table.headings)):
            parts.append(
                f'<table:table-column table:style-name="{self._column_style(table.width(column))}"/>'
            )
        headings = "".join(_ods_text(heading, "heading") for heading in table.headings)
        parts.append(f"<table:table-row>{headings}</table:table-row>")
        for row in table.rows:
            parts.append(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>")
        parts.append("</table:table>")
        self.names.append(name)
        self.sheets.append("\n".join(parts))

    def _column_style(self, width: int) -> str:
        return self.widths.setdefault(width, f"co{width}")

    def document(self) -> str:
        columns = "".join(
            f'<style:style style:name="{name}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{width * 2.2:.1f}mm"/></style:style>\n'
            for width, name in self.widths.items()
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {_ODS_NAMESPACES} '
            f'office:version="1.2">{_ODS_STYLES}{columns}</office:automatic-styles>'
            f"<office:body><office:spreadsheet>{''.join(self.sheets)}</office:spreadsheet></office:body>"
            "</office:document-content>"
        )

    def settings(self) -> str:
        """The first row of every sheet frozen, as LibreOffice stores it."""

        def item(name: str, kind: str, value: object) -> str:
            return (
                f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'
            )

        frozen = (
            item("VerticalSplitMode", "short", 2)
            + item("VerticalSplitPosition", "int", 1)
            + item("ActiveSplitRange", "short", 2)
            + item("PositionBottom", "int", 1)
        )
        sheets = "".join(
            f"<config:config-item-map-entry config:name={quoteattr(name)}>{frozen}"
            "</config:config-item-map-entry>"
            for name in self.names
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-settings {_ODS_NAMESPACES} '
            'office:version="1.2"><office:settings><config:config-item-set config:name="ooo:view-settings" '
            'xmlns:ooo="http://openoffice.org/2004/office">'
            '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
            f'<config:config-item-map-named config:name="Tables">{sheets}</config:config-item-map-named>'
            "</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set>"
            "</office:settings></office:document-settings>"
        )


def _ods_cell(value: Cell) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str):
        return _ods_text(value)
    if isinstance(value, bool):
        return (
            f'<table:table-cell table:style-name="boolean" office:value-type="boolean" '
            f'office:boolean-value="{str(value).lower()}"><text:p>{_csv_cell(value)}</text:p></table:table-cell>'
        )
    if isinstance(value, date):
        day = _day(value)
        return (
            f'<table:table-cell table:style-name="day" office:value-type="date" office:date-value="{day}">'
            f"<text:p>{day:%d/%m/%Y}</text:p></table:table-cell>"
        )
    return (
        f'<table:table-cell office:value-type="float" office:value="{_number(value)}">'
        f"<text:p>{_number(value)}</text:p></table:table-cell>"
    )


def _ods_text(text: str, style: str = "") -> str:
    named = f' table:style-name="{style}"' if style else ""
    paragraphs = "".join(
        f"<text:p>{_ods_spaces(line)}</text:p>" for line in plain_text(text).splitlines() or [""]
    )
    return f'<table:table-cell{named} office:value-type="string">{paragraphs}</table:table-cell>'


def _ods_spaces(line: str) -> str:
    # ODF folds runs of white space and drops it at both ends, unless it is written as elements.
    line = escape(line).replace("\t", "<text:tab/>")
    return re.sub("^ | $|(?<= ) ", "<text:s/>", line)


# --- .csv -------------------------------------------------------------------------------------------------


def write_csv(table: Table) -> bytes:
    """The table as French spreadsheets open it by themselves: UTF-8 with BOM, `;`, decimal comma, CRLF."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow([defused(plain_text(heading)) for heading in table.headings])
    for row in table.rows:
        writer.writerow([_csv_cell(value) for value in row])
    return target.getvalue().encode("utf-8-sig")


def defused(text: str) -> str:
    """`text` as CSV may hold it: a leading `'` where a spreadsheet would take it for a formula.

    >>> defused("=1+1"), defused("-5,2"), defused("'=1+1")
    ("'=1+1", '-5,2', "''=1+1")
    """
    return f"'{text}" if _DEFUSED.match(text) and not _NUMBER.fullmatch(text) else text


def undefused(text: str) -> str:
    """The text that `defused` was given."""
    return text[1:] if text.startswith("'") and _DEFUSED.match(text) else text


def _csv_cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return defused(plain_text(value))
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return _day(value).isoformat()
    return _number(value).replace(".", ",")


def _number(value: int | Decimal) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value
