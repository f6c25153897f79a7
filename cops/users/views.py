"""The session of the reader, and views of lists that they keep under a name of their own."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cops.lib.constraints import save_new
from cops.users.forms import SavedViewForm
from cops.users.models import SavedView
from cops.users.requests import UserRequest
from cops.users.saved_views import can_be_kept, kept_query
from cops.users.sessions import polled, session_end


@require_http_methods(["GET", "HEAD", "POST"])
def session(request: UserRequest) -> HttpResponse:
    """When the session ends. POST is a sign of life like any other."""
    if request.method == "POST":
        return redirect("account_session")
    limits = {
        "idle_hours": settings.SESSION_COOKIE_AGE // 3600,
        "hours": settings.SESSION_ABSOLUTE_AGE // 3600,
        "minutes": settings.SESSION_WARNING // 60,
    }
    return render(request, "users/session.html", limits | {"end": session_end(request)})


@require_safe
@polled
def session_end_now(request: UserRequest) -> HttpResponse:
    """The same for the script of every page, which asks before it warns."""
    return render(request, "users/_session_end.html", {"end": session_end(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_create(request: UserRequest) -> HttpResponse:
    """Give a name to the list whose `path` and `query` come from the list's own link."""
    is_sent = request.method == "POST"
    given = request.POST if is_sent else request.GET
    path = given.get("path", "")
    if not can_be_kept(path):
        raise Http404
    view = SavedView(user=request.user, path=path, query=kept_query(QueryDict(given.get("query", ""))))
    form = SavedViewForm(
        request.POST if is_sent else None, instance=view, initial={"name": given.get("name", "")}
    )
    if is_sent and form.is_valid() and _is_saved(view, form):
        messages.success(request, f"La vue «\u00a0{view.name}\u00a0» est enregistrée.")
        return redirect(view.address)
    return render(request, "users/saved_view_create.html", {"form": form, "view": view})


def _is_saved(view: SavedView, form: SavedViewForm) -> bool:
    """Save the view; False, with the reason among the form's errors, where another window was faster."""
    try:
        save_new(view)
    except ValidationError as error:
        form.add_error("name", error.messages)
        return False
    return True


@require_POST
def saved_view_delete(request: UserRequest, pk: int) -> HttpResponse:
    """Forget a view; the message offers to name it again."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    view.delete()
    again = QueryDict(mutable=True)
    again.update({"path": view.path, "query": view.query, "name": view.name})
    messages.success(
        request,
        format_html(
            'La vue «\u00a0{}\u00a0» est supprimée. <a href="{}">Annuler</a>',
            view.name,
            f"{reverse('saved_view_create')}?{again.urlencode()}",
        ),
    )
    return redirect(view.path)
