"""No field with choices holds anything else: each has its constraint, which lets all its choices pass and
nothing but them. The fields are found from the models."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import CheckConstraint, Field, Model, Q
from django.test.utils import isolate_apps

from cops.audit.models import AppendOnly
from cops.lib.constraints import choices_held
from tests import factories
from tests.constraints import Case, changed, check_passing, check_violating, models_of_the_rooms, parametrize

UNKNOWN = "?"


def allowed(field: Field) -> list[str]:
    """Every value that may be stored."""
    return [*([""] if field.blank else []), *(value for value, _ in field.flatchoices if value)]


def holder(model: type[Model], field: Field) -> CheckConstraint | None:
    """The constraint that says exactly the choices of the field."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, CheckConstraint) and constraint.condition == Q(
            **{f"{field.name}__in": allowed(field)}
        ):
            return constraint
    return None


def fields_with_choices(found: list[type[Model]]) -> list[tuple[type[Model], Field]]:
    return [(model, field) for model in found for field in model._meta.local_concrete_fields if field.choices]


def not_held(found: list[type[Model]]) -> list[str]:
    return [
        f"{model._meta.label}.{field.name}"
        for model, field in fields_with_choices(found)
        if holder(model, field) is None
    ]


def stored(model: type[Model]) -> Model:
    return getattr(factories, f"{model.__name__}Factory")()


def to_save(model: type[Model], **values: str) -> Model:
    """A stored row with these values; of what is only ever added to, another row like it."""
    row = stored(model)
    if isinstance(row, AppendOnly):
        row.pk, row._state.adding = None, True
    return changed(row, **values)


def case_of(model: type[Model], field: Field, constraint: CheckConstraint) -> Case:
    return Case(
        constraint.name,
        f"«\u00a0{field.verbose_name}\u00a0»\u00a0: cette valeur n’existe pas.",
        passing=lambda: to_save(model),
        violating=lambda: to_save(model, **{field.name: UNKNOWN}),
    )


HELD = [
    (model, field, constraint)
    for model, field in fields_with_choices(models_of_the_rooms())
    if (constraint := holder(model, field))
]
CASES = [case_of(*held) for held in HELD]


def test_every_field_with_choices_is_held_to_them():
    assert fields_with_choices(models_of_the_rooms())
    assert not not_held(models_of_the_rooms())


@isolate_apps("governance")
def test_a_field_that_is_not_held_or_held_to_other_values_is_found():
    class Forgotten(models.Model):
        state = models.CharField(choices={"a": "A"})

        class Meta:
            app_label = "governance"

    class Drifted(models.Model):
        state = models.CharField(choices={"a": "A", "b": "B"})

        class Meta:
            app_label = "governance"
            constraints = [CheckConstraint(condition=Q(state__in=["a"]), name="drifted")]

    @choices_held
    class Held(models.Model):
        state = models.CharField(choices={"a": "A", "b": "B"}, blank=True)

        class Meta:
            app_label = "governance"

    assert not_held([Forgotten, Drifted, Held]) == ["governance.Forgotten.state", "governance.Drifted.state"]


@parametrize(CASES)
def test_what_respects_the_choices_is_stored(db, case):
    check_passing(case)


@parametrize(CASES)
def test_what_is_no_choice_is_refused_in_french_and_by_the_database(db, case):
    check_violating(case)


@pytest.mark.parametrize(("model", "field", "constraint"), HELD, ids=[case.constraint for case in CASES])
def test_each_choice_passes_and_the_database_names_what_refuses(db, model, field, constraint):
    row = stored(model)
    for value in allowed(field):
        constraint.validate(model, changed(row, **{field.name: value}))
    with pytest.raises(ValidationError):
        constraint.validate(model, changed(row, **{field.name: UNKNOWN}))
    # Past save() too, and whatever other constraints say.
    rows = model._base_manager.filter(pk=row.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**{field.name: UNKNOWN})
    with connection.cursor() as cursor:
        names = connection.introspection.get_constraints(cursor, model._meta.db_table)
    assert constraint.name in names
