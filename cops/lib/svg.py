"""Drawing primitives of the charts: escaped SVG elements, colours with their textures, text that fits.

No ``style`` attribute and no script, so a strict Content-Security-Policy lets the drawings through.
"""

import math
import re
from dataclasses import dataclass
from enum import Enum
from html import escape

from cops.lib.fonts import FAMILY

WHITE = "#ffffff"
INK = "#1a2130"
MUTED_INK = "#4a5263"
GRID = "#c6ccd6"
TRACK = "#eceff3"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_SPACING = 8.0

Line = tuple[float, float, float, float]


class Texture(Enum):
    """Lines laid over a fill, so that two fills differ without their colours."""

    PLAIN = "plain"
    DIAGONAL = "diagonal"
    COUNTER_DIAGONAL = "counter_diagonal"
    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"
    GRID = "grid"
    DOTS = "dots"


@dataclass(frozen=True)
class Swatch:
    """A fill, the text colour that reads on it (≥ 4.5:1), and its texture."""

    fill: str
    ink: str
    texture: Texture = Texture.PLAIN


class Colour(Enum):
    """The palette: ≥ 3:1 on white, told apart with any colour blindness, and by texture without colour."""

    BLUE = Swatch("#1d5aa6", WHITE)
    SKY = Swatch("#3f97cf", INK, Texture.DIAGONAL)
    GREEN = Swatch("#06583c", WHITE, Texture.DOTS)
    OCHRE = Swatch("#bd830f", INK, Texture.HORIZONTAL)
    BRICK = Swatch("#a02a10", WHITE, Texture.GRID)
    PLUM = Swatch("#42203a", WHITE, Texture.COUNTER_DIAGONAL)
    GREY = Swatch("#6b7280", WHITE, Texture.VERTICAL)


