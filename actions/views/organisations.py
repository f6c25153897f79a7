"""Pages of the organisations: who they are, where they sit, what they do."""

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from actions.organisations import (
    OrganisationFilter,
    actions_of,
    listed_organisations,
    readable_organisations,
)
from actions.resources import OrganisationResource
from actions.tables import OrganisationTable
from cops.audit.models import Event
from cops.lib.exports import FORMS, download, table_of
from cops.users.requests import UserRequest
from cops.users.saved_views import keeps_views, saved_views_of
from governance.organisations import name_history, other_spellings
from governance.selectors import seats_of

PAGE_SIZE = 50


@keeps_views
@require_safe
@permission_required("actions.view_actions", raise_exception=True)
def organisation_list(request: UserRequest) -> HttpResponse:
    """The organisations in the reader's scope."""
    narrowed = OrganisationFilter(request.GET, queryset=listed_organisations(request.user))
    table = OrganisationTable(narrowed.qs, order_by=request.GET.get("tri"))
    table.request = request
    table.paginator = Paginator(table.rows, PAGE_SIZE)
    table.page = table.paginator.get_page(request.GET.get("page"))
    context = {
        "filter": narrowed,
        "table": table,
        "count": table.paginator.count,
        **saved_views_of(request),
        "export_links": _export_links(request),
        "may_edit": request.user.has_perm("governance.change_organisations"),
        "is_narrowed": narrowed.form.is_bound
        and any(narrowed.form.data.get(name) for name in ("q", "nature")),
    }
    return render(request, "actions/organisation_list.html", context)


def _export_links(request: UserRequest) -> list[tuple[str, str]]:
    """What people call each form of file, and the address of this list in it."""
    kept = request.GET.copy()
    kept.pop("page", None)
    query = f"?{kept.urlencode()}" if kept else ""
    return [
        (form.label, reverse("organisation_list_export", args=[name]) + query) for name, form in FORMS.items()
    ]


@require_safe
@permission_required("actions.view_actions", raise_exception=True)
def organisation_list_export(request: UserRequest, form: str) -> HttpResponse:
    """All rows of the list of that address, in its order; what is exported goes to the journal."""
    if form not in FORMS:
        raise Http404
    narrowed = OrganisationFilter(request.GET, queryset=listed_organisations(request.user))
    if narrowed.form.errors:
        return redirect(f"{reverse('organisation_list')}?{request.GET.urlencode()}")
    sorted_rows = OrganisationTable(
        narrowed.qs.prefetch_related("names"), order_by=request.GET.get("tri")
    ).rows
    rows = [row.record for row in sorted_rows]
    Event.record(
        Event.Action.EXPORTED,
        actor=request.user,
        summary=f"Liste des organismes (.{form}), lignes : {len(rows)}",
        rows=len(rows),
        filters=request.GET.urlencode()[:1000],
    )
    table = table_of(OrganisationResource(), rows, name="Organismes", widths=OrganisationResource.WIDTHS)
    return download(table, form, f"organismes-{timezone.localdate():%Y-%m-%d}")


@require_safe
def organisation_detail(request: UserRequest, pk: int) -> HttpResponse:
    """One organisation: its names, its seats today, the readable actions it takes part in."""
    user = request.user
    organisations = readable_organisations(user).prefetch_related("names")
    organisation = get_object_or_404(organisations, pk=pk)
    shows_council = user.has_perm("governance.view_composition")
    context = {
        "organisation": organisation,
        "name_history": name_history(organisation),
        "other_spellings": other_spellings(organisation),
        "may_edit": user.has_perm("governance.change_organisations"),
        "shows_council": shows_council,
        "seats": seats_of(organisation, user, timezone.localdate()) if shows_council else [],
        "shows_people": user.is_staff_member,
        "people": organisation.people.all() if user.is_staff_member else [],
        "page": Paginator(actions_of(organisation, user), PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "actions/organisation_detail.html", context)
