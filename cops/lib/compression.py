"""Pages compressed on their way: the site is light even where no proxy stands before it."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PageCompressionMiddleware(GZipMiddleware):
    """Compresses HTML for browsers that can read it; files keep their length, most are compressed already.

    A compressed page could be guessed at by its length (BREACH): the form token is masked anew in every page,
    and Django pads each answer by a random length.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
