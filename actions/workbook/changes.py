"""From checked drafts to what an import would create and change, as objects ready to be written in bulk.

Only called on drafts without a fault. Nothing is written here: objects are built or altered in memory.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import Model

from actions.models import (
    Action,
    ActionCommune,
    ActionYear,
    Funding,
    Indicator,
    IndicatorValue,
    Partnership,
)
from actions.workbook.drafts import (
    ActionDraft,
    Difference,
    FundingDraft,
    IndicatorDraft,
    ValueDraft,
    YearDraft,
)
from actions.workbook.figure_checks import INDICATOR_COLUMNS
from actions.workbook.resolver import Resolver
from actions.workbook.sheets import ACTIONS, FUNDINGS, SHEETS, VALUES, YEARS, Column, Missing, Sheet
from cops.audit.models import Versioned
from cops.lib.french import squash
from governance.models import Organisation

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of the file that would create or change what is stored: its key, and what changes (for a new row
    only what changes beside it: the indicator that it names)."""

    sheet: str
    row: int
    key: tuple[str | int, ...]
    is_new: bool
    differences: tuple[Difference, ...] = ()


@dataclass(slots=True)
class Batch(Generic[M]):
    """Objects of one model to create and to update, and primary keys to delete."""

    new: list[M] = field(default_factory=list)
    changed: list[M] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


@dataclass(slots=True)
class StatusChange:
    """A stored year whose status changes."""

    year: ActionYear
    before: str


