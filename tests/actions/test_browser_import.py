"""In the browser: a workbook goes in, the list is narrowed down, a sheet is read; also without script."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse

from actions.models import Action
from cops.desk.reference import load_reference
from cops.users.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORKBOOK = Path(settings.BASE_DIR) / "fixtures" / "demo-2009-2014.xlsx"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}


def check(page: Any) -> None:
    """Nothing that axe objects to, and no page wider than the screen, on a wide one and on the narrowest."""
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], page.url
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], f"{page.url} is {width} px wide on a screen of {size['width']}"


def import_demonstration(page: Any) -> None:
    page.goto(reverse("import_upload"))
    page.locator("#id_file").set_input_files(WORKBOOK)
    page.get_by_role("button", name="Vérifier le classeur").click()
    page.get_by_role("button", name="Confirmer l’import").first.click()
    page.get_by_text("Import fait").wait_for()


def test_an_agent_imports_a_workbook_and_reads_what_is_in_it(
    page_as: Callable[[User], Any], agent: User
) -> None:
    load_reference()
    page = page_as(agent)
    page.goto(reverse("action_list"))
    check(page)
    page.get_by_role("link", name="Importer un classeur").first.click()
    check(page)
    page.locator("#id_file").set_input_files(WORKBOOK)
    page.get_by_role("button", name="Vérifier le classeur").click()
    page.get_by_text("Aucune erreur").wait_for()
    check(page)
    assert not Action.objects.exists()
    page.get_by_role("button", name="Confirmer l’import").first.click()
    page.get_by_text("Import fait").wait_for()
    check(page)
    page.get_by_role("link", name="Voir les actions").click()
    assert page.locator("#action-count").inner_text().startswith("24\u00a0actions")
    check(page)
    page.get_by_role("link", name="Prévention spécialisée").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Prévention spécialisée"
    check(page)


def test_choosing_a_filter_narrows_the_list_in_place_and_in_the_address(
    page_as: Callable[[User], Any], agent: User
) -> None:
    load_reference()
    page = page_as(agent)
    import_demonstration(page)
    page.goto(reverse("action_list"))
    region = page.locator("#action-count").element_handle()
    page.get_by_role("combobox", name="Statut", exact=True).select_option("abandonnee")
    page.wait_for_url("**/actions/?statut=abandonnee")
    year = page.get_by_role("combobox", name="Année", exact=True)
    year.focus()
    year.select_option("2012")
    page.wait_for_url("**/actions/?annee=2012&statut=abandonnee")
    page.get_by_text("Actions, situation en 2012").wait_for()
    rows = page.locator(".action-list tbody tr")
    assert rows.count() == 1 and "Référents décrochage" in rows.inner_text()
    assert page.locator("#action-count").inner_text() == "1\u00a0action dans cette sélection"
    # A region that stays is read where its text changes; one that is put in with its text often is not.
    assert region.evaluate("node => node.isConnected")
    assert page.title().startswith("Actions (2012, ")
    assert year.evaluate("field => field === document.activeElement")
    # A copy of the page in the browser would outlive the session.
    assert page.evaluate("sessionStorage.getItem('htmx-history-cache')") is None
    page.go_back()
    page.get_by_text("Aucune action ne correspond.").wait_for()
    assert (year.input_value(), page.get_by_role("combobox", name="Statut", exact=True).input_value()) == (
        "",
        "abandonnee",
    )


def test_a_session_that_ended_leads_to_the_login_page_and_not_to_an_empty_list(
    page_as: Callable[[User], Any], agent: User
) -> None:
    load_reference()
    page = page_as(agent)
    import_demonstration(page)
    page.goto(reverse("action_list"))
    page.context.clear_cookies()
    page.get_by_role("combobox", name="Année", exact=True).select_option("2012")
    page.wait_for_url("**/compte/connexion/**")


def test_a_file_that_is_too_large_is_named_before_it_is_sent(
    page_as: Callable[[User], Any], agent: User, tmp_path: Path
) -> None:
    large = tmp_path / "actions.xlsx"
    large.write_bytes(b"0" * (11 << 20))
    page = page_as(agent)
    page.goto(reverse("import_upload"))
    field = page.locator("#id_file")
    field.set_input_files(large)
    assert field.evaluate("field => field.validationMessage").startswith("Ce fichier pèse 11 Mo")
    field.set_input_files(WORKBOOK)
    assert field.evaluate("field => field.validationMessage") == ""


def test_the_page_says_to_wait_while_the_server_works(page_as: Callable[[User], Any], agent: User) -> None:
    page = page_as(agent)
    page.goto(reverse("import_upload"))
    assert page.get_by_text("Patientez").is_hidden()
    # « No content » leaves the page as it is while the answer is awaited.
    page.route("**/importer/", lambda route: route.fulfill(status=204))
    page.locator("#id_file").set_input_files(WORKBOOK)
    page.get_by_role("button", name="Vérifier le classeur").click()
    page.get_by_text("Patientez").wait_for()


def test_errors_are_shown_with_their_place_and_the_page_is_sound(
    page_as: Callable[[User], Any], agent: User, tmp_path: Path
) -> None:
    page = page_as(agent)
    page.goto(reverse("import_upload"))
    # Without the reference data no contract of the workbook is known: an error in every row.
    page.locator("#id_file").set_input_files(WORKBOOK)
    page.get_by_role("button", name="Vérifier le classeur").click()
    page.get_by_text("Rien n’a été importé").wait_for()
    check(page)
    notes = tmp_path / "notes.xlsx"
    notes.write_text("ceci n’est pas un classeur")
    page.goto(reverse("import_upload"))
    page.locator("#id_file").set_input_files(notes)
    page.get_by_role("button", name="Vérifier le classeur").click()
    page.get_by_text("Ce fichier ne peut pas être lu").wait_for()
    check(page)


def test_everything_works_without_script(
    chromium: Any, live_server: Any, agent: User, client_of: Any
) -> None:
    load_reference()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    cookie = client_of(agent).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    import_demonstration(page)
    page.goto(reverse("action_list"))
    page.get_by_role("combobox", name="Année", exact=True).select_option("2012")
    page.get_by_role("button", name="Filtrer").click()
    assert page.url.endswith("/actions/?annee=2012")
    page.get_by_role("link", name="Coût réel").click()
    assert "tri=cout" in page.url
    page.locator(".action-list tbody a").first.click()
    assert page.get_by_role("heading", level=1).is_visible()
    context.close()
