"""The list of meetings, and the same as a file."""

from datetime import date

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cops.audit.lists import ListPage, cut_into_pages
from cops.users.requests import UserRequest
from cops.users.saved_views import keeps_views
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

MEETINGS = ListPage("meeting_list", title="Réunions", of="des réunions", stem="reunions")
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
    if key != DEFAULT_ORDER:
        table.order_by = [f"-{key}" if is_descending else key]
    cut_into_pages(table, request)
    context = MEETINGS.context(request, narrowed, table)
    context["may_change"] = request.user.has_perm("governance.change_meetings")
    return render(request, "governance/meeting_list.html", context)


@require_safe
@for_readers
def meeting_list_export(request: UserRequest, form: str) -> HttpResponse:
    """All rows of the list of that address, in its order; what is exported goes to the journal."""
    narrowed = _narrowed(request, timezone.localdate())
    key, is_descending = sort_of(request.GET.get("tri", ""))
    rows = in_order(narrowed.qs, key, is_descending=is_descending)
    return MEETINGS.as_file(request, form, narrowed, rows, MeetingResource())
