"""What every request of a logged-in person goes through."""

import logging
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cops.users.sessions import SessionStore, is_reading_by_itself

logger = logging.getLogger(__name__)

type_of_next = Callable[[HttpRequest], HttpResponse]

# Pages one may reach before having a second factor: setting it up, proving who one is, leaving.
WITHOUT_SECOND_FACTOR = {
    "mfa_activate_totp",
    "mfa_index",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "account_reauthenticate",
    "account_session",
    "account_session_end",
    "account_logout",
}


class StayingMiddleware:
    """Whatever a logged-in person does keeps their session from ending; a base that takes no writes keeps
    nobody from reading."""

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        if is_reading_by_itself(request, view) or not request.user.is_authenticated:
            return
        if isinstance(request.session, SessionStore):
            try:
                request.session.stay()
            except DatabaseError:
                logger.warning("A session could not be made to last longer.", exc_info=True)


class SecondFactorMiddleware:
    """Agents and administrators set up a second factor before they reach anything else."""

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        if not request.user.is_staff_member or is_mfa_enabled(request.user):
            return None
        match = request.resolver_match
        if match and match.url_name in WITHOUT_SECOND_FACTOR:
            return None
        messages.info(request, "Votre rôle demande un second facteur : activez-le pour continuer.")
        return redirect("mfa_activate_totp")


class PrivatePagesMiddleware:
    """What a logged-in person sees is kept by no cache, so that it does not outlive the session."""

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated or request.path.startswith("/compte/"):
            response["Cache-Control"] = "no-store, private"
        return response
