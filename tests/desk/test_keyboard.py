"""What the keyboard reaches is seen, on a wide and on a narrow screen; nothing has to be scrolled sideways.

A window of 320 px is also what is left of one of 1280 px at a zoom of 400 %.
"""

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


# What makes a page wider than its window: the widest things that stand out of it.
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const out = (one) => one.getBoundingClientRect().right > width + 1;
  return [...document.querySelectorAll("main *, header *, footer *")].filter(out).slice(0, 5)
    .map((one) => one.cloneNode().outerHTML);
}"""

# What is not marked when the keyboard reaches it. What one sees of a control may be its label (the
# input itself is cut away): then the label is looked at.
UNMARKED = """() => {
  const taking = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const isSeen = (one) => {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const isCut = style.clip === "rect(0px, 0px, 0px, 0px)" || style.clipPath === "inset(50%)";
    return box.width > 1 && box.height > 1 && style.opacity !== "0" && !isCut;
  };
  const isMarked = (one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  return [...document.querySelectorAll(taking)]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({visibilityProperty: true}))
    .filter((one) => {
      one.focus();
      return document.activeElement === one && ![one, ...(one.labels ?? [])].filter(isSeen).some(isMarked);
    })
    .map((one) => one.outerHTML);
}"""

# Whether the element with the focus is marked by a line around it.
IS_MARKED = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("role", ["anonymous", "member", "agent", "administrator"])
def test_what_takes_the_keyboard_is_seen_and_marked_and_the_page_fits_the_window(
    role, size, world, cast, page, page_as
):
    if cast[role] is not None:
        page_as(cast[role])
    page.set_viewport_size(size)
    found = {}
    for name, address in pages_of(role, world):
        page.goto(address)
        wide, unseen = page.evaluate(TOO_WIDE), page.evaluate(UNSEEN)
        page.keyboard.press("Tab")  # from now on what takes the focus took it by keyboard
        found[name] = {"wide": wide, "unseen": unseen, "unmarked": page.evaluate(UNMARKED)}
    assert {name: faults for name, faults in found.items() if any(faults.values())} == {}


def test_the_label_of_a_hidden_input_is_marked_in_its_place(page_as, agent, world):
    """Planted: without the rule of `.btn-check` nothing shows where the keyboard is, and the walk above finds
    it."""
    page = page_as(agent)
    page.goto(reverse("attendance_edit", args=[world.meeting.pk]))
    choice = page.locator(".btn-check").first
    choice.focus()
    page.keyboard.press("ArrowRight")
    reached = page.locator(".btn-check:focus")
    assert reached.get_attribute("id") != choice.get_attribute("id")
    label = page.locator(f"label[for='{reached.get_attribute('id')}']")
    assert label.evaluate("(one) => getComputedStyle(one).outlineStyle") == "solid"
    assert page.evaluate(UNMARKED) == []
    page.evaluate("""() => {
      for (const rule of [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]))
        if (rule.selectorText?.startsWith(".btn-check:focus-visible")) rule.style.outline = "none";
    }""")
    assert len(page.evaluate(UNMARKED)) == page.locator(".btn-check").count()


@pytest.mark.parametrize("address", ["account_login", "components", "action_create", "action_list"])
def test_what_has_the_focus_is_marked(address, page, page_as, agent, world):
    if address != "account_login":
        page_as(agent)
    page.goto(reverse(address))
    # A field of a date is several stops; at the last the mark is around the picture of its calendar.
    marked: dict[str, bool] = {}
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        stop = page.evaluate("document.activeElement.cloneNode().outerHTML")
        marked[stop] = marked.get(stop, False) or page.evaluate(IS_MARKED)
    assert len(marked) >= 4
    assert [stop for stop, is_marked in marked.items() if not is_marked] == []


def test_nothing_moves_for_who_asked_for_less_motion(page_as, agent):
    page = page_as(agent)
    page.emulate_media(reduced_motion="reduce")
    page.goto(reverse("components"))
    longest = """() => Math.max(...[...document.querySelectorAll("*")].flatMap((one) => {
      const style = getComputedStyle(one);
      const all = `${style.transitionDuration},${style.animationDuration}`;
      return all.split(",").map(parseFloat);
    }))"""
    assert page.evaluate(longest) <= 0.001
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(longest) > 0.001


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


def test_a_table_is_a_stop_of_the_tabulator_and_a_landmark_only_where_it_scrolls(page_as, agent, world):
    page = page_as(agent)
    frames = """() => [...document.querySelectorAll(".table-frame")].map((one) => [
      one.scrollWidth > one.clientWidth, one.hasAttribute("tabindex"), one.getAttribute("role") === "region",
      one.hasAttribute("aria-labelledby"),
    ])"""
    seen = set()
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        page.goto(reverse("evaluation_year", args=[world.year.action.contract.code, 2012]))
        page.wait_for_load_state("load")
        found = page.evaluate(frames)
        seen |= {scrolls for scrolls, *_held in found}
        assert all(set(held) == {scrolls} for scrolls, *held in found)
    assert False in seen


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_chart_fits_its_frame_with_text_that_can_be_read(size, page_as, agent, world):
    page = page_as(agent)
    page.set_viewport_size(size)
    page.goto(reverse("evaluation_year", args=[world.year.action.contract.code, 2012]))
    drawn = page.evaluate("""() => [...document.querySelectorAll(".chart-frame")].map((frame) => {
      const shown = [...frame.querySelectorAll("svg.chart")].filter((one) => one.checkVisibility());
      const [svg] = shown, { width } = svg.getBoundingClientRect();
      const smallest = Math.min(...[...svg.querySelectorAll("text")].map((one) =>
        parseFloat(one.getAttribute("font-size")) * width / svg.viewBox.baseVal.width));
      return { shown: shown.length, scrolls: frame.scrollWidth > frame.clientWidth, smallest };
    })""")
    assert drawn
    for chart in drawn:
        assert (chart["shown"], chart["scrolls"]) == (1, False)
        assert chart["smallest"] >= 10
