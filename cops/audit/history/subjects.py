"""Whose history is told: each room registers its objects, with what belongs to them and how it is called.

This room knows nothing of those to its right, so they register themselves when they start.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models

from cops.audit.models import Versioned
from cops.users.models import User

if TYPE_CHECKING:
    from cops.audit.history.names import Names
    from cops.audit.history.undoing import Step


@dataclass(frozen=True)
class Part:
    """Rows of one model in an object's history.

    `told` gives each field that people enter as the sentence names it, with its article (« le statut »).
    `title` calls a row, with its article (« l’année 2010 »). `via` is the foreign key to a row of `parent`
    (None: to the object itself); the object's own part has none. `permission` is what taking back a change
    of these rows needs besides the object's own `may_undo` (empty: nothing more).
    """

    model: type[Versioned]
    told: Mapping[str, str]
    title: Callable[[Any, "Names"], str]
    via: str = ""
    parent: type[Versioned] | None = None
    added: str = "a ajouté"
    removed: str = "a supprimé"
    permission: str = ""


def _no_objection(steps: Sequence["Step"]) -> list[str]:
    return []


def _nothing_more(steps: Sequence["Step"], by: User) -> None:
    return None


@dataclass(frozen=True)
class Subject:
    """An object with a history: its own part first, each part after those it hangs on.

    `kind` stands in addresses. `visible_to` is what a user may read, `may_undo` whether they may take a deed
    back; `objections` says in French why the steps of an undo may not be taken (locks, rules that span
    several tables), `undone` does what the steps entail beside the rows. Rows of `going_along` (logs that are
    derived from the history) go with the row that they refer to.
    """

    kind: str
    parts: tuple[Part, ...]
    visible_to: Callable[[User], "models.QuerySet[Any]"]
    may_undo: Callable[[User], bool]
    page: Callable[[Any], str]
    called: Callable[[Any], str] = str
    objections: Callable[[Sequence["Step"]], list[str]] = field(default=_no_objection)
    undone: Callable[[Sequence["Step"], User], None] = field(default=_nothing_more)
    going_along: tuple[type[models.Model], ...] = ()

    @property
    def model(self) -> type[Versioned]:
        return self.parts[0].model


_subjects: dict[str, Subject] = {}
_needed: dict[type[models.Model], tuple[str, ...]] = {}


def register(*subjects: Subject) -> None:
    """Let the history of these objects be told."""
    _subjects.update({subject.kind: subject for subject in subjects})


def names_need(model: type[models.Model], *relations: str) -> None:
    """Say which relations `str()` of a model's objects reads, so that they are fetched along."""
    _needed[model] = relations


def needed_by(model: type[models.Model]) -> tuple[str, ...]:
    return _needed.get(model, ())


def subject(kind: str) -> Subject | None:
    return _subjects.get(kind)


def all_subjects() -> tuple[Subject, ...]:
    return tuple(_subjects.values())


def subject_of(row: models.Model) -> Subject | None:
    """The subject whose object a row is."""
    return next((one for one in _subjects.values() if one.model is type(row)), None)
