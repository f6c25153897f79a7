"""Rules and the seats they give: created, corrected, changed from a day on, ended."""

from datetime import date

import pytest
from django.urls import reverse

from governance.composition import composition
from governance.models import Designation, SeatRule
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db
Basis = SeatRule.Basis


@pytest.fixture
def formation():
    return factories.FormationFactory(kind="restricted")


@pytest.fixture
def rule(formation):
    """Seven seats of which the first two are held."""
    rule = factories.SeatRuleFactory(
        formation=formation, label="Services de l’État", basis=Basis.FIXED, number=7, designated_by="Préfet"
    )
    for number in (1, 2):
        seat = factories.SeatFactory(rule=rule, number=number)
        factories.DesignationFactory(
            seat=seat, person__last_name=f"Chef{number}", starts_on=date(2010, 1, 1), function="Directeur"
        )
    return rule


def page(name, thing):
    return reverse(name, args=[getattr(thing, "code", None) or thing.pk])


def save(client, address, **typed):
    return client.post(address, filled(client.get(address), **typed))


def titulars(formation, on):
    (entry,) = composition(formation, on).seats
    return entry.minimum, [holder.person for holder in entry.holders]


def test_a_new_rule_gives_its_seats_to_its_organisations(administrator_client, formation):
    owners = [factories.OrganisationFactory(name=name) for name in ("Hamoval", "LogemLoiret")]
    response = save(
        administrator_client,
        page("seat_rule_create", formation),
        label="Représentant d’Hamoval et de LogemLoiret",
        category="Bailleurs sociaux",
        basis="named",
        number="1",
        organisations=["hamoval", "LogemLoiret"],
        designated_by="Hamoval et LogemLoiret",
    )
    assert response["Location"] == page("seat_rule_list", formation)
    rule = SeatRule.objects.get()
    assert (rule.position, rule.seats.count()) == (1, 1)
    assert set(rule.seats.get().organisations.all()) == set(owners)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"label": ""}, "label"),
        ({"category": ""}, "category"),
        ({"basis": "named", "number": "2"}, "number"),
        ({"number": "0"}, "number"),
        ({"starts_on": "2012-01-01", "ends_on": "2011-01-01"}, "ends_on"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_its_field(administrator_client, formation, typed, field):
    usual = {"label": "Préfet", "category": "État", "basis": "fixed", "number": "2"}
    refused = save(administrator_client, page("seat_rule_create", formation), **usual | typed)
    assert field in refused.context["form"].errors
    assert not SeatRule.objects.exists()


def test_a_correction_holds_for_the_whole_life_of_a_rule(administrator_client, rule):
    assert (
        save(administrator_client, page("seat_rule_edit", rule), label="Chefs de service").status_code == 302
    )
    assert composition(rule.formation, date(2003, 1, 1)).seats[0].label == "Chefs de service"


def test_a_changed_rule_keeps_its_past_and_who_sits(administrator_client, rule):
    response = save(administrator_client, page("seat_rule_change", rule), starts_on="2013-01-01", number="5")
    assert response.status_code == 302
    assert titulars(rule.formation, date(2012, 12, 31)) == (7, ["Camille Chef1", "Camille Chef2"])
    assert titulars(rule.formation, date(2013, 1, 1)) == (5, ["Camille Chef1", "Camille Chef2"])
    carried = Designation.objects.filter(starts_on=date(2013, 1, 1))
    assert {row.function for row in carried} == {"Directeur"}
    assert {row.ends_on for row in Designation.objects.exclude(pk__in=carried)} == {date(2012, 12, 31)}


def test_a_mandate_that_begins_after_the_change_moves_to_the_new_seat(administrator_client, rule):
    seat = factories.SeatFactory(rule=rule, number=3)
    later = factories.DesignationFactory(seat=seat, starts_on=date(2013, 6, 1))
    save(administrator_client, page("seat_rule_change", rule), starts_on="2013-01-01")
    later.refresh_from_db()
    assert later.seat.rule != rule
    assert (later.seat.number, later.starts_on) == (3, date(2013, 6, 1))


def test_a_place_that_is_given_up_ends_the_mandate_on_it(administrator_client, rule):
    save(administrator_client, page("seat_rule_change", rule), starts_on="2013-01-01", number="1")
    assert titulars(rule.formation, date(2013, 1, 1)) == (1, ["Camille Chef1"])
    assert Designation.objects.get(person__last_name="Chef2").ends_on == date(2012, 12, 31)


def test_a_place_may_not_be_given_up_under_somebody_who_begins_later(administrator_client, rule):
    Designation.objects.filter(person__last_name="Chef2").update(starts_on=date(2013, 2, 1))
    refused = save(administrator_client, page("seat_rule_change", rule), starts_on="2013-01-01", number="1")
    assert "Camille Chef2 est désigné à partir du 1er février 2013" in text_of(refused)
    assert SeatRule.objects.count() == 1


@pytest.mark.parametrize("first", ["2002-11-01", "2001-01-01"])
def test_a_change_comes_after_the_beginning_of_the_rule(administrator_client, rule, first):
    refused = save(administrator_client, page("seat_rule_change", rule), starts_on=first)
    assert "starts_on" in refused.context["form"].errors


def test_an_ended_rule_ends_the_mandates_on_its_seats(administrator_client, rule):
    assert save(administrator_client, page("seat_rule_end", rule), ends_on="2012-12-31").status_code == 302
    assert titulars(rule.formation, date(2012, 12, 31))[1] == ["Camille Chef1", "Camille Chef2"]
    assert composition(rule.formation, date(2013, 1, 1)).seats == ()
    assert {row.ends_on for row in Designation.objects.all()} == {date(2012, 12, 31)}


def test_a_rule_does_not_end_under_somebody_who_begins_later(administrator_client, rule):
    refused = save(administrator_client, page("seat_rule_end", rule), ends_on="2009-12-31")
    assert "est désigné à partir du 1er janvier 2010" in text_of(refused)


def test_two_administrators_on_one_rule_see_both_texts(administrator_client, rule, client_of):
    address = page("seat_rule_edit", rule)
    typed = filled(administrator_client.get(address), label="Un")
    save(client_of(factories.AdministratorFactory()), address, label="Deux")
    assert "Votre saisie : « Un »" in text_of(administrator_client.post(address, typed))


@pytest.mark.parametrize("reader", ["agent", "member", "stranger"])
def test_only_administrators_change_rules(reader, rule, request, client_of):
    client = client_of(request.getfixturevalue(reader))
    for name in ("seat_rule_edit", "seat_rule_change", "seat_rule_end"):
        assert client.post(page(name, rule), {"ends_on": "2012-01-01"}).status_code == 403
    assert client.get(page("seat_rule_list", rule.formation)).status_code == 403


def test_the_lists_cost_the_same_with_5_and_50_rules(administrator_client, rule, django_assert_num_queries):
    def check(name, queries):
        address = page(name, rule.formation)
        with django_assert_num_queries(queries):
            administrator_client.get(address)

    for numbers in (range(2, 6), range(6, 51)):
        for number in numbers:
            seat = factories.SeatFactory(rule__formation=rule.formation, rule__position=number)
            factories.DesignationFactory(seat=seat, organisation=factories.OrganisationFactory())
        check("seat_rule_list", 2 + 4)
        check("formation_manage", 2 + 9)
