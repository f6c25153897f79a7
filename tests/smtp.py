"""A real mail server for tests: it listens on this machine and keeps what it receives."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

PATIENCE_S = 60


def text_of(mail: EmailMessage) -> str:
    """What is read of a message."""
    body = mail.get_body(["plain"])
    assert body is not None
    return str(body.get_content())


def link_in(mail: EmailMessage) -> str:
    """The address that a message names."""
    found = re.search(r"http://\S+", text_of(mail))
    assert found is not None
    return found[0]


class Mailbox:
    """What the server received; it can be made to refuse, or to stop in the middle of a message."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refusal = ""  # an answer to every recipient, as « 550 Unknown user »
        self.stops = False  # once it holds the text, answers nothing until `go_on`
        self.drops = False  # takes the text, then closes the line without an answer
        self.holds_text = threading.Event()
        self._go_on = threading.Event()

    def take(self, number: int) -> list[EmailMessage]:
        """So many messages, once they have come; they are taken out of the box."""
        deadline = time.monotonic() + PATIENCE_S
        while len(self.received) < number and time.monotonic() < deadline:
            time.sleep(0.05)
        taken, self.received = self.received, []
        assert len(taken) == number, [mail["To"] for mail in taken]
        return taken

    def go_on(self) -> None:
        self._go_on.set()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append(BytesParser(policy=default).parsebytes(envelope.content))
        self.recipients += envelope.rcpt_tos
        self.holds_text.set()
        while self.stops and not self._go_on.is_set():
            await asyncio.sleep(0.02)
        if self.drops:
            server.transport.abort()
        return "250 Accepted"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, int]]:
    """A server that runs while the block does: its mailbox and its port."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        yield mailbox, controller.port
    finally:
        mailbox.go_on()
        controller.stop()
