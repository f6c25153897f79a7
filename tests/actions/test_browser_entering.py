"""Entering actions in a real browser: by keyboard alone, by two agents, and across the end of a session."""

from datetime import date
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.urls import reverse

from actions.models import Action, Funding, IndicatorValue
from tests import factories

pytestmark = pytest.mark.browser

MOST_TABS = 120
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def assert_accessible(page):
    results = Axe().run(page, options=RULES)
    assert results.violations_count == 0, results.generate_snapshot()


@pytest.fixture
def action(transactional_db):
    contract = factories.ContractFactory(
        code="cops-2009", title="COPS 2009-2014", starts_on=date(2009, 1, 1), ends_on=date(2014, 12, 31)
    )
    objective = factories.ObjectiveFactory(contract=contract, code="1.1")
    lead = factories.OrganisationFactory(name="Maison des jeunes")
    return factories.ActionFactory(contract=contract, objective=objective, lead=lead, reference="1.1-01")


class Keyboard:
    """Somebody who uses nothing but the keyboard; every key is counted, those between fields too."""

    def __init__(self, page):
        self.page = page
        self.keys = self.fields = self.pages = 0

    @property
    def seconds(self):
        """How long it takes to type at a slow pace, 40 words a minute (200 keys), with three seconds to take
        in each new page."""
        return self.keys * 60 / 200 + 3 * self.pages

    def go_to(self, selector):
        """Tab until the element has the focus."""
        for _ in range(MOST_TABS):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                self.fields += 1
                return
            self.page.keyboard.press("Tab")
            self.keys += 1
        pytest.fail(f"« {selector} » cannot be reached by the tabulator")

    def type(self, name, text):
        self.go_to(f'[name="{name}"]')
        self.page.keyboard.type(text)
        self.keys += len(text)

    def choose(self, name, place):
        """The option at that place of a select, counted from the empty one."""
        self.go_to(f'[name="{name}"]')
        for _ in range(place):
            self.page.keyboard.press("ArrowDown")
            self.keys += 1

    def press(self, selector, key="Enter"):
        self.go_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self.keys += 1
        self.pages += 1


def test_a_new_action_with_three_years_indicators_and_funding_by_keyboard_alone(page_as, agent, action):
    factories.OrganisationFactory(name="État (FIPD)")
    page = page_as(agent)
    page.goto(reverse("action_list"))
    keys = Keyboard(page)
    keys.press(f'a[href="{reverse("action_create")}"]')
    keys.type("objective", "1.1")
    keys.type("title", "Chantiers éducatifs")
    keys.type("description", "Deux semaines par été.")
    keys.type("lead", "maison des jeunes")
    keys.type("counting_unit", "pers")
    keys.press(".form-actions .btn-primary")

    created = Action.objects.get(title="Chantiers éducatifs")
    assert page.url.endswith(reverse("action_years", args=[created.pk]))
    for n, (year, status, budget) in enumerate(
        [("2010", "Réal", "1 500"), ("2011", "Part", "1 600,50"), ("2012", "", "")]
    ):
        keys.type(f"years-new{n}-year", year)
        keys.type(f"years-new{n}-status", status)
        if status == "Part":
            keys.type(f"years-new{n}-reason", "Fin")
        keys.type(f"years-new{n}-planned_budget", budget)
    keys.press('[name="then"]')

    keys.type("indicators-new0-name", "Jeunes accueillis")
    keys.choose("indicators-new0-nature", 2)
    keys.type("indicators-new0-unit", "jeunes")
    keys.choose("indicators-new0-direction", 1)
    keys.type("indicators-new0-y2010-target", "40")
    keys.type("indicators-new0-y2010-value", "38")
    keys.press('[name="then"]')

    keys.type("fundings-new0-action_year", "2010")
    keys.type("fundings-new0-funder", "etat (fipd)")
    keys.type("fundings-new0-requested", "750")
    keys.press('[name="fundings-new0-paid"]')  # Enter in a field saves

    assert page.url.endswith(reverse("action_detail", args=[created.pk]))
    assert (created.reference, created.counting_unit) == ("1.1-02", "people")
    assert [*created.years.order_by("year").values_list("year", "status", "reason", "planned_budget")] == [
        (2010, "done", "", Decimal(1500)),
        (2011, "partial", "funding", Decimal("1600.50")),
        (2012, "", "", None),
    ]
    assert IndicatorValue.objects.get().value == Decimal(38)
    assert Funding.objects.get().requested == Decimal(750)
    assert keys.seconds < 120, (keys.keys, keys.fields, keys.pages)


