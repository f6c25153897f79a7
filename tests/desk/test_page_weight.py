"""No page is heavier than 100 kB, compressed, on the first visit."""

import gzip
from pathlib import Path
from urllib.parse import urlparse

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from whitenoise.compress import Compressor

from cops.desk.demonstration import ACCOUNTS, load_demonstration
from cops.desk.reference import load_reference
from cops.users.models import User
from tests.desk.test_accessibility import pages_of

pytestmark = pytest.mark.browser

MOST = 100_000

BUSY_PAGES = {
    "home": [],
    "contract_detail": ["cops-2009"],
    "action_list": [],
    "evaluation_list": [],
    "evaluation_year": ["cops-2009", 2012],
    "formation_list": [],
}


def served(path: str) -> int:
    """The length of a static file as whitenoise serves it to a browser that reads gzip but not brotli."""
    content = Path(finders.find(path.removeprefix("/static/"))).read_bytes()
    if not Compressor().should_compress(path):
        return len(content)
    return min(len(content), len(gzip.compress(content, compresslevel=9, mtime=0)))


def first_visit(page, address: str) -> dict[str, int]:
    """What a browser that never came before asks for, each with its compressed length."""
    answers = []

    def note(answer) -> None:
        answers.append(answer)

    page.on("response", note)
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_load_state("networkidle")
    page.remove_listener("response", note)
    weights = {}
    for answer in answers:
        path = urlparse(answer.url).path
        if path.startswith("/static/"):
            weights[path] = served(path)
        elif answer.url.startswith("http") and answer.ok:
            weights[path] = len(gzip.compress(answer.body(), compresslevel=6))
    return weights


def too_heavy(page, addresses) -> dict[str, dict[str, int]]:
    visits = {address: first_visit(page, address) for address in addresses}
    assert all(any(path.endswith(".woff2") for path in visit) for visit in visits.values())
    return {address: visit for address, visit in visits.items() if sum(visit.values()) > MOST}


@pytest.mark.parametrize("role", ["anonymous", "member", "agent", "administrator"])
def test_every_page_is_light(role, world, cast, page, page_as):
    if cast[role] is not None:
        page_as(cast[role])
    assert too_heavy(page, [address for _, address in pages_of(role, world)]) == {}


def test_pages_full_of_figures_are_light(live_server, page, page_as):
    load_reference()
    load_demonstration()
    page_as(User.objects.get(email=ACCOUNTS[0].email))
    addresses = [reverse(name, args=arguments) for name, arguments in BUSY_PAGES.items()]
    assert too_heavy(page, addresses) == {}
