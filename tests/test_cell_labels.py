"""In a table that is entered, the label of a field says its row: a list of fields, or who says « cliquer
Supprimer : Objectif 1.4 », knows which one it is.
"""

from collections import Counter
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from tests import factories
from tests.access import ROUTES

pytestmark = pytest.mark.once


class Labels(HTMLParser):
    """The words of the labels of a page's form of entering, with those that are not seen."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self._is_inside = self._is_label = False
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._is_inside = "entering" in (given.get("class") or "")
        if tag == "label" and self._is_inside:
            self._is_label = "cell-label" in (given.get("class") or "")
            if self._is_label:
                self.names.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._is_label = False

    def handle_data(self, data: str) -> None:
        if self._is_label:
            self.names[-1] += data.replace("\u00a0", " ")


@pytest.fixture
def full(world):
    """Two rows, at the least, in every table that is entered."""
    action, meeting = world.own_action, world.meeting
    contract = action.contract
    for number in ("7", "8"):
        axis = factories.AxisFactory(contract=contract, number=number)
        factories.ObjectiveFactory(axis=axis, code=f"{number}.1")
    for value in (2010, 2011):
        year = factories.ActionYearFactory(action=action, year=value)
        factories.FundingFactory(action_year=year)
        factories.AgendaItemFactory(meeting=meeting, title=f"Point {value}")
        factories.GuestFactory(meeting=meeting, name=f"Invité {value}")
        factories.SignatoryFactory(contract=contract)
    for name in ("Participants", "Incidents"):
        factories.IndicatorFactory(action=action, name=name)
    for name in ("DSU", "Service DSU"):
        factories.OrganisationNameFactory(organisation=world.organisation, name=name)
    return world


@pytest.mark.parametrize("role", ["agent", "administrator"])
def test_no_two_cells_have_the_same_label(role, full, cast, client_of):
    client, found, counted = client_of(cast[role]), {}, Counter()
    for route in ROUTES:
        if route.expected(role, "GET") != "200" or route.expected(role, "POST") not in ("200", "302"):
            continue
        response = client.get(reverse(route.name, args=route.arguments(full)) + route.query)
        if response.streaming or "html" not in response["Content-Type"]:
            continue
        names = Counter(Labels(response.content.decode()).names)
        counted[route.name] = len(names)
        if twice := [name for name, times in names.items() if times > 1 and " : " in name]:
            found[route.name] = twice
    assert found == {}
    assert sum(map(bool, counted.values())) >= (8 if role == "agent" else 1)


def test_a_label_says_its_row_but_where_the_field_does(agent_client):
    contract = factories.ObjectiveFactory(code="1.4").contract
    page = agent_client.get(reverse("contract_plan", args=[contract.code]))
    names = Labels(page.content.decode()).names
    assert {"Supprimer : Objectif 1.4", "Libellé de l’objectif : Objectif 1.4", "Code"} <= set(names)


def test_a_funding_is_named_by_its_year_and_who_pays(agent_client):
    funding = factories.FundingFactory(action_year__year=2012, funder__name="État")
    page = agent_client.get(reverse("action_funding", args=[funding.action_year.action_id]))
    names = Labels(page.content.decode()).names
    assert {"Demandé (€) : 2012, État", "Retirer : 2012, État", "Versé (€) : nouvelle ligne"} <= set(names)
