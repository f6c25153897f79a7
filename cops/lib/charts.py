"""Charts as SVG drawn on the server, the same in page and PDF.

Each function takes values and gives one safe ``svg`` element. Colour is never the only carrier: values are
written, textures and marks differ, and the caller puts a table of the same figures beside the chart.
``None`` is « n.d. ».
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString, mark_safe

from cops.lib import svg
from cops.lib.french import NOT_AVAILABLE, money, number, percent
from cops.lib.svg import Box, Colour, Texture

Value = int | Decimal | float
Format = Callable[[Value | None], str]

WIDTH = 720.0
_LABEL_WIDTH = 196.0
_BARS_X = 210.0
_LINE_HEIGHT = 16.0
_SIZE = 13.0
_ROW_GAP = 12.0
_BAR = 22.0
_THIN_BAR = 17.0
_NO_ROWS = "Aucune donnée à représenter"
_LONGEST_LABEL = 190.0


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


@dataclass(frozen=True)
class YearSeries:
    """One rate per year, in the order of the years; ``None`` leaves a gap."""

    label: str
    colour: Colour
    rates: Sequence[Value | None]


def stacked_bars(
    heading: Heading, series: Sequence[Series], rows: Sequence[Row], *, value_format: Format = number
) -> SafeString:
    """Horizontal bars made of one segment per series, on one scale, each with its total at the end.

    Segments wide enough carry their value; all give it on hover. Unknown values have no segment.
    """
    _check_rows(series, rows)
    totals = [_known_sum(row.values) for row in rows]
    ends = [value_format(total) for total in totals]
    scale = _Scale.fitting(totals, ends)
    legend, top = _legend(series)
    layout = _Layout(top)
    for row, total, end in zip(rows, totals, ends, strict=True):
        y = layout.add_label(row.label, _BAR, f"{row.label} : {end}")
        layout.parts.append(_segments(series, row, scale, y, value_format))
        layout.parts.append(_end_label(end, _BARS_X + scale.length(total), y + 16))
    return _finish(heading, legend + "".join(layout.parts), layout)


def grouped_bars(
    heading: Heading, series: Sequence[Series], rows: Sequence[Row], *, value_format: Format = money
) -> SafeString:
    """Horizontal bars side by side, one per series in every row (budget and cost), each with its value."""
    _check_rows(series, rows)
    values = [value for row in rows for value in row.values]
    scale = _Scale.fitting([value or 0 for value in values], [value_format(value) for value in values])
    legend, top = _legend(series)
    layout = _Layout(top)
    for row in rows:
        y = layout.add_label(row.label, _THIN_BAR * len(series) + 2 * (len(series) - 1), row.label)
        for place, (one, value) in enumerate(zip(series, row.values, strict=True)):
            bar_y = y + place * (_THIN_BAR + 2)
            layout.parts.append(_single_bar(one, row, value, scale, bar_y, value_format))
    return _finish(heading, legend + "".join(layout.parts), layout)


def rate_bars(heading: Heading, rows: Sequence[RateRow], *, colour: Colour = Colour.BLUE) -> SafeString:
    """One bar from 0 to 100 % per row; an unknown rate is a hatched « n.d. ».

    A rate above 100 % fills its bar and ends in an arrow; its label tells the value.
    """
    full = WIDTH - _BARS_X - 80
    layout = _Layout(8)
    for row in rows:
        label = percent(row.rate)
        y = layout.add_label(row.label, _BAR, f"{row.label} : {label}")
        layout.parts.append(_rate_bar(row.rate, full, y, colour))
        layout.parts.append(svg.text(label, _BARS_X + full + 8, y + 16, bold=row.rate is not None))
    if rows:
        layout.add_ticks([(_BARS_X + full * tick, percent(tick, 0)) for tick in (0, 0.5, 1)])
    return _finish(heading, "".join(layout.parts), layout)


def rates_by_year(heading: Heading, years: Sequence[int], series: Sequence[YearSeries]) -> SafeString:
    """Rates over the years as lines with a mark per year; a year without a rate interrupts the line.

    Marks and dashes differ by series. With one series the values are written at the marks.
    """
    if any(len(one.rates) != len(years) for one in series):
        raise ValueError("Each series needs one rate per year")
    if not years or not series:
        return _finish(heading, "", _Layout(8))
    plot = _Plot.of(years, [rate for one in series for rate in one.rates if rate is not None], len(series))
    legend = plot.legend(series) if len(series) > 1 else ""
    lines = "".join(plot.series(place, one, is_alone=len(series) == 1) for place, one in enumerate(series))
    return _draw(heading, legend + plot.frame(series) + lines, plot.bottom + 34)


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
    room: float

    @classmethod
    def fitting(cls, values: Iterable[Value | None], end_labels: Iterable[str]) -> "_Scale":
        widest = max((svg.text_width(label, _SIZE) for label in end_labels), default=0.0)
        greatest = max((float(value or 0) for value in values), default=0.0)
        return cls(greatest, WIDTH - _BARS_X - min(widest, _LONGEST_LABEL) - 16)

    def length(self, value: Value | None) -> float:
        """Length of a bar; what is more than nothing is always visible."""
        if not value:
            return 0.0
        return max(float(value) / self.greatest * self.room, 1.5)


class _Layout:
    """Rows from top to bottom: collects the drawing and keeps the height reached."""

    def __init__(self, top: float) -> None:
        self.y = top
        self.top = top
        self.parts: list[str] = []

    def add_label(self, label: str, bars_height: float, hover: str) -> float:
        """Write a row's label; gives the top of its bars. The row is as high as the greater of the two."""
        lines = svg.wrap(label, _LABEL_WIDTH, size=_SIZE)
        height = max(bars_height, len(lines) * _LINE_HEIGHT)
        first = self.y + (height - len(lines) * _LINE_HEIGHT) / 2 + 12
        written = "".join(
            svg.text(one, _BARS_X - 12, first + place * _LINE_HEIGHT, anchor="end")
            for place, one in enumerate(lines)
        )
        self.parts.append(svg.element("g", svg.title(hover) + written))
        bars_y = self.y + (height - bars_height) / 2
        self.y += height + _ROW_GAP
        return bars_y

    def add_ticks(self, ticks: Sequence[tuple[float, str]]) -> None:
        """Write the scale under the rows."""
        for x, label in ticks:
            self.parts.append(svg.line(x, self.y - 6, x, self.y - 1, stroke=svg.MUTED_INK))
            self.parts.append(svg.text(label, x, self.y + 12, size=12, fill=svg.MUTED_INK, anchor="middle"))
        self.y += 22


