"""Text of .csv files: read in the encoding it is in, or refused at its line; never read as wrong letters."""

import codecs

import pytest

from actions.workbook.reading import read_sheet
from cops.lib.tables import Table, write_csv

SMALL = {
    "à": "déjà là",
    "â": "château",
    "ç": "reçu",
    "é": "Rémi",
    "è": "Lefèvre",
    "ê": "forêt",
    "ë": "Noël",
    "î": "boîte île",
    "ï": "maïs",
    "ô": "hôpital",
    "ù": "où",
    "û": "août",
    "ü": "mûr Müller",
    "ÿ": "L'Haÿ",
    "œ": "Cœur œuvre",
    "æ": "curriculum vitæ",
}
# Each capital in a word of capitals and at the head of a small one, but È, Ë and Ù: MacRoman's are the é, è
# and ô of Windows, which people do type among capitals (« PRéFECTURE »); a file without another accent is not
# told apart.
CAPITAL = {
    "À": "À LIRE, VOILÀ",
    "Â": "CHÂTEAU",
    "Ç": "FRANÇAIS, Ça",
    "É": "ÉTÉ, Écoles",
    "Ê": "FORÊT",
    "Î": "Île MAÎTRE",
    "Ï": "MAÏS",
    "Ô": "HÔPITAL",
    "Û": "AOÛT",
    "Ü": "MÜLLER",
    "Ÿ": "L'HAŸ",
    "Œ": "CŒUR, Œuvre",
    "Æ": "CURRICULUM VITÆ, ÆTHER",
}
SIGNS = {
    "«": "le « mot »",
    "’": "l’an",
    "–": "2009 – 2014",
    "—": "un — deux",
    "…": "etc…",
    "€": "12 €",
    "°": "n° 3",
    "§": "§ 4",
    "\u00a0": "12\u00a0000",
    "“": "“mot”",
}
FRENCH = SMALL | CAPITAL | SIGNS
NAMES = [
    "Lefèvre",
    "Cœur",
    "L’Haÿ-les-Roses",
    "Müller",
    "Œuvre",
    "Ça va",
    "« À l’été »",
    "Noël – août…",
    "12 €",
    "PRéFECTURE",
    "COMPLèTE",
    "Île-de-France",
    "Éloïse",
    "Hervé DÉPUTÉ…",
    "OÙ, D'OÙ",
    "m²",
    "n° 12",
    "agent·e·s",
    "l‘an",
    "qu‘il",
    "Saint-Éloi",
    "1ÈRE",
    "2ème",
    "½ journée",
    "12 ‰",
    "une “citation”",
    "DÛ",
    "LIBERTÉ\u00a0»",
    "Windows™",
    "œil, Æsope, ex æquo",
    "Aÿ-Champagne",
    "Kœnig",
    "Amélie ÎLE NOËL",
    "AIGUË",
    "où ? là !",
    "ŒUVRE",
]


def csv_of(*texts: str) -> str:
    return "contrat;intitule\r\n" + "".join(f"cops-2009;{text}\r\n" for text in texts)


def read(data: bytes) -> list[str]:
    workbook = read_sheet(data, "a.csv", "actions")
    assert workbook.fault is None, workbook.fault
    return [str(cells[1]) for _, cells in workbook.grids[0].rows[1:]]


def refused_at(data: bytes) -> tuple[int, str]:
    fault = read_sheet(data, "a.csv", "actions").fault
    assert fault is not None
    assert (fault.sheet, fault.column) == ("actions", "")
    assert "enregistrez en UTF-8" in fault.message
    assert f"ligne {fault.row}" in fault.message
    return fault.row, fault.message


@pytest.mark.parametrize("letter", FRENCH)
def test_french_in_macroman_is_refused(letter: str) -> None:
    """One accent in the whole file, each in turn."""
    data = csv_of("sans accent", FRENCH[letter]).encode("mac_roman")
    assert refused_at(data)[0] == 3


@pytest.mark.parametrize("letter", "éèêçôîâïë")
def test_french_of_dos_is_refused(letter: str) -> None:
    assert refused_at(csv_of("sans accent", SMALL[letter]).encode("cp850"))[0] == 3


@pytest.mark.parametrize("text", ["Cœur", "œuvre", "12 €"])
def test_what_latin_9_has_of_its_own_is_refused(text: str) -> None:
    assert refused_at(csv_of(text).encode("iso-8859-15"))[0] == 2


@pytest.mark.parametrize("text", NAMES)
def test_french_in_windows_1252_is_read(text: str) -> None:
    assert read(csv_of(text).encode("cp1252")) == [text]


