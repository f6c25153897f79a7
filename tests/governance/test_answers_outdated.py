"""An answer counts for the day, hours, form and place that it was given for, and no other."""

import re
from datetime import date, time
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cops.mail.models import Message
from governance.convocations import sending
from governance.convocations.forms import CHANGED_MEANWHILE
from governance.convocations.preview import DISPATCHES, preview
from governance.convocations.replies import Answer, answer, counts
from governance.crises.page import answers
from governance.meetings.convening import in_seat_order
from governance.models import Attendance, Meeting
from tests import factories
from tests.governance.convening_world import Convening, convening, order
from tests.governance.test_replies import link_to, member_for, row_of, words_of

FIRST_DAY, OTHER_DAY = date(2026, 12, 9), date(2026, 12, 16)
# What another meeting would be: each alone is another question.
CHANGES = [
    ({"held_on": OTHER_DAY}, "pour le 9 décembre 2026"),
    ({"starts_at": time(9)}, "pour le 9 décembre 2026 de 14 h à 16 h 30"),
    ({"ends_at": None}, "pour le 9 décembre 2026 de 14 h à 16 h 30"),
    ({"starts_at": None, "ends_at": None}, "pour le 9 décembre 2026 de 14 h à 16 h 30"),
    ({"mode": "remote"}, "pour la forme « En présence »"),
    ({"place": "Mairie"}, "pour le lieu « Salle du conseil, 1 place de l’Exemple »"),
]


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel("2026-11-20 09:00", tick=False):
        yield


@pytest.fixture
def world(db) -> Convening:
    """Two answers: the president comes, the prosecutor does not."""
    cache.clear()
    world = convening(held_on=FIRST_DAY)
    sending.convoke(world.meeting, order(world))
    world.meeting.refresh_from_db()
    answer(row_of("Lefèvre"), Answer("present"), by=None, how="par téléphone")
    excuse = Answer("excused", comment="Conseil municipal ce soir-là")
    answer(row_of("Martin"), excuse, by=None, how="par téléphone")
    return world


def change(meeting: Meeting, **values: Any) -> None:
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.save()


def counted(meeting: Meeting) -> tuple[int, ...]:
    """Present, excused, silent, to be asked again."""
    found = counts(in_seat_order(meeting))
    return found.present, found.excused, found.silent, found.outdated


def awaited_on_desk(client: Client) -> list[str]:
    return re.findall(r"(\d+) réponses? attendues?", words_of(client.get(reverse("home"))))


@pytest.mark.parametrize(("values", "told"), CHANGES)
def test_an_answer_counts_before_a_change_not_after_it_and_again_when_moved_back(
    world, agent_client, values, told
):
    meeting = world.meeting
    before = {name: getattr(meeting, name) for name in values}
    assert counted(meeting) == (1, 1, 1, 0)
    assert awaited_on_desk(agent_client) == ["1"]
    change(meeting, **values)
    assert counted(meeting) == (0, 0, 1, 2)
    assert row_of("Lefèvre").asked_fr.replace("\u00a0", " ") == told
    assert awaited_on_desk(agent_client) == ["3"]
    change(meeting, **before)
    assert counted(meeting) == (1, 1, 1, 0)
    assert row_of("Lefèvre").asked_fr == ""
    assert awaited_on_desk(agent_client) == ["1"]


def test_an_agenda_a_subject_and_a_link_may_change(world):
    meeting = world.meeting
    factories.AgendaItemFactory(meeting=meeting, title="Un point de plus", position=3)
    change(meeting, subject="Autre objet", remote_link="https://visio.example.org/x")
    assert counted(meeting) == (1, 1, 1, 0)


def test_an_answer_given_after_the_change_counts(world):
    change(world.meeting, held_on=OTHER_DAY)
    answer(row_of("Martin"), Answer("present"), by=None, how="par téléphone")
    assert counted(world.meeting) == (1, 0, 1, 1)
    change(world.meeting, held_on=FIRST_DAY)
    assert counted(world.meeting) == (1, 0, 1, 1), "one answered for each day"


def test_the_service_sees_the_old_answers_apart(world, agent_client):
    change(world.meeting, held_on=OTHER_DAY)
    page = words_of(agent_client.get(reverse("meeting_detail", args=[world.meeting.pk])))
    assert "Seront présents 0" in page and "À redemander, répondu avant le changement 2" in page
    assert "« Sera présent », répondu pour le 9 décembre 2026" in page
    assert "« Excusé », répondu pour le 9 décembre 2026" in page


