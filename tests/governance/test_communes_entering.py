"""The communes: their list on a day, their memberships as one table, what is refused."""

from datetime import date

import pytest
from django.urls import reverse

from cops.audit.models import Event
from governance.models import Commune, CommuneMembership
from tests import factories
from tests.entered_forms import filled, text_of

pytestmark = pytest.mark.django_db

LIST = reverse("commune_list")
CREATE = reverse("commune_create")


def page(name, commune):
    return reverse(name, args=[commune.pk])


def save(client, address, **typed):
    return client.post(address, filled(client.get(address), **typed))


def periods(commune):
    rows = CommuneMembership.objects.filter(commune=commune)
    return {(row.starts_on, row.ends_on, row.zone, row.is_confirmed) for row in rows}


@pytest.fixture
def membership():
    return factories.CommuneMembershipFactory(
        commune__name="Ardon", commune__insee_code="45999", starts_on=date(2002, 1, 1), zone="police"
    )


def test_the_list_shows_members_of_a_day_with_their_zone_and_population(member_client, membership):
    Commune.objects.filter(pk=membership.commune.pk).update(population=1234)
    CommuneMembership.objects.filter(pk=membership.pk).update(ends_on=date(2010, 12, 31), is_confirmed=False)
    factories.CommuneMembershipFactory(
        commune__name="Élan", commune__population=1000, starts_on=date(2005, 1, 1), zone="gendarmerie"
    )
    then = (
        text_of(member_client.get(LIST, {"le": "2006-01-01"})).replace("\u202f", " ").replace("\u00a0", " ")
    )
    assert "2 communes membres, 2 234 habitants" in then
    assert "zone de police : 1" in then
    now = text_of(member_client.get(LIST)).replace("\u202f", " ").replace("\u00a0", " ")
    assert "1 commune membre, 1 000 habitants" in now
    assert "jusqu’au 31 décembre 2010 Zone de police – date à confirmer" in now
    assert "Modifier" not in now


def test_the_page_of_a_commune_says_that_it_changes_it(administrator_client, membership):
    shown = administrator_client.get(page("commune_edit", membership.commune))
    assert "<title>Modifier Ardon" in shown.content.decode()
    assert text_of(shown).count("Modifier Ardon") == 3, "title, breadcrumb and heading"
    assert "À préciser" in text_of(shown) and "-----" not in text_of(shown)


def test_an_administrator_enters_a_commune_with_its_memberships(administrator_client, administrator):
    response = save(
        administrator_client,
        CREATE,
        name=" Ardon ",
        insee_code="45006",
        population="1 234",
        **{
            "memberships-new0-starts_on": "2002-01-01",
            "memberships-new0-ends_on": "2010-12-31",
            "memberships-new0-zone": "police",
            "memberships-new0-is_confirmed": [],
        },
    )
    assert response["Location"] == LIST
    commune = Commune.objects.get()
    assert (commune.name, commune.population) == ("Ardon", 1234)
    assert periods(commune) == {(date(2002, 1, 1), date(2010, 12, 31), "police", False)}
    event = Event.objects.get(action=Event.Action.CREATED)
    assert (event.actor, event.summary) == (administrator, "Commune Ardon")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": ""}, "Donnez le nom de la commune."),
        ({"insee_code": "45 X"}, "Un code INSEE compte cinq caractères"),
        ({"insee_code": "45999"}, "Une commune a déjà ce code."),
        ({"population": "-1"}, "supérieure ou égale à 0"),
        ({"memberships-new0-starts_on": "2002-01-01"}, "Choisissez la zone."),
        (
            {
                "memberships-new0-starts_on": "2002-01-02",
                "memberships-new0-ends_on": "2002-01-01",
                "memberships-new0-zone": "police",
            },
            "La fin précède le début.",
        ),
    ],
)
def test_what_is_refused_is_said_and_nothing_typed_is_lost(typed, message, administrator_client, membership):
    new = {"name": "Bou", "insee_code": "45043", "population": "900"} | typed
    response = save(administrator_client, CREATE, **new)
    assert response.status_code == 200
    assert message in text_of(response)
    assert response.context["form"]["population"].value() == new["population"]
    assert Commune.objects.count() == 1


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [("2010-01-01", ""), ("", "2002-01-01"), ("", ""), ("2001-01-01", "2002-01-01")],
)
def test_overlapping_memberships_are_refused_beside_the_field(
    starts_on, ends_on, administrator_client, membership
):
    address = page("commune_edit", membership.commune)
    added = administrator_client.post(address, filled(administrator_client.get(address), step="add"))
    typed = filled(
        added,
        **{
            "memberships-new0-starts_on": starts_on,
            "memberships-new0-ends_on": ends_on,
            "memberships-new0-zone": "gendarmerie",
        },
    )
    response = administrator_client.post(address, typed)
    assert response.status_code == 200
    rows = response.context["rows"].rows
    assert [error for row in rows for error in row.errors.get("starts_on", [])]
    assert "La commune est déjà membre à ces dates" in text_of(response)
    assert CommuneMembership.objects.count() == 1


