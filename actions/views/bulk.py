"""Changing many actions at once: those chosen in the list, what to set, what that does, doing it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from actions.bulk import MOST, BulkOutcome, BulkRow, apply_bulk, changed_at, plan_bulk
from actions.carrying import CarryRow
from actions.entering.bulk import BulkForm
from actions.filters import ActionFilter
from actions.listing import in_order
from actions.models import Action, ActionYear
from actions.views.entering import agents_only, get_and_post
from cops.audit.entering import STEP, enter
from cops.audit.history.deeds import key_of
from cops.audit.history.subjects import subject_of
from cops.audit.history.undoing import UndoRefused, take_back
from cops.lib.forms import whole_number
from cops.lib.french import count, list_fr
from cops.users.models import User
from cops.users.requests import UserRequest

TICKED, ALL = "action", "toutes"
NAMED = 30  # references in a message


@get_and_post
@agents_only
def action_bulk(request: UserRequest) -> HttpResponse:
    """The actions ticked in the list (`action`), or all of a list (`toutes` with its filters)."""
    keys = _chosen(request)
    back = _list_address(request.GET)
    if not keys or len(keys) > MOST:
        messages.warning(request, _wrong_number(len(keys)))
        return redirect(back)
    actions = in_order(Action.objects.visible_to(request.user).filter(pk__in=keys), "reference")
    actions = actions.select_related("lead", "contact").defer("description", "diagnosis", "search_text")
    years = ActionYear.objects.filter(action__in=keys).order_by("-year").values_list("year", flat=True)
    offered = list(years.distinct())

    def save(form: BulkForm) -> str:
        seen = form.cleaned_data["seen"]
        _say(request, apply_bulk(actions, form.wanted(), seen=seen, by=request.user))
        return back

    def bind(data: QueryDict | None) -> BulkForm:
        return BulkForm(data, years=offered, initial={"year": request.GET.get("annee", "")})

    entry = enter(request, bind=bind, save=save)
    if entry.address:
        return redirect(entry.address)
    is_shown = STEP not in request.POST and entry.form.is_complete
    plan = plan_bulk(actions, entry.form.wanted()) if is_shown else None
    context = {"entry": entry, "form": entry.form, "plan": plan, "count": len(keys), "list_url": back}
    return render(request, "actions/action_bulk.html", context)


@get_and_post
@agents_only
def action_bulk_undo(request: UserRequest, key: int) -> HttpResponse:
    """Taking one's own change of many actions back, of each as a whole, where nobody changed it since."""
    try:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=key)
    except OverflowError as error:
        raise Http404 from error
    actions = changed_at(at, request.user)
    if not actions:
        raise Http404
    if request.method == "POST":
        refused = [action for action in actions if not _is_taken_back(action, str(key), request.user)]
        _say_undone(request, len(actions) - len(refused), refused)
        return redirect("action_list")
    return render(request, "actions/action_bulk_undo.html", {"actions": actions, "at": at})


def _is_taken_back(action: Action, key: str, by: User) -> bool:
    subject = subject_of(action)
    assert subject is not None
    try:
        take_back(subject, action.pk, key, by=by)
    except UndoRefused:
        return False
    return True


def _say_undone(request: UserRequest, done: int, refused: Sequence[Action]) -> None:
    if done:
        messages.success(request, f"Annulé pour {count(done, 'action')}.")
    if refused:
        named = _listed([action.reference for action in refused])
        messages.warning(request, f"Modifié depuis ou déjà annulé, laissé tel quel : {named}.")


def _chosen(request: UserRequest) -> list[int]:
    """Keys of the actions, as far as the reader sees them; one more than MOST if there are too many."""
    if ALL in request.GET:
        narrowed = ActionFilter.asked(request.GET, user=request.user, on=timezone.localdate())
        return list(narrowed.qs.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    asked = request.GET.getlist(TICKED)[: MOST + 1]
    ticked = [key for text in asked if (key := whole_number(text)) is not None]
    return list(Action.objects.visible_to(request.user).filter(pk__in=ticked).values_list("pk", flat=True))


def _wrong_number(chosen: int) -> str:
    if not chosen:
        return "Cochez d’abord, dans la liste, les actions à modifier."
    return f"{MOST} actions au plus se modifient à la fois : resserrez d’abord la liste par un filtre."


def _list_address(query: QueryDict) -> str:
    rest: Any = query.copy()
    for name in (TICKED, ALL):
        rest.pop(name, None)
    return reverse("action_list") + (f"?{rest.urlencode()}" if rest else "")


def _say(request: UserRequest, outcome: BulkOutcome) -> None:
    done = len(outcome.changed)
    if done:
        text = f"{count(done, 'action modifiée', 'actions modifiées')}."
        address = reverse("action_bulk_undo", args=[key_of(outcome.at)])
        messages.success(request, format_html('{} <a href="{}">Annuler</a>', text, address))
    else:
        messages.info(request, "Aucune action n’a été modifiée.")
    if outcome.overtaken:
        messages.warning(
            request,
            f"Modifié entre-temps par quelqu’un d’autre, laissé tel quel : {references(outcome.overtaken)}.",
        )
    if outcome.refused:
        messages.warning(request, f"Refusé depuis l’aperçu : {references(outcome.refused)}.")


def references(rows: Sequence[BulkRow | CarryRow]) -> str:
    """The references of the first rows, and how many there are beside."""
    return _listed([row.action.reference for row in rows])


def _listed(names: Sequence[str]) -> str:
    left_out = len(names) - NAMED
    return list_fr([*names[:NAMED], count(left_out, "autre")] if left_out > 0 else names)
