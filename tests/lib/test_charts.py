"""Charts: well-formed, inert, legible, and honest about what is not known."""

import itertools
import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cops.lib import svg
from cops.lib.charts import (
    NARROW,
    WIDE,
    Chart,
    Heading,
    RateRow,
    Row,
    Series,
    grouped_bars,
    rate_bars,
    stacked_bars,
)
from cops.lib.svg import Box, Colour, Texture
from cops.lib.year_charts import YearSeries, rates_by_year

SVG = "{http://www.w3.org/2000/svg}"
HEADING = Heading("statuts", "Statuts par axe", "Trois axes, sept statuts.")
STATUSES = [Series("Réalisée", Colour.GREEN), Series("Reportée", Colour.OCHRE)]
MONEY = [Series("Budget prévu", Colour.SKY), Series("Coût réel", Colour.BLUE)]
HOSTILE = "</text><script>alert(1)</script>\" onload='x' & \x00 {{ x }}"


def every_chart(label: str = "Éducation", value: int = 3, frame=WIDE) -> list[str]:
    return [
        stacked_bars(HEADING, STATUSES, [Row(label, [value, 1])], frame=frame),
        grouped_bars(HEADING, MONEY, [Row(label, [value, None])], frame=frame),
        rate_bars(HEADING, [RateRow(label, Decimal("0.5")), RateRow(label, None)], frame=frame),
        rates_by_year(HEADING, [2011, 2012], [YearSeries(label, Colour.BLUE, [None, 0.5])], frame=frame),
        rates_by_year(
            HEADING,
            [2011, 2012],
            [YearSeries(label, Colour.BLUE, [0.4, 0.5]), YearSeries("B", Colour.BRICK, [0.1, None])],
            frame=frame,
        ),
    ]


def texts(chart: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(chart).iter(f"{SVG}text")]


def hovers(chart: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(chart).iter(f"{SVG}title")]


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("chart", every_chart())
def test_a_chart_is_named_described_and_as_wide_as_its_container(chart):
    root = ElementTree.fromstring(chart)
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert root.get("role") == "img"
    assert root.get("width") == "100%"
    assert root.get("viewBox").startswith("0 0 720 ")
    assert root.get("aria-labelledby").split() == ids == ["statuts-title", "statuts-desc"]
    assert root.find(f"{SVG}title").text == "Statuts par axe"
    assert root.find(f"{SVG}desc").text == "Trois axes, sept statuts."


@pytest.mark.parametrize("chart", every_chart(HOSTILE))
def test_text_in_a_chart_is_inert(chart):
    root = ElementTree.fromstring(chart)
    tags = {node.tag.removeprefix(SVG) for node in root.iter()}
    names = {name for node in root.iter() for name in node.attrib}
    assert tags <= {"svg", "title", "desc", "g", "text", "rect", "path", "line"}
    assert not {name for name in names if name.startswith("on") or name in {"style", "href"}}
    assert any("<script>alert(1)</script>" in hover for hover in hovers(chart))


def test_the_heading_is_escaped_and_its_prefix_checked():
    chart = rate_bars(Heading("t", HOSTILE, HOSTILE), [RateRow("a", 1)])
    assert ElementTree.fromstring(chart).find(f"{SVG}title").text.startswith("</text><script>")
    with pytest.raises(ValueError, match="beginning of an id"):
        rate_bars(Heading('x" onload="', "t", "d"), [])


@given(st.text(), st.decimals(0, 10**15, allow_nan=False))
def test_any_label_and_amount_give_a_well_formed_chart(label, value):
    for chart in every_chart(label, value):
        ElementTree.fromstring(chart)


def test_stacked_segments_carry_their_values_and_bars_their_totals():
    chart = stacked_bars(HEADING, STATUSES, [Row("Axe 1", [12, 3]), Row("Axe 2", [0, 5])])
    assert texts(chart) == ["Réalisée", "Reportée", "Axe 1", "12", "3", "15", "Axe 2", "5", "5"]
    assert "Axe 1 – Réalisée : 12" in hovers(chart)


def test_segments_are_as_long_as_their_values():
    chart = stacked_bars(HEADING, STATUSES, [Row("Axe 1", [30, 10])])
    bars = [r for r in ElementTree.fromstring(chart).iter(f"{SVG}rect") if r.get("height") == "22"]
    widths = [float(bar.get("width")) + 1 for bar in bars]  # one unit is the white line between neighbours
    assert widths[0] == pytest.approx(3 * widths[1], rel=0.01)
    assert float(bars[0].get("x")) + widths[0] == pytest.approx(float(bars[1].get("x")), abs=0.02)


def test_a_bar_without_anything_says_zero_and_one_without_figures_says_so():
    chart = stacked_bars(HEADING, STATUSES, [Row("Vide", [0, 0]), Row("Inconnu", [None, None])])
    assert texts(chart)[2:] == ["Vide", "0", "Inconnu", "n.d."]


