"""What a file that somebody sends really is: told by its bytes, never by its name alone.

Nothing is decompressed, decoded as a picture or run: signatures, declared sizes and the directory of an
archive are read, in one bounded pass, so that a hostile file costs no more than an honest one.
"""

import io
import re
import struct
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from cops.lib.bodies import FILE_MAX, MEBIBYTE

PIXELS_MAX = 50_000_000  # a photograph of 50 megapixels
MEMBERS_MAX = 2_000  # parts of an office document
DIRECTORY_MAX = 1 << 19  # bytes of the directory of an archive
UNPACKED_MAX = 200 * MEBIBYTE
RATIO_MAX = 200
RATIO_FROM = 4 * MEBIBYTE  # a small part may well compress a lot
PIECES_MAX = 50_000  # chunks of a PNG, segments of a JPEG before the picture
NAME_MAX = 140

ACCEPTED = "PDF, image (PNG, JPEG), texte ou tableur (docx, xlsx, odt, ods), données (csv, txt)"


class RefusedFile(Exception):
    """A file that is not kept; the message is French and says what to do."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that is accepted: how it is called, and the endings of its names, usual one first."""

    label: str
    content_type: str
    endings: tuple[str, ...]


PDF = FileKind("PDF", "application/pdf", ("pdf",))
PNG = FileKind("image PNG", "image/png", ("png",))
JPEG = FileKind("image JPEG", "image/jpeg", ("jpg", "jpeg"))
_OPENXML = "application/vnd.openxmlformats-officedocument."
_OPENDOCUMENT = "application/vnd.oasis.opendocument."
DOCX = FileKind("document Word", f"{_OPENXML}wordprocessingml.document", ("docx",))
XLSX = FileKind("classeur Excel", f"{_OPENXML}spreadsheetml.sheet", ("xlsx",))
ODT = FileKind("texte OpenDocument", f"{_OPENDOCUMENT}text", ("odt",))
ODS = FileKind("classeur OpenDocument", f"{_OPENDOCUMENT}spreadsheet", ("ods",))
CSV = FileKind("données CSV", "text/csv", ("csv",))
TXT = FileKind("texte", "text/plain", ("txt",))
KINDS = (PDF, PNG, JPEG, DOCX, XLSX, ODT, ODS, CSV, TXT)
ENDINGS = tuple(ending for kind in KINDS for ending in kind.endings)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be kept: its bytes, what it is, and a harmless name under which it is taken away."""

    content: bytes
    filename: str
    content_type: str


def checked(content: bytes, name: str) -> CheckedFile:
    """The file, once its content is one of KINDS and its name says so too. Raises RefusedFile."""
    if not content:
        raise RefusedFile("Ce fichier est vide. Vérifiez-le, puis choisissez-le de nouveau.")
    if len(content) > FILE_MAX:
        raise too_large(len(content))
    kind, charset = _recognised(content, _ending(name))
    if _ending(name) not in kind.endings:
        raise RefusedFile(
            f"Le nom de ce fichier ne dit pas ce qu’il contient ({kind.label}). "
            f"Renommez-le pour qu’il finisse par « .{kind.endings[0]} », puis choisissez-le de nouveau."
        )
    content_type = f"{kind.content_type}; charset={charset}" if charset else kind.content_type
    return CheckedFile(content, safe_name(name), content_type)


def too_large(size: int) -> RefusedFile:
    return RefusedFile(
        f"Ce fichier pèse {-(-size // MEBIBYTE)} Mo ; {FILE_MAX // MEBIBYTE} Mo au plus sont acceptés. "
        "Allégez-le (images réduites, PDF compressé) ou partagez-le en plusieurs fichiers."
    )


def safe_name(name: str) -> str:
    """A file name without folders, invisible signs or what file systems reserve, of at most NAME_MAX signs.

    >>> safe_name("C:\\\\dossiers\\\\compte rendu.pdf")
    'compte rendu.pdf'
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cs"})
    stem, _, ending = re.sub(r'[:*?"<>|]', "-", seen).rpartition(".")
    return f"{stem.strip(' .')[: NAME_MAX - len(ending) - 1] or 'document'}.{ending.lower()}"


def _ending(name: str) -> str:
    return PurePath(name).suffix.lower().removeprefix(".")


# --- by the first bytes -----------------------------------------------------------------------------------

