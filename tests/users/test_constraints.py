"""Each constraint of this room's models holds, in validation and in the database."""

from cops.users.models import SavedView
from tests import factories
from tests.constraints import ALREADY, Case, changed, check_passing, check_violating, parametrize


def second_view(*, is_own: bool) -> SavedView:
    """A view under a name that its owner, or somebody else, has already given."""
    first = factories.SavedViewFactory(name="À relancer")
    second = factories.SavedViewFactory(**({"user": first.user} if is_own else {}))
    return changed(second, name="À relancer")


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
        "users_installation_only_one",
        "Une base n’a qu’une installation.",
        passing=lambda: factories.InstallationFactory(),
        violating=lambda: changed(factories.InstallationFactory(), id=2),
    ),
    Case(
        "users_savedview_name_unique",
        "Vous avez déjà une vue de ce nom.",
        passing=lambda: second_view(is_own=False),
        violating=lambda: second_view(is_own=True),
    ),
]


@parametrize(CASES)
def test_what_respects_the_constraint_is_stored(db, case):
    check_passing(case)


@parametrize(CASES)
def test_what_violates_the_constraint_is_refused_in_french_and_by_the_database(db, case):
    check_violating(case)
