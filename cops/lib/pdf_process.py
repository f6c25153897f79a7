"""The process that turns one HTML file into one PDF; started by ``cops.lib.pdf``, never imported by a page.

It runs as a script in Python's isolated mode, so it imports nothing of this project. Its working directory
holds ``request.json``, ``document-0.html`` and so on; it writes ``document-0.pdf`` and so on. Progress goes
to standard output, one French line each; the exit status is one of ``Exit``.
"""

import gc
import json
import logging
import re
import resource
import sys
import time
import traceback
from enum import IntEnum
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

REQUEST, SOURCE, RESULT = "request.json", "document-{}.html", "document-{}.pdf"

MAXIMUM_SPAN = 1000
"""Columns a cell may span: the HTML standard's cap. WeasyPrint has none; its time grows with the square."""

_PAGE_INTERVAL_S = 0.25
_FILE_SIZE_LIMIT = 512 * 2**20
_OPEN_FILES_LIMIT = 256
_BODY = "cops-item-body"
# PDF/A forbids interpolated images; an item's body bears no mark of its own.
_CONFORMANCE_STYLE = f"""
img, image {{ image-rendering: crisp-edges }}
li.{_BODY} {{ display: block !important; margin: 0 !important; padding: 0 !important }}
"""
_BLOCKS = {
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "details",
        "div",
        "dl",
        "fieldset",
        "figure",
        "footer",
        "form",
    ),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "p", "pre", "section", "table"),
}
_PDFUA_NAMESPACE = "http://www.aiim.org/pdfua/ns/id/"


class Exit(IntEnum):
    """Exit statuses of this process."""

    DONE = 0
    LAYOUT = 10
    MEMORY = 11
    LIBRARY = 12


class ProgressLines(logging.Handler):
    """WeasyPrint's progress as French lines on standard output.

    A write that fails ends the render: nobody waits for the result any more.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pass = 1
        self._last_page_at = float("-inf")

    def emit(self, record: logging.LogRecord) -> None:
        line = self._line(record.getMessage())
        if line:
            print(line, flush=True)

    def _line(self, message: str) -> str | None:
        if message.startswith("Step 3"):
            return "Lecture de la mise en forme"
        if message.startswith("Step 4"):
            return "Préparation du contenu"
        if message.startswith("Step 5"):
            return self._layout_line(message)
        return "Écriture du PDF" if message.startswith("Step 6") else None

    def _layout_line(self, message: str) -> str | None:
        if repeated := re.search(r"Repagination #(\d+)", message):
            self._pass = int(repeated[1]) + 1
            return None
        page = re.search(r"Page (\d+)", message)
        if page is None or time.monotonic() - self._last_page_at < _PAGE_INTERVAL_S:
            return None
        self._last_page_at = time.monotonic()
        passes = f" (passage {self._pass})" if self._pass > 1 else ""
        return f"Mise en page : page {page[1]}{passes}"


def main() -> int:
    """Render the request of the working directory."""
    request = json.loads(Path(REQUEST).read_text("utf-8"))
    _limit_resources(request["memory_mib"], request["cpu_s"])
    logging.raiseExceptions = False
    progress = logging.getLogger("weasyprint.progress")
    progress.setLevel(logging.INFO)
    progress.addHandler(ProgressLines())
    try:
        return _render(request)
    except MemoryError:
        return Exit.MEMORY
    except Exception as error:  # whatever the layout engine raises becomes one clear message to the caller
        _report(error)
        return Exit.LAYOUT


def _limit_resources(memory_mib: int, cpu_s: int) -> None:
    memory = memory_mib * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_SIZE_LIMIT, _FILE_SIZE_LIMIT))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES_LIMIT, _OPEN_FILES_LIMIT))


def _report(error: BaseException) -> None:
    """Where it failed, for the log; without the error's own text, which may quote the document."""
    frames = "".join(traceback.format_tb(error.__traceback__)[-5:])
    print(f"{type(error).__name__}\n{frames}", file=sys.stderr)


def _render(request: dict[str, Any]) -> int:
    try:
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as error:
        _report(error)
        return Exit.LIBRARY
    gc.disable()  # a fifth of the time; the process ends right after
    fonts = FontConfiguration()  # loading typefaces takes longer than a page
    for number, metadata in enumerate(request["metadata"]):
        source = Path(SOURCE.format(number)).read_text("utf-8")
        html = HTML(string=source, url_fetcher=URLFetcher(allowed_protocols={"data"}))
        _write(html, CSS(string=_CONFORMANCE_STYLE), fonts, metadata, Path(RESULT.format(number)))
    return Exit.DONE


def _write(html: Any, style: Any, fonts: Any, metadata: dict[str, Any], path: Path) -> None:
    _cap_spans(html.etree_element)
    _number_lists(html.etree_element)
    _give_items_a_body(html.etree_element)
    document = html.render(font_config=fonts, pdf_variant="pdf/a-3a", stylesheets=[style])
    for name, value in metadata.items():
        setattr(document.metadata, name, value)
    document.write_pdf(path, pdf_variant="pdf/a-3a")
    _declare_pdf_ua(path)


def _cap_spans(root: Element) -> None:
    for element in root.iter():
        for attribute in ("colspan", "span"):
            digits = re.match(r"\s*\+?0*(\d+)", element.get(attribute) or "")
            if digits and (len(digits[1]) > 4 or int(digits[1]) > MAXIMUM_SPAN):
                element.set(attribute, str(MAXIMUM_SPAN))


def _number_lists(root: Element) -> None:
    """Lists begin, and items are numbered, as the HTML says: WeasyPrint reads neither attribute by itself.

    It sets a counter before it counts the item, so both say the number before theirs.
    """
    for tag, attribute, said in (("ol", "start", "counter-reset"), ("li", "value", "counter-set")):
        for element in root.iter(tag):
            if number := re.fullmatch(r"\s*(-?\d{1,9})\s*", element.get(attribute) or ""):
                before = int(number[1]) - 1
                element.set("style", f"{said}: list-item {before};{element.get('style') or ''}")


def _give_items_a_body(root: Element) -> None:
    """PDF/UA wants all of an item in its body, which WeasyPrint makes of lines only: a paragraph, quotation
    or table would stand beside it. A box of the item's own name inside it is taken as that body."""
    for item in list(root.iter("li")):
        if any(child.tag in _BLOCKS for child in item):
            body = SubElement(item, "li", {"class": _BODY})
            body.text, item.text = item.text, None
            content = list(item)[:-1]
            body.extend(content)
            item[:] = [body]


def _declare_pdf_ua(path: Path) -> None:
    """Say in the XMP that the file is PDF/UA-1 too, with the extension schema PDF/A wants for that."""
    import pikepdf

    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        stream = pdf.Root.Metadata
        xmp = stream.read_bytes()
        stream.write(xmp.replace(b"</rdf:RDF>", _PDFUA_SCHEMA.encode() + b"</rdf:RDF>", 1))
        pdf.save(path, deterministic_id=True)


_PDFUA_SCHEMA = f"""
<rdf:Description rdf:about="" xmlns:pdfuaid="{_PDFUA_NAMESPACE}" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{_PDFUA_NAMESPACE}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


if __name__ == "__main__":
    sys.exit(main())
