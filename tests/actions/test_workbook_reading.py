"""Reading .xlsx, .ods and .csv: stored values, what their formats say, and row numbers."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.workbook import grid
from actions.workbook.cells import Broken, Percent, found
from actions.workbook.reading import Workbook, read_file, read_sheet, read_workbook
from cops.lib.tables import Table, write_csv, write_ods, write_xlsx
from tests.actions.spreadsheets import (
    MAIN,
    STRICT,
    archive,
    ods_table,
    raw_ods,
    raw_xlsx,
    saved,
    xlsx,
    xlsx_members,
)


def rows_of(workbook: Workbook, sheet: int = 0) -> list[tuple[int, list[Any]]]:
    assert workbook.fault is None, workbook.fault
    return workbook.grids[sheet].rows


# --- .xlsx --------------------------------------------------------------------------------------------------


def test_xlsx_values_come_with_what_their_format_says() -> None:
    data = xlsx(
        {
            "a": [
                ["texte", 12, 7.2, True, False, date(2012, 3, 31), datetime(2012, 3, 31, 14, 30)],
                [(0.12, "0%"), (0.125, "0.0 %"), (41000, "dd/mm/yyyy"), (0.5, "hh:mm"), (12, '0" %"')],
                [(1234.5, "# ##0.00 €"), (5, '0 "jours"'), (5, "[Red]0"), (0.5, "0%;-0%"), "#N/A"],
            ]
        }
    )
    assert rows_of(read_workbook(data, "a.xlsx")) == [
        (1, ["texte", 12.0, 7.2, True, False, date(2012, 3, 31), date(2012, 3, 31)]),
        (2, [Percent(0.12), Percent(0.125), date(2012, 4, 1), time_of_day(12, 0), 12.0]),
        (3, [1234.5, 5.0, 5.0, Percent(0.5), Broken("#N/A")]),
    ]


def test_blank_rows_are_skipped_but_counted() -> None:
    data = xlsx({"a": [["h"], [None], ["  "], [None, None, "c"], [], ["z"]]})
    assert rows_of(read_workbook(data, "a.xlsx")) == [(1, ["h"]), (4, [None, None, "c"]), (6, ["z"])]


def test_hidden_sheets_are_read_and_charts_are_not() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "actions"
    hidden = workbook.create_sheet("financements")
    hidden["A1"] = "contrat"
    hidden.sheet_state = "veryHidden"
    workbook.create_chartsheet("graphique")
    grids = read_workbook(saved(workbook), "a.xlsx").grids
    assert [(grid.name, grid.rows) for grid in grids] == [
        ("actions", []),
        ("financements", [(1, ["contrat"])]),
        ("graphique", []),
    ]


def test_a_formula_counts_as_its_stored_value() -> None:
    data = raw_xlsx(
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"</f><v>a</v></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c><c r="D1"><f>1+1</f><v/></c><c r="E1"><f>1+1</f></c>'
        '<c r="F1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="G1" t="b"><f>TRUE()</f><v>1</v></c></row>'
    )
    assert rows_of(read_workbook(data, "a.xlsx")) == [
        (1, [2.0, "a", None, Broken(), Broken(), Broken("#DIV/0!"), True])
    ]


def test_openpyxl_formulas_have_no_stored_value() -> None:
    assert rows_of(read_workbook(xlsx({"a": [["=1+1"]]}), "a.xlsx")) == [(1, [Broken()])]


def test_rows_and_cells_without_place_follow_each_other() -> None:
    data = raw_xlsx(
        '<row><c><v>1</v></c><c r="C1"><v>2</v></c><c><v>3</v></c></row><row r="5"/>'
        "<row><c><v>4</v></c></row>"
    )
    assert rows_of(read_workbook(data, "a.xlsx")) == [(1, [1.0, None, 2.0, 3.0]), (6, [4.0])]


def test_rows_and_cells_out_of_order_are_read_as_spreadsheets_read_them() -> None:
    """As LibreOffice and Gnumeric do: each at its place, a cell's own counting, the last value of a cell."""
    data = raw_xlsx(
        '<row r="3"><c r="A3"><v>3</v></c></row>'
        '<row r="1"><c r="C1"><v>13</v></c><c r="A1"><v>11</v></c><c><v>0</v></c></row>'
        '<row><c><v>2</v></c></row><row r="6"><c r="A8"><v>8</v></c></row><row><c r="A10"><v>10</v></c></row>'
        '<row r="1"><c r="B1"><v>12</v></c><c r="A1"><v>1</v></c><c r="C1"/></row>'
    )
    assert rows_of(read_workbook(data, "a.xlsx")) == [
        (1, [1.0, 12.0, 13.0]),
        (2, [2.0]),
        (3, [3.0]),
        (8, [8.0]),
        (10, [10.0]),
    ]


