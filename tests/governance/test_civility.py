"""The civility of a person: entered, shown, taken back, and how mails, papers and the crisis cell use it."""

import csv
import io
from datetime import date

import pypdfium2
import pytest
from django.core.cache import cache
from django.urls import reverse

from cops.audit.history.deeds import deeds_of
from cops.audit.history.subjects import subject
from cops.audit.history.undoing import take_back
from cops.mail.models import Message
from governance.convocations import sending
from governance.convocations.facts import facts_of
from governance.convocations.letter import letter_html
from governance.convocations.preview import DISPATCHES, letters_of
from governance.crises.opening import Call, open_cell
from governance.meetings.changes import snapshot
from governance.meetings.sheet import sheet_context
from governance.minutes.drafting import draft
from governance.models import Attendance, Designation, Formation, Person, SeatRule
from tests import factories
from tests.entered_forms import filled, text_of
from tests.governance.convening_world import Convening, convening, order

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Convening:
    cache.clear()
    world = convening()
    designated(world.president, "madame", "Présidente de l’agglomération")
    designated(world.prosecutor, "monsieur", "Procureur de la République")
    return world


def designated(mandate: Designation, civility: str, function: str) -> None:
    mandate.person.civility = civility
    mandate.person.save()
    mandate.function = function
    mandate.save()


def test_it_is_entered_shown_listed_told_and_taken_back(agent_client, agent):
    person = factories.PersonFactory(first_name="Inès", last_name="Essai")
    page = reverse("person_detail", args=[person.pk])
    assert "Civilité non précisée" in text_of(agent_client.get(page))
    edit = reverse("person_edit", args=[person.pk])
    agent_client.post(edit, filled(agent_client.get(edit), civility="madame"))
    assert "Civilité Madame" in text_of(agent_client.get(page))
    assert "Mme" in text_of(agent_client.get(reverse("person_list")))
    export = agent_client.get(reverse("person_list_export", args=["csv"])).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(export), delimiter=";"))
    assert [(row["Civilité"], row["Nom"]) for row in rows] == [("Madame", "Essai")]
    history = text_of(agent_client.get(reverse("history", args=["personne", person.pk])))
    assert "la civilité" in history and "Madame" in history
    told = subject("personne")
    take_back(told, person.pk, deeds_of(told, person.pk)[0].key, by=agent)
    assert Person.objects.get().civility == ""


def test_an_unknown_civility_is_refused(agent_client):
    address = reverse("person_create")
    refused = agent_client.post(address, filled(agent_client.get(address), last_name="X", civility="docteur"))
    assert refused.status_code == 200 and not Person.objects.exists()


def test_mails_address_everybody_as_they_are(world):
    sending.convoke(world.meeting, order(world))
    said = {message.recipient: message.body for message in Message.objects.all()}
    assert "\n\nMadame la Présidente,\n\n" in said["lefevre@example.org"]
    assert "À l’attention de Mme\u00a0Camille Lefèvre, Présidente" in said["lefevre@example.org"]
    assert "\n\nMonsieur le Procureur,\n\n" in said["parquet@example.org"]
    assert "À l’attention de Camille Petit" in said["petit@example.org"]
    assert "\n\nMadame, Monsieur,\n\n" in said["petit@example.org"]


@pytest.mark.pdf
def test_letters_address_everybody_as_they_are(world):
    letters = letters_of(world.meeting, DISPATCHES["call"], "")
    greetings = {"Madame la Présidente", "Monsieur le Procureur", "Madame, Monsieur"}
    assert {greeting for _, greeting in letters} == greetings
    sending.convoke(world.meeting, order(world, letters=letters))
    for message in Message.objects.all():
        with message.documents.get().file.open("rb") as file:
            text = _text_of_pdf(file.read())
        own = next(greeting for greeting in greetings if f"\n{greeting},\n" in message.body)
        assert f"{own}," in text and f"agréer, {own}, l’expression" in text
        assert not [other for other in greetings - {own} if other in text]


def _text_of_pdf(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())


def test_a_letter_says_how_the_service_is_reached(world):
    html = letter_html(
        facts_of(world.meeting, snapshot(world.meeting)), "call", written_on=date(2026, 11, 27)
    )
    assert "dsu@agglomeration.example" in html and "02 61 91 45 00" in html.replace("\u00a0", " ")
    assert "représenté(e)" not in html and "Madame, Monsieur," in html


def test_papers_name_people_with_their_civility(world):
    sending.convoke(world.meeting, order(world))
    names = [row.name for row in sheet_context(world.meeting)["members"]]
    assert names[0] == "Mme\u00a0Camille Lefèvre" and "M.\u00a0Camille Martin" in names
    row = Attendance.objects.get(person=world.president.person)
    row.presence, row.represented_by = "represented", "Zoé Essai"
    row.save()
    assert "représentée par Zoé Essai" in draft(world.meeting)
    assert "Mme\u00a0Camille Lefèvre, Présidente" in draft(world.meeting).replace("Mme ", "Mme\u00a0")


def _call(**values) -> Call:
    commune = factories.CommuneMembershipFactory().commune
    values = {"event": "Exercice", "communes": [commune], "means_needed": "Relogement"} | values
    return Call(convened_by=SeatRule.Convener.PRESIDENT, **values)


@pytest.mark.parametrize(
    ("civility", "said"),
    [
        ("madame", "La Présidente de l’agglomération (Mme\u00a0Prune Essai)"),
        ("monsieur", "Le Président de l’agglomération (M.\u00a0Prune Essai)"),
        ("", "Le Président de l’agglomération (Prune Essai)"),
    ],
)
def test_the_authority_of_a_crisis_cell_agrees(agent, agent_client, civility, said):
    formation = factories.FormationFactory(kind=Formation.Kind.RESTRICTED)
    rule = factories.SeatRuleFactory(formation=formation, convenes=SeatRule.Convener.PRESIDENT)
    person = factories.PersonFactory(
        first_name="Prune", last_name="Essai", civility=civility, email="p@example.org"
    )
    factories.DesignationFactory(seat=factories.SeatFactory(rule=rule), person=person)
    offered = agent_client.get(reverse("crisis_open")).content.decode()
    assert said in offered
    cell, _ = open_cell(_call(), by=agent)
    assert f"{said} réunit le CISPD restreint" in Message.objects.get().body
    assert said.split(" (")[0] in text_of(agent_client.get(reverse("crisis_list")))
    assert cell.convener_civility == civility


def test_an_authority_named_by_hand_says_its_civility(agent, agent_client):
    factories.FormationFactory(kind=Formation.Kind.RESTRICTED)
    cell, _ = open_cell(_call(convener_name="Léa Essai", convener_civility="madame"), by=agent)
    assert cell.convener_title == "La Présidente de l’agglomération"
