"""Answers: by a link that opens one thing, in the site, and by telephone."""

import re
from datetime import time, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cops.audit.models import Event
from cops.mail.models import AccessLink
from cops.mail.throttle import UNKNOWN_TOKENS
from governance.convocations import sending
from governance.convocations.facts import end_of_day
from governance.convocations.replies import Answer, MandateOverError, answer, answerable, counts
from governance.models import Attendance, Meeting
from tests import factories
from tests.governance.convening_world import Convening, convened, convening, order

PRESENT = {"reply": "present"}


@pytest.fixture
def world(db) -> Convening:
    return convened()


def row_of(last_name: str) -> Attendance:
    return Attendance.objects.get(name=f"Camille {last_name}")


def link_to(row: Attendance, **values) -> str:
    """The address of a personal link."""
    lifetime = end_of_day(row.meeting.held_on) - timezone.now()
    values = {"target": row, "created_by": None, "lifetime": lifetime} | values
    _, token = AccessLink.issue(AccessLink.Purpose.REPLY, **values)
    return reverse("convocation_reply", args=[token])


def words_of(response, status: int = 200) -> str:
    assert response.status_code == status
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.replace("&nbsp;", " ").replace("\u00a0", " ").split())


# By link --------------------------------------------------------------------------------------------------


def test_somebody_answers_without_account_and_changes_their_mind(world):
    address, visitor = link_to(row_of("Lefèvre")), Client()
    page = words_of(visitor.get(address))
    assert "Formation plénière" in page and "Pour Camille Lefèvre" in page
    assert row_of("Lefèvre").reply == ""  # reading answers nothing
    assert "Votre réponse est enregistrée" in words_of(visitor.post(address, PRESENT, follow=True))
    assert (row_of("Lefèvre").reply, row_of("Lefèvre").replied_at is not None) == ("present", True)
    represented = {
        "reply": "represented",
        "represented_by": " Ada  Remplaçante ",
        "representative_function": "Cheffe",
    }
    assert "par Ada Remplaçante, Cheffe" in words_of(visitor.post(address, represented, follow=True))
    visitor.post(address, {"reply": "excused", "represented_by": "Ada", "comment": "En congé"})
    row = row_of("Lefèvre")
    assert (row.reply, row.represented_by, row.comment) == ("excused", "", "En congé")
    assert Event.objects.filter(action="replied").count() == 3


def test_a_link_tells_nothing_about_others(world):
    page = Client().get(link_to(row_of("Lefèvre"))).content.decode()
    for other in ("Martin", "Durand", "Petit", "parquet@", "lefevre@"):
        assert other not in page


def test_who_is_represented_says_by_whom(world):
    address = link_to(row_of("Lefèvre"))
    assert "Dites par qui" in words_of(Client().post(address, {"reply": "represented"}))
    assert row_of("Lefèvre").reply == ""


def test_an_answer_sets_nothing_but_the_answer(world):
    extra = PRESENT | {"presence": "present", "name": "Autre", "seat": "1", "email": "x@example.org"}
    Client().post(link_to(row_of("Lefèvre")), extra)
    row = row_of("Lefèvre")
    assert (row.presence, row.email, row.reply) == ("", "lefevre@example.org", "present")


def test_a_link_keeps_out_of_referers_search_engines_and_caches(world):
    for response in (Client().get(link_to(row_of("Lefèvre"))), Client().get("/instances/convocation/x/")):
        assert response["Referrer-Policy"] == "strict-origin"
        assert "noindex" in response["X-Robots-Tag"]
        assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("ending", ["revoked", "expired", "unknown", "invitation"])
def test_a_link_that_does_not_work_says_so(world, ending):
    row = row_of("Lefèvre")
    address = link_to(row)
    if ending == "revoked":
        AccessLink.objects.update(revoked_at=timezone.now())
    if ending == "unknown":
        address = reverse("convocation_reply", args=["x" * 43])
    if ending == "invitation":
        user = factories.UserFactory()
        _, token = AccessLink.issue(
            AccessLink.Purpose.INVITATION, user=user, created_by=None, lifetime=timedelta(days=1)
        )
        address = reverse("convocation_reply", args=[token])
    after = end_of_day(world.meeting.held_on) + timedelta(seconds=1)
    at = after if ending == "expired" else timezone.now()
    with time_machine.travel(at, tick=False):
        assert "Ce lien n’a plus d’effet" in words_of(Client().post(address, PRESENT), 410)
    assert row_of("Lefèvre").reply == ""


