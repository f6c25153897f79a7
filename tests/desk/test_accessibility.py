"""Every page of the site passes the automatic checks of WCAG 2.2 AA."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.access import ROLES, ROUTES

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
FILES = {
    "action_list_export",
    "attendance_statistics_export",
    "convocation_letter",
    "decision_list_export",
    "document_download",
    "evaluation_export",
    "import_errors",
    "meeting_calendar",
    "meeting_list_export",
    "organisation_list_export",
    "person_list_export",
    "roster_export",
    "roster_template",
    "workbook_export",
    "workbook_template",
}
FRAGMENTS = {"account_session_end", "attendance_counts", "crisis_progress", "rendering_progress"}


def pages_of(role, world):
    """Addresses of the pages that this role, and none of those after it, is the last to open."""
    for route in ROUTES:
        if route.name in FILES | FRAGMENTS:
            continue
        readers = [each for each in ROLES if route.expected(each, "GET") == "200"]
        if readers and (readers[0] if "anonymous" in readers else readers[-1]) == role:
            yield str(route), reverse(route.name, args=route.arguments(world)) + route.query


@pytest.mark.parametrize("role", ["anonymous", "member", "agent", "administrator"])
def test_pages_are_accessible(role, world, cast, page, page_as):
    if cast[role] is not None:
        page_as(cast[role])
    found = {}
    for name, address in pages_of(role, world):
        page.goto(address)
        results = Axe().run(page, options=RULES)
        if results.violations_count:
            found[name] = results.generate_snapshot()
    assert found == {}


def test_every_page_is_looked_at_by_somebody(world):
    looked_at = {name for role in ROLES for name, _ in pages_of(role, world)}
    assert len(looked_at) > 25
    roles = ("stranger", "lead")
    assert [name for role in roles for name, _ in pages_of(role, world)] == []
