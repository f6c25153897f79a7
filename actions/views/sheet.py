"""The sheet of an action over its years."""

from datetime import date

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from actions.filters import CONTRACT, ActionFilter
from actions.listing import DEFAULT_ORDER, Place, in_order, listed_actions, place_in, sort_of
from actions.models import Action
from actions.selectors import readable_actions, sheet_of
from cops.audit.lists import SORT
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
            "accepted": [*ActionFilter.base_filters, SORT],
            "sheet": sheet_of(action, reader=request.user),
            "action": action,
            "may_change": request.user.has_perm("actions.change_actions"),
            "place": _place(request.user, request.GET, action, timezone.localdate()),
            "list_query": f"?{request.GET.urlencode()}" if request.GET else "",
            "contract_query": f"?{urlencode({CONTRACT: action.contract.code})}",
        },
    )


def _place(user: User, query: QueryDict, action: Action, on: date) -> Place | None:
    """The action's place among those of its contract in the list of that address, among all of its contract
    if there is none: references of two contracts are often the same."""
    listed, key, is_descending = listed_actions(user), DEFAULT_ORDER, False
    if query:
        key, is_descending = sort_of(query.get(SORT, ""))
        listed = ActionFilter.asked(query, user=user, on=on, contract=action.contract.code).qs
    of_contract = listed.filter(contract=action.contract_id)
    return place_in(in_order(of_contract, key, is_descending=is_descending), action.pk)
