"""Forms of formations and of the rules that say who sits in them."""

from datetime import date
from typing import Any

from crispy_forms.layout import Column, Fieldset, Row
from django import forms
from django.core.exceptions import ValidationError

from cops.audit.conflicts import VersionedForm, entry_helper
from cops.lib.forms import LineField, day_field
from cops.lib.french import date_fr, fold_name, sort_key
from governance.composition import not_created
from governance.models import Formation, Organisation, SeatRule
from governance.picking import PicksOrganisations, organisation_list, organisations_field
from governance.seating import DAY, held_after, is_carried

RULE_FIELDS = [
    "label",
    "category",
    "basis",
    "number",
    "position",
    "designated_by",
    "by_right",
    "may_be_represented",
    "convenes",
    "starts_on",
    "ends_on",
]


class FormationForm(VersionedForm):
    """A working group; of the plenary and restricted formations, what their rules leave to the service."""

    name = LineField(label="Nom", max_length=200, error_messages={"required": "Donnez un nom au groupe."})
    starts_on = day_field(label="Siège depuis le", help_text="Vide : depuis l’origine du conseil.")
    ends_on = day_field(label="Siège jusqu’au", help_text="Dernier jour, inclus. Vide : toujours ouvert.")

    class Meta:
        model = Formation
        fields = ["name", "purpose", "starts_on", "ends_on", "notice_days", "is_confidential"]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"notice_days": "Convoquer plus tard est possible, avec un avertissement."}

    constraint_fields = {"governance_formation_dates": "ends_on"}
    also_validated = ("kind",)

    def __init__(self, data: Any = None, *, instance: Formation, **kwargs: Any) -> None:
        super().__init__(data, instance=instance, **kwargs)
        dates = [Row(Column("starts_on", css_class="col-md-6"), Column("ends_on", css_class="col-md-6"))]
        confidential = ["is_confidential"]
        if not instance.is_group:
            for name in ("starts_on", "ends_on", "is_confidential"):
                del self.fields[name]
            dates, confidential = [], []
        self.helper = entry_helper(
            Fieldset(
                "Le groupe de travail" if instance.is_group else "La formation", "name", "purpose", *dates
            ),
            Fieldset("Ses réunions", Row(Column("notice_days", css_class="col-md-6")), *confidential),
        )

    def clean_name(self) -> str:
        """Two formations that sit at the same time are not called the same."""
        name: str = self.cleaned_data["name"]
        others = Formation.objects.filter(council=self.instance.council_id, ends_on__isnull=True)
        for other in others.exclude(pk=self.instance.pk):
            if fold_name(other.name) == fold_name(name):
                raise ValidationError(f"Une formation du conseil porte déjà ce nom : « {other.name} ».")
        return name

    def clean_notice_days(self) -> int:
        days: int = self.cleaned_data["notice_days"]
        if days > 90:
            raise ValidationError("Donnez un délai de 90 jours au plus.")
        return days

    def clean_starts_on(self) -> date | None:
        first: date | None = self.cleaned_data["starts_on"]
        council = self.instance.council
        if first and first < council.created.first_day:
            raise ValidationError(not_created(council))
        return first


