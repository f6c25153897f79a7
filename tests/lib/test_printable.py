"""Signs that the typeface of PDFs lacks print as what they are."""

import io
import string

import page as page_validation
import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from cops.lib.fonts import FACES, FONTS_DIRECTORY, font_face_css, known_signs
from cops.lib.pdf import PdfMetadata, html_to_pdf
from cops.lib.printable import printable


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Sport 🏆", "Sport [trophée]"),
        ("un👨‍👩‍👧deux", "un[famille homme femme et fille]deux"),
        ("👩🏽‍🚒 !", "[pompier femme peau légèrement mate] !"),
        ("🇫🇷🇩🇪", "[drapeau france][drapeau allemagne]"),
        ("1️⃣2️⃣ 3", "[touches 1][touches 2] 3"),
        ("❤️", "[cœur rouge]"),
        ("© ©️ ✔", "© © ✔"),
        ("★", "[étoile]"),
        ("中文 x", "[U+4E2D U+6587] x"),
        ("Nguyễn ① ﬃ Ａ", "Nguyên 1 ffi A"),
        ("e\u0301té", "e\u0301té"),
        ("\uf0b7 point\u2003a\u200db", "• point ab"),
        ("12 # * <b>&amp;</b>\t\r\n", "12 # * <b>&amp;</b>\t\r\n"),
        ("", ""),
    ],
)
def test_a_sign_prints_as_itself_or_as_its_name(typed, printed):
    assert printable(typed) == printed
    assert set(printable(typed)) <= known_signs() | set("\t\r\n")


def test_all_that_french_is_written_with_comes_back_as_it_is():
    text = (
        string.printable.strip() + "\u00a0\u202f\u2009\u2011’«»…–—−≥≤×°²€œŒæÆÉÈÀÇÙÊÎÔÛËÏÜŸéèàçùêîôûëïüÿ•→½⅓"
    )
    assert printable(text) is text


def test_every_face_has_the_signs_of_the_first():
    faces = [set(map(chr, TTFont(FONTS_DIRECTORY / face.filename).getBestCmap())) for face in FACES]
    assert all(face == known_signs() for face in faces)


@pytest.mark.pdf
def test_a_pdf_names_the_signs_and_stays_accessible():
    style = font_face_css() + 'html { font-family: "COPS Sans" }'
    html = (
        f'<!DOCTYPE html><html lang="fr"><head><title>x</title><style>{style}</style></head>'
        "<body><h1>Sport 🏆</h1><p>中 – 👨‍👩‍👧</p></body></html>"
    )
    content = html_to_pdf(html, PdfMetadata(title="Sport 🏆"))
    text = pypdfium2.PdfDocument(io.BytesIO(content))[0].get_textpage().get_text_bounded()
    assert "Sport [trophée]" in text and "[U+4E2D] – [famille homme femme et fille]" in text
    assert page_validation.validate_pdf_bytes(content, profile="ua1").failures == []
