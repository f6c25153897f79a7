"""PDFs made by others, appended to one of ours: flattened, harmless, and stamped with what they are there."""

import io
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Matrix, Name

from cops.lib import pdf_forms
from cops.lib.pdf_font import embedded, shown, width

# What a click on a page that comes from elsewhere may do: lead on. Nothing else runs.
_ALLOWED_ACTIONS = {"/GoTo", "/URI", "/Named"}
_EMBEDDING = {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}
_A4_WIDTH, _LEAST = 595.0, 0.8
_STRIP, _MARGIN, _SIZE = 16.0, 20.0, 8.0  # of the stamp on a page as narrow as A4, in points
_GREY = "0.29 0.353 0.388 rg"
_FOOT_RIGHT, _FOOT_BASE = 51.0, 24.0  # where our own papers have their page number (paper.css): 18 mm margins
_POINTED = ("/Rect", "/QuadPoints", "/L", "/Vertices")  # places on the page that an annotation names


class UnreadablePdfError(Exception):
    """A PDF that cannot be appended: damaged, under a password, or without pages of its own."""


@dataclass(frozen=True)
class Appended:
    """A paper opened by `opened`: its bookmark, and what its pages are called (« Pièce 3 »)."""

    mark: str
    label: str
    pdf: pikepdf.Pdf


def opened(content: bytes) -> pikepdf.Pdf:
    """The file with its forms drawn on its pages and nothing that acts; the caller closes it.

    :raises UnreadablePdfError: it cannot be read, or shows nothing but « open me elsewhere ».
    """
    try:
        pdf = pikepdf.open(io.BytesIO(content))
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError) as error:
        raise UnreadablePdfError from error
    try:
        _prepare(pdf)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
        pdf.close()
        raise UnreadablePdfError from error
    return pdf


def _prepare(pdf: pikepdf.Pdf) -> None:
    if pdf.Root.get("/NeedsRendering", False):  # a form whose pages only Acrobat makes
        raise ValueError
    pdf_forms.flatten(pdf)
    for page in pdf.pages:
        calm(page)
        _enclose(pdf, page)


