"""What all forms say in the same way."""

import pytest
from django.urls import reverse

from actions.entering.indicators import IndicatorForm
from governance.entering.people import PersonForm
from tests import factories


def test_a_wrong_address_is_told_with_an_example_on_every_form(client, agent_client):
    said = "Saisissez une adresse électronique complète, comme nom@exemple.fr."
    organisation = factories.OrganisationFactory()
    typed = {"last_name": "Martin", "organisation": organisation.name, "email": "pasuneadresse"}
    assert said in agent_client.post(reverse("person_create"), typed).content.decode()
    reset = client.post(reverse("account_reset_password"), {"email": "pasuneadresse"})
    assert said in reset.content.decode()


def test_the_browser_does_not_offer_its_owner_for_other_people(client, agent_client):
    page = agent_client.get(reverse("person_create")).content.decode()
    for name in ("last_name", "first_name", "phone", "email"):
        field = page[page.index(f'name="{name}"') :].partition(">")[0]
        assert 'autocomplete="off"' in field, name
    login = client.get(reverse("account_login")).content.decode()
    assert 'autocomplete="email"' in login
    assert 'autocomplete="current-password"' in login


@pytest.mark.django_db
def test_nothing_chosen_is_said_in_words():
    for form in (IndicatorForm, PersonForm):
        for field in form.base_fields.values():
            shown = [str(name) for _value, name in getattr(field, "choices", [])]
            assert not any("----" in name for name in shown)
    assert ("", "Choisissez…") in list(IndicatorForm.base_fields["nature"].choices)