@pytest.mark.parametrize("rename", [str.upper, lambda name: name.replace("/", "\\"), str.title])
def test_parts_are_found_whatever_their_case_and_slashes(rename: Callable[[str], str]) -> None:
    sheet = {"actions": [["contrat", "intitule"], ["a", "b"]]}
    with zipfile.ZipFile(io.BytesIO(xlsx(sheet))) as file:
        members = {rename(name): file.read(name) for name in file.namelist()}
    assert rows_of(read_workbook(archive(members), "a.xlsx"))[1] == (2, ["a", "b"])


def computed_later(**formulas: str) -> bytes:
    """As XlsxWriter writes formulas, which it cannot compute: 0, and a note that says so."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("a")
        sheet.write("A1", 7)
        for place, formula in formulas.items():
            write = (
                sheet.write_array_formula if ":" in place or formula.startswith("{") else sheet.write_formula
            )
            write(place, formula)
    return target.getvalue()


def test_formulas_of_a_file_that_waits_to_be_computed_have_no_value() -> None:
    data = computed_later(B1="=400.5+500", A2="=A1")
    assert rows_of(read_workbook(data, "a.xlsx")) == [(1, [7.0, Broken()]), (2, [Broken()])]


def test_nor_have_the_cells_over_which_a_formula_spreads() -> None:
    data = computed_later(**{"B1:C2": "{=A1:B2*2}"})
    assert rows_of(read_workbook(data, "a.xlsx")) == [
        (1, [7.0, Broken(), Broken()]),
        (2, [None, Broken(), Broken()]),
    ]


@pytest.mark.parametrize(
    ("note", "is_stale"),
    [
        ('<calcPr fullCalcOnLoad="true"/>', True),
        ('<calcPr calcCompleted="0"/>', True),
        ('<calcPr calcId="191029" fullCalcOnLoad="0"/>', False),
        ("<calcPr/>", False),
    ],
)
def test_the_file_says_whether_its_values_wait(note: str, is_stale: bool) -> None:
    members = xlsx_members(
        '<row><c><f>1+1</f><v>2</v></c><c t="str"><f>"a"</f><v>a</v></c><c><v>5</v></c></row>'
    )
    members["xl/workbook.xml"] = str(members["xl/workbook.xml"]).replace("</workbook>", f"{note}</workbook>")
    expected = [Broken(), Broken(), 5.0] if is_stale else [2.0, "a", 5.0]
    assert rows_of(read_workbook(archive(members), "a.xlsx")) == [(1, expected)]


def test_a_formula_without_a_result_and_one_that_was_not_computed_are_told_apart() -> None:
    members = xlsx_members("<row><c><f>1+1</f></c></row>")
    (plain,) = rows_of(read_workbook(archive(members), "a.xlsx"))[0][1]
    assert "sans résultat enregistré" in found(plain)
    (stale,) = rows_of(read_workbook(computed_later(A1="=400.5+500"), "a.xlsx"))[0][1]
    assert "n’a pas calculée (ouvrez le classeur dans un tableur" in found(stale)


def test_as_many_rows_as_a_sheet_may_have_are_read_under_the_headings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (grid.ROWS_MAX, grid.FILLED_MAX) == (50_000, 50_001)
    monkeypatch.setattr(grid, "FILLED_MAX", 4)
    for write, name in ((write_xlsx, "a.xlsx"), (write_ods, "a.ods")):
        for rows in (3, 4):
            data = write([Table("a", ["h"], [[number] for number in range(rows)])])
            assert (read_workbook(data, name).fault is None) == (rows == 3)
    assert rows_of(read_sheet(b"h\n1\n2\n3\n", "a.csv", "a"))[-1] == (4, ["3"])
    assert read_sheet(b"h\n1\n2\n3\n4\n", "a.csv", "a").fault is not None


def test_text_is_had_from_every_way_to_store_it() -> None:
    members = xlsx_members(
        '<row r="1"><c r="A1" t="s"><v>0</v></c>'
        '<c r="B1" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r><rPh><t>x</t></rPh></is></c>'
        '<c r="C1" t="s"><v>1</v></c><c r="D1" t="d"><v>2012-03-31T00:00:00</v></c>'
        '<c r="E1"><v>abc</v></c></row>'
    )
    members["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{MAIN}"><si><r><t>deux</t></r><r><t xml:space="preserve"> mots</t></r>'
        "<rPh><t>lecture</t></rPh></si><si><t>a_x000D_b _x005F_x0041_</t></si></sst>"
    )
    members["xl/_rels/workbook.xml.rels"] = str(members["xl/_rels/workbook.xml.rels"]).replace(
        "</Rel", '<Relationship Id="s2" Type="x/sharedStrings" Target="sharedStrings.xml"/></Rel'
    )
    assert rows_of(read_workbook(archive(members), "a.xlsx")) == [
        (1, ["deux mots", "inline", "a\rb _x0041_", date(2012, 3, 31), Broken("abc")])
    ]


def test_strict_office_open_xml_is_read() -> None:
    data = raw_xlsx('<row r="2"><c r="A2"><v>1</v></c></row>', namespace=STRICT)
    assert rows_of(read_workbook(data, "a.xlsx")) == [(2, [1.0])]


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    workbook.active["A1"] = date(2012, 3, 31)
    assert rows_of(read_workbook(saved(workbook), "a.xlsx")) == [(1, [date(2012, 3, 31)])]


def test_merged_cells_hold_their_value_once() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["a", None, "c"])
    workbook.active.merge_cells("A1:B1")
    assert rows_of(read_workbook(saved(workbook), "a.xlsx")) == [(1, ["a", None, "c"])]


# --- .ods ---------------------------------------------------------------------------------------------------


def ods_cell(attributes: str = "", text: str = "") -> str:
    return f"<table:table-cell {attributes}>{text}</table:table-cell>"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (ods_cell('office:value-type="float" office:value="7.2"', "<text:p>7,2</text:p>"), 7.2),
        (ods_cell('office:value-type="currency" office:value="12.5"'), 12.5),
        (ods_cell('office:value-type="percentage" office:value="0.12"'), Percent(0.12)),
        (ods_cell('office:value-type="date" office:date-value="2012-03-31"'), date(2012, 3, 31)),
        (ods_cell('office:value-type="date" office:date-value="2012-03-31T14:00:00"'), date(2012, 3, 31)),
        (ods_cell('office:value-type="time" office:time-value="PT12H30M00S"'), time_of_day(12, 30)),
        (ods_cell('office:value-type="boolean" office:boolean-value="true"'), True),
        (ods_cell('office:value-type="string"', "<text:p>un</text:p><text:p>deux</text:p>"), "un\ndeux"),
        (
            ods_cell(
                'office:value-type="string"',
                "<text:p>a<text:s/>b<text:span>c<text:tab/>d</text:span></text:p>",
            ),
            "a bc d",
        ),
        (ods_cell('office:value-type="string" office:string-value="vrai"', "<text:p>vu</text:p>"), "vrai"),
        (
            ods_cell(
                'office:value-type="string"',
                "<office:annotation><text:p>note</text:p></office:annotation><text:p>texte</text:p>",
            ),
            "texte",
        ),
        (
            ods_cell(
                'table:formula="of:=NA()" office:value-type="string" calcext:value-type="error"',
                "<text:p>#N/A</text:p>",
            ),
            Broken("#N/A"),
        ),
        (
            ods_cell(
                'table:formula="of:=1/0" office:value-type="float" office:value="0"',
                "<text:p>#DIV/0!</text:p>",
            ),
            Broken("#DIV/0!"),
        ),
        (ods_cell('table:formula="of:=1+1"'), Broken()),
        (ods_cell('table:formula="of:=1+1" office:value-type="float" office:value="2"'), 2.0),
        (
            ods_cell('office:value-type="date" office:date-value="hier"', "<text:p>hier</text:p>"),
            Broken("hier"),
        ),
        (ods_cell('office:value-type="float"', "<text:p>x</text:p>"), Broken("x")),
    ],
)
def test_ods_values_come_with_their_type(cell: str, expected: Any) -> None:
    data = raw_ods(ods_table(f"<table:table-row>{cell}</table:table-row>"))
    assert rows_of(read_workbook(data, "a.ods")) == [(1, [expected])]


def test_an_empty_formula_result_in_ods_is_an_empty_cell() -> None:
    cell = ods_cell('table:formula="of:=&quot;&quot;" office:value-type="string"')
    data = raw_ods(ods_table(f"<table:table-row>{cell}</table:table-row>"))
    assert rows_of(read_workbook(data, "a.ods")) == []


def test_repeated_rows_and_cells_are_repeated() -> None:
    one = 'office:value-type="float" office:value="1"'
    data = raw_ods(
        ods_table(
            '<table:table-header-rows><table:table-row><table:table-cell table:number-columns-repeated="2"/>'
            f"{ods_cell(one + ' table:number-columns-repeated=' + chr(34) + '2' + chr(34))}</table:table-row>"
            "</table:table-header-rows>"
            '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
            f'<table:table-row table:number-rows-repeated="2">{ods_cell(one)}'
            '<table:table-cell table:number-columns-repeated="16383"/></table:table-row>'
            '<table:table-row table:number-rows-repeated="1048569"><table:table-cell/></table:table-row>'
            f"<table:table-row>{ods_cell(one)}</table:table-row>"
        )
    )
    assert rows_of(read_workbook(data, "a.ods")) == [
        (1, [None, None, 1.0, 1.0]),
        (5, [1.0]),
        (6, [1.0]),
        (1_048_576, [1.0]),
    ]


def test_copies_of_other_files_and_covered_cells_are_left_out() -> None:
    one = ods_cell('office:value-type="float" office:value="1"')
    covered = one.replace("table:table-cell", "table:covered-table-cell")
    data = raw_ods(
        ods_table(f"<table:table-source/><table:table-row>{one}</table:table-row>", "'file:///autre.ods'#a")
        + ods_table(f"<table:table-row>{one}{covered}{one}</table:table-row>", "actions")
    )
    workbook = read_workbook(data, "a.ods")
    assert [grid.name for grid in workbook.grids] == ["actions"]
    assert rows_of(workbook) == [(1, [1.0, None, 1.0])]


# --- .csv ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_is_read_whatever_its_delimiter_and_encoding(delimiter: str, encoding: str) -> None:
    text = f"contrat{delimiter}intitulé\r\ncops-2009{delimiter}Été\r\n"
    rows = rows_of(read_sheet(text.encode(encoding), "a.csv", "actions"))
    assert rows == [(1, ["contrat", "intitulé"]), (2, ["cops-2009", "Été"])]


def test_csv_rows_are_numbered_as_records() -> None:
    rows = rows_of(read_sheet(b'a;b\n"deux\nlignes";1\n\n;\nc;d\n', "a.csv", "actions"))
    assert rows == [(1, ["a", "b"]), (2, ["deux\nlignes", "1"]), (5, ["c", "d"])]


def test_csv_text_is_read_without_its_leading_quote() -> None:
    rows = rows_of(read_sheet(b"a\n'=1+1\n'-x\n'abc\n-5\n''@\n#N/A\n", "a.csv", "actions"))
    assert [cells[0] for _, cells in rows[1:]] == ["=1+1", "-x", "'abc", "-5", "'@", Broken("#N/A")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'a;"b\n', "mal formé"),
        (b"PK\x03\x04", "csv est attendu"),
        (b"a" * (17 << 20), "16 Mio"),
    ],
)
def test_a_csv_that_cannot_be_read_says_why(data: bytes, words: str) -> None:
    fault = read_sheet(data, "a.csv", "actions").fault
    assert fault is not None
    assert (fault.sheet, fault.row) == ("", 0)
    assert words in fault.message


# --- round trips --------------------------------------------------------------------------------------------

texts = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)


@settings(deadline=None)
@given(st.lists(texts.filter(lambda text: text.strip()), min_size=1, max_size=4))
def test_any_text_written_is_read_back(values: list[str]) -> None:
    table = Table("a", [f"h{n}" for n in range(len(values))], [values])
    clean = [value.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") for value in values]
    for workbook in (
        read_workbook(write_xlsx([table]), "a.xlsx"),
        read_workbook(write_ods([table]), "a.ods"),
        read_sheet(write_csv(table), "a.csv", "a"),
    ):
        read = rows_of(workbook)[1][1]
        assert [_unbroken(value).split() for value in read] == [value.split() for value in clean]


def _unbroken(raw: Any) -> str:
    return raw.text if isinstance(raw, Broken) else str(raw)


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert "n’existe pas" in str(read_file(path).fault)
    path.write_bytes(xlsx({"actions": [["contrat"]]}))
    assert rows_of(read_file(path)) == [(1, ["contrat"])]
    assert "n’est pas un fichier" in str(read_file(tmp_path).fault)
    assert "n’est pas un fichier" in str(read_file(Path("/dev/zero")).fault)
