"""What is accepted as a paper, told by the bytes; and what hostile files cost."""

import io
import struct
import zipfile
import zlib

import pytest

from cops.documents import contents
from cops.documents.contents import RefusedFile, checked, safe_name
from cops.lib.bodies import FILE_MAX
from tests.documents.papers import docx, jpeg, odt, pdf, png, xlsx, zipped


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        (pdf(), "rapport.pdf", "application/pdf"),
        (pdf(), "RAPPORT.PDF", "application/pdf"),
        (png(), "plan.png", "image/png"),
        (jpeg(), "photo.jpg", "image/jpeg"),
        (jpeg(), "photo.jpeg", "image/jpeg"),
        (docx(), "note.docx", contents.DOCX.content_type),
        (xlsx(), "budget.xlsx", contents.XLSX.content_type),
        (odt(), "note.odt", contents.ODT.content_type),
        (odt("spreadsheet"), "budget.ods", contents.ODS.content_type),
        ("é;1\n".encode(), "donnees.csv", "text/csv; charset=utf-8"),
        (b"\xef\xbb\xbfa;b\r\n", "donnees.csv", "text/csv; charset=utf-8"),
        ("été".encode("cp1252"), "note.txt", "text/plain; charset=windows-1252"),
    ],
)
def test_what_is_accepted_is_known_by_its_content(content, name, content_type):
    assert checked(content, name).content_type == content_type


def test_libraries_write_what_is_accepted(tmp_path):
    """Real files of the libraries at hand, not only those built here."""
    import openpyxl
    import pikepdf
    from PIL import Image

    book, paper = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(book)
    document = pikepdf.new()
    document.add_blank_page()
    document.save(paper)
    assert checked(book.getvalue(), "x.xlsx").content_type == contents.XLSX.content_type
    assert checked(paper.getvalue(), "x.pdf").content_type == contents.PDF.content_type
    for form, ending, mode in (("PNG", "png", "RGBA"), ("JPEG", "jpg", "RGB"), ("JPEG", "jpg", "L")):
        picture = io.BytesIO()
        Image.effect_noise((320, 200), 80).convert(mode).save(picture, form)
        assert checked(picture.getvalue(), f"x.{ending}").filename == f"x.{ending}"


@pytest.mark.parametrize(
    "name", ["rapport.exe", "rapport.pdf.exe", "rapport", "rapport.docx", "rapport.html"]
)
def test_a_name_that_says_something_else_than_the_content_is_refused(name):
    with pytest.raises(RefusedFile, match=r"Renommez-le pour qu’il finisse par « \.pdf »"):
        checked(pdf(), name)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", "x.html"),
        (b"\n\n   <HTML><body onload=x>", "x.txt"),
        (b" " * 5000 + b"<html>", "x.txt"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "x.svg"),
        (b"<?xml version='1.0'?><svg/>", "x.png"),
        (b"Bonjour <script src=//x></script>", "x.csv"),
    ],
)
def test_pages_and_drawings_are_refused_with_what_to_do(content, name):
    with pytest.raises(RefusedFile, match="Imprimez la page en PDF"):
        checked(content, name)


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "x.pdf", "vide"),
        (b"MZ\x90\0programme", "x.pdf", "pas d’un type accepté"),
        (b"GIF89a\x01\x00", "x.png", "pas d’un type accepté"),
        (b"\x7fELF", "x.txt", "pas d’un type accepté"),
        (b"a\0b", "x.txt", "pas d’un type accepté"),
        (b"\x81\x8d", "x.txt", "pas d’un type accepté"),
        ("texte".encode("utf-16"), "x.txt", "UTF-16"),
        (contents._OLD_OFFICE + b"\0" * 600, "x.doc", "ancien format"),
        (b"%PDF-1.7 sans fin", "x.pdf", "incomplet"),
        (png()[:-4], "x.png", "incomplet"),
        (b"\x89PNG\r\n\x1a\n", "x.png", "incomplet"),
        (b"\xff\xd8\xff\xe0", "x.jpg", "incomplet"),
        (b"\xff\xd8\xff" + b"\xff" * 400_000 + b"\xff\xd9", "x.jpg", "incomplet"),
        (b"PK\x03\x04", "x.docx", "incomplet"),
        (zipped({"a.txt": b"a"}), "x.docx", "pas d’un type accepté"),
        (
            zipped({"ppt/presentation.xml": b"", "[Content_Types].xml": b""}),
            "x.pptx",
            "pas d’un type accepté",
        ),
    ],
)
def test_what_is_no_paper_is_refused(content, name, message):
    with pytest.raises(RefusedFile, match=message):
        checked(content, name)