def _segments(series: Sequence[Series], row: Row, scale: _Scale, y: float, value_format: Format) -> str:
    parts, x = [svg.line(_BARS_X, y - 3, _BARS_X, y + _BAR + 3, stroke=svg.MUTED_INK)], _BARS_X
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


def _end_label(label: str, x: float, y: float) -> str:
    fitted = svg.truncate(label, _LONGEST_LABEL, size=_SIZE)
    return svg.text(fitted, x + 7, y, bold=label != NOT_AVAILABLE)


def _single_bar(
    one: Series, row: Row, value: Value | None, scale: _Scale, y: float, value_format: Format
) -> str:
    length = scale.length(value)
    label = value_format(value)
    drawn = svg.title(f"{row.label} – {one.label} : {label}")
    drawn += svg.line(_BARS_X, y - 1, _BARS_X, y + _THIN_BAR + 1, stroke=svg.MUTED_INK)
    if length > 0:
        drawn += svg.filled(one.colour, Box(_BARS_X, y, length, _THIN_BAR))
    fitted = svg.truncate(label, _LONGEST_LABEL, size=_SIZE)
    return svg.element("g", drawn + svg.text(fitted, _BARS_X + length + 7, y + 13))


def _rate_bar(rate: Value | None, full: float, y: float, colour: Colour) -> str:
    track = Box(_BARS_X, y, full, _BAR)
    if rate is None:
        hatched = svg.textured(Texture.DIAGONAL, track, stroke=svg.MUTED_INK)
        return svg.rectangle(track, fill=svg.WHITE, stroke=svg.MUTED_INK, kind="track") + hatched
    share = min(max(float(rate), 0.0), 1.0)
    drawn = svg.rectangle(track, fill=svg.TRACK, stroke="#7b8494", kind="track")
    if share > 0:
        drawn += svg.filled(colour, Box(_BARS_X, y, full * share, _BAR))
    if rate > 1:
        tip = _BARS_X + full
        arrow = f"M{tip - 12:.1f} {y + 4:.1f}L{tip - 4:.1f} {y + 11:.1f}L{tip - 12:.1f} {y + 18:.1f}Z"
        drawn += svg.element("path", d=arrow, fill=colour.value.ink)
    return drawn


def _legend(series: Sequence[Series]) -> tuple[str, float]:
    """Swatch and label of each series on as many lines as needed, and the y below them."""
    parts, x, y = [], 0.0, 2.0
    for one in series:
        label = svg.truncate(one.label, 300, size=_SIZE)
        width = 25 + svg.text_width(label, _SIZE) + 18
        if x and x + width > WIDTH:
            x, y = 0.0, y + 22
        drawn = svg.title(one.label) + svg.filled(one.colour, Box(x, y, 18, 14))
        parts.append(svg.element("g", drawn + svg.text(label, x + 25, y + 11.5)))
        x += width
    return "".join(parts), y + 32


def _finish(heading: Heading, body: str, layout: _Layout) -> SafeString:
    if not layout.parts:
        return _draw(heading, svg.text(_NO_ROWS, 0, 24, fill=svg.MUTED_INK), 40)
    return _draw(heading, body, layout.y)


def _draw(heading: Heading, body: str, height: float) -> SafeString:
    drawn = svg.drawing(
        heading.prefix, heading.title, heading.description, width=WIDTH, height=height, body=body
    )
    return mark_safe(drawn)  # noqa: S308 - every text in it went through svg.clean


_DASHES = (None, "8 4", "2 4", "10 4 2 4")


