"""HTML → tagged PDF (PDF/A-3a and PDF/UA-1) in a process of its own, with limits, without network or files.

The renderer reads nothing but the HTML it is given: addresses other than ``data:`` get nothing. A document
that is too big or ill-formed costs its own process only; the caller gets a ``PdfError``, fit to be shown.
"""

import contextlib
import ctypes
import importlib.util
import io
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cops.lib import pdf_process
from cops.lib.french import number, plural
from cops.lib.pdf_process import Exit
from cops.lib.printable import printable

logger = logging.getLogger(__name__)

Progress = Callable[[str], None]

DEFAULT_TIMEOUT_S = 300.0
DEFAULT_MEMORY_MIB = 2048

_SHARED_LIBRARIES = ("libgobject-2.0.so.0", "libpango-1.0.so.0", "libharfbuzz.so.0", "libfontconfig.so.1",
                     "libpangoft2-1.0.so.0")  # fmt: skip
_PASSED_ENVIRONMENT = ("LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")
_LOGGED_CHARACTERS = 4000
_MISSING_LIBRARY = (
    "Les PDF ne peuvent pas être produits : la bibliothèque Pango, dont WeasyPrint a besoin, manque sur "
    "cette machine. Sous Debian ou Ubuntu, installez-la avec « apt install libpangoft2-1.0-0 »."
)
_MISSING_PACKAGE = (
    "Les PDF ne peuvent pas être produits : le paquet Python « {package} » manque. Relancez « make install »."
)


class PdfError(Exception):
    """A PDF could not be made; the text is French and fit to be shown."""


class PdfUnavailableError(PdfError):
    """WeasyPrint or one of its libraries is missing on this machine."""


class PdfTimeoutError(PdfError):
    """The render took longer than allowed and was stopped."""


class PdfMemoryError(PdfError):
    """The render needed more memory than allowed, or its process was killed."""


class PdfLayoutError(PdfError):
    """The renderer could not lay the document out."""


@dataclass(frozen=True)
class PdfMetadata:
    """What the file says of itself. ``title`` and ``lang`` are obligatory for PDF/UA."""

    title: str
    lang: str = "fr"
    authors: Sequence[str] = ()
    description: str | None = None
    keywords: Sequence[str] = ()
    created: datetime | None = None

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise ValueError("Un PDF accessible a besoin d’un titre.")
        if self.created is not None and self.created.utcoffset() is None:
            raise ValueError("La date de création d’un PDF porte son fuseau horaire.")

    def as_json(self) -> dict[str, object]:
        """The attributes that WeasyPrint's own metadata takes; those not given keep what the HTML says."""
        given = {
            "title": self.title,
            "lang": self.lang,
            "authors": list(self.authors),
            "description": self.description,
            "keywords": list(self.keywords),
            "created": self.created.isoformat(timespec="seconds") if self.created else None,
        }
        return {name: value for name, value in given.items() if value}


def html_to_pdf(
    html: str,
    metadata: PdfMetadata,
    *,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    memory_mib: int = DEFAULT_MEMORY_MIB,
    on_progress: Progress | None = None,
) -> bytes:
    """Render ``html`` as a tagged PDF that is both PDF/A-3a and PDF/UA-1.

    The HTML must carry all that it shows (``<style>``, fonts and pictures as ``data:`` addresses). Signs
    that our typeface lacks print as their names (`cops.lib.printable`).
    ``timeout_s`` bounds wall clock and processor time, ``memory_mib`` the address space of its process:
    an empty page uses some 220 MiB. ``on_progress`` is called in this thread, while the render runs, with one
    French line at a time, at most some four times a second. Raises PdfError.
    """
    (content,) = papers_to_pdfs(
        [(html, metadata)], timeout_s=timeout_s, memory_mib=memory_mib, on_progress=on_progress
    )
    return content


def papers_to_pdfs(
    papers: Sequence[tuple[str, PdfMetadata]],
    *,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    memory_mib: int = DEFAULT_MEMORY_MIB,
    on_progress: Progress | None = None,
) -> list[bytes]:
    """The same for several papers that differ little, in one process: the first takes a second, each further
    one of a page a tenth. The limits are for all together."""
    with tempfile.TemporaryDirectory(prefix="cops-pdf-") as directory:
        folder = Path(directory)
        _write_request(folder, papers, timeout_s, memory_mib)
        status = _run(folder, timeout_s, memory_mib, on_progress)
        if status != Exit.DONE:
            raise _error(status, folder, timeout_s, memory_mib)
        return [(folder / pdf_process.RESULT.format(place)).read_bytes() for place in range(len(papers))]


