"""Mandates and memberships that may not overlap."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from governance.models import Designation
from tests import factories

START, END = date(2014, 4, 1), date(2020, 3, 31)


def overlaps(candidate) -> bool:
    """Whether validation refuses it; on PostgreSQL the database must say the same."""
    try:
        candidate.validate_constraints()
    except ValidationError as error:
        assert any("déjà" in message for message in error.messages)
        refused = True
    else:
        refused = False
    if connection.vendor == "postgresql":
        assert refused == _is_refused_by_the_database(candidate)
    return refused


def _is_refused_by_the_database(candidate) -> bool:
    try:
        with transaction.atomic():
            candidate.save()
            transaction.set_rollback(True)
    except IntegrityError:
        return True
    return False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (date(2010, 1, 1), date(2014, 3, 31), False),
        (date(2010, 1, 1), date(2014, 4, 1), True),
        (date(2015, 1, 1), date(2015, 12, 31), True),
        (date(2010, 1, 1), date(2025, 12, 31), True),
        (date(2020, 3, 31), None, True),
        (date(2020, 4, 1), None, False),
        (date(2010, 1, 1), None, True),
    ],
)
def test_a_seat_has_one_titular_on_any_day(starts_on, ends_on, expected):
    first = factories.DesignationFactory(starts_on=START, ends_on=END)
    candidate = factories.DesignationFactory.build(
        seat=first.seat, person=factories.PersonFactory(), starts_on=starts_on, ends_on=ends_on
    )
    assert overlaps(candidate) is expected


@pytest.mark.django_db
def test_an_open_mandate_lasts():
    first = factories.DesignationFactory(starts_on=START, ends_on=None)
    candidate = factories.DesignationFactory.build(
        seat=first.seat, person=first.person, starts_on=date(2099, 1, 1)
    )
    assert overlaps(candidate)


@pytest.mark.django_db
@pytest.mark.parametrize("quality", ["substitute", "assistant"])
def test_substitutes_and_assistants_sit_beside_the_titular(quality):
    first = factories.DesignationFactory(starts_on=START)
    candidate = factories.DesignationFactory.build(
        seat=first.seat, person=first.person, starts_on=START, quality=quality
    )
    assert not overlaps(candidate)


@pytest.mark.django_db
def test_a_person_may_sit_on_two_seats():
    first = factories.DesignationFactory(starts_on=START)
    candidate = factories.DesignationFactory.build(
        seat=factories.SeatFactory(), person=first.person, starts_on=START
    )
    assert not overlaps(candidate)


@pytest.mark.django_db
def test_a_mandate_does_not_exclude_itself():
    first = factories.DesignationFactory(starts_on=START, ends_on=END)
    first.ends_on = date(2020, 6, 30)
    assert not overlaps(first)


@pytest.mark.django_db
@pytest.mark.parametrize(("ends_on", "expected"), [(date(2006, 12, 31), False), (date(2007, 1, 1), True)])
def test_a_membership_from_the_origin_has_no_start(ends_on, expected):
    first = factories.CommuneMembershipFactory(starts_on=date(2007, 1, 1))
    candidate = factories.CommuneMembershipFactory.build(
        commune=first.commune, starts_on=None, ends_on=ends_on
    )
    assert overlaps(candidate) is expected


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_take_a_seat_at_once_one_gets_it():
    if connection.vendor == "sqlite":
        pytest.skip("the test database of SQLite is in memory: threads cannot write to it together")
    seat = factories.SeatFactory()
    people = [factories.PersonFactory() for _ in range(8)]
    barrier = Barrier(8)

    def take(person) -> bool:
        try:
            barrier.wait(10)
            Designation.objects.create(seat=seat, person=person, starts_on=START)
        except IntegrityError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(take, people)) == [False] * 7 + [True]
    assert seat.designations.count() == 1
