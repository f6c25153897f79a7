"""What refers to the rows of a model, found from the models themselves."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import QuerySet

Reference = tuple[Any, Any, Any]  # the model that refers, its row, the row referred to


def referring(model: type[models.Model], keys: Any) -> Iterator[tuple[str, Reference]]:
    """Rows that refer to rows of `model` (`keys`: primary keys or a query of them), each with the name of the
    foreign key; one query per relation. The history, which refers to everything, is no reference."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or relation.many_to_many:
            continue
        other: Any = relation.related_model
        if hasattr(other, "instance_type"):
            continue
        field: Any = relation.field
        rows = other._base_manager.filter(**{f"{field.name}__in": keys}).order_by()
        for pk, target in rows.values_list("pk", field.attname):
            yield field.name, (other, pk, target)
    yield from attached(model, keys)


def attached(model: type[models.Model], keys: Any) -> Iterator[tuple[str, Reference]]:
    """Rows that refer to rows of `model` by type and key."""
    kind = ContentType.objects.get_for_models(model)[model]  # kept in memory from its first use on
    for other in apps.get_models():
        for field in other._meta.private_fields:
            if isinstance(field, GenericForeignKey):
                scope = {field.ct_field: kind, f"{field.fk_field}__in": keys}
                rows: QuerySet[Any] = other._base_manager.filter(**scope).order_by()
                for pk, target in rows.values_list("pk", field.fk_field):
                    yield field.name, (other, pk, target)
