"""Minutes as word processors get them: read as XML here, and in the long tests as LibreOffice shows them."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from pypdf import PdfReader

from governance.minutes import docx_file, odt_file
from governance.minutes.markdown import blocks

TEXT = """## La réunion

Texte **gras**, ~~un point **retiré**~~ et ~~`code`~~, [~~lien~~](https://a.example/).

### 5\\. Approbation

- un
  - deux
    - trois
      - quatre
        - cinq

1. premier

   > Cité dans un point.

> Une citation.
>
> - liste citée

| Poste | Montant | Note |
| --- | ---: | :---: |
| Médiation | 12 500,00 € | a |

4. quatre

{long}
""".replace("{long}", "\n\n".join(f"Paragraphe {n}. " * 30 for n in range(30)))

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ODF = {
    prefix: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
    for prefix, name in (
        ("fo", "xsl-fo-compatible"),
        ("office", "office"),
        ("style", "style"),
        ("table", "table"),
        ("text", "text"),
    )
}


def made(form: str) -> bytes:
    writer = {"docx": docx_file, "odt": odt_file}[form]
    return writer.write("Compte rendu", "Projet", blocks(TEXT), author="CISPD")


def part(content: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read(name))


@pytest.fixture(scope="module")
def odt() -> bytes:
    return made("odt")


@pytest.fixture(scope="module")
def docx() -> bytes:
    return made("docx")


def looks(odt: bytes, text: str) -> dict[str, str]:
    """What the automatic style of the span with that text says, by local name."""
    content = part(odt, "content.xml")
    span = next(one for one in content.iterfind(".//text:span", ODF) if one.text == text)
    name = span.get(f"{{{ODF['text']}}}style-name")
    style = content.find(f"office:automatic-styles/style:style[@style:name='{name}']", ODF)
    return {etree.QName(key).localname: value for key, value in style[0].attrib.items()}


def test_headings_of_an_odt_bear_no_number_of_the_template(odt: bytes) -> None:
    levels = part(odt, "styles.xml").findall(".//text:outline-level-style", ODF)
    assert len(levels) == 10
    assert {level.get(f"{{{ODF['style']}}}num-format") for level in levels} == {""}


def test_struck_text_is_struck(odt: bytes, docx: bytes) -> None:
    assert looks(odt, "un point")["text-line-through-style"] == "solid"
    assert looks(odt, "retiré") == {
        "font-weight": "bold",
        "text-line-through-style": "solid",
        "text-line-through-type": "single",
    }
    assert "text-line-through-style" in looks(odt, "code") and "text-line-through-style" in looks(odt, "lien")
    runs = part(docx, "word/document.xml").iter(f"{WORD}r")
    struck = ["".join(run.itertext()) for run in runs if run.find(f"{WORD}rPr/{WORD}strike") is not None]
    assert struck == ["un point ", "retiré", "code", "lien"]


def test_the_cells_of_an_odt_have_their_border_in_the_content(odt: bytes) -> None:
    content = part(odt, "content.xml")
    cells = content.findall(".//table:table-cell", ODF)
    assert {cell.get(f"{{{ODF['table']}}}style-name") for cell in cells} == {"Case"}
    look = content.find("office:automatic-styles/style:style[@style:name='Case']/*", ODF)
    assert look.get(f"{{{ODF['fo']}}}border") == "0.5pt solid #888888"
    assert len(content.findall(".//table:table-header-rows/table:table-row", ODF)) == 1


def test_columns_are_aligned_as_they_were_typed(odt: bytes, docx: bytes) -> None:
    content = part(odt, "content.xml")
    places = {
        one.get(f"{{{ODF['style']}}}name"): one[0].get(f"{{{ODF['fo']}}}text-align")
        for one in content.iterfind("office:automatic-styles/style:style[@style:family='paragraph']", ODF)
    }
    names = [
        one.get(f"{{{ODF['text']}}}style-name") for one in content.iterfind(".//table:table-cell/text:p", ODF)
    ]
    assert [places.get(name, "") for name in names] == ["", "end", "center"] * 2
    cells = part(docx, "word/document.xml").iter(f"{WORD}tc")
    shown = [cell.find(f"{WORD}p/{WORD}pPr/{WORD}jc") for cell in cells]
    assert ["" if one is None else one.get(f"{WORD}val") for one in shown] == ["", "right", "center"] * 2


def test_a_list_stays_a_list_at_its_fourth_level_and_below(odt: bytes, docx: bytes) -> None:
    for style in part(odt, "content.xml").findall(".//text:list", ODF):
        assert style.get(f"{{{ODF['text']}}}style-name") in ("Puces", "Numeros", None)
    styles = part(odt, "styles.xml")
    assert (
        len(styles.findall(".//text:list-style[@style:name='Puces']/text:list-level-style-bullet", ODF)) == 10
    )
    paragraphs = {"".join(one.itertext()): one for one in part(docx, "word/document.xml").iter(f"{WORD}p")}
    indents = [paragraphs[text].find(f"{WORD}pPr/{WORD}ind") for text in ("quatre", "cinq")]
    lefts = [int(one.get(f"{WORD}left")) for one in indents]
    assert 1080 < lefts[0] < lefts[1]  # twentieths of a point; Word's own third level stands at 1080


def test_what_is_quoted_does_not_look_like_what_was_said(odt: bytes, docx: bytes) -> None:
    content = part(odt, "content.xml")
    styles = {
        "".join(one.itertext()): one.get(f"{{{ODF['text']}}}style-name")
        for one in content.iterfind(".//text:p", ODF)
    }
    assert styles["Une citation."] == "Quotations"
    assert styles["liste citée"] == styles["Cité dans un point."] == "QuotationsListe"
    for name in ("Quotations", "QuotationsListe"):
        look = part(odt, "styles.xml").find(
            f".//style:style[@style:name='{name}']/style:text-properties", ODF
        )
        assert look.get(f"{{{ODF['fo']}}}font-style") == "italic"
    quoted = [
        "".join(one.itertext())
        for one in part(docx, "word/document.xml").iter(f"{WORD}p")
        if one.find(f"{WORD}pPr/{WORD}pStyle[@{WORD}val='Quote']") is not None
    ]
    assert quoted == ["Cité dans un point.", "Une citation."]


def test_pages_are_numbered(odt: bytes, docx: bytes) -> None:
    footer = part(odt, "styles.xml").find(".//style:master-page/style:footer", ODF)
    assert (
        footer.find(".//text:page-number", ODF) is not None
        and footer.find(".//text:page-count", ODF) is not None
    )
    fields = [one.get(f"{WORD}instr") for one in part(docx, "word/footer1.xml").iter(f"{WORD}fldSimple")]
    assert fields == ["PAGE", "NUMPAGES"]


@pytest.mark.soak
@pytest.mark.parametrize("form", ["odt", "docx"])
def test_libreoffice_shows_what_was_written(form: str, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is missing: apt install libreoffice-writer")
    source = tmp_path / f"compte-rendu.{form}"
    source.write_bytes(made(form))
    command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, timeout=180, capture_output=True)
    pages = PdfReader(tmp_path / "compte-rendu.pdf").pages
    text = [" ".join(page.extract_text().split()) for page in pages]
    assert len(pages) >= 2
    assert [one for one in enumerate(text, start=1) if f"page {one[0]} / {len(pages)}" not in one[1]] == []
    first = text[0]
    # Headings stand as they were typed, with no number but their own.
    before, _, after = first.partition("La réunion")
    assert before.split()[-1] == "Projet"
    assert "5. Approbation" in after and "5. 5." not in first and "1.5" not in first
    for shown in ("quatre", "cinq", "Cité dans un point.", "liste citée", "12 500,00 €", "4. quatre"):
        assert shown in first
    assert first.count("•") + first.count("\uf0b7") >= 5
