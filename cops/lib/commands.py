"""What the commands share: reading their arguments and ending with the documented exit status.

Exit status: 0 done; 1 the input or the data is at fault; 2 the call is wrong (docs/interfaces.md section 1).
"""

import argparse
import re
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from cops.lib.failures import database_failure, file_failure

BINARY = ("pdf", "xlsx", "ods")
# What argparse says of a wrong call, in French; it has no catalogue of its own.
USAGE_MESSAGES = [
    (r"the following arguments are required: (.+)", r"il manque : \1"),
    (r"unrecognized arguments: (.+)", r"argument inconnu : \1"),
    (r"argument (\S+): expected one argument", r"\1 : une valeur est attendue"),
    (
        r"argument (\S+): invalid choice: (\S+) \(choose from (.+)\)",
        r"\1 : \2 n’est pas possible (au choix : \3)",
    ),
    (r"argument (\S+): (.+)", r"\1 : \2"),
]


class FrenchParser(CommandParser):
    """An argument parser that says in French what is wrong with a call."""

    def error(self, message: str) -> NoReturn:
        for pattern, french in USAGE_MESSAGES:
            if re.fullmatch(pattern, message):
                message = re.sub(pattern, french, message)
                break
        if not getattr(self, "called_from_command_line", True):
            raise CommandError(message)
        sys.stderr.write(f"Appel incorrect : {message}.\n{self.format_usage().replace('usage:', 'Usage :')}")
        sys.exit(2)


class ApplicationCommand(BaseCommand):
    """A command of the interfaces: French messages on standard error, results on standard output."""

    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.__class__ = FrenchParser
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        """Like Django's, but a fault is one French message without the name of an exception."""
        self._called_from_command_line = True
        parser = self.create_parser(argv[0], argv[1])
        options = vars(parser.parse_args(argv[2:]))
        args = options.pop("args", ())
        try:
            self.execute(*args, **options)
        except CommandError as error:
            if options.get("traceback"):
                raise
            sys.stderr.write(f"{error}\n")
            sys.exit(error.returncode)
        except DatabaseError as error:
            sys.stderr.write(f"{database_failure(error)}\n")
            sys.exit(1)


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


def check_output(form: str, output: str | None) -> None:
    """Refuse to write a format that no screen shows to standard output: exit status 2."""
    if form in BINARY and not output:
        raise CommandError(f"Le format {form} s’écrit dans un fichier : indiquez --output.", returncode=2)


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
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise data_fault(f"Impossible d’écrire « {output} » : {file_failure(error)}.") from error
