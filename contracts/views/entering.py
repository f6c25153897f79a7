"""Entering contracts: the sheet, the signatories, the axes and objectives that it begins with."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from contracts import services
from contracts.entering.contract import ContractForm
from contracts.entering.moves import named
from contracts.entering.plan import PlanTables
from contracts.entering.signatories import SignatoryRows
from contracts.models import Contract
from contracts.selectors import timeline
from contracts.stranding import stranded
from cops.audit.entering import Entry, enter
from cops.audit.history.saying import say_saved
from cops.lib.french import count, list_fr
from cops.users.requests import UserRequest

staff_only = permission_required("contracts.change_contracts", raise_exception=True)
get_and_post = require_http_methods(["GET", "HEAD", "POST"])

NEXT = "then"  # a button of this name saves and goes on to the part that is its value
PARTS = {
    "contract_edit": "Contrat",
    "contract_signatories": "Signataires",
    "contract_plan": "Axes et objectifs",
}
UNCHANGED = "Rien n’a changé."


@get_and_post
@staff_only
def contract_create(request: UserRequest) -> HttpResponse:
    """A new contract; what comes next is its signatories."""

    def save(form: ContractForm) -> str:
        services.save_contract(form.instance, by=request.user)
        messages.success(
            request,
            f"Le contrat {form.instance.code} est créé. Saisissez maintenant ses signataires, puis ses axes.",
        )
        return reverse("contract_signatories", args=[form.instance.code])

    def bind(data: QueryDict | None) -> ContractForm:
        return ContractForm(data, instance=Contract())

    return answer(request, enter(request, bind=bind, save=save), "contracts/contract_create.html", {})


@get_and_post
@staff_only
def contract_edit(request: UserRequest, code: str) -> HttpResponse:
    """The sheet of a contract."""

    def bind(data: QueryDict | None) -> ContractForm:
        return ContractForm(data, instance=loaded(request, code))

    def save(form: ContractForm) -> str:
        if form.is_altered:
            services.save_contract(form.instance, by=request.user)
            say_saved(request, "Le contrat est enregistré.", of=form.instance)
            _warn_of_stranded(request, form)
        else:
            messages.info(request, UNCHANGED)
        return _onward(request, code)

    return _part(request, code, "contract_edit", bind, save)


def _warn_of_stranded(request: UserRequest, form: ContractForm) -> None:
    """Years that other dates of the contract leave outside it."""
    after = timeline(form.instance)
    before = replace(after, starts=form.stored["starts"], original_end=form.stored["ends"])
    found = stranded(form.instance, before, after)
    if found:
        messages.warning(request, f"Désormais hors du contrat : {list_fr(named(found))}.")


@get_and_post
@staff_only
def contract_signatories(request: UserRequest, code: str) -> HttpResponse:
    """The signatories of a contract as one table."""

    def bind(data: QueryDict | None) -> SignatoryRows:
        return SignatoryRows(data, contract=loaded(request, code), may_create=request.method == "POST")

    def save(rows: SignatoryRows) -> str:
        saved = [row.instance for row in rows.altered_rows]
        services.save_signatories(rows.contract, saved=saved, removed=rows.removed, by=request.user)
        done = [f"{count(len(saved), 'signataire')} à jour"] if saved else []
        done += [f"{count(len(rows.removed), 'signataire')} en moins"] if rows.removed else []
        _say(request, done, rows.contract)
        return _onward(request, code)

    return _part(request, code, "contract_signatories", bind, save)


@get_and_post
@staff_only
def contract_plan(request: UserRequest, code: str) -> HttpResponse:
    """The axes and objectives that a contract begins with, as two tables."""

    def bind(data: QueryDict | None) -> PlanTables:
        return PlanTables(data, contract=loaded(request, code))

    def save(tables: PlanTables) -> str:
        tables.arrange()
        touched = services.save_plan(tables, by=request.user)
        _say(request, [list_fr(touched)] if touched else [], tables.contract)
        return _onward(request, code)

    return _part(request, code, "contract_plan", bind, save)


# --- what the pages share -----------------------------------------------------------------------------------


def loaded(request: UserRequest, code: str) -> Contract:
    """The contract; locked while something of it is saved, so that all of it stays as it was checked."""
    contracts = Contract.objects.visible_to(request.user)
    if connection.in_atomic_block:
        contracts = contracts.select_for_update()
    contract: Contract = get_object_or_404(contracts, code=code)
    return contract


def answer(request: UserRequest, entry: Entry[Any], template: str, context: dict[str, Any]) -> HttpResponse:
    if entry.address:
        return redirect(entry.address)
    return render(request, template, context | {"entry": entry, "form": entry.form})


def _onward(request: UserRequest, code: str) -> str:
    part = request.POST.get(NEXT, "")
    return reverse(part if part in PARTS else "contract_detail", args=[code])


def _say(request: UserRequest, done: list[str], contract: Contract) -> None:
    if done:
        say_saved(request, f"Enregistré : {list_fr(done)}.", of=contract)
    else:
        messages.info(request, UNCHANGED)


def _part(
    request: UserRequest,
    code: str,
    part: str,
    bind: Callable[[QueryDict | None], Any],
    save: Callable[[Any], str],
) -> HttpResponse:
    """The page of one part of a contract, under its tabs."""
    entry = enter(request, bind=bind, save=save)
    if entry.address:
        return redirect(entry.address)
    names = list(PARTS)
    following = names[names.index(part) + 1] if part != names[-1] else ""
    contract = get_object_or_404(Contract.objects.visible_to(request.user), code=code)
    context = {
        "contract": contract,
        "has_amendments": contract.amendments.exists(),
        "part": PARTS[part],
        "tabs": [
            {"label": label, "url": reverse(name, args=[code]), "is_current": name == part}
            for name, label in PARTS.items()
        ],
        "following": following,
        "following_label": PARTS.get(following, "").lower(),
    }
    return answer(request, entry, f"contracts/{part}.html", context)
