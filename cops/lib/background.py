"""Background work whose failures are written down without what it worked on."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django_tasks import task
from django_tasks.base import Task

from cops.lib.logs import failure_without_values

P = ParamSpec("P")
T = TypeVar("T")


class BackgroundFailure(Exception):
    """A background task failed; the text says where and by what kind of error, and quotes no value."""


def background_task(*, priority: int = 0) -> Callable[[Callable[P, T]], Task[P, T]]:
    """Decorator: a task of django_tasks, whose results keep whole tracebacks in the database.

    Errors quote what they are about (addresses, names, rows of tables), so none leaves the task as it is.
    """

    def decorate(work: Callable[P, T]) -> Task[P, T]:
        @wraps(work)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return work(*args, **kwargs)
            except Exception as error:
                failure = failure_without_values(error)
            raise BackgroundFailure(failure)

        return task(priority=priority)(run)

    return decorate
