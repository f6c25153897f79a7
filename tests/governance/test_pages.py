"""The pages of the council: works, member, stranger, bad address, wrong method, and what they cost."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from governance.models import Designation, Formation, SeatRule
from tests.factories import (
    CommuneMembershipFactory,
    DesignationFactory,
    FormationFactory,
    OrganisationFactory,
    PersonFactory,
    SeatFactory,
    SeatRuleFactory,
)

LIST = reverse("formation_list")
# The session and its account, read on every page.
SESSION = 2


def detail(formation: Formation, on: str = "") -> str:
    address = reverse("formation_detail", args=[formation.code])
    return f"{address}?le={on}" if on else address


def text_of(response) -> str:
    """The words of the page with single spaces."""
    return " ".join(response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ").split())


@pytest.fixture
def formation(db) -> Formation:
    """A president and three State services of which one sits."""
    formation = FormationFactory(code="plenier", name="CISPD plénier")
    president = SeatRuleFactory(formation=formation, label="Président", by_right=True)
    person = PersonFactory(
        first_name="Prune", last_name="Titulaire", email="prune@example.org", phone="02 38 00 00 00"
    )
    DesignationFactory(
        seat=SeatFactory(rule=president),
        person=person,
        function="Présidente",
        organisation=OrganisationFactory(name="AME"),
    )
    services = SeatRuleFactory(
        formation=formation,
        position=2,
        label="Services de l’État",
        basis=SeatRule.Basis.FIXED,
        number=3,
        designated_by="Préfet",
        may_be_represented=True,
    )
    seat = SeatFactory(rule=services)
    DesignationFactory(seat=seat, starts_on=date(2010, 1, 1), person__last_name="Service")
    DesignationFactory(seat=seat, quality=Designation.Quality.SUBSTITUTE, person__last_name="Remplaçante")
    return formation


@pytest.mark.parametrize("reader", ["agent", "administrator", "member"])
def test_the_service_and_the_members_read_the_composition(reader, formation, request, client_of):
    client = client_of(request.getfixturevalue(reader))
    assert "CISPD plénier" in text_of(client.get(LIST))
    assert "Prune Titulaire" in text_of(client.get(detail(formation)))


@pytest.mark.parametrize("reader", ["stranger", "lead"])
def test_others_are_refused(reader, formation, request, client_of):
    client = client_of(request.getfixturevalue(reader))
    assert client.get(LIST).status_code == 403
    assert client.get(detail(formation)).status_code == 403


def test_a_member_whose_mandate_has_ended_reads_no_more(member, formation, client_of):
    client = client_of(member)
    assert client.get(LIST).status_code == 200
    Designation.objects.of_user(member).update(ends_on=date(2020, 1, 1))
    assert client.get(LIST).status_code == 403


def test_a_visitor_logs_in_first(formation):
    for address in (LIST, detail(formation)):
        assert Client().get(address).url.startswith(reverse("account_login"))


def test_an_unknown_formation_is_not_found(agent_client, formation):
    assert agent_client.get("/instances/inconnue/").status_code == 404


def test_the_pages_are_only_read(agent_client, formation):
    assert agent_client.post(LIST).status_code == 405
    assert agent_client.post(detail(formation)).status_code == 405


def test_the_list_says_what_is_vacant_today(agent_client, formation):
    with time_machine.travel("2012-06-01"):
        text = text_of(agent_client.get(LIST))
    assert "2 sièges vacants" in text
    assert "4 sièges à pourvoir, 2 pourvus" in text
    assert "créé en novembre 2002" in text


def test_the_list_does_without_a_composition_before_the_council_exists(agent_client, formation):
    with time_machine.travel("2002-10-31 12:00"):
        text = text_of(agent_client.get(LIST))
    assert "CISPD plénier" in text
    assert "vacant" not in text


def test_without_formations_the_list_says_what_to_do(agent_client):
    assert "load_reference" in text_of(agent_client.get(LIST))


def test_seats_are_shown_with_holders_and_what_is_vacant(agent_client, formation):
    text = text_of(agent_client.get(detail(formation, "2012-06-01")))
    assert "Composition au 1er juin 2012" in text
    assert "Présidente, AME" in text
    assert "De droit" in text
    assert "2 vacants sur 3" in text
    assert "Camille Remplaçante</a> <span" in text
    assert "(suppléant ou représentant)" in text
    rows = text[text.index("<tbody") :]
    assert rows.index("Président") < rows.index("Services de l’État")


def test_a_seat_that_nobody_holds_is_vacant(agent_client, formation):
    text = text_of(agent_client.get(detail(formation, "2009-12-31")))
    assert "3 vacants sur 3" in text
    assert "Camille Service" not in text


def test_warnings_are_shown(agent_client, formation):
    rule = SeatRuleFactory(formation=formation, position=3, label="Procureur")
    for number in (1, 2):
        DesignationFactory(seat=SeatFactory(rule=rule, number=number))
    assert "Procureur : 2 titulaires pour 1 siège." in text_of(agent_client.get(detail(formation)))


def test_readers_see_no_personal_contact(agent_client, member_client, formation):
    for client in (agent_client, member_client):
        text = text_of(client.get(detail(formation)))
        assert "Prune Titulaire" in text
        assert "prune@example.org" not in text
        assert "02 38 00 00 00" not in text


def test_today_is_shown_unless_another_day_is_asked_for(agent_client, formation):
    with time_machine.travel("2011-03-04 12:00"):
        text = text_of(agent_client.get(detail(formation)))
    assert "Composition au 4 mars 2011" in text


def test_before_the_council_was_created_the_page_says_so(agent_client, formation):
    response = agent_client.get(detail(formation, "2002-10-31"))
    assert response.status_code == 200
    text = text_of(response)
    assert "n’existait pas encore à cette date : il a été créé en novembre 2002" in text
    assert "<table" not in text


@pytest.mark.parametrize("on", ["2012-13-45", "hier", "%00", "2011-02-29"])
def test_a_bad_date_gets_a_message_and_the_composition_of_today(agent_client, formation, on):
    with time_machine.travel("2011-03-04 12:00"):
        response = agent_client.get(detail(formation, on))
    assert response.status_code == 200
    assert "Cette date n’existe pas ou n’est pas écrite JJ/MM/AAAA." in text_of(response)
    assert "Composition au 4 mars 2011" in text_of(response)


def test_a_formation_without_rules_says_so(agent_client):
    text = text_of(agent_client.get(detail(FormationFactory())))
    assert "Aucune règle de composition à cette date" in text


def test_names_are_shown_literally(agent_client, formation):
    SeatRuleFactory(formation=formation, position=3, label="<script>alert(1)</script>")
    assert "<script>alert" not in agent_client.get(detail(formation)).content.decode()


def test_the_pages_cost_the_same_with_2_and_20_rows(agent_client, formation, django_assert_num_queries):
    def check() -> None:
        with django_assert_num_queries(SESSION + 7):
            agent_client.get(LIST)
        with django_assert_num_queries(SESSION + 10):
            agent_client.get(detail(formation))

    check()
    for number in range(3, 21):
        group = FormationFactory(council=formation.council, kind=Formation.Kind.GROUP)
        for each in (formation, group):
            seat = SeatFactory(rule=SeatRuleFactory(formation=each, position=number))
            DesignationFactory(seat=seat, organisation=seat.rule.formation.council.agglomeration)
        CommuneMembershipFactory()
    check()
