"""Spreadsheet files made for tests: by openpyxl as people write them, and raw where only XML will do."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
ODS_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODS_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
CALCEXT = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'

Rows = Sequence[Sequence[Any]]


def xlsx(sheets: Mapping[str, Rows]) -> bytes:
    """A workbook as openpyxl writes it; a value `(value, number format)` is a formatted cell."""
    workbook = openpyxl.Workbook()
    del workbook[workbook.sheetnames[0]]
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                cell = sheet.cell(number, column)
                if isinstance(value, tuple):
                    value, cell.number_format = value
                if value is not None:
                    cell.value = value
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def archive(members: Mapping[str, str | bytes], **options: Any) -> bytes:
    """A ZIP archive with these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, **options) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return target.getvalue()


def xlsx_members(rows: str, *, name: str = "programmation", namespace: str = MAIN) -> dict[str, str | bytes]:
    """The members of a smallest .xlsx with one sheet whose `sheetData` is `rows`."""
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" '
        f'Type="{DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{DOCUMENT}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="s1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="s1" '
        f'Type="{DOCUMENT}/worksheet" Target="/xl/worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData>'
        "</worksheet>",
    }


def raw_xlsx(rows: str, **options: Any) -> bytes:
    """A smallest .xlsx with one sheet whose `sheetData` is `rows`."""
    return archive(xlsx_members(rows, **options))


def raw_ods(tables: str, *, manifest: str = "<manifest/>") -> bytes:
    """A smallest .ods with these tables."""
    content = (
        f"<office:document-content {ODS_NAMESPACES} {CALCEXT}><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return archive({"mimetype": ODS_MIMETYPE, "content.xml": content, "META-INF/manifest.xml": manifest})


def ods_table(rows: str, name: str = "a") -> str:
    """A sheet of an .ods with these rows."""
    return f'<table:table table:name="{name}">{rows}</table:table>'
