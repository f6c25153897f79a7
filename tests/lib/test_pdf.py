"""HTML → PDF: what conforms, what is refused, what never gets out, what is bounded."""

import contextlib
import io
import logging
import os
import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import page
import pikepdf
import pypdf
import pytest

from cops.lib import pdf
from cops.lib.charts import Heading, Row, Series, rate_bars, stacked_bars
from cops.lib.charts import RateRow as Rate
from cops.lib.fonts import font_face_css
from cops.lib.pdf import PdfMetadata, html_to_pdf, pdf_available
from cops.lib.svg import Colour
from cops.lib.year_charts import YearSeries, rates_by_year

METADATA = PdfMetadata(title="Évaluation de l’année 2012")

RED_DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSu"
    "QmCC"
)
OPENED: list[pikepdf.Pdf] = []

unavailable = pdf_available()
pytestmark = pytest.mark.skipif(unavailable is not None, reason=unavailable or "")


def document(body: str, style: str = "") -> str:
    head = f"<head><title>x</title><style>{style}</style></head>"
    return f'<!DOCTYPE html><html lang="fr">{head}<body>{body}</body></html>'


def text_of(content: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(content))
    return "\n".join(sheet.extract_text() for sheet in reader.pages)


def dictionaries(content: bytes) -> list[pikepdf.Object]:
    """Every dictionary of the file, those of streams included; they keep their file open."""
    opened = pikepdf.open(io.BytesIO(content))
    OPENED.append(opened)
    return [one for one in opened.objects if isinstance(one, pikepdf.Dictionary | pikepdf.Stream)]


def charts() -> str:
    rows = [Row("L’éducation", [12, 3]), Row("La sécurité", [0, 0])]
    statuses = [Series("Réalisée", Colour.GREEN), Series("Reportée", Colour.OCHRE)]
    series = [YearSeries("Effectivité", Colour.BLUE, [0.5, None, 0.8])]
    return "".join(
        f"<figure>{chart}</figure>"
        for chart in (
            stacked_bars(Heading("s", "Statuts par axe", "Deux axes."), statuses, rows),
            rate_bars(Heading("t", "Taux", "Deux taux."), [Rate("A", 0.5), Rate("B", None)]),
            rates_by_year(Heading("u", "Par année", "Trois années."), [2010, 2011, 2012], series),
        )
    )


def whole_document() -> str:
    """Everything the real report has: cover, contents, lists, tables, charts, links, running heads."""
    style = (
        font_face_css()
        + """
        @page { size: A4; margin: 25mm 20mm; @top-left { content: string(part) }
                @bottom-right { content: counter(page) " / " counter(pages) } }
        @page cover { @top-left { content: none } @bottom-right { content: none } }
        html { font-family: "COPS Sans"; hyphens: auto }
        .cover { page: cover; break-after: page }
        h1 { string-set: part content(); bookmark-level: 1 }
        nav a::after { content: leader(".") target-counter(attr(href), page) }
        table { border-collapse: collapse; width: 100% }
        th, td { border: 0.5pt solid #4a5263; padding: 2mm }
        thead { display: table-header-group }
    """
    )
    rows = "".join(
        f'<tr><th scope="row">1.1-{place:02d}</th><td>Réalisée</td><td>1\u202f234,50\u00a0€</td></tr>'
        for place in range(60)
    )
    return document(
        f"""<section class="cover"><p>Contrat 2009–2014</p><p>PROVISOIRE</p></section>
        <nav><h1>Sommaire</h1><ol>
        <li><a href="#actions">Actions</a></li><li><a href="#taux">Taux</a></li></ol></nav>
        <h1 id="actions">Actions</h1><p>Œuvre « française » ≥ 3,
        voir <a href="https://www.example.org/">le site</a>.</p><img src="{RED_DOT}" alt="Un point rouge">
        <ul><li>Éducation</li><li>Sécurité<ul><li>Transports</li></ul></li></ul>
        <table><caption>Actions de l’année</caption><thead><tr>
        <th scope="col">Référence</th><th scope="col">Statut</th><th scope="col">Coût</th></tr></thead>
        <tbody>{rows}</tbody></table>
        <h1 id="taux">Taux</h1><h2>Par axe</h2>{charts()}""",
        style,
    )


@pytest.fixture(scope="module")
def report() -> bytes:
    return html_to_pdf(whole_document(), METADATA)