def test_a_commune_changes_zone_from_one_day_to_the_next(administrator_client, membership):
    address = page("commune_edit", membership.commune)
    added = administrator_client.post(address, filled(administrator_client.get(address), step="add"))
    typed = {
        f"memberships-{membership.pk}-ends_on": "2010-12-31",
        "memberships-new0-starts_on": "2011-01-01",
        "memberships-new0-zone": "gendarmerie",
    }
    assert administrator_client.post(address, filled(added, **typed)).status_code == 302
    assert periods(membership.commune) == {
        (date(2002, 1, 1), date(2010, 12, 31), "police", True),
        (date(2011, 1, 1), None, "gendarmerie", True),
    }


def test_memberships_that_make_way_for_each_other_are_saved_together(administrator_client, membership):
    """Each statement alone would overlap what is stored, as would two periods that change places."""
    first = membership
    CommuneMembership.objects.filter(pk=first.pk).update(ends_on=date(2005, 12, 31))
    second = factories.CommuneMembershipFactory(
        commune=first.commune, starts_on=date(2006, 1, 1), ends_on=date(2009, 12, 31), zone="gendarmerie"
    )
    address = page("commune_edit", first.commune)

    def set_periods(one, two):
        typed = {f"memberships-{row.pk}-starts_on": days[0] for row, days in ((first, one), (second, two))}
        typed |= {f"memberships-{row.pk}-ends_on": days[1] for row, days in ((first, one), (second, two))}
        return save(administrator_client, address, **typed).status_code

    assert set_periods(("2002-01-01", "2007-12-31"), ("2008-01-01", "2009-12-31")) == 302
    assert set_periods(("2008-01-01", "2009-12-31"), ("2002-01-01", "2007-12-31")) == 302
    assert periods(first.commune) == {
        (date(2008, 1, 1), date(2009, 12, 31), "police", True),
        (date(2002, 1, 1), date(2007, 12, 31), "gendarmerie", True),
    }


def test_two_administrators_on_one_commune_decide_field_by_field(administrator_client, client_of, membership):
    other = client_of(factories.AdministratorFactory())
    address = page("commune_edit", membership.commune)
    first, second = filled(administrator_client.get(address)), filled(other.get(address))
    administrator_client.post(address, first | {"population": "1000"})
    response = other.post(address, second | {"population": "2000"})
    assert "À choisir, champ par champ : Population municipale" in text_of(response).replace("\u00a0", " ")
    assert other.post(address, filled(response, population_choice="mine")).status_code == 302
    assert Commune.objects.get().population == 2000


def test_nothing_changed_writes_nothing(administrator_client, membership):
    response = save(administrator_client, page("commune_edit", membership.commune))
    assert response.status_code == 302
    assert not Event.objects.filter(action=Event.Action.CHANGED).exists()
    assert membership.history.count() == 1


def test_a_commune_that_nothing_names_is_deleted_and_another_stays(administrator_client, membership):
    kept = factories.SeatFactory(commune=factories.CommuneFactory(name="Bou")).commune
    assert administrator_client.post(page("commune_delete", membership.commune))["Location"] == LIST
    response = administrator_client.post(page("commune_delete", kept), follow=True)
    assert "Suppression impossible : « Bou » figure encore dans 1 siège." in text_of(response).replace(
        "\u00a0", " "
    )
    assert [row.name for row in Commune.objects.all()] == ["Bou"]


def test_the_pages_cost_the_same_with_5_and_50_rows(
    administrator_client, membership, django_assert_num_queries
):
    def check():
        with django_assert_num_queries(4):
            assert administrator_client.get(LIST).status_code == 200
        with django_assert_num_queries(5):
            assert administrator_client.get(page("commune_edit", membership.commune)).status_code == 200

    for year in range(1900, 1905):
        factories.CommuneMembershipFactory(
            commune=membership.commune, starts_on=date(year, 1, 1), ends_on=date(year, 6, 1)
        )
    factories.CommuneMembershipFactory.create_batch(5)
    check()
    for year in range(1910, 1955):
        factories.CommuneMembershipFactory(
            commune=membership.commune, starts_on=date(year, 1, 1), ends_on=date(year, 6, 1)
        )
    factories.CommuneMembershipFactory.create_batch(45)
    check()
