"""Pages of the meetings: their list, one of them, entering it, and the steps of its life."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cops.users.requests import UserRequest
from governance.meetings.page import page_of
from governance.models import Meeting


@require_safe
def meeting_detail(request: UserRequest, pk: int) -> HttpResponse:
    """A meeting with its agenda, its people, its decisions and its papers."""
    meetings = Meeting.objects.visible_to(request.user).select_related("formation__council")
    meeting = get_object_or_404(meetings, pk=pk)
    context = page_of(meeting, request.user, timezone.localdate())
    return render(request, "governance/meeting_detail.html", context)
