"""`manage.py serve`: the demonstration, ready to use (what `make run` and `make reset` call)."""

import argparse
import errno
import os
import socket
import sys
import urllib.error
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from cops.desk.demonstration import ACCOUNTS, PASSWORD
from cops.desk.installation import InstallationError, in_use, prepare, reset
from cops.desk.processes import Program, Together
from cops.desk.purging import purge
from cops.documents.preparation import give_up_interrupted
from cops.lib.commands import ApplicationCommand, data_fault

HOST = "127.0.0.1"


def port_number(text: str) -> int:
    """Argument type: a TCP port."""
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"« {text} » n’est pas un port (attendu : un nombre de 1 à 65535)")


class Command(ApplicationCommand):
    help = (
        "Prépare la démonstration, puis lance ensemble le serveur et le traitement de fond "
        "jusqu’à Ctrl-C. Refusé en production."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port",
            type=port_number,
            default=os.environ.get("PORT", "8000"),
            help="port du site (8000, ou la variable PORT)",
        )
        parser.add_argument(
            "--reset", action="store_true", help="efface les données, les reconstruit et s’arrête là"
        )

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise data_fault(
                "Cette commande sert la démonstration ; en production, lancez le serveur et le traitement de "
                "fond comme deux services."
            )
        try:
            if options["reset"]:
                self._reset()
            else:
                self._serve(port)
        except InstallationError as error:
            raise data_fault(str(error)) from error

    def _reset(self) -> None:
        reset()
        self.stdout.write("La démonstration est reconstruite ; lancez-la avec « make run ».")

    def _serve(self, port: int) -> None:
        require_free(port)
        os.environ["PORT"] = str(port)  # the address in the mails that the programs started here write
        with in_use():
            self._say("Préparation de la démonstration…")
            if prepare():
                self._say("Données de référence et de démonstration chargées.")
            give_up_interrupted()  # no worker of this data folder runs: it is ours alone
            purge(timezone.now())
            ended = Together(programs(port), cwd=str(settings.BASE_DIR)).run(lambda: self._greet(port))
        if ended is not None:
            raise data_fault(
                f"{ended.name} s’est arrêté tout seul : tout est arrêté. Lisez le message ci-dessus, puis "
                "relancez avec « make run » ; les données sont gardées."
            )
        self.stdout.write("\nLe site est arrêté ; les données sont gardées.")

    def _say(self, line: str) -> None:
        """At once: what the programs write themselves must not overtake it."""
        self.stdout.write(line)
        self.stdout.flush()

    def _greet(self, port: int) -> bool:
        """Say where the site is once it answers; False while it does not."""
        if not answers(port):
            return False
        self.stdout.write(f"\nLe site est prêt : http://localhost:{port}\n\n")
        self.stdout.write(f"Comptes de démonstration, mot de passe commun « {PASSWORD} » :")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.email:<28} {account.shows}")
        self._say("\nPersonnes et chiffres sont inventés. Pour arrêter : Ctrl-C.")
        return True


def require_free(port: int) -> None:
    """Refuse a port that cannot be had, before anything is touched."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise _port_failure(port, error) from error


def _port_failure(port: int, error: OSError) -> CommandError:
    reason = {
        errno.EADDRINUSE: "est déjà utilisé",
        errno.EACCES: "est réservé à l’administrateur de la machine",
    }
    return data_fault(
        f"Le port {port} {reason.get(error.errno or 0, 'ne peut pas être ouvert')} ; rien n’a été lancé. "
        f"Choisissez-en un autre, par exemple : PORT={port + 1 if port < 65535 else 8000} make run"
    )


def programs(port: int) -> list[Program]:
    """The web server and the background worker."""
    gunicorn = ["-m", "gunicorn", "cops.wsgi", "--bind", f"{HOST}:{port}", "--workers", "2"]
    gunicorn += ["--worker-class", "cops.lib.server.TimedWorker", "--threads", "8", "--log-level", "warning"]
    gunicorn += ["--logger-class", "cops.lib.logs.AccessLogger"]
    gunicorn += ["--preload", "--graceful-timeout", "5", "--no-control-socket"]
    worker = ["manage.py", "db_worker", "--interval", "0.5"]
    return [
        Program("Le serveur", [sys.executable, *gunicorn]),
        Program("Le traitement de fond", [sys.executable, *worker]),
    ]


def answers(port: int) -> bool:
    """Whether the site answers anything at all on this port."""
    try:
        urllib.request.urlopen(f"http://{HOST}:{port}/compte/connexion/", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