def test_answers_end_when_the_meeting_begins(world):
    address = link_to(row_of("Lefèvre"))
    Client().post(address, PRESENT)
    begins = end_of_day(world.meeting.held_on) - timedelta(hours=10)  # 14 h
    assert world.meeting.starts_at == time(14)
    with time_machine.travel(begins, tick=False):
        assert "trop tard" in words_of(Client().post(address, {"reply": "excused"}))
    with time_machine.travel(begins - timedelta(minutes=1), tick=False):
        Client().post(address, {"reply": "excused"})
    assert row_of("Lefèvre").reply == "excused"


def test_a_cancelled_meeting_takes_no_answer(world):
    address = link_to(row_of("Lefèvre"))
    Meeting.objects.update(state="cancelled")
    assert "annulée" in words_of(Client().post(address, PRESENT))
    assert row_of("Lefèvre").reply == ""


def test_trying_out_tokens_is_throttled_and_keeps_nobody_else_out(world):
    visitor, address = Client(), link_to(row_of("Lefèvre"))
    for number in range(UNKNOWN_TOKENS):
        unknown = reverse("convocation_reply", args=[f"essai{number}"])
        assert visitor.get(unknown, headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code == 410
    assert visitor.get(reverse("convocation_reply", args=["encore"])).status_code == 429
    assert visitor.get(address).status_code == 200


def test_a_link_answers_so_often_and_no_more(world):
    address = link_to(row_of("Lefèvre"))
    answers = [Client().post(address, PRESENT).status_code for _ in range(31)]
    assert answers == [302] * 30 + [429]


def test_the_token_stays_out_of_the_log(world, caplog, settings):
    from cops.lib.logs import PersonalLinksHidden

    hidden = PersonalLinksHidden(settings.LOGGING["filters"]["links"]["addresses"])
    Client().get(reverse("convocation_reply", args=["jeton-secret"]))
    for record in caplog.records:
        hidden.filter(record)
        assert "jeton-secret" not in record.getMessage()


def test_a_confidential_group_notes_no_more_than_who_comes(db):
    cache.clear()
    world = convening(is_confidential=True)
    sending.convoke(world.meeting, order(world))
    address = link_to(row_of("Lefèvre"))
    page = words_of(Client().get(address))
    assert "Groupe de travail" in page and "Nominatif" not in page and "Représenté par" not in page
    Client().post(address, {"reply": "present", "comment": "la famille K."})
    assert (row_of("Lefèvre").reply, row_of("Lefèvre").comment) == ("present", "")


# What a link is worth -------------------------------------------------------------------------------------


def ended_yesterday(designation) -> None:
    designation.ends_on = timezone.localdate() - timedelta(days=1)
    designation.save()


def is_gone(response) -> bool:
    text = words_of(response, 410)
    assert "Salle du conseil" not in text and "Formation plénière" not in text
    return "un mandat qui n’est pas, ou n’est plus, en cours" in text and "dsu@agglomeration.example" in text


def test_a_link_does_not_outlive_the_mandate(world):
    address = link_to(row_of("Lefèvre"))
    ended_yesterday(world.president)
    ended_yesterday(world.prosecutor)
    represented = {"reply": "represented", "represented_by": "Quelqu’un"}
    assert is_gone(Client().get(address)) and is_gone(Client().post(address, represented))
    row = row_of("Lefèvre")
    assert (row.reply, row.represented_by) == ("", "")
    world.president.ends_on = None  # ended by mistake: the link works again
    world.president.save()
    assert Client().post(address, represented).status_code == 302


def test_an_answer_is_judged_again_when_it_is_stored(world):
    """The mandate may end between the page's look and the answer's lock."""
    row = row_of("Lefèvre")
    ended_yesterday(world.president)
    with pytest.raises(MandateOverError):
        answer(row, Answer("present"), by=None, how="par le lien personnel")
    assert row_of("Lefèvre").reply == ""


def test_a_link_whose_mandate_ended_meanwhile_says_so(world, monkeypatch):
    """The mandate ends after the page looked and before the answer is stored."""
    address, asked = link_to(row_of("Lefèvre")), []

    def ends_after_the_look(row):
        asked.append(row)
        if len(asked) == 2:
            ended_yesterday(world.president)
        return answerable(row)

    monkeypatch.setattr("governance.views.replies.answerable", ends_after_the_look)
    monkeypatch.setattr("governance.convocations.replies.answerable", ends_after_the_look)
    assert is_gone(Client().post(address, PRESENT))
    assert row_of("Lefèvre").reply == ""


@pytest.mark.parametrize(
    ("starts", "ends", "is_worth"),
    [  # days from today; the meeting is in 70 days
        (-1, 0, True),  # the last day of the mandate
        (0, None, True),
        (1, None, True),  # elected, takes the seat before the meeting
        (70, 70, True),
        (71, None, False),  # after the meeting
        (1, 69, False),  # between the two
        (-9, -1, False),
    ],
)
def test_a_link_counts_the_days_of_the_mandate(world, starts, ends, is_worth):
    today = timezone.localdate()
    world.president.starts_on = today + timedelta(days=starts)
    world.president.ends_on = None if ends is None else today + timedelta(days=ends)
    world.president.save()
    assert Client().get(link_to(row_of("Lefèvre"))).status_code == (200 if is_worth else 410)


def test_a_mandate_on_another_seat_keeps_the_link_for_that_seat_only(world):
    row = row_of("Lefèvre")
    rule = factories.SeatRuleFactory(formation=world.meeting.formation, position=9)
    seat = factories.SeatFactory(rule=rule)
    factories.DesignationFactory(seat=seat, person=world.president.person, starts_on=row.meeting.held_on)
    other = factories.AttendanceFactory(
        meeting=world.meeting, seat=seat, person=world.president.person, name=row.name
    )
    ended_yesterday(world.president)
    assert Client().post(link_to(row), PRESENT).status_code == 302
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.reply, other.reply) == ("", "present")


