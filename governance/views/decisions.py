"""Decisions and opinions: their list, one of them with what became of it, entering them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cops.audit.entering import Entry, enter
from cops.audit.lists import ListPage, cut_into_pages
from cops.users.requests import UserRequest
from cops.users.saved_views import keeps_views
from governance.decisions import writing
from governance.decisions.forms import DecisionForm, FollowUpForm
from governance.decisions.listing import (
    DecisionFilter,
    DecisionResource,
    DecisionTable,
    formations_and_years,
    in_order,
    listed_decisions,
    sort_of,
)
from governance.decisions.page import address, page_of
from governance.meetings.page import address as meeting_address
from governance.models import Decision, FollowUp
from governance.references import StillReferredToError, references, refusal
from governance.views.meetings import current, loaded, refused

DECISIONS = ListPage("decision_list", title="Décisions", of="des décisions", stem="decisions")
get_and_post = require_http_methods(["GET", "HEAD", "POST"])
for_readers = permission_required("governance.view_composition", raise_exception=True)
for_staff = permission_required("governance.change_meetings", raise_exception=True)


# --- the list -----------------------------------------------------------------------------------------------


def _narrowed(request: UserRequest, today: date) -> DecisionFilter:
    formations, years = formations_and_years(request.user)
    return DecisionFilter(
        request.GET,
        queryset=listed_decisions(request.user),
        formations=formations,
        years=years,
        today=today,
    )


@keeps_views
@require_safe
@for_readers
def decision_list(request: UserRequest) -> HttpResponse:
    """Decisions and opinions in the reader's scope, the latest meeting first."""
    today = timezone.localdate()
    narrowed = _narrowed(request, today)
    sort = sort_of(request.GET.get("tri", ""))
    table = DecisionTable(in_order(narrowed.qs, sort), today=today)
    table.order_by = [sort]
    cut_into_pages(table, request)
    return render(request, "governance/decision_list.html", DECISIONS.context(request, narrowed, table))


@require_safe
@for_readers
def decision_list_export(request: UserRequest, form: str) -> HttpResponse:
    """All rows of the list of that address, in its order; what is exported goes to the journal."""
    narrowed = _narrowed(request, timezone.localdate())
    rows = in_order(narrowed.qs, sort_of(request.GET.get("tri", "")))
    return DECISIONS.as_file(request, form, narrowed, rows, DecisionResource())


# --- one decision -------------------------------------------------------------------------------------------


def _decision(request: UserRequest, pk: int) -> Decision:
    """The decision with its meeting, if the user may read it; 404 else."""
    decisions = Decision.objects.visible_to(request.user)
    found = decisions.select_related("meeting__formation__council", "agenda_item")
    decision: Decision = get_object_or_404(found, pk=pk)
    return decision


@require_safe
def decision_detail(request: UserRequest, pk: int) -> HttpResponse:
    """A decision, what was done about it, what it brought about."""
    context = page_of(_decision(request, pk), request.user, timezone.localdate())
    return render(request, "governance/decision_detail.html", context)


@get_and_post
@for_staff
def decision_create(request: UserRequest, pk: int) -> HttpResponse:
    """One more decision of a meeting; its number is the next."""
    meeting = loaded(request, pk)
    if reason := writing.entry_refusal(meeting, timezone.localdate()):
        return refused(request, meeting, reason)

    def bind(data: QueryDict | None) -> DecisionForm:
        return DecisionForm(data, instance=Decision(meeting=current(request, meeting), number=0))

    def save(form: DecisionForm) -> str:
        writing.save_decision(form.instance, by=request.user)
        messages.success(request, _said(form.instance, "enregistré"))
        return f"{meeting_address(meeting)}#decisions"

    entry = enter(request, bind=bind, save=save)
    return _answer(request, entry, "governance/decision_form.html", {"meeting": meeting, "decision": None})


@get_and_post
@for_staff
def decision_edit(request: UserRequest, pk: int) -> HttpResponse:
    """A decision as it was taken, until its meeting is closed or its minutes are approved."""
    decision = _decision(request, pk)
    meeting = decision.meeting
    if reason := writing.entry_refusal(meeting, timezone.localdate()):
        messages.warning(request, reason)
        return redirect(address(decision))

    def bind(data: QueryDict | None) -> DecisionForm:
        if not connection.in_atomic_block or data is None:
            return DecisionForm(data, instance=decision)
        return DecisionForm(data, instance=writing.locked_decision(pk))

    def save(form: DecisionForm) -> str:
        if form.is_altered:
            writing.save_decision(form.instance, by=request.user)
            messages.success(request, _said(form.instance, "enregistré"))
        else:
            messages.info(request, "Rien n’a changé.")
        return address(form.instance)

    entry = enter(request, bind=bind, save=save)
    context = {"meeting": meeting, "decision": decision}
    return _answer(request, entry, "governance/decision_form.html", context)


@get_and_post
@for_staff
def decision_delete(request: UserRequest, pk: int) -> HttpResponse:
    """Delete a decision that nothing refers to; else say what does."""
    decision = _decision(request, pk)
    reason = writing.entry_refusal(decision.meeting, timezone.localdate())
    if not reason and (found := references(decision)):
        reason = refusal(decision, found)
    if request.method != "POST":
        context = {
            "decision": decision,
            "refusal": reason,
            "back_url": address(decision),
            "back_label": "Revenir à la décision",
        }
        return render(request, "governance/decision_delete.html", context)
    try:
        if reason:
            raise StillReferredToError(reason)
        writing.delete_decision(decision, by=request.user)
    except StillReferredToError as error:
        messages.error(request, str(error))
        return redirect(address(decision))
    messages.success(request, _said(decision, "supprimé"))
    return redirect(f"{meeting_address(decision.meeting)}#decisions")


@get_and_post
@for_staff
def decision_follow_up(request: UserRequest, pk: int) -> HttpResponse:
    """What was done about a decision, whatever became of its meeting."""
    decision = _decision(request, pk)
    today = timezone.localdate()

    def bind(data: QueryDict | None) -> FollowUpForm:
        follow_up = FollowUp(decision=decision, told_on=today, state=decision.state)
        return FollowUpForm(data, instance=follow_up, today=today)

    def save(form: FollowUpForm) -> str:
        writing.add_follow_up(form.instance, by=request.user)
        messages.success(request, "Les suites données sont notées.")
        return f"{address(decision)}#suites"

    entry = enter(request, bind=bind, save=save)
    context = {"meeting": decision.meeting, "decision": decision}
    return _answer(request, entry, "governance/decision_follow_up.html", context)


def _said(decision: Decision, done: str) -> str:
    """« Décision n° 3 enregistrée. », « Avis n° 3 enregistré. »"""
    ending = "" if decision.kind == Decision.Kind.OPINION else "e"
    return f"{decision.get_kind_display()} n°\u00a0{decision.number} {done}{ending}."


def _answer(request: UserRequest, entry: Entry[Any], template: str, context: dict[str, Any]) -> HttpResponse:
    if entry.address:
        return redirect(entry.address)
    return render(request, template, context | {"entry": entry, "form": entry.form})
