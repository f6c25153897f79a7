"""Where the rate limits count: Django's cache in the database, which here says when it could not count."""

from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, IntegrityError, connections, router


class CountsCache(DatabaseCache):
    """Raises what hinders a write, where Django answers as if somebody else had written first.

    A limit that cannot count would else refuse everybody with « too many attempts ».
    """

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        failures: list[DatabaseError] = []

        def noting(execute: Callable[..., Any], *arguments: Any) -> Any:
            try:
                return execute(*arguments)
            except DatabaseError as error:
                failures.append(error)
                raise

        with connections[router.db_for_write(self.cache_model_class)].execute_wrapper(noting):
            # The stubs leave this method out.
            is_stored = bool(super()._base_set(mode, key, value, timeout))  # type: ignore[misc]
        for failure in failures:
            if not isinstance(failure, IntegrityError):  # that one is a row that another process wrote first
                raise failure
        return is_stored
