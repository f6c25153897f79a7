"""One name typed two ways in a roster: the same person and organisation, or a warning with both spellings."""

import pytest

from cops.lib.french import squash
from governance.models import Designation, Organisation, Person
from tests import factories
from tests.entered_forms import text_of
from tests.governance.test_roster import (
    address_of,
    confirm,
    exported,
    faults,
    file_of,
    formation,  # noqa: F401 - a fixture
    row,
    send,
)

pytestmark = pytest.mark.django_db


def warned(batch):
    return [(one["line"], one["column"], squash(one["message"])) for one in batch.outcome["warnings"]]


def test_what_is_new_and_looks_like_something_known_is_shown_with_both_spellings(
    administrator_client,
    formation,  # noqa: F811
):
    old = factories.OrganisationFactory(name="Département du Loiret")
    factories.OrganisationNameFactory(organisation=old, name="Conseil général du Loiret")
    rows = [
        row(Nom="Titullaire", Prénom="Prune", Organisme="Conseil general Loiret"),
        row(Numéro=3, Nom="Prune", Prénom="Titulaire", Organisme="Zêta"),
    ]
    batch = send(administrator_client, formation, file_of(rows))
    assert faults(batch) == []
    assert warned(batch) == [
        (
            2,
            "Nom",
            "La nouvelle personne « Prune Titullaire » ressemble à « Prune Titulaire » : si c’est la même, "
            "écrivez son nom de même.",
        ),
        (
            2,
            "Organisme",
            "Le nouvel organisme « Conseil general Loiret » ressemble à « Conseil général du Loiret », "
            "aujourd’hui « Département du Loiret » : si c’est le même, écrivez-le de même.",
        ),
        (
            3,
            "Nom",
            "La nouvelle personne « Titulaire Prune » ressemble à « Prune Titulaire » : si c’est la même, "
            "écrivez son nom de même.",
        ),
    ]
    page = squash(text_of(administrator_client.get(address_of(batch))))
    assert "À vérifier" in page and all(message in page for *_, message in warned(batch))
    confirm(administrator_client, batch)
    assert Person.objects.filter(last_name="Titullaire").exists()


def test_nothing_is_said_where_nothing_looks_alike(administrator_client, formation):  # noqa: F811
    batch = send(administrator_client, formation, file_of([row(Organisme="Imanis")]))
    assert (faults(batch), warned(batch)) == ([], [])
    assert "À vérifier" not in text_of(administrator_client.get(address_of(batch)))


def test_signs_that_nobody_sees_make_nobody_new(administrator_client, formation):  # noqa: F811
    """The line of an export, with what a spreadsheet or a copied page leaves in it, changes nothing."""
    (known,) = [
        one
        for one in exported(administrator_client, formation).decode("utf-8-sig").splitlines()
        if "Prune" in one
    ]
    cells = known.split(";")
    headings = exported(administrator_client, formation).decode("utf-8-sig").splitlines()[0].split(";")
    typed = [
        f"\u200b{cell}\ufeff" if name not in ("Numéro", "Du", "Au") else cell
        for name, cell in zip(headings, cells, strict=True)
    ]
    file = file_of([typed], headings=[f"{name}\u200b" for name in headings])
    batch = send(administrator_client, formation, file)
    assert faults(batch) == []
    assert (batch.outcome["created"], batch.outcome["changed"], batch.outcome["unchanged"]) == ([], [], 1)


def test_a_new_person_is_stored_without_them_and_a_fault_shows_them(administrator_client, formation):  # noqa: F811
    new = row(Nom="Ne\u00aduf\u200b", Fonction="\u202aChef", Organisme="Ima\u200bnis")
    confirm(administrator_client, send(administrator_client, formation, file_of([new])))
    stored = Designation.objects.get(person__last_name="Neuf")
    assert (stored.function, stored.organisation) == ("Chef", Organisation.objects.get(name="Imanis"))


def test_the_value_of_a_fault_shows_them(administrator_client, formation):  # noqa: F811
    batch = send(administrator_client, formation, file_of([row(Qualité="Titul\u200baire remplacée")]))
    (fault,) = batch.outcome["faults"]
    assert (fault["column"], fault["value"]) == ("Qualité", "Titul(U+200B)aire remplacée")


def test_an_organisation_that_cannot_be_one_is_a_fault_of_its_cell(administrator_client, formation):  # noqa: F811
    batch = send(administrator_client, formation, file_of([row(Organisme="Hamoval ; LogemLoiret")]))
    ((line, column, message),) = faults(batch)
    assert (line, column) == (2, "Organisme") and "point-virgule" in message
