"""The typeface has what French needs, is small, and comes with its licence."""

import re

import pytest
from fontTools.ttLib import TTFont

from cops.lib.fonts import FACES, FAMILY, FONTS_DIRECTORY, font_face_css

NEEDED = "\u00a0\u202f\u2009\u2011’«»…–—−≥≤×°²€œŒæÆÉÈÀÇÙÊÎÔÛËÏÜŸéèàçùêîôûëïüÿ•→½⅓"


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.filename)
def test_a_face_has_every_sign_and_is_small(face):
    path = FONTS_DIRECTORY / face.filename
    assert path.stat().st_size <= 60_000
    font = TTFont(path)
    known = font.getBestCmap()
    assert [sign for sign in NEEDED if ord(sign) not in known] == []
    assert font["OS/2"].usWeightClass == face.weight
    assert font["name"].getBestFamilyName() == FAMILY


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.filename)
def test_figures_line_up_in_columns_and_the_narrow_space_is_narrower(face):
    font = TTFont(FONTS_DIRECTORY / face.filename)
    names, widths = font.getBestCmap(), font["hmtx"]
    figures = [widths[names[ord(figure)]][0] for figure in "0123456789"]
    assert max(figures) - min(figures) <= 1
    assert widths[names[0x202F]][0] < widths[names[0xA0]][0]


def test_the_licence_is_there_and_its_reserved_name_is_not_used():
    assert "SIL OPEN FONT LICENSE" in (FONTS_DIRECTORY / "OFL.txt").read_text("utf-8")
    assert "Source" not in FAMILY


def test_the_embedded_rules_fetch_nothing_and_cannot_leave_their_style_element():
    css = font_face_css()
    assert css.count("@font-face") == len(FACES)
    assert re.findall(r'url\("(?!data:font/woff2;base64,)', css) == []
    assert "<" not in css


RULE = re.compile(
    r"font-weight: (\d+);\s*font-style: (\w+);.*?url\(\"([^\"]+)\"\).*?unicode-range: ([^;]+);", re.DOTALL
)


def page_faces() -> list[tuple[str, str, str, str]]:
    """Weight, style, file and ranges of every rule of the pages' style sheet."""
    return RULE.findall((FONTS_DIRECTORY / "fonts.css").read_text("utf-8"))


def points(ranges: str) -> set[int]:
    spans = [span.strip().removeprefix("U+").partition("-") for span in ranges.split(",")]
    return {point for low, _, high in spans for point in range(int(low, 16), int(high or low, 16) + 1)}


def signs_of(filename: str) -> set[int]:
    return set(TTFont(FONTS_DIRECTORY / filename).getBestCmap())


def test_the_files_of_the_pages_hold_what_their_ranges_promise():
    assert len(page_faces()) == 6
    for weight, style, filename, ranges in page_faces():
        font = TTFont(FONTS_DIRECTORY / filename)
        assert font["OS/2"].usWeightClass == int(weight)
        assert bool(font["OS/2"].fsSelection & 1) == (style == "italic")
        assert font["name"].getBestFamilyName() == FAMILY
        assert signs_of(filename) == points(ranges) & signs_of("cops-sans-regular.woff2")


@pytest.mark.parametrize("style", ["regular", "italic", "semibold"])
def test_the_two_parts_of_a_face_are_the_whole_and_french_needs_only_the_first(style):
    french, other = (signs_of(f"cops-sans-{style}-{part}.woff2") for part in ("french", "other"))
    assert french | other == signs_of(f"cops-sans-{style}.woff2")
    assert not french & other
    assert [sign for sign in NEEDED if ord(sign) not in french and sign not in "½⅓"] == []
    assert (FONTS_DIRECTORY / f"cops-sans-{style}-french.woff2").stat().st_size < 13_000
