"""Pages of the council: its formations, and who sits in one on a day."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cops.lib.forms import asked_day
from cops.lib.french import date_fr
from cops.users.requests import UserRequest
from governance.composition import CouncilNotCreatedError, composition, compositions
from governance.models import Formation

# The agglomeration had ten communes then: the day that people compare with today's composition.
TEN_COMMUNES = date(2008, 1, 1)


@require_safe
@permission_required("governance.view_composition", raise_exception=True)
def formation_list(request: UserRequest) -> HttpResponse:
    """The formations of the council with what is vacant today; six queries."""
    today = timezone.localdate()
    formations = list(Formation.objects.select_related("council"))
    existing = [row for row in formations if row.council.created.first_day <= today]
    by_formation = compositions(existing, today)
    rows = [(formation, by_formation.get(formation.pk)) for formation in formations]
    return render(request, "governance/formation_list.html", {"rows": rows, "today": today})


@require_safe
@permission_required("governance.view_composition", raise_exception=True)
def formation_detail(request: UserRequest, code: str) -> HttpResponse:
    """Who sits in the formation on the day of the address, today by default; six queries."""
    formation = get_object_or_404(Formation.objects.select_related("council"), code=code)
    form, on = asked_day(request.GET, timezone.localdate())
    context: dict[str, Any] = {
        "formation": formation,
        "on": on,
        "day_form": form,
        "day_links": _links(formation, on),
    }
    try:
        context["composition"] = composition(formation, on)
    except CouncilNotCreatedError as error:
        context |= {"composition": None, "refusal": str(error)}
    return render(request, "governance/formation_detail.html", context)


def _links(formation: Formation, on: date) -> list[dict[str, Any]]:
    """Days worth a look."""
    created = formation.council.created.first_day
    days = {"À la création": created, f"Au {date_fr(TEN_COMMUNES)}": TEN_COMMUNES}
    days["Aujourd’hui"] = timezone.localdate()
    address = reverse("formation_detail", args=[formation.code])
    return [
        {"label": label, "url": f"{address}?le={day.isoformat()}", "is_current": day == on}
        for label, day in days.items()
        if day >= created
    ]
