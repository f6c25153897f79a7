"""What was changed on an action, when and by whom, told in plain French from the stored history."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from actions.models import (
    Action,
    ActionCommune,
    ActionYear,
    Funding,
    Indicator,
    IndicatorValue,
    Partnership,
)
from contracts.models import Objective
from cops.lib.french import date_fr, datetime_fr, money, number
from governance.models import Commune, Organisation, Person

RECORDS_READ = 400  # of each kind, the most recent
ENTRIES_SHOWN = 20
LINES_SHOWN = 15
_TEXT_SHOWN = 90
_ONE_DEED = timedelta(seconds=60)  # changes by one hand within a minute are told together

_FIELDS: dict[type[models.Model], tuple[str, ...]] = {
    Action: (
        "reference",
        "title",
        "objective",
        "lead",
        "contact",
        "diagnosis",
        "description",
        "audience",
        "counting_unit",
        "calendar",
        "is_confidential",
        "starts_on",
        "ends_on",
    ),
    ActionYear: (
        "objective",
        "lead",
        "is_planned",
        "status",
        "reason",
        "comment",
        "planned_budget",
        "actual_cost",
        "planned_count",
        "actual_count",
        "impact",
    ),
    Indicator: ("name", "nature", "unit", "direction", "baseline"),
    IndicatorValue: ("target", "value"),
    Funding: ("requested", "granted", "paid"),
    Partnership: (),
    ActionCommune: (),
}
_REFERENCES: dict[type[models.Model], list[tuple[str, type[models.Model]]]] = {
    Action: [("objective_id", Objective), ("lead_id", Organisation), ("contact_id", Person)],
    ActionYear: [("objective_id", Objective), ("lead_id", Organisation)],
    Funding: [("funder_id", Organisation)],
    Partnership: [("organisation_id", Organisation)],
    ActionCommune: [("commune_id", Commune)],
}
_MONEY = frozenset(["planned_budget", "actual_cost", "requested", "granted", "paid"])
_DEEDS: dict[type[models.Model], tuple[str, str]] = {
    Action: ("fiche créée", "fiche supprimée"),
    ActionYear: ("année ajoutée", "année supprimée"),
    Indicator: ("indicateur ajouté", "indicateur supprimé"),
    IndicatorValue: ("valeurs ajoutées", "valeurs supprimées"),
    Funding: ("financement ajouté", "financement supprimé"),
    Partnership: ("partenaire ajouté", "partenaire retiré"),
    ActionCommune: ("commune ajoutée", "commune retirée"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What one hand changed at one time, and the occasion (an import), if there was one.

    Both are empty where the reader may not know; `by` also where nobody was logged in.
    """

    at: datetime
    by: str
    occasion: str
    lines: tuple[str, ...]
    left_out: int

    @property
    def when(self) -> str:
        return datetime_fr(timezone.localtime(self.at))

    @property
    def count(self) -> int:
        return len(self.lines) + self.left_out


@dataclass(frozen=True, slots=True)
class History:
    """The latest entries, newest first; whether there are older ones."""

    entries: tuple[Entry, ...]
    has_older: bool


@dataclass(frozen=True, slots=True)
class _Change:
    at: datetime
    by: str
    occasion: str
    line: str


@dataclass(frozen=True, slots=True)
class _Names:
    """What the identifiers in the history stand for, those of deleted rows too."""

    of: dict[type[models.Model], dict[int, str]]
    years: dict[int, int]
    indicators: dict[int, str]

    def get(self, model: type[models.Model], pk: int | None) -> str:
        return "" if pk is None else self.of[model].get(pk, "(supprimé)")


def history_of(action: Action, *, with_people: bool) -> History:
    """The latest changes of an action and of all that hangs on it; at most eleven queries.

    :param with_people: whether the reader may know who made them (the service only).
    """
    records = _records(action)
    names = _names(records)
    changes = sorted(
        (
            change
            for model, rows in records.items()
            for change in _changes(model, rows, names, with_people=with_people)
        ),
        key=lambda change: change.at,
    )
    entries = list(_told_together(changes))[::-1]
    is_cut = any(len(rows) > RECORDS_READ for rows in records.values())
    return History(tuple(entries[:ENTRIES_SHOWN]), is_cut or len(entries) > ENTRIES_SHOWN)


