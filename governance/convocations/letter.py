"""The convocation as a letter: one PDF for all who are convened."""

from datetime import date

from django.template.loader import render_to_string

from cops.lib.fonts import print_style
from cops.lib.pdf import PdfMetadata, html_to_pdf
from governance.convocations.facts import Facts
from governance.convocations.texts import title_of

# A letter of some pages takes two seconds; somebody waits for it.
TIMEOUT_S = 30.0


def letter_html(facts: Facts, kind: str, *, written_on: date, note: str = "") -> str:
    """The letter as one HTML document that holds all it shows."""
    context = {
        "title": title_of(facts, kind),
        "facts": facts,
        "is_change": kind == "change",
        "note": note,
        "written_on": written_on,
        "style": print_style("convocation-letter.css"),
    }
    return render_to_string("governance/convocation_letter.html", context)


def letter_pdf(facts: Facts, kind: str, *, written_on: date, note: str = "") -> bytes:
    """The same as a tagged PDF for A4. Raises `cops.lib.pdf.PdfError`, whose text can be shown."""
    metadata = PdfMetadata(title=title_of(facts, kind), authors=[facts.agglomeration])
    html = letter_html(facts, kind, written_on=written_on, note=note)
    return html_to_pdf(html, metadata, timeout_s=TIMEOUT_S)


def filename(facts: Facts) -> str:
    return f"convocation-{facts.held_on:%Y-%m-%d}.pdf"