def test_the_person_is_told_which_answer_was_for_what_and_asked_again(world, client_of):
    address = link_to(row_of("Martin"))
    change(world.meeting, held_on=OTHER_DAY)
    response = Client().get(address)
    page = words_of(response)
    assert "mercredi 16 décembre 2026" in page
    assert "La réponse enregistrée a été donnée pour le 9 décembre 2026" in page
    assert "Votre réponse est enregistrée" not in page
    assert "Conseil municipal ce soir-là" not in page and "checked" not in response.content.decode()
    Client().post(address, {"reply": "present"})
    assert "Votre réponse est enregistrée" in words_of(Client().get(address))
    client = member_for(world.president, client_of)
    home = words_of(client.get(reverse("home")))
    assert "Votre réponse est attendue" in home and "Je serai présent" in home
    assert "Vous aviez répondu sera présent pour le 9 décembre 2026 : cette réponse ne compte plus" in home
    meeting_page = words_of(client.get(reverse("meeting_detail", args=[world.meeting.pk])))
    assert "Sera présent, répondu pour le 9 décembre 2026 : cette réponse ne compte plus" in meeting_page


def test_a_page_that_shows_the_old_day_answers_nothing_for_the_new_one(world):
    address, visitor = link_to(row_of("Durand")), Client()
    shown = visitor.get(address).context["form"]["asked"].value()
    change(world.meeting, held_on=OTHER_DAY)
    refused = visitor.post(address, {"reply": "present", "asked": shown})
    assert CHANGED_MEANWHILE in words_of(refused) and "16 décembre 2026" in words_of(refused)
    assert row_of("Durand").reply == ""
    anew = refused.context["form"]["asked"].value()
    assert visitor.post(address, {"reply": "present", "asked": anew}).status_code == 302
    assert row_of("Durand").standing_reply == "present"


def test_who_read_the_meeting_before_it_moved_answered_for_what_they_read(world):
    row = row_of("Durand")
    assert row.meeting.held_on == FIRST_DAY
    change(world.meeting, held_on=OTHER_DAY)
    answer(row, Answer("present"), by=None, how="par téléphone")
    assert row_of("Durand").asked_fr.replace("\u00a0", " ") == "pour le 9 décembre 2026"


def test_the_mail_of_a_change_says_which_answer_counts_no_more(world):
    meeting = world.meeting
    factories.AgendaItemFactory(meeting=meeting, title="Un point de plus", position=3)
    sending.send_change(meeting, order(world))
    stays = Message.objects.filter(recipient="lefevre@example.org").latest("pk").body
    assert "Vous aviez répondu « Sera présent » : cette réponse reste notée, vous pouvez la changer." in stays
    change(meeting, held_on=OTHER_DAY)
    again = (
        "Vous aviez répondu « Sera présent » pour le 9\u00a0décembre 2026 : cette réponse ne compte plus, "
        "répondez de nouveau."
    )
    assert again in preview(meeting, DISPATCHES["change"], date(2026, 11, 20)).examples[0].text
    sending.send_change(meeting, order(world))
    assert again in Message.objects.filter(recipient="lefevre@example.org").latest("pk").body
    silent = Message.objects.filter(recipient="petit@example.org").latest("pk").body
    assert "Vous aviez répondu" not in silent


def test_who_excused_themselves_for_another_day_is_marked_present_with_the_others(world, agent_client):
    address = reverse("attendance_edit", args=[world.meeting.pk])
    change(world.meeting, held_on=OTHER_DAY)

    def marked() -> str:
        shown = agent_client.get(address).context["form"]
        posted = {f"{row.prefix}-version": row.instance.version for row in shown.rows}
        posted |= {f"{row.prefix}-presence": "" for row in shown.rows} | {"step": "all_present"}
        filled = agent_client.post(address, posted).context["form"]
        return next(row["presence"].value() for row in filled.rows if row.instance.name == "Camille Martin")

    assert marked() == "present"
    assert "a répondu : excusé, pour le 9 décembre 2026" in words_of(agent_client.get(address))
    change(world.meeting, held_on=FIRST_DAY)
    assert marked() == "excused"


def test_a_cell_counts_them_apart_too(world):
    rows = in_seat_order(world.meeting)
    assert answers(rows)["Sera présent"] == 1 and "À redemander" not in answers(rows)
    change(world.meeting, place="Poste de commandement")
    rows = in_seat_order(world.meeting)
    assert (answers(rows)["Sera présent"], answers(rows)["À redemander"]) == (0, 2)
    assert sum(answers(rows).values()) == len(rows)


def test_an_answer_of_which_the_question_was_not_kept_stands(world):
    Attendance.objects.update(asked_held_on=None)
    change(world.meeting, held_on=OTHER_DAY)
    assert counted(world.meeting) == (1, 1, 1, 0)
