"""Minutes as .odt: true headings, lists and tables."""

import io
from itertools import product
from typing import Any

from odfdo import Cell, Document, Element, Header, Link, List, ListItem, Row, Span, Table
from odfdo import Paragraph as OdfParagraph

from cops.lib.tables import plain_text
from governance.minutes.markdown import Block, Grid, Heading, Items, Paragraph, Quote, Rule, Run, Runs

CONTENT_TYPE = "application/vnd.oasis.opendocument.text"
LEVELS = range(1, 11)  # OpenDocument knows ten levels of lists and of headings

# What a run may look like, all at once; each combination is a style named after its parts.
_LOOKS = {
    "Gras": 'fo:font-weight="bold"',
    "Italique": 'fo:font-style="italic"',
    "Barre": 'style:text-line-through-style="solid" style:text-line-through-type="single"',
    "Code": 'style:font-name="DejaVu Sans Mono" fo:font-size="90%"',
}
_ALIGNMENTS = {"": "start", "right": "end", "center": "center"}
_TITLE = (
    '<style:style style:name="Title" style:family="paragraph" style:parent-style-name="Heading">'
    '<style:text-properties fo:font-size="20pt" fo:font-weight="bold"/></style:style>'
)
_QUOTE = (
    '<style:style style:name="Quotations" style:display-name="Quotations" style:family="paragraph" '
    'style:parent-style-name="Text_20_body"><style:paragraph-properties fo:margin-left="0.8cm" '
    'fo:padding-left="0.3cm" fo:border-left="1.5pt solid #888888"/>'
    '<style:text-properties fo:font-style="italic"/></style:style>'
)
# Inside lists, whose items place their text themselves, a quotation only looks different.
_LISTED_QUOTE = (
    '<style:style style:name="QuotationsListe" style:family="paragraph" '
    'style:parent-style-name="Text_20_body"><style:text-properties fo:font-style="italic"/></style:style>'
)
_TABLE = (
    '<style:style style:name="Tableau" style:family="table">'
    '<style:table-properties table:align="margins" fo:margin-top="0.2cm" fo:margin-bottom="0.3cm"/>'
    "</style:style>"
)
_CELL = (
    '<style:style style:name="Case" style:family="table-cell">'
    '<style:table-cell-properties fo:border="0.5pt solid #888888" fo:padding="0.1cm"/></style:style>'
)
_NUMBERING = {"style:num-suffix", "text:display-levels", "loext:num-list-format"}
_FOOTER = (
    '<style:footer><text:p text:style-name="Footer">page <text:page-number text:select-page="current">1'
    "</text:page-number> / <text:page-count>1</text:page-count></text:p></style:footer>"
)
_FOOTER_PARAGRAPH = (
    '<style:style style:name="Footer" style:family="paragraph" style:parent-style-name="Standard">'
    '<style:paragraph-properties fo:text-align="end"/><style:text-properties fo:font-size="9pt"/>'
    "</style:style>"
)
_FOOTER_PLACE = (
    '<style:footer-style><style:header-footer-properties fo:min-height="0.6cm" fo:margin-top="0.4cm"/>'
    "</style:footer-style>"
)


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
    for number, table in enumerate(body.get_tables(), start=1):
        table.name = f"Tableau {number}"
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _set_up(document: Document, title: str, author: str) -> None:
    document.meta.title = plain_text(title)
    document.meta.creator = plain_text(author)
    document.meta.set_language("fr-FR")
    for xml in (_TITLE, _QUOTE, _LISTED_QUOTE, _FOOTER_PARAGRAPH, *map(_list_style, (True, False))):
        document.insert_style(_from_xml(xml))
    # What cells and runs look like is read by LibreOffice in the content's own styles only.
    for xml in (_TABLE, _CELL, *_cell_texts(), *_run_styles()):
        document.insert_style(_from_xml(xml), automatic=True)
    _leave_headings_unnumbered(document)
    _number_pages(document)


def _from_xml(xml: str) -> Any:
    return Element.from_tag(xml)


def _run_styles() -> list[str]:
    choices = product(*((name, "") for name in _LOOKS))
    combined = [[name for name in names if name] for names in choices]
    return [
        f'<style:style style:name="{"".join(names)}" style:family="text">'
        f"<style:text-properties {' '.join(_LOOKS[name] for name in names)}/></style:style>"
        for names in combined
        if names
    ]


