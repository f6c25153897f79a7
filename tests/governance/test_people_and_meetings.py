"""Pages of a person and of a meeting."""

from datetime import date

import pytest
from django.urls import reverse

from governance.models import Designation
from tests.factories import DecisionFactory, DesignationFactory, MeetingFactory, PersonFactory


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("&nbsp;", " ").replace("\u00a0", " ").split())


def test_a_person_is_shown_with_their_mandates_and_the_contact_to_the_service_only(
    agent_client, member_client
):
    person = PersonFactory(last_name="Lefèvre", email="lefevre@example.org", phone="02 38 00 00 00")
    DesignationFactory(person=person, function="Adjointe", ends_on=date(2008, 3, 9))
    address = reverse("person_detail", args=[person.pk])
    for client, sees in ((agent_client, True), (member_client, False)):
        text = text_of(client.get(address))
        assert "Adjointe" in text and "jusqu’au 9 mars 2008" in text and "Terminé" in text
        assert ("lefevre@example.org" in text) is sees
        assert ("02 38 00 00 00" in text) is sees


def test_a_person_who_never_sat_is_not_found_by_members(member_client, agent_client):
    address = reverse("person_detail", args=[PersonFactory().pk])
    assert member_client.get(address).status_code == 404
    assert "Aucune désignation" in text_of(agent_client.get(address))


def test_a_meeting_is_shown_with_its_decisions_as_text(agent_client, member_client, member):
    formation = Designation.objects.of_user(member).get().seat.rule.formation
    meeting = MeetingFactory(formation=formation, held_on=date(2012, 12, 10))
    for number, text in ((2, "Refuse."), (1, "Approuve <b>tout</b>.")):
        DecisionFactory(meeting=meeting, number=number, text=text)
    for client in (agent_client, member_client):
        text = text_of(client.get(reverse("meeting_detail", args=[meeting.pk])))
        assert f"<title>Réunion du 10 décembre 2012 – {formation.name}" in text
        assert f"<h1> Réunion du 10 décembre 2012 – {formation.name}" in text
        assert text.index("Approuve &lt;b&gt;tout") < text.index("Refuse.")


@pytest.mark.parametrize("reader", ["member", "lead", "stranger"])
def test_the_meeting_of_a_formation_where_one_does_not_sit_is_not_found(reader, request, client_of):
    client = client_of(request.getfixturevalue(reader))
    assert client.get(reverse("meeting_detail", args=[MeetingFactory().pk])).status_code == 404


def test_the_pages_cost_the_same_with_2_and_20_rows(agent_client, django_assert_num_queries):
    person, meeting = PersonFactory(), MeetingFactory()
    agent_client.get(reverse("meeting_detail", args=[meeting.pk]))  # what is learnt once for all pages

    def check() -> None:
        with django_assert_num_queries(4):
            agent_client.get(reverse("person_detail", args=[person.pk]))
        with django_assert_num_queries(14):
            agent_client.get(reverse("meeting_detail", args=[meeting.pk]))

    for _ in range(2):
        for _ in range(2 + 16):
            DesignationFactory(person=person)
            DecisionFactory(meeting=meeting)
        check()
