"""Who sits on a day against what the rules require."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from cops.desk.reference import load_reference
from governance.composition import (
    Composition,
    CouncilNotCreatedError,
    SeatEntry,
    composition,
    composition_to_json,
    compositions,
)
from governance.models import Commune, Designation, Formation, Organisation, Seat, SeatRule
from tests.factories import (
    CommuneFactory,
    CommuneMembershipFactory,
    DesignationFactory,
    FormationFactory,
    OrganisationFactory,
    OrganisationNameFactory,
    PersonFactory,
    SeatFactory,
    SeatRuleFactory,
)

ON = date(2012, 6, 1)
Basis = SeatRule.Basis
Quality = Designation.Quality


@pytest.fixture
def formation(db) -> Formation:
    return FormationFactory()


@pytest.fixture
def ame(db) -> None:
    """The AME's real council, communes and rules."""
    load_reference()


def of_kind(kind: str) -> Formation:
    return Formation.objects.select_related("council").get(kind=kind)


def only(value: Composition) -> SeatEntry:
    (entry,) = value.seats
    return entry


def people(entry: SeatEntry) -> list[tuple[str, str]]:
    return [(holder.person, holder.quality) for holder in entry.holders]


# The AME's council over time -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "on", "required"),
    [
        ("plenary", "2002-11-01", 23),  # eight communes
        ("plenary", "2005-12-31", 23),
        ("plenary", "2006-01-01", 25),  # ten: Vimory and Conflans-sur-Loing
        ("plenary", "2008-01-01", 25),
        ("plenary", "2014-12-31", 25),
        ("plenary", "2015-01-01", 30),  # fifteen
        ("restricted", "2002-11-01", 14),
        ("restricted", "2008-01-01", 14),
        ("restricted", "2020-01-01", 14),
    ],
)
def test_the_formations_require_the_seats_that_the_contract_counts(ame, kind, on, required):
    value = composition(of_kind(kind), date.fromisoformat(on))
    assert value.required == required
    assert (value.filled, value.vacant, value.is_complete) == (0, required, False)


@pytest.mark.parametrize(
    ("kind", "on", "required", "filled"),
    [
        ("plenary", "2003-06-01", 23, 1),
        ("plenary", "2008-01-01", 25, 2),  # two communes joined in 2006, Vimory has sent somebody
        ("plenary", "2013-06-01", 25, 1),  # the president's mandate is over
        ("plenary", "today", 30, 1),
        ("restricted", "2003-06-01", 14, 1),
        ("restricted", "2008-01-01", 14, 1),
        ("restricted", "2013-06-01", 14, 0),
        ("restricted", "today", 14, 0),
    ],
)
def test_the_command_counts_on_any_day_what_is_required_filled_and_vacant(ame, kind, on, required, filled):
    for code in ("plenary", "restricted"):
        president = Seat.objects.get(rule__formation__kind=code, rule__position=1)
        DesignationFactory(seat=president, ends_on=date(2008, 3, 31))
    communes = SeatRule.objects.get(formation__kind="plenary", basis=Basis.PER_COMMUNE)
    vimory, _ = Seat.objects.get_or_create(
        rule=communes, commune=Commune.objects.get(name="Vimory"), defaults={"number": 99}
    )
    DesignationFactory(seat=vimory, starts_on=date(2006, 1, 1))
    day = timezone.localdate().isoformat() if on == "today" else on
    out = StringIO()
    call_command("composition", kind, f"--on={day}", "--format=json", stdout=out)
    said = json.loads(out.getvalue())
    assert (said["required"], said["filled"], said["vacant"]) == (required, filled, required - filled)


def test_the_communes_of_the_day_have_one_seat_each_in_alphabetical_order(ame):
    entries = composition(of_kind("plenary"), date(2008, 1, 1)).seats
    communes = [entry for entry in entries if entry.category == "Communes"]
    assert [entry.label for entry in communes] == [
        "Amilly", "Cepoy", "Châlette-sur-Loing", "Conflans-sur-Loing", "Corquilleroy", "Montargis", "Pannes",
        "Paucourt", "Villemandeur", "Vimory",
    ]  # fmt: skip
    assert {(entry.minimum, entry.maximum) for entry in communes} == {(1, 1)}
    assert [entry.label for entry in communes if not entry.is_confirmed] == ["Conflans-sur-Loing", "Vimory"]


