"""What a change of the plan would strand: years under an objective that is then in force no more.

Rooms to the right say what stands there (`register`, in the application's `ready`); this one knows none of
them. An amendment names it in its preview, and moves in its own save what its author wants moved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from contracts.models import Contract, Objective
from contracts.plan import Timeline
from cops.users.models import User


@dataclass(frozen=True, slots=True)
class Stranded:
    """Years of one thing that had their objective until then, and would have it no more."""

    key: str  # of its kind, the thing and the objective, good for the name of a field
    name: str
    url: str
    objective: str  # code of the objective they lose; empty where they lose the contract itself
    years: tuple[int, ...]
    offered: tuple[str, ...]  # codes of objectives in force in each of these years

    @property
    def state(self) -> str:
        """What was shown of it, to be sent back when it is confirmed."""
        return " ".join(map(str, self.years))


class Dependents(Protocol):
    """What a room has standing under objectives."""

    kind: str  # what the keys of its `Stranded` begin with, up to a hyphen

    def stranded(self, contract: Contract, before: Timeline, after: Timeline) -> Sequence[Stranded]:
        """What stands in the plan `before` and no more `after`; a fixed number of queries."""

    def may_move(self, user: User) -> bool:
        """Whether the user may move it to another objective."""

    def move(self, moves: Sequence[tuple[Stranded, Objective]], *, reason: str, by: User) -> None:
        """Put years under other objectives, in history and journal; in the caller's transaction."""


_rooms: dict[str, Dependents] = {}


def register(room: Dependents) -> None:
    _rooms[room.kind] = room


def stranded(contract: Contract, before: Timeline, after: Timeline) -> list[Stranded]:
    """All that a change of the plan strands."""
    return [one for room in _rooms.values() for one in room.stranded(contract, before, after)]


def may_move(user: User) -> bool:
    """Whether the user may move all that can be stranded."""
    return all(room.may_move(user) for room in _rooms.values())


def move(moves: Sequence[tuple[Stranded, Objective]], *, reason: str, by: User) -> None:
    """Put what is stranded under other objectives."""
    for kind, room in _rooms.items():
        own = [(one, objective) for one, objective in moves if one.key.startswith(f"{kind}-")]
        if own:
            room.move(own, reason=reason, by=by)
