"""Programs that run together: stopped together, and none goes on alone when another one ends."""

import ctypes
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

# How long programs have to end by themselves before they are killed, in seconds.
GRACE_S = 10.0
_POLL_S = 0.1
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Program:
    """A program under its French name (« Le serveur »)."""

    name: str
    command: Sequence[str]


class Together:
    """Runs programs until one of them ends or this process is told to stop (INT, TERM or HUP).

    Each has a session of its own, so that Ctrl-C reaches it through here, once; if this process is killed
    the kernel ends them.
    """

    def __init__(self, programs: Sequence[Program], *, cwd: str) -> None:
        self._programs = programs
        self._cwd = cwd
        self._running: list[tuple[Program, subprocess.Popen[bytes]]] = []
        self._is_told_to_stop = False

    def run(self, while_starting: Callable[[], bool]) -> Program | None:
        """Start all, call `while_starting` until it is true, then wait.

        :returns: the program that ended by itself, or None when this process was told to stop.
        """
        previous = {
            number: signal.signal(number, self._stop)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            for program in self._programs:
                self._running.append((program, self._start(program)))
            return self._watch(while_starting)
        finally:
            self._end_all()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _start(self, program: Program) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - the commands are our own
            program.command, cwd=self._cwd, start_new_session=True, preexec_fn=_end_with_parent
        )

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._is_told_to_stop = True

    def _watch(self, while_starting: Callable[[], bool]) -> Program | None:
        is_started = False
        while not self._is_told_to_stop:
            for program, process in self._running:
                if process.poll() is not None:
                    return program
            is_started = is_started or while_starting()
            time.sleep(_POLL_S)
        return None

    def _end_all(self) -> None:
        for _, process in self._running:
            process.terminate()
        deadline = time.monotonic() + GRACE_S
        for _, process in self._running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


_libc = ctypes.CDLL(None)


def _end_with_parent() -> None:
    """Runs in the child: the kernel sends it TERM when its parent is gone, even killed (Linux only)."""
    prctl = getattr(_libc, "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
