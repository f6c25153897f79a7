"""Entering organisations: what they are, their names over time."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import connection, transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cops.audit.entering import Entry, enter
from cops.audit.history.saying import say_saved
from cops.users.requests import UserRequest
from governance import organisations as services
from governance.entering.organisations import NameRows, OrganisationForm, RenamingForm
from governance.models import Organisation
from governance.references import StillReferredToError, references, refusal

editors_only = permission_required("governance.change_organisations", raise_exception=True)
get_and_post = require_http_methods(["GET", "HEAD", "POST"])

PARTS = {
    "organisation_edit": "Fiche",
    "organisation_rename": "Changer de nom",
    "organisation_names": "Anciens noms et graphies",
}


@get_and_post
@editors_only
def organisation_create(request: UserRequest) -> HttpResponse:
    """A new organisation."""

    def save(form: OrganisationForm) -> str:
        organisation: Organisation = form.instance
        services.save_organisation(organisation, by=request.user)
        messages.success(request, f"L’organisme « {organisation} » est créé.")
        return reverse("organisation_detail", args=[organisation.pk])

    entry = enter(request, bind=lambda data: OrganisationForm(data, instance=Organisation()), save=save)
    return _answer(request, entry, "governance/organisation_create.html", {})


@get_and_post
@editors_only
def organisation_edit(request: UserRequest, pk: int) -> HttpResponse:
    """What an organisation is."""

    def bind(data: QueryDict | None) -> OrganisationForm:
        return OrganisationForm(data, instance=_loaded(request, pk))

    def save(form: OrganisationForm) -> str:
        if form.is_altered:
            services.save_organisation(form.instance, by=request.user)
            say_saved(request, f"L’organisme « {form.instance} » est enregistré.", of=form.instance)
        else:
            messages.info(request, "Rien n’a changé : l’organisme reste comme il est.")
        return reverse("organisation_detail", args=[pk])

    return _part(request, pk, enter(request, bind=bind, save=save), "organisation_edit")


@get_and_post
@editors_only
def organisation_rename(request: UserRequest, pk: int) -> HttpResponse:
    """A new name from a day on."""

    def bind(data: QueryDict | None) -> RenamingForm:
        return RenamingForm(data, instance=_loaded(request, pk))

    def save(form: RenamingForm) -> str:
        organisation: Organisation = form.instance
        organisation.name = form.former  # the form has already given it the new one
        name, on = form.cleaned_data["name"], form.cleaned_data["on"]
        services.rename_organisation(organisation, name=name, on=on, by=request.user)
        say_saved(request, f"« {form.former} » s’appelle désormais « {organisation} ».", of=organisation)
        return reverse("organisation_detail", args=[pk])

    return _part(request, pk, enter(request, bind=bind, save=save), "organisation_rename")


@get_and_post
@editors_only
def organisation_names(request: UserRequest, pk: int) -> HttpResponse:
    """Former names and other spellings as one table."""

    def bind(data: QueryDict | None) -> NameRows:
        return NameRows(data, organisation=_loaded(request, pk))

    def save(rows: NameRows) -> str:
        saved = [row.instance for row in rows.altered_rows]
        services.save_names(rows.organisation, saved=saved, removed=rows.removed, by=request.user)
        if saved or rows.removed:
            say_saved(request, "Les anciens noms et graphies sont enregistrés.", of=rows.organisation)
        else:
            messages.info(request, "Rien n’a changé.")
        return reverse("organisation_detail", args=[pk])

    return _part(request, pk, enter(request, bind=bind, save=save), "organisation_names")


@get_and_post
@editors_only
def organisation_delete(request: UserRequest, pk: int) -> HttpResponse:
    """Delete an organisation that nothing names; else say what does."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        try:
            with transaction.atomic():
                services.delete_organisation(_loaded(request, pk), by=request.user)
        except StillReferredToError as error:
            messages.error(request, str(error))
            return redirect("organisation_detail", pk)
        messages.success(request, f"L’organisme « {organisation} » est supprimé.")
        return redirect("organisation_list")
    found = references(organisation, own=services.OWN)
    context = {
        "organisation": organisation,
        "refusal": refusal(organisation, found) if found else "",
        "back_url": reverse("organisation_detail", args=[pk]),
        "back_label": "Revenir à l’organisme",
    }
    return render(request, "governance/organisation_delete.html", context)


def _loaded(request: UserRequest, pk: int) -> Organisation:
    """The organisation; locked while it is saved, so that its names stay as they were checked."""
    organisations = Organisation.objects.visible_to(request.user)
    if connection.in_atomic_block:
        organisations = organisations.select_for_update()
    organisation: Organisation = get_object_or_404(organisations, pk=pk)
    return organisation


def _part(request: UserRequest, pk: int, entry: Entry[Any], part: str) -> HttpResponse:
    """The page of one part of an organisation, under its tabs."""
    context = {
        "organisation": get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk),
        "part": PARTS[part],
        "tabs": [
            {"label": label, "url": reverse(name, args=[pk]), "is_current": name == part}
            for name, label in PARTS.items()
        ],
    }
    return _answer(request, entry, f"governance/{part}.html", context)


def _answer(request: UserRequest, entry: Entry[Any], template: str, context: dict[str, Any]) -> HttpResponse:
    if entry.address:
        return redirect(entry.address)
    return render(request, template, context | {"entry": entry, "form": entry.form})
