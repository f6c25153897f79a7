"""Charts as SVG drawn on the server, the same in page and PDF.

Each function takes values and gives one safe ``svg`` element, in the wide frame or in the narrow one; a page
holds both (`Chart`) and shows the one that fits. Colour is never the only carrier: values are
written, textures and marks differ, and the caller puts a table of the same figures beside the chart.
``None`` is « n.d. ».
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.utils.safestring import SafeString, mark_safe

from cops.lib import svg
from cops.lib.french import NOT_AVAILABLE, money, number, percent
from cops.lib.svg import Box, Colour, Texture

Value = int | Decimal | float
Format = Callable[[Value | None], str]

_LINE_HEIGHT = 16.0
SIZE = 13.0
_ROW_GAP = 12.0
_BAR = 22.0
_THIN_BAR = 17.0
NO_ROWS = "Aucune donnée à représenter"


@dataclass(frozen=True)
class Frame:
    """The room of a drawing, in units of about a pixel: text of 13 stays readable where it is shown."""

    width: float
    bars_x: float  # where bars begin
    label_width: float
    longest_value: float  # of what is written at the end of a bar
    is_narrow: bool = False  # labels stand over their bars, not beside them


WIDE = Frame(width=720.0, bars_x=210.0, label_width=196.0, longest_value=190.0)
NARROW = Frame(width=320.0, bars_x=1.0, label_width=318.0, longest_value=120.0, is_narrow=True)


@dataclass(frozen=True)
class Chart:
    """One chart in its two drawings; paper takes the wide one."""

    wide: SafeString
    narrow: SafeString

    @classmethod
    def of(cls, draw: "Draw") -> "Chart":
        return cls(draw(frame=WIDE), draw(frame=NARROW))


class Draw(Protocol):
    """What draws a chart in a frame."""

    def __call__(self, *, frame: Frame) -> SafeString: ...


@dataclass(frozen=True)
class Heading:
    """What names a chart: ``prefix`` makes its ids unique in the page, the two texts are read aloud."""

    prefix: str
    title: str
    description: str


@dataclass(frozen=True)
class Series:
    """One sort of value in every row, with its colour."""

    label: str
    colour: Colour


@dataclass(frozen=True)
class Row:
    """One line of bars: a label and one value per series, in the order of the series; ``None`` is unknown."""

    label: str
    values: Sequence[Value | None]


@dataclass(frozen=True)
class RateRow:
    """One rate, 1 being the whole."""

    label: str
    rate: Value | None


def stacked_bars(
    heading: Heading,
    series: Sequence[Series],
    rows: Sequence[Row],
    *,
    value_format: Format = number,
    frame: Frame = WIDE,
) -> SafeString:
    """Horizontal bars made of one segment per series, on one scale, each with its total at the end.

    Segments wide enough carry their value; all give it on hover. Unknown values have no segment.
    """
    _check_rows(series, rows)
    totals = [_known_sum(row.values) for row in rows]
    ends = [value_format(total) for total in totals]
    scale = _Scale.fitting(frame, totals, ends)
    legend, top = _legend(frame, series)
    layout = _Layout(frame, top)
    for row, total, end in zip(rows, totals, ends, strict=True):
        y = layout.add_label(row.label, _BAR, f"{row.label} : {end}")
        layout.parts.append(_segments(series, row, scale, y, value_format))
        layout.parts.append(_end_label(end, frame, scale.length(total), y + 16))
    return _finish(heading, legend + "".join(layout.parts), layout)


def grouped_bars(
    heading: Heading,
    series: Sequence[Series],
    rows: Sequence[Row],
    *,
    value_format: Format = money,
    frame: Frame = WIDE,
) -> SafeString:
    """Horizontal bars side by side, one per series in every row (budget and cost), each with its value."""
    _check_rows(series, rows)
    values = [value for row in rows for value in row.values]
    scale = _Scale.fitting(frame, values, [value_format(value) for value in values])
    legend, top = _legend(frame, series)
    layout = _Layout(frame, top)
    for row in rows:
        y = layout.add_label(row.label, _THIN_BAR * len(series) + 2 * (len(series) - 1), row.label)
        for place, (one, value) in enumerate(zip(series, row.values, strict=True)):
            bar_y = y + place * (_THIN_BAR + 2)
            layout.parts.append(_single_bar(one, row, value, scale, bar_y, value_format))
    return _finish(heading, legend + "".join(layout.parts), layout)


def rate_bars(
    heading: Heading, rows: Sequence[RateRow], *, colour: Colour = Colour.BLUE, frame: Frame = WIDE
) -> SafeString:
    """One bar from 0 to 100 % per row; an unknown rate is a hatched « n.d. ».

    A rate above 100 % fills its bar and ends in an arrow; its label tells the value.
    """
    full = frame.width - frame.bars_x - 80
    layout = _Layout(frame, 8)
    for row in rows:
        label = percent(row.rate)
        y = layout.add_label(row.label, _BAR, f"{row.label} : {label}")
        layout.parts.append(_rate_bar(row.rate, Box(frame.bars_x, y, full, _BAR), colour))
        layout.parts.append(svg.text(label, frame.bars_x + full + 8, y + 16, bold=row.rate is not None))
    if rows:
        layout.add_ticks([(frame.bars_x + full * tick, percent(tick, 0)) for tick in (0, 0.5, 1)])
    return _finish(heading, "".join(layout.parts), layout)


def _check_rows(series: Sequence[Series], rows: Sequence[Row]) -> None:
    for row in rows:
        if len(row.values) != len(series):
            raise ValueError(f"Row {row.label!r} has {len(row.values)} values for {len(series)} series")
        if any(value is not None and value < 0 for value in row.values):
            raise ValueError(f"Row {row.label!r} has a negative value, which a bar cannot show")


def _known_sum(values: Iterable[Value | None]) -> Decimal | None:
    known = [Decimal(str(value)) for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


@dataclass(frozen=True)
class _Scale:
    """Lengths of bars: the greatest value takes the room that the labels at the ends leave."""

    greatest: float
    start: float
    room: float
    longest_value: float

    @classmethod
    def fitting(cls, frame: Frame, values: Iterable[Value | None], end_labels: Iterable[str]) -> "_Scale":
        widest = max((svg.text_width(label, SIZE) for label in end_labels), default=0.0)
        greatest = max((float(value or 0) for value in values), default=0.0)
        room = frame.width - frame.bars_x - min(widest, frame.longest_value) - 16
        return cls(greatest, frame.bars_x, room, frame.longest_value)

    def length(self, value: Value | None) -> float:
        """Length of a bar; what is more than nothing is always visible."""
        if not value:
            return 0.0
        return max(float(value) / self.greatest * self.room, 1.5)


class _Layout:
    """Rows from top to bottom: collects the drawing and keeps the height reached."""

    def __init__(self, frame: Frame, top: float) -> None:
        self.frame = frame
        self.y = top
        self.top = top
        self.parts: list[str] = []

    def add_label(self, label: str, bars_height: float, hover: str) -> float:
        """Write a row's label; gives the top of its bars. Beside them, the row is as high as the greater of
        the two."""
        lines = svg.wrap(label, self.frame.label_width, size=SIZE)
        if self.frame.is_narrow:
            return self._add_label_above(lines, bars_height, hover)
        height = max(bars_height, len(lines) * _LINE_HEIGHT)
        first = self.y + (height - len(lines) * _LINE_HEIGHT) / 2 + 12
        written = "".join(
            svg.text(one, self.frame.bars_x - 12, first + place * _LINE_HEIGHT, anchor="end")
            for place, one in enumerate(lines)
        )
        self.parts.append(svg.element("g", svg.title(hover) + written))
        bars_y = self.y + (height - bars_height) / 2
        self.y += height + _ROW_GAP
        return bars_y

    def _add_label_above(self, lines: Sequence[str], bars_height: float, hover: str) -> float:
        written = "".join(
            svg.text(one, 0, self.y + 12 + place * _LINE_HEIGHT) for place, one in enumerate(lines)
        )
        self.parts.append(svg.element("g", svg.title(hover) + written))
        bars_y = self.y + len(lines) * _LINE_HEIGHT + 3
        self.y = bars_y + bars_height + _ROW_GAP
        return bars_y

    def add_ticks(self, ticks: Sequence[tuple[float, str]]) -> None:
        """Write the scale under the rows."""
        for x, label in ticks:
            self.parts.append(svg.line(x, self.y - 6, x, self.y - 1, stroke=svg.MUTED_INK))
            anchor = "middle" if x > svg.text_width(label, 12) / 2 else None  # whole at the edge
            self.parts.append(svg.text(label, x, self.y + 12, size=12, fill=svg.MUTED_INK, anchor=anchor))
        self.y += 22


def _segments(series: Sequence[Series], row: Row, scale: _Scale, y: float, value_format: Format) -> str:
    x = scale.start
    parts = [svg.line(x, y - 3, x, y + _BAR + 3, stroke=svg.MUTED_INK)]
    for one, value in zip(series, row.values, strict=True):
        width = scale.length(value)
        if width > 0:
            hover = f"{row.label} – {one.label} : {value_format(value)}"
            parts.append(_segment(one.colour, value_format(value), hover, x, y, width))
        x += width
    return "".join(parts)


def _segment(colour: Colour, label: str, hover: str, x: float, y: float, width: float) -> str:
    gap = 1.0 if width > 3 else 0.0  # a white line between neighbours
    drawn = svg.title(hover) + svg.filled(colour, Box(x, y, width - gap, _BAR))
    room = svg.text_width(label, 12) + 4
    if room <= width - gap:
        middle = x + (width - gap) / 2
        drawn += svg.rectangle(
            Box(middle - room / 2, y + 3, room, _BAR - 6), fill=colour.value.fill, kind="under-text"
        )
        ink = colour.value.ink
        drawn += svg.text(
            label, middle, y + 15.5, size=12, fill=ink, anchor="middle", bold=True, kind="on-fill"
        )
    return svg.element("g", drawn)


def _end_label(label: str, frame: Frame, length: float, y: float) -> str:
    fitted = svg.truncate(label, frame.longest_value, size=SIZE)
    return svg.text(fitted, frame.bars_x + length + 7, y, bold=label != NOT_AVAILABLE)


def _single_bar(
    one: Series, row: Row, value: Value | None, scale: _Scale, y: float, value_format: Format
) -> str:
    length = scale.length(value)
    label = value_format(value)
    drawn = svg.title(f"{row.label} – {one.label} : {label}")
    drawn += svg.line(scale.start, y - 1, scale.start, y + _THIN_BAR + 1, stroke=svg.MUTED_INK)
    if length > 0:
        drawn += svg.filled(one.colour, Box(scale.start, y, length, _THIN_BAR))
    fitted = svg.truncate(label, scale.longest_value, size=SIZE)
    return svg.element("g", drawn + svg.text(fitted, scale.start + length + 7, y + 13))


def _rate_bar(rate: Value | None, track: Box, colour: Colour) -> str:
    if rate is None:
        hatched = svg.textured(Texture.DIAGONAL, track, stroke=svg.MUTED_INK)
        return svg.rectangle(track, fill=svg.WHITE, stroke=svg.MUTED_INK, kind="track") + hatched
    share = min(max(float(rate), 0.0), 1.0)
    drawn = svg.rectangle(track, fill=svg.TRACK, stroke="#7b8494", kind="track")
    if share > 0:
        drawn += svg.filled(colour, Box(track.x, track.y, track.width * share, track.height))
    if rate > 1:
        tip, y = track.right, track.y
        arrow = f"M{tip - 12:.1f} {y + 4:.1f}L{tip - 4:.1f} {y + 11:.1f}L{tip - 12:.1f} {y + 18:.1f}Z"
        drawn += svg.element("path", d=arrow, fill=colour.value.ink)
    return drawn


def _legend(frame: Frame, series: Sequence[Series]) -> tuple[str, float]:
    """Swatch and label of each series on as many lines as needed, and the y below them."""
    parts, x, y = [], 0.0, 2.0
    for one in series:
        label = svg.truncate(one.label, min(300, frame.width - 43), size=SIZE)
        width = 25 + svg.text_width(label, SIZE) + 18
        if x and x + width > frame.width:
            x, y = 0.0, y + 22
        drawn = svg.title(one.label) + svg.filled(one.colour, Box(x, y, 18, 14))
        parts.append(svg.element("g", drawn + svg.text(label, x + 25, y + 11.5)))
        x += width
    return "".join(parts), y + 32


def _finish(heading: Heading, body: str, layout: _Layout) -> SafeString:
    if not layout.parts:
        return draw(heading, layout.frame, svg.text(NO_ROWS, 0, 24, fill=svg.MUTED_INK), 40)
    return draw(heading, layout.frame, body, layout.y)


def draw(heading: Heading, frame: Frame, body: str, height: float) -> SafeString:
    """The drawing as an element; the narrow one has an id and a class of its own."""
    drawn = svg.drawing(
        f"{heading.prefix}-etroit" if frame.is_narrow else heading.prefix,
        heading.title,
        heading.description,
        width=frame.width,
        height=height,
        body=body,
        kind="is-narrow" if frame.is_narrow else "",
    )
    return mark_safe(drawn)  # noqa: S308 - every text in it went through svg.clean
