"""Entering actions: the sheet, its years, its indicators, its funding, each a page with one form."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import connection
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from actions import services
from actions.entering.fundings import FundingRows
from actions.entering.indicators import IndicatorRows
from actions.entering.place import YearPlaceForm
from actions.entering.sheet import ActionForm, following
from actions.entering.years import YearRows, years_context
from actions.models import Action, ActionYear
from contracts.models import Contract, Objective
from contracts.selectors import timeline
from cops.audit.entering import Entry, enter
from cops.audit.history.saying import say_saved
from cops.audit.switching import chosen
from cops.lib.french import count, list_fr
from cops.users.requests import UserRequest

agents_only = permission_required("actions.change_actions", raise_exception=True)
get_and_post = require_http_methods(["GET", "HEAD", "POST"])

NEXT = "then"  # a button of this name saves and goes on to the part that is its value
PARTS = {
    "action_edit": "Fiche",
    "action_years": "Années",
    "action_indicators": "Indicateurs",
    "action_funding": "Financements",
}


@get_and_post
@agents_only
def action_create(request: UserRequest) -> HttpResponse:
    """A new action of the contract in the address (`contrat`), else of the latest begun; the form offers
    others."""
    return _new(request, _contract_asked(request), None)


@get_and_post
@agents_only
def action_copy(request: UserRequest, pk: int) -> HttpResponse:
    """A new action filled in from another: a new reference, the same indicators, no figures."""
    source = get_object_or_404(_editable(request), pk=pk)
    return _new(request, _contract_asked(request) if "contrat" in request.GET else source.contract, source)


def _new(request: UserRequest, contract: Contract | None, source: Action | None) -> HttpResponse:
    if contract is None:
        messages.info(request, "Aucun contrat n’est enregistré : une action appartient à un contrat.")
        return redirect("action_list")
    contracts = list(Contract.objects.visible_to(request.user))
    known = {one.code: one for one in contracts}

    def bind(data: QueryDict | None) -> ActionForm:
        asked: Contract = chosen(data, "contract", known, contract)
        if connection.in_atomic_block:  # two actions created at once take a reference one after the other
            list(Contract.objects.select_for_update(no_key=True).filter(pk=asked.pk).values_list("pk"))
        return ActionForm(
            following(data, asked, source),
            instance=Action(contract=asked),
            plan=timeline(asked),
            on=timezone.localdate(),
            initial=_copied(source, asked) if source else {},
            may_create=request.method == "POST",
            contracts=contracts,
        )

    def save(form: ActionForm) -> str:
        action = _save_sheet(request, form)
        if source is not None:
            services.copy_indicators(source, to=action)
        say_saved(
            request, f"L’action {action.reference} est créée. Saisissez maintenant ses années.", of=action
        )
        return reverse("action_years", args=[action.pk])

    entry = enter(request, bind=bind, save=save)
    context = {"contract": entry.form.instance.contract, "source": source}
    return _answer(request, entry, "actions/action_create.html", context)


def _contract_asked(request: UserRequest) -> Contract | None:
    contracts = Contract.objects.visible_to(request.user)
    if "contrat" in request.GET:
        codes = {contract.code: contract for contract in contracts}
        if request.GET["contrat"] not in codes:
            raise Http404
        return codes[request.GET["contrat"]]
    begun = contracts.filter(starts_on__lte=timezone.localdate())
    return begun.first() or contracts.first()


def _copied(source: Action, contract: Contract) -> dict[str, Any]:
    """What a copy takes over; in another contract the objective is the one that continues the source's."""
    names = ("title", "diagnosis", "description", "audience", "counting_unit", "calendar", "is_confidential")
    copied: dict[str, Any] = {name: getattr(source, name) for name in names}
    copied |= {"lead": source.lead, "contact": source.contact}
    copied |= {"partners": list(source.partners.all()), "communes": list(source.communes.all())}
    if contract == source.contract:
        return copied | {"objective": source.objective}
    objective = Objective.objects.filter(contract=contract, continues=source.objective_id).first()
    is_next = contract.predecessor_id == source.contract_id
    return copied | {"objective": objective, "continues": source if is_next else None}


def _save_sheet(request: UserRequest, form: ActionForm) -> Action:
    action: Action = form.instance
    services.save_action(
        action,
        partners=form.cleaned_data["partners"],
        communes=form.cleaned_data["communes"],
        by=request.user,
    )
    return action


@get_and_post
@agents_only
def action_edit(request: UserRequest, pk: int) -> HttpResponse:
    """The sheet of an action."""

    def bind(data: QueryDict | None) -> ActionForm:
        action = _loaded(request, pk)
        return ActionForm(
            data,
            instance=action,
            plan=timeline(action.contract),
            on=timezone.localdate(),
            may_create=request.method == "POST",
        )

    def save(form: ActionForm) -> str:
        if form.is_altered:
            _save_sheet(request, form)
            say_saved(
                request, f"La fiche de l’action {form.instance.reference} est enregistrée.", of=form.instance
            )
            _warn_of_years(request, form)
        else:
            messages.info(request, "Rien n’a changé : la fiche reste comme elle est.")
        return _onward(request, pk)

    return _part(request, pk, enter(request, bind=bind, save=save), "action_edit")


