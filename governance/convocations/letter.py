"""The convocation as a letter: one PDF for all who are addressed alike."""

from collections.abc import Sequence
from datetime import date

from django.template.loader import render_to_string

from cops.lib.civility import UNKNOWN
from cops.lib.fonts import print_style
from cops.lib.pdf import PdfMetadata, papers_to_pdfs
from cops.lib.service import service
from governance.convocations.facts import Facts
from governance.convocations.texts import title_of

# Letters of some pages take some seconds; somebody waits for them.
TIMEOUT_S = 60.0

Which = tuple[str, str]  # the kind of a convocation, and how its letter addresses people


def letter_html(
    facts: Facts, kind: str, *, written_on: date, note: str = "", salutation: str = UNKNOWN
) -> str:
    """The letter as one HTML document that holds all it shows. `salutation`: « Madame la Présidente »."""
    context = {
        "title": title_of(facts, kind),
        "facts": facts,
        "is_change": kind == "change",
        "note": note,
        "salutation": salutation,
        "service": service(),
        "written_on": written_on,
        "style": print_style("convocation-letter.css"),
    }
    return render_to_string("governance/convocation_letter.html", context)


def letter_pdfs(
    facts: Facts, which: Sequence[Which], *, written_on: date, note: str = ""
) -> dict[Which, bytes]:
    """The same as tagged PDFs for A4, by kind and salutation; the first takes a second or two, each further
    one a tenth. Raises `cops.lib.pdf.PdfError`, whose text can be shown."""
    papers = [
        (
            letter_html(facts, kind, written_on=written_on, note=note, salutation=salutation),
            PdfMetadata(title=title_of(facts, kind), authors=[facts.agglomeration]),
        )
        for kind, salutation in which
    ]
    return dict(zip(which, papers_to_pdfs(papers, timeout_s=TIMEOUT_S), strict=True))


def filename(facts: Facts) -> str:
    return f"convocation-{facts.held_on:%Y-%m-%d}.pdf"
