"""Minutes as .odt: true headings, lists and tables."""

import io
from typing import Any

from odfdo import Cell, Document, Element, Header, Link, List, ListItem, Row, Span, Style, Table
from odfdo import Paragraph as OdfParagraph

from cops.lib.tables import plain_text
from governance.minutes.markdown import Block, Grid, Heading, Items, Paragraph, Quote, Run, Runs

CONTENT_TYPE = "application/vnd.oasis.opendocument.text"

# Appearances of text by name; each is a style of the document.
_LOOKS: dict[str, dict[str, Any]] = {
    "Gras": {"bold": True},
    "Italique": {"italic": True},
    "GrasItalique": {"bold": True, "italic": True},
}


def write(title: str, subtitle: str, content: tuple[Block, ...], *, author: str) -> bytes:
    """The file, with a title and headings below it."""
    document = Document("text")
    _set_up(document, title, author)
    body = document.body
    body.clear()
    body.append(OdfParagraph(plain_text(title), style="Title"))
    body.append(OdfParagraph(plain_text(subtitle)))
    for element in _elements(content):
        body.append(element)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _set_up(document: Document, title: str, author: str) -> None:
    document.meta.title = plain_text(title)
    document.meta.creator = plain_text(author)
    document.meta.set_language("fr-FR")
    for name, look in _LOOKS.items():
        document.insert_style(Style("text", name=name, area="text", **look))
    _insert(document, _TITLE)
    for numbered in (True, False):
        _insert(document, _list_style(is_ordered=numbered))
    document.insert_style(Style("table-cell", name="Case", area="table-cell", border="0.5pt solid #888888"))


_TITLE = (
    '<style:style style:name="Title" style:family="paragraph" style:parent-style-name="Heading">'
    '<style:text-properties fo:font-size="20pt" fo:font-weight="bold"/></style:style>'
)


def _insert(document: Document, xml: str) -> None:
    style: Any = Element.from_tag(xml)
    document.insert_style(style)


def _list_style(*, is_ordered: bool) -> str:
    """Marks and indents of three levels."""
    levels = "".join(_level(number, is_ordered=is_ordered) for number in range(1, 4))
    return f'<text:list-style style:name="{_list_name(is_ordered)}">{levels}</text:list-style>'


def _level(number: int, *, is_ordered: bool) -> str:
    place = (
        '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
        '<style:list-level-label-alignment text:label-followed-by="listtab" '
        f'fo:text-indent="-0.6cm" fo:margin-left="{number * 0.9:.1f}cm"/></style:list-level-properties>'
    )
    if is_ordered:
        return (
            f'<text:list-level-style-number text:level="{number}" style:num-format="1" style:num-suffix=".">'
            f"{place}</text:list-level-style-number>"
        )
    return (
        f'<text:list-level-style-bullet text:level="{number}" text:bullet-char="•">'
        f"{place}</text:list-level-style-bullet>"
    )


def _list_name(is_ordered: bool) -> str:
    return "Numeros" if is_ordered else "Puces"


def _elements(content: tuple[Block, ...]) -> list[Element]:
    found: list[Element] = []
    for block in content:
        found += _elements(block.blocks) if isinstance(block, Quote) else [_element(block)]
    return found


def _element(block: Block) -> Element:
    if isinstance(block, Heading):
        heading = Header(block.level)
        heading.set_attribute("text:style-name", f"Heading_20_{block.level}")
        return _filled(heading, block.runs)
    if isinstance(block, Paragraph):
        return _filled(OdfParagraph(style="Text_20_body"), block.runs)
    if isinstance(block, Items):
        return _list(block)
    if isinstance(block, Grid):
        return _table(block)
    return OdfParagraph("* * *")


def _list(block: Items) -> Element:
    found = List(style=_list_name(block.is_ordered))
    for number, content in enumerate(block.items):
        item = ListItem()
        if block.is_ordered and number == 0 and block.start != 1:
            item.set_attribute("text:start-value", str(block.start))
        for element in _elements(content):
            item.append(element)
        found.append(item)
    return found


def _table(block: Grid) -> Element:
    table = Table(f"Tableau{id(block)}")
    for rank, row in enumerate(block.rows):
        line = Row()
        for runs in row:
            cell = Cell(style="Case", cell_type="string")
            cell.append(_filled(OdfParagraph(), runs, is_bold=rank == 0))
            line.append_cell(cell)
        table.append_row(line)
    return table


def _filled(paragraph: Element, runs: Runs, *, is_bold: bool = False) -> Element:
    for run in runs:
        paragraph.append(_inline(run, is_bold=is_bold or run.is_bold))
    return paragraph


def _inline(run: Run, *, is_bold: bool) -> Element:
    style = _look(is_bold, run.is_italic)
    if run.is_code:
        style = "Teletype"
    span = Span(plain_text(run.text), style=style) if style else Span(plain_text(run.text))
    if not run.link:
        return span
    link = Link(run.link)
    link.append(span)
    return link


def _look(is_bold: bool, is_italic: bool) -> str:
    return ("Gras" if is_bold else "") + ("Italique" if is_italic else "")
