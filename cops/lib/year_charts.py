"""Rates over the years as lines; the rules of `cops.lib.charts` hold here as well."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from cops.lib import svg
from cops.lib.charts import NO_ROWS, SIZE, WIDE, Frame, Heading, Value, draw
from cops.lib.french import NOT_AVAILABLE, percent
from cops.lib.svg import Colour


@dataclass(frozen=True)
class YearSeries:
    """One rate per year, in the order of the years; ``None`` leaves a gap."""

    label: str
    colour: Colour
    rates: Sequence[Value | None]


def rates_by_year(
    heading: Heading, years: Sequence[int], series: Sequence[YearSeries], *, frame: Frame = WIDE
) -> SafeString:
    """Rates over the years as lines with a mark per year; a year without a rate interrupts the line.

    Marks and dashes differ by series. With one series the values are written at the marks.
    """
    if any(len(one.rates) != len(years) for one in series):
        raise ValueError("Each series needs one rate per year")
    if not years or not series:
        return draw(heading, frame, svg.text(NO_ROWS, 0, 24, fill=svg.MUTED_INK), 40)
    known = [rate for one in series for rate in one.rates if rate is not None]
    plot = _Plot.of(frame, years, known, len(series))
    legend = plot.legend(series) if len(series) > 1 else ""
    lines = "".join(plot.series(place, one, is_alone=len(series) == 1) for place, one in enumerate(series))
    return draw(heading, frame, legend + plot.grid(series) + lines, plot.bottom + 34)


_DASHES = (None, "8 4", "2 4", "10 4 2 4")


@dataclass(frozen=True)
class _Plot:
    """Years from left to right, rates from bottom to top."""

    frame: Frame
    years: Sequence[int]
    greatest: float
    step: float
    top: float
    bottom: float

    @classmethod
    def of(cls, frame: Frame, years: Sequence[int], rates: Sequence[Value], series: int) -> "_Plot":
        highest = max((float(rate) for rate in rates), default=1.0)
        step = _tick_step(max(1.0, highest))
        greatest = max(1.0, math.ceil(highest / step - 1e-9) * step)
        lines = series if frame.is_narrow else math.ceil(series / 2)
        top = 28.0 if series == 1 else 22.0 + 24 * lines
        return cls(frame, years, greatest, step, top, top + 190)

    @property
    def left(self) -> float:
        return 48.0 if self.frame.is_narrow else 58.0

    @property
    def room(self) -> float:
        """From the first year to the last."""
        return self.frame.width - self.left - (40 if self.frame.is_narrow else 60)

    @property
    def spacing(self) -> float:
        return self.room / max(len(self.years) - 1, 1)

    def x(self, place: int) -> float:
        margin = 18 if self.frame.is_narrow else 30
        return self.left + margin + (self.spacing * place if len(self.years) > 1 else self.room / 2)

    def y(self, rate: Value) -> float:
        return self.bottom - (self.bottom - self.top) * float(rate) / self.greatest

    def grid(self, series: Sequence[YearSeries]) -> str:
        """Horizontal lines with their rates, the years, and « n.d. » under a year that no series knows."""
        ticks = [self.step * place for place in range(round(self.greatest / self.step) + 1)]
        parts = [self._tick(tick) for tick in ticks]
        every = math.ceil(38 / self.spacing)
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
        return svg.line(self.left, y, self.frame.width - (0 if self.frame.is_narrow else 10), y) + label

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
        if is_alone and self.spacing >= 50:
            drawn += svg.text(percent(rate), x, y - 10, size=12, anchor="middle", bold=True)
        return svg.element("g", drawn)

    def legend(self, series: Sequence[YearSeries]) -> str:
        """Two series to a line, one where there is no room: stroke, mark and label."""
        parts, on_line = [], 1 if self.frame.is_narrow else 2
        room = self.frame.width / on_line
        for place, one in enumerate(series):
            x, y = (place % on_line) * room, 12 + 24 * (place // on_line)
            stroke = _stroke(place, f"M{x:.1f} {y}h36", one.colour)
            label = svg.truncate(one.label, room - 56, size=SIZE)
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
