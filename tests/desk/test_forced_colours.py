"""Where the reader chose the colours of the screen: states, charts, menus and focus are still seen."""

from typing import Any

import pytest
from django.urls import reverse

from cops.users.models import User
from tests import factories

pytestmark = pytest.mark.browser

STYLE = "(one, name) => getComputedStyle(one)[name]"


@pytest.fixture(params=["light", "dark"])
def page(request: Any, page_as: Any, agent: User) -> Any:
    page = page_as(agent)
    page.emulate_media(forced_colors="active", color_scheme=request.param)
    return page


def style(page: Any, selector: str, name: str) -> str:
    found: str = page.locator(selector).first.evaluate(STYLE, name)
    return found


def test_what_is_chosen_and_what_has_the_focus_is_seen(page: Any) -> None:
    meeting = factories.MeetingFactory(state="held")
    factories.GuestFactory(meeting=meeting, name="Prune", presence="present")
    page.goto(reverse("attendance_edit", args=[meeting.pk]))
    chosen, other = ".btn-check:checked + .btn", ".btn-check:not(:checked) + .btn"
    assert style(page, chosen, "backgroundColor") != style(page, other, "backgroundColor")
    page.keyboard.press("Tab")
    page.locator(".btn-check:checked").focus()
    assert style(page, chosen, "outlineStyle") == "solid"
    assert style(page, chosen, "outlineColor") == style(page, "body", "color")


def test_only_the_entry_of_the_menu_where_one_is_is_marked(page: Any) -> None:
    page.goto(reverse("meeting_list"))
    ground = style(page, "body", "backgroundColor")
    for menu in (".site-nav", ".site-subnav"):
        assert style(page, f"{menu} a[aria-current]", "borderBottomColor") != ground
        assert style(page, f"{menu} a:not([aria-current])", "borderBottomColor") == ground


def test_charts_are_read_and_badges_keep_their_shape(page: Any) -> None:
    page.goto(reverse("components"))
    ink = style(page, "body", "color")
    words = page.locator("svg.chart text:not(.on-fill)")
    assert words.count() > 5
    assert {each.evaluate(STYLE, "fill") for each in words.all()} == {ink}
    assert {each.evaluate(STYLE, "stroke") for each in page.locator("svg.chart line").all()} == {ink}
    bars = page.locator("svg.chart rect:not(.under-text)")
    assert {each.evaluate(STYLE, "stroke") for each in bars.all()} == {ink}
    assert style(page, ".status", "borderTopStyle") == "solid"