def test_a_line_that_is_added_has_the_focus(page_as, agent, action):
    page = page_as(agent)
    page.goto(reverse("action_years", args=[action.pk]))
    keys = Keyboard(page)
    keys.type("years-new0-year", "2010")
    keys.go_to('[name="step"][value="add"]')
    page.keyboard.press("Enter")
    page.locator('[name="years-new3-year"]:focus').wait_for()
    assert page.input_value('[name="years-new0-year"]') == "2010"


def test_the_summary_of_errors_leads_to_the_cell(page_as, agent, action):
    page = page_as(agent)
    page.goto(reverse("action_years", args=[action.pk]))
    keys = Keyboard(page)
    keys.type("years-new0-year", "2019")
    keys.press(".form-actions .btn-primary")
    assert_accessible(page)
    keys.go_to(".notice.is-danger a")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "years-new0-year"


def test_two_agents_on_one_sheet_decide_by_keyboard(chromium, live_server, page_as, client_of, agent, action):
    address = reverse("action_edit", args=[action.pk])
    first = page_as(agent)
    first.goto(address)
    colleague = factories.AgentFactory(full_name="Bertrand Bureau")
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    session = client_of(colleague).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    second = context.new_page()
    second.goto(address)
    second.fill("[name=title]", "Titre de Bertrand")
    second.fill("[name=audience]", "Collégiens")
    second.click(".form-actions .btn-primary")
    context.close()

    first.fill("[name=title]", "Mon titre")
    first.click(".form-actions .btn-primary")
    assert "Modifié entre-temps" in first.inner_text("main")
    assert_accessible(first)
    keys = Keyboard(first)
    keys.go_to('[name="title_choice"]')
    first.keyboard.press("Space")
    first.keyboard.press("ArrowDown")
    keys.press(".form-actions .btn-primary")
    action.refresh_from_db()
    assert (action.title, action.audience) == ("Titre de Bertrand", "Collégiens")


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(page_as, agent, action):
    address = reverse("action_years", args=[action.pk])
    page = page_as(agent)
    page.goto(address)
    page.fill('[name="years-new0-year"]', "2010")
    page.fill('[name="years-new0-comment"]', "Un long commentaire,\nsur deux lignes.")
    Session.objects.all().delete()
    page.click(".form-actions .btn-primary")
    assert "votre saisie vous sera rendue" in page.inner_text("main")
    page.fill("input[name=login]", agent.email)
    page.fill("input[name=password]", factories.PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"**{address}")
    assert "Votre saisie a été retrouvée" in page.inner_text("main").replace("\u00a0", " ")
    assert_accessible(page)
    assert page.input_value('[name="years-new0-comment"]') == "Un long commentaire,\nsur deux lignes."
    page.press('[name="years-new0-year"]', "Enter")
    page.wait_for_url(f"**{reverse('action_detail', args=[action.pk])}")
    assert action.years.get().comment.splitlines() == ["Un long commentaire,", "sur deux lignes."]


def test_the_back_button_brings_no_second_action(page_as, agent, action):
    page = page_as(agent)
    page.goto(reverse("action_create"))
    page.select_option("[name=objective]", label="1.1 – Soutenir les parents")
    page.fill("[name=title]", "Une fois")
    page.fill("[name=lead]", "Maison des jeunes")
    page.click(".form-actions .btn-primary")
    page.go_back()
    if page.input_value("[name=title]") == "Une fois":
        page.click(".form-actions .btn-primary")
    assert Action.objects.filter(title="Une fois").count() == 1
