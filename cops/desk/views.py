"""Pages over several rooms."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cops.desk.forms import SearchForm
from cops.desk.gallery import samples
from cops.desk.home import home_of
from cops.desk.search import KINDS, first_results, page_of_results
from cops.lib.forms import whole_number
from cops.users.requests import UserRequest


@require_safe
def home(request: UserRequest) -> HttpResponse:
    """What awaits the reader: the contract of the day and its year (another one with `annee`), what is
    missing, ends soon or waits."""
    year = whole_number(request.GET.get("annee", ""))
    context = {"accepted": ["annee"], **home_of(request.user, timezone.now(), year)}
    return render(request, "desk/home.html", context)


@require_safe
def search(request: UserRequest) -> HttpResponse:
    """What was found by the words of the address: the first of each kind, or page after page of one kind."""
    form = SearchForm(request.GET)
    text = form.asked()
    kind = KINDS.get(request.GET.get("dans", ""))
    context: dict[str, Any] = {
        "accepted": [*form.fields, "dans", "page"],
        "form": form,
        "text": text,
        "all_kinds_query": urlencode({"q": text}),
        "kind": kind,
        "is_scoped": not request.user.is_staff_member,
        "groups": [],
        "page": None,
        "total": 0,
    }
    if text and kind:
        context["page"] = page_of_results(kind, request.user, text, request.GET.get("page"))
        context["total"] = context["page"].paginator.count
    elif text:
        context["groups"] = first_results(request.user, text)
        context["total"] = sum(group.total for group in context["groups"])
    return render(request, "desk/search.html", context)


@require_safe
@permission_required("desk.view_components", raise_exception=True)
def components(request: UserRequest) -> HttpResponse:
    """Every shared part of the pages in each of its states."""
    with_errors = request.GET.get("etat") == "erreurs"
    return render(request, "desk/components.html", samples(with_errors=with_errors))
