"""The totals under the list: they agree with its filters and count nothing twice."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from actions.models import Reason, Status
from actions.totals import Totals
from tests.factories import (
    ActionCommuneFactory,
    ActionFactory,
    ActionYearFactory,
    FundingFactory,
    IndicatorValueFactory,
    ObjectiveFactory,
    PartnershipFactory,
)


def totals(client: Client, **query: str) -> Totals:
    response = client.get(reverse("action_list"), query)
    assert response.status_code == 200
    return response.context["totals"]


@pytest.fixture
def actions(db: None) -> list[Any]:
    """Four actions; the first with several of everything that could multiply a sum."""
    objective = ObjectiveFactory()
    made = [
        ActionFactory(contract=objective.contract, objective=objective, reference=f"1.1-{n}", title=f"N{n}x")
        for n in range(4)
    ]
    for action in made[:2]:
        ActionYearFactory(action=action, year=2010, planned_budget=Decimal("5000"), actual_cost=None)
    first = ActionYearFactory(
        action=made[0], planned_budget=Decimal("0.10"), actual_cost=Decimal("1000000.01")
    )
    ActionYearFactory(
        action=made[1],
        planned_budget=Decimal("0.20"),
        actual_cost=None,
        status=Status.DROPPED,
        reason=Reason.LEAD,
    )
    ActionYearFactory(action=made[2], planned_budget=None, actual_cost=None, status="")
    for _ in range(3):
        PartnershipFactory(action=made[0])
        ActionCommuneFactory(action=made[0])
        FundingFactory(action_year=first)
        IndicatorValueFactory(action_year=first, indicator__action=made[0])
    return made


def test_sums_are_exact_and_count_each_action_once(actions, agent_client):
    found = totals(agent_client)
    assert (found.count, found.never_programmed) == (4, 1)
    assert (found.budget, found.with_budget) == (Decimal("0.30"), 2)
    assert (found.cost, found.with_cost) == (Decimal("1000000.01"), 1)
    assert [(row.status, row.count) for row in found.statuses] == [("done", 1), ("dropped", 1), ("", 1)]


@pytest.mark.parametrize(
    ("query", "count", "budget"),
    [
        ({"annee": "2010"}, 2, Decimal("10000")),
        ({"annee": "2012", "statut": "realisee"}, 1, Decimal("0.10")),
        ({"statut": "abandonnee"}, 1, Decimal("0.20")),
        ({"statut": "vide"}, 1, None),
        ({"q": "n1x"}, 1, Decimal("0.20")),
        ({"commune": "toutes"}, 3, Decimal("0.20")),
        ({"q": "introuvable"}, 0, None),
        ({"annee": "douze"}, 0, None),
    ],
)
def test_totals_agree_with_the_filter(query, count, budget, actions, agent_client):
    found = totals(agent_client, **query)
    assert (found.count, found.budget) == (count, budget)
    assert sum(row.count for row in found.statuses) + found.never_programmed == count


def test_totals_are_those_of_all_pages_and_of_the_columns_shown(agent_client):
    objective = ObjectiveFactory()
    for number in range(60):
        action = ActionFactory(contract=objective.contract, objective=objective, reference=f"r{number}")
        ActionYearFactory(action=action, planned_budget=Decimal("1.01"), is_planned=bool(number % 2))
    response = agent_client.get(reverse("action_list"), {"page": "2"})
    rows = response.context["table"].rows
    found = response.context["totals"]
    assert found.budget == sum(row.record.listed_budget for row in rows) == Decimal("60.60")
    assert "Total des 60\u00a0actions" in response.content.decode()
    assert "60,60\u00a0€" in response.content.decode()


def test_what_nobody_knows_is_said(agent_client):
    ActionYearFactory(planned_budget=None, actual_cost=Decimal(0))
    page = agent_client.get(reverse("action_list")).content.decode()
    assert 'n.d. <span class="cell-note">connu pour 0 sur 1' in page
    assert '0,00\u00a0€ <span class="cell-note">connu pour toutes' in page


def test_a_member_adds_up_only_what_they_read(member_client, agent_client):
    ActionYearFactory(planned_budget=Decimal(7))
    ActionYearFactory(planned_budget=Decimal(5), action__is_confidential=True)
    assert totals(agent_client, contrat="tous").budget == 12
    assert totals(member_client).budget == 7


def test_each_status_leads_to_its_actions_within_the_filter(actions, agent_client):
    response = agent_client.get(reverse("action_list"), {"q": "n", "page": "1", "annee": "2012"})
    for row, url in response.context["status_links"]:
        assert "q=n" in url and "annee=2012" in url and "page" not in url
        assert totals(agent_client, **dict(part.split("=") for part in url[1:].split("&"))).count == row.count
