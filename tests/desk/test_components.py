"""The living page shows every shared part in its states, to the service only."""

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

COMPONENTS = reverse("components")
FILES = list(Path(settings.BASE_DIR, "templates/components").glob("*.html"))
# What extends the base is the shell of whole pages, and shown by each of them.
PARTS = {f"components/{path.name}" for path in FILES if "{% extends" not in path.read_text("utf-8")}


def test_every_part_is_shown_in_one_of_the_two_states(agent_client):
    shown = {
        template.name
        for state in ("", "?etat=erreurs")
        for template in agent_client.get(COMPONENTS + state).templates
    }
    assert PARTS - shown == set()


def test_refused_forms_are_shown_apart_so_that_nothing_is_announced_at_rest(agent_client):
    at_rest, refused = (
        agent_client.get(COMPONENTS + state).content.decode() for state in ("", "?etat=erreurs")
    )
    assert 'role="alert"' not in at_rest
    assert "4 erreurs sont à corriger" in refused
    assert refused.count("autofocus") == 1


def test_a_page_changes_nothing_and_costs_no_query_of_its_own(agent_client, django_assert_num_queries):
    with django_assert_num_queries(2):  # the session and its account
        agent_client.get(COMPONENTS)


@pytest.mark.parametrize("name", ["member_client", "lead_client", "stranger_client"])
def test_others_do_not_see_it(name, request):
    assert request.getfixturevalue(name).get(COMPONENTS).status_code == 403
