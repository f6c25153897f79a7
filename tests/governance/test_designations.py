"""Designating: created, corrected, ended, handed on; what is refused, what is said, who may."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cops.audit.models import Event
from governance.composition import composition
from governance.models import Designation, Meeting, Organisation, SeatRule
from tests import factories
from tests.entered_forms import filled, text_of
from tests.races import at_once, race

pytestmark = pytest.mark.django_db
Quality = Designation.Quality


@pytest.fixture
def rule():
    return factories.SeatRuleFactory(label="Élu d’Amilly", designated_by="Commune d’Amilly")


@pytest.fixture
def seat(rule):
    return factories.SeatFactory(rule=rule)


@pytest.fixture
def person():
    return factories.PersonFactory(first_name="Aline", last_name="Nouvelle")


@pytest.fixture
def held(seat):
    """Prune sits since 2010."""
    before = factories.PersonFactory(first_name="Prune", last_name="Ancienne")
    return factories.DesignationFactory(seat=seat, person=before, starts_on=date(2010, 1, 1))


def label(person):
    return f"{person} ({person.organisation})"


def create(client, rule, designated, **typed):
    address = reverse("designation_create", args=[rule.pk])
    values = {"person": label(designated), "quality": "titular", "starts_on": "2012-01-01"} | typed
    return client.post(address, filled(client.get(address), **values))


def at(name, mandate):
    return reverse(name, args=[mandate.pk])


def save(client, address, **typed):
    return client.post(address, filled(client.get(address), **typed))


# --- a new one ----


def test_a_person_picked_by_typing_is_designated_with_act_and_dates(
    administrator, administrator_client, rule, seat, person
):
    response = create(
        administrator_client,
        rule,
        person,
        function="Adjointe au maire",
        organisation=str(person.organisation),
        act="Délibération n° 12",
        authority="Conseil municipal",
        ends_on="2014-12-31",
    )
    assert response["Location"] == reverse("formation_manage", args=[rule.formation.code])
    made = Designation.objects.get()
    assert (made.seat, made.person, made.organisation) == (seat, person, person.organisation)
    assert (made.function, made.authority, made.act) == (
        "Adjointe au maire",
        "Conseil municipal",
        "Délibération n° 12",
    )
    assert (made.starts_on, made.ends_on) == (date(2012, 1, 1), date(2014, 12, 31))
    assert Event.objects.get(action=Event.Action.CREATED).actor == administrator
    assert made.history.get().history_user == administrator


def test_the_first_seat_of_a_rule_is_made_when_it_is_taken(administrator_client, rule, person):
    assert create(administrator_client, rule, person).status_code == 302
    assert Designation.objects.get().seat.rule == rule


def test_a_rule_of_at_least_one_gets_a_seat_more_for_each_titular(administrator_client, person):
    rule = factories.SeatRuleFactory(basis=SeatRule.Basis.AT_LEAST)
    other = factories.PersonFactory(last_name="Autre")
    for one in (person, other):
        assert create(administrator_client, rule, one).status_code == 302
    assert [seat.number for seat in rule.seats.order_by("number")] == [1, 2]
    assert composition(rule.formation, date(2012, 6, 1)).seats[0].titulars == 2


def test_a_commune_that_joined_gets_its_seat_when_it_designates(administrator_client, person):
    rule = factories.SeatRuleFactory(basis=SeatRule.Basis.PER_COMMUNE)
    commune = factories.CommuneMembershipFactory(commune__name="Vimory").commune
    assert create(administrator_client, rule, person, place=f"c{commune.pk}").status_code == 302
    assert Designation.objects.get().seat.commune == commune


def test_an_unknown_organisation_is_asked_about_then_created(administrator_client, rule, person):
    refused = create(administrator_client, rule, person, organisation="Mairie neuve")
    assert "Créer « Mairie neuve »" in text_of(refused)
    address = reverse("designation_create", args=[rule.pk])
    assert administrator_client.post(address, filled(refused, new_organisations="on")).status_code == 302
    assert Designation.objects.get().organisation == Organisation.objects.get(name="Mairie neuve")


def test_looking_at_the_form_stores_no_seat(administrator_client, rule):
    administrator_client.get(reverse("designation_create", args=[rule.pk]))
    assert not rule.seats.exists()


# --- what is refused, beside its field ----


def test_a_second_titular_is_refused_with_who_and_when(administrator_client, rule, held, person):
    refused = create(administrator_client, rule, person)
    assert refused.status_code == 200
    assert "Prune Ancienne est titulaire de ce siège depuis le 1er janvier 2010" in text_of(refused)
    assert list(refused.context["form"].errors) == ["person"]
    assert Designation.objects.get() == held


def test_a_titular_may_follow_one_whose_mandate_ended_the_day_before(
    administrator_client, rule, held, person
):
    held.ends_on = date(2011, 12, 31)
    held.save()
    assert create(administrator_client, rule, person).status_code == 302


def test_a_titular_may_not_begin_on_the_last_day_of_another(administrator_client, rule, held, person):
    held.ends_on = date(2012, 1, 1)
    held.save()
    assert "jusqu" not in text_of(create(administrator_client, rule, person))
    assert Designation.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"starts_on": "2002-10-31"}, "starts_on", "n’existait pas encore"),
        ({"ends_on": "2011-12-31"}, "ends_on", "Le mandat finit avant de commencer."),
        ({"person": "Personne inconnue"}, "person", "Personne ne s’appelle « Personne inconnue »"),
        ({"starts_on": ""}, "starts_on", ""),
        ({"starts_on": "2012-02-30"}, "starts_on", "n’existe pas"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    administrator_client, rule, seat, person, typed, field, message
):
    refused = create(administrator_client, rule, person, **typed)
    assert field in refused.context["form"].errors
    assert message in text_of(refused)
    assert not Designation.objects.exists()


def test_a_mandate_stays_within_the_life_of_its_rule(administrator_client, rule, person):
    rule.starts_on, rule.ends_on = date(2010, 1, 1), date(2012, 12, 31)
    rule.save()
    assert (
        "starts_on"
        in create(administrator_client, rule, person, starts_on="2013-01-01").context["form"].errors
    )
    assert "ends_on" in create(administrator_client, rule, person).context["form"].errors
    assert create(administrator_client, rule, person, ends_on="2012-12-31").status_code == 302


def test_nobody_is_twice_on_one_seat(administrator_client, rule, held):
    rule.may_be_represented = True
    rule.save()
    refused = create(administrator_client, rule, held.person, quality="substitute")
    assert "est déjà désigné sur ce siège comme titulaire" in text_of(refused)


# --- what is allowed, and said ----


def test_a_substitute_where_nobody_may_be_represented_is_stored_and_said(
    administrator_client, rule, held, person
):
    response = create(administrator_client, rule, person, quality="substitute")
    page = administrator_client.get(response["Location"])
    assert "un suppléant est désigné alors que ce siège ne se fait pas représenter" in text_of(page)
    assert Designation.objects.count() == 2


def test_a_stranger_to_both_organisations_of_a_joint_seat_is_stored_and_said(
    administrator_client, rule, seat, person
):
    owners = [factories.OrganisationFactory(name=name) for name in ("Hamoval", "LogemLoiret")]
    seat.organisations.set(owners)
    response = create(administrator_client, rule, person, organisation=str(person.organisation))
    said = "n’appartient à aucun des organismes de ce siège"
    assert said in text_of(administrator_client.get(response["Location"]))
    made = Designation.objects.get()
    made.organisation = owners[1]
    made.save()
    assert said not in text_of(administrator_client.get(response["Location"]))


def test_a_person_on_two_seats_is_allowed_and_said(administrator_client, rule, seat, person):
    other = factories.SeatRuleFactory(formation=rule.formation, position=2)
    factories.DesignationFactory(seat=factories.SeatFactory(rule=other), person=person)
    response = create(administrator_client, rule, person)
    assert "Aline Nouvelle est titulaire de 2 sièges." in text_of(
        administrator_client.get(response["Location"])
    )


# --- correcting, ending, handing on ----


def test_a_correction_is_stored_and_nothing_else(administrator_client, held):
    address = at("designation_edit", held)
    assert save(administrator_client, address, function="Maire").status_code == 302
    held.refresh_from_db()
    assert (held.function, held.version, held.starts_on) == ("Maire", 2, date(2010, 1, 1))


def test_a_mandate_ends_on_its_last_day(administrator_client, held):
    assert save(administrator_client, at("designation_end", held), ends_on="2012-05-31").status_code == 302
    formation = held.seat.rule.formation
    assert composition(formation, date(2012, 5, 31)).is_complete
    assert not composition(formation, date(2012, 6, 1)).is_complete


def test_an_end_before_the_beginning_is_refused(administrator_client, held):
    refused = save(administrator_client, at("designation_end", held), ends_on="2009-12-31")
    assert "Le mandat finit avant de commencer." in text_of(refused)


def test_an_end_after_the_successor_began_is_refused(administrator_client, held, person):
    held.ends_on = date(2011, 12, 31)
    held.save()
    factories.DesignationFactory(seat=held.seat, person=person, starts_on=date(2012, 1, 1))
    refused = save(administrator_client, at("designation_end", held), ends_on="2012-06-30")
    assert "Aline Nouvelle est titulaire de ce siège depuis le 1er janvier 2012" in text_of(refused)


def test_a_replacement_ends_one_mandate_the_day_before_and_begins_the_other(
    administrator_client, held, person
):
    address = at("designation_replace", held)
    assert (
        save(administrator_client, address, person=label(person), starts_on="2012-06-01").status_code == 302
    )
    held.refresh_from_db()
    follower = Designation.objects.exclude(pk=held.pk).get()
    assert held.ends_on == date(2012, 5, 31)
    assert (follower.person, follower.quality, follower.starts_on) == (
        person,
        Quality.TITULAR,
        date(2012, 6, 1),
    )
    formation = held.seat.rule.formation
    for on, name in ((date(2012, 5, 31), "Prune Ancienne"), (date(2012, 6, 1), "Aline Nouvelle")):
        assert [holder.person for holder in composition(formation, on).seats[0].holders] == [name]


def test_a_replacement_begins_after_the_mandate_it_replaces(administrator_client, held, person):
    refused = save(
        administrator_client, at("designation_replace", held), person=label(person), starts_on="2010-01-01"
    )
    assert "a commencé le 1er janvier 2010" in text_of(refused)
    assert Designation.objects.count() == 1


def test_nobody_replaces_themselves(administrator_client, held):
    refused = save(
        administrator_client,
        at("designation_replace", held),
        person=label(held.person),
        starts_on="2012-01-01",
    )
    assert "C’est la personne qui siège déjà" in text_of(refused)


def test_two_administrators_on_one_designation_see_both_texts(administrator_client, held, client_of):
    address = at("designation_edit", held)
    typed = filled(administrator_client.get(address), function="Maire")
    other = client_of(factories.AdministratorFactory())
    assert save(other, address, function="Sénatrice").status_code == 302
    told = administrator_client.post(address, typed)
    assert "Votre saisie : « Maire »" in text_of(told)
    assert "« Sénatrice »" in text_of(told)


# --- who may ----


@pytest.mark.parametrize("reader", ["agent", "member", "lead", "stranger"])
def test_only_administrators_designate(reader, rule, held, person, request, client_of):
    client = client_of(request.getfixturevalue(reader))
    before = Designation.objects.count()
    addresses = [reverse("designation_create", args=[rule.pk])] + [
        at(name, held) for name in ("designation_edit", "designation_end", "designation_replace")
    ]
    for address in addresses:
        assert client.post(address, {"ends_on": "2012-01-01", "person": label(person)}).status_code == 403
    assert Designation.objects.count() == before
    held.refresh_from_db()
    assert held.ends_on is None


def test_only_administrators_see_the_way_to_it(administrator_client, agent_client, held):
    page = reverse("formation_detail", args=[held.seat.rule.formation.code])
    assert "Gérer la composition" in text_of(administrator_client.get(page))
    assert "Gérer la composition" not in text_of(agent_client.get(page))


# --- reading follows from designations ----


@pytest.mark.parametrize("quality", list(Quality))
def test_a_designation_of_any_quality_opens_the_meetings_of_its_formation_while_it_lasts(quality, stranger):
    person = factories.PersonFactory(user=stranger)
    mandate = factories.DesignationFactory(
        person=person, quality=quality, starts_on=date(2012, 1, 1), ends_on=date(2012, 12, 31)
    )
    own = factories.MeetingFactory(formation=mandate.seat.rule.formation)
    factories.MeetingFactory()
    for on, seen in (("2011-12-31", []), ("2012-01-01", [own]), ("2012-12-31", [own]), ("2013-01-01", [])):
        with time_machine.travel(f"{on} 12:00"):
            assert list(Meeting.objects.visible_to(stranger)) == seen


def test_ending_a_mandate_closes_the_papers_with_the_next_request(
    administrator_client, stranger, client_of, seat
):
    mandate = factories.DesignationFactory(seat=seat, person=factories.PersonFactory(user=stranger))
    meeting = factories.MeetingFactory(formation=seat.rule.formation)
    address = reverse("meeting_detail", args=[meeting.pk])
    client = client_of(stranger)
    assert client.get(address).status_code == 200
    save(administrator_client, at("designation_end", mandate), ends_on="2020-01-01")
    assert client.get(address).status_code == 404


# --- at once ----


@race
def test_of_eight_who_designate_a_titular_at_once_one_wins(client_of, tmp_path):
    rule = factories.SeatRuleFactory()
    people = [factories.PersonFactory(last_name=f"Candidat {n}") for n in range(8)]
    address = reverse("designation_create", args=[rule.pk])
    clients: list[Client] = [client_of(factories.AdministratorFactory()) for _ in range(8)]
    typed = [
        filled(client.get(address), person=label(person), quality="titular", starts_on="2012-01-01")
        for client, person in zip(clients, people, strict=True)
    ]
    answers = at_once(8, lambda n: clients[n].post(address, typed[n]))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [302]
    winner = Designation.objects.get().person
    lost = next(answer for answer in answers if answer.status_code == 200)
    assert f"{winner} est titulaire de ce siège" in text_of(lost)
    assert rule.seats.count() == 1
