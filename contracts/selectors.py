"""Reading contracts: their timelines, in a fixed number of queries; what hangs on an axis or objective."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.deletion import Collector, ProtectedError

from contracts.models import Amendment, Axis, AxisVersion, Contract, Objective, ObjectiveVersion
from contracts.models.objectives import PlanVersion
from contracts.plan import AmendmentRow, AxisRow, ObjectiveRow, Timeline, VersionRow
from cops.lib.french import count, sort_key

AXIS, OBJECTIVE = "axis", "objective"

# Of an axis or objective: the amendment's number, None for the first version, and what it became. Without any
# version the position is None.
VERSION = ("versions__amendment__number", "versions__title", "versions__position", "versions__is_withdrawn")


def timeline(contract: Contract) -> Timeline:
    """The contract with its amendments, axes and objectives over time; three queries."""
    return timelines([contract])[contract.pk]


def timelines(contracts: Iterable[Contract]) -> dict[int, Timeline]:
    """The timelines of several contracts by primary key; three queries whatever their number."""
    contracts = list(contracts)
    amendments: dict[int, list[AmendmentRow]] = defaultdict(list)
    stored = Amendment.objects.filter(contract__in=contracts).order_by()
    for row in stored.values_list("contract_id", "number", "effective_on", "new_end_on"):
        amendments[row[0]].append(AmendmentRow(*row[1:]))
    axes: dict[int, list[AxisRow]] = defaultdict(list)
    for (contract_id, number), versions in _versions(
        Axis.objects, contracts, "contract_id", "number"
    ).items():
        axes[contract_id].append(AxisRow(number, tuple(versions)))
    objectives: dict[int, list[ObjectiveRow]] = defaultdict(list)
    keys = ("contract_id", "code", "axis__number", "pk")
    for (contract_id, code, axis, pk), versions in _versions(Objective.objects, contracts, *keys).items():
        objectives[contract_id].append(ObjectiveRow(code, axis, tuple(versions), pk))
    return {
        contract.pk: Timeline(
            starts=contract.starts,
            original_end=contract.original_end,
            amendments=tuple(amendments[contract.pk]),
            axes=tuple(axes[contract.pk]),
            objectives=tuple(objectives[contract.pk]),
        )
        for contract in contracts
    }


def _versions(
    manager: models.Manager[Any], contracts: list[Contract], *keys: str
) -> dict[tuple[Any, ...], list[VersionRow]]:
    """The versions of each axis or objective under its keys, in order of creation; those without any too."""
    found: dict[tuple[Any, ...], list[VersionRow]] = defaultdict(list)
    rows = manager.filter(contract__in=contracts).order_by("pk")
    for row in rows.values_list(*keys, *VERSION):
        versions = found[row[: len(keys)]]
        amendment, title, position, is_withdrawn = row[len(keys) :]
        if position is not None:
            versions.append(VersionRow(amendment, title, position, is_withdrawn))
    return found


# --- lines of the plan, to be entered -----------------------------------------------------------------------


def rank_of(amendment: Amendment | None) -> tuple[date, int]:
    """Where an amendment comes in its contract's time; the contract itself (None) comes first, an amendment
    that is not stored yet last."""
    if amendment is None:
        return date.min, 0
    if amendment.pk is None:
        return date.max, 0
    return amendment.effective_on, amendment.number


@dataclass(frozen=True)
class PlanLine:
    """An axis or an objective with its stored versions, the earliest first."""

    kind: str
    thing: Any
    versions: tuple[Any, ...]

    @property
    def pk(self) -> int:
        return int(self.thing.pk)

    @property
    def code(self) -> str:
        return str(self.thing.number if self.kind == AXIS else self.thing.code)

    @property
    def axis_number(self) -> int:
        return int(self.thing.number if self.kind == AXIS else self.thing.axis.number)

    @property
    def name(self) -> str:
        return f"Axe {self.code}" if self.kind == AXIS else f"Objectif {self.code}"

    def own(self, amendment: Amendment | None) -> Any:
        """The version by that amendment (None: by the contract), None if it has none."""
        pk = amendment.pk if amendment else None
        if amendment is not None and pk is None:
            return None
        return next((row for row in self.versions if row.amendment_id == pk), None)

    def before(self, amendment: Amendment | None) -> Any:
        """What the line is until that amendment, None if it is not there yet."""
        own = self.own(amendment)
        earlier = [
            row for row in self.versions if row is not own and rank_of(row.amendment) < rank_of(amendment)
        ]
        return earlier[-1] if earlier else None

    def after(self, amendment: Amendment | None) -> list[Any]:
        """The versions by later amendments."""
        own = self.own(amendment)
        return [
            row for row in self.versions if row is not own and rank_of(row.amendment) > rank_of(amendment)
        ]

    def begins_with(self, amendment: Amendment | None) -> bool:
        """Whether that amendment (None: the contract) introduces it."""
        return self.own(amendment) is not None and self.before(amendment) is None


def plan_lines(contract: Contract) -> list[PlanLine]:
    """All axes, then all objectives under their axes, each by place; two queries."""
    if contract.pk is None:
        return []
    axes = AxisVersion.objects.filter(axis__contract=contract).select_related("axis", "amendment")
    objectives = ObjectiveVersion.objects.filter(objective__contract=contract).select_related(
        "objective__axis", "objective__continues", "amendment"
    )
    return _lines(AXIS, axes) + _lines(OBJECTIVE, objectives)


def _lines(kind: str, versions: Iterable[PlanVersion]) -> list[PlanLine]:
    found: dict[int, list[PlanVersion]] = defaultdict(list)
    for row in versions:
        found[getattr(row, f"{kind}_id")].append(row)
    lines = []
    for rows in found.values():
        rows.sort(key=lambda row: rank_of(row.amendment))
        lines.append(PlanLine(kind, getattr(rows[0], kind), tuple(rows)))
    place = {line.pk: line.versions[-1].position for line in lines}
    if kind == AXIS:
        return sorted(lines, key=lambda line: (place[line.pk], line.axis_number))
    return sorted(lines, key=lambda line: (line.axis_number, place[line.pk], sort_key(line.code)))


def holders(
    line: PlanLine, lines: Iterable[PlanLine], *, besides: Amendment | None, gone: Collection[int]
) -> list[str]:
    """Why an axis or objective cannot be deleted, in French; empty if it can.

    Held by amendments other than `besides`, an axis by its objectives other than those of `gone`, and by
    whatever else protects it (actions, their years, objectives of the next contract).
    """
    own = line.own(besides)
    held = [
        f"l’avenant n° {row.amendment.number}" for row in line.versions if row is not own and row.amendment
    ]
    if line.kind == AXIS:
        held += [
            f"l’objectif {other.code}"
            for other in lines
            if other.kind == OBJECTIVE and other.thing.axis_id == line.pk and other.pk not in gone
        ]
    try:
        Collector(using=DEFAULT_DB_ALIAS, origin=line.thing).collect([line.thing])
    except ProtectedError as error:
        held += _named(error.protected_objects)
    return held


def _named(things: Iterable[models.Model]) -> list[str]:
    """« 2 actions (1.1-01 …, 1.1-02 …) »: how many of each kind, and the first of them."""
    by_kind: dict[type[models.Model], list[str]] = defaultdict(list)
    for thing in things:
        by_kind[type(thing)].append(str(thing))
    found = []
    for kind, names in sorted(by_kind.items(), key=lambda item: str(item[0]._meta.verbose_name)):
        options, first = kind._meta, sorted(names, key=sort_key)[:3]
        more = ", …" if len(names) > 3 else ""
        counted = count(len(names), str(options.verbose_name), str(options.verbose_name_plural))
        found.append(f"{counted} ({', '.join(first)}{more})")
    return found
