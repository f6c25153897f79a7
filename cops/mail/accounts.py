"""How the account pages behave here: nobody signs up alone, and their e-mails go through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from cops.lib.french import fold_search
from cops.mail.services import enqueue


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are opened by invitation only."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Answer too many attempts like every other rate limit, before any password is checked."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(respond_429(request)) from error

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count attempts by account and by where they come from, so that nobody locks somebody else out.

        allauth counts by account and host: whoever changes the port in the Host header starts anew.
        """
        return f"{self.get_client_ip(request)} {fold_search(credentials.get('email', ''))}"

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the message into the outbox instead of sending it during the request."""
        message = self.render_mail(
            template_prefix, email, context | {"email": email, "request": self.request}
        )
        enqueue(recipient=email, subject=message.subject, body=str(message.body), is_private=True)