_PAGE = re.compile(
    rb"<\s*(?:!doctype|\?xml|html|head|body|script|iframe|svg|object|embed|meta)\b", re.IGNORECASE
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 1024  # as far as a PDF reader or a browser looks for what a file is


def _recognised(content: bytes, ending: str) -> tuple[FileKind, str]:
    """The kind of the content, and the character set of a text."""
    if _PAGE.search(content.lstrip()[:_HEAD]) and not content.startswith(b"%PDF-"):
        raise _page()
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return PDF, ""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        _check_picture(content, _png_size(content))
        return PNG, ""
    if content.startswith(b"\xff\xd8\xff"):
        _check_picture(content, _jpeg_size(content))
        return JPEG, ""
    if content.startswith(b"PK\x03\x04"):
        return _office(content), ""
    if content.startswith(_OLD_OFFICE):
        raise RefusedFile(
            "Ce fichier est dans un ancien format (.doc, .xls, .ppt) ou protégé par un mot de passe. "
            "Enregistrez-le sans mot de passe en .docx, .xlsx, .odt, .ods ou PDF, puis recommencez."
        )
    return _text(content, ending)


def _page() -> RefusedFile:
    return RefusedFile(
        "Les pages web (HTML), les dessins SVG et les fichiers XML sont refusés : ils peuvent contenir un "
        "programme. Imprimez la page en PDF ou enregistrez le dessin en PNG, puis joignez ce fichier."
    )


def _unknown() -> RefusedFile:
    return RefusedFile(
        f"Ce fichier n’est pas d’un type accepté : {ACCEPTED}. "
        "Enregistrez-le ou exportez-le dans l’un de ces formats, en PDF par exemple."
    )


def _damaged(what: str) -> RefusedFile:
    return RefusedFile(
        f"Ce fichier se présente comme {what}, mais il est incomplet ou endommagé. "
        "Ouvrez-le, enregistrez-le de nouveau, puis recommencez."
    )


def _double() -> RefusedFile:
    return RefusedFile(
        "Ce fichier se lit comme deux formats à la fois : il est refusé. "
        "Ouvrez-le, exportez-le de nouveau (en PDF par exemple), puis joignez le nouveau fichier."
    )


def _check_single(content: bytes) -> None:
    """No archive follows the content, and no PDF begins in it."""
    if b"%PDF-" in content[1:_HEAD]:
        raise _double()
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 65_557))
    if end >= 0 and content[end + 20 : end + 22] == struct.pack(
        "<H", max(0, len(content) - end - 22) & 0xFFFF
    ):
        raise _double()


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-2 * _HEAD :]:
        raise _damaged("un PDF")
    _check_single(content)


# --- pictures ---------------------------------------------------------------------------------------------


def _check_picture(content: bytes, size: tuple[int, int]) -> None:
    _check_single(content)
    width, height = size
    if not width or not height:
        raise _damaged("une image")
    if width * height > PIXELS_MAX:
        raise RefusedFile(
            f"Cette image compte {-(-width * height // 1_000_000)} millions de points ; "
            f"{PIXELS_MAX // 1_000_000} millions au plus sont acceptés. Réduisez-la, puis recommencez."
        )