def test_a_file_above_the_limit_is_refused_with_its_size():
    with pytest.raises(RefusedFile, match="pèse 11 Mo ; 10 Mo au plus"):
        checked(pdf(b" " * FILE_MAX), "x.pdf")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (pdf() + docx(), "x.pdf"),
        (png() + pdf(), "x.png"),
        (png() + zipped({"a": b"a"}), "x.png"),
        (jpeg() + zipped({"a": b"a"}), "x.jpg"),
        (jpeg(comment=b"%PDF-1.7"), "x.jpg"),
        (b"Note\n%PDF-1.7\n%%EOF", "x.txt"),
        (b"GIF" + docx(), "x.docx"),
        (pdf() + docx(), "x.docx"),
        (docx() + pdf(), "x.docx"),
        (zipped({"word/document.xml": b"", "xl/workbook.xml": b"", "[Content_Types].xml": b""}), "x.docx"),
    ],
)
def test_what_reads_as_two_formats_is_refused(content, name):
    with pytest.raises(RefusedFile):
        checked(content, name)


def test_a_picture_with_a_page_in_its_comment_is_refused():
    with pytest.raises(RefusedFile, match="Imprimez la page"):
        checked(jpeg(comment=b"<script>alert(1)</script>"), "x.jpg")


@pytest.mark.parametrize("content", [png(10_000, 5_001), jpeg(10_000, 5_001)], ids=["png", "jpeg"])
def test_a_picture_of_too_many_points_is_refused_undecoded(content):
    with pytest.raises(RefusedFile, match="compte 51 millions de points ; 50 millions au plus"):
        checked(content, "x.png" if content.startswith(b"\x89") else "x.jpg")


@pytest.mark.parametrize("content", [png(0, 5), jpeg(5, 0)], ids=["png", "jpeg"])
def test_a_picture_without_points_is_refused(content):
    with pytest.raises(RefusedFile, match="incomplet"):
        checked(content, "x.png")


# --- office documents -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "part", ["word/vbaProject.bin", "customXml/VBAPROJECT.bin", "Basic/Standard/Module1.xml", "Scripts/a.py"]
)
def test_macros_are_refused(part):
    with pytest.raises(RefusedFile, match=r"contient des macros.*\.docx"):
        checked(docx({part: b"x"}), "x.docx")


@pytest.mark.parametrize("part", ["../../etc/passwd", "/etc/passwd", "C:/x", "a/../../b", "..\\x"])
def test_an_archive_whose_parts_leave_their_folder_is_refused(part):
    with pytest.raises(RefusedFile, match="incomplet ou endommagé"):
        checked(docx({part: b"x"}), "x.docx")


def test_a_part_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = docx([("a.xml", b"1"), ("a.xml", b"2")])
    with pytest.raises(RefusedFile, match="incomplet ou endommagé"):
        checked(content, "x.docx")


def test_a_password_is_named():
    content = bytearray(docx())
    place = content.rindex(b"PK\x01\x02") + 8
    content[place] |= 1
    with pytest.raises(RefusedFile, match="mot de passe"):
        checked(bytes(content), "x.docx")