def _cell_texts() -> list[str]:
    return [
        f'<style:style style:name="Case{align}" style:family="paragraph" style:parent-style-name="Standard">'
        f'<style:paragraph-properties fo:text-align="{place}"/></style:style>'
        for align, place in _ALIGNMENTS.items()
        if align
    ]


def _leave_headings_unnumbered(document: Document) -> None:
    """The library's template numbers headings: « 5.1. » would stand before the point called « 1. »."""
    styles: Any = document.get_part("styles.xml")
    for level in styles.get_elements("//text:outline-level-style"):
        level.set_attribute("style:num-format", "")
        for name in {"style:num-suffix", "text:display-levels", "loext:num-list-format"} & set(
            level.attributes
        ):
            level.del_attribute(name)


def _number_pages(document: Document) -> None:
    """« page 2 / 5 » at the foot of each page, counted by the word processor."""
    styles: Any = document.get_part("styles.xml")
    layout = styles.get_element("//style:page-layout")
    layout.delete(layout.get_element("style:footer-style"))
    layout.append(_from_xml(_FOOTER_PLACE))
    styles.get_element("//style:master-page").append(_from_xml(_FOOTER))


def _list_style(is_ordered: bool) -> str:
    """Marks and indents of each level."""
    levels = "".join(_level(number, is_ordered=is_ordered) for number in LEVELS)
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


def _elements(
    content: tuple[Block, ...], *, is_quoted: bool = False, is_listed: bool = False
) -> list[Element]:
    """The blocks as elements, as they look inside a quotation or a list."""
    found: list[Element] = []
    for block in content:
        if isinstance(block, Quote):
            found += _elements(block.blocks, is_quoted=True, is_listed=is_listed)
        elif isinstance(block, Items):
            found.append(_list(block, is_quoted=is_quoted))
        elif isinstance(block, Paragraph):
            found.append(_filled(OdfParagraph(style=_text_style(is_quoted, is_listed)), block.runs))
        else:
            found.append(_element(block))
    return found


def _text_style(is_quoted: bool, is_listed: bool) -> str:
    if is_quoted:
        return "QuotationsListe" if is_listed else "Quotations"
    return "Text_20_body"


def _element(block: Heading | Grid | Rule) -> Element:
    if isinstance(block, Heading):
        heading = Header(block.level)
        heading.set_attribute("text:style-name", f"Heading_20_{block.level}")
        return _filled(heading, block.runs)
    if isinstance(block, Grid):
        return _table(block)
    return OdfParagraph("* * *")


def _list(block: Items, *, is_quoted: bool) -> Element:
    found = List(style=_list_name(block.is_ordered))
    for number, content in enumerate(block.items):
        item = ListItem()
        if block.is_ordered and number == 0 and block.start != 1:
            item.set_attribute("text:start-value", str(block.start))
        for element in _elements(content, is_quoted=is_quoted, is_listed=True):
            item.append(element)
        found.append(item)
    return found


def _table(block: Grid) -> Element:
    """A table whose first row heads it on each page."""
    table = Table("Tableau", style="Tableau")
    head = _from_xml("<table:table-header-rows/>")
    table.append(head)
    for rank, row in enumerate(block.rows):
        line = Row()
        for column, runs in enumerate(row):
            cell = Cell(style="Case", cell_type="string")
            text = OdfParagraph(style=f"Case{block.align(column)}" if block.align(column) else "Standard")
            cell.append(_filled(text, runs, is_bold=rank == 0))
            line.append_cell(cell)
        (table if rank else head).append(line)
    return table


def _filled(paragraph: Element, runs: Runs, *, is_bold: bool = False) -> Element:
    for run in runs:
        paragraph.append(_inline(run, is_bold=is_bold or run.is_bold))
    return paragraph


def _inline(run: Run, *, is_bold: bool) -> Element:
    looks = zip(_LOOKS, (is_bold, run.is_italic, run.is_struck, run.is_code), strict=True)
    style = "".join(name for name, is_on in looks if is_on)
    span = Span(plain_text(run.text), style=style) if style else Span(plain_text(run.text))
    if not run.link:
        return span
    link = Link(run.link)
    link.append(span)
    return link