def _warn_of_years(request: UserRequest, form: ActionForm) -> None:
    if form.is_moved and (years := services.years_outside(form.instance, timeline(form.instance.contract))):
        listed = list_fr([str(year) for year in years])
        messages.warning(request, f"Déjà programmée hors de ses dates ou de son objectif : {listed}.")


@get_and_post
@agents_only
def action_years(request: UserRequest, pk: int) -> HttpResponse:
    """The years of an action as one table."""

    def bind(data: QueryDict | None) -> YearRows:
        action = _loaded(request, pk)
        return YearRows(data, context=years_context(action, timeline(action.contract)))

    def save(rows: YearRows) -> str:
        saved = [row.instance for row in rows.altered_rows]
        services.save_years(rows.context.action, saved=saved, removed=rows.removed, by=request.user)
        _say(request, len(saved), len(rows.removed), "année", rows.context.action)
        return _onward(request, pk)

    return _part(request, pk, enter(request, bind=bind, save=save), "action_years")


@get_and_post
@agents_only
def action_year_place(request: UserRequest, pk: int, year: int) -> HttpResponse:
    """The objective and the lead of a stored year, which its report shows."""

    def bind(data: QueryDict | None) -> YearPlaceForm:
        action = _loaded(request, pk)
        rows = ActionYear.objects.select_related("action__contract", "lead", "objective")
        row = get_object_or_404(rows, action=action, year=year)
        is_posted = request.method == "POST"
        return YearPlaceForm(data, instance=row, plan=timeline(action.contract), may_create=is_posted)

    def save(form: YearPlaceForm) -> str:
        row: ActionYear = form.instance
        if form.is_altered:
            services.save_year_place(row, by=request.user)
            messages.success(request, f"L’objectif et le pilote de {year} sont enregistrés.")
        else:
            messages.info(request, "Rien n’a changé.")
        return reverse("action_years", args=[pk])

    entry = enter(request, bind=bind, save=save)
    title = f"Objectif et pilote de {year}"
    return _part(request, pk, entry, "action_years", template="action_year_place", title=title, year=year)


@get_and_post
@agents_only
def action_indicators(request: UserRequest, pk: int) -> HttpResponse:
    """The indicators of an action with their values."""

    def bind(data: QueryDict | None) -> IndicatorRows:
        return IndicatorRows(data, action=_loaded(request, pk))

    def save(rows: IndicatorRows) -> str:
        entered = rows.entered
        services.save_indicators(rows.action, entered=entered, removed=rows.removed, by=request.user)
        _say(request, len(entered), len(rows.removed), "indicateur", rows.action)
        return _onward(request, pk)

    return _part(request, pk, enter(request, bind=bind, save=save), "action_indicators")


@get_and_post
@agents_only
def action_funding(request: UserRequest, pk: int) -> HttpResponse:
    """The funding of an action."""

    def bind(data: QueryDict | None) -> FundingRows:
        return FundingRows(data, action=_loaded(request, pk), may_create=request.method == "POST")

    def save(rows: FundingRows) -> str:
        saved = [row.instance for row in rows.altered_rows]
        services.save_fundings(rows.action, saved=saved, removed=rows.removed, by=request.user)
        _say(request, len(saved), len(rows.removed), "financement", rows.action)
        return _onward(request, pk)

    return _part(request, pk, enter(request, bind=bind, save=save), "action_funding")


# --- what the pages share -----------------------------------------------------------------------------------


def _editable(request: UserRequest) -> Any:
    return Action.objects.visible_to(request.user).select_related("contract", "objective", "lead", "contact")


def _loaded(request: UserRequest, pk: int) -> Action:
    """The action; locked while it is saved, so that its rows stay as they were checked."""
    actions = _editable(request)
    if connection.in_atomic_block:
        actions = actions.select_for_update(of=("self",))
    action: Action = get_object_or_404(actions, pk=pk)
    return action


def _onward(request: UserRequest, pk: int) -> str:
    part = request.POST.get(NEXT, "")
    return reverse(part if part in PARTS else "action_detail", args=[pk])


def _say(request: UserRequest, saved: int, removed: int, noun: str, action: Action) -> None:
    if not saved and not removed:
        messages.info(request, "Rien n’a changé.")
    else:
        done = [count(saved, noun) + " à jour"] if saved else []
        gone = [count(removed, noun) + " en moins"] if removed else []
        say_saved(request, f"Enregistré : {list_fr([*done, *gone])}.", of=action)


def _part(
    request: UserRequest,
    pk: int,
    entry: Entry[Any],
    part: str,
    *,
    template: str = "",
    title: str = "",
    **extra: Any,
) -> HttpResponse:
    """The page of one part of an action, under its tabs; with a template and title of its own, a page
    inside that part."""
    names = list(PARTS)
    following = names[names.index(part) + 1] if part != names[-1] and not template else ""
    action = get_object_or_404(_editable(request), pk=pk)
    context = {
        "action": action,
        "part": title or PARTS[part],
        "tabs": [
            {"label": label, "url": reverse(name, args=[pk]), "is_current": name == part}
            for name, label in PARTS.items()
        ],
        "following": following,
        "following_label": PARTS.get(following, "").lower(),
    }
    return _answer(request, entry, f"actions/{template or part}.html", context | extra)


def _answer(request: UserRequest, entry: Entry[Any], template: str, context: dict[str, Any]) -> HttpResponse:
    if entry.address:
        return redirect(entry.address)
    return render(request, template, context | {"entry": entry, "form": entry.form})
