"""Changing many actions at once: what would become of each is a value, shown first and then written.

An action is changed as a whole or not at all. What is written is what was shown: an action that somebody else
saved since is left as it is and named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, F, QuerySet, TextField, Value, When
from django.utils import timezone

from actions.journal import record_events, record_transitions
from actions.models import Action, ActionYear, Partnership, Programme, Status
from actions.workbook.history import HistoryNote, record_history
from cops.audit.models import Event
from cops.lib.forms import whole_number
from cops.users.models import User
from governance.models import Organisation

MOST = 500  # actions at once
REASON = "Modification en lot"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to set on each action, and on its year of that number; a field that is not there stays as it is.

    A comment is written only where there is none.
    """

    sheet: Mapping[str, Any] = field(default_factory=dict)
    year: int | None = None
    of_year: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class BulkRow:
    """What would become of one action; with a `refusal`, nothing."""

    action: Action
    year: ActionYear | None
    sheet: tuple[Difference, ...]
    of_year: tuple[Difference, ...]
    is_partner: bool  # the new lead is a partner, and is none any more
    refusal: str

    @property
    def is_changed(self) -> bool:
        return not self.refusal and bool(self.sheet or self.of_year)

    @property
    def differences(self) -> tuple[Difference, ...]:
        return self.sheet + self.of_year

    @property
    def state(self) -> str:
        """What the row was planned on: « key.version.version of the year »."""
        return f"{self.action.pk}.{self.action.version}.{self.year.version if self.year else 0}"


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """The rows in the order of their references."""

    rows: Sequence[BulkRow]

    @property
    def changed(self) -> list[BulkRow]:
        return [row for row in self.rows if row.is_changed]

    @property
    def refused(self) -> list[BulkRow]:
        return [row for row in self.rows if row.refusal]

    @property
    def unchanged(self) -> list[BulkRow]:
        return [row for row in self.rows if not row.refusal and not row.is_changed]

    @property
    def seen(self) -> str:
        """What is shown to be changed, to be sent back when it is confirmed."""
        return " ".join(row.state for row in self.changed)


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What was changed, what somebody else had saved meanwhile, and what the rules refuse by now."""

    at: datetime
    changed: Sequence[BulkRow]
    overtaken: Sequence[BulkRow]
    refused: Sequence[BulkRow]


# --- planning -----------------------------------------------------------------------------------------------


def plan_bulk(actions: QuerySet[Action], wanted: Wanted) -> BulkPlan:
    """What setting that would do to each action; four queries, and the rows locked if `actions` are."""
    found = list(actions)
    years, adopted = {}, set()
    if wanted.year is not None:
        years = _years(actions, [action.pk for action in found], wanted.year)
        adopted = set(Programme.objects.filter(year=wanted.year).values_list("contract", flat=True))
    partners = _partners(found, wanted.sheet.get("lead"))
    rows = [
        _row(action, years.get(action.pk), wanted, action.contract_id in adopted, action.pk in partners)
        for action in found
    ]
    return BulkPlan(rows)


def _years(actions: QuerySet[Action], keys: Sequence[int], year: int) -> dict[int, ActionYear]:
    rows = ActionYear.objects.filter(action__in=keys, year=year).select_related("lead", "objective")
    if actions.query.select_for_update:
        rows = rows.select_for_update(of=("self",))
    return {row.action_id: row for row in rows.order_by("pk")}


def _partners(actions: Sequence[Action], lead: Organisation | None) -> set[int]:
    """Keys of the actions whose partner the new lead is."""
    if lead is None:
        return set()
    return set(
        Partnership.objects.filter(action__in=actions, organisation=lead).values_list("action", flat=True)
    )


def _row(
    action: Action, year: ActionYear | None, wanted: Wanted, is_adopted: bool, is_partner: bool
) -> BulkRow:
    sheet = _differences(action, wanted.sheet)
    if not wanted.of_year:
        return BulkRow(action, None, sheet, (), is_partner, "")
    if year is None:
        return BulkRow(action, None, (), (), False, f"elle n’est pas programmée en {wanted.year}.")
    values = {name: value for name, value in wanted.of_year.items() if name != "comment" or not year.comment}
    of_year = _differences(year, values, suffix=f" {wanted.year}")
    refusal = _refusal(year, values, is_adopted) if of_year else ""
    return BulkRow(action, year, sheet, of_year, is_partner, refusal)


def _differences(row: Any, values: Mapping[str, Any], suffix: str = "") -> tuple[Difference, ...]:
    return tuple(
        Difference(
            _label(row, name) + suffix, _shown(row, name, getattr(row, name)), _shown(row, name, value)
        )
        for name, value in values.items()
        if getattr(row, name) != value
    )


def _label(row: Any, name: str) -> str:
    label = str(row._meta.get_field(name).verbose_name).removesuffix(" de l’année")
    return label[:1].upper() + label[1:]


def _shown(row: Any, name: str, value: Any) -> str:
    if name == "status" and not value:
        return "non renseigné"
    if value is None or value == "":
        return "rien"
    if isinstance(value, bool):
        return "oui" if value else "non"
    choices = dict(row._meta.get_field(name).flatchoices)
    return str(choices.get(value, value))


def _refusal(year: ActionYear, values: Mapping[str, Any], is_adopted: bool) -> str:
    """Why a year cannot hold these values; the constraints of its model say the same of one row."""
    after = {name: values.get(name, getattr(year, name)) for name in ("status", "reason", "comment")}
    if is_adopted and values.get("is_planned", year.is_planned) != year.is_planned:
        return f"le programme de {year.year} est adopté : ce qui est prévu ne change plus."
    needs_reason = after["status"] in Status.needing_reason()
    if needs_reason and not after["reason"]:
        return f"le statut « {Status(after['status']).label} » demande un motif, et elle n’en a pas."
    if after["reason"] and not needs_reason:
        label = Status(after["status"]).label if after["status"] else "Non renseigné"
        return f"son statut « {label} » n’admet pas de motif."
    if after["reason"] == "other" and not after["comment"]:
        return "le motif « Autre » demande un commentaire, et elle n’en a pas."
    return ""


# --- writing ------------------------------------------------------------------------------------------------


@transaction.atomic
def apply_bulk(actions: QuerySet[Action], wanted: Wanted, *, seen: str, by: User) -> BulkOutcome:
    """Change the actions that were shown (`BulkPlan.seen`) and are as they were shown; the rest stays.

    At most MOST actions. As many queries for one as for all.
    """
    shown = seen.split()[:MOST]
    keys = [key for state in shown if (key := whole_number(state.partition(".")[0])) is not None]
    plan = plan_bulk(actions.filter(pk__in=keys).select_for_update(of=("self",)), wanted)
    overtaken = [row for row in plan.rows if row.state not in set(shown)]
    current = [row for row in plan.rows if row not in overtaken]
    changed = [row for row in current if row.is_changed]
    note = HistoryNote(by, REASON, timezone.now())
    if changed:
        _write(changed, wanted, note)
    return BulkOutcome(note.at, changed, overtaken, [row for row in current if row.refusal])


def _write(rows: Sequence[BulkRow], wanted: Wanted, note: HistoryNote) -> None:
    sheets = [row.action.pk for row in rows if row.sheet]
    years = [row.year.pk for row in rows if row.year and row.of_year]
    if sheets:
        Action.objects.filter(pk__in=sheets).update(version=F("version") + 1, **wanted.sheet)
        record_history(Action, sheets, "~", note)
        _end_partnerships([row.action.pk for row in rows if row.is_partner], wanted, note)
    if years:
        _write_years(years, dict(wanted.of_year), note)
    labels = dict.fromkeys(one.label.lower() for row in rows for one in row.differences)
    deed = f"modification en lot : {', '.join(labels)}"
    record_events([row.action.pk for row in rows], Event.Action.CHANGED, note, deed, rows=len(rows))


def _write_years(keys: Sequence[int], values: dict[str, Any], note: HistoryNote) -> None:
    if "status" in values:
        record_transitions(keys, note, status=values["status"], reason=values.get("reason"))
    if "comment" in values:
        values["comment"] = Case(
            When(comment="", then=Value(values["comment"])), default=F("comment"), output_field=TextField()
        )
    ActionYear.objects.filter(pk__in=keys).update(version=F("version") + 1, **values)
    record_history(ActionYear, keys, "~", note)


def _end_partnerships(actions: Iterable[int], wanted: Wanted, note: HistoryNote) -> None:
    """The lead of an action is none of its partners."""
    ended = Partnership.objects.filter(action__in=actions, organisation=wanted.sheet.get("lead"))
    keys = list(ended.values_list("pk", flat=True))
    record_history(Partnership, keys, "-", note)
    ended._raw_delete(ended.db)


def changed_at(at: datetime, by: User) -> list[Action]:
    """The actions that somebody changed in bulk at that moment, in the order of their references."""
    written = {"history_date": at, "history_user": by, "history_change_reason": REASON}
    keys = set(Action.history.filter(**written).values_list("id", flat=True))
    keys |= set(ActionYear.history.filter(**written).values_list("action_id", flat=True))
    return list(Action.objects.visible_to(by).filter(pk__in=keys).order_by("reference_key", "pk"))
