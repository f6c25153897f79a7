"""The plan of an import: one value that command, preview and JSON show, and that is then applied."""

from dataclasses import dataclass, field

from actions.workbook.changes import Changes, RowChange
from actions.workbook.checks import check_actions, check_years
from actions.workbook.faults import Fault
from actions.workbook.figure_checks import check_fundings, check_values
from actions.workbook.reading import Workbook
from actions.workbook.resolver import Resolver
from actions.workbook.rows import TypedWorkbook, typed_workbook
from actions.workbook.sheets import SHEETS
from actions.workbook.similar import warn_of_similar_names
from actions.workbook.stored import Stored
from contracts.models import Contract

Counts = dict[str, int]


@dataclass(frozen=True)
class ImportPlan:
    """What importing a workbook would do, or the faults that forbid it (then nothing else is filled in).

    `changes` are the rows of the file that create or change something, in the order of the sheets. `warnings`
    do not forbid anything: what the file would leave in an odd state without being wrong itself, and what it
    would create beside something known of nearly the same name.
    """

    filename: str
    faults: tuple[Fault, ...] = ()
    changes: tuple[RowChange, ...] = ()
    unchanged: Counts = field(default_factory=lambda: _counts(()))
    organisations_created: tuple[str, ...] = ()
    warnings: tuple[Fault, ...] = ()
    source: TypedWorkbook | None = field(default=None, repr=False, compare=False)
    contract: Contract | None = field(default=None, repr=False, compare=False)

    @property
    def created(self) -> Counts:
        """Rows that would be created, by sheet."""
        return _counts([change.sheet for change in self.changes if change.is_new])

    @property
    def updated(self) -> Counts:
        """Rows that would be changed, by sheet."""
        return _counts([change.sheet for change in self.changes if not change.is_new])

    @property
    def is_empty(self) -> bool:
        """Whether applying it would write nothing."""
        return not self.changes


def plan_import(workbook: Workbook, *, contract: Contract | None = None) -> ImportPlan:
    """What importing `workbook` would do; nothing is written. With `contract`, rows of another are faults.

    A fixed number of queries, whatever the number of rows.
    """
    return plan_typed(typed_workbook(workbook), contract)[0]


def plan_typed(
    source: TypedWorkbook, contract: Contract | None, *, lock: bool = False
) -> tuple[ImportPlan, Changes | None]:
    """The plan with the objects to write (None if there are faults). `lock` is for the writer."""
    codes = {row.contract for sheet in source.sheets for row in sheet.rows if isinstance(row.contract, str)}
    resolver = Resolver(source, Stored(codes, lock=lock), contract)
    check_actions(resolver)
    check_years(resolver)
    check_values(resolver)
    check_fundings(resolver)
    if resolver.faults:
        plan = ImportPlan(source.filename, tuple(resolver.faults), source=source, contract=contract)
        return plan, None
    warn_of_similar_names(resolver)
    changes = Changes(resolver)
    plan = ImportPlan(
        source.filename,
        changes=tuple(changes.rows),
        unchanged=changes.unchanged,
        organisations_created=tuple(one.name for one in changes.organisations),
        warnings=tuple(resolver.warnings),
        source=source,
        contract=contract,
    )
    return plan, changes


def _counts(sheets: list[str] | tuple[()]) -> Counts:
    return {sheet.name: sheets.count(sheet.name) for sheet in SHEETS}
