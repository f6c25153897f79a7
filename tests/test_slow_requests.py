"""Requests that never end arriving do not keep the others out."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

APPLICATION = """
def application(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(len(body)).encode()]
"""
SLOW = {
    "headers": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Half: ",
    "body": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf",
}
SLOT_S = 60


@pytest.mark.parametrize("begun", SLOW.values(), ids=SLOW)
def test_twenty_half_sent_requests_do_not_stop_the_site(tmp_path, begun):
    (tmp_path / "plain.py").write_text(APPLICATION)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = ["-m", "gunicorn", "plain:application", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    command += ["--worker-class", "cops.lib.server.TimedWorker", "--threads", "8"]
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{Path(settings.BASE_DIR)}"}
    server = subprocess.Popen([sys.executable, *command], cwd=settings.BASE_DIR, env=environment)
    held: list[socket.socket] = []
    try:
        _until_answering(port)
        for _ in range(20):
            held.append(socket.create_connection(("127.0.0.1", port), timeout=SLOT_S))
            held[-1].sendall(begun)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", b"x" * 100_000, timeout=SLOT_S) as answer:
            assert answer.read() == b"100000"
        assert all(_is_closed(each) for each in held)
    finally:
        for each in held:
            each.close()
        server.terminate()
        server.wait(30)


def _until_answering(port: int) -> None:
    deadline = time.monotonic() + SLOT_S
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not start")


def _is_closed(connection: socket.socket) -> bool:
    """Whether the server ends the connection by itself; waits for it."""
    try:
        while connection.recv(4096):
            pass
    except ConnectionResetError:
        pass
    return True