def test_budget_and_cost_are_labelled_and_unknown_is_not_zero():
    chart = grouped_bars(HEADING, MONEY, [Row("Axe 1", [Decimal("1234.5"), None]), Row("Axe 2", [0, 1])])
    assert texts(chart)[2:] == [
        "Axe 1", "1\u202f234,50\u00a0€", "n.d.", "Axe 2", "0,00\u00a0€", "1,00\u00a0€",
    ]  # fmt: skip


def test_a_small_amount_beside_a_huge_one_stays_visible_and_labels_stay_inside():
    chart = grouped_bars(HEADING, MONEY, [Row("Axe", [1, Decimal("99999999999999.99")])])
    root = ElementTree.fromstring(chart)
    bars = [float(r.get("width")) for r in root.iter(f"{SVG}rect") if r.get("height") == "17"]
    assert min(bars) >= 1.5
    for node in root.iter(f"{SVG}text"):
        if node.get("text-anchor") is None:
            assert float(node.get("x")) + svg.text_width(node.text, float(node.get("font-size"))) <= 720


@pytest.mark.parametrize(
    ("rate", "label", "share"),
    [
        (0, "0,0\u00a0%", None),
        (Decimal("0.6667"), "66,7\u00a0%", 0.6667),
        (1, "100,0\u00a0%", 1),
        (7, "700,0\u00a0%", 1),
    ],
)
def test_a_rate_fills_its_part_of_the_bar(rate, label, share):
    chart = rate_bars(HEADING, [RateRow("Axe", rate)])
    track, *fills = [float(r.get("width")) for r in ElementTree.fromstring(chart).iter(f"{SVG}rect")]
    assert label in texts(chart)
    assert fills == ([] if share is None else [pytest.approx(track * share, abs=0.01)])


def test_an_unknown_rate_is_hatched_and_called_unknown():
    chart = rate_bars(HEADING, [RateRow("Axe", None)])
    assert "n.d." in texts(chart)
    hatching = [
        p for p in ElementTree.fromstring(chart).iter(f"{SVG}path") if p.get("stroke") == svg.MUTED_INK
    ]
    assert len(hatching) == 1


def test_a_year_without_a_rate_interrupts_the_line():
    rates = [0.5, 0.6, None, 0.7, None]
    chart = rates_by_year(HEADING, range(2009, 2014), [YearSeries("Effectivité", Colour.BLUE, rates)])
    run = next(p for p in ElementTree.fromstring(chart).iter(f"{SVG}path") if p.get("stroke-width") == "2.5")
    assert re.sub(r"[\d. ]+", "", run.get("d")) == "MLM"
    assert texts(chart).count("n.d.") == 2
    assert "60,0\u00a0%" in texts(chart)


def test_several_series_differ_by_dash_and_mark_and_have_a_legend():
    series = [YearSeries(name, Colour.BLUE, [0.1, 0.2]) for name in ("A", "B", "C", "D")]
    chart = rates_by_year(HEADING, [2011, 2012], series)
    lines = [p.get("stroke-dasharray") for p in ElementTree.fromstring(chart).iter(f"{SVG}path")
             if p.get("fill") == "none" and "h36" not in p.get("d")]  # fmt: skip
    assert len(set(lines)) == 4
    assert {"A", "B", "C", "D"} <= set(texts(chart))


@pytest.mark.parametrize(
    ("highest", "top"), [(0.3, "100"), (1, "100"), (1.1, "125"), (2.4, "250"), (37, "4\u202f000")]
)
def test_the_scale_reaches_the_highest_rate_with_few_lines(highest, top):
    chart = rates_by_year(HEADING, [2012], [YearSeries("A", Colour.BLUE, [highest])])
    ticks = [text for text in texts(chart) if re.fullmatch(r"[\d\u202f]+\u00a0%", text)]
    assert ticks[-1] == f"{top}\u00a0%"
    assert len(ticks) <= 6


@pytest.mark.parametrize(
    "chart",
    [
        stacked_bars(HEADING, STATUSES, []),
        grouped_bars(HEADING, MONEY, []),
        rate_bars(HEADING, []),
        rates_by_year(HEADING, [], []),
        rates_by_year(HEADING, [2012], []),
    ],
)
def test_without_rows_a_chart_says_that_there_is_nothing(chart):
    assert texts(chart) == ["Aucune donnée à représenter"]


def test_only_unknown_rates_give_an_empty_frame():
    chart = rates_by_year(HEADING, [2011, 2012], [YearSeries("A", Colour.BLUE, [None, None])])
    assert texts(chart).count("n.d.") == 2


def test_twenty_rows_with_very_long_labels_do_not_overlap():
    label = "Mettre en œuvre des moyens humains de prévention adaptés sur le terrain " * 5
    chart = stacked_bars(HEADING, STATUSES, [Row(label, [place, 1]) for place in range(20)])
    labels = [n for n in ElementTree.fromstring(chart).iter(f"{SVG}text") if n.get("text-anchor") == "end"]
    heights = [float(node.get("y")) for node in labels]
    assert len(labels) == 40
    assert all(after - before >= 15 for before, after in itertools.pairwise(heights))
    assert all(svg.text_width(node.text, 13) <= 196 for node in labels)
    assert any(hover.startswith(" ".join(label.split())[:300]) for hover in hovers(chart))
    assert float(ElementTree.fromstring(chart).get("viewBox").split()[3]) >= heights[-1]


