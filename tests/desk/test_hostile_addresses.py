"""Whatever stands in an address, a page answers: it shows something, or says what is wrong with it."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access import ROUTES, Route

pytestmark = pytest.mark.once

NAMES = [
    *("action", "annee", "axe", "code", "commune", "compte", "contrat", "coordonnees", "dans", "etat"),
    *("format", "formation", "le", "mandat", "nature", "objectif", "organisme", "page", "path", "pilote"),
    *("prevue", "q", "query", "retard", "siege", "statut", "toutes", "tri", "unite"),
]
ODD = {
    "a NUL": "\0",
    "the last day": "9999-12-31",
    "a number that no computer takes": "9" * 5000,
    "a digit that is none": "²",
}


def pages_of(role: str) -> list[Route]:
    """The pages of a role, those that the agent has too left out."""
    return [
        route
        for route in ROUTES
        if route.expected(role, "GET").startswith("200")
        and (role == "agent" or not route.expected("agent", "GET").startswith("200"))
    ]


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
@pytest.mark.parametrize("role", ["agent", "administrator"])
def test_no_value_in_an_address_breaks_a_page(role, value, world, cast):
    client = Client(raise_request_exception=False)
    client.force_login(cast[role])
    broken = []
    for route in pages_of(role):
        address = reverse(route.name, args=route.arguments(world))
        with transaction.atomic():
            if client.get(address, dict.fromkeys(NAMES, value)).status_code >= 500:
                broken.append(route.name)
            transaction.set_rollback(True)
    assert broken == []
