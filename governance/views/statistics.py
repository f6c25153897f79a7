"""Attendance of a formation over a period: the page, and the same as a file."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cops.audit.models import Event
from cops.lib.exports import FORMS, download
from cops.lib.forms import day_field
from cops.lib.french import date_fr
from cops.lib.tables import Cell, Table
from cops.users.requests import UserRequest
from governance.access import reads_attendance
from governance.models import Formation
from governance.statistics import Attended, attendance_of
from governance.views.councils import readable_formation

for_readers = permission_required("governance.view_composition", raise_exception=True)
HEADINGS = [
    "Par",
    "Libellé",
    "Précision",
    "Réunions",
    "Présent",
    "Représenté",
    "Excusé",
    "Absent",
    "Non pointé",
]


class PeriodForm(forms.Form):
    """The days from `du` to `au`, both included; the current year where the address says nothing."""

    du = day_field(label="Du")
    au = day_field(label="Au")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"

    def clean(self) -> None:
        since, until = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if since and until and until < since:
            self.add_error("au", "La période finit avant de commencer.")

    def period(self, today: date) -> tuple[date, date]:
        """What is asked for; the year where nothing, or nothing readable, is."""
        asked = self.cleaned_data if self.is_bound and self.is_valid() else {}
        until = asked.get("au") or date(today.year, 12, 31)
        return asked.get("du") or date(until.year, 1, 1), until


def _formation(request: UserRequest, code: str) -> Formation:
    """A formation on which the reader sits today (the service reads all), and not confidential; else 404."""
    formation = readable_formation(request, code)
    if not reads_attendance(request.user, formation):
        raise Http404
    return formation


def _period(request: UserRequest) -> tuple[PeriodForm, date, date]:
    today = timezone.localdate()
    initial = {"du": date(today.year, 1, 1), "au": date(today.year, 12, 31)}
    form = PeriodForm(request.GET if {"du", "au"} & set(request.GET) else None, initial=initial)
    return form, *form.period(today)


@require_safe
@for_readers
def attendance_statistics(request: UserRequest, code: str) -> HttpResponse:
    """Seats and organisations with how often they came."""
    formation = _formation(request, code)
    form, since, until = _period(request)
    query = f"?du={since.isoformat()}&au={until.isoformat()}"
    context = {
        "accepted": [*form.fields],
        "formation": formation,
        "form": form,
        "since": since,
        "until": until,
        "statistics": attendance_of(formation, since, until),
        "export_links": [
            (kind.label, reverse("attendance_statistics_export", args=[code, name]) + query)
            for name, kind in FORMS.items()
        ],
    }
    return render(request, "governance/attendance_statistics.html", context)


@require_safe
@for_readers
def attendance_statistics_export(request: UserRequest, code: str, form: str) -> HttpResponse:
    """Both tables as one sheet."""
    if form not in FORMS:
        raise Http404
    formation = _formation(request, code)
    _, since, until = _period(request)
    found = attendance_of(formation, since, until)
    rows = [_cells("siège", row) for row in found.seats]
    rows += [_cells("organisme", row) for row in found.organisations]
    Event.record(
        Event.Action.EXPORTED,
        actor=request.user,
        summary=f"Présences de « {formation} » du {date_fr(since)} au {date_fr(until)} (.{form})",
        subject=formation,
    )
    widths = [12, 45, 40, *[None] * 6, None]
    headings = [*HEADINGS, "Taux de participation (%)"]
    stem = f"presences-{code}-{since.isoformat()}-{until.isoformat()}"
    return download(Table("Présences", headings, rows, widths), form, stem)


def _cells(by: str, row: Attended) -> list[Cell]:
    rate = None if row.rate is None else (row.rate * 100).quantize(Decimal("0.1"))
    figures = (row.meetings, row.present, row.represented, row.excused, row.absent, row.unknown)
    return [by, row.label, row.note, *figures, rate]
