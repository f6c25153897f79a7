"""Another contract for a new action, in a real browser: what was typed stays, with script and without."""

from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.browser


@pytest.fixture
def contracts(transactional_db):
    first = factories.ContractFactory(code="cops-2009", title="Contrat 2009")
    second = factories.ContractFactory(
        code="cops-2013", title="Contrat 2013", starts_on=date(2013, 1, 1), ends_on=date(2014, 12, 31)
    )
    for contract, code in ((first, "1.1"), (second, "2.1")):
        factories.ObjectiveFactory(contract=contract, code=code)
    return first, second


def objectives(page):
    return [text[:3] for text in page.locator("[name=objective] option").all_inner_texts()[1:]]


def test_the_form_follows_the_choice_at_once(page_as, agent, contracts):
    page = page_as(agent)
    page.goto(reverse("action_create"))
    assert objectives(page) == ["2.1"]
    page.fill("[name=title]", "Titre tapé")
    page.focus("[name=contract]")
    page.select_option("[name=contract]", "cops-2009")
    page.wait_for_selector("[name=objective] option:has-text('1.1')", state="attached")
    assert objectives(page) == ["1.1"]
    assert page.input_value("[name=title]") == "Titre tapé"
    assert page.evaluate("document.activeElement.name") == "contract"
    page.locator("#entering-said", has_text="suit votre choix").wait_for(state="attached")


def test_a_session_that_ended_meanwhile_loses_nothing(page_as, agent, contracts):
    page = page_as(agent)
    page.goto(reverse("action_create"))
    page.fill("[name=title]", "Titre tapé")
    Session.objects.all().delete()
    page.select_option("[name=contract]", "cops-2009")
    page.wait_for_selector("input[name=login]")
    page.fill("input[name=login]", agent.email)
    page.fill("input[name=password]", factories.PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"**{reverse('action_create')}")
    assert page.input_value("[name=title]") == "Titre tapé"
    assert objectives(page) == ["1.1"]
