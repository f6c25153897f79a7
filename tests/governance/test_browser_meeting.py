"""The whole life of a meeting in a real browser: its e-mails reach a real server, sent by a real worker."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from typing import Any

import page as page_validation
import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from pypdf import PdfReader

from governance.models import Attendance, Meeting
from tests import factories
from tests.governance.convening_world import Convening, convening
from tests.races import race
from tests.smtp import Mailbox, link_in, mail_server, text_of
from tests.worker import PATIENCE_S, QUEUE, worker

pytestmark = [pytest.mark.browser, pytest.mark.pdf]

PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"


@dataclass
class Life:
    """What the chapters share: the agent's page, the mail server, a way to open other browsers."""

    page: Any
    mailbox: Mailbox
    world: Convening
    another: Callable[..., Any]

    @property
    def meeting(self) -> Meeting:
        return Meeting.objects.latest("pk")

    def go(self, name: str, *args: object) -> None:
        self.page.goto(reverse(name, args=args))

    def open(self, meeting: Meeting | None = None) -> None:
        self.go("meeting_detail", (meeting or self.meeting).pk)

    def press(self, name: str, *, exact: bool = False) -> None:
        """The button of that name, and the page it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=exact).first.click()

    def prepared(self, button: str) -> bytes:
        """What the worker makes after a press of that button."""
        self.press(button, exact=True)
        link = self.page.get_by_role("link", name=re.compile("^Télécharger"))
        link.wait_for(timeout=PATIENCE_S * 1000)
        return self.downloaded(link)

    def downloaded(self, link: Any) -> bytes:
        with self.page.expect_download() as download:
            link.click()
        return bytes(download.value.path().read_bytes())


def event_of(mail: EmailMessage) -> tuple[str, Any]:
    """The method of the invitation, and its event."""
    part = next(part for part in mail.walk() if part.get_param("method"))
    (event,) = Calendar.from_ical(part.get_content()).walk("VEVENT")
    return str(part.get_param("method")), event


def to(mails: list[EmailMessage], address: str) -> EmailMessage:
    (mail,) = [mail for mail in mails if mail["To"] == address]
    return mail


def read(pdf: bytes) -> str:
    """The text of a PDF that keeps the rules of PDF/UA."""
    verdict = page_validation.validate_pdf_bytes(pdf, profile="ua1")
    assert [(failure.rule_id, failure.message) for failure in verdict.failures] == []
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@race
def test_the_whole_life_of_a_meeting(page_as, live_server, agent, another, settings, tmp_path):
    settings.TASKS = QUEUE
    settings.SITE_URL = live_server.url  # where the link of a mail leads
    world = convening()
    world.meeting.agenda.all().delete()
    world.meeting.delete()
    with mail_server() as (mailbox, port), worker(port):
        life = Life(page_as(agent), mailbox, world, another)
        it_is_created(life)
        its_agenda_is_typed(life)
        its_papers_are_attached(life)
        mails = it_is_convened(life)
        it_is_answered_without_an_account(life, mails)
        its_hour_changes(life, mails)
        two_agents_note_who_came(life)
        it_is_held(life)
        what_is_decided_is_entered(life)
        its_minutes_are_written(life)
        its_papers_are_handed_out(life)
        it_is_closed(life)
        first = life.meeting
        three_weeks_pass(first)
        the_next_one_hears_what_was_done(life, first)
        its_minutes_are_approved_and_locked(life, first)
        a_third_one_is_cancelled(life)


def it_is_created(life: Life) -> None:
    page = life.page
    life.go("meeting_list")
    page.get_by_role("link", name="Nouvelle réunion").first.click()
    page.fill("[name=subject]", "Bilan et programme")
    page.fill("[name=held_on]", timezone.localdate().isoformat())
    page.fill("[name=starts_at]", "14:00")
    page.fill("[name=ends_at]", "16:30")
    page.fill("[name=place]", "Hôtel communautaire, salle du conseil")
    life.press("Créer la réunion")
    assert life.meeting.state == Meeting.State.PREPARED
    assert life.meeting.formation == life.world.meeting.formation


def its_agenda_is_typed(life: Life) -> None:
    """By keyboard alone, one cell after the other."""
    page = life.page
    life.open()
    page.get_by_role("link", name="Saisir l’ordre du jour").first.press("Enter")
    page.locator("[name=items-new0-title]").focus()
    page.keyboard.type("Bilan de l’année")
    for text in ("d", "20", "Camille Lefèvre, présidente"):  # « d » chooses « Décision » in its list
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.locator("[name=items-new1-title]").focus()
    page.keyboard.type("Programme")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    rows = list(life.meeting.agenda.order_by("position").values_list("title", "duration", "rapporteur"))
    assert rows == [("Bilan de l’année", 20, "Camille Lefèvre, présidente"), ("Programme", None, "")]


def its_papers_are_attached(life: Life) -> None:
    page = life.page
    life.open()
    page.get_by_role("link", name="Joindre une pièce").first.click()
    file = {"name": "bilan_2012.txt", "mimeType": "text/plain", "buffer": b"Le bilan."}
    page.set_input_files("[name=file]", file)
    page.locator("[name=audience]").last.check()
    life.press("Joindre la pièce")
    assert page.get_by_role("link", name="bilan 2012", exact=True).is_visible()


def it_is_convened(life: Life) -> list[EmailMessage]:
    """After a preview; everybody with an address gets letter, invitation and a link."""
    page = life.page
    life.open()
    page.get_by_role("link", name="Préparer la convocation").first.click()
    assert page.get_by_text("Délai de convocation").first.is_visible()  # it is for today: a warning, no bar
    assert page.get_by_role("row", name=re.compile("parquet@example.org")).is_visible()
    page.fill("[name=note]", "Le parking est fermé.")
    life.press("Convoquer")
    mails = life.mailbox.take(3)
    assert {mail["To"] for mail in mails} == {
        "lefevre@example.org",
        "parquet@example.org",
        "petit@example.org",
    }
    for mail in mails:
        (letter,) = [part for part in mail.walk() if part.get_content_type() == "application/pdf"]
        said = read(letter.get_content())
        assert "Bilan de l’année" in said and "Le parking est fermé." in said
        method, event = event_of(mail)
        assert (method, event["UID"], event["SEQUENCE"]) == ("REQUEST", str(life.meeting.calendar_uid), 0)
    return mails


def it_is_answered_without_an_account(life: Life, mails: list[EmailMessage]) -> None:
    """By the link that came with the e-mail, in a browser that knows nobody."""
    visitor = life.another()
    visitor.goto(link_in(to(mails, "parquet@example.org")))
    visitor.get_by_label("représent", exact=False).first.check()
    visitor.fill("[name=represented_by]", "Denis Décembre")
    visitor.fill("[name=representative_function]", "substitut")
    visitor.get_by_role("button", name="Enregistrer la réponse").click()
    visitor.get_by_text("Votre réponse est enregistrée").wait_for()
    row = Attendance.objects.get(meeting=life.meeting, name="Camille Martin")
    assert (row.reply, row.represented_by) == ("represented", "Denis Décembre")
    life.open()
    assert life.page.get_by_text("Denis Décembre").first.is_visible()


def its_hour_changes(life: Life, mails: list[EmailMessage]) -> None:
    """The calendars replace what they hold: the same UID, the next number."""
    page = life.page
    life.go("meeting_edit", life.meeting.pk)
    page.fill("[name=starts_at]", "15:00")
    life.press("Enregistrer")
    page.get_by_role("link", name="Envoyer une modification").click()
    life.press("Envoyer la modification")
    for changed in life.mailbox.take(3):
        before, after = event_of(to(mails, changed["To"]))[1], event_of(changed)[1]
        assert (after["UID"], after["SEQUENCE"]) == (before["UID"], 1)
        assert after.decoded("dtstart") - before.decoded("dtstart") == timedelta(hours=1)
        assert "15 h" in text_of(changed)


def two_agents_note_who_came(life: Life) -> None:
    """Each on their own page, opened before the other saves."""
    rows = {row.name: row.pk for row in Attendance.objects.filter(meeting=life.meeting)}
    address = reverse("attendance_edit", args=[life.meeting.pk])
    first, second = life.page, life.another(factories.AgentFactory(full_name="Bertrand Bureau"))
    first.goto(address)
    second.goto(address)

    def note(page: Any, name: str, presence: str) -> None:
        page.locator(f"label[for^='id_people-{rows[name]}-presence']", has_text=presence).first.click()

    note(first, "Camille Lefèvre", "Présent")
    note(second, "Camille Martin", "Représenté")
    second.fill(f"[name=people-{rows['Camille Martin']}-represented_by]", "Denis Décembre")
    note(second, "Camille Durand", "Excusé")
    for page in (first, second):
        page.get_by_role("button", name="Enregistrer les présences").click()
        page.get_by_text(re.compile("présences? enregistrée")).first.wait_for()
    noted = dict(Attendance.objects.filter(meeting=life.meeting).values_list("name", "presence"))
    assert noted == {
        "Camille Lefèvre": "present",
        "Camille Martin": "represented",
        "Camille Durand": "excused",
        "Camille Petit": "",
    }
    life.open()
    sheet = read(life.prepared("Feuille à signer"))
    assert "Camille Lefèvre" in sheet


def it_is_held(life: Life) -> None:
    life.open()
    life.press("Noter comme tenue")
    assert life.meeting.state == Meeting.State.HELD


def what_is_decided_is_entered(life: Life) -> None:
    page = life.page
    for text in ("Le bilan est approuvé.", "Une étude est commandée."):
        life.open()
        page.get_by_role("link", name="Ajouter une décision").click()
        page.fill("[name=text]", text)
        page.fill("[name=owner]", "Service de la ville")
        page.fill("[name=due_on]", f"{timezone.localdate() + timedelta(weeks=8)}")
        life.press("Enregistrer")
    assert list(life.meeting.decisions.order_by("number").values_list("number", flat=True)) == [1, 2]


def its_minutes_are_written(life: Life) -> None:
    """Drafted from the meeting, completed by hand, then made into three kinds of files."""
    page = life.page
    life.open()
    page.get_by_role("link", name="Rédiger le compte rendu").first.click()
    life.press("Rédiger à partir de la réunion")
    drafted = page.input_value("[name=text]")
    for said in ("Bilan de l’année", "Camille Lefèvre", "Denis Décembre", "Une étude est commandée."):
        assert said in drafted
    page.fill("[name=text]", drafted + "\n\nLa séance est levée à **17 h**.\n")
    life.press("Enregistrer", exact=True)
    life.open()
    word = life.downloaded(page.get_by_role("link", name="Word (.docx)"))
    office = life.downloaded(page.get_by_role("link", name="LibreOffice (.odt)"))
    assert "17 h" in zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml").decode()
    assert "17 h" in zipfile.ZipFile(io.BytesIO(office)).read("content.xml").decode()
    said = read(life.prepared("PDF"))
    assert "La séance est levée à 17 h" in said and "Une étude est commandée." in said


def its_papers_are_handed_out(life: Life) -> None:
    """As one PDF, and as files."""
    life.open()
    pack = PdfReader(io.BytesIO(life.prepared("Dossier de séance (PDF)")))
    assert "Bilan de l’année" in " ".join(page.extract_text() for page in pack.pages)
    life.open()
    with zipfile.ZipFile(io.BytesIO(life.prepared("Toutes les pièces (zip)"))) as files:
        assert any(name.endswith(".txt") for name in files.namelist())
        assert files.testzip() is None


def it_is_closed(life: Life) -> None:
    life.open()
    life.press("Clore la réunion")
    assert life.meeting.state == Meeting.State.CLOSED


def three_weeks_pass(meeting: Meeting) -> None:
    """The one thing that the test does not do through the site."""
    Meeting.objects.filter(pk=meeting.pk).update(held_on=timezone.localdate() - timedelta(weeks=3))


def the_next_one_hears_what_was_done(life: Life, former: Meeting) -> None:
    page = life.page
    decision = former.decisions.get(number=2)
    life.go("decision_follow_up", decision.pk)
    page.fill("[name=text]", "Le cahier des charges est écrit.")
    life.press("Enregistrer")
    create_another(life, timezone.localdate())
    life.open()
    heard = page.get_by_role("table", name="Décisions des réunions précédentes et suites données")
    assert "Une étude est commandée." in heard.inner_text()
    assert "Le cahier des charges est écrit." in heard.inner_text()


def create_another(life: Life, day: date) -> None:
    page = life.page
    life.go("meeting_create")
    page.fill("[name=subject]", "Suites")
    page.fill("[name=held_on]", day.isoformat())
    page.fill("[name=starts_at]", "10:00")
    page.fill("[name=place]", "Salle du conseil")
    life.press("Créer la réunion")


def its_minutes_are_approved_and_locked(life: Life, meeting: Meeting) -> None:
    page = life.page
    life.open(meeting)
    life.press("Noter l’approbation")
    meeting.minutes.refresh_from_db()
    assert meeting.minutes.approved_in == life.meeting
    life.open(meeting)
    assert page.get_by_role("link", name="Modifier le compte rendu").count() == 0
    life.go("minutes_edit", meeting.pk)
    assert page.get_by_text("approuvé").first.is_visible()
    assert page.locator("[name=text]").count() == 0


def a_third_one_is_cancelled(life: Life) -> None:
    page = life.page
    create_another(life, timezone.localdate() + timedelta(weeks=3))
    life.go("agenda_edit", life.meeting.pk)
    page.fill("[name=items-new0-title]", "Suites")
    life.press("Enregistrer")
    life.go("meeting_convoke", life.meeting.pk)
    life.press("Convoquer")
    life.mailbox.take(3)
    life.open()
    page.get_by_role("link", name="Annuler la réunion").click()
    life.press("Annuler la réunion et prévenir")
    for mail in life.mailbox.take(3):
        method, event = event_of(mail)
        assert (method, event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
        assert event["UID"] == str(life.meeting.calendar_uid)
    assert life.meeting.state == Meeting.State.CANCELLED
