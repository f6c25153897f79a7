"""Which lists can be kept under a name, and what a list shows of those that its reader kept."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse

from cops.lib.french import sort_key
from cops.users.models import SavedView
from cops.users.requests import UserRequest

View = TypeVar("View", bound=Callable[..., Any])

# What says where one stands in a list, not which list it is.
_NOT_KEPT = ("page",)


def keeps_views(view: View) -> View:
    """Decorator, the outermost one, of a list whose filters and order stand in its address."""
    view.keeps_views = True  # type: ignore[attr-defined]
    return view


def can_be_kept(path: str) -> bool:
    """Whether the path is that of a list of this site: nothing else is kept, nor led to."""
    try:
        return getattr(resolve(path).func, "keeps_views", False)
    except Resolver404:
        return False


def kept_query(query: QueryDict) -> str:
    """The part of an address that is kept: without the page one was on, and without empty fields."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        if name not in _NOT_KEPT and any(values):
            kept.setlist(name, [value for value in values if value])
    return kept.urlencode()


def saved_views_of(request: UserRequest) -> dict[str, Any]:
    """What the list of this request shows (components/saved_views.html); one query."""
    query = kept_query(request.GET)
    address = QueryDict(mutable=True)
    address.update({"path": request.path, "query": query})
    views = sorted(
        SavedView.objects.visible_to(request.user).of_list(request.path), key=lambda view: sort_key(view.name)
    )
    return {
        "saved_views": [(view, view.query == query) for view in views],
        # The whole list needs no name, and a view that has one needs no other.
        "save_view_url": f"{reverse('saved_view_create')}?{address.urlencode()}"
        if query and all(view.query != query for view in views)
        else "",
    }
