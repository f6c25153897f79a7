"""Each constraint of this room's models holds, in validation and in the database."""

from django.utils import timezone

from tests import factories
from tests.constraints import ALREADY, Case, changed, check_passing, check_violating, parametrize

CASES = [
    Case(
        "audit_importbatch_applied_at",
        "Un import appliqué a une date d’application, un autre n’en a pas.",
        passing=lambda: changed(factories.ImportBatchFactory(), state="applied", applied_at=timezone.now()),
        violating=lambda: changed(factories.ImportBatchFactory(), state="applied"),
    ),
    Case(
        "audit_importbatch_undone_at",
        "Un import annulé a une date d’annulation, un autre n’en a pas.",
        passing=lambda: changed(
            factories.ImportBatchFactory(),
            state="undone",
            applied_at=timezone.now(),
            undone_at=timezone.now(),
        ),
        violating=lambda: changed(factories.ImportBatchFactory(), state="undone", applied_at=timezone.now()),
    ),
    Case(
        "audit.Submission.nonce",
        ALREADY,
        passing=lambda: changed(factories.SubmissionFactory(), nonce="un autre"),
        violating=lambda: changed(factories.SubmissionFactory(), nonce=factories.SubmissionFactory().nonce),
    ),
]


@parametrize(CASES)
def test_what_respects_the_constraint_is_stored(db, case):
    check_passing(case)


@parametrize(CASES)
def test_what_violates_the_constraint_is_refused_in_french_and_by_the_database(db, case):
    check_violating(case)
