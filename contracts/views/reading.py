"""Pages of the contracts: the list, and a contract as in force on a day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from contracts.changes import changes
from contracts.models import Amendment, Contract
from contracts.plan import Plan, Standing, Timeline
from contracts.selectors import timeline, timelines
from cops.lib.forms import asked_day
from cops.lib.french import date_fr
from cops.users.requests import UserRequest
from governance.models import Decision


@dataclass(frozen=True, slots=True)
class State:
    """Where a contract stands on a day, in a word, with the tone of its badge."""

    label: str
    tone: str


STATES = {
    Standing.BEFORE: State("À venir", "info"),
    Standing.IN_FORCE: State("En vigueur", "ok"),
    Standing.BETWEEN: State("Interrompu", "partial"),
    Standing.AFTER: State("Terminé", "neutral"),
}


@require_safe
@permission_required("contracts.view_contracts", raise_exception=True)
def contract_list(request: UserRequest) -> HttpResponse:
    """The contracts, the latest first; four queries."""
    today = timezone.localdate()
    contracts = list(Contract.objects.visible_to(request.user))
    histories = timelines(contracts)
    rows = [_row(contract, histories[contract.pk], today) for contract in contracts]
    context = {
        "accepted": [],
        "rows": rows,
        "may_change": request.user.has_perm("contracts.change_contracts"),
        "is_any_in_force": any(row["state"] is STATES[Standing.IN_FORCE] for row in rows),
    }
    return render(request, "contracts/list.html", context)


def _row(contract: Contract, history: Timeline, today: date) -> dict[str, Any]:
    return {
        "contract": contract,
        "ends": history.ends(today),
        "amendments": len(history.effective(today)),
        "state": STATES[history.standing(today)],
    }


@require_safe
@permission_required("contracts.view_contracts", raise_exception=True)
def contract_detail(request: UserRequest, code: str) -> HttpResponse:
    """The contract as in force on the day of the address, today by default; six queries."""
    contracts = Contract.objects.visible_to(request.user).select_related("predecessor", "successor")
    contract = get_object_or_404(contracts, code=code)
    history = timeline(contract)
    today = timezone.localdate()
    form, on = asked_day(request.GET, today)
    plan = history.plan(on)
    context = {
        "contract": contract,
        "may_change": request.user.has_perm("contracts.change_contracts"),
        "successor": getattr(contract, "successor", None),
        "plan": plan,
        "state": STATES[history.standing(today)],
        "accepted": [*form.fields],
        "day_form": form,
        "day_links": _links(contract, history, plan),
        "remark": _remark(history, plan),
        "amendments": _amendments(request, contract, plan),
        "changes": changes(history, plan.shown_on),
        "signatories": contract.signatories.select_related("organisation"),
    }
    return render(request, "contracts/detail.html", context)


def _amendments(
    request: UserRequest, contract: Contract, plan: Plan
) -> list[tuple[Amendment, bool, Decision | None]]:
    """Each amendment, whether it is in effect in the plan shown, and the decision that approved it, if the
    reader may read that; two queries."""
    approving = Decision.objects.visible_to(request.user).filter(amendments__contract=contract).distinct()
    decisions = {row.pk: row for row in approving.select_related("meeting__formation")}
    return [
        (row, row.effective_on <= plan.shown_on, decisions.get(row.approved_by_id or 0))
        for row in contract.amendments.all()
    ]


def _links(contract: Contract, history: Timeline, plan: Plan) -> list[dict[str, Any]]:
    """Days worth a look: the start, each amendment's effect, the end."""
    days = {"Au début": history.starts.first_day}
    days |= {f"Avenant n°\u00a0{row.number}": row.effective_on for row in history.amendments}
    days["À la fin"] = history.last_day
    address = reverse("contract_detail", args=[contract.code])
    return [
        {"label": label, "url": f"{address}?le={day.isoformat()}", "is_current": day == plan.shown_on}
        for label, day in days.items()
    ]


def _remark(history: Timeline, plan: Plan) -> str:
    """What to say where the plan shown is not that of the day asked for; empty where it is."""
    on = date_fr(plan.on)
    match history.standing(plan.on):
        case Standing.BEFORE:
            return (
                f"Le {on}, le contrat n’était pas encore en vigueur : "
                f"voici le plan à son début ({history.starts.french})."
            )
        case Standing.AFTER:
            return f"Le {on}, le contrat a pris fin : voici le plan à son terme ({plan.ends.french})."
        case Standing.BETWEEN:
            return (
                f"Le {on}, le contrat n’était pas en vigueur : "
                f"voici le plan du jour le plus proche, le {date_fr(plan.shown_on)}."
            )
    return ""
