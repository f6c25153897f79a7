"""Amending contracts: an amendment is drafted, previewed in words, then recorded."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from contracts import services
from contracts.entering.amendment import CONFIRM, AmendmentEntry
from contracts.entering.moves import PREFIX, told_left
from contracts.models import Amendment, Contract
from contracts.views.entering import UNCHANGED, get_and_post, loaded, staff_only
from cops.audit.entering import DISCARD, FIELD, STEP, enter
from cops.audit.history.saying import say_saved
from cops.users.requests import UserRequest

NOT_REPEATED = ("csrfmiddlewaretoken", FIELD, STEP, DISCARD, CONFIRM)


@get_and_post
@staff_only
def amendment_create(request: UserRequest, code: str) -> HttpResponse:
    """A new amendment, after the last one of its contract."""
    return _amend(request, code, None)


@get_and_post
@staff_only
def amendment_edit(request: UserRequest, code: str, pk: int) -> HttpResponse:
    """A stored amendment, with all that it changes."""
    return _amend(request, code, pk)


def _amend(request: UserRequest, code: str, pk: int | None) -> HttpResponse:
    def bind(data: QueryDict | None) -> AmendmentEntry:
        contract = loaded(request, code)
        return AmendmentEntry(data, contract=contract, amendment=_amendment(contract, pk), user=request.user)

    def save(form: AmendmentEntry) -> str:
        if form.is_altered:
            services.save_amendment(form, by=request.user)
            say_saved(
                request, f"L’avenant n° {form.amendment.number} est enregistré.", of=form.amendment.contract
            )
            if form.moves.left:
                messages.warning(request, told_left(form.moves.left))
        else:
            messages.info(request, UNCHANGED)
        return reverse("contract_detail", args=[code])

    entry = enter(request, bind=bind, save=save)
    if entry.address:
        return redirect(entry.address)
    form = entry.form
    context = {"entry": entry, "form": form, "contract": form.contract, "pk": pk, "number": form.replaces}
    if _is_to_preview(request, form):
        told, plan = form.preview()
        context |= {"told": told, "plan": plan, "repeated": _repeated(request.POST)}
        return render(request, "contracts/amendment_preview.html", context)
    context["kept"] = [(name, value) for name, value in request.POST.items() if _is_of_preview(name)]
    return render(request, "contracts/amendment_form.html", context)


def _amendment(contract: Contract, pk: int | None) -> Amendment:
    stored = contract.amendments.select_related("approved_by", "contract")
    if pk is not None:
        return get_object_or_404(stored, pk=pk)
    last = max(stored.values_list("number", flat=True), default=0)
    return Amendment(contract=contract, number=last + 1)


def _is_to_preview(request: HttpRequest, form: AmendmentEntry) -> bool:
    return request.method == "POST" and form.is_sound and not form.is_settled


def _repeated(posted: QueryDict) -> list[tuple[str, str]]:
    """What was typed, to come back with the confirmation, or with the way back."""
    typed = {name: values for name, values in posted.lists() if name not in NOT_REPEATED}
    return [(name, value) for name, values in typed.items() if not _is_of_preview(name) for value in values]


def _is_of_preview(name: str) -> bool:
    """Whether a field stands on the preview itself; kept there and back."""
    return name.startswith(f"{PREFIX}-")
