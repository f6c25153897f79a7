"""Forms filled in by others: their values become part of the page, so that every reader shows them.

The fields of a form belong to its file, not to its pages: pages put into another file would lose them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

from cops.lib.pdf_font import embedded, shown, width

_MULTILINE, _PASSWORD, _COMB = 1 << 12, 1 << 13, 1 << 24
_LARGEST, _SMALLEST, _USUAL = 12.0, 4.0, 10.0  # points, for a field that sets no size
_LEADING = 1.2
_PADDING = 2.0
_NESTED_MAX = 32
_LONGEST = 20_000  # characters of one value
_COLOUR_OPERANDS = {"g": 1, "rg": 3, "k": 4}


def flatten(pdf: pikepdf.Pdf) -> None:
    """Draw the value of each field where its form leaves that to the reader, then make fields and remarks
    part of their pages. Links stay."""
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary):
        _draw_values(pdf, form)
    pdf.flatten_annotations("all")
    for page in pdf.pages:  # fields that show nothing are left
        if "/Annots" in page.obj:
            page.obj.Annots = pikepdf.Array([one for one in page.obj.Annots if not _is_field(one)])


def _draw_values(pdf: pikepdf.Pdf, form: pikepdf.Dictionary) -> None:
    is_left_to_readers = bool(form.get("/NeedAppearances", False))
    font: pikepdf.Object | None = None
    for widget in _widgets(pdf):
        kind = str(_inherited(widget, "/FT") or "")
        if kind == "/Btn":
            _settle_button(pdf, widget)
        elif kind in ("/Tx", "/Ch") and (is_left_to_readers or not _has_appearance(widget)):
            font = font or embedded(pdf)
            _settle_text(pdf, form, widget, font)
    form["/NeedAppearances"] = False  # they are all there now: qpdf would draw them again, ASCII only


def _widgets(pdf: pikepdf.Pdf) -> Iterator[Any]:
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", ()):
            if _is_field(annotation):
                yield annotation


def _is_field(annotation: pikepdf.Object) -> bool:
    return isinstance(annotation, pikepdf.Dictionary) and annotation.get("/Subtype") == "/Widget"


def _inherited(widget: pikepdf.Object, key: str) -> Any:
    """A property of the field, its own or of what it stands in."""
    node: Any = widget
    for _ in range(_NESTED_MAX):
        if not isinstance(node, pikepdf.Dictionary):
            return None
        if key in node:
            return node[key]
        node = node.get("/Parent")
    return None


def _has_appearance(widget: pikepdf.Dictionary) -> bool:
    appearance = widget.get("/AP")
    return isinstance(appearance, pikepdf.Dictionary) and "/N" in appearance


# --- boxes to tick ------------------------------------------------------------------------------------------


def _settle_button(pdf: pikepdf.Pdf, widget: pikepdf.Dictionary) -> None:
    """A box that is ticked shows it, even where only its value says so."""
    value = _inherited(widget, "/V")
    state = widget.get("/AS", value)
    if not isinstance(state, pikepdf.Name) or state == "/Off":
        return
    if _has_appearance(widget):
        looks = widget.AP.N
        if "/AS" not in widget and isinstance(looks, pikepdf.Dictionary) and str(state) in looks:
            widget.AS = state
        return
    box = _box(widget)
    edge = min(box.width, box.height) * 0.2
    left, right = edge, box.width - edge
    bottom, top = edge, box.height - edge
    cross = (
        f"q 0 G {max(0.8, edge / 2):.2f} w {left:.2f} {bottom:.2f} m {right:.2f} {top:.2f} l "
        f"{left:.2f} {top:.2f} m {right:.2f} {bottom:.2f} l S Q"
    )
    _set_appearance(pdf, widget, box, cross.encode(), None)
    if "/AS" in widget:
        del widget["/AS"]


# --- texts and choices --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Box:
    """Where a field stands, as it is read: its sides after its own rotation."""

    width: float
    height: float
    rotation: int

    @property
    def matrix(self) -> list[int]:
        return {
            90: [0, 1, -1, 0, 0, 0],
            180: [-1, 0, 0, -1, 0, 0],
            270: [0, -1, 1, 0, 0, 0],
        }.get(self.rotation, [1, 0, 0, 1, 0, 0])


def _box(widget: pikepdf.Dictionary) -> _Box:
    left, bottom, right, top = (float(edge) for edge in widget.Rect)
    width_, height = abs(right - left), abs(top - bottom)
    looks = widget.get("/MK")
    rotation = int(looks.get("/R", 0)) % 360 if isinstance(looks, pikepdf.Dictionary) else 0
    if rotation in (90, 270):
        width_, height = height, width_
    return _Box(width_, height, rotation)


def _settle_text(
    pdf: pikepdf.Pdf, form: pikepdf.Dictionary, widget: pikepdf.Dictionary, font: pikepdf.Object
) -> None:
    text = _value(widget)
    if not text.strip():
        return
    box = _box(widget)
    flags = int(_inherited(widget, "/Ff") or 0)
    kind = _inherited(widget, "/FT")
    if kind == "/Tx" and flags & _PASSWORD:
        text = "•" * len(text)
    size, colour = _default_look(_inherited(widget, "/DA") or form.get("/DA"))
    longest = _inherited(widget, "/MaxLen")
    if kind == "/Tx" and flags & _COMB and longest:
        body = _combed(text, box, size or min(_LARGEST, box.height * 0.8), int(longest))
    elif kind == "/Ch" or flags & _MULTILINE or "\n" in text:
        body = _several_lines(text, box, size)
    else:
        body = _one_line(text, box, size, int(_inherited(widget, "/Q") or form.get("/Q", 0)))
    frame = f"q 0 0 {box.width:.2f} {box.height:.2f} re W n BT {colour} ".encode()
    _set_appearance(pdf, widget, box, frame + body + b" ET Q", font)


def _value(widget: pikepdf.Dictionary) -> str:
    """What the field holds, several choices line by line, as its form shows them."""
    value = _inherited(widget, "/V")
    if isinstance(value, pikepdf.Stream):
        value = pikepdf.String(value.read_bytes())
    values = list(value) if isinstance(value, pikepdf.Array) else [value]
    labels = _labels(_inherited(widget, "/Opt"))
    texts = [str(one) for one in values if isinstance(one, pikepdf.String | str)]
    lines = [labels.get(text, text) for text in texts]
    return "\n".join(lines).replace("\r\n", "\n").replace("\r", "\n")[:_LONGEST]


def _labels(options: Any) -> dict[str, str]:
    """How the form calls its choices, where it names them apart from their value."""
    if not isinstance(options, pikepdf.Array):
        return {}
    pairs = [one for one in options if isinstance(one, pikepdf.Array) and len(one) == 2]
    return {str(pair[0]): str(pair[1]) for pair in pairs}


def _default_look(appearance: Any) -> tuple[float, str]:
    """Size (0: as fits) and colour of a field's text."""
    words = str(appearance or "").split()
    size = 0.0
    colour = "0 g"
    for place, word in enumerate(words):
        count = _COLOUR_OPERANDS.get(word, 0)
        operands = words[max(0, place - count) : place]
        if count and len(operands) == count and all(map(_is_number, operands)):
            colour = " ".join([*operands, word])
        elif word == "Tf" and place and _is_number(words[place - 1]):
            size = abs(float(words[place - 1]))
    return size, colour


