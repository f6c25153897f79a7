"""Working groups: formations of their own, and the reserve of confidential ones."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from governance.models import Formation, Meeting
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    group = factories.FormationFactory(
        kind="group", code="groupe-veille", name="Cellule de veille", is_confidential=True
    )
    factories.SeatRuleFactory(formation=group)
    return group


def save(client, address, **typed):
    return client.post(address, filled(client.get(address), **typed))


def detail(group):
    return reverse("formation_detail", args=[group.code])


def test_a_group_is_created_with_a_rule_for_its_members(administrator_client):
    factories.CouncilFactory()
    shown = administrator_client.get(reverse("group_create")).content.decode()
    assert "<title>Nouveau groupe de travail – COPS</title>" in shown
    response = save(
        administrator_client,
        reverse("group_create"),
        name="Cellule de veille éducative",
        purpose="Repérer les ruptures scolaires.",
        starts_on="2012-01-01",
        notice_days="8",
        is_confidential="on",
    )
    group = Formation.objects.get()
    assert response["Location"] == reverse("formation_manage", args=[group.code])
    assert (group.kind, group.code, group.notice_days) == ("group", "groupe-cellule-de-veille-ed", 8)
    assert group.is_confidential
    assert group.starts_on == date(2012, 1, 1)
    assert [rule.label for rule in group.seat_rules.all()] == ["Membres du groupe"]


def test_a_group_that_sits_is_not_created_a_second_time_under_another_spelling(administrator_client):
    council = factories.CouncilFactory()
    factories.FormationFactory(council=council, kind="group", code="vif", name="Groupe « vif » - l'écoute")
    typed = "groupe «vif» – L’écou\u200bte"
    refused = save(administrator_client, reverse("group_create"), name=typed, notice_days="8")
    assert "porte déjà ce nom : « Groupe « vif » - l'écoute »" in text_of(refused)
    assert Formation.objects.count() == 1


def test_a_group_of_the_name_of_one_that_ended_gets_a_code_of_its_own(administrator_client):
    council = factories.CouncilFactory()
    factories.FormationFactory(
        council=council, kind="group", code="groupe-transports", name="Transports", ends_on=date(2012, 1, 1)
    )
    save(administrator_client, reverse("group_create"), name="Transports", notice_days="8")
    assert {row.code for row in Formation.objects.all()} == {"groupe-transports", "groupe-transports-2"}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"notice_days": "91"}, "notice_days"),
        ({"starts_on": "2001-01-01"}, "starts_on"),
        ({"starts_on": "2012-01-01", "ends_on": "2011-01-01"}, "ends_on"),
    ],
)
def test_a_group_that_cannot_be_is_refused_at_its_field(administrator_client, typed, field):
    factories.CouncilFactory()
    usual = {"name": "Transports", "notice_days": "8"}
    refused = save(administrator_client, reverse("group_create"), **usual | typed)
    assert field in refused.context["form"].errors
    assert not Formation.objects.exists()


def test_a_group_is_closed_by_its_last_day(administrator_client, group):
    save(administrator_client, reverse("formation_edit", args=[group.code]), ends_on="2012-12-31")
    with time_machine.travel("2013-01-02 12:00"):
        page = text_of(administrator_client.get(reverse("formation_list")))
    assert "Groupes et formations clos ou à venir" in page
    assert "jusqu’au 31 décembre 2012" in page


def test_the_dates_of_the_council_own_formations_are_not_to_be_changed(administrator_client):
    formation = factories.FormationFactory()
    address = reverse("formation_edit", args=[formation.code])
    typed = {"notice_days": "10", "ends_on": "2003-01-01", "is_confidential": "on"}
    assert save(administrator_client, address, **typed).status_code == 302
    formation.refresh_from_db()
    assert (formation.notice_days, formation.ends_on, formation.is_confidential) == (10, None, False)


# --- the reserve ----


def test_a_confidential_group_is_there_for_its_members_and_the_service(
    member_client, agent_client, stranger, client_of, group
):
    assert agent_client.get(detail(group)).status_code == 200
    assert member_client.get(detail(group)).status_code == 404
    assert member_client.get(reverse("roster_export", args=[group.code, "csv"])).status_code == 404
    assert "Cellule de veille" not in text_of(member_client.get(reverse("formation_list")))
    person = factories.PersonFactory(user=stranger)
    factories.DesignationFactory(seat=factories.SeatFactory(rule=group.seat_rules.get()), person=person)
    assert "Groupe confidentiel" in text_of(client_of(stranger).get(detail(group)))


def test_a_group_that_is_not_confidential_is_there_for_all_members(member_client, group):
    group.is_confidential = False
    group.save()
    assert member_client.get(detail(group)).status_code == 200


def test_the_meetings_of_a_confidential_group_stay_out_of_search(agent_client, group):
    factories.MeetingFactory(formation=group, subject="Situation particulière")
    assert not Meeting.objects.search("particuliere").exists()
    found = text_of(agent_client.get(reverse("search") + "?q=veille"))
    assert "Cellule de veille" not in found


@pytest.mark.parametrize("reader", ["agent", "member", "stranger"])
def test_only_administrators_create_and_change_groups(reader, group, request, client_of):
    client = client_of(request.getfixturevalue(reader))
    assert client.post(reverse("group_create"), {"name": "Autre"}).status_code == 403
    assert client.post(reverse("formation_edit", args=[group.code]), {"name": "Autre"}).status_code == 403
    assert [row.name for row in Formation.objects.filter(kind="group")] == ["Cellule de veille"]
