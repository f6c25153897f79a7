"""Where a stored year of an action stands: the objective and the lead that its report shows."""

from typing import Any

from actions.entering.sheet import objective_field
from actions.models import ActionYear
from actions.soundness import known_period
from contracts.plan import Timeline
from cops.audit.conflicts import VersionedForm, entry_helper
from cops.lib.periods import year_period
from governance.picking import PicksOrganisations, organisation_field, organisation_list


class YearPlaceForm(PicksOrganisations, VersionedForm):
    """Objective and lead of one year, which were copied from the action when the year was added."""

    class Meta:
        model = ActionYear
        fields = ["objective", "lead"]

    def __init__(self, data: Any, *, instance: ActionYear, plan: Timeline, may_create: bool) -> None:
        super().__init__(data, instance=instance)
        self.organisations = organisation_list()
        action = instance.action
        year = year_period(instance.year)
        within = year.intersection(known_period(action.starts_on, action.ends_on)) or year
        self.fields["objective"] = objective_field(action.contract, plan, within, kept=instance.objective_id)
        self.fields["lead"] = organisation_field(
            self.organisations,
            label="Pilote",
            help_text="L’organisme qui a conduit l’action cette année-là.",
            error_messages={"required": "Indiquez l’organisme pilote."},
        )
        self.initial["lead"] = instance.lead
        self.allow_new(may_create=may_create)
        self.helper = entry_helper("objective", "lead", "new_organisations")

    def entered(self) -> list[str]:
        return [name for name in super().entered() if name != "new_organisations"]
