"""A PostgreSQL server of its own for the time of a command, started from the installed binaries.

    python deploy/throwaway_postgresql.py COMMAND [ARGUMENT…]     runs COMMAND with DATABASE_URL set

It lives in a temporary folder, listens on a socket in it and on no port, and is gone afterwards, whatever
happens to the command. Nothing is ever written safely to disk: that is not for data one wants to keep.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_STARTUP_S = 60

# Speed over safety: the data lives as long as the command.
_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "128MB",
}


class PostgresqlError(Exception):
    """The server could not be started; the text says why, in French."""


def binaries() -> Path | None:
    """The folder of the newest installed server's programs; None where there is no server."""

    def version(path: Path) -> int:
        return int(path.name) if path.name.isdigit() else 0

    for folder in sorted(Path("/usr/lib/postgresql").glob("*"), key=version, reverse=True):
        if (folder / "bin/initdb").exists() and (folder / "bin/postgres").exists():
            return folder / "bin"
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found and shutil.which("postgres") else None


@contextmanager
def throwaway_postgresql() -> Iterator[str]:
    """Start a server and give its DATABASE_URL; it and its data are gone at the end.

    :raises PostgresqlError: no binaries, or the server did not start.
    """
    programs = binaries()
    if programs is None:
        raise PostgresqlError("PostgreSQL n’est pas installé : apt-get install postgresql")
    account = _unprivileged_account()
    folder = Path(tempfile.mkdtemp(prefix="cops-pg-"))
    server = None
    try:
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        _create_cluster(programs, folder, account)
        server = _start(programs, folder, account)
        _wait_until_ready(programs, folder, server)
        yield f"postgres://cops@/postgres?host={folder}"
    finally:
        if server is not None:
            _stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_account() -> pwd.struct_passwd | None:
    """Whom to run the server as: PostgreSQL refuses root. None when this process is not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresqlError(
        "Il faut un compte « postgres » ou « nobody » : PostgreSQL refuse de tourner en root."
    )


def _spawn(
    command: list[str], folder: Path, account: pwd.struct_passwd | None, log: Path
) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - the commands are our own
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(folder)},
            start_new_session=True,  # Ctrl-C in the terminal is for the tests; they are told first
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_end_with_parent,
        )


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _create_cluster(programs: Path, folder: Path, account: pwd.struct_passwd | None) -> None:
    log = folder / "initdb.log"
    command = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "cops", "-A", "trust"]
    command += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    if _spawn(command, folder, account, log).wait() != 0:
        raise PostgresqlError(f"initdb a échoué : {_last_line(log)}")


def _start(programs: Path, folder: Path, account: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    command = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
    for name, value in _OPTIONS.items():
        command += ["-c", f"{name}={value}"]
    return _spawn(command, folder, account, folder / "server.log")


def _wait_until_ready(programs: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _STARTUP_S
    probe = [str(programs / "pg_isready"), "-q", "-h", str(folder), "-d", "postgres"]
    while subprocess.run(probe, check=False).returncode != 0:  # noqa: S603
        if server.poll() is not None or time.monotonic() > deadline:
            raise PostgresqlError(f"PostgreSQL n’a pas démarré : {_last_line(folder / 'server.log')}")
        time.sleep(0.1)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "aucun message"


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # « fast shutdown »: closes connections, does not wait for them
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait()


def stop_on_signals() -> None:
    """Make INT, TERM and HUP end this process as Ctrl-C does, so that the server is removed.

    INT as well: a process started in the background inherits that it is ignored.
    """

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def main(arguments: list[str]) -> int:
    """Run the command with a server; its exit status, 1 if there is no server, 2 without a command."""
    if not arguments:
        sys.stderr.write("Usage : python deploy/throwaway_postgresql.py COMMANDE [ARGUMENT…]\n")
        return 2
    stop_on_signals()
    try:
        with throwaway_postgresql() as url:
            return subprocess.run(arguments, env=os.environ | {"DATABASE_URL": url}, check=False).returncode  # noqa: S603
    except PostgresqlError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
