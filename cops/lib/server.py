"""The server's worker: a request that arrives too slowly is dropped, so that it holds no thread for long.

gunicorn cops.wsgi --worker-class cops.lib.server.TimedWorker --threads 8
"""

import errno
import socket
import time
from typing import Any, Self

from gunicorn.workers.gthread import TConn, ThreadWorker

# A request, headers and body, has this long to arrive, and longer by what has arrived of it already.
PATIENCE_S = 5.0
SLOWEST_BYTES_PER_S = 20_000


class TimedSocket(socket.socket):
    """A connection whose reading ends in a reset when the request that is read comes too slowly."""

    _started = 0.0
    _received = 0

    @classmethod
    def taking(cls, connection: socket.socket) -> Self:
        """The same connection; `connection` itself is not usable any more."""
        return cls(connection.family, connection.type, connection.proto, fileno=connection.detach())

    def start(self) -> None:
        """The next request begins now."""
        self._started, self._received = time.monotonic(), 0

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        allowed = PATIENCE_S + self._received / SLOWEST_BYTES_PER_S
        remaining = self._started + allowed - time.monotonic()
        if remaining <= 0:
            raise self._too_slow()
        former = self.gettimeout()
        self.settimeout(remaining)
        try:
            data = super().recv(bufsize, flags)
        except TimeoutError as error:
            raise self._too_slow() from error
        finally:
            self.settimeout(former)
        self._received += len(data)
        return data

    def _too_slow(self) -> ConnectionResetError:
        return ConnectionResetError(errno.ECONNRESET, "the request arrives too slowly")


class TimedWorker(ThreadWorker):
    """Threads as gunicorn has them, with a limit of time for each request to arrive."""

    def handle(self, conn: TConn) -> Any:
        if not isinstance(conn.sock, TimedSocket) and not conn.initialized:
            conn.sock = TimedSocket.taking(conn.sock)
        if isinstance(conn.sock, TimedSocket):
            conn.sock.start()
        return super().handle(conn)
