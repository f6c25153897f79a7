"""Error pages: with the menu and the search of whoever is logged in; without them rather than not at all."""

import logging

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from cops.lib.service import service

logger = logging.getLogger(__name__)


def error_page(
    request: HttpRequest, status: int, title: str, text: str, *, is_database_away: bool = False
) -> HttpResponse:
    """What happened and what to do.

    Around it stands the site as its reader knows it. Visitors get a page that needs neither database nor
    session; so does everybody when the database is away, or when what stands around fails as well.
    """
    context = {"title": title, "text": text, "service": service()}
    page = None
    if request is not None and not is_database_away:
        page = _within_the_site(request, context)
    response = HttpResponse(
        page or render_to_string("error.html", context | {"shell": "bare.html"}), status=status
    )
    if page:
        response["Cache-Control"] = "no-store, private"
    return response


def _within_the_site(request: HttpRequest, context: dict[str, object]) -> str | None:
    """The page with the menu of its reader; None for visitors, or when that cannot be had."""
    try:
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return None
        return render_to_string("error.html", context | {"shell": "base.html"}, request=request)
    except Exception:
        logger.warning("An error page was shown without its menu.", exc_info=True)
        return None