@pytest.mark.parametrize(
    "text", [text for text in NAMES if not any(sign in text for sign in "œŒ’…–—€“”™‰‘Ÿ")]
)
def test_french_in_latin_1_is_read(text: str) -> None:
    assert read(csv_of(text).encode("latin-1")) == [text]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_any_text_in_utf_8_is_read(encoding: str) -> None:
    texts = [*FRENCH.values(), *NAMES, "Muñoz Žižek", "SiÃ¨ge", "\U0001f600"]
    assert read(csv_of(*texts).encode(encoding)) == texts


@pytest.mark.parametrize(
    ("mark", "encoding"), [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]
)
def test_utf_16_with_its_mark_is_read(mark: bytes, encoding: str) -> None:
    texts = [*FRENCH.values(), "Muñoz", "\U0001f600"]
    assert read(mark + csv_of(*texts).encode(encoding)) == texts


def test_utf_16_without_its_mark_or_cut_is_refused() -> None:
    assert refused_at(csv_of("é").encode("utf-16-le"))[0] == 1
    assert refused_at(codecs.BOM_UTF16_LE + csv_of("ab").encode("utf-16-le") + b"x")[0] == 3
    assert refused_at(csv_of("ab").encode("utf-32"))[0] == 1


@pytest.mark.parametrize("letter", SMALL | {"’": "l’État"})
def test_one_byte_of_windows_1252_in_utf_8_is_refused_and_named(letter: str) -> None:
    lines = csv_of("Élève", "Siège", "x", "Président").encode()
    data = lines.replace(b";x\r", b";x" + letter.encode("cp1252") + b"\r")
    row, message = refused_at(data)
    assert row == 4
    assert f"l’octet {letter.encode('cp1252').hex().upper()}" in message
    assert "UTF-8 alors que le reste" in message


@pytest.mark.parametrize("letter", SMALL | SIGNS)
def test_one_letter_of_utf_8_in_windows_1252_is_refused(letter: str) -> None:
    data = (
        csv_of("Élève", "Siège", "x", "Président")
        .encode("cp1252")
        .replace(b";x\r", b";x" + letter.encode() + b"\r")
    )
    assert refused_at(data)[0] == 4


@pytest.mark.parametrize("text", ["Žižek", "Šimić", "Muñoz", "João", "Åse", "Óscar"])
def test_letters_that_french_has_not_are_refused_in_windows_1252(text: str) -> None:
    assert refused_at(csv_of("Rémi", text).encode("cp1252", "replace"))[0] == 3


def test_the_line_is_the_record_that_holds_the_byte() -> None:
    text = 'sep=;\r\ncontrat;intitule\r\na;"deux\r\nlignes é"\r\nb;x\r\n'
    row, message = refused_at(text.encode("mac_roman"))
    assert row == 2
    assert "8E" in message
    assert "MacRoman" in message


# --- what cuts a line into cells ----------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [";", ",", "\t", "|", ":"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_the_line_sep_is_obeyed_and_not_counted(separator: str, end: str) -> None:
    text = end.join(
        [f"sep={separator}", separator.join(["contrat", "a;b,c"]), separator.join(["x", "y"]), ""]
    )
    text = text if separator not in ";," else text.replace("a;b,c", "abc")
    workbook = read_sheet(text.encode("utf-8-sig"), "a.csv", "actions")
    assert workbook.fault is None
    (first, second) = workbook.grids[0].rows
    assert (first[0], first[1][0], len(first[1])) == (1, "contrat", 2)
    assert second == (2, ["x", "y"])


@pytest.mark.parametrize("first", ["SEP=;", '"sep=;"', "sep=;;;"])
def test_the_line_sep_is_known_however_a_spreadsheet_wrote_it(first: str) -> None:
    assert read_sheet(f"{first}\r\na;b\r\n".encode(), "a.csv", "actions").grids[0].rows == [(1, ["a", "b"])]


def test_a_heading_that_begins_with_sep_is_a_heading() -> None:
    assert read_sheet(b"sep=abc;x\r\n1;2\r\n", "a.csv", "a").grids[0].rows[0] == (1, ["sep=abc", "x"])


def test_what_is_exported_is_read_back_whatever_its_letters() -> None:
    table = Table(
        "a", ["contrat", "intitule"], [["a", text] for text in [*FRENCH.values(), "Žižek", "\ufffd"]]
    )
    assert read(write_csv(table)) == [" ".join(str(row[1]).split(" ")) for row in table.rows]
