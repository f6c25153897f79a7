"""How the account pages behave here: nobody signs up alone, and their e-mails go through the outbox.

Whether an account exists must not show in the time that asking for another password takes: the request only
puts the address into the queue, and the background worker looks whether anybody has it.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import user_pk_to_url_str
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from cops.lib.addresses import site_address
from cops.lib.background import background_task
from cops.lib.french import fold_search
from cops.lib.service import service
from cops.mail.resets import ResetTokens
from cops.mail.services import enqueue
from cops.mail.throttle import too_many_resets
from cops.users.clients import client_address, client_network
from cops.users.forms import ResetPasswordForm
from cops.users.models import User


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
        return f"{client_network(request)} {fold_search(credentials.get('email', ''))}"

    def get_client_ip(self, request: HttpRequest) -> str:
        """All limits of allauth, and what its mails say, take the address from here."""
        return client_address(request)

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the message into the outbox instead of sending it during the request."""
        message = self.render_mail(
            template_prefix, email, context | {"email": email, "request": self.request, "service": service()}
        )
        enqueue(recipient=email, subject=message.subject, body=str(message.body), is_private=True)


class QuietResetPasswordForm(ResetPasswordForm):
    """Asks for another password: the same work whether the address has an account or not."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        send_password_reset.enqueue(email)
        return email


@background_task()
def send_password_reset(email: str) -> None:
    """Send a link to choose another password to the active account of that address, if there is one."""
    for user in User.objects.filter(email__iexact=email, is_active=True):
        if too_many_resets(user.pk):
            continue
        key = f"{user_pk_to_url_str(user)}-{ResetTokens().make_token(user)}"
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        context = {"user": user, "password_reset_url": site_address(path.replace("UID-KEY", key))}
        AccountAdapter().send_mail("account/email/password_reset_key", user.email, context)
