"""How what a decision brought about is shown. Rooms to the right say so for their models: this one knows
none of them (`Decision.effects` finds the rows by the foreign keys alone)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from cops.users.models import User
from governance.models import Decision
from governance.models.decisions import effect_relations


@dataclass(frozen=True, slots=True)
class Kind:
    """A model whose rows are effects: `what` says what the decision did to one, `page` leads to it."""

    model: type[models.Model]
    what: Callable[[Any], str]
    page: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect in words, with the page to read it on (empty: none)."""

    text: str
    url: str


_kinds: dict[type[models.Model], Kind] = {}


def register(*kinds: Kind) -> None:
    """Let the effects of these models be shown (in the application's `ready`)."""
    _kinds.update({kind.model: kind for kind in kinds})


def unregistered() -> list[str]:
    """Models that point at decisions and of which no room said how they are shown."""
    return [
        relation.related_model.__name__
        for relation in effect_relations()
        if relation.related_model not in _kinds
    ]


def effects_of(decision: Decision, user: User) -> Sequence[Effect]:
    """What the decision brought about, as far as the user may read it; one query a model."""
    return [_shown(row) for row in decision.effects(user)]


def _shown(row: models.Model) -> Effect:
    kind = _kinds.get(type(row))
    return Effect(kind.what(row), kind.page(row)) if kind else Effect(str(row), "")
