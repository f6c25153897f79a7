"""Reading contracts: their timelines, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable

from contracts.models import (
    Amendment,
    Axis,
    AxisVersion,
    Contract,
    Objective,
    ObjectiveVersion,
)
from contracts.plan import AmendmentRow, AxisRow, ObjectiveRow, Timeline, VersionRow


def timeline(contract: Contract) -> Timeline:
    """The contract with its amendments, axes and objectives over time; five queries."""
    return timelines([contract])[contract.pk]


def timelines(contracts: Iterable[Contract]) -> dict[int, Timeline]:
    """The timelines of several contracts by primary key; five queries whatever their number."""
    contracts = list(contracts)
    amendments: dict[int, list[AmendmentRow]] = defaultdict(list)
    for row in Amendment.objects.filter(contract__in=contracts):
        amendments[row.contract_id].append(AmendmentRow(row.number, row.effective_on, row.new_end_on))
    axes: dict[int, list[AxisRow]] = defaultdict(list)
    axis_versions = _versions(
        AxisVersion.objects.filter(axis__contract__in=contracts).select_related("amendment"), "axis_id"
    )
    for axis in Axis.objects.filter(contract__in=contracts):
        axes[axis.contract_id].append(AxisRow(axis.number, tuple(axis_versions[axis.pk])))
    objectives: dict[int, list[ObjectiveRow]] = defaultdict(list)
    objective_versions = _versions(
        ObjectiveVersion.objects.filter(objective__contract__in=contracts).select_related("amendment"),
        "objective_id",
    )
    for objective in Objective.objects.filter(contract__in=contracts).select_related("axis"):
        objectives[objective.contract_id].append(
            ObjectiveRow(
                objective.code, objective.axis.number, tuple(objective_versions[objective.pk]), objective.pk
            )
        )
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
    rows: Iterable[AxisVersion] | Iterable[ObjectiveVersion], owner: str
) -> dict[int, list[VersionRow]]:
    found: dict[int, list[VersionRow]] = defaultdict(list)
    for row in rows:
        found[getattr(row, owner)].append(
            VersionRow(
                row.amendment.number if row.amendment else None, row.title, row.position, row.is_withdrawn
            )
        )
    return found
