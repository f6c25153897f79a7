"""Where a stored year of an action stands: the objective and the lead that its report shows."""

from typing import Any

from actions.entering.sheet import objective_field
from actions.models import ActionYear
from actions.soundness import known_period, objective_days, objective_message, span_fault
from contracts.plan import Timeline
from cops.audit.conflicts import VersionedForm, entry_helper
from governance.picking import PicksOrganisations, organisation_field, organisation_list


class YearPlaceForm(PicksOrganisations, VersionedForm):
    """Objective and lead of one year, which were copied from the action when the year was added."""

    class Meta:
        model = ActionYear
        fields = ["objective", "lead"]

    def __init__(self, data: Any, *, instance: ActionYear, plan: Timeline, may_create: bool) -> None:
        super().__init__(data, instance=instance)
        self.plan = plan
        self.organisations = organisation_list()
        self.fields["objective"] = objective_field(instance.action.contract, plan)
        self.fields["lead"] = organisation_field(
            self.organisations,
            label="Pilote",
            help_text="L’organisme qui a conduit l’action cette année-là.",
            error_messages={"required": "Indiquez l’organisme pilote."},
        )
        self.initial["lead"] = instance.lead
        self.allow_new(may_create=may_create)
        self.helper = entry_helper("objective", "lead", "new_organisations")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        objective = self.cleaned_data.get("objective")
        if objective is None:
            return cleaned
        year, action = self.instance.year, self.instance.action
        period = known_period(action.starts_on, action.ends_on)
        if span_fault(self.plan.days_in_year(year), objective_days(self.plan, objective.pk), period):
            self.add_error("objective", objective_message(year))
        return cleaned

    def entered(self) -> list[str]:
        return [name for name in super().entered() if name != "new_organisations"]