def test_a_report_conforms_to_pdf_ua(report: bytes) -> None:
    verdict = page.validate_pdf_bytes(report, profile="ua1")
    assert [(failure.rule_id, failure.message) for failure in verdict.failures] == []
    assert verdict.is_compliant
    assert verdict.document.page_count >= 4


def test_the_checker_would_notice_a_file_without_its_declaration(report: bytes) -> None:
    opened = pikepdf.open(io.BytesIO(report))
    del opened.Root.Metadata
    spoilt = io.BytesIO()
    opened.save(spoilt)
    assert not page.is_pdf_compliant_bytes(spoilt.getvalue(), profile="ua1")


@pytest.mark.parametrize(
    "content",
    [
        "<p>a</p><p>b</p>",
        "a<blockquote><p>cité</p><ul><li><p>b</p></li></ul></blockquote>",
        "<pre>code</pre>",
        "<h2>titre</h2><p>b</p><hr>",
        '<table><thead><tr><th scope="col">x</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>',
        "a<ol><li>b<blockquote><p>c</p></blockquote></li></ol><p>d</p>",
        "<div>a</div>",
    ],
)
def test_whatever_an_item_of_a_list_holds_stands_in_its_body(content: str) -> None:
    made = html_to_pdf(document(f"<h1>x</h1><ul><li>{content}</li><li>e</li></ul>"), METADATA)
    verdict = page.validate_pdf_bytes(made, profile="ua1")
    assert [(failure.rule_id, failure.message) for failure in verdict.failures] == []
    items = [one for one in dictionaries(made) if one.get("/S") == "/LI"]
    assert {str(kid.S) for item in items for kid in item.K} <= {"/Lbl", "/LBody"}
    assert text_of(made).count("•") >= 2


def test_numbers_of_lists_are_those_of_the_html() -> None:
    first = '<ol start="4"><li>quatre</li><li><p>cinq</p></li></ol>'
    second = '<ol><li value="12">douze</li><li>treize</li><li value="20">vingt</li></ol>'
    text = text_of(html_to_pdf(document(first + second), METADATA))
    assert re.findall(r"\d+\.", text) == ["4.", "5.", "12.", "13.", "20."]


def test_a_report_declares_pdf_a_3a_pdf_ua_1_title_and_language(report: bytes) -> None:
    opened = pikepdf.open(io.BytesIO(report))
    with opened.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "A")
        assert xmp["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert xmp["dc:title"] == "Évaluation de l’année 2012"
    assert str(opened.Root.Lang) == "fr"
    assert bool(opened.Root.MarkInfo.Marked)
    assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)


def test_a_report_has_its_text_bookmarks_pictures_alternatives_and_only_our_font(report: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(report))
    content = text_of(report)
    assert "Œuvre « française » ≥ 3" in content.replace("\u00a0", " ")
    assert "1.1-59" in content
    assert [entry["/Title"] for entry in reader.outline if not isinstance(entry, list)] == [
        "Sommaire", "Actions", "Taux",
    ]  # fmt: skip
    objects = dictionaries(report)
    fonts = {str(one.BaseFont) for one in objects if one.get("/Type") == "/Font"}
    assert fonts
    assert all("COPS" in font for font in fonts)
    alternatives = {str(one.Alt) for one in objects if one.get("/S") == "/Figure" and "/Alt" in one}
    assert alternatives == {"Statuts par axe", "Taux", "Par année", "Un point rouge"}


def test_metadata_given_by_the_caller_are_written() -> None:
    metadata = PdfMetadata(
        "Titre", authors=["AME"], description="Sujet", created=datetime(2026, 3, 3, 14, 5, tzinfo=UTC)
    )
    opened = pikepdf.open(io.BytesIO(html_to_pdf(document("<p>a</p>"), metadata)))
    info = opened.docinfo
    assert (str(info.Title), str(info.Author), str(info.Subject)) == ("Titre", "AME", "Sujet")
    assert str(info.CreationDate).startswith("D:20260303140500")


def test_the_same_document_gives_the_same_bytes() -> None:
    assert html_to_pdf(document("<p>a</p>"), METADATA) == html_to_pdf(document("<p>a</p>"), METADATA)


def test_a_pdf_needs_a_title_and_an_exact_date() -> None:
    with pytest.raises(ValueError, match="titre"):
        PdfMetadata("  ")
    with pytest.raises(ValueError, match="fuseau"):
        PdfMetadata("a", created=datetime(2026, 3, 3))