def _is_number(word: str) -> bool:
    return re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", word) is not None


def _one_line(text: str, box: _Box, size: float, alignment: int) -> bytes:
    if not size:
        size = min(_LARGEST, box.height * 0.7)
    room = max(1.0, box.width - 2 * _PADDING)
    length = width(text, size)
    if length > room:  # smaller rather than cut off
        size, length = max(_SMALLEST, size * room / length), min(length, room)
    left = _PADDING + {1: (room - length) / 2, 2: room - length}.get(alignment, 0.0)
    base = (box.height - size * 0.7) / 2
    return f"/CopsSans {size:.2f} Tf {left:.2f} {base:.2f} Td ".encode() + shown(text) + b" Tj"


def _several_lines(text: str, box: _Box, size: float) -> bytes:
    size = size or _USUAL
    lines = list(_wrapped(text, box.width - 2 * _PADDING, size))
    while len(lines) * size * _LEADING > box.height and size > _SMALLEST:
        size = max(_SMALLEST, size - 0.5)
        lines = list(_wrapped(text, box.width - 2 * _PADDING, size))
    start = f"/CopsSans {size:.2f} Tf {size * _LEADING:.2f} TL {_PADDING} {box.height - size:.2f} Td "
    return start.encode() + b" T* ".join(shown(line) + b" Tj" for line in lines)


def _wrapped(text: str, room: float, size: float) -> Iterator[str]:
    for paragraph in text.split("\n"):
        line = ""
        for word in _cut(paragraph.split(" "), room, size):
            longer = f"{line} {word}" if line else word
            if line and width(longer, size) > room:
                yield line
                line = word
            else:
                line = longer
        yield line


def _cut(words: list[str], room: float, size: float) -> Iterator[str]:
    """The words, those longer than a line in pieces."""
    most = max(1, int(room / size))  # signs that fit whatever they are
    for word in words:
        if len(word) <= most or width(word, size) <= room:
            yield word
        else:
            yield from (word[start : start + most] for start in range(0, len(word), most))


def _combed(text: str, box: _Box, size: float, cells: int) -> bytes:
    """One sign in the middle of each of its cells."""
    step = box.width / max(1, cells)
    base = (box.height - size * 0.7) / 2
    parts = [f"/CopsSans {size:.2f} Tf".encode()]
    for place, sign in enumerate(text[:cells]):
        left = place * step + (step - width(sign, size)) / 2
        parts.append(f"1 0 0 1 {left:.2f} {base:.2f} Tm ".encode() + shown(sign) + b" Tj")
    return b" ".join(parts)


def _set_appearance(
    pdf: pikepdf.Pdf, widget: pikepdf.Dictionary, box: _Box, content: bytes, font: pikepdf.Object | None
) -> None:
    drawn = pdf.make_stream(
        content,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[0, 0, box.width, box.height],
        Matrix=box.matrix,
        Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(CopsSans=font))
        if font
        else pikepdf.Dictionary(),
    )
    widget.AP = pikepdf.Dictionary(N=drawn)
