"""Which actions get their next year."""

from typing import Any

from django import forms

from actions.carrying import CarryPlan


class CarryForm(forms.Form):
    """The rows to carry on, each by what it was planned on."""

    chosen = forms.CharField(required=False, widget=forms.MultipleHiddenInput)  # boxes of the page

    def __init__(self, data: Any, *, plan: CarryPlan) -> None:
        super().__init__(data)
        self.plan = plan
        self.states: list[str] = data.getlist("chosen") if data is not None else []

    def clean(self) -> dict[str, Any] | None:
        if not self.states:
            self.add_error(None, "Cochez au moins une action à reconduire.")
        return super().clean()

    @property
    def rows(self) -> list[tuple[Any, bool]]:
        """Each row with whether its box is ticked: all at first, then as they were sent."""
        return [(row, not self.is_bound or row.state in self.states) for row in self.plan.carried]
