"""Rosters that were sent: kept with their preview, applied once when somebody confirms what they saw."""

from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from cops.audit.models import Event, ImportBatch
from cops.users.models import User
from governance.models import Formation
from governance.roster_import import RosterPlan, import_roster

T = TypeVar("T")


class Confirmation(Enum):
    """What became of a confirmed import."""

    APPLIED = "applied"
    ALREADY_APPLIED = "already applied"
    PLAN_CHANGED = "plan changed"


class _Undone(Exception):
    """Roll back what was tried, and keep what it would have done."""

    def __init__(self, plan: RosterPlan, formation: Formation) -> None:
        self.plan, self.formation = plan, formation


def preview(content: bytes, filename: str, formation: Formation) -> RosterPlan:
    """What importing the file would do; nothing of it stays."""

    def tried() -> RosterPlan:
        try:
            with transaction.atomic():
                raise _Undone(import_roster(content, filename, formation), formation)
        except _Undone as undone:
            return undone.plan

    return _again_if_overtaken(tried)


def receive(content: bytes, filename: str, *, formation: Formation, user: User) -> ImportBatch:
    """Keep a file that was sent, with what importing it would do or why it cannot be."""
    plan = preview(content, filename, formation)
    return ImportBatch.objects.create(
        kind=ImportBatch.Kind.ROSTER,
        created_by=user,
        filename=filename,
        content=content,
        state=_state(plan),
        outcome=_outcome(plan, formation),
    )


def confirm(batch: ImportBatch, *, seen: str, user: User) -> Confirmation:
    """Apply the import if its plan is still the one whose digest is `seen`; all or nothing, once."""

    def applied() -> Confirmation:
        with transaction.atomic():
            return _apply(batch, seen=seen, user=user)

    try:
        return _again_if_overtaken(applied)
    except _Undone as undone:
        waiting = ImportBatch.objects.filter(pk=batch.pk).exclude(state=ImportBatch.State.APPLIED)
        waiting.update(state=_state(undone.plan), outcome=_outcome(undone.plan, undone.formation))
        return Confirmation.PLAN_CHANGED


def _again_if_overtaken(work: Callable[[], T]) -> T:
    """Somebody else may create an organisation of the same name meanwhile: the second time it is found."""
    try:
        return work()
    except IntegrityError:
        return work()


def _apply(batch: ImportBatch, *, seen: str, user: User) -> Confirmation:
    locked = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if locked.state == ImportBatch.State.APPLIED:
        return Confirmation.ALREADY_APPLIED
    formation = formation_of(locked)
    list(formation.seat_rules.select_for_update().order_by("pk").values_list("pk"))
    plan = import_roster(bytes(locked.content), locked.filename, formation)
    if plan.faults or plan.as_json()["digest"] != seen:
        raise _Undone(plan, formation)
    ImportBatch.objects.filter(pk=locked.pk).update(
        state=ImportBatch.State.APPLIED,
        applied_at=timezone.now(),
        applied_by=user,
        outcome=_outcome(plan, formation),
    )
    summary = (
        f"Composition de {formation} : {len(plan.created)} désignations créées, {len(plan.changed)} modifiées"
    )
    Event.record(Event.Action.IMPORTED, actor=user, summary=summary, subject=formation)
    return Confirmation.APPLIED


def formation_of(batch: ImportBatch) -> Formation:
    """The formation whose roster was sent."""
    return Formation.objects.select_related("council").get(code=batch.outcome["formation"])


def _state(plan: RosterPlan) -> ImportBatch.State:
    return ImportBatch.State.REFUSED if plan.faults else ImportBatch.State.READY


def _outcome(plan: RosterPlan, formation: Formation) -> dict[str, object]:
    return {"formation": formation.code} | plan.as_json()
