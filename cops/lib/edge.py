"""The headers that every answer of the application carries, whoever inside it gives the answer."""

from django.http import HttpRequest
from django.middleware.security import SecurityMiddleware


class SecurityHeadersMiddleware(SecurityMiddleware):
    """Adds the headers of `SECURE_…` to every answer, and refuses nothing itself.

    Django's own middleware goes without them where it raises: at a host that is not ours. It stands further
    in, for its redirect to https.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Nothing: what is raised here goes round the headers."""
