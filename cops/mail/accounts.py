"""How the account pages behave here: nobody signs up alone, and their e-mails go through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from cops.mail.services import enqueue


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are opened by invitation only."""
        return False

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the message into the outbox instead of sending it during the request."""
        message = self.render_mail(
            template_prefix, email, context | {"email": email, "request": self.request}
        )
        enqueue(recipient=email, subject=message.subject, body=str(message.body), is_private=True)
