"""What a year of a contract still needs: gaps, progress, money, deadlines, seats, imports."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Count, Window
from django.db.models.fields.json import KT
from django.urls import reverse

from actions.models import Action
from contracts.models import Contract
from contracts.plan import Timeline
from cops.audit.models import ImportBatch
from cops.desk.sitting import AHEAD
from cops.lib.french import list_fr
from cops.users.models import User
from evaluation import wording
from evaluation.charts import EUROS
from evaluation.preparation import readable
from evaluation.presentation import Headline, Illustrated, headlines, progress
from evaluation.report import ActionRow, YearReport
from evaluation.selectors import report_of
from evaluation.tables import Table
from governance.composition import Composition
from governance.models import CrisisCell, Decision, Formation, Meeting
from governance.situation import Situation, situations

SOON = timedelta(days=60)
GAPS_SHOWN = 8
ENDING_ACTIONS_SHOWN = 10
DECISIONS_SHOWN = 3
IMPORTS_SHOWN = 5
ACCOUNTS_SHOWN = 5
IMPORTS_LOOKED_AT = 30
IMPORTS_KEPT = timedelta(days=30)

MISSING_KINDS = {
    "status": "le statut",
    "actual_cost": "le coût réel",
    "actual_count": "la quantité réalisée",
    "indicator": "une valeur d’indicateur",
}

Compositions = Sequence[tuple[Formation, Composition]]


@dataclass(frozen=True, slots=True)
class Gap:
    """An action of the year with what is missing of it, in words."""

    action: int
    reference: str
    title: str
    lead: str
    missing: str
    lacks_year: bool  # status, cost or quantity
    lacks_indicators: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its name, written in French, and why it is not known."""

    label: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class YearDesk:
    """A year of a contract: what its report lacks, how far its actions came, what they cost."""

    year: int
    address: str
    is_empty: bool
    gaps: Sequence[Gap]  # those with the most missing first, GAPS_SHOWN at most
    gap_count: int
    missing: Sequence[tuple[str, int]]  # what, and of how many actions
    progress: Illustrated
    money: Sequence[Figure]
    headlines: Sequence[Headline]


def year_desk(user: User, contract: Contract, history: Timeline, year: int) -> YearDesk:
    """The year as its reader may see it; three queries."""
    report = readable(report_of(contract, year, history), user)
    address = reverse("evaluation_year", args=[contract.code, year])
    return YearDesk(
        year=year,
        address=address,
        is_empty=not report.withheld and not any(True for _ in report.actions()),
        gaps=_gaps(report),
        gap_count=len(report.missing),
        missing=_missing_kinds(report),
        progress=_on_another_page(progress(report), address),
        money=_money(report),
        headlines=[replace(one, anchor=f"{address}#{one.anchor}") for one in headlines(report)],
    )


def in_words(fields: Iterable[str]) -> str:
    """What is missing of an action: « statut et coût réel »."""
    return list_fr([wording.missing_label(name) for name in fields])


def _gaps(report: YearReport) -> list[Gap]:
    rows = {action.row.reference: action.row for action in report.actions()}
    worst = sorted(report.missing, key=lambda missing: -len(missing.fields))[:GAPS_SHOWN]
    return [_gap(rows[missing.reference], missing.fields) for missing in worst]


def _gap(row: ActionRow, fields: Sequence[str]) -> Gap:
    of_indicators = [name.startswith("indicator:") for name in fields]
    return Gap(
        action=row.action_id,
        reference=row.reference,
        title=row.title,
        lead=row.lead,
        missing=in_words(fields),
        lacks_year=not all(of_indicators),
        lacks_indicators=any(of_indicators),
    )


def _missing_kinds(report: YearReport) -> list[tuple[str, int]]:
    met = [{name.partition(":")[0] for name in missing.fields} for missing in report.missing]
    counted = [(label, sum(kind in one for one in met)) for kind, label in MISSING_KINDS.items()]
    return [(label, number) for label, number in counted if number]


def _on_another_page(part: Illustrated, address: str) -> Illustrated:
    """The same chart and table, whose headings lead to the page that the axes stand on."""
    return replace(part, table=_led_to(part.table, address))


def _led_to(table: Table, address: str) -> Table:
    led = [replace(one, href=f"{address}{one.href}") if one.href else one for one in table.headings]
    return replace(table, headings=led)


def _money(report: YearReport) -> list[Figure]:
    written = [*((one, EUROS) for one in (wording.BUDGET, wording.COST)), (wording.EXECUTION, None)]
    written += [(one, EUROS) for one in wording.FUNDING]
    notes = {wording.EXECUTION.label: "sur les seules actions dont le coût est connu"}
    return [
        Figure(
            one.label,
            (write or one.write)(one.value(report.totals)),
            one.why(report.totals) or notes.get(one.label, ""),
        )
        for one, write in written
    ]


# --- what comes soon ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something with a date, and where to see to it."""

    on: date
    what: str
    detail: str
    url: str
    is_this_week: bool


