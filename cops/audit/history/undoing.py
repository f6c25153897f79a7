"""Taking a deed back: what was changed becomes what it was, what was added goes, what was deleted returns.

A deed can be taken back as long as nobody has changed its rows since, nothing that came later refers to what
it added, and what returns still satisfies every rule. The undo is a deed of its own: it is told in the
history, stands in the journal, and can be taken back in its turn.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cops.audit.history.deeds import Deed, Mark, deeds_of, records_of
from cops.audit.history.names import Names
from cops.audit.history.subjects import Part, Subject
from cops.audit.history.telling import changed_fields, phrase, shown, when
from cops.audit.history.texts import difference
from cops.audit.models import Event, StaleVersionError
from cops.audit.references import attached
from cops.users.models import User

UNKNOWN = "Cette modification n’existe pas, ou n’est plus conservée."
UNKNOWN_BEFORE = "L’état d’avant cette modification n’est pas conservé."
CONFLICT = "Quelqu’un d’autre vient de modifier les mêmes données : rien n’a été annulé. Recommencez."
ALREADY = "Cette modification est déjà annulée."
NOT_YOURS = "Vous ne pouvez pas modifier vous-même {} : adressez-vous à l’administrateur."
WITH_LINKS = "Cette suppression ne peut pas être annulée ici : saisissez de nouveau ce qui a été supprimé."


class UndoRefused(Exception):
    """Why a deed cannot be taken back, in French; nothing was written."""

    def __init__(self, *faults: str) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Step:
    """One row to take back: `before` is what it was (None: it was not there), `after` what the deed made of
    it (None: it is not there any more), both history rows; `version` is the one that the deed left."""

    part: Part
    row: int
    version: int
    before: Any
    after: Any

    @property
    def fields(self) -> list[str]:
        """Names of stored fields that change back."""
        if self.before is None or self.after is None:
            return []
        return [
            field.name
            for field in self.part.model._meta.concrete_fields
            if field.name not in ("id", "version")
            and getattr(self.before, field.attname) != getattr(self.after, field.attname)
        ]


@dataclass(frozen=True, slots=True)
class Undo:
    """What taking a deed back would do, in words, or why it cannot be done."""

    deed: Deed
    steps: tuple[Step, ...]
    lines: tuple[SafeString, ...]
    faults: tuple[str, ...]

    @property
    def reason(self) -> str:
        return f"Annulation de la modification du {when(self.deed.at)}"


def undo_of(subject: Subject, pk: int, key: str, *, by: User) -> Undo:
    """What taking the deed back would do, and why `by` may not; reads only. Raises UndoRefused for a deed
    that is not there."""
    deeds = deeds_of(subject, pk)
    deed = next((one for one in deeds if one.key == key), None)
    if deed is None:
        raise UndoRefused(UNKNOWN)
    records = records_of(subject, [deed])
    steps = tuple(_steps(subject, deed, records))
    names = Names(records.values())
    faults = list(_faults_of_rights(steps, names, by)) or list(_faults_of_time(deed, deeds))
    faults = faults or list(_faults_of_steps(deed, steps)) or list(subject.objections(steps))
    lines = tuple(line for step in steps for line in _lines(step, names))
    return Undo(deed, steps, lines, tuple(faults))


def take_back(subject: Subject, pk: int, key: str, *, by: User) -> Undo:
    """Take a deed back: all of it or, with UndoRefused, nothing. Of two at the same time one does it."""
    try:
        with transaction.atomic():
            list(subject.model._base_manager.select_for_update().filter(pk=pk).values_list("pk"))
            undo = undo_of(subject, pk, key, by=by)
            if undo.faults:
                raise UndoRefused(*undo.faults)
            _write(subject, undo)
            subject.undone(undo.steps, by)
            _record(subject, pk, undo, by)
    except (IntegrityError, StaleVersionError) as error:
        raise UndoRefused(CONFLICT) from error
    return undo


# --- what there is to do ------------------------------------------------------------------------------------


def _steps(subject: Subject, deed: Deed, records: Mapping[tuple[int, int], Any]) -> Iterator[Step]:
    """The rows of a deed with their state before and after it, those that it left as they were excepted."""
    rows: dict[tuple[int, int], list[Mark]] = {}
    for mark in deed.marks:
        rows.setdefault((mark.part, mark.row), []).append(mark)
    for (place, row), marks in rows.items():
        first, last = marks[0], marks[-1]
        before = records.get((place, first.before)) if first.before else None
        before = None if before is None or before.history_type == "-" else before
        after = None if last.kind == "-" else records[place, last.record]
        if before is not None or after is not None:
            yield Step(subject.parts[place], row, last.version, before, after)


def _faults_of_rights(steps: Sequence[Step], names: Names, by: User) -> Iterator[str]:
    """Rows of the deed that `by` may not change on their own page either."""
    for step in steps:
        if step.part.permission and not by.has_perm(step.part.permission):
            yield NOT_YOURS.format(step.part.title(step.before or step.after, names))


def _faults_of_time(deed: Deed, deeds: Sequence[Deed]) -> Iterator[str]:
    """Whether a later deed touched the same rows."""
    touched = {(mark.part, mark.row) for mark in deed.marks}
    later = [
        other
        for other in deeds[: deeds.index(deed)]
        if any((mark.part, mark.row) in touched for mark in other.marks)
    ]
    if later and later[-1].reason == Undo(deed, (), (), ()).reason:
        yield ALREADY
    elif later:
        by = User.objects.filter(pk__in=[later[0].by]).first()
        hand = f"par {by} " if by else ""
        yield (
            f"Cela a été modifié depuis, {hand}le {when(later[0].at)} : cette modification ne peut plus être "
            "annulée. Corrigez plutôt les données elles-mêmes."
        )


def _faults_of_steps(deed: Deed, steps: Sequence[Step]) -> Iterator[str]:
    begun = {(mark.part, mark.row): mark for mark in reversed(deed.marks)}
    if any(mark.kind != "+" and mark.before is None for mark in begun.values()):
        yield UNKNOWN_BEFORE
    for step in steps:
        now = step.part.model._base_manager.filter(pk=step.row).values_list("version", flat=True).first()
        if now != (step.version if step.after is not None else None):
            yield CONFLICT
        if step.after is None and _has_links(step.part.model):
            yield WITH_LINKS


def _has_links(model: type[models.Model]) -> bool:
    """Whether rows lead lists whose content the history does not keep."""
    return any(
        getattr(getattr(field.remote_field, "through", model)._meta, "auto_created", False)
        for field in model._meta.many_to_many
    )


def _lines(step: Step, names: Names) -> Iterator[SafeString]:
    part = step.part
    if step.after is None:
        yield format_html("Retour\u00a0: {}", part.title(step.before, names))
    elif step.before is None:
        yield format_html("Suppression\u00a0: {}", part.title(step.after, names))
    else:
        for name in changed_fields(part, step.before, step.after):
            field: Any = part.model._meta.get_field(name)
            what = phrase(part, name, step.before, names)
            head = f"{what[0].upper()}{what[1:]}"
            values = [getattr(one, field.attname) or "" for one in (step.after, step.before)]
            if isinstance(field, models.TextField):
                yield format_html("{}\u00a0: {}", head, difference(*values))
                continue
            was, came = (
                shown(field, getattr(one, field.attname), names) for one in (step.before, step.after)
            )
            what = phrase(part, name, step.before, names)
            yield format_html(
                "{}{}\u00a0: <del>{}</del> → <ins>{}</ins>", what[0].upper(), what[1:], came, was
            )


# --- doing it -----------------------------------------------------------------------------------------------


def _write(subject: Subject, undo: Undo) -> None:
    """Additions go first (the last part first), then what was deleted returns, then changes turn back."""
    order = {part.model: place for place, part in enumerate(subject.parts)}
    added = [step for step in undo.steps if step.before is None]
    deleted = [step for step in undo.steps if step.after is None]
    changed = [step for step in undo.steps if step.before is not None and step.after is not None]
    for step in sorted(added, key=lambda step: -order[step.part.model]):
        _delete(step, undo, subject.going_along)
    for step in sorted(deleted, key=lambda step: order[step.part.model]):
        _restore(step, undo)
    for step in sorted(changed, key=lambda step: order[step.part.model]):
        _change_back(step, undo)


def _delete(step: Step, undo: Undo, going_along: tuple[type[models.Model], ...]) -> None:
    row = _current(step)
    _check_nothing_refers(row, going_along)
    row._change_reason = undo.reason
    row.delete()


def _check_nothing_refers(row: models.Model, going_along: tuple[type[models.Model], ...]) -> None:
    collector = Collector(using="default", origin=row)
    try:
        collector.collect([row])
    except (ProtectedError, RestrictedError) as error:
        rows = getattr(error, "protected_objects", None) or getattr(error, "restricted_objects", set())
        raise UndoRefused(_referred(row, rows)) from error
    found = {one for rows in collector.data.values() for one in rows if one != row}
    found |= {one for rows in collector.fast_deletes for one in rows}
    for _, (model, pk, _) in attached(type(row), [row.pk]):
        found |= set(model._base_manager.filter(pk=pk))
    updates: Any = collector.field_updates
    found |= {one for rows in updates.values() for group in rows for one in group}
    if found := {one for one in found if not _is_link(type(one)) and not isinstance(one, going_along)}:
        raise UndoRefused(_referred(row, found))


def _is_link(model: type[models.Model]) -> bool:
    return bool(model._meta.auto_created)


def _referred(row: models.Model, found: Any) -> str:
    first = min((f"{one._meta.verbose_name} « {one} »" for one in found), default="")
    more = ", et d’autres," if len(found) > 1 else ""
    return f"« {row} » ne peut pas être supprimé : {first}{more} en dépend depuis."


def _restore(step: Step, undo: Undo) -> None:
    """A deleted row returns under its primary key, as a later version than the one that was deleted."""
    fields = step.part.model._meta.concrete_fields
    values = {field.attname: getattr(step.before, field.attname) for field in fields}
    row: Any = step.part.model(**values | {"version": step.version + 1})
    _check(step, row)
    row._change_reason = undo.reason
    row.save(force_insert=True)


def _change_back(step: Step, undo: Undo) -> None:
    row = _current(step)
    for name in step.fields:
        field: Any = step.part.model._meta.get_field(name)
        setattr(row, field.attname, getattr(step.before, field.attname))
    _check(step, row)
    row._change_reason = undo.reason
    row.save()


def _current(step: Step) -> Any:
    """The row as stored, locked; it must still be what the deed made of it."""
    row = step.part.model._base_manager.select_for_update().filter(pk=step.row).first()
    if row is None or row.version != step.version:
        raise UndoRefused(CONFLICT)
    return row


def _check(step: Step, row: models.Model) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise UndoRefused(*_french(row, error)) from error


def _french(row: models.Model, error: ValidationError) -> Iterator[str]:
    for name, messages in error.message_dict.items():
        label = "" if name == NON_FIELD_ERRORS else f"{row._meta.get_field(name).verbose_name} : "  # type: ignore[union-attr]
        yield f"« {row} » ne peut pas redevenir ce qu’il était. {label}{' '.join(messages)}"


def _record(subject: Subject, pk: int, undo: Undo, by: User) -> None:
    row = subject.model._base_manager.filter(pk=pk).first()
    called = subject.called(row) if row else str(subject.model._meta.verbose_name)
    Event.record(Event.Action.UNDONE, actor=by, subject=row, summary=f"{undo.reason} : {called}")
