"""What the service is told to see to, how urgent it is, and which page each task leads to."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cops.desk.tasks import TASKS_SHOWN, tasks_of, urgency
from cops.documents.models import Rendering
from cops.mail.models import Message
from governance.models import Decision, Formation, Meeting
from tests.desk.test_home import IN_2012, text_of
from tests.factories import (
    AgendaItemFactory,
    AttendanceFactory,
    ConvocationMessageFactory,
    CrisisCellFactory,
    DecisionFactory,
    DesignationFactory,
    FormationFactory,
    GuestFactory,
    MeetingFactory,
    MessageFactory,
    MinutesFactory,
    RenderingFactory,
    SeatFactory,
    UserFactory,
)

TODAY = date(2012, 6, 1)  # a Friday
SUNDAY = date(2012, 6, 3)
State = Meeting.State


@pytest.fixture(autouse=True)
def _in_2012():
    with time_machine.travel(IN_2012, tick=False):
        yield


@pytest.fixture
def group(db: None) -> Formation:
    return FormationFactory(kind=Formation.Kind.GROUP, name="Groupe", notice_days=15)


def told(user: Any) -> list[tuple[str, str, str]]:
    """The tasks: what, how urgent, where."""
    found = tasks_of(user, timezone.now(), timezone.localdate())
    return [(task.what, task.label, task.url) for task in found.shown]


@pytest.mark.parametrize(
    ("by", "tone"), [(TODAY - timedelta(days=1), "bad"), (TODAY, "partial"), (SUNDAY, "partial")]
)
def test_a_week_ends_on_sunday(by, tone):
    assert urgency(by, TODAY) == tone
    assert urgency(SUNDAY + timedelta(days=1), TODAY) == "neutral"


@pytest.mark.parametrize(
    ("notice_left", "label"),
    [(-1, "en retard"), (0, "cette semaine"), (2, "cette semaine"), (3, ""), (30, "")],
)
def test_a_meeting_is_to_be_convened_before_its_notice_runs(notice_left, label, agent, group):
    meeting = MeetingFactory(formation=group, held_on=TODAY + timedelta(days=15 + notice_left))
    AgendaItemFactory(meeting=meeting)
    assert told(agent) == [("Convoquer la réunion", label, reverse("meeting_convoke", args=[meeting.pk]))]


def test_a_meeting_far_away_is_not_told_yet(agent, group):
    MeetingFactory(formation=group, held_on=TODAY + timedelta(days=46))
    assert told(agent) == []


def test_without_an_agenda_it_is_prepared_first_but_a_confidential_group_has_none(agent, group):
    meeting = MeetingFactory(formation=group, held_on=TODAY + timedelta(days=20))
    hidden = FormationFactory(kind=Formation.Kind.GROUP, is_confidential=True, notice_days=15)
    discreet = MeetingFactory(formation=hidden, held_on=TODAY + timedelta(days=21), subject="")
    assert told(agent) == [
        ("Préparer l’ordre du jour", "", reverse("agenda_edit", args=[meeting.pk])),
        ("Convoquer la réunion", "", reverse("meeting_convoke", args=[discreet.pk])),
    ]


def test_answers_are_awaited_from_people_not_from_seats_nor_assistants(agent, group):
    meeting = MeetingFactory(formation=group, held_on=SUNDAY, state=State.CONVENED)
    first = AttendanceFactory(meeting=meeting)
    AttendanceFactory(meeting=meeting, person=first.person)
    AttendanceFactory(meeting=meeting, reply="present")
    AttendanceFactory(meeting=meeting, quality="assistant")
    GuestFactory(meeting=meeting, person=None)
    address = reverse("meeting_detail", args=[meeting.pk]) + "#convocations"
    assert told(agent) == [("2\u00a0réponses attendues", "cette semaine", address)]


def test_a_meeting_that_was_held_waits_for_its_minutes_then_for_its_closing(agent, group):
    held = MeetingFactory(formation=group, held_on=TODAY - timedelta(days=9), state=State.HELD)
    assert told(agent) == [("Rédiger le compte rendu", "", reverse("minutes_edit", args=[held.pk]))]
    MinutesFactory(meeting=held, text="Compte rendu")
    assert told(agent) == [("Clore la réunion", "", reverse("meeting_detail", args=[held.pk]))]
    Meeting.objects.update(state=State.CLOSED)
    assert told(agent) == []


@pytest.mark.parametrize("state", [State.PREPARED, State.CONVENED])
def test_a_meeting_whose_day_is_past_is_late(state, agent, group):
    meeting = MeetingFactory(formation=group, held_on=TODAY - timedelta(days=1), state=state)
    address = reverse("meeting_detail", args=[meeting.pk])
    assert told(agent) == [("Noter ce qu’est devenue la réunion", "en retard", address)]


@pytest.mark.parametrize(
    ("days", "state", "labels"),
    [
        (-1, Decision.State.OPEN, ["en retard"]),
        (1, Decision.State.UNDER_WAY, ["cette semaine"]),
        (30, Decision.State.OPEN, [""]),
        (31, Decision.State.OPEN, []),
        (-1, Decision.State.DONE, []),
        (-1, Decision.State.DROPPED, []),
    ],
)
def test_a_decision_is_told_while_it_is_open_and_its_deadline_near(days, state, labels, agent):
    meeting = MeetingFactory(state=State.CLOSED)
    decision = DecisionFactory(meeting=meeting, due_on=TODAY + timedelta(days=days), state=state)
    found = told(agent)
    assert [label for _, label, _ in found] == labels
    assert [url for _, _, url in found] == [reverse("decision_detail", args=[decision.pk])] * len(labels)


def test_messages_that_did_not_leave_are_counted_by_what_is_to_be_done(agent):
    held = MeetingFactory(state=State.CLOSED)
    ConvocationMessageFactory(
        convocation__meeting=held, attendance__meeting=held, message=MessageFactory(state="failed")
    )
    MessageFactory(state="failed")
    MessageFactory(state="sending", taken_at=timezone.now() - timedelta(hours=1))
    lost = MessageFactory()
    MessageFactory()
    Message.objects.filter(pk=lost.pk).update(queued_at=timezone.now() - timedelta(hours=1))
    page = reverse("message_list")
    assert sorted(told(agent)) == [
        ("1\u00a0envoi incertain", "en retard", f"{page}?etat=uncertain"),
        ("1\u00a0message bloqué", "en retard", f"{page}?etat=waiting"),
        ("2\u00a0messages en échec", "en retard", f"{page}?etat=failed"),
    ]
    failed = [task for task in tasks_of(agent, timezone.now(), TODAY).shown if "échec" in task.what]
    assert failed[0].detail.endswith("Dont 1\u00a0convocation.")


def test_a_document_that_failed_is_told_to_whoever_asked_until_it_is_made(agent, administrator):
    failed = RenderingFactory(requested_by=agent, subject="ailleurs/1", state=Rendering.State.FAILED)
    expected = ("Document non préparé\u00a0: ailleurs/1", "en retard")
    assert told(agent) == [(*expected, reverse("rendering_detail", args=[failed.pk]))]
    assert told(administrator) == []
    RenderingFactory(requested_by=agent, subject="ailleurs/1", state=Rendering.State.DONE)
    assert told(agent) == []


def test_the_page_shows_the_most_urgent_and_counts_the_others(agent_client):
    meeting = MeetingFactory(state=State.CLOSED)
    for number in range(1, TASKS_SHOWN + 3):
        DecisionFactory(meeting=meeting, number=number, due_on=TODAY + timedelta(days=number))
    late = DecisionFactory(meeting=meeting, number=99, due_on=TODAY - timedelta(days=1))
    response = agent_client.get(reverse("home"))
    shown = response.context["tasks"].shown
    assert len(shown) == TASKS_SHOWN
    assert shown[0].url == reverse("decision_detail", args=[late.pk])
    assert "Et 3 autres tâches moins urgentes" in text_of(response)


def test_nothing_to_do_is_said(agent_client):
    assert "Ni réunion à convoquer ou à clore" in text_of(agent_client.get(reverse("home")))


# Crisis cells, designations, accounts -----------------------------------------------------------------------


def test_an_open_crisis_cell_stands_before_all_else_for_those_who_may_read_it(
    agent_client, member, member_client, lead_client
):
    formation = member.person.designations.get().seat.rule.formation
    own = CrisisCellFactory(meeting__formation=formation, event="Inondation")
    CrisisCellFactory(meeting=MeetingFactory(), event="Ailleurs")
    CrisisCellFactory(
        meeting__formation=formation, event="Close", opened_at=timezone.now(), closed_at=timezone.now()
    )
    agent, of_member, lead = (
        text_of(client.get(reverse("home"))) for client in (agent_client, member_client, lead_client)
    )
    assert ("Inondation" in agent, "Ailleurs" in agent, "Close<" in agent) == (True, True, False)
    assert ("Inondation" in of_member, "Ailleurs" in of_member) == (True, False)
    assert "Inondation" not in lead
    assert agent.index("Cellule de crise ouverte") < agent.index("À faire")
    assert reverse("crisis_detail", args=[own.pk]) in of_member


def test_the_service_reads_since_when_a_seat_is_vacant_who_owes_it_and_what_ends(agent_client):
    formation = FormationFactory(kind=Formation.Kind.GROUP, code="groupe")
    vacant = SeatFactory(rule__formation=formation, rule__label="Transporteur", rule__designated_by="Amelys")
    DesignationFactory(seat=vacant, starts_on=date(2010, 1, 1), ends_on=date(2012, 4, 30))
    held = SeatFactory(rule__formation=formation, rule__position=2, rule__label="Bailleur")
    DesignationFactory(seat=held, starts_on=date(2010, 1, 1), ends_on=date(2012, 9, 30))
    DesignationFactory(seat=held, starts_on=date(2010, 1, 1), ends_on=None, quality="substitute")
    text = text_of(agent_client.get(reverse("home")))
    assert "vacant depuis le 1er mai 2012, désignation attendue de : Amelys" in text
    assert "1 mandat finit dans les six mois" in text
    assert "1 anomalie" in text


def test_only_the_administrator_is_led_to_the_roster_and_to_accounts_without_anybody(
    agent_client, administrator_client
):
    formation = SeatFactory(rule__formation__code="groupe").rule.formation
    account = UserFactory(full_name="Sans Personne")
    agent, administrator = (
        text_of(client.get(reverse("home"))) for client in (agent_client, administrator_client)
    )
    for address in (
        reverse("formation_manage", args=[formation.code]),
        reverse("account_edit", args=[account.pk]),
    ):
        assert address in administrator
        assert address not in agent
    assert "1 compte n’ouvre rien" in administrator


# What it costs ----------------------------------------------------------------------------------------------


def _fill(number: int, agent: Any) -> None:
    for _ in range(number):
        formation = FormationFactory(kind=Formation.Kind.GROUP, notice_days=15)
        seat = SeatFactory(rule__formation=formation)
        DesignationFactory(seat=seat, starts_on=date(2010, 1, 1), ends_on=date(2012, 4, 30))
        MeetingFactory(formation=formation, held_on=TODAY + timedelta(days=20))
        convened = MeetingFactory(formation=formation, held_on=SUNDAY, state=State.CONVENED)
        attendance = AttendanceFactory(meeting=convened)
        message = MessageFactory(state="failed")
        ConvocationMessageFactory(convocation__meeting=convened, attendance=attendance, message=message)
        DecisionFactory(meeting=convened, due_on=SUNDAY)
        CrisisCellFactory(meeting=MeetingFactory(formation=formation, kind="crisis"))
        RenderingFactory(requested_by=agent, state=Rendering.State.FAILED)
        UserFactory()


@pytest.mark.parametrize("reader", ["agent", "administrator"])
def test_the_desk_costs_the_same_with_5_and_50_of_everything(
    reader, agent, request, client_of, django_assert_max_num_queries
):
    client = client_of(request.getfixturevalue(reader))
    _fill(5, agent)
    with django_assert_max_num_queries(200) as few:
        assert client.get(reverse("home")).context["tasks"].total >= 15
    _fill(45, agent)
    with django_assert_max_num_queries(len(few)):
        assert client.get(reverse("home")).context["tasks"].total >= 150
