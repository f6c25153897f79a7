"""A real mail server for tests: it listens on this machine and keeps what it receives."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


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
