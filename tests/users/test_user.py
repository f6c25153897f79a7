"""Accounts: an address each, two stored roles, and a role only while active."""

import pytest

from cops.users.models import User

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_in_lower_case_and_found_in_any():
    user = User.objects.create_user(" Alix.Agent@Example.ORG ", "quatre mots pour essayer", full_name="Alix")
    assert user.email == "alix.agent@example.org"
    assert User.objects.get_by_natural_key("ALIX.AGENT@example.org") == user
    assert user.check_password("quatre mots pour essayer")


def test_an_account_without_password_cannot_log_in(client):
    user = User.objects.create_user("alix@example.org", full_name="Alix")
    assert not user.has_usable_password()


@pytest.mark.parametrize(
    ("role", "is_active", "expected"),
    [
        ("agent", True, (True, False, True)),
        ("agent", False, (False, False, False)),
        ("administrator", True, (False, True, True)),
        ("administrator", False, (False, False, False)),
        ("", True, (False, False, False)),
    ],
)
def test_a_role_counts_while_the_account_is_active(role, is_active, expected):
    user = User(email="a@example.org", role=role, is_active=is_active)
    assert (user.is_agent, user.is_administrator, user.is_staff_member) == expected


def test_an_account_is_called_by_its_name_and_else_by_its_address():
    assert str(User(email="a@example.org", full_name="Alix Agent")) == "Alix Agent"
    assert str(User(email="a@example.org")) == "a@example.org"