def test_progress_is_told_in_french_while_the_render_runs() -> None:
    told: list[tuple[str, float]] = []
    here = threading.get_ident()

    def tell(line: str) -> None:
        assert threading.get_ident() == here
        told.append((line, time.monotonic()))

    html_to_pdf(document("<p>mot</p>" * 3000, "p { break-inside: avoid }"), METADATA, on_progress=tell)
    done = time.monotonic()
    lines = [line for line, _ in told]
    assert lines[:3] == ["Lecture de la mise en forme", "Préparation du contenu", "Mise en page : page 1"]
    assert lines[-1] == "Écriture du PDF"
    assert len([line for line in lines if line.startswith("Mise en page : page ")]) >= 2
    assert done - told[2][1] > 0.2, "told while it runs, not at the end"


class Canary(BaseHTTPRequestHandler):
    hits: list[str] = []

    def do_GET(self) -> None:
        self.hits.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def canary() -> Iterator[str]:
    Canary.hits = []
    server = HTTPServer(("127.0.0.1", 0), Canary)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


FETCHING = """
<link rel="stylesheet" href="{0}/sheet"><link rel="attachment" href="{0}/attached"><base href="{0}/">
<style>@import url("{0}/import"); @font-face {{ font-family: f; src: url("{0}/font") }}
p {{ background: url("{0}/background"); font-family: f; list-style-image: url("{0}/list") }}
p::before {{ content: url("{0}/content") }} @page {{ background: url("{0}/page") }}</style>
<p style="background: url({0}/inline)">texte</p><img src="{0}/img" alt="a"><img src="relative" alt="b">
<img srcset="{0}/set 2x" alt="c"><object data="{0}/object"></object><embed src="{0}/embed">
<iframe src="{0}/frame"></iframe><svg width="10" height="10"><image href="{0}/svg" width="9" height="9"/>
<use href="{0}/use#a"/>
<style>@import url("{0}/svgimport");</style><rect width="9" height="9" fill="url({0}/fill#a)"/></svg>
<a rel="attachment" href="{0}/alink">joint</a><input type="image" src="{0}/input">
<video poster="{0}/poster"></video>
"""


def test_a_page_that_names_addresses_gets_nothing(canary: str) -> None:
    content = html_to_pdf(document(FETCHING.format(canary)), METADATA)
    assert Canary.hits == []
    assert "texte" in text_of(content)


def test_the_canary_would_notice(canary: str) -> None:
    import urllib.request

    urllib.request.urlopen(canary + "/seen")
    assert Canary.hits == ["/seen"]


