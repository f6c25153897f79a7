"""Each constraint of this room's models holds, in validation and in the database."""

from tests import factories
from tests.constraints import ALREADY, Case, changed, check_passing, check_violating, parametrize

CASES = [
    Case(
        "users_user_email_unique",
        "Un compte existe déjà pour cette adresse.",
        passing=lambda: changed(factories.UserFactory(), email="autre@example.org"),
        violating=lambda: changed(
            factories.UserFactory(), email=factories.UserFactory(email="prise@example.org").email.upper()
        ),
    ),
    Case(
        "users.User.email",
        ALREADY,
        passing=lambda: changed(factories.UserFactory(), email="autre@example.org"),
        violating=lambda: changed(
            factories.UserFactory(), email=factories.UserFactory(email="prise@example.org").email
        ),
    ),
    Case(
        "users_user_role_known",
        "Ce rôle n’existe pas.",
        passing=lambda: changed(factories.UserFactory(), role="administrator"),
        violating=lambda: changed(factories.UserFactory(), role="root"),
    ),
]


@parametrize(CASES)
def test_what_respects_the_constraint_is_stored(db, case):
    check_passing(case)


@parametrize(CASES)
def test_what_violates_the_constraint_is_refused_in_french_and_by_the_database(db, case):
    check_violating(case)
