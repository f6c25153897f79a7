"""What the actions of a list add up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from actions.models import Action, Status
from actions.statuses import Badge, status_badge


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many actions of the list have a status in the year shown; `status` "" is not reported."""

    status: str
    badge: Badge
    count: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over what the columns of the list show, on all its pages.

    A sum counts what is known; it is None where nothing is (`with_*`: how many are known). Budgets of
    unplanned years are in the sum, as they are in the column; the yearly report counts planned ones only.
    """

    count: int
    budget: Decimal | None
    with_budget: int
    cost: Decimal | None
    with_cost: int
    statuses: Sequence[StatusCount]
    never_programmed: int


def totals_of(actions: QuerySet[Action]) -> Totals:
    """The totals of filtered `listed_actions`; one query.

    The list joins one year to each action and narrows by subqueries, so no row counts twice.
    """
    programmed = Q(listed_year__isnull=False)
    found = actions.order_by().aggregate(
        count=Count("pk"),
        budget=Sum("listed_budget"),
        with_budget=Count("listed_budget"),
        cost=Sum("listed_cost"),
        with_cost=Count("listed_cost"),
        never_programmed=Count("pk", filter=~programmed),
        **{
            f"status_{status}": Count("pk", filter=programmed & Q(listed_status=status))
            for status in (*Status.values, "")
        },
    )
    for name in ("budget", "cost"):
        found[name] = _cents(found[name])
    counted = [(status, found.pop(f"status_{status}")) for status in (*Status.values, "")]
    return Totals(
        statuses=[StatusCount(status, status_badge(status), count) for status, count in counted if count],
        **found,
    )


def _cents(amount: Decimal | None) -> Decimal | None:
    """SQLite adds up in binary: what it is off by is far below a cent."""
    return None if amount is None else amount.quantize(Decimal("0.01"))
