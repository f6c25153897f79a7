"""Where the years go that an amendment would leave without their objective."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from contracts.models import Objective
from contracts.plan import Timeline
from contracts.stranding import Stranded
from cops.lib.french import list_fr

PREFIX = "moves"
STAY = ("", "Laisser sans objectif en vigueur")


class MovesForm(forms.Form):
    """For each thing that is stranded another objective, or none: it stays as it is.

    Valid once all of it, with all of its years, was shown: what others programme meanwhile is shown first.
    """

    data: Any

    def __init__(self, data: Any, stranded: Sequence[Stranded], after: Timeline, *, may_move: bool) -> None:
        super().__init__(data, prefix=PREFIX)
        self.stranded, self.may_move = stranded, may_move
        self.is_news = False
        for one in stranded:
            self.fields[f"{one.key}-shown"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=one.state
            )
            if self._is_movable(one):
                self.fields[one.key] = forms.ChoiceField(
                    label=f"{one.name}, {_years(one)} : nouvel objectif",
                    required=False,
                    choices=[STAY, *_choices(one, after)],
                    widget=forms.Select(attrs={"class": "form-select"}),
                )

    def _is_movable(self, one: Stranded) -> bool:
        return self.may_move and bool(one.offered)

    def recall(self, data: Mapping[str, Any]) -> None:
        """Show again what was chosen before somebody went back to the amendment itself."""
        for name, field in self.fields.items():
            chosen = data.get(self.add_prefix(name), "")
            if isinstance(field, forms.ChoiceField) and field.valid_value(chosen):
                self.initial[name] = chosen

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        shown = {one.key: self.cleaned_data.get(f"{one.key}-shown") for one in self.stranded}
        self.is_news = any(shown[one.key] != one.state for one in self.stranded)
        if self.is_news:
            self.add_error(None, "Ce qui perd son objectif a changé depuis votre relecture.")
            self._show_again()
        return cleaned

    def _show_again(self) -> None:
        data = self.data.copy()
        data.update({self.add_prefix(f"{one.key}-shown"): one.state for one in self.stranded})
        self.data = data

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What is stranded with its fields, for the page."""
        return [
            {
                "one": one,
                "years": _years(one),
                "shown": self[f"{one.key}-shown"],
                "field": self[one.key] if one.key in self.fields else None,
            }
            for one in self.stranded
        ]

    def wanted(self, objectives: Iterable[Objective]) -> list[tuple[Stranded, Objective]]:
        """What is to be moved, and to which of these objectives; of a valid form."""
        by_code = {row.code: row for row in objectives}
        chosen = [(one, self.cleaned_data.get(one.key)) for one in self.stranded]
        return [(one, by_code[code]) for one, code in chosen if code]

    @property
    def left(self) -> list[str]:
        """What stays without an objective in force, in words; of a valid form."""
        return named(one for one in self.stranded if not self.cleaned_data.get(one.key))


def named(stranded: Iterable[Stranded]) -> list[str]:
    """« 1.1-01 Médiation (2013 et 2014) » for each."""
    return [f"{one.name} ({_years(one)})" for one in stranded]


def _years(one: Stranded) -> str:
    return list_fr([str(year) for year in one.years])


def _choices(one: Stranded, after: Timeline) -> list[tuple[str, str]]:
    return [(code, _named(code, one.years[-1], after)) for code in one.offered]


def _named(code: str, year: int, after: Timeline) -> str:
    wording = after.last_wording(code, year)
    return f"{code} – {wording.title}" if wording else code


def told_left(left: Sequence[str]) -> str:
    """A warning after the amendment is stored."""
    return f"Reste sans objectif en vigueur : {list_fr(left)}."