class Changes:
    """Everything one import would write, and the row changes that show it."""

    def __init__(self, resolver: Resolver) -> None:
        self.stored = resolver.stored
        self.organisations: list[Organisation] = resolver.stored.organisations.added
        self.actions, self.years = Batch[Action](), Batch[ActionYear]()
        self.partnerships, self.communes = Batch[Partnership](), Batch[ActionCommune]()
        self.indicators, self.values = Batch[Indicator](), Batch[IndicatorValue]()
        self.fundings = Batch[Funding]()
        self.statuses: list[StatusChange] = []
        self.rows: list[RowChange] = []
        self._following: list[tuple[Action, ActionDraft]] = []
        self.unchanged = {sheet.name: 0 for sheet in SHEETS}
        self._plain = {sheet.name: _plain_columns(sheet) for sheet in SHEETS}
        self._objective_codes = {
            row.pk: row.code for line in resolver.stored.timelines.values() for row in line.objectives
        }
        self._collect(resolver)

    def _collect(self, resolver: Resolver) -> None:
        for action in resolver.actions.values():
            self._action(action)
        for following, continued in self._following:
            following.continues = continued.instance
        for year in resolver.years.values():
            self._year(year)
        for value in resolver.values:
            self._value(value)
        for funding in resolver.fundings:
            self._funding(funding)

    @property
    def new_actions(self) -> Iterator[list[Action]]:
        """New actions in the order in which they can be written: those continued before those that follow."""
        continued = {id(action): id(draft.instance) for action, draft in self._following}
        left = self.actions.new
        while left:
            waiting = {id(action) for action in left}
            ready = [action for action in left if continued.get(id(action)) not in waiting] or left
            yield ready
            written = {id(action) for action in ready}
            left = [action for action in left if id(action) not in written]

    # --- one kind of row after the other ------------------------------------------------------------------

    def _action(self, draft: ActionDraft) -> None:
        row, objective, lead = draft.row, draft.objective, draft.lead
        assert row is not None and draft.contract is not None
        assert not isinstance(objective, Missing) and not isinstance(lead, Missing)
        values = self._given(ACTIONS, row)
        if draft.stored is None:
            action = Action(
                contract=draft.contract,
                reference=draft.reference,
                objective_id=objective,
                lead=lead,
                **values,
            )
            self.actions.new.append(action)
        else:
            action = draft.stored
        draft.instance = action
        differences = [
            *self._relations(draft.stored, objective, lead),
            *self._apply(ACTIONS, draft.stored, values),
            *self._contact(draft, action),
            *self._continued(draft, action),
            *self._partners(draft, action),
            *self._communes(draft, action),
        ]
        action.index()
        self._keep(ACTIONS, row.number, (draft.contract.code, draft.reference), draft.stored, differences)
        if draft.stored and differences:
            self.actions.changed.append(bumped(action))

    def _year(self, draft: YearDraft) -> None:
        row, action, objective, lead = draft.row, draft.action, draft.objective, draft.lead
        assert row is not None and action is not None and action.contract is not None
        assert not isinstance(objective, Missing) and not isinstance(lead, Missing)
        values = self._given(YEARS, row)
        if draft.stored is None:
            links = {**_link("action", action.instance), **_link("lead", lead)}
            draft.instance = ActionYear(year=draft.year, objective_id=objective, **links, **values)
            self.years.new.append(draft.instance)
            differences = []
        else:
            draft.instance, status = draft.stored, draft.stored.status
            differences = self._relations(draft.stored, objective, lead)
            differences += self._apply(YEARS, draft.stored, values)
            if status != draft.stored.status:
                self.statuses.append(StatusChange(draft.stored, status))
            if differences:
                self.years.changed.append(bumped(draft.stored))
        key = (action.contract.code, action.reference, draft.year)
        self._keep(YEARS, row.number, key, draft.stored, differences)

    def _value(self, draft: ValueDraft) -> None:
        indicator, year, row = self._indicator(draft.indicator), draft.year, draft.row
        assert year is not None and year.action is not None and year.action.contract is not None
        values = self._without_missing({"target": draft.target, "value": draft.value})
        differences = [*draft.indicator.changes]
        if draft.stored is None:
            self.values.new.append(IndicatorValue(indicator=indicator, action_year=year.instance, **values))
        elif own := self._apply(VALUES, draft.stored, values):
            differences += own
            self.values.changed.append(bumped(draft.stored))
        key = (year.action.contract.code, year.action.reference, draft.indicator.name, year.year)
        self._keep(VALUES, row.number, key, draft.stored, differences)

    def _indicator(self, draft: IndicatorDraft) -> Indicator:
        """The indicator, made or brought up to date at its first row."""
        if draft.instance is None and draft.stored is None:
            assert draft.action is not None
            draft.instance = Indicator(action=draft.action.instance, name=draft.name, **draft.values)
            self.indicators.new.append(draft.instance)
        elif draft.instance is None:
            draft.instance = draft.stored
            draft.changes = self._apply(VALUES, draft.stored, draft.values)
            if draft.changes and draft.stored:
                self.indicators.changed.append(bumped(draft.stored))
        assert draft.instance is not None
        return draft.instance

    def _funding(self, draft: FundingDraft) -> None:
        year, row = draft.year, draft.row
        assert year is not None and year.action is not None and year.action.contract is not None
        values = self._given(FUNDINGS, row)
        differences: list[Difference] = []
        if draft.stored is None:
            self.fundings.new.append(Funding(action_year=year.instance, funder=draft.funder, **values))
        elif differences := self._apply(FUNDINGS, draft.stored, values):
            self.fundings.changed.append(bumped(draft.stored))
        key = (year.action.contract.code, year.action.reference, year.year, draft.funder.name)
        self._keep(FUNDINGS, row.number, key, draft.stored, differences)

    # --- columns ------------------------------------------------------------------------------------------

    def _given(self, sheet: Sheet, row: Any) -> dict[str, Any]:
        """Field → value of the plain columns that the file has; empty cells give the field's empty value."""
        values = {}
        for column in self._plain[sheet.name]:
            value = getattr(row, column.field)
            if type(value) is not Missing:
                values[column.field] = column.empty if value is None else value
        return values

    def _without_missing(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if not isinstance(value, Missing)}

    def _apply(self, sheet: Sheet, stored: Model | None, values: dict[str, Any]) -> list[Difference]:
        """Set fields of a stored object; the differences that this makes."""
        if stored is None:
            return []
        differences = []
        for name, value in values.items():
            before = getattr(stored, name)
            # A file folds the lines of a text typed on a page: that alone is no change.
            if before != value and not (isinstance(before, str) and squash(before) == value):
                column = next(column for column in sheet.columns if column.field == name)
                differences.append(Difference(column.name, column.write(before), column.write(value)))
                setattr(stored, name, value)
        return differences

    def _relations(
        self, stored: Action | ActionYear | None, objective: int, lead: Organisation
    ) -> list[Difference]:
        """Set the objective and the lead of a stored action or year."""
        if stored is None:
            return []
        differences = []
        if stored.objective_id != objective:
            codes = self._objective_codes
            differences.append(Difference("objectif", codes[stored.objective_id], codes[objective]))
            stored.objective_id = objective
        if stored.lead_id != lead.pk:
            before = self.stored.organisations.by_pk[stored.lead_id]
            differences.append(Difference("pilote", before.name, lead.name))
            stored.lead = lead
        return differences

    def _contact(self, draft: ActionDraft, action: Action) -> list[Difference]:
        """Set the contact person."""
        wanted, before = draft.contact, action.contact_id
        if isinstance(wanted, Missing) or wanted == before:
            return []
        action.contact_id = wanted
        people = self.stored.people
        shown = [(people.address(pk) or people.name(pk)) if pk else None for pk in (before, wanted)]
        return [Difference("contact", *shown)]

    def _continued(self, draft: ActionDraft, action: Action) -> list[Difference]:
        """Set the action that is continued; one that the file creates is set when all actions are made."""
        wanted, before = draft.continues, action.continues_id
        if isinstance(wanted, Missing) or wanted == before:
            return []
        if isinstance(wanted, ActionDraft):
            assert wanted.contract is not None
            self._following.append((action, wanted))
            after: str | None = f"{wanted.contract.code} {wanted.reference}"
        else:
            action.continues_id = wanted
            after = self.stored.continued_label(wanted) if wanted else None
        return [Difference("poursuit", self.stored.continued_label(before) if before else None, after)]

    def _partners(self, draft: ActionDraft, action: Action) -> list[Difference]:
        """Partnerships to add and to end; a stored partner that becomes the lead is no partner any more."""
        by_pk = self.stored.organisations.by_pk
        before = self.stored.partners.get(draft.stored.pk, {}) if draft.stored else {}
        wanted = [by_pk[pk] for pk in before] if isinstance(draft.partners, Missing) else draft.partners
        wanted = [partner for partner in wanted if partner is not draft.lead]
        added = [partner for partner in wanted if partner.pk not in before]
        gone = before.keys() - {partner.pk for partner in wanted}
        self.partnerships.new += [Partnership(action=action, organisation=partner) for partner in added]
        self.partnerships.gone += [before[pk] for pk in gone]
        if draft.stored is None or not (added or gone):
            return []
        names = "; ".join(by_pk[pk].name for pk in before), "; ".join(partner.name for partner in wanted)
        return [Difference("partenaires", *names)]

    def _communes(self, draft: ActionDraft, action: Action) -> list[Difference]:
        """Communes to add and to take away."""
        if isinstance(draft.communes, Missing):
            return []
        before = self.stored.action_communes.get(draft.stored.pk, {}) if draft.stored else {}
        added = [pk for pk in draft.communes if pk not in before]
        gone = before.keys() - set(draft.communes)
        self.communes.new += [ActionCommune(action=action, commune_id=pk) for pk in added]
        self.communes.gone += [before[pk] for pk in gone]
        if draft.stored is None or not (added or gone):
            return []
        codes = self.stored.communes.code
        return [Difference("communes", "; ".join(map(codes, before)), "; ".join(map(codes, draft.communes)))]

    def _keep(
        self,
        sheet: Sheet,
        number: int,
        key: tuple[str | int, ...],
        stored: Model | None,
        differences: Iterable[Difference],
    ) -> None:
        changed = tuple(differences)
        if stored is not None and not changed:
            self.unchanged[sheet.name] += 1
        else:
            self.rows.append(RowChange(sheet.name, number, key, stored is None, changed))


V = TypeVar("V", bound=Versioned)


def bumped(instance: V) -> V:
    """The object with its version raised, as every bulk path must."""
    instance.version += 1
    return instance


def _link(field: str, target: Model | None) -> dict[str, Any]:
    """A foreign key for a new object: by primary key where there is one, at a third of the cost."""
    return {f"{field}_id": target.pk} if target is not None and target.pk else {field: target}


def _plain_columns(sheet: Sheet) -> tuple[Column, ...]:
    """Columns whose value is stored as it is in the field of the same name."""
    special = {"objective", "lead", "partners", "communes", "contact", "continues"}
    special |= {"funder", "target", "value"}
    special |= set(INDICATOR_COLUMNS.values()) if sheet is VALUES else set()
    return tuple(
        column for column in sheet.columns if column.name not in sheet.key and column.field not in special
    )
