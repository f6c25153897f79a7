"""Pages of the communes: their list on a day, and entering them with their time in the agglomeration."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import connection, transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cops.audit.entering import Entry, enter
from cops.lib.forms import asked_day
from cops.users.requests import UserRequest
from governance import communes as services
from governance.entering.communes import CommuneEntry
from governance.models import Commune, CommuneMembership
from governance.references import StillReferredToError, references, refusal

readers_only = permission_required("governance.view_composition", raise_exception=True)
administrators_only = permission_required("governance.change_communes", raise_exception=True)
get_and_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@readers_only
def commune_list(request: UserRequest) -> HttpResponse:
    """The communes with their time in the agglomeration, and which are members on the day asked for."""
    form, on = asked_day(request.GET, timezone.localdate())
    territory = services.territory(on)
    zones = CommuneMembership.Zone
    context = {
        "territory": territory,
        "zones": [(zone.label, territory.in_zone(zone)) for zone in zones],
        "accepted": [*form.fields],
        "day_form": form,
        "on": on,
        "may_edit": request.user.has_perm("governance.change_communes"),
    }
    return render(request, "governance/commune_list.html", context)


@get_and_post
@administrators_only
def commune_create(request: UserRequest) -> HttpResponse:
    """A new commune with its memberships."""
    entry = enter(
        request,
        bind=lambda data: CommuneEntry(data, commune=Commune()),
        save=lambda form: _save(request, form),
    )
    return _answer(request, entry, {"commune": None})


@get_and_post
@administrators_only
def commune_edit(request: UserRequest, pk: int) -> HttpResponse:
    """A commune with its memberships."""

    def bind(data: QueryDict | None) -> CommuneEntry:
        return CommuneEntry(data, commune=_loaded(pk))

    entry = enter(request, bind=bind, save=lambda form: _save(request, form))
    return _answer(request, entry, {"commune": get_object_or_404(Commune, pk=pk)})


def _save(request: UserRequest, form: CommuneEntry) -> str:
    commune, rows = form.commune.instance, form.memberships
    if form.is_altered:
        services.save_commune(
            commune,
            is_altered=form.commune.is_altered,
            saved=[row.instance for row in rows.altered_rows],
            removed=rows.removed,
            by=request.user,
        )
        messages.success(request, f"La commune « {commune} » est enregistrée.")
    else:
        messages.info(request, "Rien n’a changé.")
    return reverse("commune_list")


@get_and_post
@administrators_only
def commune_delete(request: UserRequest, pk: int) -> HttpResponse:
    """Delete a commune that nothing names; else say what does."""
    commune = get_object_or_404(Commune, pk=pk)
    if request.method == "POST":
        try:
            with transaction.atomic():
                services.delete_commune(_loaded(pk), by=request.user)
        except StillReferredToError as error:
            messages.error(request, str(error))
            return redirect("commune_edit", pk)
        messages.success(request, f"La commune « {commune} » est supprimée.")
        return redirect("commune_list")
    found = references(commune, own=services.OWN)
    context = {
        "commune": commune,
        "refusal": refusal(commune, found) if found else "",
        "back_url": reverse("commune_edit", args=[pk]),
        "back_label": "Revenir à la commune",
    }
    return render(request, "governance/commune_delete.html", context)


def _loaded(pk: int) -> Commune:
    """The commune; locked while it is saved, so that its memberships stay as they were checked."""
    communes = Commune.objects.all()
    if connection.in_atomic_block:
        communes = communes.select_for_update()
    commune: Commune = get_object_or_404(communes, pk=pk)
    return commune


def _answer(request: UserRequest, entry: Entry[Any], context: dict[str, Any]) -> HttpResponse:
    if entry.address:
        return redirect(entry.address)
    shown = {"entry": entry, "form": entry.form.commune, "rows": entry.form.memberships}
    return render(request, "governance/commune_entering.html", context | shown)
