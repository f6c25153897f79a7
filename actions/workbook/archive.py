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
    """A file, or the sheet named, that cannot be read; the message is in French and says what to do."""

    def __init__(self, message: str, sheet: str = "") -> None:
        super().__init__(message)
        self.sheet = sheet


class WorkbookArchive(zipfile.ZipFile):
    """A workbook's package, with the number of elements read so far of all its parts."""

    elements = 0


def open_archive(data: bytes) -> WorkbookArchive:
    """The archive of a workbook, its declared sizes checked. Raises UnreadableWorkbook or one of DAMAGED."""
    archive = WorkbookArchive(io.BytesIO(data))
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
    if name not in archive.namelist():
        return b""
    if archive.getinfo(name).file_size > MEBIBYTE:
        raise _bomb()
    return archive.read(name)


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

    Raises UnreadableWorkbook for a part above `limit` bytes or with a document type, one of DAMAGED for one
    that is absent or no XML.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    handle(parser)
    if archive.getinfo(name).file_size > limit:
        raise _too_large(archive.getinfo(name).file_size)
    with archive.open(name) as part:
        _feed(archive, parser, part.read)


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


def _bomb() -> UnreadableWorkbook:
    return UnreadableWorkbook(
        "Le fichier est refusé : une fois décompressé, il serait démesuré pour un classeur d’actions."
    )


def damaged() -> UnreadableWorkbook:
    return UnreadableWorkbook(
        "Le fichier est endommagé ou n’est pas un classeur .xlsx ou .ods. Ouvrez-le dans un tableur, "
        "enregistrez-le à nouveau, puis recommencez."
    )
