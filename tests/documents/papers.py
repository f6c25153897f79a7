"""Small files of each accepted kind, and means to spoil them."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping

Parts = Mapping[str, bytes] | Iterable[tuple[str, bytes]]


def pdf(filling: bytes = b"") -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n<<>>\nendobj\n" + filling + b"\ntrailer\n<<>>\n%%EOF\n"


def png(width: int = 3, height: int = 2, extra: bytes = b"") -> bytes:
    """`extra` are chunks before the last."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"\0" * 20)) + extra
    return b"\x89PNG\r\n\x1a\n" + chunks + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def jpeg(width: int = 3, height: int = 2, comment: bytes = b"essai") -> bytes:
    def segment(marker: int, data: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data

    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
        + segment(0xFE, comment)
        + segment(0xC0, frame)
        + segment(0xDA, b"\x01\x01\0\0\x3f\0")
        + b"\x00\xff\xd9"
    )


def zipped(parts: Parts, stored: str = "") -> bytes:
    """An archive; the part named `stored` is not compressed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items() if isinstance(parts, Mapping) else parts:
            archive.writestr(name, content, zipfile.ZIP_STORED if name == stored else None)
    return file.getvalue()


def docx(more: Parts = ()) -> bytes:
    own = [("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<document/>")]
    return zipped([*own, *(more.items() if isinstance(more, Mapping) else more)])


def xlsx() -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})


def odt(kind: str = "text") -> bytes:
    declared = f"application/vnd.oasis.opendocument.{kind}".encode()
    return zipped({"mimetype": declared, "content.xml": b"<office/>"}, stored="mimetype")
