"""A crisis cell on a phone: opened by thumb in under a minute, alerted, logged, followed and closed."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from cops.users.models import User
from governance.models import Attendance, CrisisCell, LogEntry, SeatRule
from tests import factories
from tests.races import race
from tests.smtp import link_in, mail_server, text_of
from tests.worker import QUEUE, worker

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 375, "height": 740}, "has_touch": True, "is_mobile": True}
# A slow thumb: seconds for a tap with the look for where to tap, and for a character.
TAP_S, CHARACTER_S = 2.0, 0.35
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
FACTS = ("Incendie", "entrepôt", "Amilly", "gymnase")


class Thumb:
    """Somebody with a phone, whose taps and characters are counted."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.taps = self.characters = 0

    def tap(self, selector: str) -> None:
        self.page.locator(selector).first.tap()
        self.taps += 1

    def type(self, name: str, text: str) -> None:
        self.tap(f"[name={name}]")
        self.page.keyboard.type(text)
        self.characters += len(text)

    def choose(self, name: str, label: str) -> None:
        self.page.select_option(f"[name={name}]", label=label)
        self.taps += 2

    def save(self) -> None:
        with self.page.expect_navigation():
            self.tap(".form-actions .btn-primary")

    @property
    def seconds(self) -> float:
        return self.taps * TAP_S + self.characters * CHARACTER_S


@pytest.fixture
def member(transactional_db: None) -> User:
    """Sits in the restricted formation, beside the Prefect and a representative of Amelys."""
    formation = factories.FormationFactory(kind="restricted", code="restreint", name="CISPD restreint")
    user = factories.UserFactory(email="maire@example.org")
    people = (("Prefet", "prefecture@example.org", SeatRule.Convener.PREFECT, None),
              ("Maire", "maire@example.org", "", user),
              ("Amelys", "", "", None))  # fmt: skip
    for position, (name, address, authority, account) in enumerate(people, 1):
        rule = factories.SeatRuleFactory(formation=formation, position=position, convenes=authority)
        person = factories.PersonFactory(last_name=name, email=address, phone="02 38 00 00 07", user=account)
        factories.DesignationFactory(seat=factories.SeatFactory(rule=rule), person=person)
    factories.CommuneMembershipFactory(commune__name="Amilly")
    return user