def _write_request(
    folder: Path, papers: Sequence[tuple[str, PdfMetadata]], timeout_s: float, memory_mib: int
) -> None:
    request = {
        "memory_mib": memory_mib,
        "cpu_s": int(timeout_s) + 1,
        "metadata": [metadata.as_json() for _, metadata in papers],
    }
    (folder / pdf_process.REQUEST).write_text(json.dumps(request), "utf-8")
    for place, (html, _) in enumerate(papers):
        path = folder / pdf_process.SOURCE.format(place)
        path.write_text(printable(html), "utf-8", errors="replace")


def _run(folder: Path, timeout_s: float, memory_mib: int, on_progress: Progress | None) -> int:
    deadline = time.monotonic() + timeout_s
    with (folder / "stderr").open("wb") as stderr:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and script, no outside text
            [sys.executable, "-I", pdf_process.__file__],
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
        )
    try:
        _relay_progress(process, deadline, on_progress or (lambda line: None))
        return process.wait(timeout=max(0.0, deadline - time.monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired):
        raise PdfTimeoutError(_timeout_message(timeout_s)) from None
    finally:
        _kill_group(process)


def _environment(folder: Path) -> dict[str, str]:
    """No secret of this process, no proxy; a home and a cache for fontconfig inside the temporary folder."""
    own = {"HOME": str(folder), "TMPDIR": str(folder), "XDG_CACHE_HOME": str(folder), "LANG": "C.UTF-8"}
    return own | {name: os.environ[name] for name in _PASSED_ENVIRONMENT if name in os.environ}


def _relay_progress(process: subprocess.Popen[bytes], deadline: float, on_progress: Progress) -> None:
    """Hand over the lines of the process until it closes its output; TimeoutError at the deadline."""
    assert process.stdout is not None
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if not selector.select(left):
                continue
            chunk = os.read(process.stdout.fileno(), 65536)
            if not chunk:
                return
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                on_progress(line.decode("utf-8", "replace"))


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout:
        process.stdout.close()


def _error(status: int, folder: Path, timeout_s: float, memory_mib: int) -> PdfError:
    details = (folder / "stderr").read_text("utf-8", errors="replace")[-_LOGGED_CHARACTERS:]
    logger.warning("PDF process ended with status %s: %s", status, details)
    if status == -signal.SIGXCPU:
        return PdfTimeoutError(_timeout_message(timeout_s))
    if status == Exit.LIBRARY:
        return PdfUnavailableError(_MISSING_LIBRARY)
    if status == Exit.MEMORY or status < 0:
        return PdfMemoryError(
            "La mise en page du PDF a été arrêtée, ou a manqué de mémoire "
            f"(limite : {number(memory_mib)} Mio). Recommencez ; si cela se répète, réduisez le document."
        )
    return PdfLayoutError(
        "Le document n’a pas pu être mis en page en PDF. Signalez-le à votre administrateur : le journal du "
        "serveur dit à quel endroit la mise en page s’est arrêtée."
    )


def _timeout_message(timeout_s: float) -> str:
    limit = f"{number(round(timeout_s, 1))} {plural(timeout_s, 'seconde')}"
    return (
        f"La mise en page du PDF a dépassé le temps accordé ({limit}) et a été arrêtée. "
        "Réduisez l’étendue du document, puis recommencez."
    )


def pdf_available() -> str | None:
    """``None`` if PDFs can be made on this machine, else a French message that says what to install.

    Takes a few milliseconds where all is well: importing WeasyPrint, some 0.7 s, is left for doubtful cases.
    """
    for package in ("weasyprint", "pikepdf"):
        if importlib.util.find_spec(package) is None:
            return _MISSING_PACKAGE.format(package=package)
    return None if _libraries_load() or _weasyprint_imports() else _MISSING_LIBRARY


def _libraries_load() -> bool:
    try:
        for name in _SHARED_LIBRARIES:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _weasyprint_imports() -> bool:
    """Whether WeasyPrint finds its libraries under the names of another platform; its banner is swallowed."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True
