"""Minutes as .docx, with the styles that a word processor knows: its headings, lists and tables."""

import io
from dataclasses import replace
from typing import Any

from docx import Document as new_document
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from cops.lib.tables import plain_text
from governance.minutes.markdown import Block, Grid, Heading, Items, Paragraph, Quote, Rule, Run, Runs

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DEEPEST_LIST = 3  # Word's own list styles end there; deeper lists are only set further in
LIST_STEP = Cm(0.63)
ALIGNMENTS = {"right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER}


def write(title: str, subtitle: str, content: tuple[Block, ...], *, author: str) -> bytes:
    """The file, with a title and headings below it."""
    document = new_document()
    _set_up(document, title, author)
    document.add_heading(plain_text(title), level=0)
    document.add_paragraph(plain_text(subtitle))
    _write(document, content)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _set_up(document: Document, title: str, author: str) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.language = plain_text(title)[:255], author[:255], "fr-FR"
    properties.comments = ""
    normal: Any = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    normal.element.get_or_add_rPr().append(language)
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
        _number_pages(section.footer.paragraphs[0])


def _number_pages(paragraph: Any) -> None:
    """« page 2 / 5 », counted by the word processor."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for text, field in (("page ", "PAGE"), (" / ", "NUMPAGES")):
        paragraph.add_run(text)
        counted = OxmlElement("w:fldSimple")
        counted.set(qn("w:instr"), field)
        shown = paragraph.add_run("1")
        counted.append(shown._r)
        paragraph._p.append(counted)


def _write(
    document: Document,
    content: tuple[Block, ...],
    *,
    style: str | None = None,
    depth: int = 0,
    is_quoted: bool = False,
) -> None:
    """Add the blocks; `style` is that of their paragraphs, `depth` that of the list they stand in."""
    for block in content:
        if isinstance(block, Heading):
            _runs(document.add_heading(level=min(block.level, 9)), block.runs)
        elif isinstance(block, Paragraph):
            paragraph = document.add_paragraph(style="Quote" if is_quoted else style)
            _set_in(paragraph, depth, is_quoted=is_quoted)
            _runs(paragraph, block.runs)
        elif isinstance(block, Items):
            _list(document, block, depth + 1, is_quoted=is_quoted)
        elif isinstance(block, Quote):
            _write(document, block.blocks, depth=depth, is_quoted=True)
        elif isinstance(block, Grid):
            _table(document, block)
        elif isinstance(block, Rule):
            document.add_paragraph("* * *")


def _list(document: Document, block: Items, depth: int, *, is_quoted: bool) -> None:
    """The first paragraph of an item bears the mark, the others stand under it. Word would number on from one
    list to the next, so numbers are written out."""
    level = min(depth, DEEPEST_LIST)
    ending = f" {level}" if level > 1 else ""
    for number, item in enumerate(block.items, start=block.start):
        style = f"List Continue{ending}" if block.is_ordered else f"List Bullet{ending}"
        rest = item
        if item and isinstance(item[0], Paragraph):
            paragraph = document.add_paragraph(style=style)
            _set_in(paragraph, depth)
            if block.is_ordered:
                _hang(paragraph, number)
            _runs(paragraph, item[0].runs, is_italic=is_quoted)
            rest = item[1:]
        _write(document, rest, style=f"List Continue{ending}", depth=depth, is_quoted=is_quoted)


def _set_in(paragraph: Any, depth: int, *, is_quoted: bool = False) -> None:
    """Further in, where the style alone does not: below Word's last list style, and for what is quoted."""
    if depth > DEEPEST_LIST or is_quoted:
        paragraph.paragraph_format.left_indent = LIST_STEP * (depth + is_quoted)


def _hang(paragraph: Any, number: int) -> None:
    paragraph.paragraph_format.first_line_indent = Cm(-0.6)
    paragraph.add_run(f"{number}.\t")


def _table(document: Document, block: Grid) -> None:
    width = max((len(row) for row in block.rows), default=0)
    if not width:
        return
    table = document.add_table(rows=0, cols=width)
    table.style = "Table Grid"
    for rank, row in enumerate(block.rows):
        cells = table.add_row().cells
        for column, (cell, runs) in enumerate(zip(cells, row, strict=False)):
            cell.paragraphs[0].alignment = ALIGNMENTS.get(block.align(column))
            _runs(cell.paragraphs[0], runs, is_bold=rank == 0)
    _repeat_head(table)
    document.add_paragraph()


def _repeat_head(table: Any) -> None:
    """The first row heads the table on each page."""
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))


def _runs(paragraph: Any, runs: Runs, *, is_bold: bool = False, is_italic: bool = False) -> None:
    for run in runs:
        shown = replace(run, is_bold=run.is_bold or is_bold, is_italic=run.is_italic or is_italic)
        if run.link:
            _link(paragraph, shown)
        else:
            _look(paragraph.add_run(plain_text(run.text)), shown)


def _look(written: Any, run: Run) -> None:
    written.bold = True if run.is_bold else None
    written.italic = True if run.is_italic else None
    written.font.strike = True if run.is_struck else None
    if run.is_code:
        written.font.name = "Courier New"


def _link(paragraph: Any, run: Run) -> None:
    """A link is kept outside the document's text, as a relation of the file; nothing is fetched."""
    link = OxmlElement("w:hyperlink")
    address = paragraph.part.relate_to(run.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(qn("r:id"), address)
    written = paragraph.add_run(plain_text(run.text))
    _look(written, run)
    written.underline = True
    link.append(written._r)
    paragraph._p.append(link)
