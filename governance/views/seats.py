"""The rules of a formation: what seats they give, today and before; created, corrected, changed, ended."""

from django.contrib import messages
from django.db import connection
from django.db.models import Prefetch
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cops.audit.entering import enter
from cops.audit.history.saying import say_saved
from cops.lib.french import date_fr
from cops.users.requests import UserRequest
from governance.entering.formations import RuleChangeForm, RuleEndForm, SeatRuleForm
from governance.models import Formation, Seat, SeatRule
from governance.seating import change_rule, end_rule, save_rule
from governance.views.councils import readable_formation
from governance.views.designations import administrators_only, answer, get_and_post


@require_safe
@administrators_only
def seat_rule_list(request: UserRequest, code: str) -> HttpResponse:
    """All rules of a formation with their seats, those of another time too; four queries."""
    formation = readable_formation(request, code)
    seats = Seat.objects.order_by("number", "pk").prefetch_related("organisations")
    rules = formation.seat_rules.order_by("position", "starts_on", "pk")
    context = {
        "accepted": [],
        "formation": formation,
        "rules": rules.prefetch_related(Prefetch("seats", seats, to_attr="all_seats")),
        "today": timezone.localdate(),
    }
    return render(request, "governance/seat_rule_list.html", context)


@get_and_post
@administrators_only
def seat_rule_create(request: UserRequest, code: str) -> HttpResponse:
    """A new rule of a formation."""
    formation = readable_formation(request, code)

    def bind(data: QueryDict | None) -> SeatRuleForm:
        if connection.in_atomic_block:
            list(Formation.objects.select_for_update().filter(pk=formation.pk).values_list("pk"))
        return SeatRuleForm(data, instance=SeatRule(formation=formation), may_write=request.method == "POST")

    def save(form: SeatRuleForm) -> str:
        save_rule(form.instance, organisations=form.cleaned_data["organisations"], by=request.user)
        messages.success(request, f"La règle « {form.instance} » est créée.")
        return _address(formation)

    entry = enter(request, bind=bind, save=save)
    lead = "Une règle dit combien de sièges elle donne, à qui ils reviennent et qui désigne."
    return answer(
        request, entry, formation=formation, title="Nouvelle règle", lead=lead, submit="Créer la règle"
    )


@get_and_post
@administrators_only
def seat_rule_edit(request: UserRequest, pk: int) -> HttpResponse:
    """Correct a rule for the whole of its life."""
    shown = _rule(pk)

    def bind(data: QueryDict | None) -> SeatRuleForm:
        return SeatRuleForm(data, instance=_locked(pk), may_write=request.method == "POST")

    def save(form: SeatRuleForm) -> str:
        if form.is_altered:
            save_rule(form.instance, organisations=form.cleaned_data["organisations"], by=request.user)
            say_saved(request, f"La règle « {form.instance} » est corrigée.", of=form.instance)
        else:
            messages.info(request, "Rien n’a changé.")
        return _address(shown.formation)

    entry = enter(request, bind=bind, save=save)
    lead = (
        "La correction vaut pour tout le passé de la règle. Si la règle a changé un jour, passez par "
        "« Changer à partir du »."
    )
    return answer(request, entry, formation=shown.formation, title=shown.label, lead=lead, submit="Corriger")


@get_and_post
@administrators_only
def seat_rule_change(request: UserRequest, pk: int) -> HttpResponse:
    """Let a rule change from a day on; its past is kept, who sits goes on sitting."""
    shown = _rule(pk)

    def bind(data: QueryDict | None) -> RuleChangeForm:
        return RuleChangeForm(data, old=_locked(pk), may_write=request.method == "POST")

    def save(form: RuleChangeForm) -> str:
        change_rule(
            form.old, form.instance, organisations=form.cleaned_data["organisations"], by=request.user
        )
        first = date_fr(form.cleaned_data["starts_on"])
        messages.success(request, f"La règle « {form.instance} » vaut à partir du {first}.")
        return _address(shown.formation)

    entry = enter(request, bind=bind, save=save)
    lead = (
        f"« {shown.label} » : l’ancienne règle prend fin la veille et garde son histoire ; qui siège reste "
        "en place."
    )
    return answer(
        request,
        entry,
        formation=shown.formation,
        title="Changer la règle",
        lead=lead,
        submit="Changer la règle",
    )


@get_and_post
@administrators_only
def seat_rule_end(request: UserRequest, pk: int) -> HttpResponse:
    """Say the last day of a rule; the mandates on its seats end with it."""
    shown = _rule(pk)

    def bind(data: QueryDict | None) -> RuleEndForm:
        return RuleEndForm(data, instance=_locked(pk))

    def save(form: RuleEndForm) -> str:
        last = form.cleaned_data["ends_on"]
        end_rule(form.instance, last=last, by=request.user)
        messages.success(request, f"La règle « {form.instance} » prend fin le {date_fr(last)}.")
        return _address(shown.formation)

    entry = enter(request, bind=bind, save=save)
    return answer(
        request,
        entry,
        formation=shown.formation,
        title="Mettre fin à la règle",
        lead=shown.label,
        submit="Mettre fin",
    )


def _address(formation: Formation) -> str:
    return reverse("seat_rule_list", args=[formation.code])


def _rule(pk: int) -> SeatRule:
    rule: SeatRule = get_object_or_404(SeatRule.objects.select_related("formation__council"), pk=pk)
    return rule


def _locked(pk: int) -> SeatRule:
    rules = SeatRule.objects.select_related("formation__council")
    if connection.in_atomic_block:
        rules = rules.select_for_update(of=("self",))
    rule: SeatRule = get_object_or_404(rules, pk=pk)
    return rule
