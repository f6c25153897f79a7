"""Forms that are sent at the same time: one save, one reference each."""

import pytest
from django.test import Client
from django.urls import reverse

from actions.models import Action
from cops.audit.models import Submission
from tests import factories
from tests.entered_forms import filled
from tests.races import at_once, race


@pytest.fixture
def action(transactional_db):
    return factories.ActionFactory(reference="1.1-01")


@race
def test_of_simultaneous_clicks_one_saves_and_all_arrive(action, client_of, tmp_path):
    address = reverse("action_create")
    client = client_of(factories.AgentFactory())
    typed = {"title": "Une fois", "objective": action.objective_id, "lead": str(action.lead)}
    data = filled(client.get(address), **typed)

    def click(n):
        each = Client()
        each.cookies["sessionid"] = client.cookies["sessionid"].value
        return each.post(address, data)["Location"]

    arrived = set(at_once(4, click))
    created = Action.objects.get(title="Une fois")
    assert arrived == {reverse("action_years", args=[created.pk])}
    assert Submission.objects.count() == 1


@race
def test_agents_who_create_at_once_get_a_reference_each(action, client_of, tmp_path):
    address = reverse("action_create")
    typed = {"objective": action.objective_id, "lead": str(action.lead)}
    clients = [client_of(factories.AgentFactory()) for _ in range(3)]
    posts = [filled(each.get(address), title=f"Action {n}", **typed) for n, each in enumerate(clients)]
    assert at_once(3, lambda n: clients[n].post(address, posts[n]).status_code) == [302] * 3
    references = Action.objects.filter(title__startswith="Action ").values_list("reference", flat=True)
    code = action.objective.code
    assert len(set(references)) == 3
    assert all(reference.startswith(f"{code}-") for reference in references)


@race
def test_of_two_agents_on_one_sheet_one_saves_and_the_other_is_told(action, client_of, tmp_path):
    address = reverse("action_edit", args=[action.pk])
    clients = [client_of(factories.AgentFactory()) for _ in range(2)]
    posts = [filled(each.get(address), title=f"Titre {n}") for n, each in enumerate(clients)]
    assert sorted(at_once(2, lambda n: clients[n].post(address, posts[n]).status_code)) == [200, 302]
    action.refresh_from_db()
    assert action.version == 2
