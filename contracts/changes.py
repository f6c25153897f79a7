"""What each amendment changed, told beside the plan in force (pure, from the rows of `contracts.plan`)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.plan import Timeline, VersionRow


class Deed(StrEnum):
    """What an amendment does to an axis or an objective."""

    INTRODUCED = "introduced"
    REINTRODUCED = "reintroduced"
    REWORDED = "reworded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Change:
    """One axis or objective that an amendment changed."""

    name: str
    deed: Deed
    title: str
    former_title: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """Axes, or the objectives of one axis, that an amendment put into another order."""

    name: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AmendmentChanges:
    """All that an amendment changed in the plan."""

    number: int
    changes: tuple[Change, ...]
    orders: tuple[Order, ...] = ()


def changes(timeline: Timeline, on: date) -> tuple[AmendmentChanges, ...]:
    """What the amendments in effect that day changed, the earliest first; none is left out for having
    changed nothing (it may only move the end of the contract)."""
    order = [row.number for row in timeline.amendments]
    found = tuple(_all_changes(timeline, order))
    return tuple(
        AmendmentChanges(
            row.number,
            tuple(change for number, change in found if number == row.number),
            tuple(_orders(timeline, order, row.number)),
        )
        for row in timeline.effective(on)
    )


def _all_changes(timeline: Timeline, order: list[int]) -> Iterator[tuple[int, Change]]:
    for axis in sorted(timeline.axes, key=lambda row: row.number):
        yield from _changes_of(f"Axe {axis.number}", axis.versions, order)
        for objective in timeline.objectives:
            if objective.axis_number == axis.number:
                yield from _changes_of(f"Objectif {objective.code}", objective.versions, order)


def _changes_of(name: str, versions: Iterable[VersionRow], order: list[int]) -> Iterator[tuple[int, Change]]:
    rank: dict[int | None, int] = {None: -1} | {number: index for index, number in enumerate(order)}
    before: VersionRow | None = None
    for version in sorted(versions, key=lambda row: rank[row.amendment]):
        deed = _deed(before, version)
        if version.amendment is not None and deed is not None:
            former = before.title if before and deed is Deed.REWORDED else ""
            yield version.amendment, Change(name, deed, version.title, former)
        before = version


def _orders(timeline: Timeline, order: list[int], number: int) -> Iterator[Order]:
    """The new orders of what stood before the amendment and stands after it."""
    upto = order.index(number)
    groups = [("Axes", {(row.number, str(row.number)): row.versions for row in timeline.axes})]
    for axis in sorted(timeline.axes, key=lambda row: row.number):
        own = [row for row in timeline.objectives if row.axis_number == axis.number]
        groups.append(
            (f"Objectifs de l’axe {axis.number}", {(0, f"{row.code}"): row.versions for row in own})
        )
    for name, things in groups:
        before, after = _standing(things, order[:upto]), _standing(things, order[: upto + 1])
        both = set(before) & set(after)
        if [code for code in before if code in both] != [code for code in after if code in both]:
            yield Order(name, tuple(after))


def _standing(things: Mapping[tuple[int, str], Iterable[VersionRow]], amendments: list[int]) -> list[str]:
    """What stands once these amendments are in effect, in order of place, then of number or code."""
    rank: dict[int | None, int] = {None: -1} | {number: index for index, number in enumerate(amendments)}
    found = []
    for key, versions in things.items():
        known = [row for row in versions if row.amendment in rank]
        latest = max(known, key=lambda row: rank[row.amendment], default=None)
        if latest is not None and not latest.is_withdrawn:
            found.append((latest.position, key))
    return [code for _, (_, code) in sorted(found)]


def _deed(before: VersionRow | None, after: VersionRow) -> Deed | None:
    if after.is_withdrawn:
        return Deed.WITHDRAWN if before is not None and not before.is_withdrawn else None
    if before is None:
        return Deed.INTRODUCED
    if before.is_withdrawn:
        return Deed.REINTRODUCED
    return Deed.REWORDED if before.title != after.title else None