def test_no_file_of_the_machine_gets_into_a_pdf(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("MOT-DE-PASSE-9d41")
    plain = html_to_pdf(document(FETCHING.format("file:///nowhere")), METADATA)
    for source in (f"file://{secret}#", f"file://{secret}?", f"FILE://localhost{secret}?", f"{secret}?"):
        content = html_to_pdf(document(FETCHING.format(source)), METADATA)
        opened = pikepdf.open(io.BytesIO(content))
        streams = b"".join(one.read_bytes() for one in opened.objects if isinstance(one, pikepdf.Stream))
        assert b"MOT-DE-PASSE-9d41" not in streams + content
        assert not opened.attachments
        assert abs(len(content) - len(plain)) < 2000


def test_data_addresses_are_shown() -> None:
    content = html_to_pdf(document(f'<img src="{RED_DOT}" alt="Un point rouge">'), METADATA)
    assert any(one.get("/Subtype") == "/Image" for one in dictionaries(content))


def test_escaped_html_appears_literally() -> None:
    content = html_to_pdf(
        document("<p>&lt;b&gt;gras&lt;/b&gt; &amp;amp; {{ x }} &lt;script&gt;</p>"), METADATA
    )
    assert "<b>gras</b> &amp; {{ x }} <script>" in text_of(content)


def test_scripts_do_not_get_into_a_pdf() -> None:
    content = html_to_pdf(document("<p>a</p><script>app.alert('x')</script>"), METADATA)
    assert "app.alert" not in text_of(content)
    assert b"/JavaScript" not in content


SIXTY_THOUSAND_WORDS = document(
    f"<table><tr><td>{' '.join(f'mot{place}' for place in range(60_000))}</td></tr></table>",
    "table { border-collapse: collapse; table-layout: fixed; width: 100% }",
)


def test_sixty_thousand_words_in_one_cell_cost_no_more_than_allowed() -> None:
    started = time.monotonic()
    with contextlib.suppress(pdf.PdfTimeoutError, pdf.PdfMemoryError):
        html_to_pdf(SIXTY_THOUSAND_WORDS, METADATA, timeout_s=4, memory_mib=1024)
    assert time.monotonic() - started < 6


@pytest.mark.soak
def test_sixty_thousand_words_in_one_cell_are_all_printed_in_time() -> None:
    assert "mot59999" in text_of(html_to_pdf(SIXTY_THOUSAND_WORDS, METADATA))


@pytest.mark.parametrize("span", ["99999", " +0099999", "1001", "9" * 400])
def test_a_cell_over_too_many_columns_costs_seconds_only(span: str) -> None:
    rows = "<tr><td>b</td><td>c</td></tr>" * 20
    columns = f'<colgroup><col span="{span}"></colgroup><tr><td colspan="{span}">large</td></tr>'
    content = html_to_pdf(
        document(f"<table>{columns}{rows}</table>", "table { border-collapse: collapse }"),
        METADATA,
        timeout_s=30,
    )
    assert "large" in text_of(content)


def test_a_render_that_takes_too_long_is_stopped() -> None:
    started = time.monotonic()
    with pytest.raises(pdf.PdfTimeoutError, match=r"dépassé le temps accordé \(2.secondes\)"):
        html_to_pdf(document("<table><tr><td>mot " + "mot " * 200_000 + "</table>"), METADATA, timeout_s=2)
    assert time.monotonic() - started < 4


def test_a_render_that_needs_too_much_memory_is_stopped(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(pdf.PdfMemoryError, match=r"limite : 300.Mio"):
        html_to_pdf(document("<p>mot</p>" * 60_000), METADATA, memory_mib=300)
    assert "PDF process ended" in caplog.text


def test_what_cannot_be_laid_out_says_so_without_a_trace_or_the_text() -> None:
    with pytest.raises(pdf.PdfLayoutError) as caught:
        html_to_pdf(document("<div>" * 5000 + "nom propre"), METADATA)
    assert "n’a pas pu être mis en page" in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_the_log_of_a_failure_does_not_quote_the_document(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(pdf.PdfLayoutError):
        html_to_pdf(document("<div>" * 5000 + "Madame Untel"), METADATA)
    assert "RecursionError" in caplog.text
    assert "Untel" not in caplog.text


def test_a_failing_listener_stops_the_render() -> None:
    def fail(line: str) -> None:
        raise RuntimeError("base de données absente")

    started = time.monotonic()
    with pytest.raises(RuntimeError, match="base de données"):
        html_to_pdf(document("<p>mot</p>" * 30_000), METADATA, on_progress=fail)
    assert time.monotonic() - started < 5


def test_the_process_gets_no_secret_of_ours_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY", "canari")
    monkeypatch.setattr(pdf.tempfile, "tempdir", str(tmp_path))
    environments: list[bytes] = []

    def look(line: str) -> None:
        children = Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children").read_text().split()
        environments.extend(Path(f"/proc/{child}/environ").read_bytes() for child in children)

    html_to_pdf(document("<p>a</p>"), METADATA, on_progress=look)
    assert environments
    assert all(b"canari" not in environment and b"HOME=" in environment for environment in environments)
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_pango_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "weasyprint").mkdir()
    (tmp_path / "weasyprint" / "__init__.py").write_text(
        "raise OSError('cannot load library libpangoft2-1.0-0')"
    )
    monkeypatch.setattr(pdf, "_SHARED_LIBRARIES", ("libabsente.so.0",))
    monkeypatch.setattr(pdf.sys, "path", [str(tmp_path), *pdf.sys.path])
    for name in [name for name in pdf.sys.modules if name.split(".")[0] == "weasyprint"]:
        monkeypatch.delitem(pdf.sys.modules, name)
    assert "apt install libpangoft2-1.0-0" in (pdf_available() or "")


def test_a_render_on_a_machine_without_pango_names_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "pdf_process.py"
    source = Path(pdf.pdf_process.__file__).read_text("utf-8")
    script.write_text(
        source.replace("from weasyprint import CSS, HTML", "raise OSError('cannot load library')")
    )
    monkeypatch.setattr(pdf.pdf_process, "__file__", str(script))
    with pytest.raises(pdf.PdfUnavailableError, match=r"libpangoft2-1\.0-0"):
        html_to_pdf(document("<p>a</p>"), METADATA)


def test_here_pdfs_can_be_made_and_the_check_does_not_import_the_renderer() -> None:
    import subprocess
    import sys

    code = "import sys; from cops.lib.pdf import *; print(pdf_available(), 'weasyprint' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["None", "False"]
