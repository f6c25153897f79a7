"""The roster of a formation as a file and as a PDF, and read back from a file."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cops.audit.models import Event, ImportBatch
from cops.documents.asking import TooManyRenderings, ask_for
from cops.lib.exports import FORMS, download, table_of
from cops.lib.forms import asked_day
from cops.lib.tables import Table
from cops.users.requests import UserRequest
from governance.composition import CouncilNotCreatedError
from governance.entering.roster import RosterForm
from governance.models import Formation
from governance.resources import (
    CATEGORY,
    COMMUNE,
    QUALITY,
    SEAT,
    RosterResource,
    RosterWithContactsResource,
)
from governance.roster import RosterRow, roster_rows, subject_of_roster
from governance.roster_batches import Confirmation, confirm, formation_of, receive
from governance.roster_import import COLUMNS, REQUIRED
from governance.views.councils import readable_formation
from governance.views.designations import administrators_only, get_and_post

LINES_SHOWN = 500

for_readers = permission_required("governance.view_composition", raise_exception=True)


@require_safe
@for_readers
def roster_export(request: UserRequest, code: str, form: str) -> HttpResponse:
    """Who sits on the day of the address, noted in the journal; contacts are for the service."""
    if form not in FORMS:
        raise Http404
    formation = readable_formation(request, code)
    _, on = asked_day(request.GET, timezone.localdate())
    try:
        rows = roster_rows(formation, on)
    except CouncilNotCreatedError as error:
        messages.warning(request, str(error))
        return redirect(_page(formation, on))
    resource = RosterWithContactsResource() if request.user.is_staff_member else RosterResource()
    Event.record(
        Event.Action.EXPORTED,
        actor=request.user,
        summary=f"Composition de {formation} au {on:%d/%m/%Y} (.{form}), lignes : {len(rows)}",
        subject=formation,
        rows=len(rows),
    )
    table = table_of(resource, rows, name="Composition", widths=resource.WIDTHS)
    return download(table, form, f"composition-{code}-{on:%Y-%m-%d}")


@require_POST
@for_readers
def roster_pdf(request: UserRequest, code: str) -> HttpResponse:
    """Ask for the PDF of that day, then wait for it on its page."""
    formation = readable_formation(request, code)
    _, on = asked_day(request.GET, timezone.localdate())
    try:
        rendering = ask_for(subject_of_roster(formation, on), by=request.user)
    except TooManyRenderings as error:
        messages.warning(request, str(error))
        return redirect(_page(formation, on))
    return redirect("rendering_detail", rendering.pk)


def _page(formation: Formation, on: date) -> str:
    return f"{reverse('formation_detail', args=[formation.code])}?le={on.isoformat()}"


# --- importing ----------------------------------------------------------------------------------------------

SAID = {
    Confirmation.ALREADY_APPLIED: "Cet import était déjà fait ; il ne l’a pas été deux fois.",
    Confirmation.PLAN_CHANGED: (
        "Les données ont changé depuis l’aperçu : rien n’a été importé. Relisez ce nouvel aperçu avant de "
        "confirmer."
    ),
}


@get_and_post
@administrators_only
def roster_import(request: UserRequest, code: str) -> HttpResponse:
    """Send a roster; it is checked at once and nothing is imported yet."""
    formation = readable_formation(request, code)
    is_sent = request.method == "POST"
    form = RosterForm(*([request.POST, request.FILES] if is_sent else []))
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        batch = receive(file.read(), file.name, formation=formation, user=request.user)
        return redirect("roster_preview", pk=batch.pk)
    context = {"formation": formation, "form": form, "columns": COLUMNS, "required": REQUIRED}
    return render(request, "governance/roster_import.html", context)


@get_and_post
def roster_preview(request: UserRequest, pk: int) -> HttpResponse:
    """What an import would do, or its faults, or what it did; POST confirms it."""
    batches = ImportBatch.objects.rosters_visible_to(request.user).select_related("created_by")
    batch = get_object_or_404(batches.defer("content"), pk=pk)
    if request.method == "POST":
        done = confirm(batch, seen=request.POST.get("seen", ""), user=request.user)
        if done in SAID:
            messages.warning(request, SAID[done])
        return redirect("roster_preview", pk=pk)
    outcome = batch.outcome
    context = {
        "batch": batch,
        "formation": formation_of(batch),
        "outcome": outcome,
        "faults": outcome["faults"][:LINES_SHOWN],
        "warnings": outcome.get("warnings", [])[:LINES_SHOWN],
        "created": outcome["created"][:LINES_SHOWN],
        "changed": outcome["changed"][:LINES_SHOWN],
        "shown": LINES_SHOWN,
    }
    return render(request, "governance/roster_preview.html", context)


@require_safe
@administrators_only
def roster_template(request: UserRequest, code: str) -> HttpResponse:
    """A file to fill in: the columns, and every vacant place of today with its seat."""
    formation = readable_formation(request, code)
    form = request.GET.get("format", "xlsx")
    if form not in FORMS:
        raise Http404
    rows = [_blank(row) for row in roster_rows(formation, timezone.localdate()) if row.designation is None]
    table = Table(
        "Composition", COLUMNS, rows, [RosterWithContactsResource.WIDTHS.get(one) for one in COLUMNS]
    )
    return download(table, form, f"modele-composition-{code}")


def _blank(row: RosterRow) -> list[str | None]:
    filled = {
        SEAT: row.entry.rule_label,
        COMMUNE: row.entry.label if row.entry.commune_pk else "",
        CATEGORY: row.entry.category,
        QUALITY: "Titulaire",
    }
    return [filled.get(column) for column in COLUMNS]
