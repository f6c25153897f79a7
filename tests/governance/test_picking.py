"""Organisations, people and communes as they are picked on forms."""

import pytest

from governance.picking import communes_field
from tests.factories import CommuneFactory, CommuneMembershipFactory


@pytest.mark.django_db
def test_communes_are_offered_as_french_sorts_them():
    names = ["Chevillon-sur-Huillard", "Châlette-sur-Loing", "Amilly"]
    for name in names:
        CommuneMembershipFactory(commune=CommuneFactory(name=name))
    assert [label for _, label in communes_field().choices] == [
        "Amilly",
        "Châlette-sur-Loing",
        "Chevillon-sur-Huillard",
    ]
