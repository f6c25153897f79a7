"""Each constraint of this room's models holds, in validation and in the database."""

from django.db import models

from tests import factories
from tests.constraints import ALREADY, Case, changed, check_passing, check_violating, parametrize


def second_rendering() -> models.Model:
    """A finished rendering of what the same person has in preparation."""
    first = factories.RenderingFactory()
    return factories.RenderingFactory(requested_by=first.requested_by, state="done")


def taking_the_document_of(one: models.Model, other: models.Model) -> models.Model:
    return changed(other, document=one.document)  # type: ignore[attr-defined]


def second_attachment() -> tuple[models.Model, models.Model]:
    """A paper, and another one."""
    return factories.AttachmentFactory(), factories.AttachmentFactory()


def second_former_version() -> tuple[models.Model, models.Model]:
    return factories.FormerVersionFactory(), factories.FormerVersionFactory()


CASES = [
    Case(
        "documents.Attachment.document",
        ALREADY,
        passing=lambda: changed(factories.AttachmentFactory(), document=factories.DocumentFactory()),
        violating=lambda: taking_the_document_of(*second_attachment()),
    ),
    Case(
        "documents.FormerVersion.document",
        ALREADY,
        passing=lambda: changed(factories.FormerVersionFactory(), document=factories.DocumentFactory()),
        violating=lambda: taking_the_document_of(*second_former_version()),
    ),
    Case(
        "documents_rendering_one_at_a_time",
        "Ce document est déjà en préparation.",
        passing=lambda: changed(second_rendering(), state="failed"),
        violating=lambda: changed(second_rendering(), state="running"),
    ),
]


@parametrize(CASES)
def test_what_respects_the_constraint_is_stored(db, case):
    check_passing(case)


@parametrize(CASES)
def test_what_violates_the_constraint_is_refused_in_french_and_by_the_database(db, case):
    check_violating(case)
