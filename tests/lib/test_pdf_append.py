"""Papers of others appended to ours, read back with PDFium, which draws what Chrome and Edge draw."""

import io

import page as page_validation
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String

from cops.lib.pdf_append import Appended, UnreadablePdfError, assembled, calm, opened

pytestmark = pytest.mark.pdf

AMOUNT, ACCENTED = "12 500 EUR", "Prévention – 1 234,50 € « œuvre »"


def saved(pdf, **options):
    target = io.BytesIO()
    pdf.save(target, **options)
    return target.getvalue()


def blank(pages=1):
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        return saved(pdf)


def worded(text="CONTENU", *, size=(595, 842), ground="1 g", **page_values):
    """One page, filled with a colour, that says something at each of its corners."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=size)
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        page.obj.Resources = Dictionary(Font=Dictionary(F=font))
        left, bottom, right, top = (float(edge) for edge in page_values.get("CropBox", [0, 0, *size]))
        places = [
            (left + 1, bottom + 1),
            (left + 1, top - 12),
            (right - 70, bottom + 1),
            (right - 70, top - 12),
        ]
        words = " ".join(f"1 0 0 1 {x} {y} Tm ({text}) Tj" for x, y in places)
        content = (
            f"q {ground} 0 0 {size[0]} {size[1]} re f Q q BT 0.5 g /F 12 Tf {words} ET"  # a Q is missing
        )
        page.obj.Contents = pdf.make_stream(content.encode())
        for name, value in page_values.items():
            page.obj[f"/{name}"] = value
        return saved(pdf)


def form(*, has_looks=False, needs_looks=False, font_size=0):
    """A form with a text, a text of several lines, a choice, a comb and two boxes of which one is ticked."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        helvetica = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        fields = [
            ("montant", "Tx", [50, 700, 300, 720], {"V": String(AMOUNT)}),
            ("objet", "Tx", [50, 600, 200, 680], {"V": String(f"{ACCENTED}\rligne deux"), "Ff": 1 << 12}),
            (
                "axe",
                "Ch",
                [50, 560, 300, 580],
                {"V": String("a"), "Opt": [Array([String("a"), String("Axe premier")])], "Ff": 1 << 17},
            ),
            ("siret", "Tx", [50, 520, 300, 540], {"V": String("1234"), "MaxLen": 4, "Ff": 1 << 24}),
        ]
        widgets = []
        for name, kind, rect, values in fields:
            widget = Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name(f"/{kind}"), T=String(name), Rect=rect, F=4,
                DA=String(f"/Helv {font_size} Tf 0 g"), **values,
            )  # fmt: skip
            if has_looks and kind == "Tx":
                look = (
                    f"/Tx BMC q BT /Helv 10 Tf 2 5 Td ({AMOUNT if name == 'montant' else 'vu'}) Tj ET Q EMC"
                )
                widget.AP = Dictionary(
                    N=pdf.make_stream(
                        look.encode(), Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 250, 20],
                        Resources=Dictionary(Font=Dictionary(Helv=helvetica)),
                    )
                )  # fmt: skip
            widgets.append(widget)
        for place, state in ((50, "Oui"), (80, "Off")):
            box = Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Btn, T=String(f"case{place}"), F=4,
                Rect=[place, 450, place + 20, 470], V=Name(f"/{state}"),
            )  # fmt: skip
            if has_looks:
                ticked = pdf.make_stream(
                    b"0 g 0 0 20 20 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 20, 20]
                )
                empty = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 20, 20])
                box.AP = Dictionary(N=Dictionary(Oui=ticked, Off=empty))
                box.AS = Name(f"/{state}")
            widgets.append(box)
        made = Array([pdf.make_indirect(widget) for widget in widgets])
        page.obj.Annots = made
        pdf.Root.AcroForm = Dictionary(
            Fields=made, DR=Dictionary(Font=Dictionary(Helv=helvetica)), NeedAppearances=needs_looks
        )
        return saved(pdf)


