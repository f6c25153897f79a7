"""What every page shows around its content."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from cops.desk.forms import SearchForm
from cops.users.sessions import session_end


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the main menu."""

    label: str
    url: str
    is_current: bool


Known = tuple[str, str, str, tuple[str, ...]]  # label, name of its page, permission, beginnings of addresses

COUNCIL = ("/instances/", "/messages/")
MENU: list[Known] = [
    ("Contrats", "contract_list", "contracts.view_contracts", ("/contrats/",)),
    ("Actions", "action_list", "actions.view_actions", ("/actions/",)),
    ("Évaluation", "evaluation_list", "evaluation.view_evaluation", ("/evaluation/",)),
    ("Instances", "formation_list", "governance.view_composition", COUNCIL),
    ("Comptes", "account_list", "users.manage_accounts", ("/comptes/",)),
]

# What stands under « Instances », shown on all its pages. The longest beginning of an address decides.
OF_THE_COUNCIL: list[Known] = [
    ("Formations", "formation_list", "governance.view_composition", ("/instances/",)),
    ("Réunions", "meeting_list", "governance.view_composition", ("/instances/reunions/",)),
    ("Décisions", "decision_list", "governance.view_composition", ("/instances/decisions/",)),
    ("Personnes", "person_list", "governance.view_composition", ("/instances/personnes/",)),
    ("Organismes", "organisation_list", "actions.view_actions", ("/instances/organismes/",)),
    ("Communes", "commune_list", "governance.view_composition", ("/instances/communes/",)),
    ("Cellules de crise", "crisis_list", "governance.view_composition", ("/instances/cellules-de-crise/",)),
    ("Messages", "message_list", "mail.follow_messages", ("/messages/",)),
]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The entries of the menu that the reader may open, those under the current one, what was searched for,
    and when the session ends; none for visitors. Each permission is asked once."""
    shown: dict[str, Any] = {"menu": [], "submenu": [], "searched": "", "session_end": None}
    shown["is_demonstration"] = not settings.IS_PRODUCTION
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return shown
    may = cache(user.has_perm)
    is_council = request.path.startswith(COUNCIL)
    return shown | {
        "menu": _entries(MENU, request.path, may),
        "submenu": _entries(OF_THE_COUNCIL, request.path, may) if is_council else [],
        "searched": _searched(request),
        "session_end": session_end(request),
    }


def _entries(known: Sequence[Known], path: str, may: Callable[[str], bool]) -> list[Entry]:
    best = max((len(one) for row in known for one in row[3] if path.startswith(one)), default=0)
    return [
        Entry(label, reverse(name), any(len(one) == best and path.startswith(one) for one in beginnings))
        for label, name, permission, beginnings in known
        if may(permission)
    ]


def _searched(request: HttpRequest) -> str:
    """What stands in the search box: on the page of its results, what they were searched by."""
    if request.path != reverse("search"):
        return ""
    return request.GET.get("q", "").replace("\0", "")[: SearchForm.LONGEST]
