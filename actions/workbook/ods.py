"""Reading .ods (OpenDocument): stored values with their types, rows and cells repeated as the file says."""

from datetime import date, datetime, timedelta
from xml.parsers import expat

from actions.workbook.archive import WorkbookArchive, parse_part, protected, read_part
from actions.workbook.cells import SPREADSHEET_ERRORS, Broken, Percent, Raw
from actions.workbook.grid import COLUMNS_MAX, Grid, GridBuilder

_NAMESPACES = {
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office:",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table:",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text:",
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": "calcext:",
}
_CELLS = ("table:table-cell", "table:covered-table-cell")
_SPACES = ("text:s", "text:tab", "text:line-break")
# What hangs on a cell without being its content: comments, drawings with their captions.
_ASIDES = ("office:annotation", "office:forms", "table:detective", "table:shapes", "table:tracked-changes")


def read_ods(archive: WorkbookArchive) -> list[Grid]:
    """The sheets of the workbook in their order, hidden ones too. Raises UnreadableWorkbook."""
    if b"encryption-data" in read_part(archive, "META-INF/manifest.xml"):
        raise protected()
    reader = _ContentReader()
    parse_part(archive, "content.xml", reader.handle)
    return reader.grids


class _Cell:
    """A table cell while it is read."""

    __slots__ = ("attributes", "is_covered", "paragraphs")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.is_covered = name == "table:covered-table-cell"  # hidden under a merged one
        self.attributes = attributes
        self.paragraphs: list[list[str]] = []

    def text(self) -> str:
        return "\n".join("".join(parts) for parts in self.paragraphs)

    def raw(self) -> Raw:
        """The stored value by its declared type; what is shown counts only for text and errors."""
        attributes = self.attributes
        kind = attributes.get("calcext:value-type") or attributes.get("office:value-type")
        shown = self.text().strip()
        if self.is_covered:
            return None
        is_formula = "table:formula" in attributes
        if kind == "error" or (is_formula and shown in SPREADSHEET_ERRORS):
            return Broken(shown or "#N/A")
        if kind is None:
            return Broken() if is_formula and not shown else shown
        if kind == "string":
            return attributes.get("office:string-value", shown)
        try:
            return _typed(attributes["office:value-type"], attributes)
        except (KeyError, ValueError):
            return Broken(shown or "#N/A")


def _typed(kind: str, attributes: dict[str, str]) -> Raw:
    if kind == "percentage":
        return Percent(float(attributes["office:value"]))
    if kind in ("float", "currency"):
        return float(attributes["office:value"])
    if kind == "boolean":
        return attributes["office:boolean-value"] == "true"
    if kind == "date":
        return date.fromisoformat(attributes["office:date-value"][:10])
    if kind == "time":
        return _time(attributes["office:time-value"])
    return Broken(kind)


def _time(duration: str) -> Raw:
    """PT12H30M00S as a time of day."""
    parts = duration.removeprefix("PT").replace("H", " ").replace("M", " ").replace("S", "").split()
    hours, minutes, seconds = (*map(float, parts), 0.0, 0.0)[:3]
    return (datetime.min + timedelta(hours=hours % 24, minutes=minutes, seconds=seconds)).time()


class _ContentReader:
    """Follows content.xml; `skipped` counts how deep it is inside something that is no cell content."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.grid: GridBuilder | None = None
        self.cell: _Cell | None = None
        self.column = self.row = self.row_repeat = self.skipped = self.tables = 0
        self.is_external = False
        self.tags: dict[str, str] = {}

    def handle(self, parser: expat.XMLParserType) -> None:
        self.parser = parser
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end

    def known(self, name: str) -> str:
        namespace, _, local = name.rpartition("}")
        return self.tags.setdefault(name, _NAMESPACES.get(namespace, "*") + local)

    def named(self, attributes: dict[str, str]) -> dict[str, str]:
        return {self.tags.get(key) or self.known(key): value for key, value in attributes.items()}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self.tags.get(tag) or self.known(tag)
        if self.skipped or name in _ASIDES:
            self.skipped += 1
        elif name in _CELLS:
            self.cell = _Cell(name, self.named(attributes))
        elif self.cell is not None:
            self.start_in_cell(name)
        elif name == "table:table-row":
            self.start_row(self.named(attributes))
        elif name == "table:table":
            self.start_table(self.named(attributes))
        elif name == "table:table-source":
            self.is_external = True  # the copy of another file's sheet that a link left behind

    def start_table(self, attributes: dict[str, str]) -> None:
        self.grid = GridBuilder(attributes.get("table:name", ""))
        self.row, self.is_external = 1, False

    def start_row(self, attributes: dict[str, str]) -> None:
        self.row_repeat = int(attributes.get("table:number-rows-repeated", 1))
        self.column = 1
        if self.grid is not None:
            self.grid.start_row(self.row)

    def start_in_cell(self, name: str) -> None:
        assert self.cell is not None
        if name == "text:p":
            self.cell.paragraphs.append([])
            self.parser.CharacterDataHandler = self.cell.paragraphs[-1].append
        elif name in _SPACES and self.cell.paragraphs:
            self.cell.paragraphs[-1].append(" ")
        elif name == "table:table":
            self.skipped += 1  # a table inside a cell

    def end(self, tag: str) -> None:
        name = self.tags[tag]
        if self.skipped:
            self.skipped -= 1
        elif name == "text:p":
            self.parser.CharacterDataHandler = None
        elif name in _CELLS:
            self.end_cell()
        elif name == "table:table-row" and self.grid is not None:
            self.grid.repeat_row(self.row_repeat)
            self.row += self.row_repeat
        elif name == "table:table" and self.grid is not None:
            if not self.is_external:
                self.grids.append(self.grid.finished())
            self.grid = None

    def end_cell(self) -> None:
        cell, self.cell = self.cell, None
        if cell is None or self.grid is None:
            return
        repeat = int(cell.attributes.get("table:number-columns-repeated", 1))
        raw = cell.raw()
        if raw is not None and raw != "":
            for column in range(self.column, self.column + min(repeat, COLUMNS_MAX + 1)):
                self.grid.put(column, raw)
        self.column += repeat
