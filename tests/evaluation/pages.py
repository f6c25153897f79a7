"""Reading the evaluation as HTML: its tables by caption, its links and its ids."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class HtmlTable:
    """A table as it is read: its rows, cell by cell; the small print of a cell is apart."""

    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)

    def row(self, heading: str) -> list[str]:
        """The cells beside this row heading."""
        (found,) = (row[1:] for row in self.rows if row[0] == heading)
        return found

    def column(self, heading: str) -> list[str]:
        """The cells under this column heading, group rows left out."""
        place = self.rows[0].index(heading)
        return [row[place] for row in self.rows[1:] if len(row) > 1]


class HtmlPage(HTMLParser):
    """What tests ask of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: dict[str, HtmlTable] = {}
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._table: HtmlTable | None = None
        self._in: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if tag == "a" and "href" in given else []
        if tag == "table":
            self._table = HtmlTable()
        elif tag == "tr" and self._table:
            self._table.rows.append([])
        elif tag in {"td", "th"} and self._table:
            self._table.rows[-1].append("")
        if tag not in {"meta", "link", "br", "input", "img"}:
            self._in.append("detail" if given.get("class") == "detail" else tag)

    def handle_endtag(self, tag: str) -> None:
        if self._in:
            self._in.pop()
        if tag == "table" and self._table:
            self.tables.setdefault(self._table.caption, self._table)  # sheets repeat some of the body's
            self._table = None

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self._in):
            self.words.append(data)
        if not self._table or "detail" in self._in:
            return
        if "caption" in self._in:
            self._table.caption += data.strip()
        elif {"td", "th"} & set(self._in):
            words = f"{self._table.rows[-1][-1]} {data}".replace("\n", " ").split(" ")
            self._table.rows[-1][-1] = " ".join(filter(None, words))  # no-break spaces stay

    @property
    def text(self) -> str:
        """All words, with single plain spaces."""
        return " ".join(" ".join(self.words).split())
