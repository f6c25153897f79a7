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


def test_the_style_sheet_of_the_pages_names_the_same_files_and_weights():
    css = (FONTS_DIRECTORY / "fonts.css").read_text("utf-8")
    assert re.findall(r'url\("([^"]+)"\)', css) == [face.filename for face in FACES]
    assert re.findall(r"font-weight: (\d+)", css) == [str(face.weight) for face in FACES]
