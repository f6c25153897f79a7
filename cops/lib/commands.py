"""What the commands share: reading their arguments and ending with the documented exit status.

Exit status: 0 done; 1 the input or the data is at fault; 2 the call is wrong (docs/interfaces.md section 1).
"""

import argparse
import sys
from datetime import date
from pathlib import Path

from django.core.management.base import CommandError


def iso_day(text: str) -> date:
    """Argument type: a day as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"« {text} » n’est pas une date (attendu : AAAA-MM-JJ)") from error


def calendar_year(text: str) -> int:
    """Argument type: a four-digit year."""
    if len(text) == 4 and text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"« {text} » n’est pas une année (attendu : AAAA)")


def data_fault(message: str) -> CommandError:
    """The error of a command whose input or data is at fault: exit status 1."""
    return CommandError(message, returncode=1)


def write_output(content: bytes, output: str | None) -> None:
    """Write a result to the file, replaced only once all is written, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    target = Path(output)
    partial = target.with_name(f".{target.name}.partiel")
    try:
        partial.write_bytes(content)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise data_fault(f"Impossible d’écrire « {output} » : {error.strerror}.") from error
