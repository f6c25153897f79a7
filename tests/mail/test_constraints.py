"""Each constraint of this room's models holds, in validation and in the database."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from tests import factories
from tests.constraints import ALREADY, Case, changed, check_passing, check_violating, parametrize


def expiring(after: timedelta) -> models.Model:
    """A link that expires that long after its creation."""
    link = factories.AccessLinkFactory()
    return changed(link, expires_at=link.created_at + after)


CASES = [
    Case(
        "mail_message_sent_at",
        "Un message envoyé a une date d’envoi, un autre n’en a pas.",
        passing=lambda: changed(factories.MessageFactory(), state="sent", sent_at=timezone.now()),
        violating=lambda: changed(factories.MessageFactory(), state="failed", sent_at=timezone.now()),
    ),
    Case(
        "mail.Message.message_id",
        ALREADY,
        passing=lambda: changed(factories.MessageFactory(), message_id="<autre@cops.invalid>"),
        violating=lambda: changed(
            factories.MessageFactory(), message_id=factories.MessageFactory().message_id
        ),
    ),
    Case(
        "mail_accesslink_expires_after_creation",
        "Un lien expire après sa création.",
        passing=lambda: expiring(timedelta(seconds=1)),
        violating=lambda: expiring(timedelta(0)),
    ),
    Case(
        "mail_accesslink_opens_something",
        "Un lien ouvre un compte ou un objet.",
        passing=lambda: changed(factories.AccessLinkFactory(), user=factories.UserFactory()),
        violating=lambda: changed(factories.AccessLinkFactory(), user=None),
    ),
    Case(
        "mail.AccessLink.token_digest",
        ALREADY,
        passing=lambda: changed(factories.AccessLinkFactory(), token_digest="f" * 64),
        violating=lambda: changed(
            factories.AccessLinkFactory(), token_digest=factories.AccessLinkFactory().token_digest
        ),
    ),
]


@parametrize(CASES)
def test_what_respects_the_constraint_is_stored(db, case):
    check_passing(case)


@parametrize(CASES)
def test_what_violates_the_constraint_is_refused_in_french_and_by_the_database(db, case):
    check_violating(case)
