"""The year that the home page shows: whose report is due, both to choose from, nothing left behind."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from tests.desk.test_home import HOME, text_of
from tests.factories import (
    ActionFactory,
    ActionYearFactory,
    ContractFactory,
    MeetingFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def contracts():
    """2019 to 2021 with an incomplete year 2021, followed by 2022 to 2024 with a year each."""
    old = ContractFactory(
        code="cops-2019", title="Ancien", starts_on=date(2019, 1, 1), ends_on=date(2021, 12, 31)
    )
    new = ContractFactory(
        code="cops-2022",
        title="Nouveau",
        starts_on=date(2022, 1, 1),
        ends_on=date(2024, 12, 31),
        predecessor=old,
    )
    ActionYearFactory(action=ActionFactory(contract=old), year=2021, status="")
    action = ActionFactory(contract=new)
    for year in (2022, 2023):
        ActionYearFactory(action=action, year=year, status="")
    return old, new


def shown(client, on, address=HOME):
    with time_machine.travel(f"{on} 12:00"):
        response = client.get(address)
    return response, [(one.contract.code, one.figures.year) for one in response.context["contracts"]]


@pytest.mark.parametrize(
    ("on", "expected", "desk"),
    [
        ("2022-01-02", [("cops-2019", 2021), ("cops-2022", 2022)], 2021),
        ("2022-06-30", [("cops-2019", 2021), ("cops-2022", 2022)], 2021),
        ("2022-07-01", [("cops-2022", 2022)], 2022),
        ("2023-01-02", [("cops-2022", 2022)], 2022),
        ("2023-06-30", [("cops-2022", 2022)], 2022),
        ("2023-07-01", [("cops-2022", 2023)], 2023),
        ("2023-12-31", [("cops-2022", 2023)], 2023),
        ("2025-02-01", [("cops-2022", 2024)], 2024),
    ],
)
def test_the_service_sees_the_year_whose_report_is_due(agent_client, contracts, on, expected, desk):
    response, found = shown(agent_client, on)
    assert found == expected
    assert response.context["desk"].year == desk


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2022-11-27", ("cops-2019", 2021)),  # the first year of the new contract is not over
        ("2023-01-02", ("cops-2022", 2022)),
        ("2023-11-27", ("cops-2022", 2022)),
    ],
)
def test_members_see_the_last_finished_year(member_client, member, contracts, on, expected):
    response, found = shown(member_client, on)
    assert found[0] == expected
    assert f"L’évaluation de {expected[1]}" in text_of(response)


@pytest.mark.parametrize(
    ("on", "service", "members"),
    [
        ("2023-01-02", [2022, 2023, 2024], [2022, 2023, 2024]),
        ("2023-06-30", [2022, 2023, 2024], [2022, 2023, 2024]),
        ("2023-07-01", [2023, 2022, 2024], [2022, 2023, 2024]),
        ("2023-12-31", [2023, 2022, 2024], [2022, 2023, 2024]),
        ("2024-02-01", [2023, 2022, 2024], [2023, 2022, 2024]),
        ("2022-03-01", [2022, 2023, 2024], [2022, 2023, 2024]),  # none is over
        ("2026-11-27", [2024, 2023, 2022], [2024, 2023, 2022]),
    ],
)
def test_the_evaluations_begin_with_the_year_to_look_at_and_are_all_provisional(
    agent_client, member_client, contracts, on, service, members
):
    for client, years in ((agent_client, service), (member_client, members)):
        with time_machine.travel(f"{on} 12:00"):
            response = client.get(reverse("evaluation_list"))
        new = next(table for one, table in response.context["contracts"] if one.contract.code == "cops-2022")
        assert [row.heading.text for row in new.rows] == [str(year) for year in years]
        assert {row.heading.detail for row in new.rows} == {"provisoire"}


def test_both_years_can_be_chosen(agent_client, contracts):
    response, found = shown(agent_client, "2023-02-01", f"{HOME}?annee=2023")
    assert found == [("cops-2022", 2023)]
    assert response.context["desk"].year == 2023
    assert 'href="?annee=2022"' in response.content.decode()
    _, found = shown(agent_client, "2023-02-01", f"{HOME}?annee=1999")
    assert found == [("cops-2022", 2022)]


def test_what_an_old_contract_left_incomplete_stays_on_the_desk(agent_client, member_client, contracts):
    response, _ = shown(agent_client, "2023-11-27")
    assert "Contrats terminés encore incomplets" in text_of(response)
    assert f"{reverse('evaluation_year', args=['cops-2019', 2021])}#manque" in response.content.decode()
    assert "1 action incomplète" in text_of(response)
    assert "encore incomplets" not in text_of(shown(member_client, "2023-11-27")[0])
    assert "encore incomplets" not in text_of(shown(agent_client, "2022-02-01")[0])  # it is the desk itself


def test_between_two_contracts_the_one_that_ended_is_looked_at(agent_client, contracts):
    _, new = contracts
    type(new).objects.filter(pk=new.pk).update(starts_on=date(2022, 9, 1))
    _, found = shown(agent_client, "2022-08-01")
    assert found == [("cops-2019", 2021)]


def test_figures_of_a_year_say_that_they_are_provisional(agent_client, member_client, contracts):
    for client in (agent_client, member_client):
        response, _ = shown(client, "2023-02-01")
        assert response.content.decode().count(">provisoire<") >= 2


@pytest.mark.parametrize("state", ["held", "closed", "cancelled"])
def test_a_meeting_that_was_held_today_is_none_to_come(member_client, member, agent_client, state):
    formation = member.person.designations.get().seat.rule.formation
    today = date(2023, 2, 2)
    MeetingFactory(formation=formation, held_on=today, state=state, subject="Du matin")
    MeetingFactory(formation=formation, held_on=today.replace(day=3), state="convened", subject="De demain")
    with time_machine.travel("2023-02-02 15:00"):
        for client in (member_client, agent_client):
            text = text_of(client.get(HOME))
            assert "De demain" in text
            assert "Du matin" not in text.partition("Dernières décisions")[0].replace("À faire", "") or (
                state == "held" and client is agent_client
            )