@dataclass(frozen=True)
class _Plot:
    """Years from left to right, rates from bottom to top."""

    years: Sequence[int]
    greatest: float
    step: float
    top: float
    bottom: float
    left: float = 58.0

    @classmethod
    def of(cls, years: Sequence[int], rates: Sequence[Value], series: int) -> "_Plot":
        highest = max((float(rate) for rate in rates), default=1.0)
        step = _tick_step(max(1.0, highest))
        greatest = max(1.0, math.ceil(highest / step - 1e-9) * step)
        top = 28.0 if series == 1 else 22.0 + 24 * math.ceil(series / 2)
        return cls(years, greatest, step, top, top + 190)

    def x(self, place: int) -> float:
        room = WIDTH - self.left - 60
        return self.left + 30 + (room * place / (len(self.years) - 1) if len(self.years) > 1 else room / 2)

    def y(self, rate: Value) -> float:
        return self.bottom - (self.bottom - self.top) * float(rate) / self.greatest

    def frame(self, series: Sequence[YearSeries]) -> str:
        """Horizontal lines with their rates, the years, and « n.d. » under a year that no series knows."""
        ticks = [self.step * place for place in range(round(self.greatest / self.step) + 1)]
        parts = [self._tick(tick) for tick in ticks]
        every = math.ceil(len(self.years) / 14)
        for place, year in enumerate(self.years):
            if place % every == 0:
                parts.append(svg.text(str(year), self.x(place), self.bottom + 20, anchor="middle"))
            if all(one.rates[place] is None for one in series):
                parts.append(self._unknown(place))
        return "".join(parts)

    def _unknown(self, place: int) -> str:
        x, y = self.x(place), self.bottom - 6
        return svg.text(NOT_AVAILABLE, x, y, size=12, fill=svg.MUTED_INK, anchor="middle")

    def _tick(self, tick: float) -> str:
        y = self.y(tick)
        label = svg.text(percent(tick, 0), self.left - 6, y + 4, size=12, fill=svg.MUTED_INK, anchor="end")
        return svg.line(self.left, y, WIDTH - 10, y) + label

    def series(self, place: int, one: YearSeries, *, is_alone: bool) -> str:
        """The line in its unbroken runs, then a mark per known rate."""
        points = [(spot, rate) for spot, rate in enumerate(one.rates) if rate is not None]
        marks = "".join(self._point(place, one, spot, rate, is_alone) for spot, rate in points)
        return self._runs(place, one) + marks

    def _runs(self, place: int, one: YearSeries) -> str:
        path, pen = "", "M"
        for spot, rate in enumerate(one.rates):
            if rate is None:
                pen = "M"
                continue
            path += f"{pen}{self.x(spot):.1f} {self.y(rate):.1f}"
            pen = "L"
        if not path:
            return ""
        return _stroke(place, path, one.colour)

    def _point(self, place: int, one: YearSeries, spot: int, rate: Value, is_alone: bool) -> str:
        x, y = self.x(spot), self.y(rate)
        hover = svg.title(f"{one.label}, {self.years[spot]} : {percent(rate)}")
        drawn = hover + _mark(place, x, y, one.colour)
        if is_alone and len(self.years) <= 12:
            drawn += svg.text(percent(rate), x, y - 10, size=12, anchor="middle", bold=True)
        return svg.element("g", drawn)

    def legend(self, series: Sequence[YearSeries]) -> str:
        """Two series to a line: stroke, mark and label."""
        parts = []
        for place, one in enumerate(series):
            x, y = (place % 2) * WIDTH / 2, 12 + 24 * (place // 2)
            stroke = _stroke(place, f"M{x:.1f} {y}h36", one.colour)
            label = svg.truncate(one.label, WIDTH / 2 - 56, size=_SIZE)
            drawn = svg.title(one.label) + stroke + _mark(place, x + 18, y, one.colour)
            parts.append(svg.element("g", drawn + svg.text(label, x + 44, y + 4.5)))
        return "".join(parts)


def _tick_step(highest: float) -> float:
    """Distance between the horizontal lines: at most five of them above zero."""
    magnitude = 10.0 ** math.floor(math.log10(highest))
    steps = [0.25, 0.5] + [factor * magnitude / 10 for factor in (2, 5, 10, 20, 50)]
    return min(step for step in steps if highest / step <= 5 + 1e-9)


def _stroke(place: int, path: str, colour: Colour) -> str:
    dashes, fill = _DASHES[place % len(_DASHES)], colour.value.fill
    return svg.element(
        "path", class_="series", d=path, fill="none", stroke=fill, stroke_width=2.5, stroke_dasharray=dashes
    )


def _mark(place: int, x: float, y: float, colour: Colour) -> str:
    shapes = (
        f"M{x - 5:.1f} {y:.1f}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z",
        f"M{x - 4.5:.1f} {y - 4.5:.1f}h9v9h-9Z",
        f"M{x:.1f} {y - 6:.1f}l6 10h-12Z",
        f"M{x:.1f} {y - 6.5:.1f}l6.5 6.5l-6.5 6.5l-6.5 -6.5Z",
    )
    shape = shapes[place % len(shapes)]
    return svg.element(
        "path", class_="mark", d=shape, fill=colour.value.fill, stroke=svg.WHITE, stroke_width=1.5
    )
