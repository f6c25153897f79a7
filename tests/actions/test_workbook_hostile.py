"""Files that are no workbook, and files made to harm: refused clearly, in bounded time and memory."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from actions.workbook.reading import read_workbook
from tests.actions.spreadsheets import (
    MAIN,
    ODS_NAMESPACES,
    archive,
    ods_table,
    raw_ods,
    raw_xlsx,
    xlsx,
    xlsx_members,
)


def fault_of(data: bytes, filename: str = "classeur.xlsx") -> str:
    workbook = read_workbook(data, filename)
    assert workbook.fault is not None
    assert workbook.grids == ()
    return workbook.fault.message


# --- files that are refused ---------------------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


@pytest.mark.parametrize(
    ("data", "filename", "words"),
    [
        (b"", "a.xlsx", "n’est pas un classeur"),
        (b"bonjour", "a.xlsx", "n’est pas un classeur"),
        (b"%PDF-1.7\n" + xlsx({"a": []}), "a.xlsx", "n’est pas un classeur"),
        (archive({"a.txt": "a"}), "a.xlsx", "n’est pas un classeur"),
        (archive({"mimetype": "application/vnd.oasis.opendocument.text"}), "a.ods", "n’est pas un classeur"),
        (xlsx({"a": []}), "a.ods", "Renommez-le en .xlsx"),
        (xlsx({"a": []}), "a.csv", "Renommez-le en .xlsx"),
        (raw_ods(""), "a.xlsx", "Renommez-le en .ods"),
        (OLE, "a.xls", "ancien format .xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "mot de passe"),
        (raw_ods("", manifest="<manifest:encryption-data/>"), "a.ods", "mot de passe"),
        (xlsx({"a": []})[:-200], "a.xlsx", "endommagé"),
        (archive(xlsx_members("<row>")), "a.xlsx", "endommagé"),
        (archive({"[Content_Types].xml": "<Types/>"}), "a.xlsx", "endommagé"),
        (raw_xlsx('<row r="x"/>'), "a.xlsx", "endommagé"),
        (raw_xlsx('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'), "a.xlsx", "endommagé"),
        (raw_xlsx('<row r="1"><c r="!1"><v>7</v></c></row>'), "a.xlsx", "endommagé"),
        (archive({**xlsx_members(""), "xl/vbaProject.bin": "x"}), "a.xlsx", "macros"),
        (b"PK\x03\x04" + b"\0" * (17 << 20), "a.xlsx", "16 Mio"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_file_that_is_no_workbook_says_what_it_is(data: bytes, filename: str, words: str) -> None:
    fault = read_workbook(data, filename).fault
    assert fault is not None
    assert (fault.sheet, fault.row, fault.column, fault.value) == ("", 0, "", "")
    assert words in fault.message


def test_a_document_in_another_office_format_is_refused() -> None:
    members = xlsx_members("")
    members["_rels/.rels"] = str(members["_rels/.rels"]).replace("xl/workbook.xml", "word/document.xml")
    members |= {"word/document.xml": "<document/>", "word/_rels/document.xml.rels": "<Relationships/>"}
    assert "endommagé" in fault_of(archive(members))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ('<row r="0"><c><v>1</v></c></row>', "aucun tableur"),
        ('<row r="1048577"><c><v>1</v></c></row>', "aucun tableur"),
        ('<row r="1"><c r="GS1"><v>1</v></c></row>', "plus de 200 colonnes"),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', "aucun tableur"),
    ],
)
def test_a_sheet_beyond_bounds_is_a_fault_of_the_sheet(rows: str, words: str) -> None:
    fault = read_workbook(raw_xlsx(rows), "a.xlsx").fault
    assert fault is not None
    assert (fault.sheet, fault.row, fault.column) == ("programmation", 1, "")
    assert words in fault.message


@pytest.mark.parametrize(
    "twins",
    [
        ("xl/worksheets/sheet1.xml", "XL/Worksheets/Sheet1.xml"),
        ("xl/worksheets/sheet1.xml", "xl\\worksheets\\sheet1.xml"),
    ],
)
def test_two_entries_of_one_name_are_refused(twins: tuple[str, str]) -> None:
    members = xlsx_members("<row><c><v>1</v></c></row>")
    content = members.pop("xl/worksheets/sheet1.xml")
    assert "deux fois" in fault_of(archive({**members, **dict.fromkeys(twins, content)}))


def test_ranges_of_formulas_without_end_are_refused() -> None:
    formulas = '<row><c><f t="array" ref="A1:GR9"/></c></row>' * 3000
    members = xlsx_members(formulas)
    members["xl/workbook.xml"] = str(members["xl/workbook.xml"]).replace(
        "</workbook>", '<calcPr fullCalcOnLoad="1"/></workbook>'
    )
    assert "endommagé" in fault_of(archive(members))


def test_entities_are_refused() -> None:
    members = xlsx_members("")
    sheet = str(members["xl/worksheets/sheet1.xml"])
    members["xl/worksheets/sheet1.xml"] = f'<!DOCTYPE x [<!ENTITY a "b">]>{sheet}'
    assert "type de document" in fault_of(archive(members))
    members["xl/worksheets/sheet1.xml"] = f'<!DOCTYPE x [<!ENTITY a "b">]>{sheet}'.encode("utf-16")
    assert "type de document" in fault_of(archive(members))
    content = f'<!DOCTYPE x SYSTEM "file:///etc/passwd"><office:document-content {ODS_NAMESPACES}/>'
    ods = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}
    assert "type de document" in fault_of(archive(ods), "a.ods")


def test_encrypted_and_exotic_archives_are_refused() -> None:
    data = bytearray(raw_xlsx(""))
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    assert "mot de passe" in fault_of(bytes(data))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as file:
        for name, content in xlsx_members("").items():
            file.writestr(name, content)
    assert "endommagé" in fault_of(target.getvalue())


def test_names_in_the_archive_are_never_paths() -> None:
    data = archive({**xlsx_members("<row><c><v>1</v></c></row>"), "../../evil.xml": "x", "/etc/passwd": "x"})
    assert read_workbook(data, "a.xlsx").grids[0].rows == [(1, [1.0])]


# --- bombs: refused, or read, in bounded time and memory ----------------------------------------------------


def lying_dimension() -> bytes:
    members = xlsx_members('<row r="1"><c r="A1"><v>1</v></c></row>')
    sheet = str(members["xl/worksheets/sheet1.xml"])
    dimension = '<dimension ref="A1:XFD1048576"/><sheetData>'
    members["xl/worksheets/sheet1.xml"] = sheet.replace("<sheetData>", dimension)
    return archive(members)


def shared_strings(texts: str) -> bytes:
    members = xlsx_members("")
    members["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{texts}</sst>'
    members["xl/_rels/workbook.xml.rels"] = str(members["xl/_rels/workbook.xml.rels"]).replace(
        "</Rel", '<Relationship Id="s2" Type="x/sharedStrings" Target="sharedStrings.xml"/></Rel'
    )
    return archive(members)


def lying_sizes() -> bytes:
    """The large member is declared as a small one."""
    data = bytearray(raw_xlsx("<row/>" * 2_000_000))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    return bytes(data)


SHARED = "<si><t>{}</t></si>"
EMPTY_ROW = '<row r="{}" spans="1:12" s="1" customFormat="1"/>'
EMPTY_CELL = "<table:table-cell/>"
FULL_CELL = "<table:table-cell><text:p>x</text:p></table:table-cell>"
MANY_COLUMNS = 'table:number-columns-repeated="999999999"'


def repeated_row(times: int, cells: str) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'


# Name → the file, and a word of what becomes of it.
BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "spaces.xlsx": (lambda: raw_xlsx(" " * (170 << 20)), "démesuré"),
    "long text.xlsx": (lambda: raw_xlsx(f'<row><c t="str"><v>{"x" * (60 << 20)}</v></c></row>'), "démesuré"),
    "cells.xlsx": (lambda: raw_xlsx("<row>" + '<c r="A1"/>' * 5_000_000 + "</row>"), "démesuré"),
    "elements.xlsx": (lambda: archive_of_noise(b"<a/>"), "trop volumineuse"),
    "empty cells.xlsx": (lambda: archive_of_noise(b"<c/>"), "trop volumineuse"),
    "a million empty rows.xlsx": (
        lambda: raw_xlsx("".join(map(EMPTY_ROW.format, range(1, 1_000_001)))),
        "read",
    ),
    "full rows.xlsx": (lambda: raw_xlsx("<row><c><v>1</v></c></row>" * 150_000), "50 000 lignes remplies"),
    "shared strings.xlsx": (
        lambda: shared_strings("".join(map(SHARED.format, range(600_000)))),
        "textes différents",
    ),
    "members.xlsx": (
        lambda: archive({**xlsx_members(""), **{f"x{n}": "" for n in range(20_000)}}),
        "démesuré",
    ),
    "lying dimension.xlsx": (lying_dimension, "read"),
    "lying sizes.xlsx": (lying_sizes, "endommagé"),
    "nesting.xlsx": (lambda: raw_xlsx("<a>" * 1_000_000), "endommagé"),
    "attributes.xlsx": (
        lambda: raw_xlsx("<row " + " ".join(f'a{n}=""' for n in range(100_000)) + "/>"),
        "read",
    ),
    "a million empty rows.ods": (
        lambda: raw_ods(ods_table(repeated_row(1_048_576, EMPTY_CELL))),
        "read",
    ),
    "full rows.ods": (
        lambda: raw_ods(ods_table(repeated_row(1_048_576, FULL_CELL))),
        "50 000 lignes remplies",
    ),
    "full cells.ods": (
        lambda: raw_ods(ods_table(repeated_row(1, FULL_CELL.replace(">", f" {MANY_COLUMNS}>", 1)))),
        "200 colonnes",
    ),
    "rows without end.ods": (
        lambda: raw_ods(ods_table(repeated_row(99_999_999_999, EMPTY_CELL))),
        "1048576 lignes",
    ),
}
# Two seconds of the machine this was measured on, where the loop of the probe takes 0.2 s of processor.
LIMIT = 2 / 0.2
PROBE = """
import sys, time
import django
django.setup()
from actions.workbook.reading import read_workbook
data = open(sys.argv[1], "rb").read()
start = time.process_time()
for _ in range(10_000_000):
    pass
pace = time.process_time() - start
workbook = read_workbook(data, sys.argv[1])
print((time.process_time() - start - pace) / pace)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
print(workbook.fault.message if workbook.fault else "read")
"""


def archive_of_noise(element: bytes) -> bytes:
    """A sheet of elements between digits that do not compress, so that no ratio gives it away."""
    parts = b"".join(element * 8 + sha256(str(n).encode()).hexdigest()[:8].encode() for n in range(800_000))
    return raw_xlsx(parts.decode())


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_less_than_two_seconds_and_200_mebibytes(name: str, tmp_path: Path) -> None:
    make, expected = BOMBS[name]
    path = tmp_path / name
    path.write_bytes(make())
    run = [sys.executable, "-c", PROBE, str(path)]
    probe = subprocess.run(run, capture_output=True, text=True, check=True, timeout=60)
    loops, kibibytes, outcome = probe.stdout.splitlines()
    assert expected in outcome
    assert float(loops) < LIMIT
    assert int(kibibytes) < 200 << 10
