"""What a member finds of their meetings to come: when, their answer, the papers."""

from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cops.desk.sitting import MEETINGS_SHOWN
from governance.models import Attendance, Formation, Meeting
from tests.desk.test_home import IN_2012, text_of
from tests.factories import (
    AgendaItemFactory,
    AttachmentFactory,
    AttendanceFactory,
    DesignationFactory,
    MeetingFactory,
)

HOME = reverse("home")
SOON = date(2012, 6, 15)


@pytest.fixture(autouse=True)
def _in_2012():
    with time_machine.travel(IN_2012, tick=False):
        yield


@pytest.fixture
def formation(member: Any) -> Formation:
    found: Formation = member.person.designations.get().seat.rule.formation
    return found


@pytest.fixture
def convened(formation: Formation) -> Meeting:
    meeting: Meeting = MeetingFactory(
        formation=formation, held_on=SOON, starts_at=time(14), state=Meeting.State.CONVENED, subject="Été"
    )
    return meeting


def own_row(member: Any, meeting: Meeting) -> Attendance:
    row: Attendance = AttendanceFactory(
        meeting=meeting, person=member.person, seat=member.person.designations.get().seat
    )
    return row


def test_a_member_answers_from_their_first_page_with_one_click(member, member_client, convened):
    row = own_row(member, convened)
    text = text_of(member_client.get(HOME))
    assert "15 juin 2012 à 14 h<" in text
    assert "Votre réponse est attendue" in text
    assert "Je serai présent" in text
    address = reverse("attendance_reply", args=[convened.pk, row.pk])
    assert f'action="{address}"' in text
    member_client.post(address, {"reply": "present"})
    row.refresh_from_db()
    assert row.reply == Attendance.Reply.PRESENT
    answered = text_of(member_client.get(HOME))
    assert "Votre réponse : <strong>sera présent</strong>" in answered
    assert "Votre réponse est attendue" not in answered
    assert f'href="{address}"' in answered


def test_an_assistant_answers_for_the_titular_of_their_seat(member, member_client, convened):
    seat = DesignationFactory(seat__rule__formation=convened.formation).seat
    DesignationFactory(seat=seat, person=member.person, quality="assistant", starts_on=date(2010, 1, 1))
    row = AttendanceFactory(meeting=convened, seat=seat, name="Une Titulaire", quality="titular")
    text = text_of(member_client.get(HOME))
    assert "Pour Une Titulaire :" in text
    assert f'action="{reverse("attendance_reply", args=[convened.pk, row.pk])}"' in text


def test_no_answer_is_asked_before_the_convocation_nor_once_the_meeting_began(
    member, member_client, convened
):
    own_row(member, convened)
    Meeting.objects.update(state=Meeting.State.PREPARED)
    assert "Je serai présent" not in text_of(member_client.get(HOME))
    Meeting.objects.update(state=Meeting.State.CONVENED)
    with time_machine.travel("2012-06-15 15:00"):
        assert "Je serai présent" not in text_of(member_client.get(HOME))


def test_a_cancelled_meeting_and_those_of_others_are_left_out(member_client, convened):
    MeetingFactory(formation=convened.formation, held_on=SOON, state=Meeting.State.CANCELLED)
    MeetingFactory(held_on=SOON)
    assert [one.meeting for one in member_client.get(HOME).context["meetings"]] == [convened]


def test_the_papers_of_a_meeting_stand_before_those_of_its_points(member_client, convened):
    second = AgendaItemFactory(meeting=convened, position=2)
    first = AgendaItemFactory(meeting=convened, position=1)
    for target, title in (
        (second, "Du second point"),
        (first, "Du premier point"),
        (convened, "De la réunion"),
    ):
        AttachmentFactory(target=target, title=title, document__title=title, audience="readers")
    AttachmentFactory(target=convened, document__title="Pour le service", audience="staff")
    response = member_client.get(HOME)
    (shown,) = response.context["meetings"]
    assert [str(document) for document in shown.papers] == [
        "De la réunion",
        "Du premier point",
        "Du second point",
    ]
    assert reverse("document_download", args=[shown.papers[0].pk]) in text_of(response)


def test_a_member_s_page_costs_the_same_with_5_and_50_meetings(
    member, member_client, formation, django_assert_max_num_queries
):
    def fill(number: int) -> None:
        for count in range(number):
            meeting = MeetingFactory(
                formation=formation, held_on=SOON + timedelta(days=count), state=Meeting.State.CONVENED
            )
            own_row(member, meeting)
            AttachmentFactory(target=AgendaItemFactory(meeting=meeting), audience="readers")

    fill(5)
    with django_assert_max_num_queries(200) as few:
        assert len(member_client.get(HOME).context["meetings"]) == MEETINGS_SHOWN
    fill(45)
    with django_assert_max_num_queries(len(few)):
        assert len(member_client.get(HOME).context["meetings"]) == MEETINGS_SHOWN
