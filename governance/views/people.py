"""Pages of the people: their list, each with their mandates, entering them, and their accounts."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cops.audit.entering import Entry, enter
from cops.audit.history.saying import say_saved
from cops.audit.lists import ListPage, cut_into_pages
from cops.lib.french import elide
from cops.users.models import User
from cops.users.requests import UserRequest
from cops.users.saved_views import keeps_views
from governance import people as services
from governance.entering.people import AccountLinkForm, PersonForm
from governance.models import Organisation, Person
from governance.people_list import (
    ContactResource,
    PersonFilter,
    PersonResource,
    PersonTable,
    in_order,
    shown_mandates,
    sort_of,
)
from governance.references import StillReferredToError, references, refusal
from governance.selectors import mandates_of

PEOPLE = ListPage("person_list", title="Personnes", of="des personnes", stem="personnes")

readers_only = permission_required("governance.view_composition", raise_exception=True)
editors_only = permission_required("governance.change_people", raise_exception=True)
administrators_only = permission_required("governance.link_accounts", raise_exception=True)
get_and_post = require_http_methods(["GET", "HEAD", "POST"])


@keeps_views
@require_safe
@readers_only
def person_list(request: UserRequest) -> HttpResponse:
    """The people in the reader's scope; contacts are for the service only."""
    narrowed = PersonFilter(request.GET, user=request.user, on=timezone.localdate())
    key, is_descending = sort_of(request.GET.get("tri", ""))
    shows_contact = request.user.is_staff_member
    rows = in_order(narrowed.qs, key, is_descending=is_descending)
    table = PersonTable(rows, shows_contact=shows_contact)
    table.order_by = [f"-{key}" if is_descending else key]
    cut_into_pages(table, request)
    context = PEOPLE.context(request, narrowed, table)
    context["may_edit"] = request.user.has_perm("governance.change_people")
    return render(request, "governance/person_list.html", context)


@require_safe
@readers_only
def person_list_export(request: UserRequest, form: str) -> HttpResponse:
    """All rows of the list of that address, in its order; what is exported goes to the journal."""
    narrowed = PersonFilter(request.GET, user=request.user, on=timezone.localdate())
    key, is_descending = sort_of(request.GET.get("tri", ""))
    rows = in_order(narrowed.qs, key, is_descending=is_descending)
    resource = ContactResource() if request.user.is_staff_member else PersonResource()
    return PEOPLE.as_file(request, form, narrowed, rows, resource)


@require_safe
def person_detail(request: UserRequest, pk: int) -> HttpResponse:
    """A person with their mandates; the professional contact is for the service only."""
    user = request.user
    people = Person.objects.visible_to(user).select_related("organisation", "user")
    person = get_object_or_404(people, pk=pk)
    context = {
        "person": person,
        "mandates": mandates_of(person).filter(pk__in=shown_mandates(user).order_by().values("pk")),
        "shows_contact": user.is_staff_member,
        "may_edit": user.has_perm("governance.change_people"),
        "may_link": user.has_perm("governance.link_accounts"),
        "today": timezone.localdate(),
    }
    return render(request, "governance/person_detail.html", context)


@get_and_post
@editors_only
def person_create(request: UserRequest) -> HttpResponse:
    """A new person, of the organisation in the address (`organisme`) if there is one."""
    organisation = _organisation_asked(request)

    def bind(data: QueryDict | None) -> PersonForm:
        return PersonForm(
            data, instance=Person(), may_create=request.method == "POST", organisation=organisation
        )

    def save(form: PersonForm) -> str:
        services.save_person(form.instance, by=request.user)
        messages.success(request, f"La fiche {elide('de', str(form.instance))} est créée.")
        return reverse("person_detail", args=[form.instance.pk])

    return _answer(request, enter(request, bind=bind, save=save), "governance/person_create.html", {})


def _organisation_asked(request: UserRequest) -> Organisation | None:
    asked = request.GET.get("organisme", "")
    if not asked.isdecimal() or len(asked) > 9:
        return None
    return Organisation.objects.visible_to(request.user).filter(pk=asked).first()


