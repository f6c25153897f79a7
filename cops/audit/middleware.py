"""What a posted form goes through when its session has ended."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from cops.audit import entering, kept

KEPT = "Votre session est terminée. Connectez-vous : votre saisie vous sera rendue."
TOO_LARGE = "Votre session est terminée, et votre saisie est trop longue pour être gardée ici."


class KeptEntriesMiddleware:
    """Keeps what is posted after the session ended, before its author is sent to log in.

    It stands after the CSRF check and before LoginRequiredMiddleware, and keeps only forms that this site
    showed to somebody: nobody fills the sessions with text of their own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        if request.method != "POST" or request.user.is_authenticated:
            return
        if getattr(view, "login_required", True) and entering.may_keep(request.POST):
            messages.warning(request, KEPT if kept.keep(request) else TOO_LARGE)
