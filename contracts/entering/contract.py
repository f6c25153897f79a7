"""The form of a contract's own sheet."""

from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Row
from django import forms
from django.core.exceptions import ValidationError

from contracts.fields import PartialDateField
from contracts.models import Contract
from cops.audit.conflicts import VersionedForm, entry_helper
from cops.lib.forms import LineField, day_field
from cops.lib.french import fold_code
from cops.lib.periods import PartialDate, Precision

RESERVED_CODES = ("nouveau",)  # an address of its own
DATES = ("starts_on", "starts_precision", "ends_on", "ends_precision")


class ContractForm(VersionedForm):
    """A contract, dates as precisely as they are known.

    Its code is settled once it is created: files, reports and addresses name the contract by it."""

    title = LineField(
        label="Intitulé",
        max_length=200,
        help_text="Par exemple «\u00a0Contrat opérationnel de prévention et de sécurité 2009-2012\u00a0».",
        error_messages={"required": "Donnez un intitulé au contrat."},
    )
    starts = PartialDateField(
        label="Début",
        help_text="Aussi précisément que connu\u00a0: «\u00a02009\u00a0», «\u00a0novembre 2004\u00a0» "
        "ou «\u00a001/01/2009\u00a0».",
        error_messages={"required": "Indiquez au moins l’année du début."},
    )
    ends = PartialDateField(
        label="Fin d’origine",
        help_text="Avant tout avenant\u00a0: une prolongation s’enregistre comme avenant.",
        error_messages={"required": "Indiquez au moins l’année de la fin."},
    )
    legal_basis = LineField(
        label="Base légale", required=False, max_length=300, help_text="La loi, le décret ou la circulaire."
    )
    deliberation_reference = LineField(
        label="Délibération", required=False, max_length=100, help_text="Son numéro, par exemple 2009-117."
    )
    deliberated_on = day_field(label="Délibérée le")

    constraint_fields: ClassVar[dict[str, str]] = {"contracts_contract_dates": "ends"}

    class Meta:
        model = Contract
        fields = [
            "code",
            "title",
            "predecessor",
            "legal_basis",
            "deliberation_reference",
            "deliberated_on",
            "note",
        ]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "code": "Court, par exemple cops-2009\u00a0; il nomme le contrat dans les fichiers et les "
            "adresses, et ne change plus ensuite.",
            "note": "Ce qui n’est pas connu ou reste à vérifier.",
        }
        error_messages = {
            "code": {
                "required": "Donnez un code au contrat.",
                "unique": "Un contrat porte déjà ce code.",
                "invalid": "Un code s’écrit en lettres sans accent, chiffres et tirets, comme cops-2009.",
            },
        }

    def __init__(self, data: Any = None, *, instance: Contract, **kwargs: Any) -> None:
        super().__init__(data, instance=instance, **kwargs)
        others = Contract.objects.exclude(pk=instance.pk)
        self.fields["predecessor"] = forms.ModelChoiceField(
            others,
            label="Contrat précédent",
            required=False,
            empty_label="Aucun",
            help_text="Le contrat auquel celui-ci fait suite.",
            error_messages={"unique": "Un autre contrat fait déjà suite à celui-là."},
        )
        if instance.pk is not None:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = "Il nomme le contrat dans les fichiers et les adresses."
            self.initial.update(starts=instance.starts, ends=instance.original_end)
        self.helper = _helper()

    def stored_value(self, name: str) -> Any:
        dates = {"starts": "starts", "ends": "original_end"}
        return getattr(self.instance, dates.get(name, name))

    def past_value(self, record: Any, name: str) -> Any:
        if name not in ("starts", "ends"):
            return super().past_value(record, name)
        precision = Precision(getattr(record, f"{name}_precision"))
        return PartialDate.from_day(getattr(record, f"{name}_on"), precision)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED_CODES:
            raise ValidationError("Ce code est réservé\u00a0: choisissez-en un autre, comme cops-2009.")
        known = Contract.objects.exclude(pk=self.instance.pk).values_list("code", flat=True)
        same = next((other for other in known if fold_code(other) == fold_code(code)), None)
        if same is not None:
            raise ValidationError(f"Un contrat porte déjà ce code\u00a0: «\u00a0{same}\u00a0».")
        return code

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        starts, ends = self.cleaned_data.get("starts"), self.cleaned_data.get("ends")
        if starts:
            self.instance.starts_on, self.instance.starts_precision = starts.first_day, starts.precision.value
        if ends:
            self.instance.ends_on, self.instance.ends_precision = ends.last_day, ends.precision.value
        self._check_predecessor()
        return cleaned

    def _check_predecessor(self) -> None:
        """Contracts follow one another without going round in a circle."""
        before = self.cleaned_data.get("predecessor")
        while before is not None:
            if before.pk == self.instance.pk:
                self.add_error("predecessor", "Ce contrat fait lui-même suite à celui que vous modifiez.")
                return
            before = before.predecessor

    def _get_validation_exclusions(self) -> set[str]:
        """The dates are read by a constraint, once both are known."""
        known = {"starts", "ends"} <= set(self.cleaned_data)
        return super()._get_validation_exclusions() - (set(DATES) if known else set())

    def _shown(self, name: str, value: Any) -> str:
        return super()._shown(name, value.french if isinstance(value, PartialDate) else value)


def _helper() -> FormHelper:
    return entry_helper(
        Fieldset(
            "Le contrat",
            Row(Column("code", css_class="col-md-3"), Column("title", css_class="col-md-9")),
            "predecessor",
        ),
        Fieldset(
            "Quand",
            Row(Column("starts", css_class="col-md-6"), Column("ends", css_class="col-md-6")),
        ),
        Fieldset(
            "Ce qui le fonde",
            "legal_basis",
            Row(
                Column("deliberation_reference", css_class="col-md-8"),
                Column("deliberated_on", css_class="col-md-4"),
            ),
            "note",
        ),
    )
