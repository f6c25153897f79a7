"""Tests of several requests at once: each thread needs a connection of its own.

SQLite gives threads no database in memory that behaves like a file, so on SQLite such a test runs once more,
in a process of its own with a database in a file.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar

import pytest
from django.db import connection

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent


def race(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that writes from several threads."""

    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        if connection.vendor == "sqlite" and "COPS_TEST_FILE" not in os.environ:
            _run_on_a_file(test, kwargs["tmp_path"])
        else:
            test(*args, **kwargs)

    marked: Callable[..., None] = pytest.mark.django_db(transaction=True)(run)
    return marked


def race_of_locks(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that writes from several threads, of what SQLite does one after the other by itself."""

    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        if connection.vendor == "sqlite":
            pytest.skip("SQLite has one writer at a time")
        test(*args, **kwargs)

    marked: Callable[..., None] = pytest.mark.django_db(transaction=True)(run)
    return marked


def _run_on_a_file(test: Callable[..., None], folder: Path) -> None:
    name = f"{test.__code__.co_filename}::{test.__name__}"
    environment = os.environ | {"COPS_TEST_FILE": str(folder / "race.sqlite3")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", name]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def at_once(count: int, work: Callable[[int], T]) -> list[T]:
    """What `work(n)` returns in each of so many threads that start together."""
    barrier = Barrier(count)

    def one(n: int) -> T:
        barrier.wait()
        try:
            return work(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
