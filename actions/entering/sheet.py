"""The form of an action's own sheet: what it is, who leads it, where."""

from collections.abc import Container, Sequence
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Div, Fieldset, Row
from django import forms
from django.db.models import Q
from django.http import QueryDict

from actions.models import Action, ActionCommune, Partnership
from actions.services import next_reference
from contracts.models import Contract, Objective
from contracts.plan import Timeline
from cops.audit.conflicts import entry_helper
from cops.audit.entering import STEP
from cops.audit.switching import SWITCH, SwitchedForm, SwitchField
from cops.lib.forms import LineField, day_field, whole_number
from cops.lib.french import sort_key
from cops.lib.periods import Period
from cops.lib.picking import PickField, PickList
from governance.picking import (
    PicksOrganisations,
    communes_field,
    organisation_field,
    organisation_list,
    organisations_field,
    person_field,
    person_list,
)


class ActionForm(PicksOrganisations, SwitchedForm):
    """An action of a contract. `plan` is the contract's, `on` the day from which its objectives are offered;
    `contracts` are those that a new action may belong to. The reference of a new one may be left empty: it
    takes the next one of its objective."""

    reference = LineField(
        label="Référence",
        max_length=50,
        help_text="Par exemple 1.1-07. Unique dans le contrat.",
    )
    title = LineField(
        label="Intitulé",
        max_length=300,
        help_text="En une ligne, par exemple « Médiation à la sortie des collèges ».",
        error_messages={"required": "Donnez un intitulé à l’action."},
    )
    starts_on = day_field(label="Début", help_text="Vide : dès le début du contrat.")
    ends_on = day_field(label="Fin", help_text="Vide : jusqu’à la fin du contrat.")

    constraint_fields = {
        "actions_action_dates": "ends_on",
        "actions_action_reference_unique": "reference",
        "actions_action_counting_unit_known": "counting_unit",
    }
    also_validated = ("contract",)
    waiting = ("continues",)

    class Meta:
        model = Action
        fields = [
            "reference",
            "title",
            "objective",
            "lead",
            "contact",
            "diagnosis",
            "description",
            "audience",
            "counting_unit",
            "calendar",
            "starts_on",
            "ends_on",
            "continues",
            "is_confidential",
        ]
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in ("diagnosis", "description")} | {
            "audience": forms.Textarea(attrs={"rows": 2})
        }
        help_texts = {
            "diagnosis": "Ce qui a été constaté et à quoi l’action répond.",
            "description": "Ce qui est fait, par qui, à quel rythme.",
            "audience": "Par exemple : collégiens de 11 à 15 ans et leurs parents.",
            "counting_unit": "Ce que compte l’action ; « Aucune » si elle ne compte rien.",
            "is_confidential": "Lue seulement par le service et par la personne référente.",
        }

    def __init__(
        self,
        data: Any = None,
        *,
        instance: Action,
        plan: Timeline,
        on: date,
        may_create: bool,
        contracts: Sequence[Contract] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(data, instance=instance, **kwargs)
        contract = instance.contract
        self.organisations, self.people = organisation_list(), person_list()
        self.predecessors = _predecessors(contract)
        self._pick(contract, plan, on)
        if len(contracts) > 1:
            choices = [(one.code, one.title) for one in contracts]
            self.fields["contract"] = SwitchField(
                choices,
                label="Contrat",
                help_text="Les objectifs proposés sont les siens.",
                initial=contract.code,
            )
        if instance.pk is None:
            self.fields["reference"].required = False
            self.fields["reference"].help_text += " Vide : la suivante de l’objectif."
        else:
            picked = ("lead", "contact", "continues", "partners", "communes")
            self.initial.update({name: self.stored_value(name) for name in picked if name in self.fields})
        self.allow_new(may_create=may_create)
        self.helper = _helper(self.fields)
        self.judge_later()

    def _pick(self, contract: Contract, plan: Timeline, on: date) -> None:
        """The fields that pick something out of a list."""
        unit: Any = self.fields["counting_unit"]
        unit.choices = [("", "Aucune"), *(choice for choice in unit.choices if choice[0])]
        to_come = Period(plan.nearest_day(on), None)
        self.fields["objective"] = objective_field(contract, plan, to_come, kept=self.instance.objective_id)
        self.fields["lead"] = organisation_field(
            self.organisations,
            label="Pilote",
            help_text="L’organisme qui conduit l’action : tapez quelques lettres, puis choisissez.",
            error_messages={"required": "Indiquez l’organisme pilote."},
        )
        self.fields["contact"] = person_field(
            self.people,
            label="Personne référente",
            required=False,
            help_text="Elle lira l’action, même sans autre accès au site.",
        )
        self.fields["partners"] = organisations_field(
            self.organisations,
            label="Partenaires",
            required=False,
            help_text="Un par case ; videz une case pour retirer un partenaire.",
        )
        self.fields["communes"] = communes_field(
            label="Communes",
            required=False,
            help_text="Aucune cochée : tout le territoire.",
        )
        if self.predecessors.things:
            self.fields["continues"] = PickField(
                list=self.predecessors,
                label="Poursuit l’action",
                required=False,
                unknown="Le contrat précédent n’a pas d’action « %(typed)s » : choisissez un nom proposé.",
                help_text="Action du contrat précédent, s’il y en a une.",
            )
        else:
            del self.fields["continues"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        objective = self.cleaned_data.get("objective")
        if self.loaded_version is None and objective and not self.cleaned_data.get("reference"):
            self.cleaned_data["reference"] = next_reference(self.instance.contract, objective)
        return cleaned

    def stored_value(self, name: str) -> Any:
        if name == "partners":
            return sorted(self.instance.partners.all(), key=lambda row: sort_key(row.name))
        if name == "communes":
            return list(self.instance.communes.all())
        return super().stored_value(name)

    def past_value(self, record: Any, name: str) -> Any:
        if name == "partners":
            return _linked_then(Partnership, "organisation_id", self.instance, record)
        if name == "communes":
            return _linked_then(ActionCommune, "commune_id", self.instance, record)
        return super().past_value(record, name)

    def entered(self) -> list[str]:
        return [name for name in super().entered() if name != "new_organisations"]

    @property
    def is_moved(self) -> bool:
        """Whether the action's own days change."""
        return self.changes("starts_on", "ends_on")


def following(data: QueryDict | None, contract: Contract, source: Action | None) -> QueryDict | None:
    """What was typed, for another contract: the objective becomes the one that continues it there or that it
    continues, and a copy in the next contract continues its source."""
    if data is None or data.get(STEP) != SWITCH:
        return data
    data, typed = data.copy(), whole_number(data.get("objective", ""))
    if typed is not None:
        akin = Q(pk=typed) | Q(continues=typed) | Q(continued_by=typed)
        objective = Objective.objects.filter(akin, contract=contract).first()
        data["objective"] = str(objective.pk) if objective else ""
    if source and contract.predecessor_id == source.contract_id and not data.get("continues"):
        data["continues"] = _named(source)
    return data


def objective_field(
    contract: Contract, plan: Timeline, within: Period, *, kept: int | None
) -> forms.ModelChoiceField:
    """The objectives in force on a day of a period, grouped by axis, each as last worded; besides them the
    one that is stored (`kept`), marked where it is not in force then."""
    offered = _objectives_by_axis(plan, within, kept)
    keys = [pk for _, group in offered for pk, _ in group]
    field: Any = forms.ModelChoiceField(
        Objective.objects.filter(contract=contract, pk__in=keys),
        label="Objectif",
        error_messages={
            "required": "Choisissez l’objectif de l’action.",
            "invalid_choice": "Cet objectif n’est pas en vigueur : choisissez-en un de la liste.",
        },
    )
    field.choices = [("", "Choisissez…"), *offered]
    return field


def _objectives_by_axis(
    plan: Timeline, within: Period, kept: int | None
) -> list[tuple[str, list[tuple[int, str]]]]:
    year = plan.last_day.year
    groups: dict[int, list[tuple[int, str]]] = {}
    for row in sorted(plan.objectives, key=lambda row: sort_key(row.code)):
        mark = _mark(plan.objective_periods(row.code), within)
        if mark and row.pk != kept:
            continue
        wording = plan.last_wording(row.code, year)
        title = f"{row.code} – {wording.title}" if wording else row.code
        groups.setdefault(row.axis_number, []).append((row.pk, title + mark))
    return [
        (f"Axe {number} – {plan.last_axis_title(number, year)}", groups[number]) for number in sorted(groups)
    ]


def _mark(in_force: Sequence[Period], within: Period) -> str:
    """What is said of an objective that is in force on no day of a period; empty for one that is."""
    if any(period.overlaps(within) for period in in_force):
        return ""
    first = min((period.start or date.min for period in in_force), default=None)
    return " (retiré)" if first and within.start and first < within.start else " (pas encore en vigueur)"


def _predecessors(contract: Contract) -> PickList:
    """Actions of the contract before this one."""
    if contract.predecessor_id is None:
        return PickList("predecessors", {})
    rows = Action.objects.filter(contract=contract.predecessor_id)
    return PickList("predecessors", {_named(row): row for row in rows})


def _named(action: Action) -> str:
    return f"{action.reference} – {action.title}"


def _linked_then(model: Any, field: str, action: Action, record: Any) -> set[int]:
    """What was linked to an action while a record of its history was its latest: partners and communes are
    written after the action, in the same transaction."""
    following = action.history.filter(version__gt=record.version).order_by("version").first()
    links = model.history.filter(action_id=action.pk)
    if following is not None:
        links = links.filter(history_date__lt=following.history_date)
    state: dict[int, Any] = {}
    for row in links.order_by("history_date", "history_id"):
        state[row.id] = row
    return {getattr(row, field) for row in state.values() if row.history_type != "-"}


def _helper(fields: Container[str]) -> FormHelper:
    return entry_helper(
        Fieldset(
            "L’action",
            *(["contract"] if "contract" in fields else []),
            "objective",
            Row(Column("reference", css_class="col-md-3"), Column("title", css_class="col-md-9")),
            "diagnosis",
            "description",
            *(["continues"] if "continues" in fields else []),
        ),
        Fieldset(
            "Qui la mène",
            Row(Column("lead", css_class="col-md-6"), Column("contact", css_class="col-md-6")),
            "partners",
            "new_organisations",
        ),
        Fieldset(
            "Pour qui et où",
            "audience",
            Div("communes", css_class="in-columns"),
            "counting_unit",
        ),
        Fieldset(
            "Quand, et qui la lit",
            Row(
                Column("starts_on", css_class="col-md-4"),
                Column("ends_on", css_class="col-md-4"),
                Column("calendar", css_class="col-md-4"),
            ),
            "is_confidential",
        ),
    )