@get_and_post
@editors_only
def person_edit(request: UserRequest, pk: int) -> HttpResponse:
    """A person's name, organisation, function and professional contact."""

    def bind(data: QueryDict | None) -> PersonForm:
        return PersonForm(data, instance=_loaded(request, pk), may_create=request.method == "POST")

    def save(form: PersonForm) -> str:
        if form.is_altered:
            services.save_person(form.instance, by=request.user)
            say_saved(
                request, f"La fiche {elide('de', str(form.instance))} est enregistrée.", of=form.instance
            )
        else:
            messages.info(request, "Rien n’a changé : la fiche reste comme elle est.")
        return reverse("person_detail", args=[pk])

    context = {"person": get_object_or_404(Person.objects.visible_to(request.user), pk=pk)}
    return _answer(request, enter(request, bind=bind, save=save), "governance/person_edit.html", context)


@get_and_post
@administrators_only
def person_account(request: UserRequest, pk: int) -> HttpResponse:
    """The account of a person: choose one that is open, or invite them; or take it away."""
    people = Person.objects.visible_to(request.user).select_related("user")
    person = get_object_or_404(people, pk=pk)

    def bind(data: QueryDict | None) -> AccountLinkForm:
        return AccountLinkForm(data, person=_loaded(request, pk))

    def save(form: AccountLinkForm) -> str:
        messages.success(request, _given_account(form, by=request.user))
        return reverse("person_detail", args=[pk])

    if person.user is not None and request.method != "POST":
        return render(request, "governance/person_account_linked.html", {"person": person})
    entry = enter(request, bind=bind, save=save)
    return _answer(request, entry, "governance/person_account.html", {"person": person})


def _given_account(form: AccountLinkForm, *, by: User) -> str:
    """Link the account that was chosen, or invite; what to say of it.

    :raises IntegrityError: somebody else took the account or the address since the form was checked; `enter`
        checks it again, and the form says so.
    """
    account, email = form.cleaned_data["account"], form.cleaned_data["email"]
    try:
        if account is None:
            services.invite_person(form.person, email=email, by=by)
            return f"Un compte est ouvert pour {form.person}, l’invitation part à {email}."
        services.link_account(form.person, account, by=by)
    except (services.AlreadyLinkedError, ValidationError) as error:
        raise IntegrityError(str(error)) from error
    return f"Le compte {account.email} est relié à {form.person}."


@require_POST
@administrators_only
def person_account_unlink(request: UserRequest, pk: int) -> HttpResponse:
    """Separate a person from their account; both stay."""
    with transaction.atomic():
        services.unlink_account(_loaded(request, pk), by=request.user)
    messages.success(request, "Le compte n’est plus relié à cette personne.")
    return redirect("person_account", pk)


@get_and_post
@editors_only
def person_delete(request: UserRequest, pk: int) -> HttpResponse:
    """Delete a person whom nothing names; else say what does."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        try:
            with transaction.atomic():
                services.delete_person(_loaded(request, pk), by=request.user)
        except StillReferredToError as error:
            messages.error(request, str(error))
            return redirect("person_detail", pk)
        messages.success(request, f"La fiche {elide('de', str(person))} est supprimée.")
        return redirect("person_list")
    found = references(person)
    context = {
        "person": person,
        "refusal": refusal(person, found) if found else "",
        "back_url": reverse("person_detail", args=[pk]),
        "back_label": "Revenir à la fiche",
    }
    return render(request, "governance/person_delete.html", context)


def _loaded(request: UserRequest, pk: int) -> Person:
    """The person; locked while they are saved."""
    people = Person.objects.visible_to(request.user).select_related("organisation", "user")
    if connection.in_atomic_block:
        people = people.select_for_update(of=("self",))
    person: Person = get_object_or_404(people, pk=pk)
    return person


def _answer(request: UserRequest, entry: Entry[Any], template: str, context: dict[str, Any]) -> HttpResponse:
    if entry.address:
        return redirect(entry.address)
    return render(request, template, context | {"entry": entry, "form": entry.form})
