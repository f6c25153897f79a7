"""The warning before a session ends, by keyboard, and what another window does to it."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from cops.users.models import User
from tests.desk.test_accessibility import RULES

pytestmark = pytest.mark.browser

IDLE = 2 * 3600
WARNING = 10 * 60


def ends_in(seconds: int) -> None:
    """All sessions end so soon, as if nothing had been done before."""
    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=seconds))


def test_the_page_warns_in_time_and_one_stays_by_keyboard(page_as: Any, agent: User):
    page = page_as(agent)
    page.clock.install()
    page.goto(reverse("saved_view_create") + "?path=/actions/&query=annee%3D2012")
    box, said = page.locator("#fin-de-session"), page.locator(".session-end-said")
    button = page.get_by_role("button", name="Rester connecté(e)")
    page.evaluate("window.region = document.querySelector('#fin-de-session [role=status]')")
    assert button.count() == 0
    # Another window went on meanwhile: nothing is said when this one's time has come.
    page.get_by_label("Nom").fill("À moitié")
    with page.expect_response("**/session/fin/"):
        page.clock.fast_forward((IDLE - WARNING + 1) * 1000)
    assert said.inner_text() == ""
    ends_in(WARNING - 60)
    with page.expect_response("**/session/fin/"):
        page.clock.fast_forward((IDLE - WARNING + 1) * 1000)
    page.get_by_text("si vous ne faites rien").wait_for()
    assert page.evaluate(
        "window.region.isConnected && window.region.innerText.includes('au début de la page')"
    )
    assert page.evaluate("document.activeElement.name") == "name"  # nothing takes the focus away
    assert Axe().run(page, options=RULES).violations_count == 0
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Votre session continue jusqu’à").wait_for(state="attached")
    assert button.count() == 0
    assert box.evaluate("box => box.classList.contains('visually-hidden')")
    assert page.evaluate("document.activeElement.name") == "name"
    assert page.get_by_label("Nom").input_value() == "À moitié"
    assert Session.objects.get().expire_date > timezone.now() + timedelta(seconds=IDLE - 60)


def test_the_end_is_said_too(page_as: Any, agent: User):
    page = page_as(agent)
    page.clock.install()
    page.goto(reverse("home"))
    ends_in(100)
    page.clock.fast_forward((IDLE - WARNING + 1) * 1000)
    page.get_by_text("dans moins de deux minutes").wait_for()
    ends_in(-1)
    page.clock.run_for(100_000)
    page.get_by_text("Votre session est terminée.").wait_for()
    assert page.get_by_role("button", name="Rester connecté(e)").count() == 0
