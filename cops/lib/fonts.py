"""The typeface of pages and PDFs (static/fonts), embedded for a renderer that fetches only ``data:``."""

import base64
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

FAMILY = "COPS Sans"
STATIC = Path(__file__).resolve().parents[2] / "static"
FONTS_DIRECTORY = STATIC / "fonts"


@dataclass(frozen=True)
class FontFace:
    """One file of the family."""

    filename: str
    weight: int
    style: str = "normal"


FACES = (
    FontFace("cops-sans-regular.woff2", 400),
    FontFace("cops-sans-italic.woff2", 400, "italic"),
    FontFace("cops-sans-semibold.woff2", 600),
    FontFace("cops-sans-bold.woff2", 700),
)


@cache
def font_face_css() -> str:
    """``@font-face`` rules of the whole family with its files inside, about 145 kB, for a print style sheet.

    The text holds nothing that HTML would have to escape inside a ``style`` element.
    """
    return "\n".join(_rule(face) for face in FACES)


@cache
def print_style(*sheets: str) -> SafeString:
    """The family and these sheets of static/css, for the `style` of a document that holds all it shows."""
    texts = [(STATIC / "css" / name).read_text("utf-8") for name in sheets]
    return mark_safe("\n".join([font_face_css(), *texts]))  # noqa: S308 - files of our own


@cache
def known_signs() -> frozenset[str]:
    """The signs that the family can show; each of its faces has the same (a test holds it)."""
    from fontTools.ttLib import TTFont  # only who prints needs it

    with TTFont(FONTS_DIRECTORY / FACES[0].filename, lazy=True) as face:
        return frozenset(map(chr, face.getBestCmap()))


def _rule(face: FontFace) -> str:
    encoded = base64.b64encode((FONTS_DIRECTORY / face.filename).read_bytes()).decode("ascii")
    return (
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {face.weight}; font-style: {face.style}; '
        f'src: url("data:font/woff2;base64,{encoded}") format("woff2"); }}'
    )