def lying(content: bytes, size: int) -> bytes:
    """The archive with this unpacked size declared for its last part."""
    changed = bytearray(content)
    place = changed.rindex(b"PK\x01\x02") + 24
    changed[place : place + 4] = struct.pack("<I", size)
    return bytes(changed)


@pytest.mark.parametrize(
    "content",
    [
        docx({"word/media/a.bin": b"\0" * (9 << 20)}),
        docx({f"word/{number}.xml": b"" for number in range(contents.MEMBERS_MAX)}),
        lying(docx({"word/a.xml": b"a"}), 0xFFFFFFF0),
        lying(docx({"word/a.xml": b"a"}), 5 << 20),
    ],
    ids=["ratio", "members", "declares 4 GiB", "declares a ratio"],
)
def test_a_bomb_is_refused(content):
    with pytest.raises(RefusedFile, match="serait démesuré"):
        checked(content, "x.docx")


def test_parts_that_lie_over_each_other_are_refused():
    content = bytearray(docx({"word/a.bin": bytes(range(256)) * 40}))
    place = content.rindex(b"PK\x01\x02") + 20
    content[place : place + 4] = struct.pack("<I", len(content) + 1)
    with pytest.raises(RefusedFile, match="serait démesuré"):
        checked(bytes(content), "x.docx")


def test_zip64_is_refused():
    content = docx()
    locator = b"PK\x06\x07" + b"\0" * 16
    with pytest.raises(RefusedFile, match="incomplet ou endommagé"):
        checked(content[:-22] + locator + content[-22:], "x.docx")


# --- what it costs: nothing is unpacked, decoded or parsed, whatever a file declares ----------------------


@pytest.fixture
def no_work(monkeypatch):
    """Whatever would unpack or decode a file fails the test."""

    def forbidden(*args: object, **kwargs: object) -> None:
        raise AssertionError("a file that somebody sent was unpacked or decoded")

    monkeypatch.setattr(zipfile.ZipFile, "open", forbidden)
    monkeypatch.setattr(zipfile.ZipFile, "read", forbidden)
    monkeypatch.setattr(zlib, "decompressobj", forbidden)
    monkeypatch.setattr(zlib, "decompress", forbidden)


@pytest.mark.parametrize(
    ("content", "name"),
    [(docx(), "x.docx"), (odt(), "x.odt"), (png(5_000, 5_000), "x.png"), (jpeg(), "x.jpg"), (pdf(), "x.pdf")],
)
def test_nothing_is_unpacked_or_decoded(no_work, content, name):
    assert checked(content, name).content == content


def test_a_directory_of_hundreds_of_thousands_is_not_even_read(monkeypatch):
    monkeypatch.setattr(zipfile, "ZipFile", lambda *args: pytest.fail("the directory was read"))
    entry = b"PK\x01\x02" + b"\0" * 42
    directory = entry * 200_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), 4, 0)
    with pytest.raises(RefusedFile, match="serait démesuré"):
        checked(b"PK\x03\x04" + directory + end, "x.docx")


def test_the_chunks_of_a_picture_are_counted(monkeypatch):
    monkeypatch.setattr(contents, "PIECES_MAX", 100)
    empty = struct.pack(">I4sI", 0, b"tEXt", 0)
    with pytest.raises(RefusedFile, match="incomplet"):
        checked(png(extra=empty * 200), "x.png")
    assert checked(png(extra=empty * 20), "x.png")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\note.pdf", "note.pdf"),
        ("note\u202efdp.txt", "notefdp.txt"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie- x.pdf"),
        ("..pdf", "document.pdf"),
        (".pdf", "document.pdf"),
        ("Été 2012 ; « bilan ».PDF", "Été 2012 ; « bilan ».pdf"),
        ("x" * 300 + ".pdf", "x" * 136 + ".pdf"),
    ],
)
def test_a_name_is_made_harmless(name, safe):
    assert safe_name(name) == safe
