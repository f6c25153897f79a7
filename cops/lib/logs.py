"""What the log may hold."""

import logging
import re
import sqlite3
from collections.abc import Iterator, Sequence
from traceback import format_tb
from types import TracebackType
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, DataError
from gunicorn.glogging import Logger

# What follows one of these in an address lets in whoever knows it.
PERSONAL_ADDRESSES = ["/invitation/", "/convocation/", "/compte/mot-de-passe/oublie/cle/"]


class PersonalLinksHidden(logging.Filter):
    """Takes the personal part out of addresses: whoever reads the log must not get in with them.

    Django logs the address of every request that is refused or fails. It adds where in the code a permission
    was refused, which is no failure: that is taken out too.
    """

    def __init__(self, addresses: Sequence[str]) -> None:
        super().__init__()
        self._link = _links(addresses)

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._link.sub(r"\1…", record.getMessage()), None
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = None
        return True


class ValuesHidden(logging.Formatter):
    """Tracebacks in which an error of the database says what it is, and not the values it quotes."""

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        text = super().formatException(ei)
        for error in _chain(ei[1]):
            if _is_of_database(error) and str(error).strip():
                text = text.replace(str(error).strip(), _without_values(error))
        return text


def failure_without_values(error: BaseException) -> str:
    """Where it happened and what kind of error it was, those before it included; of errors of the database
    also what they say, as far as that names no value."""
    parts = []
    for each in reversed(list(_chain(error))):
        kind = f"{type(each).__module__}.{type(each).__qualname__}"
        said = f": {_without_values(each)}" if _is_of_database(each) and str(each).strip() else ""
        parts.append("".join(format_tb(each.__traceback__)) + kind + said)
    return "\n\n".join(parts)


class AccessLogger(Logger):
    """gunicorn's logger, whose lines about requests hold no personal link, in whatever part of the request.

    gunicorn cops.wsgi --logger-class cops.lib.logs.AccessLogger --access-logfile -
    """

    _link = re.compile("")

    def setup(self, cfg: Any) -> None:
        self._link = _links(PERSONAL_ADDRESSES)
        super().setup(cfg)

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return {
            name: self._hidden(value) if isinstance(value, str) else value for name, value in atoms.items()
        }

    def _hidden(self, value: str) -> str:
        hidden = self._link.sub(r"\1…", value)
        if hidden == value and self._link.search(unquote(value)):
            return "…"  # the address itself is written in percent codes
        return hidden


def _links(addresses: Sequence[str]) -> re.Pattern[str]:
    return re.compile(f"({'|'.join(map(re.escape, addresses))})[^\\s/?]+")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and all that led to it, each once."""
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [each.__cause__, each.__context__]


def _is_of_database(error: BaseException) -> bool:
    is_driver = type(error).__module__.startswith("psycopg") or isinstance(error, sqlite3.Error)
    return is_driver or isinstance(error, DatabaseError)


def _without_values(error: BaseException) -> str:
    """The first line, which names the constraint; for a value that is not one, without that value."""
    line = str(error).strip().split("\n", 1)[0]
    names = {each.__name__ for each in type(error).__mro__}  # Django's and the driver's have the same names
    return line.split(":", 1)[0] if DataError.__name__ in names else line
