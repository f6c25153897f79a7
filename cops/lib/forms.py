"""Asking for a day in the address of a page."""

from datetime import date

from django import forms
from django.http import QueryDict


class DayForm(forms.Form):
    """The day `le` on which a page shows something; sent by GET, so that the page can be bookmarked."""

    le = forms.DateField(
        label="Date",
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
        error_messages={"invalid": "Cette date n’existe pas ou n’est pas écrite JJ/MM/AAAA."},
    )


def asked_day(parameters: QueryDict, default: date) -> tuple[DayForm, date]:
    """The form bound to the address, and the day it asks for; `default` where it asks for none or for none
    that exists (the form then says so)."""
    form = DayForm(parameters if "le" in parameters else None, initial={"le": default})
    if form.is_bound and form.is_valid() and form.cleaned_data["le"]:
        return form, form.cleaned_data["le"]
    return form, default
