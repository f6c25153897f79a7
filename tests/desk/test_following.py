"""What changes while one reads: the focus stays, what is new is said, and the reader may stop it."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cops.users.models import User
from governance.crises.closing import close
from governance.crises.logbook import add_entry
from governance.models import CrisisCell
from tests import factories

pytestmark = pytest.mark.browser

POLL = 20_000  # milliseconds


@pytest.fixture
def cell(db: None) -> CrisisCell:
    formation = factories.FormationFactory(kind="restricted", code="restreint", name="CISPD restreint")
    return factories.LogEntryFactory(cell__meeting__formation=formation, text="Premier appel").cell


def noted(cell: CrisisCell, text: str, by: User) -> int:
    return add_entry(cell, kind="fact", text=text, happened_at=timezone.now(), by=by).pk


@pytest.fixture
def followed(page_as: Any, agent: User, cell: CrisisCell) -> Any:
    """The page of the cell, whose clock stands still until it is moved on."""
    page = page_as(agent)
    page.clock.install()
    page.goto(reverse("crisis_detail", args=[cell.pk]))
    return page


def test_the_focus_stays_where_it_is_and_what_is_new_is_said(followed: Any, cell: CrisisCell, agent: User):
    page = followed
    page.get_by_role("link", name="Rectifier").focus()
    page.evaluate(
        "window.kept = document.activeElement, window.region = document.querySelector('[role=status]')"
    )
    pk = noted(cell, "Deux cars en route", agent)
    page.clock.run_for(POLL)
    page.locator(f"#ligne-{pk}").wait_for()
    assert page.evaluate("window.kept.isConnected && document.activeElement === window.kept")
    assert page.locator(".logbook > li").count() == 2
    assert page.evaluate("window.region.isConnected")
    said = page.locator(".following-said")
    assert "Nouvelle ligne de la main courante" in said.inner_text()
    assert said.inner_text().endswith("Deux cars en route")
    # A correction goes under its line; what was said is not said again.
    first = cell.entries.get(text="Premier appel")
    add_entry(
        cell, kind="correction", text="Trois cars", happened_at=timezone.now(), by=agent, corrects=first
    )
    page.clock.run_for(POLL)
    page.locator(f"#ligne-{first.pk}", has_text="Trois cars").wait_for()
    assert "Rectification" in said.inner_text()
    assert "Deux cars en route" not in said.inner_text()
    assert page.evaluate("document.activeElement === window.kept")


def test_following_is_paused_and_taken_up_by_keyboard(followed: Any, cell: CrisisCell, agent: User):
    page = followed
    state = page.locator(".following-state")
    assert state.inner_text() == "Mise à jour toutes les 20\xa0secondes."
    page.locator(".following-pause").focus()
    page.keyboard.press("Enter")
    assert state.inner_text().startswith("Mise à jour en pause depuis")
    assert page.locator(".following-said").inner_text() == state.inner_text()
    pk = noted(cell, "Vu plus tard", agent)
    page.clock.run_for(3 * POLL)
    assert page.locator(f"#ligne-{pk}").count() == 0
    assert page.evaluate("document.activeElement.innerText") == "Reprendre"
    page.keyboard.press("Enter")
    page.locator(f"#ligne-{pk}").wait_for()
    assert page.evaluate("document.activeElement.innerText") == "Mettre en pause"


def test_it_ends_with_what_it_follows_or_with_the_right_to_read_it(
    followed: Any, cell: CrisisCell, agent: User
):
    page = followed
    page.locator(".following-pause").focus()
    close(cell, by=agent)
    page.clock.run_for(POLL)
    page.get_by_text("La cellule est close : actualisez la page.").wait_for()
    assert page.locator(".following-pause").is_hidden()
    assert page.evaluate("document.activeElement.id") == "suivi"
    page.goto(reverse("crisis_list"))
    other = factories.LogEntryFactory(cell__meeting__formation=cell.meeting.formation).cell
    page.goto(reverse("crisis_detail", args=[other.pk]))
    page.context.clear_cookies()
    page.clock.run_for(POLL)
    page.get_by_text("cette page ne vous est plus ouverte").wait_for()


def test_what_does_not_answer_is_asked_again(followed: Any, cell: CrisisCell, agent: User):
    page = followed
    page.evaluate("""() => {
      window.answering = window.fetch;
      window.fetch = () => Promise.reject(new TypeError());
    }""")
    page.clock.run_for(POLL)
    page.get_by_text("le site n’a pas répondu").wait_for()
    page.evaluate("() => { window.fetch = window.answering; }")
    pk = noted(cell, "De retour", agent)
    page.clock.run_for(POLL)
    page.locator(f"#ligne-{pk}").wait_for()
