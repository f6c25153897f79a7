"""What the keyboard reaches is seen, on a wide and on a narrow screen."""

import pytest
from django.urls import reverse

from tests.desk.test_accessibility import pages_of

pytestmark = pytest.mark.browser

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}

# Links and controls that take the keyboard although an ancestor of theirs is cut away (the skip link, which
# comes into view with the keyboard, is moved and not cut).
UNSEEN = """() => {
  const cut = (element) => getComputedStyle(element).clipPath === "inset(50%)";
  const taking = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  return [...document.querySelectorAll(taking)]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({visibilityProperty: true}))
    .filter((one) => {
      for (let at = one; at; at = at.parentElement) if (cut(at)) return true;
      return false;
    })
    .map((one) => one.outerHTML);
}"""


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("role", ["member", "agent", "administrator"])
def test_nothing_takes_the_keyboard_out_of_sight(role, size, world, cast, page_as):
    page = page_as(cast[role])
    page.set_viewport_size(size)
    found = {}
    for name, address in pages_of(role, world):
        page.goto(address)
        if unseen := page.evaluate(UNSEEN):
            found[name] = unseen
    assert found == {}


def test_the_headings_that_sort_are_links_over_the_cards_of_a_narrow_screen(page_as, agent):
    page = page_as(agent)
    page.set_viewport_size(NARROW)
    page.goto(reverse("components"))
    links = page.locator("#table ~ .table-frame").first.locator("thead a")
    assert links.all_inner_texts() == ["Référence", "Intitulé", "Coût"]
    for link in links.all():
        box = link.bounding_box()
        assert box["height"] >= 24
        assert box["x"] + box["width"] <= NARROW["width"]


def test_a_chart_is_a_stop_of_the_tabulator_only_where_it_scrolls(page_as, agent):
    page = page_as(agent)
    stops = "[...document.querySelectorAll('.chart-frame')].map((one) => one.hasAttribute('tabindex'))"
    page.set_viewport_size(WIDE)
    page.goto(reverse("components"))
    assert page.evaluate(stops) == [False, False]
    page.set_viewport_size(NARROW)
    page.wait_for_function(f"{stops}.every(Boolean)")
