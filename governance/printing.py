"""The council's papers on A4: one shell, one style, whatever the room prints."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from cops.lib.fonts import print_style
from cops.lib.pdf import PdfMetadata, Progress, html_to_pdf
from governance.models import Council


def paper_html(template: str, context: Mapping[str, Any], *, title: str, council: Council | None) -> str:
    """A paper as one HTML document with its style and fonts inside.

    :param template: extends `governance/papers/base.html` and fills its block `paper`.
    :param council: who publishes it, if known.
    """
    return render_to_string(
        template, {**context, "title": title, "council": council, "style": print_style("paper.css")}
    )


def paper_pdf(
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    description: str | None = None,
    council: Council | None = None,
    on_progress: Progress | None = None,
) -> bytes:
    """The same paper as a tagged PDF. Raises `PdfError`, whose text can be shown.

    :param council: who publishes it; the only one there is if not given (one query).
    """
    council = council or Council.objects.select_related("agglomeration").first()
    html = paper_html(template, context, title=title, council=council)
    authors = [council.agglomeration.name] if council else []
    metadata = PdfMetadata(title=title, authors=authors, description=description)
    return html_to_pdf(html, metadata, on_progress=on_progress)
