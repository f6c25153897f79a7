"""The ZIP archive and the XML inside a workbook, opened within limits.

Nothing is extracted and nothing is trusted: sizes are checked as declared before anything is read (zipfile
then never gives more than was declared), only plain compression is accepted, document types (entities) are
refused, and the number of elements is bounded, so that a hostile file is refused in well under two seconds.
"""

import io
import zipfile
import zlib
from collections.abc import Callable
from struct import error as StructError
from xml.parsers import expat

MEBIBYTE = 1 << 20
FILE_MAX = 16 * MEBIBYTE
PART_MAX = 64 * MEBIBYTE
TOTAL_MAX = 160 * MEBIBYTE
RATIO_MAX = 200
RATIO_FROM = 4 * MEBIBYTE  # a small part may well compress a lot
MEMBERS_MAX = 2_000
ELEMENTS_MAX = 2_000_000  # in all parts together; 50,000 rows of 14 cells with their values are 1.5 million
DEPTH_MAX = 10_000  # about, of elements one within another; what is not closed costs memory
_CHUNK = 1 << 16
_ENCRYPTED = 0x1
# What reading a damaged file can raise; `read_workbook` turns them into one message.
DAMAGED: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    StructError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    ValueError,
)


class UnreadableWorkbook(Exception):
    """A file, or the sheet named, that cannot be read, perhaps at one of its rows; the message is in French
    and says what to do."""

    def __init__(self, message: str, sheet: str = "", row: int = 0) -> None:
        super().__init__(message)
        self.sheet, self.row = sheet, row or (1 if sheet else 0)


class WorkbookArchive(zipfile.ZipFile):
    """A workbook's package, with the number of elements read so far of all its parts.

    Names of parts are matched as ECMA-376 part 2 does, without case, and `\\` counts as `/`, as spreadsheets
    read what some programs write. Raises UnreadableWorkbook if two entries have one name.
    """

    elements = 0

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for member in self.infolist():
            name = _part_name(member.filename)
            if name in self._parts:
                raise _ambiguous(member.filename)
            self._parts[name] = member

    def part(self, name: str) -> zipfile.ZipInfo | None:
        """The entry of that name, None if there is none."""
        return self._parts.get(_part_name(name))


def _part_name(name: str) -> str:
    return name.replace("\\", "/").casefold()


def open_archive(data: bytes) -> WorkbookArchive:
    """The archive of a workbook, its declared sizes checked. Raises UnreadableWorkbook or one of DAMAGED."""
    archive = WorkbookArchive(data)
    members = archive.infolist()
    if len(members) > MEMBERS_MAX or sum(member.file_size for member in members) > TOTAL_MAX:
        raise _bomb()
    for member in members:
        _check_member(member)
    return archive


def _check_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & _ENCRYPTED:
        raise protected()
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise damaged()
    if member.file_size > RATIO_FROM and member.file_size > RATIO_MAX * max(member.compress_size, 1):
        raise _bomb()


def read_part(archive: WorkbookArchive, name: str) -> bytes:
    """A small part as bytes, b"" if it is absent. Raises UnreadableWorkbook above 1 MiB."""
    part = archive.part(name)
    if part is None:
        return b""
    if part.file_size > MEBIBYTE:
        raise _bomb()
    return archive.read(part)


Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Characters = Callable[[str], None]


def parse_part(
    archive: WorkbookArchive,
    name: str,
    handle: Callable[[expat.XMLParserType], None],
    limit: int = PART_MAX,
) -> None:
    """Run an XML part through expat; `handle` sets the parser's handlers. Tags come as `namespace}name`.

    Raises UnreadableWorkbook for a part that is absent, above `limit` bytes or with a document type, one of
    DAMAGED for one that is no XML.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    handle(parser)
    part = archive.part(name)
    if part is None:
        raise damaged()
    if part.file_size > limit:
        raise _too_large(part.file_size)
    with archive.open(part) as content:
        _feed(archive, parser, content.read)


def _feed(archive: WorkbookArchive, parser: expat.XMLParserType, read: Callable[[int], bytes]) -> None:
    size = depth = 0
    while chunk := read(_CHUNK):
        closed = chunk.count(b"</")
        opened = chunk.count(b"<") - closed
        archive.elements += opened
        depth += opened - closed - chunk.count(b"/>")
        size += len(chunk)
        if depth > DEPTH_MAX:
            raise damaged()
        if archive.elements > ELEMENTS_MAX:
            raise _too_large(size)
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _refuse_doctype(*_: object) -> None:
    raise UnreadableWorkbook(
        "Le fichier déclare un type de document XML, ce qu’aucun tableur ne fait : il est refusé."
    )


def _too_large(size: int = 0) -> UnreadableWorkbook:
    shown = f" (plus de {size // MEBIBYTE} Mio décompressés)" if size >= MEBIBYTE else ""
    return UnreadableWorkbook(
        f"Une feuille du classeur est trop volumineuse{shown} ; elle contient sans doute des lignes vides "
        "mises en forme. Recopiez les données dans un classeur neuf, puis recommencez."
    )


def protected() -> UnreadableWorkbook:
    return UnreadableWorkbook(
        "Le classeur est protégé par un mot de passe (chiffré). Enregistrez-le sans mot de passe, "
        "puis recommencez."
    )


def _ambiguous(name: str) -> UnreadableWorkbook:
    return UnreadableWorkbook(
        f"Le fichier contient deux fois la partie «\u00a0{name[:80]}\u00a0» : on ne sait laquelle lire. "
        "Ouvrez-le dans un tableur, enregistrez-le à nouveau, puis recommencez."
    )


def _bomb() -> UnreadableWorkbook:
    return UnreadableWorkbook(
        "Le fichier est refusé : une fois décompressé, il serait démesuré pour un classeur d’actions."
    )


def damaged() -> UnreadableWorkbook:
    return UnreadableWorkbook(
        "Le fichier est endommagé ou n’est pas un classeur .xlsx ou .ods. Ouvrez-le dans un tableur, "
        "enregistrez-le à nouveau, puis recommencez."
    )
