"""Reading contracts: their timelines, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models

from contracts.models import Amendment, Axis, Contract, Objective
from contracts.plan import AmendmentRow, AxisRow, ObjectiveRow, Timeline, VersionRow

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
