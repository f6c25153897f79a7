"""First steps in a real browser: every answer under the strict policy, nothing from elsewhere."""

import pytest
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.browser


def test_one_logs_in_by_typing_and_out_again(page, agent):
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto("/")
    page.fill("input[name=login]", agent.email)
    page.fill("input[name=password]", factories.PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/")
    assert agent.full_name in page.inner_text("body")
    base = page.evaluate("location.origin")
    assert [url for url in requested if not url.startswith((base, "data:"))] == []


def test_the_site_works_without_javascript(chromium, live_server, agent):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(reverse("account_login"))
    page.fill("input[name=login]", agent.email)
    page.fill("input[name=password]", factories.PASSWORD)
    page.press("input[name=password]", "Enter")
    assert page.url == f"{live_server.url}/"
    context.close()


def test_a_page_is_opened_for_a_logged_in_reader(page_as, member):
    page = page_as(member)
    page.goto(reverse("contract_list"))
    assert page.inner_text("h1") == "Contrats"
    assert page.evaluate("document.documentElement.lang") == "fr"
