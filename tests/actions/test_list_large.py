"""A list of 5,000 actions: as many queries as one of 50, and totals that agree with the filter."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Action, ActionYear, Status
from tests import factories

pytestmark = pytest.mark.django_db

MANY = 5_000


@pytest.fixture
def fill():
    """A function that stores so many actions, numbered from 0: every fifth was dropped and cost nothing."""
    contract = factories.ContractFactory(starts_on=date(2009, 1, 1), ends_on=date(2014, 12, 31))
    objective = factories.ObjectiveFactory(contract=contract, code="1.1")
    lead = factories.OrganisationFactory(name="Pilote")

    def stored(first, last):
        actions = [
            Action(contract=contract, objective=objective, lead=lead, reference=f"1-{n}", title=f"Action {n}")
            for n in range(first, last)
        ]
        for action in actions:
            action.index()
        Action.objects.bulk_create(actions)
        ActionYear.objects.bulk_create(
            _year(n, action) for n, action in zip(range(first, last), actions, strict=True)
        )

    return stored


def _year(n, action):
    is_dropped = n % 5 == 0
    return ActionYear(
        action=action,
        year=2012,
        objective=action.objective,
        lead=action.lead,
        status=Status.DROPPED if is_dropped else Status.DONE,
        reason="funding" if is_dropped else "",
        planned_budget=Decimal("10.10"),
        actual_cost=None if is_dropped else Decimal(n),
    )


def test_a_list_of_5000_costs_the_queries_of_50_and_its_totals_agree_with_its_filter(fill, agent_client):
    queries = {}
    for first, last in ((0, 50), (50, MANY)):
        fill(first, last)
        with CaptureQueriesContext(connection) as captured:
            response = agent_client.get(reverse("action_list"), {"tri": "-cout", "page": "2"})
        assert response.status_code == 200
        queries[last] = len(captured)
    assert queries[50] == queries[MANY]
    assert len(response.content) < 400_000  # before compression

    for query, numbers in (
        ({}, range(MANY)),
        ({"statut": "realisee"}, [n for n in range(MANY) if n % 5]),
        ({"q": "action 499"}, [n for n in range(MANY) if str(n).startswith("499")]),
    ):
        page = agent_client.get(reverse("action_list"), query)
        totals, known = page.context["totals"], [n for n in numbers if n % 5]
        assert page.context["count"] == totals.count == len(numbers)
        assert (totals.budget, totals.cost) == (Decimal("10.10") * len(numbers), Decimal(sum(known)))
        assert (totals.with_budget, totals.with_cost) == (len(numbers), len(known))
