"""The communes with their time in the agglomeration: listing, entering, deleting them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cops.audit.models import Event
from cops.lib.french import sort_key
from cops.lib.periods import Period
from cops.users.models import User
from governance.models import Commune, CommuneMembership
from governance.references import delete_if_unreferenced

OWN = ("memberships",)


@dataclass(frozen=True, slots=True)
class CommuneLine:
    """A commune as the list shows it on one day."""

    commune: Commune
    memberships: Sequence[CommuneMembership]
    current: CommuneMembership | None  # the one of that day


@dataclass(frozen=True, slots=True)
class Territory:
    """All communes that are or were members, and what those of one day add up to."""

    on: date
    lines: Sequence[CommuneLine]

    @property
    def members(self) -> list[CommuneLine]:
        return [line for line in self.lines if line.current is not None]

    @property
    def population(self) -> int | None:
        """Of that day's members, where it is known; None if it is known of none."""
        known = [line.commune.population for line in self.members if line.commune.population is not None]
        return sum(known) if known else None

    @property
    def without_population(self) -> int:
        return sum(line.commune.population is None for line in self.members)

    def in_zone(self, zone: str) -> int:
        """How many of that day's members lie in the zone of that force."""
        return sum(line.current is not None and line.current.zone == zone for line in self.lines)


def territory(on: date) -> Territory:
    """The communes by name, as the French sort; two queries."""
    communes = sorted(Commune.objects.prefetch_related("memberships"), key=lambda row: sort_key(row.name))
    return Territory(on, [_line(commune, on) for commune in communes])


def _line(commune: Commune, on: date) -> CommuneLine:
    memberships = sorted(commune.memberships.all(), key=lambda row: row.starts_on or date.min)
    current = next((row for row in memberships if period_of(row).contains(on)), None)
    return CommuneLine(commune, memberships, current)


def period_of(membership: CommuneMembership) -> Period:
    return Period(membership.starts_on, membership.ends_on)


@transaction.atomic
def save_commune(
    commune: Commune,
    *,
    is_altered: bool,
    saved: Sequence[CommuneMembership],
    removed: Sequence[CommuneMembership],
    by: User,
) -> None:
    """Create or change a commune with its memberships, which as they will be must not overlap.

    Raises StaleVersionError.
    """
    is_new = commune.pk is None
    if is_altered:
        commune.save()
    for row in removed:
        row.delete()
    _save_memberships(commune, saved)
    kind = Event.Action.CREATED if is_new else Event.Action.CHANGED
    Event.record(kind, actor=by, summary=f"Commune {commune}", subject=commune)


def _save_memberships(commune: Commune, saved: Sequence[CommuneMembership]) -> None:
    """Write in an order in which no two stored periods ever overlap: PostgreSQL looks at each statement.

    Two that take each other's place are deleted and stored anew.
    """
    stored = {row.pk: period_of(row) for row in CommuneMembership.objects.filter(commune=commune)}
    pending = list(saved)
    while pending:
        free = next((row for row in pending if _is_free(row, stored)), None)
        if free is None:
            blocked = pending[0]
            stored.pop(blocked.pk)
            blocked.delete()
            blocked.version = 1
            blocked._state.adding = True
            continue
        pending.remove(free)
        free.commune = commune
        free.save()
        stored[free.pk] = period_of(free)


def _is_free(row: CommuneMembership, stored: dict[int, Period]) -> bool:
    return not any(pk != row.pk and period.overlaps(period_of(row)) for pk, period in stored.items())


@transaction.atomic
def delete_commune(commune: Commune, *, by: User) -> None:
    """Delete a commune that nothing names, with its memberships.

    :raises StillReferredToError: something names it.
    """
    summary = f"Commune {commune}"
    delete_if_unreferenced(commune, own=OWN)
    Event.record(Event.Action.DELETED, actor=by, summary=summary)