def test_seats_stand_in_the_order_of_the_rules(ame):
    entries = composition(of_kind("restricted"), ON).seats
    assert [entry.label for entry in entries][:4] == [
        "Président de l’AME",
        "Préfet ou son représentant",
        "Procureur de la République ou son représentant",
        "Élu de Montargis",
    ]
    assert entries[-1].label == "Représentant d’Amelys"


def test_the_joint_seat_of_two_organisations_is_one_seat(ame):
    formation = of_kind("restricted")
    seat = Seat.objects.get(rule__formation=formation, organisations__name="Hamoval")
    assert {row.name for row in seat.organisations.all()} == {"Hamoval", "LogemLoiret"}
    DesignationFactory(seat=seat, organisation=Organisation.objects.get(name="LogemLoiret"))
    value = composition(formation, ON)
    (entry,) = [entry for entry in value.seats if "Hamoval" in entry.label]
    assert (entry.minimum, entry.maximum, entry.vacant) == (1, 1, 0)
    assert (value.required, value.filled) == (14, 1)


@pytest.mark.parametrize("on", ["2002-10-31", "1990-01-01", "0001-01-01"])
def test_before_the_council_exists_there_is_no_composition(ame, on):
    with pytest.raises(CouncilNotCreatedError, match="créé en novembre 2002"):
        composition(of_kind("plenary"), date.fromisoformat(on))


def test_a_council_created_on_a_known_day_says_so(formation):
    formation.council.created_on = date(2002, 11, 5)
    formation.council.created_precision = "day"
    with pytest.raises(CouncilNotCreatedError, match="créé le 5\u00a0novembre 2002"):
        composition(formation, date(2002, 11, 4))
    assert composition(formation, date(2002, 11, 5)).seats == ()


# Kinds of rules --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basis", "number", "titulars", "minimum", "maximum", "filled", "vacant"),
    [
        (Basis.NAMED, 1, 0, 1, 1, 0, 1),
        (Basis.NAMED, 1, 1, 1, 1, 1, 0),
        (Basis.FIXED, 7, 0, 7, 7, 0, 7),
        (Basis.FIXED, 7, 4, 7, 7, 4, 3),
        (Basis.FIXED, 7, 7, 7, 7, 7, 0),
        (Basis.FIXED, 7, 8, 7, 7, 7, 0),
        (Basis.AT_LEAST, 1, 0, 1, None, 0, 1),
        (Basis.AT_LEAST, 1, 3, 1, None, 1, 0),
        (Basis.AT_LEAST, 2, 1, 2, None, 1, 1),
    ],
)
def test_a_rule_gives_one_entry_with_its_minimum_and_maximum(
    formation, basis, number, titulars, minimum, maximum, filled, vacant
):
    rule = SeatRuleFactory(formation=formation, basis=basis, number=number)
    for position in range(1, titulars + 1):
        DesignationFactory(seat=SeatFactory(rule=rule, number=position))
    value = composition(formation, ON)
    entry = only(value)
    assert (entry.minimum, entry.maximum, entry.filled, entry.vacant) == (minimum, maximum, filled, vacant)
    assert (value.required, value.filled, value.vacant) == (minimum, filled, vacant)
    assert value.is_complete == (vacant == 0)
    assert len(entry.holders) == titulars


def test_a_surplus_on_one_rule_does_not_fill_another(formation):
    many = SeatRuleFactory(formation=formation, basis=Basis.AT_LEAST, label="Associations")
    for number in (1, 2, 3):
        DesignationFactory(seat=SeatFactory(rule=many, number=number))
    SeatRuleFactory(formation=formation, position=2, label="Médecine d’urgence")
    value = composition(formation, ON)
    assert (value.required, value.filled, value.vacant) == (2, 1, 1)


