"""Designating people: a mandate begun, corrected, ended, or handed on mid-term, each noted in the journal."""

from datetime import timedelta

from django.db import transaction

from cops.audit.models import Event
from cops.lib.french import elide
from cops.users.models import User
from governance.composition import compositions
from governance.models import Designation


@transaction.atomic
def save_designation(designation: Designation, *, by: User) -> list[str]:
    """Store a mandate, new or corrected; answers what the composition of its first day newly warns of."""
    is_new = designation.pk is None
    before = set(_warnings(designation))
    designation.save()
    _record(designation, Event.Action.CREATED if is_new else Event.Action.CHANGED, by)
    return [text for text in _warnings(designation) if text not in before]


@transaction.atomic
def replace(old: Designation, new: Designation, *, by: User) -> list[str]:
    """Hand a mandate on: the old one ends the day before the new one begins, both are kept."""
    before = set(_warnings(new))
    last = new.starts_on - timedelta(days=1)
    if old.ends_on is None or old.ends_on > last:
        old.ends_on = last
        old.save()
        _record(old, Event.Action.CHANGED, by)
    new.save()
    _record(new, Event.Action.CREATED, by)
    return [text for text in _warnings(new) if text not in before]


def _warnings(designation: Designation) -> tuple[str, ...]:
    formation = designation.seat.rule.formation
    return compositions([formation], designation.starts_on)[formation.pk].warnings


def _record(designation: Designation, action: Event.Action, by: User) -> None:
    seat = designation.seat
    summary = f"Désignation {elide('de', str(designation.person))} : {seat.rule}, {seat.rule.formation}"
    Event.record(action, actor=by, summary=summary, subject=designation)
