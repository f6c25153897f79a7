"""The history of an object, and the undo of a deed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cops.audit.history.deeds import deeds_of, historical
from cops.audit.history.saying import say_saved
from cops.audit.history.subjects import Subject, subject
from cops.audit.history.telling import tell
from cops.audit.history.undoing import ALREADY, UndoRefused, take_back, undo_of
from cops.users.requests import UserRequest

PER_PAGE = 20


@require_safe
def history(request: UserRequest, kind: str, pk: int) -> HttpResponse:
    """Who changed what and when, the latest first."""
    found, row = _loaded(request, kind, pk)
    deeds = deeds_of(found, pk)
    page = Paginator(deeds, PER_PAGE).get_page(request.GET.get("page"))
    context = _context(found, row) | {
        "accepted": ["page"],
        "page_obj": page,
        "told": tell(found, list(page.object_list)),
        "latest": deeds[0].key if deeds and found.may_undo(request.user) else "",
    }
    return render(request, "audit/history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def history_undo(request: UserRequest, kind: str, pk: int, key: int) -> HttpResponse:
    """What taking a deed back would do; POST does it."""
    found, row = _loaded(request, kind, pk)
    if not found.may_undo(request.user):
        raise PermissionDenied
    context = _context(found, row)
    try:
        if request.method == "POST":
            take_back(found, pk, str(key), by=request.user)
            say_saved(request, "La modification est annulée.", of=row)
            return redirect(_page(found, pk) or context["page"])
        undo = undo_of(found, pk, str(key), by=request.user)
    except UndoRefused as refused:
        level = messages.INFO if refused.faults == (ALREADY,) else messages.ERROR
        messages.add_message(request, level, str(refused))
        return redirect("history", kind=kind, pk=pk)
    told = tell(found, [undo.deed])[0]
    return render(request, "audit/undo.html", context | {"undo": undo, "told": told})


def _loaded(request: UserRequest, kind: str, pk: int) -> tuple[Subject, Any]:
    """The subject and its object as the reader may see it, as it was last if it is deleted."""
    found = subject(kind)
    if not request.user.is_staff_member:
        raise PermissionDenied
    if found is None:
        raise Http404
    row = found.visible_to(request.user).filter(pk=pk).first()
    if row is None and found.may_undo(request.user) and not found.model._base_manager.filter(pk=pk).exists():
        last = historical(found.model).filter(id=pk).order_by("-history_id").first()
        row = last.instance if last is not None else None
    if row is None:
        raise Http404
    return found, row


def _context(found: Subject, row: Any) -> dict[str, Any]:
    page = _page(found, row.pk)
    return {
        "called": found.called(row),
        "noun": str(found.model._meta.verbose_name),
        "page": page or reverse("history", args=[found.kind, row.pk]),
        "is_deleted": not page,
        "history_url": reverse("history", args=[found.kind, row.pk]),
    }


def _page(found: Subject, pk: int) -> str:
    """The object's page; none if it is deleted."""
    row = found.model._base_manager.filter(pk=pk).first()
    return found.page(row) if row is not None else ""