def test_a_commune_s_seat_comes_and_goes_with_its_membership(formation):
    rule = SeatRuleFactory(formation=formation, basis=Basis.PER_COMMUNE)
    stays, leaves = CommuneFactory(name="Amilly"), CommuneFactory(name="Vimory")
    CommuneMembershipFactory(commune=stays)
    CommuneMembershipFactory(commune=leaves, ends_on=date(2012, 6, 1))
    DesignationFactory(seat=SeatFactory(rule=rule, commune=leaves))
    before, after = composition(formation, date(2012, 6, 1)), composition(formation, date(2012, 6, 2))
    assert [(entry.label, entry.vacant) for entry in before.seats] == [("Amilly", 1), ("Vimory", 0)]
    assert [(entry.label, entry.vacant) for entry in after.seats] == [("Amilly", 1)]
    assert (after.required, after.filled) == (1, 0)


def test_a_rule_counts_from_its_first_to_its_last_day(formation):
    SeatRuleFactory(formation=formation, starts_on=date(2010, 1, 1), ends_on=date(2012, 12, 31))
    required = [
        composition(formation, day).required
        for day in (date(2009, 12, 31), date(2010, 1, 1), date(2012, 12, 31), date(2013, 1, 1))
    ]
    assert required == [0, 1, 1, 0]


# Mandates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "is_filled"),
    [("2009-12-31", False), ("2010-01-01", True), ("2012-12-31", True), ("2013-01-01", False)],
)
def test_a_mandate_counts_on_its_first_and_on_its_last_day(formation, on, is_filled):
    seat = SeatFactory(rule__formation=formation)
    DesignationFactory(seat=seat, starts_on=date(2010, 1, 1), ends_on=date(2012, 12, 31))
    assert composition(formation, date.fromisoformat(on)).is_complete == is_filled


def test_a_mandate_that_follows_another_leaves_the_seat_filled(formation):
    seat = SeatFactory(rule__formation=formation)
    first = PersonFactory(first_name="Agnès", last_name="Avant")
    second = PersonFactory(first_name="Basile", last_name="Après")
    DesignationFactory(seat=seat, person=first, ends_on=date(2012, 5, 31))
    DesignationFactory(seat=seat, person=second, starts_on=date(2012, 6, 1))
    assert people(only(composition(formation, date(2012, 5, 31)))) == [("Agnès Avant", "titular")]
    assert people(only(composition(formation, date(2012, 6, 1)))) == [("Basile Après", "titular")]


@pytest.mark.parametrize("quality", [Quality.SUBSTITUTE, Quality.ASSISTANT])
def test_substitutes_and_assistants_are_listed_and_fill_nothing(formation, quality):
    seat = SeatFactory(rule__formation=formation, rule__may_be_represented=True)
    DesignationFactory(seat=seat, quality=quality, person__last_name="Aide")
    value = composition(formation, ON)
    assert people(only(value)) == [("Camille Aide", quality)]
    assert (value.filled, value.vacant, value.warnings) == (0, 1, ())


def test_holders_are_listed_titulars_first_and_by_name(formation):
    rule = SeatRuleFactory(formation=formation, basis=Basis.FIXED, number=3, may_be_represented=True)
    seats = [SeatFactory(rule=rule, number=number) for number in (1, 2, 3)]
    DesignationFactory(seat=seats[0], person__last_name="Zola")
    DesignationFactory(seat=seats[1], person__last_name="Élan")
    DesignationFactory(seat=seats[0], person__last_name="Abel", quality=Quality.SUBSTITUTE)
    DesignationFactory(seat=seats[2], person__last_name="Aaron", quality=Quality.ASSISTANT)
    DesignationFactory(seat=seats[2], person__last_name="Faure")
    names = [holder.person.split()[-1] for holder in only(composition(formation, ON)).holders]
    assert names == ["Élan", "Faure", "Zola", "Abel", "Aaron"]


def test_a_person_on_two_seats_fills_both_and_is_reported(formation):
    person = PersonFactory(first_name="Camille", last_name="Partout")
    for position in (1, 2):
        rule = SeatRuleFactory(formation=formation, position=position)
        DesignationFactory(seat=SeatFactory(rule=rule), person=person)
    value = composition(formation, ON)
    assert (value.filled, value.vacant) == (2, 0)
    assert value.warnings == ("Camille Partout est titulaire de 2 sièges.",)


def test_two_people_of_the_same_name_are_not_one(formation):
    for position in (1, 2):
        rule = SeatRuleFactory(formation=formation, position=position)
        DesignationFactory(seat=SeatFactory(rule=rule), person=PersonFactory(last_name="Martin"))
    assert composition(formation, ON).warnings == ()


