"""Database constraints that Django does not bring: no other value than the choices of a field, and periods of
one thing that may not overlap; and the saving of what must be unique."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, IntegrityError, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q
from django.db.models.constraints import BaseConstraint

M = TypeVar("M", bound=models.Model)


def choices_held(model: type[M]) -> type[M]:
    """Class decorator: the database too refuses what is not among the choices of a field of this model.

    Each field with choices gets a check, `<app>_<model>_<field>_known`. The choices are thus said once, where
    the field is declared: a nested enumeration is out of reach of `Meta`.
    """
    options = model._meta
    for field in options.local_concrete_fields:
        if not field.choices:
            continue
        values = [value for value, label in field.flatchoices if value not in field.empty_values]
        options.constraints = [
            *options.constraints,
            models.CheckConstraint(
                condition=Q(**{f"{field.name}__in": [*([""] if field.blank else []), *values]}),
                name=f"{options.app_label}_{options.model_name}_{field.name}_known",
                violation_error_message=f"« {field.verbose_name} » : cette valeur n’existe pas.",
            ),
        ]
    # What `makemigrations` reads only where `Meta` wrote something.
    options.original_attrs["constraints"] = options.constraints
    return model


def save_new(row: models.Model) -> None:
    """Save a row that was found valid. What must be unique may have been taken since: the database notices,
    and it is said as when it had been taken before.

    :raises ValidationError: by field, as `full_clean` finds it.
    """
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        row.full_clean()
        raise


class NoOverlap(BaseConstraint):
    """Rows of the same `key` whose inclusive periods `start`–`end` (open where NULL) may not share a day.

    PostgreSQL holds it with an exclusion constraint (`int8range` makes the key comparable without the
    btree_gist extension). SQLite has no such thing: there `validate()` decides, and callers run it inside a
    transaction that holds the write lock (on SQLite every transaction does; elsewhere lock the key's row).

    :param key: name of the foreign key whose rows exclude each other.
    :param only: field values that a row must have to count, e.g. ``{"quality": "titular"}``.
    """

    def __init__(
        self,
        *,
        name: str,
        key: str,
        start: str = "starts_on",
        end: str = "ends_on",
        only: dict[str, str] | None = None,
        violation_error_code: str | None = None,
        violation_error_message: str | None = None,
    ) -> None:
        super().__init__(
            name=name,
            violation_error_code=violation_error_code,
            violation_error_message=violation_error_message,
        )
        self.key, self.start, self.end, self.only = key, start, end, only or {}

    def _definition(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> str | None:
        if editor.connection.vendor != "postgresql":
            return None

        def column(field: str) -> str:
            return editor.quote_name(str(model._meta.get_field(field).column))  # type: ignore[union-attr]

        key, start, end = column(self.key), column(self.start), column(self.end)
        where = " AND ".join(
            f"{column(field)} = {editor.quote_value(value)}" for field, value in self.only.items()
        )
        return (
            f"EXCLUDE USING gist (int8range({key}, {key}, '[]') WITH &&, "
            f"daterange({start}, {end}, '[]') WITH &&)" + (f" WHERE ({where})" if where else "")
        )

    # The stubs know no constraint that an engine leaves out.
    def constraint_sql(  # type: ignore[override]
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> str | None:
        definition = self._definition(model, schema_editor)
        return definition and f"CONSTRAINT {schema_editor.quote_name(self.name)} {definition}"

    def create_sql(  # type: ignore[override]
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> str | None:
        constraint = self.constraint_sql(model, schema_editor)
        table = schema_editor.quote_name(model._meta.db_table)
        return constraint and f"ALTER TABLE {table} ADD {constraint}"

    def remove_sql(  # type: ignore[override]
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> str | None:
        if schema_editor.connection.vendor != "postgresql":
            return None
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} DROP CONSTRAINT {schema_editor.quote_name(self.name)}"

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Sequence[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Raise ValidationError when another stored row of the same key shares a day with `instance`."""
        fields = {self.key, self.start, self.end, *self.only}
        if exclude and fields & set(exclude):
            return
        if any(getattr(instance, field) != value for field, value in self.only.items()):
            return
        key_id = getattr(instance, f"{self.key}_id")
        start, end = getattr(instance, self.start), getattr(instance, self.end)
        rows = (
            model._default_manager.using(using)
            .filter(**{self.key: key_id}, **self.only)
            .exclude(pk=instance.pk)
        )
        if start is not None:
            rows = rows.filter(Q(**{f"{self.end}__isnull": True}) | Q(**{f"{self.end}__gte": start}))
        if end is not None:
            rows = rows.filter(Q(**{f"{self.start}__isnull": True}) | Q(**{f"{self.start}__lte": end}))
        if rows.exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs |= {"key": self.key, "start": self.start, "end": self.end, "only": self.only}
        return path, args, kwargs

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NoOverlap):
            return NotImplemented
        return self.deconstruct() == other.deconstruct()

    __hash__ = BaseConstraint.__hash__
