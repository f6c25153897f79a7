"""Carrying a year's plan on to the next one."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from actions.carrying import CarryOutcome, carry_on, plan_carry
from actions.entering.carrying import CarryForm
from actions.models import ActionYear
from actions.views.bulk import references
from actions.views.entering import agents_only, get_and_post
from contracts.models import Contract
from cops.audit.entering import enter
from cops.lib.french import count
from cops.users.requests import UserRequest


@get_and_post
@agents_only
def action_carry(request: UserRequest, code: str) -> HttpResponse:
    """Which actions of the contract get the year after `?annee=` (if none is asked, after the last one)."""
    contract = get_object_or_404(Contract.objects.visible_to(request.user), code=code)
    programmed = ActionYear.objects.filter(action__contract=contract).order_by("-year")
    years = list(programmed.values_list("year", flat=True).distinct())
    if not years:
        messages.info(request, "Aucune action de ce contrat n’est encore programmée : rien à reconduire.")
        return redirect("action_list")
    year = next((one for one in years if str(one) == request.GET.get("annee")), years[0])

    def bind(data: QueryDict | None) -> CarryForm:
        return CarryForm(data, plan=plan_carry(contract, year))

    def save(form: CarryForm) -> str:
        outcome = carry_on(contract, year, chosen=form.states, by=request.user)
        _say(request, outcome, year + 1)
        return f"{reverse('action_list')}?contrat={contract.code}&annee={year + 1}"

    entry = enter(request, bind=bind, save=save)
    if entry.address:
        return redirect(entry.address)
    context = {"entry": entry, "form": entry.form, "plan": entry.form.plan, "contract": contract}
    context |= {
        "refused": entry.form.plan.obstacle,
        "accepted": ["annee"],
        "years": [(one, one == year) for one in years],
    }
    return render(request, "actions/action_carry.html", context)


def _say(request: UserRequest, outcome: CarryOutcome, year: int) -> None:
    done = len(outcome.carried)
    if done:
        messages.success(request, f"{count(done, 'action programmée', 'actions programmées')} en {year}.")
    else:
        messages.info(request, f"Aucune action n’a été ajoutée en {year}.")
    if outcome.overtaken:
        listed = references(outcome.overtaken)
        messages.warning(request, f"Modifié depuis l’aperçu ou déjà programmé, laissé tel quel : {listed}.")
