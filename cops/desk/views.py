"""Pages over several rooms."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cops.desk.home import current_contracts, formations_of, own_actions
from cops.users.requests import UserRequest


@require_safe
def home(request: UserRequest) -> HttpResponse:
    """What awaits the reader: the contract of the day, its actions and evaluation, the seats to fill."""
    user, today = request.user, timezone.localdate()
    may_read_contracts = user.has_perm("contracts.view_contracts")
    may_read_council = user.has_perm("governance.view_composition")
    actions = own_actions(user)
    context = {
        "today": today,
        "may_read_contracts": may_read_contracts,
        "contracts": current_contracts(user, today) if may_read_contracts else [],
        "may_read_council": may_read_council,
        "formations": formations_of(today) if may_read_council else [],
        "own_actions": actions,
        "may_import": user.has_perm("actions.import_actions"),
        "may_manage_accounts": user.has_perm("users.manage_accounts"),
        "is_stranger": not (may_read_contracts or may_read_council or actions),
    }
    return render(request, "desk/home.html", context)
