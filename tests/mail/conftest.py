"""A mail server that really receives."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.smtp import Mailbox, mail_server


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """A real server to which this process sends."""
    with mail_server() as (received, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield received
