"""Pages of the meetings."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cops.users.requests import UserRequest
from governance.models import Meeting
from governance.selectors import decisions_of


@require_safe
def meeting_detail(request: UserRequest, pk: int) -> HttpResponse:
    """A meeting with what it decided."""
    meetings = Meeting.objects.visible_to(request.user).select_related("formation")
    meeting = get_object_or_404(meetings, pk=pk)
    context = {"meeting": meeting, "decisions": decisions_of(meeting)}
    return render(request, "governance/meeting_detail.html", context)
