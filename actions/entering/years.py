"""The years of an action as one table."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from actions.entering.totals import TOTALS, typed_totals
from actions.fields import AmountField, CountField, YearField
from actions.models import Action, ActionYear, Programme, Reason, Status
from actions.soundness import (
    SpanFault,
    allowed_when_adopted,
    known_period,
    objective_days,
    objective_message,
    span_fault,
    span_message,
)
from contracts.plan import Timeline
from cops.audit.conflicts import comparable, shown
from cops.audit.entering import STEP
from cops.audit.rows import EntryRows, RowForm
from cops.lib.forms import whole_number
from cops.lib.french import number

CARRY = "carry"


@dataclass(frozen=True, slots=True)
class YearsContext:
    """What the rules of an action's years read besides the years."""

    action: Action
    plan: Timeline
    adopted: Collection[int]  # years whose programme is adopted


class YesNoField(forms.TypedChoiceField):
    """« oui » or « non »."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("True", "oui"), ("False", "non")]
        super().__init__(choices=choices, coerce=lambda text: text == "True", **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial) != str(data)


class YearForm(RowForm):
    """An action in one year. The planned figures of an adopted programme are shown and do not change."""

    year = YearField(label="Année", required=True, error_messages={"required": "Indiquez l’année."})
    is_planned = YesNoField(label="Prévue")
    status = forms.ChoiceField(
        label="Statut", required=False, choices=[("", "non renseigné"), *Status.choices]
    )
    reason = forms.ChoiceField(
        label="Motif d’écart", required=False, choices=[("", "aucun"), *Reason.choices]
    )
    planned_budget = AmountField(label="Budget prévu (€)")
    actual_cost = AmountField(label="Coût réel (€)")
    planned_count = CountField(label="Quantité prévue")
    actual_count = CountField(label="Quantité réalisée")

    key_field = "year"
    constraint_fields = {
        "actions_actionyear_unique": "year",
        "actions_actionyear_reason_with_status": "reason",
        "actions_actionyear_other_needs_comment": "comment",
    }
    also_validated = ("action",)

    class Meta:
        model = ActionYear
        fields = [
            "year",
            "is_planned",
            "status",
            "reason",
            "comment",
            "planned_budget",
            "actual_cost",
            "planned_count",
            "actual_count",
            "impact",
        ]
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("comment", "impact")}

    def __init__(self, data: Any, *, instance: ActionYear | None, context: YearsContext, prefix: str) -> None:
        action = context.action
        row = instance or ActionYear(action=action, objective_id=action.objective_id, lead_id=action.lead_id)
        super().__init__(data, instance=row, prefix=prefix)
        self.context = context
        self.is_locked = False
        if instance is not None:
            self.fields["year"].disabled = True
            self.is_locked = instance.year in context.adopted
            self._allowed = allowed_when_adopted(instance)
        if self.is_locked:
            for name in self._allowed:
                self.fields[name].disabled = True

    def empty_values(self) -> dict[str, Any]:
        return super().empty_values() | {"is_planned": True}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        year = self.cleaned_data.get("year")
        if self.is_removed or year is None:
            return cleaned
        self._check_span(year)
        if self.is_locked:
            self._check_locked(year)
        elif self.is_new and year in self.context.adopted:
            self._check_added(year)
        return cleaned

    def _check_span(self, year: int) -> None:
        """A stored year keeps its year and objective in this table: what is wrong with them is only said."""
        if fault := self._span_fault(year):
            if self.is_new:
                self.add_error("year", fault)
            else:
                self.remarks.append(fault)

    def _span_fault(self, year: int) -> str:
        """Why the year cannot be, in French; empty if it can."""
        action, plan = self.context.action, self.context.plan
        period = known_period(action.starts_on, action.ends_on)
        in_force = objective_days(plan, self.instance.objective_id)
        fault = span_fault(plan.days_in_year(year), in_force, period)
        if fault == SpanFault.YEAR:
            return span_message(plan, action.contract.code, year, period)
        return objective_message(year) if fault else ""

    @property
    def worth_knowing(self) -> str:
        """What is wrong with the year as it is stored, whoever looks at it; it holds nobody up."""
        return "" if self.is_new else self._span_fault(self.instance.year)

    def _check_locked(self, year: int) -> None:
        """Tell whoever typed planned figures before the programme was adopted that they do not count."""
        for name, allowed in self._allowed.items():
            typed = self.data.get(self.add_prefix(name))
            if typed is not None and comparable(self._typed(name)) != comparable(allowed):
                message = f"Le programme de {year} est adopté : {shown(self.fields[name], allowed)} reste, "
                self.add_error(name, f"{message}votre saisie « {typed} » n’est pas enregistrée.")

    def _check_added(self, year: int) -> None:
        for name, allowed in allowed_when_adopted(None).items():
            if name in self.cleaned_data and self.cleaned_data[name] != allowed:
                self.add_error(
                    name,
                    f"Le programme de {year} est adopté : une année ajoutée n’y est pas prévue ; choisissez "
                    "« non »."
                    if name == "is_planned"
                    else f"Le programme de {year} est adopté : laissez vide ce qui est prévu.",
                )


class YearRows(EntryRows[YearForm]):
    """All years of an action; a step adds a blank row, or one that carries the last year's plan on."""

    def __init__(self, data: Any, *, context: YearsContext) -> None:
        stored = list(_stored(context.action))
        super().__init__(
            data,
            prefix="years",
            stored=stored,
            make=lambda data, prefix, row: YearForm(data, instance=row, context=context, prefix=prefix),
            blank=1 if stored else 3,
        )
        self.context = context
        if self.is_step and self.data[STEP] != TOTALS:
            self.add(self._carried() if self.data[STEP] == CARRY else None)

    def is_valid(self) -> bool:
        return super().is_valid() and self._may_remove()

    def _may_remove(self) -> bool:
        """A year of an adopted programme stays."""
        kept = [row for row in self.bound_rows if row.is_removed and row.is_locked]
        for row in kept:
            row.add_error("remove", "Le programme de cette année est adopté : elle ne se retire plus.")
        return not kept

    @property
    def totals(self) -> dict[str, Decimal | None]:
        return typed_totals(self.rows, ("planned_budget", "actual_cost"))

    def _carried(self) -> dict[str, str]:
        """What the latest year plans, for the year after it."""
        years = {str(row["year"].value()): row for row in self.filled_rows}
        latest = max((text for text in years if whole_number(text)), key=int, default=None)
        if latest is None:
            return {}
        figures = {name: years[latest][name].value() for name in ("planned_budget", "planned_count")}
        return {"year": str(int(latest) + 1), "is_planned": "True"} | {
            name: value if isinstance(value, str) else number(value)
            for name, value in figures.items()
            if value is not None
        }


def _stored(action: Action) -> QuerySet[ActionYear]:
    return ActionYear.objects.filter(action=action).select_related("objective", "lead").order_by("year")


def years_context(action: Action, plan: Timeline) -> YearsContext:
    adopted = Programme.objects.filter(contract=action.contract_id).values_list("year", flat=True)
    return YearsContext(action, plan, set(adopted))
