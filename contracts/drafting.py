"""An amendment as it is drafted: what the plan becomes, and how that reads (pure, over `contracts.plan`).

A draft says what each axis and objective is from the amendment on; `drafted` lays it over the contract's
timeline, `sentences` tell the difference in words before anything is recorded.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from contracts.changes import AmendmentChanges, Change, Deed, changes
from contracts.plan import AmendmentRow, AxisRow, ObjectiveRow, Timeline, VersionRow
from cops.lib.french import date_fr, list_fr, sort_key
from cops.lib.periods import PartialDate


@dataclass(frozen=True, slots=True)
class State:
    """What an axis or an objective is from an amendment on."""

    title: str
    position: int
    is_withdrawn: bool = False

    def by(self, amendment: int) -> VersionRow:
        return VersionRow(amendment, self.title, self.position, self.is_withdrawn)


@dataclass(frozen=True, slots=True)
class Draft:
    """An amendment to be recorded, in place of the stored one of number `replaces` if there is one. Axes by
    number and objectives by code: only those that it changes or introduces."""

    row: AmendmentRow
    replaces: int | None = None
    axes: Mapping[int, State] = field(default_factory=dict)
    objectives: Mapping[str, State] = field(default_factory=dict)
    axis_of: Mapping[str, int] = field(default_factory=dict)  # of objectives that the draft introduces
    key_of: Mapping[str, int] = field(default_factory=dict)  # of those that are stored: their primary keys


def drafted(history: Timeline, draft: Draft) -> Timeline:
    """The contract's timeline once the draft is recorded."""
    kept = tuple(row for row in history.amendments if row.number != draft.replaces)
    axes = {row.number: _without(row.versions, draft.replaces) for row in history.axes}
    objectives = {row.code: _without(row.versions, draft.replaces) for row in history.objectives}
    for number, state in draft.axes.items():
        axes[number] = (*axes.get(number, ()), state.by(draft.row.number))
    for code, state in draft.objectives.items():
        objectives[code] = (*objectives.get(code, ()), state.by(draft.row.number))
    places = {row.code: (row.axis_number, row.pk) for row in history.objectives}
    places |= {code: (axis, draft.key_of.get(code, 0)) for code, axis in draft.axis_of.items()}
    return Timeline(
        history.starts,
        history.original_end,
        (*kept, draft.row),
        tuple(AxisRow(number, versions) for number, versions in axes.items() if versions),
        tuple(
            ObjectiveRow(code, places[code][0], versions, places[code][1])
            for code, versions in objectives.items()
            if versions
        ),
    )


def _without(versions: Iterable[VersionRow], amendment: int | None) -> tuple[VersionRow, ...]:
    return tuple(row for row in versions if amendment is None or row.amendment != amendment)


# --- in words -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Preview:
    """What an amendment changes, in sentences."""

    dates: tuple[str, ...]
    plan: tuple[str, ...]
    warning: str = ""


def preview(after: Timeline, number: int, *, is_confirmed: bool) -> Preview:
    """What the amendment of that number does to the contract; `after` has it."""
    row = next(row for row in after.amendments if row.number == number)
    told = next(told for told in changes(after, row.effective_on) if told.number == number)
    return Preview(tuple(_dates(after, row, is_confirmed)), tuple(_plan(after, told)), _gap(after, row))


def _dates(after: Timeline, row: AmendmentRow, is_confirmed: bool) -> Iterator[str]:
    doubt = "" if is_confirmed else " (date à confirmer)"
    yield f"L’avenant n° {row.number} prend effet le {date_fr(row.effective_on)}{doubt}."
    before = _end_before(after, row)
    if row.new_end_on is None:
        yield f"La fin du contrat ne change pas : {before.french}."
    elif row.new_end_on > before.last_day:
        yield f"Le contrat est prolongé jusqu’au {date_fr(row.new_end_on)} (fin jusqu’ici : {before.french})."
    elif row.new_end_on < before.last_day:
        yield f"Le contrat prend fin plus tôt, le {date_fr(row.new_end_on)} (jusqu’ici : {before.french})."
    else:
        yield f"La fin du contrat reste le {date_fr(row.new_end_on)}."


def _end_before(after: Timeline, row: AmendmentRow) -> PartialDate:
    earlier = after.amendments[: after.amendments.index(row)]
    ends = [one.new_end_on for one in earlier if one.new_end_on]
    return PartialDate.from_day(ends[-1]) if ends else after.original_end


def _gap(after: Timeline, row: AmendmentRow) -> str:
    ended = _end_before(after, row).last_day
    if row.effective_on <= ended or (row.effective_on - ended).days == 1:
        return ""
    return (
        f"L’avenant prend effet après la fin du contrat ({date_fr(ended)}) : entre les deux, le contrat "
        "n’est pas en vigueur."
    )


def _plan(after: Timeline, told: AmendmentChanges) -> Iterator[str]:
    for change in told.changes:
        yield _sentence(change, _axis_of(after, change))
    for order in told.orders:
        yield f"{order.name} : l’ordre devient {list_fr(order.codes)}."
    if not told.changes and not told.orders:
        yield "Aucun axe ni objectif ne change."


def _sentence(change: Change, place: str) -> str:
    thing = f"L’{change.name[:1].lower()}{change.name[1:]}"
    match change.deed:
        case Deed.INTRODUCED:
            return f"{thing} est ajouté{place} : « {change.title} »."
        case Deed.REINTRODUCED:
            return f"{thing} est rétabli : « {change.title} »."
        case Deed.WITHDRAWN:
            return f"{thing}, « {change.title} », est retiré{place}."
    return f"{thing} devient « {change.title} » (jusqu’ici « {change.former_title} »)."


def _axis_of(after: Timeline, change: Change) -> str:
    """To which axis an objective is added; or which objectives go with an axis that is withdrawn."""
    kind, _, name = change.name.partition(" ")
    if kind == "Objectif":
        row = next(row for row in after.objectives if row.code == name)
        return f" à l’axe {row.axis_number}" if change.deed is Deed.INTRODUCED else ""
    if change.deed is not Deed.WITHDRAWN:
        return ""
    codes = [row.code for row in after.objectives if str(row.axis_number) == name]
    return f" avec tous ses objectifs ({list_fr(sorted(codes, key=sort_key))})" if codes else ""


# --- places -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Placed:
    """One line of a plan: its place until now (None: a new one) and the place asked for (None: the last)."""

    code: str
    before: int | None
    asked: int | None

    @property
    def is_moved(self) -> bool:
        return self.before is None or self.asked != self.before


def arranged(lines: Iterable[Placed]) -> dict[str, int]:
    """The place of each line by its code, no two the same where one was moved or is new.

    A line that moves up or is new goes before the one whose place it takes, one that moves down after it;
    those behind make room, and only as far as they must.
    """
    lines = list(lines)
    last = max([0, *(line.asked or 0 for line in lines)])
    places: dict[str, int] = {}
    previous, is_pushing = -1, False
    for line in sorted(lines, key=lambda line: _order(line, last)):
        asked = line.asked if line.asked is not None else last + 1
        floor = previous + 1 if line.is_moved or is_pushing else previous
        places[line.code] = max(asked, floor)
        is_pushing = line.is_moved or places[line.code] != asked
        previous = places[line.code]
    return places


def _order(line: Placed, last: int) -> tuple[int, int, object]:
    if line.asked is None:
        return last + 1, 1, sort_key(line.code)
    if not line.is_moved:
        return line.asked, 1, sort_key(line.code)
    moves_down = line.before is not None and line.asked > line.before
    return line.asked, 2 if moves_down else 0, sort_key(line.code)