def packed(*contents, own=None):
    papers = [Appended(f"{n}. Papier", f"Pièce {n}", opened(one)) for n, one in enumerate(contents, start=1)]
    return assembled(blank() if own is None else own, papers)


def pages_of(content):
    """Its pages, which keep their document open."""
    return list(pypdfium2.PdfDocument(content))


def text_of(page):
    return page.get_textpage().get_text_bounded()


def picture(page, scale=1.0):
    return page.render(scale=scale).to_pil().convert("L")


def is_marked(page, box):
    """Whether something dark is drawn in a box of the page as it is seen (from its top left)."""
    return picture(page).crop(box).getextrema()[0] < 128


# --- forms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("needs_looks", [False, True])
@pytest.mark.parametrize("font_size", [0, 9])
def test_the_values_of_a_form_without_appearances_are_seen(needs_looks, font_size):
    content = form(needs_looks=needs_looks, font_size=font_size)
    with opened(content) as flat:
        assert "/Annots" not in flat.pages[0].obj or not len(flat.pages[0].obj.Annots)
    _, page = pages_of(packed(content))
    text = text_of(page)
    assert AMOUNT in text and "1 234,50 €" in text and "« œuvre »" in text.replace("\r\n", " ")
    assert "ligne deux" in text and "Axe premier" in text
    assert "1234" in text.replace(" ", "").replace("\r\n", "")
    assert is_marked(page, (50, 368, 80, 392)) and not is_marked(page, (82, 368, 110, 392))


def test_the_appearances_that_a_form_has_are_kept():
    _, page = pages_of(packed(form(has_looks=True)))
    text = text_of(page)
    assert AMOUNT in text and "vu" in text and "Prévention" not in text
    assert is_marked(page, (50, 368, 80, 392)) and not is_marked(page, (82, 368, 110, 392))


def test_a_form_that_leaves_its_appearances_to_readers_shows_its_values_of_today():
    text = text_of(pages_of(packed(form(has_looks=True, needs_looks=True)))[1])
    assert AMOUNT in text and "Prévention" in text and "vu" not in text


def test_what_cannot_be_shown_is_refused():
    with pikepdf.open(io.BytesIO(blank())) as pdf:
        locked = saved(pdf, encryption=pikepdf.Encryption(user="mot", owner="passe"))
        pdf.Root.NeedsRendering = True
        elsewhere = saved(pdf)
    for content in (locked, elsewhere, b"%PDF-1.7 broken", b""):
        with pytest.raises(UnreadablePdfError):
            opened(content)
    with pikepdf.open(io.BytesIO(form())) as pdf:
        restricted = saved(pdf, encryption=pikepdf.Encryption(user="", owner="passe"))
    assert AMOUNT in text_of(pages_of(packed(restricted))[1])


# --- stamps -------------------------------------------------------------------------------------------------


def test_each_page_tells_its_paper_and_the_pages_of_the_whole():
    texts = [text_of(page) for page in pages_of(packed(blank(2), blank(3), own=blank(2)))]
    assert [text.strip().replace("\r\n", " ") for text in texts] == [
        "page 1 / 7",
        "page 2 / 7",
        "Pièce 1 – page 1/2 page 3 / 7",
        "Pièce 1 – page 2/2 page 4 / 7",
        "Pièce 2 – page 1/3 page 5 / 7",
        "Pièce 2 – page 2/3 page 6 / 7",
        "Pièce 2 – page 3/3 page 7 / 7",
    ]


