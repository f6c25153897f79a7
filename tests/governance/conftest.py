"""Further browsers, for what several people do at once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture
def another(chromium: Any, live_server: Any, client_of: Any) -> Iterator[Callable[..., Any]]:
    """A function that opens a further browser: nobody's, or logged in as an account."""
    contexts = []

    def open_browser(user: Any = None, **options: Any) -> Any:
        context = chromium.new_context(
            base_url=live_server.url, locale="fr-FR", timezone_id="Europe/Paris", **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if user:
            session = client_of(user).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return context.new_page()

    yield open_browser
    for context in contexts:
        context.close()
