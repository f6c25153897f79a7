"""How large a request may be: refused by its declared length, before a byte of it is read."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from cops.lib.error_pages import error_page

MEBIBYTE = 1 << 20
FILE_MAX = 10 * MEBIBYTE  # one file that somebody sends
BODY_MAX = FILE_MAX + MEBIBYTE  # with the form around it
VISITOR_BODY_MAX = MEBIBYTE  # before logging in there is nothing large to send

type_of_next = Callable[[HttpRequest], HttpResponse]


class BodyLimitMiddleware:
    """Answers 413 to a request whose declared body is too large for whoever sends it.

    It stands after authentication and before anything reads the body (the CSRF check does, for every POST).
    A body without a declared length counts as empty: Django reads no further than the length declared.
    """

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _declared_length(request) <= VISITOR_BODY_MAX:
            return self.get_response(request)
        limit = BODY_MAX if request.user.is_authenticated else VISITOR_BODY_MAX
        return (
            self.get_response(request) if _declared_length(request) <= limit else _too_large(request, limit)
        )


def _declared_length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


def _too_large(request: HttpRequest, limit: int) -> HttpResponse:
    shown = (limit if limit == VISITOR_BODY_MAX else FILE_MAX) // MEBIBYTE
    return error_page(
        request,
        413,
        "Envoi trop volumineux",
        f"Cet envoi dépasse {shown} Mo, la limite du site. Rien n’en a été lu ni enregistré. "
        "Réduisez le fichier, puis recommencez.",
    )
