"""The logbook: lines with the time it happened and the time it was noted, only ever added to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cops.lib.french import datetime_fr
from cops.users.models import User
from governance.decisions.writing import save_decision
from governance.models import CrisisCell, Decision, LogEntry

Kind = LogEntry.Kind
MEANS = frozenset({Kind.MEANS_ASKED, Kind.MEANS_ENGAGED})


class ClosedError(Exception):
    """The cell is closed: only a correction may still be added. The message is French, fit to be shown."""

    def __init__(self, cell: CrisisCell) -> None:
        closed = datetime_fr(timezone.localtime(cell.closed_at)) if cell.closed_at else ""
        super().__init__(
            f"La cellule est close depuis le {closed} : seule une rectification peut être ajoutée."
        )


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with the corrections that name it; shown in the order of what happened."""

    entry: LogEntry
    corrections: Sequence[LogEntry]


@transaction.atomic
def add_entry(
    cell: CrisisCell,
    *,
    kind: str,
    text: str,
    happened_at: datetime,
    by: User,
    engaged_by: str = "",
    means_of: str = "",
    corrects: LogEntry | None = None,
) -> LogEntry:
    """Add a line; a decision becomes one of the meeting's, numbered after the last. Raises ClosedError."""
    stored = CrisisCell.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=cell.pk)
    if not stored.is_open and kind != Kind.CORRECTION:
        raise ClosedError(stored)
    if corrects is not None and corrects.corrects is not None:
        corrects = corrects.corrects  # what is corrected twice stays under its own line
    entry = LogEntry(
        cell=stored,
        kind=kind,
        happened_at=happened_at,
        author=by,
        text=text,
        engaged_by=engaged_by,
        means_of=means_of if kind in MEANS else "",
        corrects=corrects,
    )
    entry.full_clean()
    entry.save()
    if kind == Kind.DECISION:
        save_decision(Decision(meeting=stored.meeting, text=text, owner=engaged_by), by=by)
    return entry


def lines_of(cell: CrisisCell) -> list[Line]:
    """The whole logbook, each line with its corrections under it; one query."""
    entries = list(cell.entries.select_related("author").order_by("happened_at", "pk"))
    corrections: dict[int, list[LogEntry]] = {}
    for entry in entries:
        if entry.corrects_id is not None:
            corrections.setdefault(entry.corrects_id, []).append(entry)
    return [Line(entry, corrections.get(entry.pk, [])) for entry in entries if entry.corrects_id is None]
