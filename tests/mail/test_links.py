"""Personal links: once, for a time, and useless to whoever reads the database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from cops.mail.models import AccessLink
from tests import factories

INVITATION = AccessLink.Purpose.INVITATION


def issue(user=None, **values):
    user = user or factories.UserFactory()
    values = {"created_by": None, "lifetime": timedelta(days=7)} | values
    return AccessLink.issue(INVITATION, user=user, **values)


@pytest.mark.django_db
def test_a_link_is_found_by_its_token_only():
    link, token = issue()
    assert AccessLink.objects.usable(token).get() == link
    assert not AccessLink.objects.usable(token + "x").exists()
    assert not AccessLink.objects.usable(link.token_digest).exists()


@pytest.mark.django_db
def test_the_token_is_not_stored():
    link, token = issue()
    assert len(token) >= 43
    stored = " ".join(str(value) for value in AccessLink.objects.filter(pk=link.pk).values_list()[0])
    assert token not in stored


@pytest.mark.django_db
def test_a_link_works_once():
    link, token = issue()
    assert link.consume() is True
    assert link.consume() is False
    assert not AccessLink.objects.usable(token).exists()


@pytest.mark.django_db
def test_a_link_expires():
    link, token = issue(lifetime=timedelta(days=7))
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1), tick=False):
        assert not AccessLink.objects.usable(token).exists()
        assert link.consume() is False
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23), tick=False):
        assert AccessLink.objects.usable(token).exists()


@pytest.mark.django_db
def test_a_revoked_link_does_not_work():
    link, token = issue()
    AccessLink.objects.filter(pk=link.pk).update(revoked_at=timezone.now())
    assert not AccessLink.objects.usable(token).exists()
    assert link.consume() is False


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_use_a_link_at_once_one_succeeds():
    if connection.vendor == "sqlite":
        pytest.skip("the test database of SQLite is in memory: threads cannot write to it together")
    link, _ = issue()
    barrier = Barrier(8)

    def use(_: int) -> bool:
        try:
            mine = AccessLink.objects.get(pk=link.pk)
            barrier.wait(10)
            return mine.consume()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(use, range(8))) == [False] * 7 + [True]
