"""How long somebody stays logged in: until nothing was done for a while, and never longer than a day's work.

Both limits stand in the session's row as the instant at which it ends, which Django obeys by itself. What the
reader does moves that instant, at most once a minute; what a page asks for by itself does not.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone

STARTED = "logged_in_at"
EVERY = timedelta(minutes=1)  # an end that would move by less stays where it is

_KEY = re.compile("[0-9a-z]{8,40}")  # of the signs, and at most of the length, that Django gives

V = TypeVar("V", bound=Callable[..., Any])


class SessionStore(db.SessionStore):
    """Django's sessions in the database, which end at the earlier of the two limits."""

    ends_at: datetime | None = None  # as the row has it; None where there is no row

    def _validate_session_key(self, key: str | None) -> bool:
        """A key is what a cookie says: what we never gave, PostgreSQL may not even be asked for."""
        return bool(super()._validate_session_key(key)) and _KEY.fullmatch(key or "") is not None  # type: ignore[misc]

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]
        self.ends_at = row.expire_date if row is not None else None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        self.ends_at = row.expire_date
        return row

    def last_end(self) -> datetime | None:
        """When the session ends whatever is done; None where nobody is logged in."""
        started = self.get(STARTED)
        if started is None:
            return None
        return datetime.fromtimestamp(started, UTC) + timedelta(seconds=settings.SESSION_ABSOLUTE_AGE)

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        idle_end: datetime = super().get_expiry_date(**kwargs)
        return min(idle_end, self.last_end() or idle_end)

    def stay(self) -> None:
        """Something was done: the session ends later. At most one write a minute, of that instant alone.

        What others write into the session meanwhile stays, and a session that was ended stays so.
        """
        if self.ends_at is None or self.last_end() is None:
            return
        end = self.get_expiry_date()
        if end - self.ends_at < EVERY:
            return
        if self.model.objects.filter(session_key=self.session_key).update(expire_date=end):
            self.ends_at = end


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """When a session ends, for the page that says so."""

    at: datetime
    seconds: int  # from now
    warning: int  # seconds before the end at which the page says so
    is_final: bool  # whatever is done until then


def session_end(request: HttpRequest) -> SessionEnd | None:
    """When the reader's session ends; None for visitors."""
    session = request.session
    if not isinstance(session, SessionStore) or session.ends_at is None or session.last_end() is None:
        return None
    seconds = int((session.ends_at - timezone.now()).total_seconds())
    is_final = session.ends_at == session.last_end()
    return SessionEnd(session.ends_at, seconds, settings.SESSION_WARNING, is_final)


def note_start(*, request: HttpRequest | None, **kwargs: Any) -> None:
    """Somebody logged in (receiver of Django's signal): their longest time begins."""
    if request is not None:
        request.session[STARTED] = timezone.now().timestamp()


def polled(view: V) -> V:
    """Mark a view that pages read by themselves: reading it is no sign that anybody is there."""
    view.is_polled = True  # type: ignore[attr-defined]
    return view


def has_ended(request: HttpRequest) -> bool:
    """Whether the browser names a session that there is no more (asked after the session was read)."""
    named = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return bool(named) and request.session.session_key is None


def is_reading_by_itself(request: HttpRequest, view: object) -> bool:
    """Whether a page asks for this, not its reader."""
    return request.method in {"GET", "HEAD"} and getattr(view, "is_polled", False)
