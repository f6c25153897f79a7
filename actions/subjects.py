"""Actions and organisations in the history: what their rows are called, and what an undo must respect."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from actions.models import (
    Action,
    ActionCommune,
    ActionYear,
    Funding,
    Indicator,
    IndicatorValue,
    Partnership,
    Programme,
    Transition,
)
from actions.soundness import LOCKED_WHEN_ADOPTED, known_period, objective_days, span_fault
from contracts.selectors import timeline
from cops.audit.history.names import Names
from cops.audit.history.subjects import Part, Subject, names_need
from cops.audit.history.undoing import Step
from cops.lib.periods import Period
from cops.users.models import User
from governance.models import Commune, Organisation

OUTSIDE = "L’année {} sortirait de la période du contrat, de l’action ou de son objectif."
ADOPTED = "Le programme de {} est adopté : ce qui y est prévu ne change plus."


def _year(row: Any, names: Names) -> str:
    return f"l’année {row.year}"


def _of_year(names: Names, pk: int) -> str:
    found = names.row(ActionYear, pk)
    return f" en {found.year}" if found else ""


def _indicator(row: Any, names: Names) -> str:
    return f"l’indicateur «\u00a0{row.name}\u00a0»"


def _value(row: Any, names: Names) -> str:
    name = names(Indicator, row.indicator_id)
    return f"l’indicateur «\u00a0{name}\u00a0»{_of_year(names, row.action_year_id)}"


def _funding(row: Any, names: Names) -> str:
    funder = names(Organisation, row.funder_id)
    return f"le financement «\u00a0{funder}\u00a0»{_of_year(names, row.action_year_id)}"


ACTION_PARTS = (
    Part(
        Action,
        {
            "contract": "le contrat",
            "reference": "la référence",
            "title": "l’intitulé",
            "objective": "l’objectif",
            "continues": "l’action poursuivie",
            "lead": "le pilote",
            "contact": "la personne référente",
            "diagnosis": "le constat",
            "description": "la description",
            "audience": "le public",
            "counting_unit": "l’unité de compte",
            "calendar": "le calendrier",
            "is_confidential": "la mention «\u00a0confidentielle\u00a0»",
            "starts_on": "le début",
            "ends_on": "la fin",
        },
        title=lambda row, names: f"l’action {row.reference}",
        added="a créé",
    ),
    Part(
        Partnership,
        {"organisation": "l’organisme"},
        lambda row, names: f"le partenaire «\u00a0{names(Organisation, row.organisation_id)}\u00a0»",
        via="action",
        removed="a retiré",
    ),
    Part(
        ActionCommune,
        {"commune": "la commune"},
        lambda row, names: f"la commune «\u00a0{names(Commune, row.commune_id)}\u00a0»",
        via="action",
        removed="a retiré",
    ),
    Part(
        ActionYear,
        {
            "year": "le millésime",
            "objective": "l’objectif",
            "lead": "le pilote",
            "is_planned": "la mention «\u00a0prévue\u00a0»",
            "status": "le statut",
            "reason": "le motif d’écart",
            "comment": "le commentaire",
            "planned_budget": "le budget prévu",
            "actual_cost": "le coût réel",
            "planned_count": "la quantité prévue",
            "actual_count": "la quantité réalisée",
            "impact": "l’impact constaté",
        },
        _year,
        via="action",
    ),
    Part(
        Indicator,
        {
            "name": "le nom",
            "nature": "la nature",
            "unit": "l’unité",
            "direction": "le sens attendu",
            "baseline": "la valeur de référence",
        },
        _indicator,
        via="action",
    ),
    Part(
        IndicatorValue,
        {"action_year": "l’année", "target": "la cible", "value": "la valeur"},
        _value,
        via="indicator",
        parent=Indicator,
    ),
    Part(
        Funding,
        {
            "funder": "le financeur",
            "requested": "le montant demandé",
            "granted": "le montant accordé",
            "paid": "le montant versé",
        },
        _funding,
        via="action_year",
        parent=ActionYear,
    ),
)


# --- what an undo must respect ------------------------------------------------------------------------------


def _objections(steps: Sequence[Step]) -> list[str]:
    """What an adopted programme locks, and years that would lie outside their action or objective."""
    years = [step for step in steps if step.part.model is ActionYear]
    return [*_adopted(years), *_outside(steps)]


def _adopted(years: Sequence[Step]) -> list[str]:
    if not years:
        return []
    action = Action.objects.filter(pk=_either(years[0]).action_id)
    adopted = set(
        Programme.objects.filter(contract__in=action.values("contract")).values_list("year", flat=True)
    )
    return [
        ADOPTED.format(_either(step).year)
        for step in years
        if _either(step).year in adopted
        and any(_held(step.before, n) != _held(step.after, n) for n in LOCKED_WHEN_ADOPTED)
    ]


def _either(step: Step) -> Any:
    return step.before if step.before is not None else step.after


def _held(record: Any, name: str) -> Any:
    return LOCKED_WHEN_ADOPTED[name] if record is None else getattr(record, name)


def _outside(steps: Sequence[Step]) -> list[str]:
    """Years outside of what holds after the undo, which were inside of what holds now; of what an undo leaves
    under its objective, that it has lost it is nothing new."""
    sheet = next((step for step in steps if step.part.model is Action), None)
    back = {step.row: step.before for step in steps if step.part.model is ActionYear}
    if sheet is None and not any(back.values()):
        return []
    action = _action(steps)
    if action is None or (sheet is not None and sheet.before is None):
        return []
    plan = timeline(action.contract)
    bounds = sheet.before if sheet is not None else action
    period = known_period(bounds.starts_on, bounds.ends_on)
    stored = {row.pk: row for row in ActionYear.objects.filter(action_id=action.pk)}
    rows = {
        pk: row for pk, row in (stored | back).items() if row is not None
    }  # not by a history row's own key
    now = known_period(action.starts_on, action.ends_on)

    def is_outside(row: Any, period: Period) -> bool:
        return bool(span_fault(plan.days_in_year(row.year), objective_days(plan, row.objective_id), period))

    def was_outside(pk: int, row: Any) -> bool:
        known = stored.get(pk)
        return known is not None and known.objective_id == row.objective_id and is_outside(known, now)

    return [
        OUTSIDE.format(row.year)
        for pk, row in sorted(rows.items(), key=lambda item: item[1].year)
        if is_outside(row, period) and not was_outside(pk, row)
    ]


def _action(steps: Sequence[Step]) -> Action | None:
    for step in steps:
        row = _either(step)
        pk = row.id if step.part.model is Action else getattr(row, "action_id", None)
        if pk is not None:
            return Action.objects.select_related("contract").filter(pk=pk).first()
    return None


def _transitions(steps: Sequence[Step], by: User) -> None:
    """A status that turns back is a transition; a year that returns has those it had."""
    for step in steps:
        if step.part.model is not ActionYear or step.before is None:
            continue
        if step.after is None:
            _restore_transitions(step.row)
        elif step.before.status != step.after.status:
            Transition.objects.create(
                action_year_id=step.row,
                by=by,
                from_status=step.after.status,
                to_status=step.before.status,
                reason=step.before.reason,
            )


def _restore_transitions(year: int) -> None:
    """The transitions of a year that was deleted went with it: they are read from its history again."""
    history: Any = ActionYear.history.model.objects.filter(id=year).exclude(history_type="-")
    before: Any = None
    for record in history.order_by("history_id"):
        if before is not None and before.status != record.status:
            made = Transition.objects.create(
                action_year_id=year,
                by=record.history_user,
                from_status=before.status,
                to_status=record.status,
                reason=record.reason,
            )
            Transition.objects.filter(pk=made.pk).update(at=record.history_date)
        before = record


def _may_change(user: User) -> bool:
    return user.has_perm("actions.change_actions")


ACTION = Subject(
    "action",
    ACTION_PARTS,
    visible_to=lambda user: Action.objects.visible_to(user),
    may_undo=_may_change,
    page=lambda row: reverse("action_detail", args=[row.pk]),
    objections=_objections,
    undone=_transitions,
    going_along=(Transition,),
)
names_need(ActionYear, "action")
names_need(IndicatorValue, "indicator", "action_year__action")
