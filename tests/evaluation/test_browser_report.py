"""In the browser: a year's evaluation is read, followed down to a sheet, and taken away as a PDF."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as project
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from pypdf import PdfReader

from actions.workbook import import_workbook, read_workbook
from cops.desk.reference import load_reference
from cops.users.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORKBOOK = Path(project.BASE_DIR) / "fixtures" / "demo-2009-2014.xlsx"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}
YEAR = reverse("evaluation_year", args=["cops-2009", 2012])


@pytest.fixture
def demonstration(transactional_db: None) -> None:
    load_reference()
    plan = import_workbook(read_workbook(WORKBOOK.read_bytes(), WORKBOOK.name))
    assert not plan.faults


@pytest.fixture
def worker(settings: Any) -> Callable[[], None]:
    """The background worker of the installation; called, it does all that waits, in this thread."""
    if connection.vendor == "sqlite":
        pytest.skip("the live server and the worker would share one connection to SQLite in memory")
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

    def work() -> None:
        call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)

    return work


def check(page: Any) -> None:
    """Nothing that axe objects to, and no page wider than the screen, on a wide one and on the narrowest."""
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], page.url
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], f"{page.url} is {width} px wide on a screen of {size['width']}"


def test_a_member_reads_the_evaluation_down_to_the_sheet_of_an_action(
    demonstration: None, page_as: Callable[[User], Any], member: User
) -> None:
    page = page_as(member)
    page.goto(reverse("evaluation_list"))
    check(page)
    page.get_by_role("link", name="2012").click()
    page.get_by_role("heading", name="Évaluation 2012").wait_for()
    check(page)
    for summary in page.locator("summary").all():
        summary.click()
    check(page)
    page.locator(".headlines").get_by_role("link", name="Effectivité").click()
    assert page.url.endswith("#effectivite")
    page.get_by_role("link", name="Axe 2").first.click()
    page.locator("#axe-2").get_by_role("link", name="2.6", exact=True).click()
    assert page.url.endswith("#objectif-2.6")
    page.locator("#axe-2").get_by_role("link", name="2.6-01").click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Chantiers éducatifs")


def test_the_years_are_a_click_apart(
    demonstration: None, page_as: Callable[[User], Any], agent: User
) -> None:
    page = page_as(agent)
    page.goto(YEAR)
    page.get_by_role("navigation", name="Années du contrat").get_by_role("link", name="2013").click()
    page.get_by_role("heading", name="Évaluation 2013").wait_for()


def test_the_pdf_is_prepared_before_the_readers_eyes(
    demonstration: None, page_as: Callable[[User], Any], agent: User, worker: Callable[[], None]
) -> None:
    page = page_as(agent)
    page.goto(YEAR)
    page.get_by_role("button", name="Préparer le PDF").click()
    page.get_by_role("heading", name="En attente").wait_for()
    check(page)
    page.evaluate(
        """() => {
            window.told = [];
            new MutationObserver(() => window.told.push(document.getElementById('avancement').innerText))
                .observe(document.querySelector('.panel'), {childList: true, subtree: true});
        }"""
    )
    page.get_by_role("link", name="Actualiser").focus()
    worker()
    page.get_by_role("link", name="Télécharger le PDF").wait_for()
    assert page.evaluate("document.activeElement.innerText") == "Actualiser"
    assert page.title().startswith("Le document est prêt – ")
    assert any("En préparation" in text for text in page.evaluate("window.told"))
    assert page.get_by_role("status").filter(has_text="Le document est prêt").count() == 1
    check(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le PDF").click()
    assert download.value.suggested_filename.startswith("evaluation-cops-2009-2012-provisoire-")
    pages = PdfReader(download.value.path()).pages
    assert len(pages) > 30
    page.goto(YEAR)
    page.get_by_role("link", name="Dernier PDF préparé").wait_for()


def test_the_pdf_is_had_without_script_too(
    demonstration: None,
    chromium: Any,
    live_server: Any,
    agent: User,
    client_of: Callable[[User], Any],
    worker: Callable[[], None],
) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    cookie = client_of(agent).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(YEAR)
    page.get_by_role("button", name="Préparer le PDF").click()
    worker()
    page.get_by_role("link", name="Actualiser").click()
    page.get_by_role("link", name="Télécharger le PDF").wait_for()
    context.close()


def test_the_document_reads_well_in_a_browser_too(demonstration: None, chromium: Any, tmp_path: Path) -> None:
    target = tmp_path / "rapport.html"
    arguments = ["--contract", "cops-2009", "--year", "2012", "--format", "html", "--output", str(target)]
    call_command("report", *arguments)
    context = chromium.new_context()
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(target.as_uri())
    check(page)
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    context.close()