@dataclass(frozen=True)
class Box:
    """A rectangle of the drawing."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height


def element(tag: str, content: str = "", /, **attributes: object) -> str:
    """One element; ``content`` is markup already, attribute values get escaped, ``_`` in names is ``-``.

    Attributes that are ``None`` are left out, floats are written with two decimals at most.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def _attribute(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else clean(str(value))


def clean(content: str) -> str:
    """Text escaped for XML and HTML, without the characters XML does not allow."""
    return escape(_CONTROL.sub(" ", content))


def title(content: str) -> str:
    """Full wording of what is drawn, shown on hover."""
    return f"<title>{clean(content)}</title>"


def text(
    content: str,
    x: float,
    y: float,
    *,
    size: float = 13,
    fill: str = INK,
    anchor: str | None = None,
    bold: bool = False,
    kind: str | None = None,
) -> str:
    """One line of text on its base line ``y``; ``anchor`` is start (default), middle or end.

    ``kind`` is a class: ``on-fill`` for what stands on a colour, where readers' own colours change nothing.
    """
    return element(
        "text",
        clean(content),
        class_=kind,
        x=x,
        y=y,
        font_size=size,
        fill=fill,
        text_anchor=anchor,
        font_weight="600" if bold else None,
    )


def line(x1: float, y1: float, x2: float, y2: float, *, stroke: str = GRID) -> str:
    """A thin line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=1)


def rectangle(box: Box, *, fill: str, stroke: str | None = None, kind: str | None = None) -> str:
    """A filled rectangle; ``kind`` is a class (``track`` of a rate, ``under-text`` of a label)."""
    sizes = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    return element("rect", class_=kind, **sizes, fill=fill, stroke=stroke)


def filled(colour: Colour, box: Box) -> str:
    """A rectangle in the colour with its texture."""
    return rectangle(box, fill=colour.value.fill) + textured(colour.value.texture, box, stroke=WHITE)


def textured(texture: Texture, box: Box, *, stroke: str) -> str:
    """The lines of a texture inside a rectangle.

    They are computed, not left to an SVG pattern: WeasyPrint shows seams between the tiles of a pattern.
    """
    path = "".join(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" for x1, y1, x2, y2 in _texture_lines(texture, box))
    dots = texture is Texture.DOTS
    return path and element(
        "path",
        d=path,
        fill="none",
        stroke=stroke,
        stroke_width=1.6 if dots else 1,
        stroke_opacity=0.7,
        stroke_dasharray="1.6 9" if dots else None,
    )


def _texture_lines(texture: Texture, box: Box) -> list[Line]:
    match texture:
        case Texture.HORIZONTAL | Texture.DOTS:
            return _horizontals(box)
        case Texture.VERTICAL:
            return _verticals(box)
        case Texture.GRID:
            return _horizontals(box) + _verticals(box)
        case Texture.DIAGONAL:
            return _rising(box)
        case Texture.COUNTER_DIAGONAL:
            return [
                (x1, box.y + box.bottom - y1, x2, box.y + box.bottom - y2) for x1, y1, x2, y2 in _rising(box)
            ]
        case _:
            return []


def _steps(length: float) -> list[float]:
    """Places at even distances, the first half a distance from the edge."""
    return [_SPACING * (place + 0.5) for place in range(math.ceil(length / _SPACING - 0.5))]


def _horizontals(box: Box) -> list[Line]:
    return [(box.x, box.y + step, box.right, box.y + step) for step in _steps(box.height)]


def _verticals(box: Box) -> list[Line]:
    return [(box.x + step, box.y, box.x + step, box.bottom) for step in _steps(box.width)]


def _rising(box: Box) -> list[Line]:
    """Lines from lower left to upper right at 45 degrees, cut at the edges."""
    lines = []
    for step in _steps(box.width + box.height):
        start, end = max(0.0, step - box.height), min(step, box.width)
        lines.append((box.x + start, box.y + step - start, box.x + end, box.y + step - end))
    return lines


def text_width(content: str, size: float = 13) -> float:
    """Generous estimate of the width of a text in the family's semi-bold, without reading the font."""
    return sum(_advance(char) for char in content) * size


def _advance(char: str) -> float:
    if char in "iljI.,:;'’|!ftr()[]-/ \u00a0\u202f":
        return 0.34
    if char in "mwMW%—…œŒ@" or ord(char) > 0x2E7F:
        return 0.97
    return 0.68 if char.isupper() else 0.56


def wrap(content: str, width: float, *, size: float = 13, lines: int = 2) -> list[str]:
    """The text in at most ``lines`` lines that fit ``width``; what does not fit ends in « … »."""
    wrapped: list[str] = []
    rest = content.split()
    while rest and len(wrapped) < lines:
        is_last = len(wrapped) == lines - 1
        fitting = " ".join(rest) if is_last else _take(rest, width, size)
        wrapped.append(truncate(fitting, width, size=size))
        rest = [] if is_last else rest[len(fitting.split()) :]
    return wrapped or [""]


def _take(words: list[str], width: float, size: float) -> str:
    """As many words as fit, at least one."""
    taken = words[0]
    for word in words[1:]:
        if text_width(f"{taken} {word}", size) > width:
            break
        taken = f"{taken} {word}"
    return taken


def truncate(content: str, width: float, *, size: float = 13) -> str:
    """The text, cut with « … » if it is wider than ``width``."""
    if text_width(content, size) <= width:
        return content
    room = width - text_width("…", size)
    kept = 0
    while kept < len(content) and (room := room - _advance(content[kept]) * size) >= 0:
        kept += 1
    return content[:kept].rstrip() + "…"


def drawing(
    prefix: str, name: str, description: str, *, width: float, height: float, body: str, kind: str = ""
) -> str:
    """The whole ``svg`` element, as wide as its container, named and described for who cannot see it."""
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"Not usable as the beginning of an id: {prefix!r}")
    name_id, description_id = f"{prefix}-title", f"{prefix}-desc"
    head = element("title", clean(name), id=name_id) + element("desc", clean(description), id=description_id)
    return element(
        "svg",
        head + body,
        xmlns="http://www.w3.org/2000/svg",
        class_=f"chart {kind}".strip(),
        role="img",
        aria_labelledby=f"{name_id} {description_id}",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width="100%",
        font_family=f"'{FAMILY}', sans-serif",
        font_size=13,
    )
