"""Organisations under their names over time."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from governance.models import Organisation
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_name_of_a_day_is_the_one_borne_that_day():
    organisation = factories.OrganisationFactory(name="ANPE")
    organisation.rename("Pôle emploi", on=date(2008, 12, 19))
    organisation.rename("France Travail", on=date(2024, 1, 1))
    names = [organisation.name_on(day) for day in (date(2008, 12, 18), date(2008, 12, 19), date(2024, 1, 1))]
    assert names == ["ANPE", "Pôle emploi", "France Travail"]
    assert organisation.history.count() == 3


@pytest.mark.parametrize(
    "name", ["MAISON DES ÉLÈVES", " Maison  des élèves ", "Maison des eleves", "Maisondesélèves"]
)
def test_names_that_differ_by_case_accents_or_spaces_are_one(name):
    factories.OrganisationFactory(name="Maison des élèves")
    with pytest.raises(ValidationError, match="Un organisme porte déjà ce nom"):
        Organisation(name=name, kind="association").full_clean(exclude=["folded_name"])


def test_a_former_name_of_another_organisation_is_refused():
    factories.OrganisationNameFactory(name="Ancienne maison")
    with pytest.raises(ValidationError, match="Ce nom est déjà un ancien nom d’un autre organisme"):
        factories.OrganisationFactory().rename("Ancienne maison", on=date(2012, 1, 1))


def test_a_name_given_up_twice_is_refused_in_words():
    organisation = factories.OrganisationFactory(name="Un")
    organisation.rename("Deux", on=date(2010, 1, 1))
    organisation.rename("Un", on=date(2012, 1, 1))
    with pytest.raises(ValidationError, match="Ce nom est déjà un ancien nom"):
        organisation.rename("Trois", on=date(2014, 1, 1))


def test_the_present_name_of_another_organisation_is_no_former_name():
    factories.OrganisationFactory(name="Mission locale")
    variant = factories.OrganisationNameFactory.build(
        organisation=factories.OrganisationFactory(), name="mission locale"
    )
    with pytest.raises(ValidationError, match="Un autre organisme porte ce nom"):
        variant.full_clean(exclude=["folded_name"])