def _records(action: Action) -> dict[type[models.Model], list[Any]]:
    """Historical rows by model, newest first, one more than is used so that a cut shows."""
    of_action = {"action_id": action.pk}
    years = _historical(ActionYear).filter(**of_action).order_by().values("id")
    indicators = _historical(Indicator).filter(**of_action).order_by().values("id")
    scopes: dict[type[models.Model], dict[str, Any]] = {
        Action: {"id": action.pk},
        ActionYear: of_action,
        Indicator: of_action,
        IndicatorValue: {"indicator_id__in": indicators},
        Funding: {"action_year_id__in": years},
        Partnership: of_action,
        ActionCommune: of_action,
    }
    return {
        model: list(
            _historical(model)
            .filter(**scope)
            .select_related("history_user")
            .order_by("-history_date", "-history_id")[: RECORDS_READ + 1]
        )
        for model, scope in scopes.items()
    }


def _historical(model: type[models.Model]) -> models.QuerySet[Any]:
    versioned: Any = model
    return versioned.history.model.objects.all()


def _names(records: dict[type[models.Model], list[Any]]) -> _Names:
    wanted: dict[type[models.Model], set[int]] = {
        model: set() for model in (Objective, Organisation, Person, Commune)
    }
    for model, rows in records.items():
        for name, target in _REFERENCES.get(model, []):
            wanted[target] |= {pk for row in rows if (pk := getattr(row, name))}
    return _Names(
        of={
            model: {pk: str(found) for pk, found in model._default_manager.in_bulk(pks).items()}
            for model, pks in wanted.items()
        },
        years={row.id: row.year for row in records[ActionYear]},
        indicators={row.id: row.name for row in reversed(records[Indicator])},
    )


def _changes(
    model: type[models.Model], rows: Sequence[Any], names: _Names, *, with_people: bool
) -> Iterator[_Change]:
    earlier: dict[int, Any] = {}
    for row in reversed(rows):
        subject = _subject(model, row, names)
        by = str(row.history_user) if with_people and row.history_user else ""
        occasion = (row.history_change_reason or "") if with_people else ""
        for line in _lines(model, earlier.get(row.id), row, names, with_people=with_people):
            yield _Change(row.history_date, by, occasion, f"{subject}\u00a0: {line}")
        earlier[row.id] = row


def _subject(model: type[models.Model], row: Any, names: _Names) -> str:
    if model is ActionYear:
        return str(row.year)
    if model is Indicator:
        return f"Indicateur «\u00a0{row.name}\u00a0»"
    if model is IndicatorValue:
        indicator = names.indicators.get(row.indicator_id, "")
        return f"Indicateur «\u00a0{indicator}\u00a0», {names.years.get(row.action_year_id, '')}"
    if model is Funding:
        return f"{names.get(Organisation, row.funder_id)}, {names.years.get(row.action_year_id, '')}"
    if model is Partnership:
        return names.get(Organisation, row.organisation_id)
    return names.get(Commune, row.commune_id) if model is ActionCommune else "Fiche"


def _lines(
    model: type[models.Model], before: Any, after: Any, names: _Names, *, with_people: bool
) -> Iterator[str]:
    added, removed = _DEEDS[model]
    if after.history_type == "+":
        yield added
    elif after.history_type == "-":
        yield removed
    elif before is not None:
        for name in _FIELDS[model]:
            yield from _difference(model, name, before, after, names, with_people=with_people)


def _difference(
    model: type[models.Model], name: str, before: Any, after: Any, names: _Names, *, with_people: bool
) -> Iterator[str]:
    field: Any = model._meta.get_field(name)
    old, new = getattr(before, field.attname), getattr(after, field.attname)
    if old == new:
        return
    label = str(field.verbose_name).removesuffix(" (€)")
    if name == "contact" and not with_people:
        yield f"{label} modifiée"
    else:
        yield f"{label}\u00a0: {_value(field, old, names)} → {_value(field, new, names)}"


def _value(field: Any, value: Any, names: _Names) -> str:
    if value is None or value == "":
        return "(vide)"
    if field.is_relation:
        return names.get(field.related_model, value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, date):
        return date_fr(value)
    if isinstance(value, Decimal | int):
        return money(value) if field.name in _MONEY else number(value)
    return f"«\u00a0{value if len(value) <= _TEXT_SHOWN else value[: _TEXT_SHOWN - 1] + '…'}\u00a0»"


def _told_together(changes: Iterable[_Change]) -> Iterator[Entry]:
    """Changes in order of time as entries, the oldest first."""
    group: list[_Change] = []
    for change in changes:
        if group and not _is_one_deed(group[0], change):
            yield _entry(group)
            group = []
        group.append(change)
    if group:
        yield _entry(group)


def _is_one_deed(first: _Change, later: _Change) -> bool:
    same_hand = (first.by, first.occasion) == (later.by, later.occasion)
    return same_hand and later.at - first.at <= _ONE_DEED


def _entry(group: list[_Change]) -> Entry:
    lines = tuple(change.line for change in group[:LINES_SHOWN])
    return Entry(group[0].at, group[0].by, group[0].occasion, lines, len(group) - len(lines))
