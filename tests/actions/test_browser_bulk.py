"""Many actions at once, a year carried on, rows added in a real browser: by keyboard, and without script."""

from datetime import date
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from actions.models import Action, ActionYear
from tests import factories

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def assert_accessible(page):
    results = Axe().run(page, options=RULES)
    assert results.violations_count == 0, results.generate_snapshot()


@pytest.fixture
def actions(transactional_db):
    contract = factories.ContractFactory(
        code="cops-2009", title="COPS 2009-2014", starts_on=date(2009, 1, 1), ends_on=date(2014, 12, 31)
    )
    objective = factories.ObjectiveFactory(contract=contract, code="1.1")
    lead = factories.OrganisationFactory(name="Maison des jeunes")
    made = [
        factories.ActionFactory(contract=contract, objective=objective, lead=lead, reference=f"1.1-0{n}")
        for n in (1, 2, 3)
    ]
    for action in made:
        factories.ActionYearFactory(action=action, year=2012, planned_budget=Decimal(1000), actual_cost=None)
    return made


def tab_to(page, selector):
    for _ in range(150):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"« {selector} » cannot be reached by the tabulator")


def press(page, selector, key="Enter"):
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press(key)


def test_two_ticked_actions_are_changed_by_keyboard_alone(page_as, agent, actions):
    page = page_as(agent)
    page.goto(reverse("action_list"))
    assert_accessible(page)
    for action in actions[:2]:
        tab_to(page, f'input[name="action"][value="{action.pk}"]')
        page.keyboard.press("Space")
    press(page, "#bulk button[type=submit]")
    assert_accessible(page)
    for name, text in (("year", "2012"), ("status", "Rep"), ("reason", "Fin")):
        tab_to(page, f'[name="{name}"]')
        page.keyboard.type(text)
    press(page, ".form-actions .btn-primary")
    assert page.locator("#bulk-changed tbody tr").count() == 2
    assert_accessible(page)
    press(page, ".form-actions .btn-primary")
    assert "2\u00a0actions modifiées." in page.inner_text(".messages")
    found = ActionYear.objects.order_by("action__reference").values_list("status", "reason")
    assert list(found) == [("postponed", "funding"), ("postponed", "funding"), ("done", "")]


def test_a_whole_page_is_ticked_at_once_where_script_runs(page_as, agent, actions):
    page = page_as(agent)
    page.goto(reverse("action_list"))
    page.click("[data-tick-all]")
    assert page.locator('input[name="action"]:checked').count() == 3


def test_a_year_is_carried_on_by_keyboard_alone(page_as, agent, actions):
    page = page_as(agent)
    page.goto(reverse("action_carry", args=["cops-2009"]))
    assert_accessible(page)
    tab_to(page, f'input[name="chosen"][value^="{actions[0].years.get().pk}."]')
    page.keyboard.press("Space")
    press(page, ".form-actions .btn-primary")
    assert [row.action for row in ActionYear.objects.filter(year=2013)] == actions[1:]


def test_a_row_comes_without_loading_the_page_again_with_focus_and_a_word(page_as, agent, actions):
    page = page_as(agent)
    page.goto(reverse("action_years", args=[actions[0].pk]))
    page.evaluate("window.isSamePage = true")
    page.fill('textarea[name$="-comment"] >> nth=0', "Pas encore enregistré")
    page.click('button[value="add"]')
    page.wait_for_selector('[name="years-new1-year"]')
    assert page.evaluate("window.isSamePage")
    assert page.evaluate("document.activeElement.name") == "years-new1-year"
    page.wait_for_selector("#entering-said:has-text('Une ligne est ajoutée.')", state="attached")
    assert page.input_value('textarea[name$="-comment"] >> nth=0') == "Pas encore enregistré"
    assert_accessible(page)
    page.keyboard.type("2013")
    page.keyboard.press("Tab")
    page.fill('[name="years-new1-planned_budget"]', "500,50")
    page.keyboard.press("Tab")
    page.wait_for_selector("#year-totals:has-text('500,50')")
    with page.expect_navigation():
        page.click(".form-actions .btn-primary")
    assert actions[0].years.get(year=2013).planned_budget == Decimal("500.50")


def test_a_step_after_the_end_of_the_session_leads_to_the_login_and_back(page_as, agent, actions):
    page = page_as(agent)
    page.goto(reverse("action_years", args=[actions[0].pk]))
    page.fill('textarea[name$="-comment"] >> nth=0', "Tapé avant la fin")
    page.context.clear_cookies(name="sessionid")
    with page.expect_navigation():
        page.click('button[value="add"]')
    assert reverse("account_login") in page.url
    assert "votre saisie vous sera rendue" in page.inner_text("main")


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_is_wider_than_the_screen(width, page_as, agent, actions):
    page = page_as(agent)
    page.set_viewport_size({"width": width, "height": 800})
    ticked = "&".join(f"action={action.pk}" for action in actions)
    for address in (
        reverse("action_list"),
        f"{reverse('action_bulk')}?{ticked}",
        reverse("action_carry", args=["cops-2009"]),
        reverse("action_years", args=[actions[0].pk]),
        reverse("action_year_place", args=[actions[0].pk, 2012]),
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert_accessible(page)


def test_a_change_without_script_is_the_same(page, page_as, chromium, live_server, agent, client_of, actions):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    session = client_of(agent).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    plain = context.new_page()
    plain.goto(reverse("action_list"))
    plain.check(f'input[name="action"][value="{actions[0].pk}"]')
    plain.click("#bulk button[type=submit]")
    plain.select_option('[name="is_confidential"]', "oui")
    plain.click(".form-actions .btn-primary")
    plain.click(".form-actions .btn-primary")
    assert "1\u00a0action modifiée." in plain.inner_text(".messages")
    plain.goto(reverse("action_years", args=[actions[1].pk]))
    plain.click('button[value="carry"]')
    assert plain.input_value('[name="years-new1-year"]') == "2013"
    context.close()
    assert Action.objects.filter(is_confidential=True).get() == actions[0]
