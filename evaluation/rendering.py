"""The report as a document: HTML that carries everything it shows, and the same as PDF."""

from datetime import date

from django.template.loader import render_to_string

from cops.lib.fonts import print_style
from cops.lib.pdf import PdfMetadata, Progress, html_to_pdf
from evaluation.presentation import body, sheet_anchor, sheets
from evaluation.report import YearReport
from governance.models import Council

SECTIONS = (
    ("essentiel", "L’essentiel"),
    ("effectivite", "Effectivité"),
    ("efficacite", "Efficacité"),
    ("efficience", "Efficience"),
    ("axes", "Axe par axe"),
    ("manque", "Ce qui manque"),
    ("methode", "Comment les chiffres sont calculés"),
)


def report_html(report: YearReport, *, provisional_on: date) -> str:
    """The evaluation as one HTML document with its styles and fonts inside; one query (who publishes it).

    It shows what the report holds: redact it first (`without_confidential`) for readers outside the service.
    """
    return _document(report, provisional_on, _council())


def report_pdf(report: YearReport, *, provisional_on: date, on_progress: Progress | None = None) -> bytes:
    """The same document as a tagged PDF for A4; one query. Raises `PdfError`, whose text can be shown.

    :param on_progress: called with one French line at a time while it is laid out.
    """
    council = _council()
    metadata = PdfMetadata(
        title=_title(report),
        authors=[council.agglomeration.name] if council else [],
        description=f"Effectivité, efficacité et efficience des actions de {report.year}, état provisoire.",
    )
    return html_to_pdf(_document(report, provisional_on, council), metadata, on_progress=on_progress)


def _document(report: YearReport, provisional_on: date, council: Council | None) -> str:
    context = {
        "title": _title(report),
        "report": body(report, link=lambda row: f"#{sheet_anchor(row.key)}"),
        "sheets": sheets(report),
        "sections": SECTIONS,
        "council": council,
        "provisional_on": provisional_on,
        "confidential": sum(action.row.confidential for action in report.actions()),
        "style": print_style("report.css", "report-print.css"),
    }
    return render_to_string("evaluation/print.html", context)


def _title(report: YearReport) -> str:
    return f"Évaluation {report.year} – {report.contract.title} (provisoire)"


def _council() -> Council | None:
    """Who publishes the evaluation."""
    return Council.objects.select_related("agglomeration").first()
