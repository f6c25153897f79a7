"""Reading .xlsx (Office Open XML, transitional and strict): stored values with what their formats say.

openpyxl is not used for reading: it trusts declared sizes (a 296 KB file took 906 MiB); the formats, row
numbers and bounds that the import needs come from the XML itself, with little code and in half the time.
"""

import posixpath
from collections.abc import Callable
from datetime import datetime, time, timedelta
from xml.etree import ElementTree
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, STRIP_RE, is_date_format
from openpyxl.utils.escape import unescape

from actions.workbook.archive import MEBIBYTE, UnreadableWorkbook, WorkbookArchive, damaged, parse_part
from actions.workbook.cells import Broken, Percent, Raw
from actions.workbook.grid import COLUMNS_MAX, Grid, GridBuilder

_STRINGS_MAX = 500_000
_SPILLED_MAX = 500_000  # columns of array formulas
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LETTERS = {chr(65 + index): index + 1 for index in range(26)}


def read_xlsx(archive: WorkbookArchive) -> list[Grid]:
    """The sheets of the workbook in their order, hidden ones too. Raises UnreadableWorkbook."""
    workbook_part = _workbook_part(archive)
    workbook = _xml(archive, workbook_part)
    targets = _relations(archive, workbook_part)
    properties = _first(workbook, "workbookPr")
    from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    strings = _shared_strings(archive, _target(targets, "sharedStrings"))
    formats = _formats(archive, _target(targets, "styles"))
    convert = _Converter(strings, formats, _EPOCH_1904 if from_1904 else _EPOCH)
    is_stale = _is_stale(workbook)
    return [
        _read_sheet(archive, name, part if kind == "worksheet" else "", convert, is_stale=is_stale)
        for name, (kind, part) in _sheets(workbook, targets)
    ]


# --- the parts of the package -------------------------------------------------------------------------------


