"""The signatories of a contract as one table."""

from typing import Any

from django import forms

from contracts.models import Contract, Signatory
from cops.audit.rows import EntryRows, RowForm
from cops.lib.forms import LineField, day_field
from cops.lib.french import fold_name
from cops.lib.picking import PickList
from governance.picking import PicksOrganisations, organisation_field, organisation_list


class SignatoryForm(PicksOrganisations, RowForm):
    """An organisation that signed; which one is settled when added."""

    position = forms.IntegerField(
        label="Rang", required=False, min_value=1, max_value=999, widget=forms.TextInput
    )
    capacity = LineField(label="En qualité de", required=False, max_length=200)
    signed_on = day_field(label="Signé le")

    key_field = "organisation"
    constraint_fields = {"contracts_signatory_once": "organisation"}
    also_validated = ("contract",)

    class Meta:
        model = Signatory
        fields = ["organisation", "position", "capacity", "signed_on"]

    def __init__(
        self,
        data: Any,
        *,
        instance: Signatory | None,
        prefix: str,
        contract: Contract,
        organisations: PickList,
        may_create: bool,
    ) -> None:
        super().__init__(data, instance=instance or Signatory(contract=contract), prefix=prefix)
        self.fields["position"].widget.attrs |= {"inputmode": "numeric", "size": "3"}
        self.fields["organisation"] = organisation_field(
            organisations, label="Organisme", error_messages={"required": "Indiquez l’organisme."}
        )
        if instance is None:
            self.initial["position"] = None  # the model's own would look as if it had been typed
        else:
            self.initial["organisation"] = instance.organisation
            self.fields["organisation"].disabled = True
        self.allow_new(may_create=may_create)

    @property
    def title(self) -> str:
        if not self.is_new:
            return str(self.instance.organisation)
        return str(self["organisation"].value() or "nouvelle ligne")

    def key(self) -> str:
        return fold_name(self.title) if self.title != "nouvelle ligne" else ""

    def entered(self) -> list[str]:
        return [name for name in super().entered() if name != "new_organisations"]


class SignatoryRows(EntryRows[SignatoryForm]):
    """All signatories of a contract in their rank; a step adds a blank row."""

    def __init__(self, data: Any, *, contract: Contract, may_create: bool) -> None:
        stored = list(contract.signatories.select_related("organisation").order_by("position", "pk"))
        self.organisations = organisation_list()
        super().__init__(
            data,
            prefix="signatories",
            stored=stored,
            make=lambda data, prefix, row: SignatoryForm(
                data,
                instance=row,
                prefix=prefix,
                contract=contract,
                organisations=self.organisations,
                may_create=may_create,
            ),
            blank=1 if stored else 3,
        )
        self.contract = contract
        if self.is_step:
            self.add()

    def is_valid(self) -> bool:
        """An empty rank is the one after the last."""
        if not super().is_valid():
            return False
        bound = [row for row in self.filled_rows if row.is_bound]
        last = max([0, *(row.instance.position or 0 for row in self.filled_rows)])
        for row in bound:
            if row.cleaned_data.get("position") is None:
                last += 1
                row.instance.position = last
        return True
