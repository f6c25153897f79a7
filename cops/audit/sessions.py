"""Logins and logouts go to the journal (receivers of Django's own signals; no rule lives here)."""

from typing import Any

from django.http import HttpRequest

from cops.audit import entering, kept
from cops.audit.models import Event
from cops.users.models import User


def record_login(*, user: User, **kwargs: Any) -> None:
    Event.record(Event.Action.LOGGED_IN, actor=user, summary="Connexion", subject=user)


def drop_foreign_entries(*, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """What somebody else typed before their session ended is not for who logs in after them."""
    entries = request.session.get(kept.SESSION_KEY) if request is not None else None
    if request is not None and entries:
        own = {address: fields for address, fields in entries.items() if entering.belongs_to(fields, user)}
        request.session[kept.SESSION_KEY] = own


def record_logout(*, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        Event.record(Event.Action.LOGGED_OUT, actor=user, summary="Déconnexion", subject=user)


def record_failure(*, credentials: dict[str, Any], **kwargs: Any) -> None:
    """The address tried is not kept: people type passwords into the wrong field."""
    Event.record(Event.Action.LOGIN_FAILED, actor=None, summary="Identifiants refusés")
