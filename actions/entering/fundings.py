"""The funding of an action, year by year, as one table."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from actions.entering.totals import TOTALS, typed_totals
from actions.fields import AmountField
from actions.models import Action, ActionYear, Funding
from cops.audit.entering import STEP
from cops.audit.rows import EntryRows, RowForm
from cops.lib.picking import PickList
from governance.picking import PicksOrganisations, organisation_field, organisation_list


class YearChoiceField(forms.ChoiceField):
    """One of an action's years, already read; cleans to it."""

    def __init__(self, years: Sequence[ActionYear], **kwargs: Any) -> None:
        self.years = {str(row.pk): row for row in years}
        choices = [("", "Choisir…"), *((pk, str(row.year)) for pk, row in self.years.items())]
        super().__init__(choices=choices, **kwargs)

    def clean(self, value: Any) -> ActionYear | None:
        return self.years.get(super().clean(self.prepare_value(value)))

    def prepare_value(self, value: Any) -> Any:
        return str(value.pk if isinstance(value, ActionYear) else value or "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != self.prepare_value(data)


class FundingForm(PicksOrganisations, RowForm):
    """What a funder was asked, granted and paid in one year; which year and funder is settled when added."""

    requested = AmountField(label="Demandé (€)")
    granted = AmountField(label="Accordé (€)")
    paid = AmountField(label="Versé (€)")

    key_field = "funder"
    constraint_fields = {"actions_funding_unique": "funder"}

    class Meta:
        model = Funding
        fields = ["action_year", "funder", "requested", "granted", "paid"]

    def __init__(
        self,
        data: Any,
        *,
        instance: Funding | None,
        prefix: str,
        years: Sequence[ActionYear],
        organisations: PickList,
        may_create: bool,
    ) -> None:
        super().__init__(data, instance=instance or Funding(), prefix=prefix)
        self.fields["action_year"] = YearChoiceField(
            years,
            label="Année",
            error_messages={"required": "Choisissez l’année."},
        )
        self.fields["funder"] = organisation_field(
            organisations, label="Financeur", error_messages={"required": "Indiquez le financeur."}
        )
        if instance is not None:
            self.initial["funder"] = instance.funder
            self.fields["action_year"].disabled = self.fields["funder"].disabled = True
        self.allow_new(may_create=may_create)

    @property
    def title(self) -> str:
        if not self.is_new:
            return f"{self.instance.action_year.year}, {self.instance.funder}"
        return str(self["funder"].value() or "nouvelle ligne")

    def key(self) -> str:
        if not self.is_new:
            return f"{self.instance.action_year_id} {self.instance.funder_id}"
        if not self.is_bound:
            return ""
        year, funder = self._typed("action_year"), self._typed("funder")
        return f"{year} {funder}"

    def entered(self) -> list[str]:
        return [name for name in super().entered() if name != "new_organisations"]


class FundingRows(EntryRows[FundingForm]):
    """All funding of an action; a step adds a blank row."""

    def __init__(self, data: Any, *, action: Action, may_create: bool) -> None:
        rows = Funding.objects.filter(action_year__action=action).select_related("action_year", "funder")
        stored = list(rows.order_by("action_year__year", "funder__folded_name", "pk"))
        years = list(ActionYear.objects.filter(action=action).order_by("year"))
        self.organisations = organisation_list()
        super().__init__(
            data,
            prefix="fundings",
            stored=stored,
            make=lambda data, prefix, row: FundingForm(
                data,
                instance=row,
                prefix=prefix,
                years=years,
                organisations=self.organisations,
                may_create=may_create,
            ),
            blank=1 if stored else 3,
        )
        self.action = action
        if self.is_step and self.data[STEP] != TOTALS:
            self.add()

    @property
    def totals(self) -> dict[str, Decimal | None]:
        return typed_totals(self.rows, ("requested", "granted", "paid"))
