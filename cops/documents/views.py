"""Waiting for a document, and taking it away."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from cops.audit.models import Event
from cops.documents.models import Document, Rendering
from cops.documents.preparation import situation
from cops.documents.subjects import subject_of
from cops.users.models import User
from cops.users.requests import UserRequest
from cops.users.sessions import polled

SLOW = timedelta(minutes=2)  # from then on the page asks less often

# Whatever a file holds, it runs nothing here: the browser saves it, and would not trust it if it did not.
DOWNLOAD_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


@require_safe
def rendering_detail(request: UserRequest, pk: int) -> HttpResponse:
    """How far the preparation has come; a page of its own, to come back to."""
    return render(request, "documents/rendering_detail.html", _context(request, pk))


@require_safe
@polled
def rendering_progress(request: UserRequest, pk: int) -> HttpResponse:
    """The part of that page that changes."""
    return render(request, "documents/_progress.html", _context(request, pk))


def _context(request: UserRequest, pk: int) -> dict[str, Any]:
    renderings = Rendering.objects.visible_to(request.user).select_related("document")
    rendering = get_object_or_404(renderings, pk=pk)
    now = timezone.now()
    return {
        "rendering": rendering,
        "situation": situation(rendering, now),
        "subject": subject_of(rendering),
        "interval": 1 if now - rendering.requested_at < SLOW else 5,  # seconds
    }


@require_safe
def document_download(request: UserRequest, pk: int) -> HttpResponse:
    """The file, to be saved; 404 to whoever may not, or may no longer, read it."""
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    if not may_read(request.user, document):
        raise Http404
    try:
        with document.file.open("rb") as file:
            content = file.read()  # a few megabytes at most: made here, or sent within the limit
    except FileNotFoundError:
        return render(request, "documents/gone.html", {"document": document}, status=404)
    if request.method == "GET":
        Event.record(Event.Action.DOWNLOADED, actor=request.user, summary=document.title, subject=document)
    return HttpResponse(
        content,
        content_type=document.content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, document.filename),
            "Content-Security-Policy": DOWNLOAD_POLICY,
        },
    )


def may_read(user: User, document: Document) -> bool:
    """Whether papers of that kind are open to the user today: a right that ended opens none, even one's own.

    The room that makes a kind of document gives its permission, `documents.read_` and the kind. Who reads
    what is attached was told by its scope already.
    """
    if document.visibility == Document.Visibility.ATTACHED:
        return True
    return bool(user.has_perm(f"documents.read_{document.kind}", document))