@pytest.mark.parametrize("label", ["Éducation", "Mettre en œuvre des moyens humains de prévention " * 5])
def test_the_narrow_drawing_holds_all_its_words_in_the_width_of_a_phone(label):
    for chart in every_chart(label, 1234, frame=NARROW):
        root = ElementTree.fromstring(chart)
        assert root.get("viewBox").split()[2] == "320"
        for node in root.iter(f"{SVG}text"):
            width, x = svg.text_width(node.text, float(node.get("font-size"))), float(node.get("x"))
            left = {None: x, "middle": x - width / 2, "end": x - width}[node.get("text-anchor")]
            assert left >= -3, node.text
            assert left + width <= 323, node.text
            assert float(node.get("font-size")) >= 12


def test_in_the_narrow_drawing_a_label_stands_over_its_bars():
    chart = rate_bars(HEADING, [RateRow("Axe 1", 0.5), RateRow("Axe 2", 0.25)], frame=NARROW)
    root = ElementTree.fromstring(chart)
    words = {node.text: float(node.get("y")) for node in root.iter(f"{SVG}text")}
    tracks = [float(r.get("y")) for r in root.iter(f"{SVG}rect") if r.get("class") == "track"]
    assert words["Axe 1"] < tracks[0] < words["50,0\u00a0%"] < words["Axe 2"] < tracks[1]


def test_both_drawings_of_a_chart_stand_on_one_page():
    chart = Chart.of(lambda *, frame: rate_bars(HEADING, [RateRow("Axe 1", 0.5)], frame=frame))
    wide, narrow = map(ElementTree.fromstring, (chart.wide, chart.narrow))
    assert (wide.get("class"), narrow.get("class")) == ("chart", "chart is-narrow")
    ids = [node.get("id") for root in (wide, narrow) for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids)) == 4
    assert hovers(chart.wide)[0] == hovers(chart.narrow)[0]


def test_rows_that_do_not_fit_their_series_are_refused():
    with pytest.raises(ValueError, match="1 values for 2 series"):
        stacked_bars(HEADING, STATUSES, [Row("Axe", [1])])
    with pytest.raises(ValueError, match="negative"):
        grouped_bars(HEADING, MONEY, [Row("Axe", [1, -1])])
    with pytest.raises(ValueError, match="one rate per year"):
        rates_by_year(HEADING, [2012], [YearSeries("A", Colour.BLUE, [])])


@pytest.mark.parametrize("colour", Colour, ids=lambda colour: colour.name)
def test_fills_stand_out_from_the_page_and_text_from_fills(colour):
    assert contrast(colour.value.fill, svg.WHITE) >= 3
    assert contrast(colour.value.fill, colour.value.ink) >= 4.5


def test_text_on_the_page_can_be_read_and_no_two_colours_share_a_texture():
    assert min(contrast(ink, svg.WHITE) for ink in (svg.INK, svg.MUTED_INK)) >= 4.5
    assert len({colour.value.texture for colour in Colour}) == len(Colour)


@pytest.mark.parametrize("texture", Texture)
def test_textures_stay_inside_their_rectangle(texture):
    box = Box(10, 20, 33, 17)
    numbers = [float(number) for number in re.findall(r"[\d.]+", re.sub(r'.* d="([^"]*)".*', r"\1",
               svg.textured(texture, box, stroke="#000")) or "")]  # fmt: skip
    assert all(9.9 <= x <= 43.1 for x in numbers[::2])
    assert all(19.9 <= y <= 37.1 for y in numbers[1::2])
    assert bool(numbers) is (texture is not Texture.PLAIN)


@pytest.mark.parametrize("width", [0, 5, 60, 200])
def test_wrapped_lines_fit_and_lose_nothing_that_fits(width):
    lines = svg.wrap("Améliorer la citoyenneté", width)
    assert len(lines) <= 2
    assert all(svg.text_width(line) <= max(width, svg.text_width("…")) for line in lines)
    assert width < 200 or lines == ["Améliorer la citoyenneté"]


def test_the_estimated_width_is_not_less_than_the_real_one():
    from fontTools.ttLib import TTFont

    from cops.lib.fonts import FONTS_DIRECTORY

    font = TTFont(FONTS_DIRECTORY / "cops-sans-semibold.woff2")
    names, widths, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    for text in ("Mettre en œuvre", "1\u202f234,50\u00a0€", "AMÉLIORER", "illimité", "Coût réel – WWW"):
        real = sum(widths[names[ord(char)]][0] for char in text) / em * 13
        assert real <= svg.text_width(text) <= 1.6 * real
