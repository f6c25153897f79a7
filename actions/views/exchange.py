"""Workbooks in and out: sending, previewing, confirming, and downloading."""

from pathlib import PurePath

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from actions.forms import WorkbookForm
from actions.import_undo import KEPT_SHOWN, Undone, kept_table, undo, undo_outcome
from actions.imports import Confirmation, confirm, faults_table, receive
from actions.workbook import export_workbook
from actions.workbook.sheets import SHEETS
from contracts.models import Contract
from cops.audit.models import Event, ImportBatch
from cops.lib.tables import CSV_TYPE, ODS_TYPE, XLSX_TYPE, Table, write_csv, write_ods, write_xlsx
from cops.users.requests import UserRequest

RECENT = 10
TYPES = {"xlsx": XLSX_TYPE, "ods": ODS_TYPE}

# What the page does not say by itself.
SAID = {
    Confirmation.ALREADY_APPLIED: (
        messages.INFO,
        "Cet import était déjà fait ; il ne l’a pas été deux fois.",
    ),
    Confirmation.PLAN_CHANGED: (
        messages.WARNING,
        "Les données ont changé depuis l’aperçu : rien n’a été importé. Relisez ce nouvel aperçu avant de "
        "confirmer.",
    ),
    Confirmation.CONFLICT: (
        messages.WARNING,
        "Quelqu’un d’autre vient de modifier les mêmes données : rien n’a été importé. Recommencez.",
    ),
}

UNDO_SAID = {
    Undone.DONE: (messages.SUCCESS, "L’import est annulé."),
    Undone.ALREADY: (messages.INFO, "Cet import était déjà annulé ; il ne l’a pas été deux fois."),
    Undone.PLAN_CHANGED: (
        messages.WARNING,
        "Les données ont changé depuis l’aperçu : rien n’a été annulé. Relisez ce nouvel aperçu avant de "
        "confirmer.",
    ),
    Undone.CONFLICT: (
        messages.WARNING,
        "Quelqu’un d’autre vient de modifier les mêmes données : rien n’a été annulé. Recommencez.",
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("actions.import_actions", raise_exception=True)
def import_upload(request: UserRequest) -> HttpResponse:
    """Send a workbook; it is checked at once and nothing is imported yet."""
    is_sent = request.method == "POST"
    form = WorkbookForm(*([request.POST, request.FILES] if is_sent else []), user=request.user)
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        batch = receive(file.read(), file.name, contract=form.cleaned_data["contract"], user=request.user)
        return redirect("import_preview", pk=batch.pk)
    recent = ImportBatch.objects.visible_to(request.user).select_related("created_by").defer("content")
    return render(request, "actions/import_upload.html", {"form": form, "recent": recent[:RECENT]})


@require_http_methods(["GET", "HEAD", "POST"])
def import_preview(request: UserRequest, pk: int) -> HttpResponse:
    """What an import would do, or its faults, or what it did; POST confirms it."""
    batches = (
        ImportBatch.objects.visible_to(request.user)
        .select_related("created_by", "undone_by")
        .defer("content")
    )
    batch = get_object_or_404(batches, pk=pk)
    if request.method == "POST":
        done = confirm(batch, seen=request.POST.get("seen", ""), user=request.user)
        if done in SAID:
            messages.add_message(request, *SAID[done])
        return redirect("import_preview", pk=pk)
    context = {"batch": batch, "outcome": batch.outcome, "kept_shown": f":{KEPT_SHOWN}"}
    return render(request, "actions/import_preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: UserRequest, pk: int) -> HttpResponse:
    """What undoing an import would do; POST does it."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        done = undo(batch, seen=request.POST.get("seen", ""), user=request.user)
        messages.add_message(request, *UNDO_SAID[done])
        back = done in (Undone.DONE, Undone.ALREADY)
        return redirect("import_preview" if back else "import_undo", pk=pk)
    if batch.state != ImportBatch.State.APPLIED:
        return redirect("import_preview", pk=pk)
    context = {"batch": batch, "undo": undo_outcome(batch), "kept_shown": f":{KEPT_SHOWN}"}
    return render(request, "actions/import_undo.html", context)


@require_safe
def import_kept(request: UserRequest, pk: int) -> HttpResponse:
    """The rows that undoing an import keeps (or kept), as CSV."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)
    if batch.applied_at is None:
        raise Http404
    table = kept_table(batch.outcome.get("undo") or undo_outcome(batch))
    return _download(write_csv(table), CSV_TYPE, f"conservees-{PurePath(batch.filename).stem}.csv")


@require_safe
def import_errors(request: UserRequest, pk: int) -> HttpResponse:
    """All faults of a file as CSV."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)
    name = f"erreurs-{PurePath(batch.filename).stem}.csv"
    return _download(write_csv(faults_table(batch)), CSV_TYPE, name)


@require_safe
@permission_required("actions.export_actions", raise_exception=True)
def workbook_export(request: UserRequest, code: str) -> HttpResponse:
    """The workbook of a contract, as `?format=xlsx` (the default) or `ods`."""
    contract = get_object_or_404(Contract.objects.visible_to(request.user), code=code)
    extension = _extension(request)
    content = export_workbook(contract, f".{extension}")
    Event.record(
        Event.Action.EXPORTED,
        actor=request.user,
        subject=contract,
        summary=f"Classeur {contract.code} (.{extension})",
    )
    return _download(content, TYPES[extension], f"{contract.code}.{extension}")


@require_safe
@permission_required("actions.import_actions", raise_exception=True)
def workbook_template(request: UserRequest) -> HttpResponse:
    """An empty workbook: the four sheets with their headings, ready to be filled in."""
    extension = _extension(request)
    tables = [Table(sheet.name, [column.name for column in sheet.columns], []) for sheet in SHEETS]
    content = write_xlsx(tables) if extension == "xlsx" else write_ods(tables)
    return _download(content, TYPES[extension], f"modele-actions.{extension}")


def _extension(request: UserRequest) -> str:
    extension = request.GET.get("format", "xlsx")
    if extension not in TYPES:
        raise Http404
    return extension


def _download(content: bytes, content_type: str, filename: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, filename)}
    return HttpResponse(content, content_type=content_type, headers=headers)
