"""A choice on which the rest of a form depends (the contract of an action, the formation of a meeting).

It is a field like the others. With another choice the page comes back, made for it, with everything that was
typed: at once where there is script, else by the button « SWITCH » of the page
(`{% include "components/switch_button.html" %}`). What the new choice has no field for waits hidden.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict

from cops.audit.conflicts import VersionedForm
from cops.audit.entering import STEP

SWITCH = "switch"  # the step that shows the form for another choice

_AT_ONCE = {
    "data-hx-post": "",
    "data-hx-trigger": "change",
    "data-hx-vals": f'{{"{STEP}": "{SWITCH}"}}',
    "data-hx-target": "closest form",
    "data-hx-select": ".entering",
    "data-hx-swap": "outerHTML show:none",
    "data-hx-sync": "closest form:queue last",
    "data-step": SWITCH,
    "data-said": "Le formulaire suit votre choix ; ce que vous avez tapé reste.",
}


class SwitchField(forms.ChoiceField):
    """The choice; its values are codes, as in addresses."""

    def __init__(self, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(choices=list(choices), widget=forms.Select(attrs=dict(_AT_ONCE)), **kwargs)


class SwitchedForm(VersionedForm):
    """A form that is made for the choice in its data; `waiting` are fields that not every choice has."""

    waiting: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def judge_later(self) -> None:
        """Between two choices nothing is judged yet."""
        if self.is_bound and STEP in self.data:
            self._errors = ErrorDict()

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What was typed in fields that this choice has not, to come back with another one."""
        if not self.is_bound:
            return []
        names = [name for name in self.waiting if name not in self.fields]
        return [(name, value) for name in names for value in self.data.getlist(name)]


def chosen(data: Any, name: str, known: dict[str, Any], default: Any) -> Any:
    """What a form is to be made for: what its data choose, the default where they choose nothing known."""
    return known.get(data.get(name, ""), default) if data is not None else default
