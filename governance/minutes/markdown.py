"""Markdown as minutes use it: headings, lists, tables, emphasis and links; no HTML, no pictures.

`blocks` is the one reading of a text: the page, the PDF and the word processors' files are written from it or
from the same tokens, and none of them fetches or runs anything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("em", "strong", "s", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "th": {"scope"}}
# Where a column's text stands: the class that says so in HTML, for what `Grid.aligns` says.
ALIGNMENTS = {"right": "text-end", "center": "text-center"}
CLASSES = {"th": set(ALIGNMENTS.values()), "td": set(ALIGNMENTS.values())}
SCHEMES = {"https", "http", "mailto"}
DEEPEST = 6  # levels of headings


@dataclass(frozen=True, slots=True)
class Run:
    """Some text in one appearance; `link` is where it leads (empty: nowhere)."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    is_code: bool = False
    is_struck: bool = False
    link: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    level: int  # 1 for the text's highest
    runs: Runs


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: Runs


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each item is blocks."""

    is_ordered: bool
    items: tuple[tuple["Block", ...], ...]
    start: int = 1


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its first row heads it; `aligns` holds for each column "right", "center" or ""."""

    rows: tuple[tuple[Runs, ...], ...]
    aligns: tuple[str, ...] = ()

    def align(self, column: int) -> str:
        return self.aligns[column] if column < len(self.aligns) else ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the page."""


Block = Heading | Paragraph | Items | Quote | Grid | Rule


@cache
def _parser() -> MarkdownIt:
    """CommonMark with tables; HTML is text, pictures are their alternative text."""
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return parser.disable(["image", "html_block", "html_inline"])


def tokens_of(text: str) -> list[Token]:
    """The text's tokens, its headings set so that the highest is level 1 and none is skipped."""
    tokens = _parser().parse(text.replace("\x00", "\ufffd"))
    _settle_headings(tokens)
    return tokens


def cell_count(text: str) -> int:
    """How many cells the tables of a text have, with those that fill its short rows."""
    return sum(token.type in ("th_open", "td_open") for token in tokens_of(text))


def _settle_headings(tokens: Sequence[Token]) -> None:
    """A heading is at most one level deeper than the one before it."""
    open_levels: list[int] = []
    shown = 1
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1:])
            while open_levels and open_levels[-1] >= level:
                open_levels.pop()
            open_levels.append(level)
            shown = len(open_levels)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{shown}"


def to_html(text: str, *, top: int = 2) -> SafeString:
    """The text as harmless HTML, its highest headings at level `top`."""
    tokens = tokens_of(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + top - 1, DEEPEST)}"
        if token.type in ("th_open", "td_open"):
            token.attrs = _cell_attributes(token)
    html = _parser().renderer.render(tokens, _parser().options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(clean)  # noqa: S308 - cleaned just above


def _cell_attributes(token: Token) -> dict[str, str | int | float]:
    """What a cell says in HTML; the reader writes alignment as a style, which the pages do not allow."""
    attributes: dict[str, str | int | float] = {"scope": "col"} if token.type == "th_open" else {}
    if shown := ALIGNMENTS.get(_align(token)):
        attributes["class"] = shown
    return attributes


def _align(token: Token) -> str:
    """Where the text of a cell stands: "right", "center" or ""."""
    align = str(token.attrGet("style") or "").removeprefix("text-align:")
    return align if align in ALIGNMENTS else ""


# --- the same as values -------------------------------------------------------------------------------------


def blocks(text: str) -> tuple[Block, ...]:
    """The text as values, for files that are not HTML."""
    return tuple(_blocks(iter(tokens_of(text)), until=""))


def _blocks(tokens: Iterator[Token], until: str) -> Iterator[Block]:
    """The blocks up to the token that closes the one they stand in."""
    for token in tokens:
        if token.type == until:
            return
        block = _block(token, tokens)
        if block is not None:
            yield block


def _block(token: Token, tokens: Iterator[Token]) -> Block | None:
    if token.type == "heading_open":
        return Heading(int(token.tag[1:]), _inline(tokens))
    if token.type == "paragraph_open":
        return Paragraph(_inline(tokens))
    if token.type in ("bullet_list_open", "ordered_list_open"):
        return _items(token, tokens)
    if token.type == "blockquote_open":
        return Quote(tuple(_blocks(tokens, "blockquote_close")))
    if token.type == "table_open":
        return _grid(tokens)
    if token.type in ("fence", "code_block"):
        return Paragraph((Run(token.content.rstrip("\n"), is_code=True),))
    return Rule() if token.type == "hr" else None


def _items(opening: Token, tokens: Iterator[Token]) -> Items:
    is_ordered = opening.type == "ordered_list_open"
    items = []
    for token in tokens:
        if token.type == opening.type.replace("_open", "_close"):
            break
        items.append(tuple(_blocks(tokens, "list_item_close")))
    return Items(is_ordered, tuple(items), int(opening.attrGet("start") or 1))


def _grid(tokens: Iterator[Token]) -> Grid:
    rows: list[list[Runs]] = []
    aligns: list[str] = []
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "th_open":
            aligns.append(_align(token))
        elif token.type == "inline":
            rows[-1].append(tuple(_runs(token.children or [])))
    return Grid(tuple(map(tuple, rows)), tuple(aligns))


def _inline(tokens: Iterator[Token]) -> Runs:
    """The runs of the inline token that follows; its block is closed after it."""
    runs = tuple(_runs(next(tokens).children or []))
    next(tokens)
    return runs


_MARKS = {"strong": "is_bold", "em": "is_italic", "s": "is_struck"}


def _runs(children: Sequence[Token]) -> Iterator[Run]:
    look = Run("")
    for token in children:
        kind, _, edge = token.type.rpartition("_")
        if kind in _MARKS:
            change: Any = {_MARKS[kind]: edge == "open"}
            look = replace(look, **change)
        elif kind == "link":
            look = replace(look, link=_followable(str(token.attrGet("href") or "")))
        elif token.type == "code_inline":
            yield replace(look, text=token.content, is_code=True)
        elif token.type in ("softbreak", "hardbreak"):
            yield replace(look, text="\n" if token.type == "hardbreak" else " ")
        elif token.content:
            yield replace(look, text=token.content)


def _followable(address: str) -> str:
    """The address, if it is one that a document may lead to; empty else."""
    try:
        return address if urlsplit(address).scheme in SCHEMES else ""
    except ValueError:
        return ""