class SeatRuleForm(PicksOrganisations, VersionedForm):
    """A rule: new, or corrected for the whole of its life."""

    label = LineField(
        label="Libellé",
        max_length=200,
        help_text="Par exemple « Représentant de l’Éducation nationale ».",
        error_messages={"required": "Donnez un libellé à la règle."},
    )
    category = LineField(
        label="Catégorie", max_length=100, error_messages={"required": "Indiquez une catégorie."}
    )
    position = forms.IntegerField(
        label="Rang", min_value=1, max_value=999, required=False, help_text="Vide : en dernier."
    )
    starts_on = day_field(label="Valable du", help_text="Vide : depuis l’origine.")
    ends_on = day_field(label="Au", help_text="Dernier jour, inclus. Vide : sans fin connue.")

    class Meta:
        model = SeatRule
        fields = RULE_FIELDS
        help_texts = {
            "basis": "Siège nommé : un seul siège. Au moins : autant de sièges que de désignés.",
            "designated_by": "L’autorité qui désigne ; vide pour un siège de droit.",
            "by_right": "Le siège suit une fonction : personne ne désigne.",
        }

    constraint_fields = {
        "governance_seatrule_number_positive": "number",
        "governance_seatrule_single": "number",
        "governance_seatrule_dates": "ends_on",
    }

    def __init__(
        self, data: Any = None, *, instance: SeatRule, may_write: bool, owners: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(data, instance=instance, **kwargs)
        self.organisations = organisation_list()
        self.fields["organisations"] = organisations_field(
            self.organisations,
            label="Organismes à qui revient le siège",
            required=False,
            help_text="Un par case. Deux organismes peuvent se partager un siège.",
        )
        if instance.pk:
            self.initial["organisations"] = self.stored_value("organisations")
            self.fields["basis"].disabled = True
        elif owners:
            self.initial["organisations"] = owners
        if instance.formation.kind == Formation.Kind.RESTRICTED:
            convener: Any = self.fields["convenes"]
            convener.choices = [("", "Non"), *SeatRule.Convener.choices]
        else:
            del self.fields["convenes"]
        self.allow_new(may_create=may_write)
        self._arrange()

    @property
    def _designating(self) -> list[str]:
        names = ("designated_by", "by_right", "may_be_represented", "convenes")
        return [name for name in names if name in self.fields]

    def _arrange(self) -> None:
        rest = [name for name in ("starts_on", "ends_on") if name in self.fields]
        self.helper = entry_helper(
            Fieldset(
                "Ce que la règle donne",
                "label",
                Row(Column("category", css_class="col-md-8"), Column("position", css_class="col-md-4")),
                Row(Column("basis", css_class="col-md-8"), Column("number", css_class="col-md-4")),
                "organisations",
                "new_organisations",
            ),
            Fieldset("Qui désigne", *self._designating),
            Fieldset("Depuis quand", Row(*(Column(name, css_class="col-md-6") for name in rest))),
        )

    def entered(self) -> list[str]:
        return [name for name in super().entered() if name != "new_organisations"]

    def stored_value(self, name: str) -> Any:
        if name == "organisations":
            return owners_of(self.instance)
        return super().stored_value(name)

    def past_value(self, record: Any, name: str) -> Any:
        if name == "organisations":
            return owners_of(self.instance)
        return super().past_value(record, name)

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or self.instance.position or 0


class RuleChangeForm(SeatRuleForm):
    """What a rule becomes from a day on; until the day before it stays as it was."""

    class Meta(SeatRuleForm.Meta):
        fields = [name for name in RULE_FIELDS if name not in ("position", "ends_on")]

    position = None  # type: ignore[assignment]
    ends_on = None  # type: ignore[assignment]
    starts_on = day_field(
        label="À partir du", required=True, help_text="La règle actuelle vaut jusqu’à la veille."
    )

    def __init__(self, data: Any = None, *, old: SeatRule, **kwargs: Any) -> None:
        self.old = old
        kept = {name: getattr(old, name) for name in RULE_FIELDS if name not in ("starts_on", "ends_on")}
        super().__init__(
            data, instance=SeatRule(formation=old.formation, **kept), owners=owners_of(old), **kwargs
        )

    def _arrange(self) -> None:
        self.helper = entry_helper(
            Fieldset("Quand la règle change", Row(Column("starts_on", css_class="col-md-6"))),
            Fieldset(
                "Ce qu’elle devient",
                "label",
                "category",
                Row(Column("basis", css_class="col-md-8"), Column("number", css_class="col-md-4")),
                "organisations",
                "new_organisations",
            ),
            Fieldset("Qui désigne", *self._designating),
        )

    def clean_starts_on(self) -> date:
        first: date = self.cleaned_data["starts_on"]
        created = self.old.formation.council.created.first_day
        begun = max(self.old.starts_on or created, created)
        if first <= begun:
            raise ValidationError(
                f"La règle actuelle vaut depuis le {date_fr(begun)} : indiquez un jour postérieur."
            )
        if self.old.ends_on and first > self.old.ends_on:
            raise ValidationError(f"La règle a pris fin le {date_fr(self.old.ends_on)}.")
        return first

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        first, number = self.cleaned_data.get("starts_on"), self.cleaned_data.get("number")
        if first and number:
            becoming = SeatRule(basis=self.cleaned_data.get("basis", ""), number=number)
            given_up = [seat for seat in self.old.seats.all() if not is_carried(becoming, seat)]
            fault = held_after(given_up, first - DAY)
            if fault:
                self.add_error("number", fault)
        return cleaned


class RuleEndForm(VersionedForm):
    """The last day of a rule."""

    class Meta:
        model = SeatRule
        fields = ["ends_on"]

    constraint_fields = {"governance_seatrule_dates": "ends_on"}
    also_validated = ("starts_on",)

    ends_on = day_field(
        label="Dernier jour de la règle",
        required=True,
        help_text="Les mandats en cours sur ses sièges prennent fin le même jour.",
    )

    def __init__(self, data: Any = None, *, instance: SeatRule, **kwargs: Any) -> None:
        super().__init__(data, instance=instance, **kwargs)
        self.helper = entry_helper(Fieldset("Fin de la règle", Row(Column("ends_on", css_class="col-md-6"))))

    def clean_ends_on(self) -> date:
        last: date = self.cleaned_data["ends_on"]
        fault = held_after(self.instance.seats.all(), last)
        if fault:
            raise ValidationError(fault)
        return last


def owners_of(rule: SeatRule) -> list[Organisation]:
    """The organisations that its seats belong to, by name; one query."""
    rows = Organisation.objects.filter(seats__rule=rule).distinct()
    return sorted(rows, key=lambda row: sort_key(row.name))
