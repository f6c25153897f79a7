"""Pages of the organisations: who they are, where they sit, what they do."""

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
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
from cops.audit.lists import PAGE, PAGE_SIZE, ListPage, cut_into_pages
from cops.users.requests import UserRequest
from cops.users.saved_views import keeps_views
from governance.organisations import name_history, other_spellings
from governance.selectors import seats_of

ORGANISATIONS = ListPage("organisation_list", title="Organismes", of="des organismes", stem="organismes")


@keeps_views
@require_safe
@permission_required("actions.view_actions", raise_exception=True)
def organisation_list(request: UserRequest) -> HttpResponse:
    """The organisations in the reader's scope."""
    narrowed = OrganisationFilter(request.GET, queryset=listed_organisations(request.user))
    table = OrganisationTable(narrowed.qs, order_by=request.GET.get("tri"))
    cut_into_pages(table, request)
    context = ORGANISATIONS.context(request, narrowed, table)
    context["may_edit"] = request.user.has_perm("governance.change_organisations")
    return render(request, "actions/organisation_list.html", context)


@require_safe
@permission_required("actions.view_actions", raise_exception=True)
def organisation_list_export(request: UserRequest, form: str) -> HttpResponse:
    """All rows of the list of that address, in its order; what is exported goes to the journal."""
    narrowed = OrganisationFilter(request.GET, queryset=listed_organisations(request.user))
    named = narrowed.qs.prefetch_related("names")
    rows = (row.record for row in OrganisationTable(named, order_by=request.GET.get("tri")).rows)
    return ORGANISATIONS.as_file(request, form, narrowed, rows, OrganisationResource())


@require_safe
def organisation_detail(request: UserRequest, pk: int) -> HttpResponse:
    """One organisation: its names, its seats today, the readable actions it takes part in."""
    user = request.user
    organisations = readable_organisations(user).prefetch_related("names")
    organisation = get_object_or_404(organisations, pk=pk)
    shows_council = user.has_perm("governance.view_composition")
    context = {
        "accepted": [PAGE],
        "organisation": organisation,
        "name_history": name_history(organisation),
        "other_spellings": other_spellings(organisation),
        "may_edit": user.has_perm("governance.change_organisations"),
        "shows_council": shows_council,
        "seats": seats_of(organisation, user, timezone.localdate()) if shows_council else [],
        "shows_people": user.is_staff_member,
        "people": organisation.people.all() if user.is_staff_member else [],
        "page": Paginator(actions_of(organisation, user), PAGE_SIZE).get_page(request.GET.get(PAGE)),
    }
    return render(request, "actions/organisation_detail.html", context)
