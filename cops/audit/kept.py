"""What was typed when the session had ended, kept in the visitor's next session until they have logged in."""

import json
from typing import Any

from django.http import HttpRequest, QueryDict

SESSION_KEY = "kept_entries"
LARGEST = 300_000  # characters of one entry, names included
MOST = 3  # entries of one visitor, the latest

_NEVER_KEPT = ("csrfmiddlewaretoken", "password", "mot_de_passe", "token")
_BUTTONS = ("step",)


def keep(request: HttpRequest) -> bool:
    """Keep the text fields of a posted form under its address; False where they are too many.

    Files, passwords, the form's token and the button that was pressed are never kept.
    """
    fields = {name: values for name, values in request.POST.lists() if not _is_left_out(name)}
    if len(json.dumps(fields, ensure_ascii=False)) > LARGEST:
        return False
    entries = request.session.get(SESSION_KEY, {})
    entries.pop(request.get_full_path(), None)
    entries[request.get_full_path()] = fields
    request.session[SESSION_KEY] = dict(list(entries.items())[-MOST:])
    return True


def _is_left_out(name: str) -> bool:
    return name in _BUTTONS or any(word in name.lower() for word in _NEVER_KEPT)


def recall(request: HttpRequest, address: str) -> QueryDict | None:
    """What was kept under an address."""
    fields = request.session.get(SESSION_KEY, {}).get(address)
    if fields is None:
        return None
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data


def forget(request: HttpRequest, address: str) -> None:
    """Drop what was kept under an address."""
    entries: dict[str, Any] = request.session.get(SESSION_KEY, {})
    if entries.pop(address, None) is not None:
        request.session[SESSION_KEY] = entries
