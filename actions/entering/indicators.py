"""The indicators of an action with their targets and values year by year."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms.utils import ErrorDict

from actions.fields import MeasureField
from actions.models import Action, ActionYear, Indicator, IndicatorValue, Programme
from actions.services import EnteredIndicator
from cops.audit.conflicts import VersionedForm, comparable, shown
from cops.audit.entering import STEP
from cops.audit.rows import EntryRows, RowForm
from cops.lib.forms import LineField
from cops.lib.french import exact_key, squash


@dataclass(frozen=True, slots=True)
class IndicatorsContext:
    """What the form of an indicator reads besides it."""

    action: Action
    years: Sequence[ActionYear]
    values: Mapping[tuple[int, int], IndicatorValue]  # by indicator and action-year
    adopted: Collection[int]  # years whose programme is adopted


class ValueForm(VersionedForm):
    """Target and value of an indicator in one year; the target of an adopted programme stays as it is."""

    target = MeasureField(label="Cible")
    value = MeasureField(label="Valeur")

    class Meta:
        model = IndicatorValue
        fields = ["target", "value"]

    def __init__(
        self,
        data: Any,
        *,
        instance: IndicatorValue | None,
        year: ActionYear,
        is_adopted: bool,
        parent: "IndicatorForm",
    ) -> None:
        prefix = f"{parent.prefix}-y{year.year}"
        super().__init__(data, instance=instance or IndicatorValue(action_year=year), prefix=prefix)
        self.initial["version"] = self.loaded_version or 0
        self.parent, self.year, self.is_adopted = parent, year.year, is_adopted
        self.allowed = instance.target if instance else None
        self.use_required_attribute = False
        for name in ("target", "value"):
            field: Any = self.fields[name]
            field.unit = parent.unit_typed
        self.fields["target"].disabled = is_adopted

    @property
    def title(self) -> str:
        return f"{self.parent.title}, {self.year}"

    @property
    def is_written(self) -> bool:
        """Whether a valid form is to be saved: not a blank one that is not stored."""
        if self.loaded_version is not None:
            return self.is_altered
        return any(self.cleaned_data.get(name) is not None for name in ("target", "value"))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        typed = self.data.get(self.add_prefix("target"))
        if self.is_adopted and typed and comparable(self._typed("target")) != comparable(self.allowed):
            stays = (
                f"Le programme de {self.year} est adopté : {shown(self.fields['target'], self.allowed)} reste"
            )
            self.add_error("target", f"{stays}, votre saisie « {typed} » n’est pas enregistrée.")
        return cleaned


class IndicatorForm(RowForm):
    """An indicator with a `ValueForm` for each year of its action."""

    name = LineField(label="Indicateur", max_length=200, error_messages={"required": "Nommez l’indicateur."})
    unit = LineField(label="Unité", max_length=50, required=False)
    baseline = MeasureField(label="Valeur de référence")

    key_field = "name"
    constraint_fields = {"actions_indicator_name_unique": "name"}
    also_validated = ("action",)

    class Meta:
        model = Indicator
        fields = ["name", "nature", "unit", "direction", "baseline"]
        error_messages = {
            "nature": {"required": "Choisissez la nature de l’indicateur."},
            "direction": {"required": "Dites si l’on attend une hausse ou une baisse."},
        }

    def key(self) -> str:
        return exact_key(super().key())

    def __init__(
        self, data: Any, *, instance: Indicator | None, context: IndicatorsContext, prefix: str
    ) -> None:
        super().__init__(data, instance=instance or Indicator(action=context.action), prefix=prefix)
        baseline: Any = self.fields["baseline"]
        baseline.unit = self.unit_typed
        self.values = [self._value(data, year, context) for year in context.years]

    def _value(self, data: Any, year: ActionYear, context: IndicatorsContext) -> ValueForm:
        stored = context.values.get((self.instance.pk, year.pk)) if self.instance.pk else None
        is_shown = data is not None and f"{self.prefix}-y{year.year}-version" in data
        return ValueForm(
            data if is_shown else None,
            instance=stored,
            year=year,
            is_adopted=year.year in context.adopted,
            parent=self,
        )

    def unit_typed(self) -> str:
        return squash(self._posted("unit")) if self.is_bound else str(self.instance.unit)

    @property
    def parts(self) -> Sequence[ValueForm]:
        return self.values

    def has_changed(self) -> bool:
        return super().has_changed() or any(value.is_bound and value.has_changed() for value in self.values)

    def is_valid(self) -> bool:
        if self.is_blank or self.is_removed:
            return super().is_valid()
        return all([super().is_valid(), *(value.is_valid() for value in self.values if value.is_bound)])

    def silence(self) -> None:
        super().silence()
        for value in self.values:
            if value.is_bound:
                value.reconcile()
                value._errors = ErrorDict()

    def entered_indicator(self) -> EnteredIndicator:
        values = tuple(value.instance for value in self.values if value.is_bound and value.is_written)
        return EnteredIndicator(self.instance, self.is_altered, values)


class IndicatorRows(EntryRows[IndicatorForm]):
    """All indicators of an action; a step adds a blank one."""

    def __init__(self, data: Any, *, action: Action) -> None:
        stored = list(Indicator.objects.filter(action=action).order_by("name", "pk"))
        context = _context(action)
        super().__init__(
            data,
            prefix="indicators",
            stored=stored,
            make=lambda data, prefix, row: IndicatorForm(data, instance=row, context=context, prefix=prefix),
            blank=0 if stored else 1,
        )
        self.years = context.years
        self.action = action
        if self.is_step and self.data[STEP]:
            self.add()

    @property
    def entered(self) -> list[EnteredIndicator]:
        """Of valid rows, what is to be written."""
        found = [row.entered_indicator() for row in self.filled_rows if row.is_bound]
        return [one for one in found if one.is_altered or one.values]


def _context(action: Action) -> IndicatorsContext:
    values = IndicatorValue.objects.filter(indicator__action=action).order_by("pk")
    adopted = Programme.objects.filter(contract=action.contract_id).values_list("year", flat=True)
    return IndicatorsContext(
        action,
        list(ActionYear.objects.filter(action=action).order_by("year")),
        {(row.indicator_id, row.action_year_id): row for row in values},
        set(adopted),
    )