def _enclose(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Make what the page draws one object: what is drawn beside it cannot meet its names."""
    contents = page.obj.get("/Contents", pikepdf.Array())
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    drawn = pdf.make_stream(
        b"\n".join(stream.read_bytes() for stream in streams),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=pikepdf.Array(_visible(page)),
        Resources=_inherited(page, "/Resources") or pikepdf.Dictionary(),
    )
    if "/Group" in page.obj:
        drawn.Group = page.obj.Group
    page.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(CopsPage=drawn))
    page.obj["/Contents"] = pdf.make_stream(b"/CopsPage Do")
    if "/StructParents" in page.obj:
        del page.obj["/StructParents"]


def calm(page: pikepdf.Page) -> None:
    """Take off a page what runs, sends or opens another file."""
    if "/AA" in page.obj:
        del page.obj["/AA"]
    annotations = page.obj.get("/Annots")
    if annotations is None:
        return
    kept = [one for one in annotations if not _acts(one)]
    page.obj["/Annots"] = pikepdf.Array(kept)


def _acts(annotation: Any) -> bool:
    if not isinstance(annotation, pikepdf.Dictionary):
        return True
    action = annotation.get("/A")
    is_harmless = action is None or (
        isinstance(action, pikepdf.Dictionary)
        and str(action.get("/S")) in _ALLOWED_ACTIONS
        and "/Next" not in action  # a further action, of any kind
    )
    return not is_harmless or "/AA" in annotation or str(annotation.get("/Subtype")) in _EMBEDDING


# --- together -----------------------------------------------------------------------------------------------


def assembled(own: bytes, papers: Sequence[Appended]) -> bytes:
    """Our paper followed by those of others, each under a bookmark, all pages numbered through.

    Our own pages must leave their page number out. A page of another paper is drawn a little smaller above a
    strip that names it: nothing of it is hidden. As those pages are not tagged as ours, the whole no longer
    says that it is PDF/UA or PDF/A.
    """
    with pikepdf.open(io.BytesIO(own)) as pack:
        font = embedded(pack)
        total = len(pack.pages) + sum(len(paper.pdf.pages) for paper in papers)
        for number, page in enumerate(pack.pages, start=1):
            _number_own(pack, page, font, f"page {number} / {total}")
        marks = []
        for paper in papers:
            marks.append(pikepdf.OutlineItem(paper.mark, len(pack.pages)))
            first, length = len(pack.pages), len(paper.pdf.pages)
            pack.pages.extend(paper.pdf.pages)
            for number in range(1, length + 1):
                name = f"{paper.label} – page {number}/{length}"
                _stamp(pack, pack.pages[first + number - 1], font, name, f"page {first + number} / {total}")
        with pack.open_outline() as outline:
            outline.root.extend(marks)
        if papers:
            _claim_nothing(pack)
        target = io.BytesIO()
        pack.save(target)
    return target.getvalue()


def _claim_nothing(pack: pikepdf.Pdf) -> None:
    with pack.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        for claim in ("pdfuaid:part", "pdfaid:part", "pdfaid:conformance"):
            if claim in metadata:
                del metadata[claim]


def _number_own(pdf: pikepdf.Pdf, page: pikepdf.Page, font: pikepdf.Object, text: str) -> None:
    """The page's number where the style sheet would have put it; no part of what is read aloud."""
    right = float(page.mediabox[2]) - _FOOT_RIGHT
    content = _text(text, right - width(text, _SIZE), _FOOT_BASE, _SIZE)
    _add_font(pdf, page, font)
    page.contents_add(pdf.make_stream(b"q"), prepend=True)
    page.contents_add(pdf.make_stream(b"Q " + _artifact(content)))


def _text(text: str, left: float, base: float, size: float) -> bytes:
    start = f"q BT {_GREY} /CopsSans {size:.2f} Tf {left:.2f} {base:.2f} Td "
    return start.encode() + shown(text) + b" Tj ET Q"


def _artifact(content: bytes) -> bytes:
    return b"/Artifact <</Type /Pagination /Subtype /Footer>> BDC " + content + b" EMC"


def _add_font(pdf: pikepdf.Pdf, page: pikepdf.Page, font: pikepdf.Object) -> None:
    """Into resources of the page's own, as those of a file's pages are often shared."""
    resources: Any = copy(page.resources)
    fonts = copy(resources.get("/Font", pikepdf.Dictionary()))
    fonts["/CopsSans"] = font
    resources["/Font"] = fonts
    page.obj["/Resources"] = resources


# --- the strip of an appended page --------------------------------------------------------------------------


@dataclass(frozen=True)
class _View:
    """What of a page is seen, upright: its size, and the matrix from there to the page's own space."""

    width: float
    height: float
    to_page: Matrix


def _view(page: pikepdf.Page) -> _View:
    left, bottom, right, top = _visible(page)
    wide, high = right - left, top - bottom
    rotation = int(_inherited(page, "/Rotate") or 0) % 360
    place = Matrix().translated(left, bottom)
    if rotation == 90:
        return _View(high, wide, Matrix(0, 1, -1, 0, wide, 0) @ place)
    if rotation == 180:
        return _View(wide, high, Matrix(-1, 0, 0, -1, wide, high) @ place)
    if rotation == 270:
        return _View(high, wide, Matrix(0, -1, 1, 0, 0, high) @ place)
    return _View(wide, high, place)


def _visible(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """The part of the page that readers show: its crop box within its sheet."""
    sheet, crop = _edges(page.mediabox), _edges(page.cropbox)
    left, bottom = max(sheet[0], crop[0]), max(sheet[1], crop[1])
    right, top = min(sheet[2], crop[2]), min(sheet[3], crop[3])
    return (left, bottom, right, top) if right > left and top > bottom else sheet


def _edges(box: Any) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (float(edge) for edge in box)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _inherited(page: pikepdf.Page, key: str) -> Any:
    node: Any = page.obj
    for _ in range(32):
        if not isinstance(node, pikepdf.Dictionary) or key in node:
            break
        node = node.get("/Parent")
    return node.get(key) if isinstance(node, pikepdf.Dictionary) else None


def _stamp(pdf: pikepdf.Pdf, page: pikepdf.Page, font: pikepdf.Object, name: str, number: str) -> None:
    view = _view(page)
    unit = max(_LEAST, min(view.width, view.height) / _A4_WIDTH)
    strip = _STRIP * unit
    scale = (view.height - strip) / view.height
    shrunk = Matrix(scale, 0, 0, scale, view.width * (1 - scale) / 2, strip)
    moved = view.to_page.inverse() @ shrunk @ view.to_page
    _move_annotations(page, moved)
    footer = _footer(view, unit, name, number)
    drawn = b"q %s cm /CopsPage Do Q q %s cm %s Q" % (
        moved.encode(),
        view.to_page.encode(),
        _artifact(footer),
    )
    page.obj["/Resources"]["/Font"] = pikepdf.Dictionary(CopsSans=font)
    page.obj["/Contents"] = pdf.make_stream(drawn)


def _footer(view: _View, unit: float, name: str, number: str) -> bytes:
    """A white strip below a thin line: the paper's name and page on the left, the whole's on the right."""
    size, margin, strip = _SIZE * unit, _MARGIN * unit, _STRIP * unit
    room = view.width - 2 * margin
    size = min(size, size * room / max(width(f"{name}    {number}", size), 1.0))
    base = (strip - size * 0.66) / 2
    ground = (
        f"q 1 g 0 0 {view.width:.2f} {strip:.2f} re f "
        f"0.6 G {0.5 * unit:.2f} w 0 {strip:.2f} m {view.width:.2f} {strip:.2f} l S Q "
    )
    left = _text(name, margin, base, size)
    right = _text(number, view.width - margin - width(number, size), base, size)
    return ground.encode() + left + b" " + right


def _move_annotations(page: pikepdf.Page, moved: Matrix) -> None:
    """Links stay where what they lead from is drawn."""
    for annotation in page.obj.get("/Annots", ()):
        for key in _POINTED:
            points = annotation.get(key)
            if isinstance(points, pikepdf.Array) and len(points) % 2 == 0:
                annotation[key] = pikepdf.Array(_moved(points, moved, is_box=key == "/Rect"))


def _moved(points: pikepdf.Array, moved: Matrix, *, is_box: bool) -> list[float]:
    numbers = [float(number) for number in points]
    pairs = [moved.transform(pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
    flat = [number for pair in pairs for number in pair]
    return list(_edges(flat)) if is_box else flat
