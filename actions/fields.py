"""Form fields that read figures as the workbook does: « 1 234,50 € », « 12 % », « 2012 »."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from actions.workbook.cells import CellFault, Percentage
from actions.workbook.sheets import VALUES, YEARS, Sheet
from cops.lib.french import number


class FigureField(forms.Field):
    """A figure typed the French way, read by the parser of a workbook's column; None if empty."""

    widget = forms.TextInput

    def __init__(self, sheet: Sheet, column: str, **kwargs: Any) -> None:
        super().__init__(**{"required": False} | kwargs)
        self.parse: Callable[[Any], Any] = next(one.parse for one in sheet.columns if one.name == column)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return self.parse(text)
        except CellFault as fault:
            raise ValidationError(str(fault)) from fault

    def prepare_value(self, value: Any) -> Any:
        return number(value) if isinstance(value, int | Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != self.to_python(self.prepare_value(initial)))
        except ValidationError:
            return True


class AmountField(FigureField):
    """Euros, at most two decimals, not negative; shown with two where there are cents."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(YEARS, "budget_prevu", **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        return number(value, 0 if value == value.to_integral_value() else 2)


class CountField(FigureField):
    """A whole number, not negative."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(YEARS, "quantite_prevue", **kwargs)


class YearField(FigureField):
    """A year in four digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(YEARS, "annee", **kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "maxlength": "4", "size": "4"}

    def prepare_value(self, value: Any) -> Any:
        return value if value is None else str(value)


class MeasureField(FigureField):
    """A target, value or baseline; `unit` gives its indicator’s unit, which must be % for percentages."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(VALUES, "valeur", **kwargs)
        self.unit: Callable[[], str] = lambda: ""

    def to_python(self, value: Any) -> Decimal | None:
        measure = super().to_python(value)
        if not isinstance(measure, Percentage):
            return measure
        if self.unit() != "%":
            raise ValidationError("Nombre sans pourcentage attendu, l’unité n’étant pas « % ».")
        return measure.value
