"""What the pages of an organisation, a person and a meeting show of the council."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from cops.users.models import User
from governance.models import (
    Decision,
    Designation,
    Formation,
    Meeting,
    Organisation,
    Person,
    Seat,
    SeatRule,
)


def seats_of(organisation: Organisation, user: User, on: date) -> Sequence[Seat]:
    """Its seats that day on the formations of which the reader may know, each with `held`: who sits there
    that day. Two queries."""
    mandates = Designation.objects.in_force(on)
    held = Designation.objects.in_force(on).select_related("person", "organisation")
    seats = Seat.objects.filter(
        Q(organisations=organisation) | Q(pk__in=mandates.filter(organisation=organisation).values("seat")),
        rule__in=SeatRule.objects.in_force(on),
        rule__formation__in=Formation.objects.visible_to(user),
    )
    return list(
        seats.select_related("rule__formation", "commune")
        .prefetch_related(Prefetch("designations", queryset=held.order_by("pk"), to_attr="held"))
        .order_by("rule__formation", "rule__position", "number", "pk")
        .distinct()
    )


def mandates_of(person: Person) -> QuerySet[Designation]:
    """All designations of a person, the latest first."""
    mandates = Designation.objects.filter(person=person)
    return mandates.select_related("seat__rule__formation", "seat__commune", "organisation").order_by(
        "-starts_on", "-pk"
    )


def decisions_of(meeting: Meeting) -> QuerySet[Decision]:
    """What a meeting decided, in the order of the numbers."""
    return Decision.objects.filter(meeting=meeting).order_by("number", "pk")
