"""The invitation in a real browser: its headers must not stop the form from being sent."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from cops.mail.services import invite
from tests.factories import AdministratorFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW_PASSWORD = "lampe rivière tabouret orage"


def test_an_invited_person_chooses_a_password_and_logs_in(page, live_server, settings):
    settings.SITE_URL = live_server.url
    user = UserFactory(email="invitee@example.org", full_name="Inès Invitée", password=None)
    invite(user, by=AdministratorFactory())
    page.goto(re.search(r"http://\S+", mail.outbox[-1].body)[0])
    page.get_by_label("Mot de passe*", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("une seconde fois").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Enregistrer le mot de passe").click()
    page.get_by_text("Votre mot de passe est enregistré").wait_for()
    page.get_by_label("Adresse électronique").fill("invitee@example.org")
    page.get_by_label("Mot de passe*", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"{live_server.url}{reverse('home')}")
    assert page.get_by_role("link", name="Inès Invitée").is_visible()


def test_an_error_takes_the_reader_to_its_field(page, live_server):
    page.goto(live_server.url + reverse("account_login"))
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Se connecter").click()
    summary = page.get_by_role("alert")
    assert summary.evaluate("node => node === document.activeElement")
    summary.get_by_role("link", name="Mot de passe").click()
    assert page.locator("#id_password").evaluate("node => node === document.activeElement")


def test_the_first_stop_of_the_keyboard_skips_to_the_content(page, live_server):
    page.goto(live_server.url + reverse("account_login"))
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.locator(":focus").get_attribute("id") == "contenu"
