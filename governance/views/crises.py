"""Pages of the crisis cells: opening one, following it, its logbook, its papers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cops.audit.entering import enter
from cops.documents.asking import TooManyRenderings, ask_for
from cops.users.models import User
from cops.users.requests import UserRequest
from cops.users.sessions import polled
from governance.crises import closing, logbook, report
from governance.crises.alerting import alert, alert_silent
from governance.crises.conveners import holders, own_authority, restricted_formation
from governance.crises.forms import CellForm, EntryForm, GuestsForm, LessonsForm
from governance.crises.logbook import ClosedError
from governance.crises.opening import Call, invite, open_cell
from governance.crises.page import RESERVE, page_of
from governance.models import Commune, CrisisCell, LogEntry

get_and_post = require_http_methods(["GET", "HEAD", "POST"])
readers_only = permission_required("governance.view_composition", raise_exception=True)
openers_only = permission_required("governance.open_crisis_cell", raise_exception=True)
keepers_only = permission_required("governance.keep_logbook", raise_exception=True)
staff_only = permission_required("governance.change_meetings", raise_exception=True)


def _cell(user: User, pk: int) -> CrisisCell:
    cells = CrisisCell.objects.visible_to(user).select_related("meeting__formation__council", "opened_by")
    return get_object_or_404(cells, pk=pk)


def _as_stored(cell: CrisisCell) -> CrisisCell:
    """The cell loaded afresh, for a form that checks what others changed."""
    cell.refresh_from_db(fields=["version", "lessons", "closed_at"])
    return cell


@require_safe
@readers_only
def crisis_list(request: UserRequest) -> HttpResponse:
    """The cells that were opened, the latest first; two queries."""
    communes = Prefetch("communes", Commune.objects.order_by("name"))
    cells = CrisisCell.objects.visible_to(request.user).prefetch_related(communes)
    context = {
        "accepted": [],
        "cells": list(cells),
        "reserve": RESERVE,
        "may_open": request.user.has_perm("governance.open_crisis_cell"),
    }
    return render(request, "governance/crisis_list.html", context)


@get_and_post
@openers_only
def crisis_open(request: UserRequest) -> HttpResponse:
    """A new cell: the restricted formation meets now."""
    formation = restricted_formation()
    known = holders(formation, timezone.localdate()) if formation else {}
    own = "" if request.user.is_staff_member else own_authority(request.user)

    def bind(data: QueryDict | None) -> CellForm:
        return CellForm(data, user=request.user, known=known, own=own)

    def save(form: CellForm) -> str:
        values = dict(form.cleaned_data)
        alerts = values.pop("alerts")
        cell, sent = open_cell(Call(**values), by=request.user, alerts=alerts)
        messages.success(
            request, f"La cellule est ouverte. {sent.french if sent else 'Personne n’est alerté.'}"
        )
        return reverse("crisis_detail", args=[cell.pk])

    try:
        entry = enter(request, bind=bind, save=save)
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
        return redirect("crisis_list")
    if entry.address:
        return redirect(entry.address)
    context = {"entry": entry, "form": entry.form, "reserve": RESERVE, "formation": formation}
    context["refused"] = formation is None
    return render(request, "governance/crisis_open.html", context)


@require_safe
@readers_only
def crisis_detail(request: UserRequest, pk: int) -> HttpResponse:
    """Everything of a cell on one page, for any phone."""
    return render(request, "governance/crisis_detail.html", page_of(_cell(request.user, pk), request.user))


@require_safe
@readers_only
@polled
def crisis_progress(request: UserRequest, pk: int) -> HttpResponse:
    """The part of that page that changes."""
    return render(request, "governance/_crisis_progress.html", page_of(_cell(request.user, pk), request.user))


@get_and_post
@keepers_only
def crisis_entry(request: UserRequest, pk: int) -> HttpResponse:
    """A further line of the logbook."""
    cell = _cell(request.user, pk)
    if not cell.is_open:
        return _refused(request, cell, str(ClosedError(cell)))

    def save(form: EntryForm) -> str:
        logbook.add_entry(cell, by=request.user, **form.cleaned_data)
        messages.success(request, "C’est noté.")
        return reverse("crisis_detail", args=[pk])

    return _entered(request, cell, EntryForm, save, "Noter dans la main courante")


@get_and_post
@keepers_only
def crisis_correction(request: UserRequest, pk: int, entry_pk: int) -> HttpResponse:
    """A line that corrects another, which stays as it is."""
    cell = _cell(request.user, pk)
    corrected = get_object_or_404(
        LogEntry.objects.select_related("corrects", "author"), cell=cell, pk=entry_pk
    )

    def bind(data: QueryDict | None) -> EntryForm:
        return EntryForm(data, is_correction=True)

    def save(form: EntryForm) -> str:
        kind = LogEntry.Kind.CORRECTION
        logbook.add_entry(cell, kind=kind, by=request.user, corrects=corrected, **form.cleaned_data)
        messages.success(request, "La rectification est notée ; la ligne d’origine reste lisible.")
        return reverse("crisis_detail", args=[pk])

    return _entered(request, cell, bind, save, "Rectifier une ligne", corrected=corrected)


def _entered(
    request: UserRequest, cell: CrisisCell, bind: Any, save: Any, title: str, **more: Any
) -> HttpResponse:
    try:
        entry = enter(request, bind=bind, save=save)
    except ClosedError as error:
        return _refused(request, cell, str(error))
    if entry.address:
        return redirect(entry.address)
    context = {
        "cell": cell,
        "entry": entry,
        "form": entry.form,
        "page_title": title,
        "corrected": None,
        "submit": "Enregistrer",
    } | more
    return render(request, "governance/crisis_form.html", context)


def _refused(request: UserRequest, cell: CrisisCell, reason: str) -> HttpResponse:
    messages.warning(request, reason)
    return redirect("crisis_detail", cell.pk)


@get_and_post
@keepers_only
def crisis_alert(request: UserRequest, pk: int) -> HttpResponse:
    """Invite people to an open cell and alert them, or alert again those who have not answered."""
    cell = _cell(request.user, pk)
    if not cell.is_open:
        return _refused(request, cell, str(ClosedError(cell)))
    if request.method == "POST" and "silent" in request.POST:
        sent = alert_silent(cell, by=request.user)
        messages.success(request, sent.french if sent else "Chacun a répondu ou vient d’être alerté.")
        return redirect("crisis_detail", pk)

    def bind(data: QueryDict | None) -> GuestsForm:
        return GuestsForm(data, user=request.user)

    def save(form: GuestsForm) -> str:
        rows = invite(cell, form.cleaned_data["guests"])
        if rows:
            messages.success(request, alert(cell, by=request.user, only=rows).french)
        else:
            messages.info(request, "Ces personnes sont déjà de la cellule.")
        return reverse("crisis_detail", args=[pk])

    return _entered(request, cell, bind, save, "Inviter et alerter")


@get_and_post
@keepers_only
def crisis_close(request: UserRequest, pk: int) -> HttpResponse:
    """Close the cell; its lessons may be written now or later."""
    cell = _cell(request.user, pk)

    def bind(data: QueryDict | None) -> LessonsForm:
        return LessonsForm(data, instance=_as_stored(cell))

    def save(form: LessonsForm) -> str:
        closing.close(form.instance, by=request.user)
        messages.success(request, "La cellule est close.")
        return reverse("crisis_detail", args=[pk])

    if not cell.is_open:
        return _refused(request, cell, str(ClosedError(cell)))
    return _entered(request, cell, bind, save, "Clore la cellule de crise", submit="Clore la cellule")


@get_and_post
@keepers_only
def crisis_lessons(request: UserRequest, pk: int) -> HttpResponse:
    """What is learned, during the cell or after it."""
    cell = _cell(request.user, pk)

    def bind(data: QueryDict | None) -> LessonsForm:
        return LessonsForm(data, instance=_as_stored(cell))

    def save(form: LessonsForm) -> str:
        form.save()
        messages.success(request, "Les enseignements sont enregistrés.")
        return reverse("crisis_detail", args=[pk])

    return _entered(request, cell, bind, save, "Enseignements")


@require_POST
@staff_only
def crisis_calls(request: UserRequest, pk: int) -> HttpResponse:
    """Have the call list printed."""
    return _asked(request, _cell(request.user, pk), report.CALLS)


@require_POST
@readers_only
def crisis_report(request: UserRequest, pk: int) -> HttpResponse:
    """Have the whole course of the cell printed."""
    return _asked(request, _cell(request.user, pk), report.REPORT)


def _asked(request: UserRequest, cell: CrisisCell, word: str) -> HttpResponse:
    try:
        rendering = ask_for(f"{word}/{cell.pk}", by=request.user)
    except TooManyRenderings as error:
        return _refused(request, cell, str(error))
    return redirect("rendering_detail", rendering.pk)
