"""What is wrong with a form: its page is called so, and each link of its summary leads to a field."""

from collections import defaultdict
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.access import ROUTES

pytestmark = pytest.mark.once

# Whoever has a form of the site before them.
WRITERS = ("anonymous", "member", "agent", "administrator")
FORMS = [route for route in ROUTES if any(route.expected(role, "POST") == "200" for role in WRITERS)]
KEEPS_ITS_VALUE = ("hidden", "submit", "button", "image")
NONSENSE = "zz"


class Page(HTMLParser):
    """The title and identifiers of a page, the links of its summaries of errors, the fields of its forms."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.hidden: set[str] = set()
        self.links: list[str] = []
        self.forms: list[dict[str, list[str]]] = []
        self.title = ""
        self.has_summary = False
        self._depth_of_summary = 0
        self._is_in_title = False
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if identifier := given.get("id"):
            self.ids.add(identifier)
            if given.get("type") == "hidden":
                self.hidden.add(identifier)
        self._is_in_title = tag == "title" and not self.title
        self.has_summary |= "autofocus" in given and given.get("role") == "alert"
        if tag == "div" and (self._depth_of_summary or "is-danger" in given.get("class", "").split()):
            self._depth_of_summary += 1
        if tag == "a" and self._depth_of_summary and given.get("href", "").startswith("#"):
            self.links.append(given["href"].removeprefix("#"))
        if tag == "form":
            self.forms.append(defaultdict(list))
        if tag in ("input", "select", "textarea") and given.get("name") and self.forms:
            is_kept = given.get("type") in KEEPS_ITS_VALUE
            self.forms[-1][given["name"]].append(given.get("value", "") if is_kept else NONSENSE)

    def handle_endtag(self, tag: str) -> None:
        self._is_in_title = False
        if tag == "div" and self._depth_of_summary:
            self._depth_of_summary -= 1

    def handle_data(self, data: str) -> None:
        if self._is_in_title:
            self.title += data

    @property
    def leads_nowhere(self) -> list[str]:
        return [anchor for anchor in self.links if anchor not in self.ids - self.hidden]


@pytest.mark.parametrize("route", FORMS, ids=str)
def test_each_error_leads_to_its_field(route, world, cast):
    """Sent without anything, and with a word that no choice, day, number or address is."""
    address = reverse(route.name, args=route.arguments(world)) + route.query
    for role in WRITERS:
        if route.expected(role, "POST") != "200":
            continue
        client = Client()
        if cast[role] is not None:
            client.force_login(cast[role])
        shown = client.get(address)
        forms = Page(shown.content.decode()).forms if shown.status_code == 200 else []
        for data in ({}, *forms):
            page = _sent(client, address, data)
            assert page.leads_nowhere == [], (role, data)
            if page.has_summary:
                assert page.title.startswith("Erreur\u00a0: "), (role, data)


def _sent(client: Client, address: str, data: dict[str, Any]) -> Page:
    cache.clear()  # the throttles count there
    with transaction.atomic():
        response = client.post(address, data)
        transaction.set_rollback(True)
    is_page = response.status_code == 200 and not response.streaming
    return Page(response.content.decode() if is_page else "")


def test_a_group_of_choices_is_reached_at_its_first(agent_client):
    factories.FormationFactory(kind="restricted")
    factories.CommuneMembershipFactory()
    page = Page(agent_client.post(reverse("crisis_open"), {}).content.decode())
    assert {"id_communes_0", "id_convened_by_0"} <= set(page.links)
    assert page.leads_nowhere == []


def test_what_is_no_longer_taken_is_an_error_in_the_title(client, agent_client, world):
    """Where nothing is left to fill in, the page says why instead of listing fields."""
    closed = reverse("convocation_reply", args=[world.reply_token])
    assert Page(client.post(closed, {}).content.decode()).title.startswith("Erreur\u00a0: ")
    assert not Page(client.get(closed).content.decode()).title.startswith("Erreur")
    own = reverse("attendance_reply", args=[world.meeting.pk, world.other_convened.pk])
    assert Page(agent_client.post(own, {}).content.decode()).title.startswith("Erreur\u00a0: ")
    opening = reverse("crisis_open")
    assert Page(agent_client.post(opening, {}).content.decode()).title.startswith("Erreur\u00a0: ")
    assert not Page(agent_client.get(opening).content.decode()).title.startswith("Erreur")