def assert_fits(page: Any) -> None:
    """Nothing to scroll sideways for, and nothing in the way of assistive tools."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    results = Axe().run(page, options=RULES)
    found = [
        (rule["id"], [node["html"] for node in rule["nodes"]]) for rule in results.response["violations"]
    ]
    assert found == []


@race
def test_a_cell_is_opened_alerted_logged_followed_and_closed_on_phones(
    another, agent, member, live_server, settings, tmp_path
):
    settings.TASKS = QUEUE
    settings.SITE_URL = live_server.url  # where the link of a mail leads
    with mail_server() as (mailbox, port), worker(port):
        thumb = Thumb(another(agent, **PHONE))
        opened_in_under_a_minute(thumb)
        answered_by_the_link(another, mailbox.take(2))
        follower = another(member, **PHONE)
        followed_without_a_click(thumb, follower)
        followed_without_javascript(thumb, another(member, java_script_enabled=False, **PHONE))
        corrected_and_counted(thumb)
        closed_with_lessons(thumb, another)


def opened_in_under_a_minute(thumb: Thumb) -> None:
    page = thumb.page
    page.goto(reverse("crisis_list"))
    assert_fits(page)
    thumb.tap(f"a[href='{reverse('crisis_open')}']")
    page.wait_for_url(f"**{reverse('crisis_open')}")
    assert_fits(page)
    thumb.type("event", "Incendie d’un entrepôt à Amilly")
    thumb.tap("label:has-text('Amilly')")
    thumb.type("means_towns", "gymnase")
    thumb.tap("label:has-text('Préfet')")
    thumb.save()
    cell = CrisisCell.objects.get()
    assert (cell.convened_by, cell.means_needed) == ("prefect", "Des villes concernées : gymnase")
    assert thumb.seconds < 60, (thumb.taps, thumb.characters)
    assert_fits(page)
    assert page.get_by_text("relèvent de l’autorité de Monsieur le Préfet").first.is_visible()
    assert page.locator("a[href='tel:0238000007']").first.is_visible()


def answered_by_the_link(another: Any, mails: list[Any]) -> None:
    """What was received says nothing of the case; its link is enough to answer."""
    for mail in mails:
        assert not [fact for fact in FACTS if fact in mail["Subject"] + text_of(mail)]
    mail = next(mail for mail in mails if mail["To"] == "prefecture@example.org")
    thumb = Thumb(another(**PHONE))
    thumb.page.goto(link_in(mail))
    assert_fits(thumb.page)
    thumb.page.locator("input[name=reply][value=present]").tap()
    with thumb.page.expect_navigation():
        thumb.page.get_by_role("button", name="Enregistrer la réponse").tap()
    assert Attendance.objects.get(email="prefecture@example.org").reply == "present"


def note(thumb: Thumb, text: str, kind: str = "", **more: str) -> None:
    cell = CrisisCell.objects.get()
    thumb.page.goto(reverse("crisis_entry", args=[cell.pk]))
    if kind:
        thumb.choose("kind", kind)
    if "means_of" in more:
        thumb.choose("means_of", more.pop("means_of"))
    for name, value in more.items():
        thumb.type(name, value)
    thumb.type("text", text)
    thumb.save()


def followed_without_a_click(thumb: Thumb, follower: Any) -> None:
    """The page of a member asks for what is new by itself."""
    follower.goto(reverse("crisis_detail", args=[CrisisCell.objects.get().pk]))
    assert_fits(follower)
    assert follower.locator("a[href^='tel:']").count() == 0
    note(thumb, "Feu circonscrit à 10 h", "Point de situation")
    follower.get_by_text("Feu circonscrit à 10 h").first.wait_for(timeout=40_000)
    assert follower.get_by_role("heading", name="Dernier point de situation").is_visible()


def followed_without_javascript(thumb: Thumb, follower: Any) -> None:
    follower.goto(reverse("crisis_detail", args=[CrisisCell.objects.get().pk]))
    note(thumb, "Deux cars en route", "Moyens engagés", means_of="Partenaire", engaged_by="Amelys")
    assert follower.get_by_text("Deux cars en route").count() == 0
    with follower.expect_navigation():
        follower.get_by_role("link", name="Actualiser").tap()
    assert follower.get_by_text("Deux cars en route").first.is_visible()
    assert follower.get_by_text("Des partenaires").first.is_visible()


def corrected_and_counted(thumb: Thumb) -> None:
    """A line stays as it was; what corrects it stands under it."""
    page = thumb.page
    line = LogEntry.objects.get(text="Deux cars en route")
    with page.expect_navigation():
        page.locator(f"#ligne-{line.pk} a", has_text="Rectifier").tap()
    thumb.type("text", "Trois cars")
    thumb.save()
    said = page.locator(f"#ligne-{line.pk}").inner_text()
    assert "Deux cars en route" in said and "Trois cars" in said
    assert page.get_by_text("Sera présent").first.is_visible()


def closed_with_lessons(thumb: Thumb, another: Any) -> None:
    page = thumb.page
    cell = CrisisCell.objects.get()
    page.goto(reverse("crisis_close", args=[cell.pk]))
    assert_fits(page)
    thumb.type("lessons", "Prévoir un second gymnase.")
    thumb.save()
    cell.refresh_from_db()
    assert (cell.is_open, cell.lessons) == (False, "Prévoir un second gymnase.")
    assert cell.closed_at and cell.closed_at <= timezone.now()
    assert_fits(page)
    for button in ("Liste d’appel (PDF)", "Tout en un PDF"):
        page.goto(reverse("crisis_detail", args=[cell.pk]))
        with page.expect_navigation():
            page.get_by_role("button", name=button).tap()
        link = page.get_by_role("link", name="Télécharger le PDF")
        link.wait_for(timeout=60_000)
        with page.expect_download() as download:
            link.tap()
        assert download.value.path().read_bytes().startswith(b"%PDF")
