"""Spreadsheet programs that open a workbook and save it in a format, as the people who receive one do."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

TIMEOUT = 300


def libreoffice(source: Path, target: Path) -> None:
    """Save with LibreOffice, in a profile of its own: two calls at once do not see each other."""
    folder = target.parent / f"{target.name}.libreoffice"
    folder.mkdir()
    command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile"]
    command += ["--convert-to", target.suffix[1:], "--outdir", str(folder), str(source)]
    _run(command)
    shutil.move(folder / f"{source.stem}{target.suffix}", target)
    shutil.rmtree(folder)


def gnumeric(source: Path, target: Path) -> None:
    """Save with Gnumeric."""
    _run(["ssconvert", str(source), str(target)])


def _run(command: list[str]) -> None:
    # Programs without a screen, in the language of their users: theirs must not change what a file holds.
    environment = os.environ | {"LC_ALL": "C.UTF-8", "LANG": "fr_FR.UTF-8"}
    done = subprocess.run(command, capture_output=True, timeout=TIMEOUT, env=environment, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")


Save = Callable[[Path, Path], None]


def _has_calc() -> bool:
    program = shutil.which("soffice")
    return program is not None and Path(program).resolve().with_name("scalc").exists()


PROGRAMS = [
    pytest.param(
        libreoffice,
        id="libreoffice",
        marks=pytest.mark.skipif(not _has_calc(), reason="LibreOffice Calc is not installed"),
    ),
    pytest.param(
        gnumeric,
        id="gnumeric",
        marks=pytest.mark.skipif(shutil.which("ssconvert") is None, reason="Gnumeric is not installed"),
    ),
]