def test_more_titulars_than_the_maximum_are_reported(formation):
    rule = SeatRuleFactory(formation=formation, label="Services de l’État", basis=Basis.FIXED, number=2)
    for number in (1, 2, 3):
        DesignationFactory(seat=SeatFactory(rule=rule, number=number))
    value = composition(formation, ON)
    assert value.warnings == ("Services de l’État : 3 titulaires pour 2 sièges.",)
    assert (value.filled, value.vacant) == (2, 0)


def test_two_titulars_of_a_named_seat_are_reported(formation):
    rule = SeatRuleFactory(formation=formation, label="Président")
    for number in (1, 2):
        DesignationFactory(seat=SeatFactory(rule=rule, number=number))
    assert composition(formation, ON).warnings == ("Président : 2 titulaires pour 1 siège.",)


def test_a_substitute_where_nobody_may_be_represented_is_reported(formation):
    seat = SeatFactory(rule__formation=formation, rule__label="Élu d’Amilly")
    DesignationFactory(seat=seat, quality=Quality.SUBSTITUTE)
    (warning,) = composition(formation, ON).warnings
    assert warning.startswith("Élu d’Amilly : un suppléant est désigné")


@pytest.mark.parametrize(
    ("on", "name"),
    [
        ("2005-12-31", "Office du logement"),
        ("2006-01-01", "Logem"),
        ("2008-12-31", "Logem"),
        ("2009-01-01", "LogemLoiret"),
    ],
)
def test_organisations_bear_the_name_of_the_day(formation, on, name):
    organisation = OrganisationFactory(name="LogemLoiret")
    OrganisationNameFactory(organisation=organisation, name="Office du logement", ends_on=date(2005, 12, 31))
    OrganisationNameFactory(organisation=organisation, name="Logem", ends_on=date(2008, 12, 31))
    OrganisationNameFactory(organisation=organisation, name="LOGEM LOIRET SA", ends_on=None)
    DesignationFactory(seat=SeatFactory(rule__formation=formation), organisation=organisation)
    (holder,) = only(composition(formation, date.fromisoformat(on))).holders
    assert holder.organisation == name


# Shape and cost --------------------------------------------------------------------------------------------


def test_the_json_has_the_documented_shape(formation):
    rule = SeatRuleFactory(
        formation=formation, label="Transporteurs", category="Transport", basis=Basis.AT_LEAST
    )
    organisation = OrganisationFactory(name="Amelys")
    person = PersonFactory(first_name="Ali", last_name="Car")
    DesignationFactory(seat=SeatFactory(rule=rule), person=person, organisation=organisation)
    assert composition_to_json(composition(formation, ON)) == {
        "schema": "cops-composition/1",
        "formation": "plenary",
        "on": "2012-06-01",
        "required": 1,
        "filled": 1,
        "vacant": 0,
        "complete": True,
        "seats": [
            {
                "label": "Transporteurs",
                "category": "Transport",
                "minimum": 1,
                "maximum": None,
                "holders": [{"person": "Ali Car", "organisation": "Amelys", "quality": "titular"}],
                "vacant": 0,
            }
        ],
        "warnings": [],
    }


def test_formations_do_not_mix(formation):
    other = FormationFactory(council=formation.council, kind=Formation.Kind.RESTRICTED)
    DesignationFactory(seat=SeatFactory(rule__formation=formation))
    SeatRuleFactory(formation=other, basis=Basis.FIXED, number=3)
    found = compositions([formation, other], ON)
    assert {pk: (value.required, value.filled) for pk, value in found.items()} == {
        formation.pk: (1, 1),
        other.pk: (3, 0),
    }


def test_a_formation_costs_the_same_with_2_and_20_seats(formation, django_assert_num_queries):
    def fill(numbers: range) -> None:
        for number in numbers:
            rule = SeatRuleFactory(formation=formation, position=number, basis=Basis.AT_LEAST)
            organisation = OrganisationNameFactory().organisation
            DesignationFactory(seat=SeatFactory(rule=rule), organisation=organisation)
            CommuneMembershipFactory()

    fill(range(1, 3))
    with django_assert_num_queries(6):
        composition(formation, ON)
    fill(range(3, 21))
    with django_assert_num_queries(6):
        composition(formation, ON)