def _xml(archive: WorkbookArchive, name: str) -> ElementTree.Element:
    """A small part as a tree (the package's own description, not its data)."""
    builder = ElementTree.TreeBuilder()

    def start(tag: str, attributes: dict[str, str]) -> None:
        builder.start(_local(tag), _local_names(attributes))

    def handle(parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = start
        parser.EndElementHandler = lambda tag: builder.end(_local(tag))

    parse_part(archive, name, handle, 4 * MEBIBYTE)
    return builder.close()


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _local_names(attributes: dict[str, str]) -> dict[str, str]:
    # The one attribute whose namespace matters is r:id, beside sheetId.
    return {
        ("r:id" if key.endswith("relationships}id") else _local(key)): value
        for key, value in attributes.items()
    }


def _first(tree: ElementTree.Element, tag: str) -> ElementTree.Element | None:
    return next(tree.iter(tag), None)


Relations = dict[str, tuple[str, str]]


def _relations(archive: WorkbookArchive, part: str) -> Relations:
    """Identifier → (kind, part) of what a part refers to."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    found = {}
    for relation in _xml(archive, rels).iter("Relationship"):
        target = relation.get("Target", "").replace("\\", "/")
        path = (
            target.lstrip("/")
            if target.startswith("/")
            else posixpath.normpath(posixpath.join(folder, target))
        )
        found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], path)
    return found


def _target(relations: Relations, kind: str) -> str:
    return next((part for found, part in relations.values() if found == kind), "")


def _workbook_part(archive: WorkbookArchive) -> str:
    part = _target(_relations(archive, ""), "officeDocument")
    if part.lower().endswith(".bin"):
        raise UnreadableWorkbook("Le classeur est au format binaire .xlsb ; enregistrez-le en .xlsx.")
    if archive.part("xl/vbaProject.bin"):
        raise UnreadableWorkbook("Le classeur contient des macros ; enregistrez-le en .xlsx, sans macros.")
    return part


def _sheets(workbook: ElementTree.Element, relations: Relations) -> list[tuple[str, tuple[str, str]]]:
    if workbook.tag != "workbook":
        raise damaged()  # another kind of document in the same package format
    return [
        (sheet.get("name", ""), relations.get(sheet.get("r:id", ""), ("", "")))
        for sheet in workbook.iter("sheet")
    ]


def _is_stale(workbook: ElementTree.Element) -> bool:
    """Whether the file says that the values of its formulas wait to be computed: what a program stored that
    cannot compute them (0, mostly)."""
    calculation = _first(workbook, "calcPr")
    return calculation is not None and (
        calculation.get("fullCalcOnLoad") in ("1", "true")
        or calculation.get("calcCompleted") in ("0", "false")
    )


def _shared_strings(archive: WorkbookArchive, part: str) -> list[str]:
    strings: list[str] = []
    if part:
        parse_part(archive, part, _SharedStrings(strings).handle)
    return strings


class _SharedStrings:
    """Collects the texts of sharedStrings.xml; phonetic hints (rPh) are not text."""

    def __init__(self, strings: list[str]) -> None:
        self.strings, self.parts, self.phonetic = strings, list[str](), False

    def handle(self, parser: expat.XMLParserType) -> None:
        self.parser = parser
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end

    def start(self, tag: str, _: dict[str, str]) -> None:
        local = _local(tag)
        if local == "si":
            self.parts = []
        elif local == "rPh":
            self.phonetic = True
        elif local == "t" and not self.phonetic:
            self.parser.CharacterDataHandler = self.parts.append

    def end(self, tag: str) -> None:
        local = _local(tag)
        self.parser.CharacterDataHandler = None
        if local == "rPh":
            self.phonetic = False
        elif local == "si":
            self.strings.append("".join(self.parts))
            if len(self.strings) > _STRINGS_MAX:
                raise UnreadableWorkbook(f"Le classeur contient plus de {_STRINGS_MAX} textes différents.")


def _formats(archive: WorkbookArchive, part: str) -> list[str]:
    """For each cell style what its number format makes of a number: "date", "percent" or "" (a number)."""
    if not part:
        return []
    styles = _xml(archive, part)
    codes = {int(f.get("numFmtId", -1)): f.get("formatCode", "") for f in styles.iter("numFmt")}
    cell_styles = list(styles.iter("cellXfs"))[:1]
    identifiers = [int(style.get("numFmtId", 0)) for styled in cell_styles for style in styled.iter("xf")]
    kinds = {number: _format_kind(number, codes) for number in set(identifiers)}
    return [kinds[number] for number in identifiers]


def _format_kind(number: int, codes: dict[int, str]) -> str:
    if number not in codes and (27 <= number <= 36 or 50 <= number <= 58):
        return "date"  # East Asian builtin formats, without a code of their own
    code = codes.get(number) or BUILTIN_FORMATS.get(number, "General")
    if code.strip().lower() in ("general", "standard"):
        return ""
    if "%" in STRIP_RE.sub("", code.partition(";")[0]).replace("\\%", "").replace("_%", ""):
        return "percent"
    return "date" if is_date_format(code) else ""


# --- cells --------------------------------------------------------------------------------------------------


class _Converter:
    """What the stored text of a cell means, by the cell's type and style."""

    def __init__(self, strings: list[str], formats: list[str], epoch: datetime) -> None:
        self.strings, self.epoch = strings, epoch
        self.formats = {str(index): kind for index, kind in enumerate(formats) if kind}
        self.days: dict[float, Raw] = {}

    def __call__(self, kind: str | None, style: str | None, text: str) -> Raw:
        """The value of a cell that stores `text`."""
        if kind is None or kind == "n":
            return self._number(text, self.formats.get(style, "") if style else "")
        if kind == "s":
            return _unescaped(self.strings[int(text)]) if text else None
        if kind in ("str", "inlineStr"):
            return _unescaped(text)
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "d":
            return _iso_instant(text)
        return Broken(text.strip() or "#N/A")

    def _number(self, text: str, form: str) -> Raw:
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            return Broken(text.strip())
        if not form:
            return number
        return Percent(number) if form == "percent" else self._day(number)

    def _day(self, number: float) -> Raw:
        if number not in self.days:
            self.days[number] = _instant(number, self.epoch)
        return self.days[number]


def _unescaped(text: str) -> str:
    """Text with ST_Xstring escapes (_x000D_) undone."""
    return unescape(text) if "_x" in text else text


def _instant(number: float, epoch: datetime) -> Raw:
    """The day of a spreadsheet's date number, the time of day for a number below 1."""
    if 0 <= number < 1:
        return (datetime.min + timedelta(seconds=round(number * 86_400) % 86_400)).time()
    if epoch is _EPOCH and number < 60:
        number += 1  # Excel counts a 29 February 1900 that never was
    try:
        return (epoch + timedelta(days=number)).date()
    except (OverflowError, ValueError):
        return Broken("###")


def _iso_instant(text: str) -> Raw:
    try:
        return datetime.fromisoformat(text).date() if "-" in text else time.fromisoformat(text)
    except ValueError:
        return Broken(text)


Convert = Callable[[str | None, str | None, str], Raw]


def _read_sheet(archive: WorkbookArchive, name: str, part: str, convert: Convert, *, is_stale: bool) -> Grid:
    grid = GridBuilder(name)
    if part:
        parse_part(archive, part, _SheetReader(grid, convert, is_stale=is_stale).handle)
    return grid.finished()


class _SheetReader:
    """Follows one worksheet's XML; handlers are set only while they can matter: empty rows cost little."""

    def __init__(self, grid: GridBuilder, convert: Convert, *, is_stale: bool) -> None:
        self.grid, self.convert, self.is_stale = grid, convert, is_stale
        self.row = self.column = 0
        self.row_written = ""
        self.attributes: dict[str, str] = {}
        self.text: list[str] = []
        self.has_formula = self.has_value = self.phonetic = False
        self.spilled = _Spilled()
        self.columns: dict[str, int] = {}
        self.tags: dict[str, str] = {}
        self.namespace = ""

    def handle(self, parser: expat.XMLParserType) -> None:
        self.parser = parser
        parser.StartElementHandler = self.start

    def local(self, tag: str) -> str:
        """The tag's name in the namespace of the sheet (of its root), another's tags are of no interest."""
        namespace, _, name = tag.rpartition("}")
        self.namespace = self.namespace or namespace
        return self.tags.setdefault(tag, name if namespace == self.namespace else "*")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = self.tags.get(tag) or self.local(tag)
        if local == "c":
            self.attributes, self.text = attributes, []
            self.has_formula = self.has_value = False
            self.parser.EndElementHandler = self.end
        elif local == "v" or (local == "t" and not self.phonetic):
            self.has_value = True
            self.parser.CharacterDataHandler = self.text.append
        elif local == "row":
            self.start_row(attributes.get("r") or str(self.row + 1))
        elif local == "f":
            self.has_formula = True
            if self.is_stale and "ref" in attributes and attributes.get("t") in ("array", "dataTable"):
                self.spilled.add(attributes["ref"], self.column_of)
        elif local == "rPh":
            self.phonetic = True

    def start_row(self, number: str) -> None:
        self.row, self.column, self.row_written = int(number), 0, number
        self.grid.start_row(self.row)

    def end(self, tag: str) -> None:
        local = self.tags[tag]
        if local == "c":
            self.parser.EndElementHandler = None
            self.finish_cell()
        elif local in ("v", "t"):
            self.parser.CharacterDataHandler = None
        elif local == "rPh":
            self.phonetic = False

    def finish_cell(self) -> None:
        self.place_cell(self.attributes.get("r"))
        if not self.has_value and not self.has_formula:
            return
        text, kind = "".join(self.text), self.attributes.get("t")
        if self.is_uncomputed(text, kind):
            self.grid.put(self.column, Broken(is_stale=self.is_stale))
        else:
            self.grid.put(self.column, self.convert(kind, self.attributes.get("s"), text))

    def place_cell(self, place: str | None) -> None:
        """Go to the cell's place: its own counts, its row's where it has none, then that behind the last."""
        if not place:
            self.column += 1
            return
        letters = place.rstrip("0123456789")
        row = place[len(letters) :]
        if row and row != self.row_written:
            self.start_row(row)
        self.column = self.column_of(letters)

    def is_uncomputed(self, text: str, kind: str | None) -> bool:
        """Whether the cell is a formula, or one over which a formula spreads, without a value that counts."""
        if self.is_stale:
            return self.has_formula or self.spilled.holds(self.row, self.column)
        return self.has_formula and not text and kind != "str"

    def column_of(self, letters: str) -> int:
        if letters not in self.columns:
            number = 0
            for letter in letters:
                number = number * 26 + _LETTERS[letter]
            self.columns[letters] = number
        return self.columns[letters]


class _Spilled:
    """The cells below and beside an array formula, which hold its other results without having a formula."""

    def __init__(self) -> None:
        self.last_rows: dict[int, int] = {}  # by column; results stand in rows that come after their formula
        self.cells = 0

    def add(self, reference: str, column_of: Callable[[str], int]) -> None:
        """Keep the range of a formula."""
        first, _, last = reference.replace("$", "").partition(":")
        start = column_of(first.rstrip("0123456789"))
        letters = (last or first).rstrip("0123456789")
        end, row = min(column_of(letters), COLUMNS_MAX), int((last or first)[len(letters) :])
        self.cells += max(0, end - start + 1)
        if self.cells > _SPILLED_MAX:
            raise damaged()
        for column in range(start, end + 1):
            self.last_rows[column] = max(row, self.last_rows.get(column, 0))

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell behind the formula lies in its range."""
        return row <= self.last_rows.get(column, 0)