def _png_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG whose chunks follow each other to the end of the file, IEND."""
    size = (0, 0)
    position = 8
    for number in range(PIECES_MAX):
        header = content[position : position + 8]
        if len(header) < 8:
            break
        length, name = struct.unpack(">I4s", header)
        if (number == 0) != (name == b"IHDR"):
            break
        if name == b"IHDR" and length == 13:
            size = struct.unpack(">II", content[position + 8 : position + 16].ljust(8, b"\0"))
        position += 12 + length
        if name == b"IEND" and length == 0 and position == len(content):
            return size
    raise _damaged("une image PNG")


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Width and height of a JPEG, read from the segments before the picture itself."""
    if b"\xff\xd9" not in content[2:]:
        raise _damaged("une image JPEG")
    for marker, start in _jpeg_segments(content):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and start + 7 <= len(content):
            height, width = struct.unpack(">HH", content[start + 3 : start + 7])
            return width, height
    raise _damaged("une image JPEG")


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Each segment before the picture as its marker and where its length stands."""
    position = 2
    for _ in range(PIECES_MAX):
        if position + 4 > len(content) or content[position] != 0xFF:
            return
        marker = content[position + 1]
        if marker == 0xFF:  # a filling byte
            position += 1
            continue
        length = int.from_bytes(content[position + 2 : position + 4], "big")
        if marker in (0xD9, 0xDA) or length < 2:
            return
        yield marker, position + 2
        position += 2 + length


# --- office documents -------------------------------------------------------------------------------------

_END_OF_ARCHIVE = struct.Struct("<4s4H2LH")
_MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
_UNREADABLE = (
    zipfile.BadZipFile,
    ValueError,
    NotImplementedError,
    OverflowError,
    EOFError,
    OSError,
    struct.error,
)


def _office(content: bytes) -> FileKind:
    """The kind of an office document, judged by the directory of its archive; nothing is unpacked."""
    members = _members(content)
    names = [member.orig_filename for member in members]
    _check_sizes(members, len(content))
    if len(set(names)) < len(names) or any(map(_leaves_its_folder, names)):
        raise _damaged("un document bureautique")
    kind = _office_kind(content, members)
    if any(name.lower().startswith(("basic/", "scripts/")) or "vbaproject" in name.lower() for name in names):
        raise RefusedFile(
            "Ce document contient des macros : il est refusé. "
            f"Enregistrez-le sans macros (.{kind.endings[0]}) ou en PDF, puis joignez ce fichier."
        )
    return kind


def _members(content: bytes) -> list[zipfile.ZipInfo]:
    """The directory of an archive that ends with the file, checked to be small before it is read."""
    end = content[-_END_OF_ARCHIVE.size :]
    is_plain = end.startswith(b"PK\x05\x06") and content[-42:-38] != b"PK\x06\x07"
    if len(end) < _END_OF_ARCHIVE.size or not is_plain:
        raise _damaged("une archive ou un document bureautique")
    _, _, _, _, count, size, start, _ = _END_OF_ARCHIVE.unpack(end)
    if count > MEMBERS_MAX or size > DIRECTORY_MAX:
        raise _bomb()
    if start + size + _END_OF_ARCHIVE.size != len(content):
        raise _damaged("une archive ou un document bureautique")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist()
    except _UNREADABLE as error:
        raise _damaged("une archive ou un document bureautique") from error


def _check_sizes(members: list[zipfile.ZipInfo], size: int) -> None:
    if any(member.flag_bits & 0x1 for member in members):
        raise RefusedFile(
            "Ce document est protégé par un mot de passe. Enregistrez-le sans, puis recommencez."
        )
    if len(members) > MEMBERS_MAX or sum(member.file_size for member in members) > UNPACKED_MAX:
        raise _bomb()
    if sum(member.compress_size for member in members) > size:  # parts that lie over each other
        raise _bomb()
    if any(
        member.file_size > RATIO_FROM and member.file_size > RATIO_MAX * max(1, member.compress_size)
        for member in members
    ):
        raise _bomb()


def _bomb() -> RefusedFile:
    return RefusedFile(
        "Une fois ouvert, ce document serait démesuré : il est refusé. "
        "Exportez-le en PDF, puis joignez ce PDF."
    )


def _leaves_its_folder(name: str) -> bool:
    return "\0" in name or "\\" in name or name.startswith("/") or ":" in name[:2] or ".." in name.split("/")


def _office_kind(content: bytes, members: list[zipfile.ZipInfo]) -> FileKind:
    names = {member.filename for member in members}
    found = [kind for part, kind in _MAIN_PARTS.items() if part in names and "[Content_Types].xml" in names]
    declared = _declared_type(content, members[0]) if members else ""
    found += [kind for kind in (ODT, ODS) if declared == kind.content_type and "content.xml" in names]
    if len(found) > 1:
        raise _double()
    if not found:
        raise _unknown()
    return found[0]


def _declared_type(content: bytes, first: zipfile.ZipInfo) -> str:
    """What an OpenDocument says it is: its first part, stored as it is at the head of the file."""
    if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED or first.file_size > 100:
        return ""
    if first.header_offset or len(content) < 30:
        return ""
    name_length, extra_length = struct.unpack("<HH", content[26:30])
    start = 30 + name_length + extra_length
    return content[start : start + first.file_size].decode("ascii", "replace").strip()


# --- texts ------------------------------------------------------------------------------------------------

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def _text(content: bytes, ending: str) -> tuple[FileKind, str]:
    """A text in UTF-8 or Windows-1252; its name tells data from prose."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RefusedFile("Ce texte est codé en UTF-16. Enregistrez-le en UTF-8, puis recommencez.")
    if _CONTROL.search(content):
        raise _unknown()
    if b"%PDF-" in content[:_HEAD]:
        raise _double()
    return (CSV if ending == "csv" else TXT), _charset(content)


def _charset(content: bytes) -> str:
    for charset, codec in (("utf-8", "utf-8"), ("windows-1252", "cp1252")):
        try:
            content.decode(codec)
        except UnicodeDecodeError:
            continue
        return charset
    raise _unknown()
