"""Single cells of the workbook: every sentence on numbers, dates, codes and text, as tables of cases."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.workbook import cells
from actions.workbook.cells import Broken, CellFault, Name, Percent, Percentage, raw_text

amount = cells.amount(Decimal(10) ** 12)
count = cells.count(2_147_483_647)
year = cells.year(1900, 2200)
measure = cells.measure(Decimal(10) ** 14)
text = cells.text(20)
reference = cells.reference(50)
status = cells.code({"realisee": "done", "non_realisee": "not_done", "en_cours": "in_progress"}, "Statut")
organisation = cells.organisation(200)
organisations = cells.organisations(200)

NOT_NUMBERS = [
    "1.234,56",
    "1,234.56",
    "1,234,567",
    "12 34",
    "1234 567",
    "1 23",
    "1  234",
    "NaN",
    "nan",
    "inf",
    "infinity",
    "1e3",
    "1E3",
    "+5",
    "- 5",
    "--5",
    ",5",
    "5,",
    ".5",
    "5.",
    "€ 5",
    "5 € €",
    "5 EUR",
    "cinq",
    "٣",
    "5-",
    "1_000",
    "0x10",
    "1\u2003234",
    "9" * 5000,
    1e300,
    True,
    False,
    float("nan"),
    float("inf"),
    date(2012, 1, 1),
    time(12, 0),
    Broken("#N/A"),
    Broken(),
]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("1 234,56", "1234.56"),
        ("1 234,56 €", "1234.56"),
        ("1\u00a0234,56\u00a0€", "1234.56"),
        ("1\u202f234,56\u202f€", "1234.56"),
        ("1\u2009234,56\u2009€", "1234.56"),
        ("1 234\u00a0567,5", "1234567.5"),
        ("1234.56", "1234.56"),
        ("1 234.56", "1234.56"),
        ("  12,5  ", "12.5"),
        ("12€", "12"),
        ("0", "0"),
        ("-0", "0"),
        ("007", "7"),
        (0.0, "0"),
        (1234.56, "1234.56"),
        (5000.0, "5000"),
        (7.2000000000000002, "7.2"),
        (0.1 + 0.2, "0.3"),
        (1e11, "100000000000"),
    ],
)
def test_amounts_are_read(raw: Any, expected: str) -> None:
    assert amount(raw) == Decimal(expected)


@pytest.mark.parametrize(
    "raw",
    [
        *NOT_NUMBERS,
        "-1",
        "\u22121",
        -0.01,
        "1,234",
        "1.234",
        1.234,
        "12 %",
        Percent(0.12),
        "1" + "0" * 12,
        1e12,
    ],
)
def test_what_is_no_amount_is_refused(raw: Any) -> None:
    with pytest.raises(CellFault):
        amount(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("120", 120),
        (120.0, 120),
        ("1 200", 1200),
        ("12,0", 12),
        ("12,00", 12),
        (0.0, 0),
        (2_147_483_647.0, 2**31 - 1),
    ],
)
def test_counts_are_read(raw: Any, expected: int) -> None:
    assert count(raw) == expected


@pytest.mark.parametrize(
    "raw", [*NOT_NUMBERS, "12,5", 12.5, "-1", -1.0, "1,000", "12 €", "12 %", Percent(0.12), 2_147_483_648.0]
)
def test_what_is_no_count_is_refused(raw: Any) -> None:
    with pytest.raises(CellFault):
        count(raw)


@pytest.mark.parametrize(
    ("raw", "expected"), [("2012", 2012), (2012.0, 2012), (" 2012 ", 2012), ("2012.0", 2012)]
)
def test_years_are_read(raw: Any, expected: int) -> None:
    assert year(raw) == expected


@pytest.mark.parametrize(
    "raw", [*NOT_NUMBERS, 2012.5, "2012-2013", "2012 €", Percent(20.12), 12.0, "12", 1899.0, 2201.0, 20120.0]
)
def test_what_is_no_year_is_refused(raw: Any) -> None:
    with pytest.raises(CellFault):
        year(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("-3", Decimal(-3)),
        ("\u22123,5", Decimal("-3.5")),
        ("1,234", Decimal("1.234")),
        ("1.234", Decimal("1.234")),
        ("0,0001", Decimal("0.0001")),
        (-12.3456, Decimal("-12.3456")),
        (1e-4, Decimal("0.0001")),
        ("12 %", Percentage(Decimal(12))),
        ("12,5%", Percentage(Decimal("12.5"))),
        ("-1 234,5 %", Percentage(Decimal("-1234.5"))),
        (Percent(0.12), Percentage(Decimal(12))),
        (Percent(0.068), Percentage(Decimal("6.8"))),
        (Percent(0.07), Percentage(Decimal(7))),
        (Percent(-0.5), Percentage(Decimal(-50))),
        (Percent(0.0), Percentage(Decimal(0))),
    ],
)
def test_measures_are_read(raw: Any, expected: Any) -> None:
    assert measure(raw) == expected


@pytest.mark.parametrize(
    "raw", [*NOT_NUMBERS, "0,00001", 1.23456, "12 €", Percent(0.1234567), "1" + "0" * 14]
)
def test_what_is_no_measure_is_refused(raw: Any) -> None:
    with pytest.raises(CellFault):
        measure(raw)


@settings(deadline=None)
@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_every_number_reads_the_same_however_it_is_written(number: Decimal) -> None:
    plain = f"{number:f}"
    french = f"{number:,.4f}".replace(",", "\u202f").replace(".", ",").replace("-", "\u2212")
    assert measure(plain) == measure(french) == measure(float(number)) == number


# --- text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  deux   mots ", "deux mots"),
        ("ligne\nsuivante\t\u00a0fin", "ligne suivante fin"),
        ("e\u0301te\u0301", "été"),
        ("=1+1", "=1+1"),
        (12.0, "12"),
        (12.5, "12.5"),
        (date(2012, 3, 31), "2012-03-31"),
        (True, "VRAI"),
        (Percent(0.12), "12 %"),
        ("zéro\u200blargeur", "zérolargeur"),
        ("nul\x00", "nul"),
        ("clo\x07che\xad", "cloche"),
        ("👩\u200d🚒 \u200d", "👩\u200d🚒"),
    ],
)
def test_text_is_trimmed_folded_and_normalised(raw: Any, expected: str) -> None:
    assert text(raw) == expected


@pytest.mark.parametrize("raw", ["x" * 21, "\ud800", "\uffff", Broken("#N/A"), Broken()])
def test_text_that_cannot_be_kept_is_refused(raw: Any) -> None:
    with pytest.raises(CellFault):
        text(raw)


@pytest.mark.parametrize(
    ("raw", "expected"), [("1.1-01", "1.1-01"), (" a  b ", "a b"), (12.0, "12"), (1e15, "1000000000000000")]
)
def test_references_are_read(raw: Any, expected: str) -> None:
    assert reference(raw).text == expected


@pytest.mark.parametrize("raw", [1.1, Percent(1.0), True, date(2012, 1, 1), Broken("#REF!"), "x" * 51])
def test_references_that_the_spreadsheet_changed_are_refused(raw: Any) -> None:
    with pytest.raises(CellFault):
        reference(raw)


# --- codes, days --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw", ["non_realisee", "Non réalisée", " NON  REALISEE ", "non realisee", "nonrealisee"]
)
def test_codes_are_matched_without_case_accents_and_spaces(raw: str) -> None:
    assert status(raw) == "not_done"


@pytest.mark.parametrize("raw", ["non-realisee", "fait", "", 1.0, True, date(2012, 1, 1), Broken("#N/A")])
def test_unknown_codes_are_refused_with_those_expected(raw: Any) -> None:
    with pytest.raises(CellFault, match="realisee, non_realisee, en_cours"):
        status(raw)


@pytest.mark.parametrize(
    ("raw", "expected"), [("oui", True), ("OUI", True), ("Non", False), (" non ", False)]
)
def test_oui_and_non_are_read(raw: str, expected: bool) -> None:
    assert cells.yes_no(raw) is expected


@pytest.mark.parametrize("raw", [True, False, 1.0, 0.0, "o", "vrai", "yes", Broken("#N/A")])
def test_anything_else_is_neither_oui_nor_non(raw: Any) -> None:
    with pytest.raises(CellFault, match="oui ou non"):
        cells.yes_no(raw)


@pytest.mark.parametrize("raw", [date(2012, 12, 31), "31/12/2012", "2012-12-31", " 31/12/2012 "])
def test_days_are_read(raw: Any) -> None:
    assert cells.day(raw) == date(2012, 12, 31)


def test_a_french_day_is_never_read_as_an_american_one() -> None:
    assert cells.day("03/04/2012") == date(2012, 4, 3)


@pytest.mark.parametrize(
    "raw",
    [
        "31/12/12",
        "12/31/2012",
        "31/02/2012",
        "2012-13-01",
        "2012-1-1",
        "2012-12-31 00:00:00",
        "31 décembre 2012",
        "31.12.2012",
        "2012",
        "",
        41274.0,
        time(12, 0),
        True,
        Percent(0.1),
        Broken("#VALUE!"),
    ],
)
def test_what_is_no_day_is_refused(raw: Any) -> None:
    with pytest.raises(CellFault, match="JJ/MM/AAAA"):
        cells.day(raw)


def test_codes_that_became_numbers_are_kept_as_numbers() -> None:
    assert cells.plan_code(1.1) == Decimal("1.1")
    assert cells.plan_code(" 1.10 ") == "1.10"
    assert cells.commune_codes(45208.0) == (Decimal(45208),)
    assert cells.commune_codes("45208; 45068 ;;45208;") == ("45208", "45068")


@pytest.mark.parametrize("raw", [date(2012, 1, 1), True, Percent(0.01), Broken("#N/A"), float("nan")])
def test_codes_that_became_something_else_are_refused(raw: Any) -> None:
    with pytest.raises(CellFault):
        cells.plan_code(raw)
    with pytest.raises(CellFault):
        cells.commune_codes(raw)


# --- organisations ------------------------------------------------------------------------------------------


def test_names_are_matched_without_case_accents_and_spaces() -> None:
    assert organisation(" Éducation  nationale ") == Name("Éducation nationale", "educationnationale")
    assert organisation("EDUCATION\u200b NATIONALE").key == "educationnationale"
    assert organisation("Ville d’Amilly – DSU") == organisation("ville d'amilly-dsu")


def test_names_of_one_key_are_equal_and_keep_their_spelling() -> None:
    one, other = reference("1.1\u201101"), reference("1.1-01\u200b")
    assert one == other and hash(one) == hash(other)
    assert (one.text, other.text) == ("1.1\u201101", "1.1-01")
    assert reference("a") != reference("A") != reference("à")
    assert reference("\u200b") is None


def test_a_message_shows_what_is_not_seen() -> None:
    with pytest.raises(CellFault, match=r"ou\(U\+200B\)ix"):
        cells.yes_no("ou\u200bix")


def test_lists_drop_empty_and_repeated_names() -> None:
    names = organisations("Amelys; ;LogemLoiret;AMELYS;;Amélys ; ")
    assert [name.text for name in names] == ["Amelys", "LogemLoiret"]


@pytest.mark.parametrize("raw", ["Amelys;LogemLoiret", "x" * 201, "\u0301", "½" * 150, Broken("#N/A")])
def test_what_cannot_be_one_name_is_refused(raw: Any) -> None:
    with pytest.raises(CellFault):
        organisation(raw)


# --- messages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, ""),
        (" abc ", "abc"),
        ("85\u00a0074,36\u00a0€", "85\u00a0074,36\u00a0€"),
        (2012.0, "2012"),
        (1234.5, "1234.5"),
        (1e-5, "0.00001"),
        (0.1 + 0.2, "0.3"),
        (date(2012, 3, 31), "2012-03-31"),
        (Percent(0.12), "0.12"),
        (Broken("#N/A"), "#N/A"),
        (Broken(), ""),
    ],
)
def test_the_value_found_is_given_as_text(raw: Any, expected: str) -> None:
    assert raw_text(raw) == expected


def test_messages_say_what_was_found_and_what_was_expected() -> None:
    with pytest.raises(CellFault) as fault:
        amount("douze")
    assert str(fault.value) == (
        "Montant attendu : un nombre, par exemple 1 234,56 ou 1 234,56 €. Trouvé : «\u00a0douze\u00a0»."
    )


def test_a_computed_third_of_an_amount_is_told_how_to_round() -> None:
    with pytest.raises(CellFault, match=r"=ARRONDI\(…;2\)"):
        amount(1000 / 3)
    with pytest.raises(CellFault, match="la virgule et le point sont décimaux"):
        amount("1.234")
