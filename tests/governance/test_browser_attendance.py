"""« Tous présents » in a real browser: by keyboard, said aloud, and with what others note still followed."""

from typing import Any

import pytest
from django.urls import reverse

from governance.models import Attendance
from tests import factories

pytestmark = pytest.mark.browser


def test_all_are_marked_present_by_keyboard_and_that_is_said(page_as: Any, agent: Any) -> None:
    meeting = factories.MeetingFactory(state="held")
    for name, reply in (("Prune", ""), ("Camille", "excused"), ("Maud", "")):
        factories.GuestFactory(meeting=meeting, name=name, reply=reply)
    page = page_as(agent)
    page.clock.install()
    page.goto(reverse("attendance_edit", args=[meeting.pk]))
    page.locator("#tous-presents").focus()
    page.keyboard.press("Enter")
    page.get_by_text("3 lignes remplies").wait_for()
    page.clock.run_for(200)
    page.locator("#entering-said", has_text="Rien n’est encore enregistré").wait_for(state="attached")
    assert page.evaluate("document.activeElement.id") == "tous-presents"
    assert page.locator(".presence-choice input:checked").count() == 3
    assert not Attendance.objects.exclude(presence="").exists()
    it_follows_what_others_note(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer les présences").click()
    noted = dict(Attendance.objects.values_list("name", "presence"))
    assert noted == {"Prune": "present", "Camille": "excused", "Maud": "present"}


def it_follows_what_others_note(page: Any) -> None:
    """The counts are renewed, though they are no part of the form, and what is chosen stays."""
    Attendance.objects.filter(name="Prune").update(presence="present")
    page.clock.run_for(15_000)
    page.locator(".attendance-counts", has_text="1 invité venu").wait_for()
    assert page.locator(".presence-choice input:checked").count() == 3
    Attendance.objects.filter(name="Prune").update(presence="")
