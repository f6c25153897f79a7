"""Saving what is entered about contracts: their rows and the journal, in one transaction.

Callers hold the contract's row locked, so that what they checked is what is stored.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from contracts.drafting import State
from contracts.models import Amendment, Axis, AxisVersion, Contract, Objective, ObjectiveVersion, Signatory
from contracts.models.objectives import PlanVersion
from contracts.selectors import PlanLine, rank_of
from cops.audit.models import Event
from cops.users.models import User


@transaction.atomic
def save_contract(contract: Contract, *, by: User) -> None:
    """Create or change a contract. Raises StaleVersionError."""
    kind = Event.Action.CREATED if contract.pk is None else Event.Action.CHANGED
    contract.save()
    Event.record(kind, actor=by, summary=f"Contrat {contract}", subject=contract)


@transaction.atomic
def save_signatories(
    contract: Contract, *, saved: Sequence[Signatory], removed: Sequence[Signatory], by: User
) -> None:
    """Write and delete signatories of a contract."""
    for row in removed:
        row.delete()
    for row in saved:
        row.save()
    names = sorted({str(row.organisation) for row in [*saved, *removed]})
    if names:
        _record(contract, f"signataires : {', '.join(names)}", by)


class PlanWriter:
    """Writes the lines of a plan as one amendment (None: the contract itself) makes them.

    Later amendments that repeat a former wording or place, because they changed something else, take the new
    one over; and their version goes up, so that whoever has one of them open is told.
    """

    def __init__(self, contract: Contract, amendment: Amendment | None) -> None:
        self.contract, self.amendment = contract, amendment
        self.touched: list[str] = []

    def write(self, line: PlanLine, state: State) -> None:
        """What a stored line is from the amendment on; the same as before it is no version at all."""
        own, before = line.own(self.amendment), line.before(self.amendment)
        was = own or before
        if state == state_of(was):
            return
        self.touched.append(line.name)
        if before is not None and state == state_of(before):
            own.delete()
        else:
            version = own or type(was)(**{line.kind: line.thing}, amendment=self.amendment)
            _write(version, state)
        _carry(line.after(self.amendment), state_of(was), state)

    def introduce(self, thing: Axis | Objective, state: State, line: PlanLine | None) -> None:
        """A line that begins with the amendment, new (without a stored line) or changed; saves the axis or
        objective, too."""
        thing.save()
        self.touched.append(f"{thing._meta.verbose_name} {_code(thing)}")
        version = line.own(self.amendment) if line else None
        was = state_of(version) if version else state
        if version is None:
            version = (
                AxisVersion(axis=thing, amendment=self.amendment)
                if isinstance(thing, Axis)
                else ObjectiveVersion(objective=thing, amendment=self.amendment)
            )
        _write(version, state)
        _carry(line.after(self.amendment) if line else [], was, state)

    def remove(self, thing: Axis | Objective) -> None:
        self.touched.append(f"{thing._meta.verbose_name} {_code(thing)}")
        thing.delete()

    def bump_later(self) -> None:
        """Tell whoever has a later amendment open that what it builds upon has changed."""
        for row in Amendment.objects.filter(contract=self.contract):
            if rank_of(row) > rank_of(self.amendment):
                row.save()


def _code(thing: Axis | Objective) -> str:
    return str(thing.number if isinstance(thing, Axis) else thing.code)


def state_of(version: Any) -> State:
    return State(version.title, version.position, version.is_withdrawn)


def _write(version: PlanVersion, state: State) -> None:
    version.title, version.position, version.is_withdrawn = state.title, state.position, state.is_withdrawn
    version.full_clean(exclude=["axis", "objective", "amendment"])
    version.save()


def _carry(later: Sequence[PlanVersion], was: State, now: State) -> None:
    """Give later versions the wording and place that they had repeated, up to the first that changed it."""
    for name in ("title", "position"):
        old, new = getattr(was, name), getattr(now, name)
        for version in later if old != new else ():
            if getattr(version, name) != old:
                break
            setattr(version, name, new)
            version.save()


@transaction.atomic
def save_plan(tables: Any, *, by: User) -> list[str]:
    """Write the axes and objectives that a contract begins with (`contracts.entering.plan.PlanTables`, valid
    and arranged); gives the names of what changed."""
    writer = PlanWriter(tables.contract, None)
    tables.write(writer)
    if writer.touched:
        writer.bump_later()
        _record(tables.contract, f"plan : {', '.join(writer.touched)}", by)
    return writer.touched


@transaction.atomic
def save_amendment(form: Any, *, by: User) -> None:
    """Write an amendment with all that it changes (`contracts.entering.amendment.AmendmentEntry`, valid)."""
    amendment: Amendment = form.amendment
    kind = Event.Action.CREATED if amendment.pk is None else Event.Action.CHANGED
    amendment.save()
    writer = PlanWriter(form.contract, amendment)
    form.write(writer)
    if writer.touched:
        writer.bump_later()
    changed = f" : {', '.join(writer.touched)}" if writer.touched else ""
    summary = f"Contrat {form.contract.code}, avenant n° {amendment.number}{changed}"
    Event.record(kind, actor=by, summary=summary, subject=amendment)
    form.settle(by=by)


def _record(contract: Contract, what: str, by: User) -> None:
    Event.record(Event.Action.CHANGED, actor=by, summary=f"Contrat {contract.code}, {what}", subject=contract)
