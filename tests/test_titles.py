"""Each page has a title of its own."""

from collections import defaultdict

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.access import ROUTES
from tests.test_form_errors import Page

pytestmark = pytest.mark.once


@pytest.mark.parametrize("role", ["agent", "administrator"])
def test_no_two_addresses_have_the_same_title(role, world, cast):
    client = Client()
    client.force_login(cast[role])
    addresses = defaultdict(set)
    for route in ROUTES:
        if route.expected(role, "GET") != "200":
            continue
        address = reverse(route.name, args=route.arguments(world))
        response = client.get(address)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            content = response.content.decode()
            if "<title>" in content:  # else a part that a page takes in
                addresses[Page(content).title].add(address)
    assert len(addresses) > 30
    assert {title: found for title, found in addresses.items() if len(found) > 1} == {}


def test_what_narrows_a_list_and_its_page_are_in_its_title(agent_client, world):
    factories.PersonFactory.create_batch(60, last_name="Martin")
    address = reverse("person_list")
    titles = [
        Page(agent_client.get(address + query).content.decode()).title
        for query in ("", "?q=Martin", "?q=Martin&page=2", "?page=2")
    ]
    assert titles == [
        "Personnes – COPS",
        "Personnes (sélection «\u00a0Martin\u00a0») – COPS",
        "Personnes (sélection «\u00a0Martin\u00a0»), page 2 – COPS",
        "Personnes, page 2 – COPS",
    ]


def test_the_filters_of_actions_are_in_the_title(agent_client, world):
    response = agent_client.get(reverse("action_list"), {"statut": "realisee"})
    assert Page(response.content.decode()).title == "Actions (Réalisée) – COPS"
