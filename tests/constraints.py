"""How constraints are tested: for each, an object that it refuses and a nearby one that it lets pass.

A room's `test_constraints.py` holds a table of `Case`s and calls `check_passing` and `check_violating`;
`tests/test_constraints_complete.py` sees that no constraint is without a case.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from cops.lib.constraints import NoOverlap

# What Django says of a value that a unique field has already.
ALREADY = "existe déjà"


@dataclass(frozen=True)
class Case:
    """`passing` and `violating` give a stored object with changes that are not saved yet."""

    constraint: str
    message: str
    passing: Callable[[], models.Model]
    violating: Callable[[], models.Model]

    def __str__(self) -> str:
        return self.constraint


def changed(stored: models.Model, **values: Any) -> models.Model:
    """The object with these values, not saved."""
    for name, value in values.items():
        setattr(stored, name, value)
    return stored


def parametrize(cases: Iterable[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=str)


def check_passing(case: Case) -> None:
    """The nearby object is valid and can be stored."""
    candidate = case.passing()
    candidate.validate_constraints()
    candidate.validate_unique()
    candidate.save()


def check_violating(case: Case) -> None:
    """Validation refuses the object in French; saved past validation, the database refuses it."""
    candidate = case.violating()
    with pytest.raises(ValidationError):
        candidate.full_clean()
    assert case.message in messages_of(candidate)
    if connection.vendor == "sqlite" and case.constraint in overlap_names():
        return  # there validation under the write lock is what holds
    with pytest.raises(IntegrityError), transaction.atomic():
        candidate.save()
        connection.check_constraints()


def messages_of(candidate: models.Model) -> str:
    """All that full validation and the constraints alone say: a fault of one field hides the constraints
    that read it."""
    found = []
    for validate in (candidate.full_clean, candidate.validate_constraints):
        try:
            validate()
        except ValidationError as error:
            found += error.messages
    return "\n".join(found)


def overlap_names() -> set[str]:
    return {
        constraint.name
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, NoOverlap)
    }


def models_of_the_rooms() -> list[type[models.Model]]:
    """The models of this application, without those that keep the former versions of others."""
    rooms = ("cops.", "governance", "contracts", "actions", "evaluation")
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith(rooms) and not model.__name__.startswith("Historical")
    ]


def declared_constraints() -> set[str]:
    """Names of all constraints of the rooms' models; a unique field is `label.Model.field`."""
    names = set()
    for model in models_of_the_rooms():
        names |= {constraint.name for constraint in model._meta.constraints}
        names |= {
            f"{model._meta.label}.{field.name}"
            for field in model._meta.local_concrete_fields
            if field.unique and not field.primary_key
        }
    return names
