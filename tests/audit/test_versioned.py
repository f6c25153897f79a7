"""Optimistic locking and history of what people enter."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from cops.audit.models import StaleVersionError, Versioned
from governance.models import Organisation
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_new_object_has_version_one_and_each_save_adds_one():
    organisation = factories.OrganisationFactory()
    assert organisation.version == 1
    organisation.save()
    organisation.save(update_fields=["mailbox"])
    assert organisation.version == 3
    assert Organisation.objects.get().version == 3


def test_a_save_over_somebody_elses_is_refused_and_writes_nothing():
    mine = factories.OrganisationFactory(name="Maison des jeunes", mailbox="avant@example.org")
    theirs = Organisation.objects.get(pk=mine.pk)
    theirs.mailbox = "eux@example.org"
    theirs.save()

    mine.mailbox = "moi@example.org"
    with pytest.raises(StaleVersionError, match="« Maison des jeunes » a été modifié entre-temps") as caught:
        mine.save()

    assert caught.value.stale is mine
    stored = Organisation.objects.get(pk=mine.pk)
    assert (stored.mailbox, stored.version) == ("eux@example.org", 2)
    assert stored.history.count() == 2


def test_a_save_of_a_deleted_object_is_refused():
    organisation = factories.OrganisationFactory()
    Organisation.objects.get(pk=organisation.pk).delete()
    with pytest.raises(StaleVersionError):
        organisation.save()
    assert not Organisation.objects.exists()


def test_a_refused_save_can_be_corrected_and_tried_again():
    taken = factories.CouncilFactory(code="cispd")
    council = factories.CouncilFactory(code="autre")
    council.code = taken.code
    with pytest.raises(IntegrityError), transaction.atomic():
        council.save()
    council.code = "nouveau"
    council.save()
    assert council.version == 2


def test_history_keeps_every_state_and_the_deletion():
    commune = factories.CommuneFactory(name="Chalette")
    commune.name = "Châlette-sur-Loing"
    commune.save()
    pk = commune.pk
    commune.delete()
    rows = type(commune).history.filter(insee_code="45000").order_by("history_id")
    assert [(row.history_type, row.name, row.version) for row in rows] == [
        ("+", "Chalette", 1),
        ("~", "Châlette-sur-Loing", 2),
        ("-", "Châlette-sur-Loing", 2),
    ]
    assert {row.id for row in rows} == {pk}


def test_history_says_who(agent, rf):
    from simple_history.models import HistoricalRecords

    HistoricalRecords.context.request = rf.post("/")
    HistoricalRecords.context.request.user = agent
    try:
        commune = factories.CommuneFactory()
    finally:
        del HistoricalRecords.context.request
    assert commune.history.get().history_user == agent


# Only ever added to, written by the application and not by people, or a setting of one's own.
WITHOUT_VERSION = {
    # Only ever added to:
    "governance.Convocation",
    "governance.ConvocationMessage",
    "governance.FollowUp",
    "governance.LogEntry",
    "documents.FormerVersion",
    "audit.Event",
    "audit.ImportBatch",
    "audit.Submission",
    "documents.Document",
    "documents.Rendering",
    "mail.Message",
    "mail.AccessLink",
    "actions.Transition",
    "users.Installation",
    "users.SavedView",
    "users.User",
}


def test_everything_that_people_enter_has_versions_and_history():
    rooms = {"users", "audit", "documents", "mail", "governance", "contracts", "actions", "evaluation"}
    own = [model for model in apps.get_models() if model._meta.app_label in rooms]
    entered = [
        model
        for model in own
        if not model.__name__.startswith("Historical")
        and not model._meta.auto_created
        and model._meta.label not in WITHOUT_VERSION
    ]
    assert [model._meta.label for model in entered if not issubclass(model, Versioned)] == []
    assert [model._meta.label for model in entered if not hasattr(model, "history")] == []
    assert len(entered) > 20


def test_the_history_of_an_account_has_no_password(agent):
    fields = {field.name for field in type(agent).history.model._meta.fields}
    assert "email" in fields
    assert not fields & {"password", "last_login"}
