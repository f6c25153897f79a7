"""The family's regular face inside PDFs that are written without a layout engine."""

import io
from dataclasses import dataclass
from functools import cache
from typing import Any

import pikepdf

from cops.lib.fonts import FACES, FONTS_DIRECTORY
from cops.lib.printable import printable

_NAME = "/COPSSans-Regular"
_MEANINGLESS = {0, 0xFEFF}
_DROPPED = ("GSUB", "GPOS", "GDEF", "BASE", "STAT", "gasp")  # no reader of PDFs looks at them


@dataclass(frozen=True)
class _Face:
    """What is read of the font file, measures in thousandths of its size."""

    content: bytes
    glyphs: dict[int, int]
    widths: list[int]
    box: list[int]
    ascent: int
    descent: int


@cache
def _face() -> _Face:
    from fontTools.ttLib import TTFont  # only who prints needs it

    font = TTFont(FONTS_DIRECTORY / FACES[0].filename)
    font.flavor = None
    for table in _DROPPED:
        if table in font:
            del font[table]
    target = io.BytesIO()
    font.save(target)
    head, lines, metrics = font["head"], font["hhea"], font["hmtx"]
    scale = 1000 / head.unitsPerEm
    return _Face(
        content=target.getvalue(),
        glyphs={code: font.getGlyphID(name) for code, name in font.getBestCmap().items()},
        widths=[round(metrics[name][0] * scale) for name in font.getGlyphOrder()],
        box=[round(edge * scale) for edge in (head.xMin, head.yMin, head.xMax, head.yMax)],
        ascent=round(lines.ascent * scale),
        descent=round(lines.descent * scale),
    )


def shown(text: str) -> bytes:
    """The text as the operand of `Tj` under the font that `embedded` gives; what it lacks by its name."""
    glyphs = _face().glyphs
    codes = b"".join(glyphs.get(ord(sign), 0).to_bytes(2, "big") for sign in printable(text))
    return b"<" + codes.hex().encode() + b">"


def width(text: str, size: float) -> float:
    """How long the text is in that size, in the unit of the size."""
    face = _face()
    return sum(face.widths[face.glyphs.get(ord(sign), 0)] for sign in printable(text)) * size / 1000


def embedded(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """The font as an object of the file, with all its signs and what they mean; 26 kB."""
    face = _face()
    name = pikepdf.Name(_NAME)
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=name,
        Flags=32,
        FontBBox=face.box,
        ItalicAngle=0,
        Ascent=face.ascent,
        Descent=face.descent,
        CapHeight=660,
        StemV=80,
        FontFile2=pdf.make_stream(face.content, Length1=len(face.content)),
    )
    descendant: dict[str, Any] = {
        "Type": pikepdf.Name.Font,
        "Subtype": pikepdf.Name.CIDFontType2,
        "BaseFont": name,
        "CIDSystemInfo": pikepdf.Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        "FontDescriptor": pdf.make_indirect(descriptor),
        "CIDToGIDMap": pikepdf.Name.Identity,
        "W": pikepdf.Array([0, pikepdf.Array(face.widths)]),
    }
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type0,
            BaseFont=name,
            Encoding=pikepdf.Name("/Identity-H"),
            DescendantFonts=pikepdf.Array([pdf.make_indirect(pikepdf.Dictionary(**descendant))]),
            ToUnicode=pdf.make_stream(_meanings(face.glyphs)),
        )
    )


def _meanings(glyphs: dict[int, int]) -> bytes:
    """What is copied or read aloud for each glyph; the lowest sign where several share one."""
    first: dict[int, int] = {}
    for code, glyph in sorted(glyphs.items()):
        if code in _MEANINGLESS:
            continue
        first.setdefault(glyph, code)
    pairs = [
        f"<{glyph:04x}> <{chr(code).encode('utf-16-be').hex()}>" for glyph, code in sorted(first.items())
    ]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    mapped = "\n".join(f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Cops def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{mapped}\nendcmap end end"
    ).encode()
