"""One moment for everything that one request writes, so that the history tells it as one deed."""

from datetime import datetime
from typing import Any

from simple_history.models import HistoricalRecords

_ATTRIBUTE = "wrote_history_at"


def stamp(*, history_instance: Any, **kwargs: Any) -> None:
    """Give a history row the moment of the first one that the same request wrote (a receiver of
    simple_history's signal; outside of requests each row keeps its own)."""
    request = _request()
    if request is None:
        return
    if not hasattr(request, _ATTRIBUTE):
        setattr(request, _ATTRIBUTE, history_instance.history_date)
    history_instance.history_date = getattr(request, _ATTRIBUTE)


def written_at() -> datetime | None:
    """The moment of what the current request wrote into the history; None if it wrote nothing."""
    return getattr(_request(), _ATTRIBUTE, None)


def _request() -> Any:
    return getattr(HistoricalRecords.context, "request", None)
