"""Spreadsheet writing: every cell keeps its type and text never becomes a formula."""

import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import odfdo
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cops.lib.tables import Table, defused, undefused, write_csv, write_ods, write_xlsx

ROW = ("=1+1", 12, Decimal("1234.50"), date(2012, 3, 31), True, None, "Châlette & <Loing>")
TABLE = Table("actions", [f"colonne {n}" for n in range(len(ROW))], [ROW])
HOSTILE = ["=1+1", "+33238", "-cmd|' /C calc'!A0", "@SUM(A1)", "\tx", "\rx", "#N/A", "_x0041_", "'=1+1", "-5"]


def xlsx_sheet(content: bytes) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def test_xlsx_cells_keep_their_type() -> None:
    sheet = xlsx_sheet(write_xlsx([TABLE]))
    assert sheet.title == "actions"
    assert [cell.value for cell in sheet[2]] == [
        "=1+1",
        12,
        1234.5,
        datetime(2012, 3, 31),
        True,
        None,
        "Châlette & <Loing>",
    ]
    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "n", "d", "b", "n", "s"]
    assert sheet["D2"].number_format == "dd/mm/yyyy"


def test_ods_cells_keep_their_type() -> None:
    table = odfdo.Document(io.BytesIO(write_ods([TABLE]))).body.get_table(0)
    assert table.name == "actions"
    assert [(cell.type, cell.value) for cell in table.get_row(1).cells] == [
        ("string", "=1+1"),
        ("float", 12),
        ("float", Decimal("1234.50")),
        ("date", date(2012, 3, 31)),
        ("boolean", True),
        (None, None),
        ("string", "Châlette & <Loing>"),
    ]


def test_csv_opens_in_a_french_spreadsheet() -> None:
    content = write_csv(TABLE)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[1] == ["'=1+1", "12", "1234,50", "2012-03-31", "oui", "", "Châlette & <Loing>"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_never_a_formula(text: str) -> None:
    table = Table("t", ["texte"], [[text]])
    assert xlsx_sheet(write_xlsx([table]))["A2"].data_type == "s"
    with zipfile.ZipFile(io.BytesIO(write_xlsx([table]))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    with zipfile.ZipFile(io.BytesIO(write_ods([table]))) as archive:
        assert b"table:formula" not in archive.read("content.xml")
    rows = list(csv.reader(io.StringIO(write_csv(table).decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[1][0] == "-5" or rows[1][0][0] not in "=+-@\t\r\n"


@pytest.mark.parametrize("text", [*HOSTILE, "l'été", "'", "''", "+", "−5"])
def test_defused_text_comes_back(text: str) -> None:
    assert undefused(defused(text)) == text


@settings(deadline=None)
@given(st.text(alphabet="'=+-@\t\r\n5,a", max_size=6))
def test_any_defused_text_is_harmless_and_comes_back(text: str) -> None:
    safe = defused(text)
    assert undefused(safe) == text
    assert not safe or safe[0] not in "=+@\t\r\n"


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_gives_files_that_can_be_read(text: str) -> None:
    table = Table(text, [text], [[text]])
    assert xlsx_sheet(write_xlsx([table])).max_row >= 1
    with zipfile.ZipFile(io.BytesIO(write_ods([table]))) as archive:
        for name in ("content.xml", "settings.xml", "META-INF/manifest.xml"):
            ElementTree.fromstring(archive.read(name))
    assert b"\0" not in write_csv(table)


def test_spaces_and_lines_survive_in_ods() -> None:
    content = write_ods([Table("t", ["texte"], [["  deux  espaces\nligne\tsuivante "]])])
    cell = odfdo.Document(io.BytesIO(content)).body.get_table(0).get_row(1).cells[0]
    assert "\n".join(p.inner_text for p in cell.get_paragraphs()) == "  deux  espaces\nligne\tsuivante "


def test_days_before_spreadsheet_time_are_text_in_xlsx() -> None:
    sheet = xlsx_sheet(write_xlsx([Table("t", ["jour"], [[date(1789, 7, 14)]])]))
    assert sheet["A2"].value == "1789-07-14"


def test_tab_names_are_cut_to_what_spreadsheets_accept() -> None:
    assert xlsx_sheet(write_xlsx([Table("Coûts [2012] / " + "x" * 40, ["a"], [])])).title.startswith(
        "Coûts  2012"
    )


def test_the_heading_row_stays_in_sight() -> None:
    assert xlsx_sheet(write_xlsx([TABLE])).freeze_panes == "A2"
    with zipfile.ZipFile(io.BytesIO(write_ods([TABLE]))) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
        assert b'"VerticalSplitPosition" config:type="int">1<' in archive.read("settings.xml")
