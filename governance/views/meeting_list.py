"""The list of meetings, and the same as a file."""

from datetime import date

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cops.audit.models import Event
from cops.lib.exports import FORMS, download, table_of
from cops.users.requests import UserRequest
from cops.users.saved_views import keeps_views, saved_views_of
from governance.meetings.listing import (
    DEFAULT_ORDER,
    MeetingFilter,
    MeetingResource,
    MeetingTable,
    in_order,
    listed_meetings,
    next_meeting,
    sort_of,
    years_of,
)
from governance.models import Formation, Meeting

PAGE_SIZE = 50
for_readers = permission_required("governance.view_composition", raise_exception=True)


def _narrowed(request: UserRequest, today: date) -> MeetingFilter:
    meetings = Meeting.objects.visible_to(request.user).order_by().values("formation")
    return MeetingFilter(
        request.GET,
        queryset=listed_meetings(request.user, today),
        formations=list(Formation.objects.filter(pk__in=meetings)),
        years=years_of(request.user),
    )


@keeps_views
@require_safe
@for_readers
def meeting_list(request: UserRequest) -> HttpResponse:
    """Meetings in the reader's scope, the next one first."""
    today = timezone.localdate()
    narrowed = _narrowed(request, today)
    key, is_descending = sort_of(request.GET.get("tri", ""))
    rows = in_order(narrowed.qs, key, is_descending=is_descending)
    coming = next_meeting(request.user, today)
    table = MeetingTable(rows, next_pk=coming.pk if coming else None)
    table.request = request
    if key != DEFAULT_ORDER:
        table.order_by = [f"-{key}" if is_descending else key]
    table.paginator = Paginator(table.rows, PAGE_SIZE)
    table.page = table.paginator.get_page(request.GET.get("page"))
    context = {
        "filter": narrowed,
        "table": table,
        "count": table.paginator.count,
        "is_narrowed": narrowed.is_narrowing,
        "may_change": request.user.has_perm("governance.change_meetings"),
        "export_links": _export_links(request),
        **saved_views_of(request),
    }
    return render(request, "governance/meeting_list.html", context)


def _export_links(request: UserRequest) -> list[tuple[str, str]]:
    """What people call each form of file, and the address of this list in it."""
    kept = request.GET.copy()
    kept.pop("page", None)
    query = f"?{kept.urlencode()}" if kept else ""
    return [(form.label, reverse("meeting_list_export", args=[name]) + query) for name, form in FORMS.items()]


@require_safe
@for_readers
def meeting_list_export(request: UserRequest, form: str) -> HttpResponse:
    """All rows of the list of that address, in its order; what is exported goes to the journal."""
    if form not in FORMS:
        raise Http404
    narrowed = _narrowed(request, timezone.localdate())
    if narrowed.form.errors:
        return redirect(f"{reverse('meeting_list')}?{request.GET.urlencode()}")
    key, is_descending = sort_of(request.GET.get("tri", ""))
    rows = list(in_order(narrowed.qs, key, is_descending=is_descending))
    Event.record(
        Event.Action.EXPORTED,
        actor=request.user,
        summary=f"Liste des réunions (.{form}), lignes : {len(rows)}",
        rows=len(rows),
        filters=request.GET.urlencode()[:1000],
    )
    table = table_of(MeetingResource(), rows, name="Réunions", widths=MeetingResource.WIDTHS)
    return download(table, form, f"reunions-{timezone.localdate():%Y-%m-%d}")
