"""The pack of a meeting, asked for by one click."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cops.documents.asking import TooManyRenderings, ask_for
from cops.users.requests import UserRequest
from governance import pack
from governance.models import Meeting
from governance.views.meetings import loaded, refused


@require_POST
def meeting_pack(request: UserRequest, pk: int) -> HttpResponse:
    """Ask for the pack as one PDF, then wait for it on its page."""
    return _asked(request, pk, pack.subject_of_pack)


@require_POST
def meeting_pack_files(request: UserRequest, pk: int) -> HttpResponse:
    """Ask for all papers as they are."""
    return _asked(request, pk, pack.subject_of_files)


def _asked(request: UserRequest, pk: int, subject: Callable[[Meeting], str]) -> HttpResponse:
    meeting = loaded(request, pk)
    if reason := pack.refusal(meeting):
        return refused(request, meeting, reason)
    try:
        rendering = ask_for(subject(meeting), by=request.user)
    except TooManyRenderings as error:
        return refused(request, meeting, str(error))
    return redirect("rendering_detail", rendering.pk)
