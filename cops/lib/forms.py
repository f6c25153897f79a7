"""Fields that several rooms ask with: a day, a line of text; and a day in the address of a page."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict

from cops.lib.french import squash

WRONG_DAY = "Cette date n’existe pas ou n’est pas écrite JJ/MM/AAAA."

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]


class DayInput(forms.DateInput):
    """The browser's own date field, which knows ISO dates only: what is not a date is not written into it."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        if not isinstance(value, str):
            return value.isoformat() if value else None
        return next((day.isoformat() for format in DAY_FORMATS if (day := _parsed(value, format))), None)


def _parsed(text: str, format: str) -> date | None:
    try:
        return datetime.strptime(text.strip(), format).date()
    except ValueError:
        return None


def day_field(*, required: bool = False, **kwargs: Any) -> forms.DateField:
    """A day, with the browser's own date field."""
    messages = {"invalid": WRONG_DAY} | kwargs.pop("error_messages", {})
    return forms.DateField(
        required=required, input_formats=DAY_FORMATS, widget=DayInput, error_messages=messages, **kwargs
    )


class LineField(forms.CharField):
    """A text of one line: trimmed and its white space folded, as the workbook does."""

    def to_python(self, value: Any) -> str:
        return squash(super().to_python(value) or "")


class DayForm(forms.Form):
    """The day `le` on which a page shows something; sent by GET, so that the page can be bookmarked."""

    le = forms.DateField(
        label="Date",
        required=False,
        input_formats=DAY_FORMATS,
        widget=DayInput(attrs={"class": "form-control"}),
        error_messages={"invalid": WRONG_DAY},
    )


def asked_day(parameters: QueryDict, default: date) -> tuple[DayForm, date]:
    """The form bound to the address, and the day it asks for; `default` where it asks for none or for none
    that exists (the form then says so)."""
    form = DayForm(parameters if "le" in parameters else None, initial={"le": default})
    if form.is_bound and form.is_valid() and form.cleaned_data["le"]:
        return form, form.cleaned_data["le"]
    return form, default
