"""What a request goes through when its session has ended."""

from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme

from cops.audit import entering, kept
from cops.users.sessions import has_ended, is_reading_by_itself

ENDED = "Votre session est terminée. Connectez-vous : vous reviendrez à la page demandée."
NOTHING_DONE = (
    "Votre session est terminée : ce que vous venez de demander n’a pas été fait. Connectez-vous, puis "
    "recommencez."
)
KEPT = "Votre session est terminée. Connectez-vous : votre saisie vous sera rendue."
TOO_LARGE = "Votre session est terminée, et votre saisie est trop longue pour être gardée ici."


class EndedSessionMiddleware:
    """Says that the session has ended, and keeps what is posted, before its author is sent to log in.

    It stands after the CSRF check and before LoginRequiredMiddleware, and keeps only forms that this site
    showed to somebody: nobody fills the sessions with text of their own. What is posted otherwise (a button)
    leads back to the page on which it stands: its own address shows nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        if request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if request.method == "POST":
            return _posted(request)
        if has_ended(request) and not is_reading_by_itself(request, view):
            messages.info(request, ENDED)
        return None


def _posted(request: HttpRequest) -> HttpResponse | None:
    if entering.may_keep(request.POST):
        messages.warning(request, KEPT if kept.keep(request) else TOO_LARGE)
        return None
    if has_ended(request):
        messages.warning(request, NOTHING_DONE)
    return redirect_to_login(_page_before(request))


def _page_before(request: HttpRequest) -> str:
    """The page of ours that sent this request; the first one where it does not say."""
    page = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(page)
        return escape_leading_slashes(urlunsplit(("", "", parts.path or "/", parts.query, "")))
    return resolve_url(settings.LOGIN_REDIRECT_URL)
