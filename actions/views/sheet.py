"""The sheet of an action over its years."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from actions.filters import ActionFilter
from actions.listing import DEFAULT_ORDER, Place, facets, in_order, listed_actions, place_in, sort_of
from actions.selectors import readable_actions, sheet_of
from cops.users.models import User
from cops.users.requests import UserRequest


@require_safe
def action_detail(request: UserRequest, pk: int) -> HttpResponse:
    """All that is known of an action; what is in the address is the list it is read from."""
    action = get_object_or_404(readable_actions(request.user), pk=pk)
    return render(
        request,
        "actions/action_detail.html",
        {
            "sheet": sheet_of(action, reader=request.user),
            "action": action,
            "may_change": request.user.has_perm("actions.change_actions"),
            "place": _place(request.user, request.GET, pk),
            "list_query": f"?{request.GET.urlencode()}" if request.GET else "",
        },
    )


def _place(user: User, query: QueryDict, pk: int) -> Place | None:
    """The action's place in the list of that address, in the whole list if there is none."""
    if not query:
        return place_in(in_order(listed_actions(user), DEFAULT_ORDER), pk)
    key, is_descending = sort_of(query.get("tri", ""))
    narrowed = ActionFilter(query, user=user, choices=facets(user))
    return place_in(in_order(narrowed.qs, key, is_descending=is_descending), pk)
