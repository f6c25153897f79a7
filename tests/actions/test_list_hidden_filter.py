"""A filter that is not drawn comes along with the others."""

import pytest
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


def test_the_contract_of_the_address_stays_where_there_is_only_one(agent_client):
    factories.ActionFactory(contract__code="cops-2009")
    page = agent_client.get(f"{reverse('action_list')}?contrat=cops-2009").content.decode()
    form = page[page.index('class="filters"') : page.index("</form>", page.index('class="filters"'))]
    assert '<input type="hidden" name="contrat" value="cops-2009">' in form
