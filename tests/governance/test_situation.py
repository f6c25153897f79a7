"""What a day asks of a formation: vacant since when, who is awaited, what ends soon."""

from datetime import date

import pytest
from django.urls import reverse

from governance.composition import composition
from governance.models import Designation, SeatRule
from governance.situation import BY_RIGHT, months_after, situation
from tests import factories
from tests.entered_forms import text_of

pytestmark = pytest.mark.django_db
ON = date(2012, 6, 1)


@pytest.fixture
def formation():
    return factories.FormationFactory()


def of(formation, on=ON):
    return situation(formation, composition(formation, on))


def held(rule, starts_on, ends_on, number=1, **values):
    seat = rule.seats.filter(number=number).first() or factories.SeatFactory(rule=rule, number=number)
    return factories.DesignationFactory(seat=seat, starts_on=starts_on, ends_on=ends_on, **values)


def test_a_seat_is_vacant_since_the_day_after_its_last_titular(formation):
    rule = factories.SeatRuleFactory(formation=formation)
    held(rule, date(2005, 1, 1), date(2008, 12, 31))
    held(rule, date(2009, 1, 1), date(2011, 3, 31))
    held(rule, date(2011, 4, 1), None, quality=Designation.Quality.ASSISTANT)
    (vacancy,) = of(formation).vacancies
    assert vacancy.since == date(2011, 4, 1)


def test_a_seat_that_nobody_ever_held_is_vacant_since_no_known_day(formation):
    factories.SeatRuleFactory(formation=formation)
    (vacancy,) = of(formation).vacancies
    assert vacancy.since is None


def test_several_seats_are_short_since_the_day_one_of_them_was_left(formation):
    rule = factories.SeatRuleFactory(formation=formation, basis=SeatRule.Basis.FIXED, number=2)
    held(rule, date(2005, 1, 1), date(2010, 6, 30), number=1)
    held(rule, date(2005, 1, 1), date(2011, 6, 30), number=2)
    (vacancy,) = of(formation).vacancies
    assert (vacancy.entry.vacant, vacancy.since) == (2, date(2010, 7, 1))


def test_a_vacancy_goes_on_through_a_change_of_its_rule(formation):
    before = factories.SeatRuleFactory(formation=formation, label="Préfet", ends_on=date(2010, 12, 31))
    factories.SeatRuleFactory(formation=formation, label="Préfet", starts_on=date(2011, 1, 1))
    held(before, date(2005, 1, 1), date(2009, 6, 30))
    (vacancy,) = of(formation).vacancies
    assert vacancy.since == date(2009, 7, 1)


def test_each_commune_has_its_own_vacancy(formation):
    rule = factories.SeatRuleFactory(formation=formation, basis=SeatRule.Basis.PER_COMMUNE)
    for name in ("Amilly", "Pannes"):
        commune = factories.CommuneMembershipFactory(commune__name=name).commune
        seat = factories.SeatFactory(rule=rule, commune=commune)
        if name == "Pannes":
            factories.DesignationFactory(seat=seat, ends_on=date(2012, 1, 31))
    since = {row.entry.label: row.since for row in of(formation).vacancies}
    assert since == {"Amilly": None, "Pannes": date(2012, 2, 1)}
    assert [row.authority for row in of(formation).awaited] == ["Commune d’Amilly", "Commune de Pannes"]


def test_designations_are_awaited_by_authority(formation):
    for position, (label, authority, by_right) in enumerate(
        [("Police", "Ministère", False), ("Préfet", "", True), ("Douane", "Ministère", False)], 1
    ):
        factories.SeatRuleFactory(
            formation=formation, position=position, label=label, designated_by=authority, by_right=by_right
        )
    found = {
        row.authority: (row.count, [entry.label for entry in row.entries]) for row in of(formation).awaited
    }
    assert found == {"Ministère": (2, ["Police", "Douane"]), BY_RIGHT: (1, ["Préfet"])}


@pytest.mark.parametrize(
    ("ends_on", "is_soon"),
    [(None, False), (date(2012, 6, 1), True), (date(2012, 12, 1), True), (date(2012, 12, 2), False)],
)
def test_mandates_that_end_within_six_months_are_told(formation, ends_on, is_soon):
    held(factories.SeatRuleFactory(formation=formation), date(2005, 1, 1), ends_on)
    assert bool(of(formation).ending) == is_soon


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2012, 8, 31), 6, date(2013, 2, 28)),
        (date(2011, 8, 31), 6, date(2012, 2, 29)),
        (date(2012, 12, 1), 1, date(2013, 1, 1)),
        (date(2012, 6, 30), 6, date(2012, 12, 30)),
        (date(2012, 11, 15), 1, date(2012, 12, 15)),
    ],
)
def test_months_after_a_day(day, months, later):
    assert months_after(day, months) == later


def test_the_page_answers_for_any_day(agent_client, formation):
    rule = factories.SeatRuleFactory(formation=formation, label="Sous-préfet", designated_by="Préfet")
    held(rule, date(2005, 1, 1), date(2011, 3, 31), person__last_name="Sortant")
    address = reverse("formation_detail", args=[formation.code])
    page = text_of(agent_client.get(f"{address}?le=2012-06-01"))
    assert "depuis le 1er avril 2011" in page
    assert "Désignations attendues Préfet Sous-préfet" in page
    before = text_of(agent_client.get(f"{address}?le=2010-12-31"))
    assert "Mandats qui prennent fin dans les 6 mois" in before
    assert "Camille Sortant, titulaire (Sous-préfet) : le 31 mars 2011" in before


def test_a_mandate_that_ends_names_who_is_designated_to_follow(agent_client, formation):
    rule = factories.SeatRuleFactory(formation=formation, label="Sous-préfet", designated_by="Préfet")
    first = held(rule, date(2005, 1, 1), date(2011, 3, 31), person__last_name="Sortant")
    factories.DesignationFactory(
        seat=first.seat, starts_on=date(2011, 4, 1), ends_on=None, person__last_name="Entrant"
    )
    address = reverse("formation_detail", args=[formation.code])
    page = text_of(agent_client.get(f"{address}?le=2010-12-31"))
    assert "Camille Sortant, titulaire (Sous-préfet) : le 31 mars 2011, suivi par Camille Entrant" in page


def test_the_page_says_who_designates(agent_client, administrator_client, formation):
    factories.SeatRuleFactory(formation=formation, label="Sous-préfet", designated_by="Préfet")
    address = f"{reverse('formation_detail', args=[formation.code])}?le=2012-06-01"
    link = f"{reverse('formation_manage', args=[formation.code])}?le=2012-06-01"
    read_by_agent, read_by_administrator = agent_client.get(address), administrator_client.get(address)
    assert "Un administrateur enregistre les désignations" in text_of(read_by_agent)
    assert link not in read_by_agent.content.decode()
    assert "Un administrateur enregistre" not in text_of(read_by_administrator)
    assert link in read_by_administrator.content.decode()


def test_the_questions_cost_the_same_with_5_and_50_seats(agent_client, formation, django_assert_num_queries):
    for numbers in (range(1, 6), range(6, 51)):
        for number in numbers:
            rule = factories.SeatRuleFactory(formation=formation, position=number)
            held(rule, date(2005, 1, 1), date(2011, 1, 1))
        value = composition(formation, ON)
        with django_assert_num_queries(2):
            situation(formation, value)
