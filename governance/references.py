"""What still refers to an organisation, a person or a commune: only what nothing names may be deleted."""

from collections.abc import Collection
from typing import Any

from django.db import models

from cops.lib.french import count, list_fr


class StillReferredToError(ValueError):
    """Something names the thing; the message says what, in French. Nothing was deleted."""


def references(thing: models.Model, *, own: Collection[str] = ()) -> list[str]:
    """What refers to a stored thing, as « 3 désignations »; `own` are relations that go with it.

    Rooms to the right are found through the reverse relations, so that none has to be known here. One query
    for each relation.
    """
    found = []
    for relation in thing._meta.related_objects:
        if relation.get_accessor_name() in own or _is_seen_elsewhere(relation):
            continue
        number = _referring(relation, thing).count()
        if number:
            names: Any = relation.related_model._meta  # type: ignore[union-attr]
            found.append(count(number, str(names.verbose_name), str(names.verbose_name_plural)))
    return found


def delete_if_unreferenced(thing: models.Model, *, own: Collection[str] = ()) -> None:
    """Delete a thing with what is its `own`. Inside a transaction.

    :raises StillReferredToError: something refers to it.
    """
    found = references(thing, own=own)
    if found:
        raise StillReferredToError(refusal(thing, found))
    thing.delete()


def refusal(thing: models.Model, found: list[str]) -> str:
    return f"Suppression impossible : « {thing} » figure encore dans {list_fr(found)}."


def _is_seen_elsewhere(relation: Any) -> bool:
    """A link through a model of its own is counted with that model."""
    return relation.many_to_many and not relation.through._meta.auto_created


def _referring(relation: Any, thing: models.Model) -> models.QuerySet[Any]:
    return relation.related_model._base_manager.order_by().filter(**{relation.field.name: thing})