def test_a_guest_needs_no_mandate(world):
    guest = factories.AttendanceFactory(
        meeting=world.meeting, seat=None, person=None, quality="guest", name="Ida Invitée"
    )
    assert Client().post(link_to(guest), PRESENT).status_code == 302


def test_the_service_still_notes_what_somebody_told_by_telephone(world, agent_client):
    ended_yesterday(world.teacher)
    agent_client.post(address_of(row_of("Durand")), {"reply": "excused"})
    assert row_of("Durand").reply == "excused"


def test_a_link_of_a_confidential_group_ends_with_the_mandate_too(db):
    cache.clear()
    world = convening(is_confidential=True)
    sending.convoke(world.meeting, order(world))
    address = link_to(row_of("Lefèvre"))
    ended_yesterday(world.president)
    assert is_gone(Client().get(address)) and is_gone(Client().post(address, PRESENT))


def test_the_link_of_a_crisis_cell_ends_with_the_mandate_too(world):
    Meeting.objects.update(kind="crisis", held_on=timezone.localdate())
    address = link_to(row_of("Lefèvre"), lifetime=timedelta(days=7))
    assert Client().get(address).status_code == 200
    ended_yesterday(world.president)
    assert is_gone(Client().get(address)) and is_gone(Client().post(address, PRESENT))


# In the site ----------------------------------------------------------------------------------------------


def member_for(designation, client_of):
    user = factories.UserFactory()
    designation.person.user = user
    designation.person.save()
    return client_of(user)


def address_of(row: Attendance) -> str:
    return reverse("attendance_reply", args=[row.meeting_id, row.pk])


def test_a_member_answers_for_themselves_only(world, client_of):
    client = member_for(world.president, client_of)
    page = client.get(reverse("meeting_detail", args=[world.meeting.pk]))
    assert address_of(row_of("Lefèvre")) in page.content.decode()
    assert "Camille Martin" not in words_of(page)
    client.post(address_of(row_of("Lefèvre")), PRESENT)
    assert row_of("Lefèvre").reply == "present"
    assert client.post(address_of(row_of("Martin")), PRESENT).status_code == 404
    assert row_of("Martin").reply == ""


def test_an_assistant_answers_for_the_titular_of_their_seat_only(world, client_of):
    client = member_for(world.assistant, client_of)
    client.post(address_of(row_of("Lefèvre")), PRESENT)
    assert row_of("Lefèvre").reply == "present"
    assert client.post(address_of(row_of("Martin")), PRESENT).status_code == 404


def test_the_service_notes_an_answer_received_by_telephone(world, agent_client):
    done = agent_client.post(address_of(row_of("Durand")), {"reply": "excused"}, follow=True)
    assert "La réponse de Camille Durand est enregistrée" in words_of(done)
    assert row_of("Durand").reply == "excused"
    event = Event.objects.filter(action="replied").first()
    assert event.actor is not None and "Camille Durand, excusé (dans le site)" in event.summary


def test_the_answers_are_counted_by_person_without_assistants(world):
    for name, reply in (("Lefèvre", "present"), ("Martin", "represented"), ("Petit", "excused")):
        Attendance.objects.filter(name=f"Camille {name}").update(reply=reply)
    given = counts(Attendance.objects.order_by("pk"))
    assert (given.present, given.represented, given.excused, given.silent) == (1, 1, 0, 1)