def deadlines(
    user: User, on: date, formations: Compositions, in_force: Sequence[tuple[Contract, Timeline]]
) -> list[Deadline]:
    """What ends or is held from that day to 60 days later, in order of date; two queries.

    :param formations: those whose mandates the reader may see, with their compositions of that day.
    :param in_force: the contracts of that day.
    """
    found = [
        *_ending_contracts(on, in_force),
        *_mandates(formations, on),
        *_ending_actions(user, on, [contract for contract, _ in in_force]),
        *_meetings(user, on),
    ]
    week_end = on + timedelta(days=6 - on.weekday())
    rows = sorted(found, key=lambda row: (row[0], row[1], row[3]))
    return [Deadline(*row, is_this_week=row[0] <= week_end) for row in rows]


Dated = tuple[date, str, str, str]


def _ending_contracts(on: date, in_force: Sequence[tuple[Contract, Timeline]]) -> Iterable[Dated]:
    for contract, history in in_force:
        end = history.ends(on).last_day
        if end <= on + SOON:
            address = reverse("contract_detail", args=[contract.code])
            yield end, "Fin du contrat", contract.title, address


def _mandates(formations: Compositions, on: date) -> Iterable[Dated]:
    for formation, composition in formations:
        address = reverse("formation_detail", args=[formation.code])
        for seat in composition.seats:
            for holder in seat.holders:
                if holder.ends_on and holder.ends_on <= on + SOON:
                    what = f"Fin de mandat\u00a0: {holder.person}"
                    yield holder.ends_on, what, f"{seat.label}, {formation.name}", address


def _ending_actions(user: User, on: date, contracts: Sequence[Contract]) -> Iterable[Dated]:
    actions = Action.objects.visible_to(user).filter(
        contract__in=contracts, ends_on__gte=on, ends_on__lte=on + SOON
    )
    rows = actions.order_by("ends_on", "reference_key", "pk")[:ENDING_ACTIONS_SHOWN]
    for action in rows.only("reference", "title", "ends_on"):
        address = reverse("action_detail", args=[action.pk])
        yield action.ends_on or on, f"Fin de l’action {action.reference}", action.title, address


def _meetings(user: User, on: date) -> Iterable[Dated]:
    meetings = Meeting.objects.visible_to(user).filter(held_on__gte=on, held_on__lte=on + SOON)
    for meeting in meetings.filter(state__in=AHEAD).select_related("formation"):
        address = reverse("meeting_detail", args=[meeting.pk])
        yield meeting.held_on, f"Réunion\u00a0: {meeting.formation.name}", meeting.subject, address


# --- what waits --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FormationDesk:
    """A formation with what its designations need that day."""

    formation: Formation
    composition: Composition
    situation: Situation


def formation_desks(rows: Compositions) -> list[FormationDesk]:
    """The formations with what is vacant, awaited and ending; two queries whatever their number."""
    found = situations(rows)
    return [FormationDesk(formation, value, found[formation.pk]) for formation, value in rows]


@dataclass(frozen=True, slots=True)
class WaitingImport:
    """A file that was sent and not imported: to confirm, or to correct (`faults` of them)."""

    pk: int
    filename: str
    sent_by: str
    is_ready: bool
    faults: int
    url: str


def waiting_imports(user: User, on: date) -> list[WaitingImport]:
    """Files of the last 30 days left to confirm or to correct, the latest first: workbooks for the agent,
    rosters for the administrator; one query.

    A file whose author imported another one since is behind them.
    """
    if user.is_agent:
        page, batches = "import_preview", ImportBatch.objects.visible_to(user)
    else:
        page, batches = "roster_preview", ImportBatch.objects.rosters_visible_to(user)
    recent = batches.filter(created_at__date__gte=on - IMPORTS_KEPT).exclude(state=ImportBatch.State.UNDONE)
    rows = recent.values_list(
        "pk", "filename", "created_by", "created_by__full_name", "state", KT("outcome__fault_count")
    )
    done: set[int | None] = set()
    found = []
    for pk, filename, author, name, state, faults in rows[:IMPORTS_LOOKED_AT]:
        if state == ImportBatch.State.APPLIED:
            done.add(author)
        elif author not in done:
            is_ready = state == ImportBatch.State.READY
            url = reverse(page, args=[pk])
            found.append(WaitingImport(pk, filename, name or "", is_ready, int(faults or 0), url))
    return found[:IMPORTS_SHOWN]


def last_decisions(user: User) -> list[Decision]:
    """What was decided last, among what the reader may read; one query."""
    decisions = Decision.objects.visible_to(user).select_related("meeting__formation")
    return list(decisions.order_by("-meeting__held_on", "-meeting__pk", "-number")[:DECISIONS_SHOWN])


@dataclass(frozen=True, slots=True)
class OpenAccounts:
    """Accounts that open nothing: no role, and nobody of the council or of an action behind them."""

    shown: Sequence[User]
    total: int


def accounts_without_person() -> OpenAccounts:
    """Active accounts without a role that no person is linked to; one query."""
    rows = User.objects.filter(is_active=True, role=User.Role.NONE, person__isnull=True)
    found = list(rows.annotate(found_in_all=Window(Count("pk"))).order_by("full_name", "pk")[:ACCOUNTS_SHOWN])
    return OpenAccounts(found, found[0].found_in_all if found else 0)


def open_cells(user: User) -> list[CrisisCell]:
    """The crisis cells that go on, as far as the reader may read them, the latest first; one query."""
    return list(CrisisCell.objects.visible_to(user).filter(closed_at__isnull=True))