KINDS = {
    "portrait": {},
    "dark": {"ground": "0 g"},
    "landscape": {"size": (842, 595)},
    "quarter": {"Rotate": 90},
    "half": {"Rotate": 180},
    "three quarters": {"Rotate": 270, "size": (842, 595)},
    "cropped": {"CropBox": [100, 200, 400, 700]},
    "cropped and turned": {"CropBox": [100, 200, 400, 700], "Rotate": 90},
    "shifted": {"MediaBox": [-50, -60, 545, 782], "CropBox": [-50, -60, 545, 782]},
    "large": {"size": (2384, 3370)},
    "small": {"size": (200, 280)},
    "shared resources": {"Rotate": -90},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_stamp_is_upright_readable_and_hides_nothing(kind):
    content = worded(**KINDS[kind])
    (before,) = pages_of(content)
    _, after = pages_of(packed(content))
    assert after.get_size() == pytest.approx(before.get_size())
    text = text_of(after)
    assert "Pièce 1 – page 1/1" in text and "page 2 / 2" in text
    assert text.count("CONTENU") == text_of(before).count("CONTENU") == 4
    width, height = (int(edge) for edge in after.get_size())
    strip = int(min(width, height) / 595 * 14)
    scale = 4 if width < 400 else 2
    seen = picture(after, scale).crop((0, (height - strip) * scale, width * scale, height * scale))
    levels = seen.histogram()
    assert sum(levels[250:]) > sum(levels) * 0.8, "the strip is white under its words"
    assert seen.crop((0, 0, seen.width // 2, seen.height)).getextrema()[0] < 140
    assert seen.crop((seen.width // 2, 0, seen.width, seen.height)).getextrema()[0] < 140


def test_a_link_stays_on_its_words():
    with pikepdf.open(io.BytesIO(worded())) as pdf:
        link = Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 595, 842],
            A=Dictionary(S=Name.URI, URI=String("https://example.org/")),
        )  # fmt: skip
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
        content = saved(pdf)
    with pikepdf.open(io.BytesIO(packed(content))) as pack:
        (link,) = pack.pages[1].obj.Annots
        left, bottom, right, top = (float(edge) for edge in link.Rect)
    assert (bottom, top) == pytest.approx((16, 842), abs=0.1) and left > 0 and right < 595


def test_fonts_of_the_stamps_are_embedded():
    with pikepdf.open(io.BytesIO(packed(blank()))) as pack:
        fonts = [
            one
            for one in pack.objects
            if isinstance(one, Dictionary) and one.get("/Type") == "/FontDescriptor"
        ]
        assert fonts and all("/FontFile2" in one for one in fonts)


def test_what_is_no_longer_accessible_does_not_say_that_it_is(own_paper):
    assert page_validation.validate_pdf_bytes(packed(own=own_paper), profile="ua1").failures == []
    assert b"pdfuaid:part" in xmp_of(packed(own=own_paper))
    assert b"pdfuaid:part" not in xmp_of(packed(blank(), own=own_paper))


@pytest.fixture
def own_paper():
    from cops.lib.fonts import font_face_css
    from cops.lib.pdf import PdfMetadata, html_to_pdf

    style = font_face_css() + 'html { font-family: "COPS Sans" }'
    html = f'<!DOCTYPE html><html lang="fr"><head><title>x</title><style>{style}</style></head><h1>Ordre</h1>'
    return html_to_pdf(html, PdfMetadata(title="Dossier"))


def xmp_of(content):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return pdf.Root.Metadata.read_bytes()


# --- what acts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JavaScript", "Launch", "SubmitForm", "SetOCGState", "Hide", "Trans"])
@pytest.mark.parametrize("is_chained", [False, True], ids=["at once", "behind a link"])
def test_no_page_of_a_paper_acts_when_it_is_clicked(kind, is_chained):
    with pikepdf.open(io.BytesIO(blank())) as pdf:
        action = Dictionary(S=Name(f"/{kind}"), F=String("calc.exe"))
        if is_chained:
            action = Dictionary(S=Name.URI, URI=String("https://example.org/"), Next=action)
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
        harmless = Dictionary(S=Name.URI, URI=String("https://example.org/"))
        plain = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=harmless)
        page = pdf.pages[0]
        page.obj.Annots = Array([link, plain])
        calm(page)
        (kept,) = page.obj.Annots
        assert "/Next" not in kept.A
        assert kept.A.S == "/URI"
