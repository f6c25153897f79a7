"""All tests, as `make test` runs them; `--soak` runs the long ones instead. Other arguments go to pytest.

The database tests run on SQLite and on a throw-away PostgreSQL; what needs no database runs once, with
SQLite; what needs a browser or is marked « once » runs once, with PostgreSQL where it is installed. A part
that this machine cannot run is named at the end with the command that would install what is missing; with
CI=true it counts as a failure.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).parent))

from throwaway_postgresql import PostgresqlError, binaries, stop_on_signals, throwaway_postgresql

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS_COLLECTED = 5


@dataclass(frozen=True, slots=True)
class Count:
    """How many tests ended how; errors are failures."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed" + (
            f", {self.skipped} skipped" if self.skipped else ""
        )


@dataclass(slots=True)
class Session:
    """What has run so far, and what could not."""

    arguments: Sequence[str]
    total: Count = Count()
    is_failed: bool = False
    lines: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def run(self, title: str, markers: str, *, workers: int = 2, **environment: str) -> int:
        """Run pytest on the tests with these markers; its exit status."""
        print(f"\n== {title} ==", flush=True)
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="cops-results-") as folder:
            results = Path(folder) / "results.xml"
            command = [sys.executable, "-m", "pytest", "-q", "-m", markers, f"--junitxml={results}"]
            command += ["-n", str(workers), "--dist", "worksteal"] if workers > 1 else []
            status = _wait([*command, *self.arguments], environment)
            count = _count(results)
        self.total += count
        self.is_failed = self.is_failed or status not in (0, NO_TESTS_COLLECTED)
        self.lines.append(f"{title} : {count} ({time.monotonic() - start:.0f} s)")
        return status

    def miss(self, what: str, package: str) -> None:
        """Note a part that cannot run here."""
        self.missing.append(f"Partie non exécutée : {what}. Pour l’exécuter : sudo apt-get install {package}")

    def conclude(self) -> int:
        """Print the summary; the exit status of the whole."""
        print("\n== Résumé ==")
        for line in [*self.lines, *self.missing]:
            print(line)
        is_ci = os.environ.get("CI") == "true"
        if self.missing and is_ci:
            print("CI=true : une partie non exécutée est un échec.")
        print(self.total, flush=True)
        return int(self.is_failed or bool(self.missing and is_ci))


def _wait(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run and wait; when this process is interrupted, let pytest end by itself first."""
    inherited = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "COPS_TESTS")
    }
    process = subprocess.Popen(command, cwd=ROOT, env=inherited | dict(environment))  # noqa: S603
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
        raise


def _count(results: Path) -> Count:
    try:
        suite = ElementTree.parse(results).getroot().find("testsuite")  # noqa: S314 - written by our own pytest
    except (OSError, ElementTree.ParseError):
        return Count(failed=1)
    assert suite is not None
    tests, errors, failures, skipped = (
        int(suite.get(name, 0)) for name in ("tests", "errors", "failures", "skipped")
    )
    return Count(tests - errors - failures - skipped, errors + failures, skipped)


def has_library(name: str) -> bool:
    """Whether this machine has that shared library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_chromium() -> bool:
    """Whether a Chromium is installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return bool(os.environ.get("CHROMIUM")) or any(map(shutil.which, names))


def has_libreoffice(part: str) -> bool:
    """Whether LibreOffice is installed with its part calc or writer."""
    program = shutil.which("soffice")
    return program is not None and Path(program).resolve().with_name(f"s{part}").exists()


def run_all(session: Session) -> None:
    """Everything but the soak tests."""
    markers = ["not soak"]
    if not has_library("libpangoft2-1.0.so.0"):
        session.miss("tests des PDF", "libpangoft2-1.0-0")
        markers.append("not pdf")
    if shutil.which("java") is None:
        session.miss("validité du HTML des pages", "default-jre-headless")
    part = "first" if binaries() is not None else ""
    on_sqlite = " and ".join([*markers, "not browser"])
    session.run("SQLite, et ce qui se passe de base de données", on_sqlite, COPS_TESTS=part)
    if not has_chromium() or not has_library("libatomic.so.1"):  # Playwright's driver needs the latter
        session.miss("tests dans le navigateur", "chromium libatomic1")
        markers.append("not browser")
    if binaries() is None:
        session.miss("tests sur PostgreSQL, dont ceux du navigateur", "postgresql")
        return
    with throwaway_postgresql() as url:
        session.run(
            "PostgreSQL, et le navigateur", " and ".join(markers), DATABASE_URL=url, COPS_TESTS="database"
        )


def run_soak(session: Session) -> None:
    """The tests that take long, one after the other, on PostgreSQL; those of a program that is missing skip
    themselves."""
    if not has_libreoffice("calc"):
        session.miss("classeurs enregistrés par LibreOffice", "libreoffice-calc")
    if not has_libreoffice("writer"):
        session.miss("documents ouverts par LibreOffice", "libreoffice-writer")
    if shutil.which("ssconvert") is None:
        session.miss("classeurs enregistrés par Gnumeric", "gnumeric")
    if binaries() is None:
        session.miss("tests de longue durée, sur PostgreSQL", "postgresql")
        return
    with throwaway_postgresql() as url:
        status = session.run("Tests de longue durée", "soak", workers=1, DATABASE_URL=url)
    if status == NO_TESTS_COLLECTED:
        session.lines.append("Il n’y a pas encore de test de longue durée.")


def main(arguments: list[str]) -> int:
    """The exit status: 0 when all that had to run passed."""
    is_soak = "--soak" in arguments
    session = Session([argument for argument in arguments if argument != "--soak"])
    stop_on_signals()
    try:
        (run_soak if is_soak else run_all)(session)
    except PostgresqlError as error:
        session.lines.append(f"PostgreSQL : {error}")
        session.is_failed = True
    except KeyboardInterrupt:
        print("\nInterrompu ; le PostgreSQL jetable est supprimé.")
        return 130
    return session.conclude()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
