"""The journal is only ever added to, and holds no secret."""

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse

from cops.audit.models import Event, ImportBatch
from cops.users.models import User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda event: Event.objects.update(summary="autre"),
        lambda event: Event.objects.filter(pk=event.pk).delete(),
        lambda event: Event.objects.bulk_update([event], ["summary"]),
        lambda event: Event.objects.bulk_create(
            [event], update_conflicts=True, unique_fields=["pk"], update_fields=["summary"]
        ),
    ],
    ids=["save", "delete", "update all", "delete filtered", "bulk update", "bulk create over"],
)
def test_a_line_of_the_journal_is_neither_changed_nor_deleted(change):
    event = factories.EventFactory(summary="Connexion")
    with pytest.raises(TypeError, match="le journal ne s"), transaction.atomic():
        change(event)
    assert Event.objects.get(pk=event.pk).summary == "Connexion"


def test_an_account_named_in_the_journal_is_not_deleted(agent):
    Event.record(Event.Action.LOGGED_IN, actor=agent, summary="Connexion")
    with pytest.raises(ProtectedError):
        agent.delete()


def test_a_line_says_who_did_what_to_what(agent):
    organisation = factories.OrganisationFactory()
    event = Event.record(Event.Action.EXPORTED, actor=agent, summary="Export", subject=organisation, rows=3)
    stored = Event.objects.get(pk=event.pk)
    assert stored.subject_type.model_class() is type(organisation)
    assert (stored.subject_id, stored.detail) == (str(organisation.pk), {"rows": 3})
    assert str(stored) == "Export : Export"


def test_a_summary_stays_on_one_line_and_fits(agent):
    event = Event.record(Event.Action.IMPORTED, actor=agent, summary="Import\r\nfaux : ligne " + "x" * 400)
    assert event.summary.startswith("Import faux : ligne xxx")
    assert len(event.summary) == 300


def test_the_line_is_kept_if_and_only_if_the_deed_is(agent):
    with pytest.raises(RuntimeError), transaction.atomic():
        Event.record(Event.Action.IMPORTED, actor=agent, summary="Import")
        raise RuntimeError
    assert not Event.objects.exists()


def _log_in(client, email, password):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_logging_in_and_out_is_noted(client, agent):
    _log_in(client, agent.email, factories.PASSWORD)
    client.post(reverse("account_logout"))
    noted = Event.objects.order_by("pk").values_list("action", "actor")
    assert list(noted) == [("logged_in", agent.pk), ("logged_out", agent.pk)]


def test_a_refused_login_is_noted_without_what_was_typed(client, agent):
    _log_in(client, "secret-tape-au-mauvais-endroit@example.org", "rien")
    event = Event.objects.get()
    assert (event.action, event.actor) == ("login_failed", None)
    assert "secret" not in f"{event.summary}{event.detail}{event.subject_id}"


def test_imports_are_seen_by_agents_only(agent, administrator, member, lead, stranger):
    batch = factories.ImportBatchFactory(created_by=agent, content=b"abc")
    assert batch.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    def seen(user: User) -> bool:
        return ImportBatch.objects.visible_to(user).exists()

    assert [seen(user) for user in (agent, administrator, member, lead, stranger)] == [
        True,
        False,
        False,
        False,
        False,
    ]
