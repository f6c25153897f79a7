"""Report and review as documents: HTML that carries everything it shows, and the same as PDF."""

from datetime import date

from django.template.loader import render_to_string

from cops.lib.fonts import print_style
from cops.lib.pdf import PdfMetadata, Progress, html_to_pdf
from evaluation.presentation import body, sheet_anchor, sheets
from evaluation.report import YearReport
from evaluation.review import ContractReview
from evaluation.review_presentation import review_body
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
REVIEW_SECTIONS = tuple(one for one in SECTIONS if one[0] not in ("axes", "manque"))


def report_html(report: YearReport, *, provisional_on: date) -> str:
    """The evaluation as one HTML document with its styles and fonts inside; one query (who publishes it).

    It shows what the report holds: redact it first (`without_confidential`) for readers outside the service.
    """
    return _report_document(report, provisional_on, _council())


def report_pdf(report: YearReport, *, provisional_on: date, on_progress: Progress | None = None) -> bytes:
    """The same document as a tagged PDF for A4; one query. Raises `PdfError`, whose text can be shown.

    :param on_progress: called with one French line at a time while it is laid out.
    """
    council = _council()
    metadata = _metadata(_title(report), f"des actions de {report.year}", council)
    return html_to_pdf(_report_document(report, provisional_on, council), metadata, on_progress=on_progress)


def review_html(review: ContractReview, *, provisional_on: date) -> str:
    """The review of a contract as one HTML document; one query. It shows totals only, no action."""
    return _review_document(review, provisional_on, _council())


def review_pdf(review: ContractReview, *, provisional_on: date) -> bytes:
    """The same document as a tagged PDF for A4; one query. Raises `PdfError`, whose text can be shown."""
    council = _council()
    metadata = _metadata(_review_title(review), "des actions du contrat, année par année", council)
    return html_to_pdf(_review_document(review, provisional_on, council), metadata)


def _report_document(report: YearReport, provisional_on: date, council: Council | None) -> str:
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


def _review_document(review: ContractReview, provisional_on: date, council: Council | None) -> str:
    context = {
        "title": _review_title(review),
        "review": review_body(review),
        "sections": REVIEW_SECTIONS,
        "council": council,
        "provisional_on": provisional_on,
        "style": print_style("report.css", "report-print.css"),
    }
    return render_to_string("evaluation/review_print.html", context)


def _title(report: YearReport) -> str:
    return f"Évaluation {report.year} – {report.contract.title} (provisoire)"


def _review_title(review: ContractReview) -> str:
    return f"Bilan – {review.contract.title} (provisoire)"


def _metadata(title: str, of_what: str, council: Council | None) -> PdfMetadata:
    return PdfMetadata(
        title=title,
        authors=[council.agglomeration.name] if council else [],
        description=f"Effectivité, efficacité et efficience {of_what}, état provisoire.",
    )


def _council() -> Council | None:
    """Who publishes the evaluation."""
    return Council.objects.select_related("agglomeration").first()
