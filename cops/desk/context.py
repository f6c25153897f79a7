"""What every page shows around its content."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from cops.desk.forms import SearchForm


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the main menu."""

    label: str
    url: str
    is_current: bool


MENU = [
    ("Contrats", "contract_list", "contracts.view_contracts", "/contrats/"),
    ("Actions", "action_list", "actions.view_actions", "/actions/"),
    ("Évaluation", "evaluation_list", "evaluation.view_evaluation", "/evaluation/"),
    ("Instances", "formation_list", "governance.view_composition", "/instances/"),
    ("Comptes", "account_list", "users.manage_accounts", "/comptes/"),
]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The entries of the main menu that the reader may open, and what was searched for; none for visitors."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"menu": [], "searched": "", "is_demonstration": not settings.IS_PRODUCTION}
    entries = [
        Entry(label, reverse(name), request.path.startswith(prefix))
        for label, name, permission, prefix in MENU
        if user.has_perm(permission)
    ]
    return {"menu": entries, "searched": _searched(request), "is_demonstration": not settings.IS_PRODUCTION}


def _searched(request: HttpRequest) -> str:
    """What stands in the search box: on the page of its results, what they were searched by."""
    if request.path != reverse("search"):
        return ""
    return request.GET.get("q", "").replace("\0", "")[: SearchForm.LONGEST]
