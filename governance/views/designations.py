"""Designating, correcting, ending, replacing: one page each, from the composition of a formation."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cops.audit.entering import Entry, enter
from cops.audit.history.saying import say_saved
from cops.lib.french import date_fr, elide
from cops.users.requests import UserRequest
from governance.designations import replace, save_designation
from governance.entering.designations import DesignationForm, EndForm, ReplacementForm
from governance.models import Designation, Formation, SeatRule
from governance.seating import Place, places

administrators_only = permission_required("governance.manage_composition", raise_exception=True)
get_and_post = require_http_methods(["GET", "HEAD", "POST"])


@get_and_post
@administrators_only
def designation_create(request: UserRequest, pk: int) -> HttpResponse:
    """Designate somebody on one of the places of a rule; `?siege=` chooses the place."""
    rule = get_object_or_404(SeatRule.objects.select_related("formation__council"), pk=pk)

    def bind(data: QueryDict | None) -> DesignationForm:
        locked = _locked_rule(pk)
        offered = places(locked)
        return DesignationForm(
            data,
            rule=locked,
            places=offered,
            titulars=_titulars(offered),
            instance=Designation(),
            may_write=request.method == "POST",
            initial={"place": _first_vacant(request, offered), "starts_on": timezone.localdate()},
        )

    def save(form: DesignationForm) -> str:
        designation: Designation = form.instance
        _warn(request, save_designation(designation, by=request.user))
        messages.success(request, f"{designation.person} est désigné : {_days(designation)}.")
        return composition_address(rule.formation)

    entry = enter(request, bind=bind, save=save)
    return answer(
        request, entry, formation=rule.formation, title="Désigner", lead=rule.label, submit="Désigner"
    )


@get_and_post
@administrators_only
def designation_edit(request: UserRequest, pk: int) -> HttpResponse:
    """Correct what was noted of a mandate."""
    shown = _designation(pk)

    def bind(data: QueryDict | None) -> DesignationForm:
        mandate = _loaded(shown)
        return DesignationForm(
            data, rule=mandate.seat.rule, instance=mandate, may_write=request.method == "POST"
        )

    def save(form: DesignationForm) -> str:
        if form.is_altered:
            _warn(request, save_designation(form.instance, by=request.user))
            say_saved(
                request,
                f"La désignation {elide('de', str(form.instance.person))} est enregistrée.",
                of=form.instance,
            )
        else:
            messages.info(request, "Rien n’a changé.")
        return composition_address(shown.seat.rule.formation)

    entry = enter(request, bind=bind, save=save)
    return _answer(request, entry, shown, "Corriger la désignation", "Enregistrer")


@get_and_post
@administrators_only
def designation_end(request: UserRequest, pk: int) -> HttpResponse:
    """Say a mandate's last day."""
    shown = _designation(pk)

    def bind(data: QueryDict | None) -> EndForm:
        return EndForm(data, instance=_loaded(shown))

    def save(form: EndForm) -> str:
        save_designation(form.instance, by=request.user)
        last = date_fr(form.cleaned_data["ends_on"])
        say_saved(
            request,
            f"Le mandat {elide('de', str(form.instance.person))} prend fin le {last}.",
            of=form.instance,
        )
        return composition_address(shown.seat.rule.formation)

    entry = enter(request, bind=bind, save=save)
    return _answer(request, entry, shown, "Mettre fin au mandat", "Mettre fin")


@get_and_post
@administrators_only
def designation_replace(request: UserRequest, pk: int) -> HttpResponse:
    """Hand a mandate on in one step."""
    shown = _designation(pk)

    def bind(data: QueryDict | None) -> ReplacementForm:
        return ReplacementForm(data, old=_loaded(shown), may_write=request.method == "POST")

    def save(form: ReplacementForm) -> str:
        _warn(request, replace(form.old, form.instance, by=request.user))
        messages.success(
            request, f"{form.instance.person} remplace {form.old.person} : {_days(form.instance)}."
        )
        return composition_address(shown.seat.rule.formation)

    entry = enter(request, bind=bind, save=save)
    return _answer(request, entry, shown, "Remplacer", "Remplacer")


# --- what the pages share -----------------------------------------------------------------------------------


def composition_address(formation: Formation) -> str:
    return reverse("formation_manage", args=[formation.code])


def answer(
    request: UserRequest,
    entry: Entry[Any],
    *,
    formation: Formation,
    title: str,
    lead: str,
    submit: str,
    **more: Any,
) -> HttpResponse:
    """The page of one form about a formation, or where it went on to."""
    if entry.address:
        return redirect(entry.address)
    context = {
        "entry": entry,
        "form": entry.form,
        "formation": formation,
        "title": title,
        "lead": lead,
        "submit": submit,
        "back_url": more.pop("back_url", "") or composition_address(formation),
        "back_label": more.pop("back_label", "Composition"),
        "lists": [
            found
            for name in ("people", "organisations")
            if (found := getattr(entry.form, name, None)) is not None
        ],
    }
    return render(request, "governance/formation_entry.html", context | more)


def _answer(
    request: UserRequest, entry: Entry[Any], mandate: Designation, title: str, submit: str
) -> HttpResponse:
    seat = mandate.seat
    where = seat.commune.name if seat.commune else seat.rule.label
    lead = f"{mandate.person}, {mandate.get_quality_display().lower()} – {where} : {_days(mandate)}."
    return answer(request, entry, formation=seat.rule.formation, title=title, lead=lead, submit=submit)


def _designations() -> Any:
    return Designation.objects.select_related(
        "seat__rule__formation__council", "seat__commune", "person", "organisation"
    )


def _designation(pk: int) -> Designation:
    mandate: Designation = get_object_or_404(_designations(), pk=pk)
    return mandate


def _loaded(shown: Designation) -> Designation:
    """The mandate; while it is saved its rule is locked, so that nobody else changes who sits there."""
    _locked_rule(shown.seat.rule_id)
    mandate: Designation = get_object_or_404(_designations(), pk=shown.pk)
    return mandate


def _locked_rule(pk: int) -> SeatRule:
    rules = SeatRule.objects.select_related("formation__council")
    if connection.in_atomic_block:
        rules = rules.select_for_update(of=("self",))
    rule: SeatRule = get_object_or_404(rules, pk=pk)
    return rule


def _titulars(offered: list[Place]) -> dict[str, str]:
    """Who is titular today, by place; one query."""
    seats = {place.seat.pk: place.key for place in offered if place.seat}
    rows = Designation.objects.in_force(timezone.localdate()).select_related("person")
    rows = rows.filter(seat__in=seats, quality=Designation.Quality.TITULAR)
    return {seats[row.seat_id]: str(row.person) for row in rows}


def _first_vacant(request: UserRequest, offered: list[Place]) -> str:
    asked = request.GET.get("siege", "")
    if any(place.key == asked for place in offered):
        return asked
    held = _titulars(offered)
    return next((place.key for place in offered if place.key not in held), offered[0].key if offered else "")


def _warn(request: UserRequest, warnings: list[str]) -> None:
    for text in warnings:
        messages.warning(request, text)


def _days(mandate: Designation) -> str:
    return mandate.period.french
