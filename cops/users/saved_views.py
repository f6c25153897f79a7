"""Which lists can be kept under a name, and what a list shows of those that its reader kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class ShownView:
    """A view as its list shows it: where it leads, and whether it is the one shown."""

    pk: int
    name: str
    address: str
    is_current: bool


def saved_views_of(
    request: UserRequest, shown: QueryDict | None = None, *, unsaid: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the list of this request shows (components/saved_views.html); one query.

    :param shown: the address with all that the list shows by default, so that a view of it stays what it was.
    :param unsaid: what a view that says nothing of it was kept with, by name.
    """
    query = kept_query(request.GET if shown is None else shown)
    address = QueryDict(mutable=True)
    address.update({"path": request.path, "query": query})
    views = SavedView.objects.visible_to(request.user).of_list(request.path)
    named = [
        _shown(view, unsaid or {}, query) for view in sorted(views, key=lambda view: sort_key(view.name))
    ]
    return {
        "saved_views": named,
        # The whole list needs no name, and a view that has one needs no other.
        "save_view_url": f"{reverse('saved_view_create')}?{address.urlencode()}"
        if kept_query(request.GET) and not any(view.is_current for view in named)
        else "",
    }


def _shown(view: SavedView, unsaid: Mapping[str, str], query: str) -> ShownView:
    kept = QueryDict(view.query, mutable=True)
    for name, value in unsaid.items():
        kept.setdefault(name, value)
    address = f"{view.path}?{kept.urlencode()}" if kept else view.path
    return ShownView(view.pk, view.name, address, kept == QueryDict(query))
