"""What papers are attached to: each room says which of its objects carry some, and who reads those.

This room knows nothing of those to its right, so they register themselves (in their application's `ready`).
Whoever may read an object may read the papers attached to it, unless a paper is the service's alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from cops.users.models import User


@dataclass(frozen=True, slots=True)
class Carrier:
    """A model whose objects carry papers.

    `key` is its word in addresses; `to` ends « Joindre une pièce … » (« à cette action »); `readers` says who
    reads the objects, for whoever attaches; `readable` gives those that a user reads; `page` the address of
    the page that shows an object's papers. `parts` gives objects whose papers are shown with those of this
    one, in order; `discreet` those whose papers no search finds.
    """

    key: str
    model: type[Model]
    to: str
    readers: str
    readable: Callable[[User], QuerySet[Any]]
    page: Callable[[Any], str]
    parts: Callable[[Any], QuerySet[Any]] | None = None
    discreet: Callable[[], QuerySet[Any]] | None = None


_carriers: dict[str, Carrier] = {}


def register(*carriers: Carrier) -> None:
    """Let these models carry papers."""
    _carriers.update({carrier.key: carrier for carrier in carriers})


def registered() -> Iterable[Carrier]:
    return _carriers.values()


def carrier_with_key(key: str) -> Carrier | None:
    return _carriers.get(key)


def carrier_of(target: Model) -> Carrier:
    """How an object carries papers. Raises LookupError for one of a model that carries none."""
    for carrier in _carriers.values():
        if isinstance(target, carrier.model):
            return carrier
    raise LookupError(f"{type(target).__name__} carries no papers")


def attached_to_readable(user: User) -> Q:
    """The condition on `target_type` and `target_id` that the object is one which the user reads."""
    return _any_of((carrier, carrier.readable(user)) for carrier in registered())


def attached_to_discreet() -> Q:
    """The condition that the object is one whose papers stay out of every search."""
    return _any_of((carrier, carrier.discreet()) for carrier in registered() if carrier.discreet)


def _any_of(objects: Iterable[tuple[Carrier, QuerySet[Any]]]) -> Q:
    types = ContentType.objects.get_for_models(*(carrier.model for carrier in registered()))
    condition = Q(pk__in=[])
    for carrier, rows in objects:
        condition |= Q(target_type=types[carrier.model], target_id__in=rows.order_by().values("pk"))
    return condition
