"""Picking one thing, or several, out of a long list by typing its name: an input with suggestions.

Pure: a `PickList` knows the things by their labels (and by other names they answer to); the fields turn what
was typed into the thing. Without script the browser's own suggestions (`<datalist>`) help; the page writes
each list once (`{% include "components/datalist.html" with list=form.….list %}`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cops.lib.french import fold_name, list_fr, squash


@dataclass(frozen=True)
class PickList:
    """Things by label, in the order in which they are suggested; `aliases` are found but not suggested."""

    id: str
    things: Mapping[str, Any]
    aliases: Mapping[str, Any] = field(default_factory=dict)
    _found: dict[str, Any] = field(init=False, repr=False, compare=False)
    _labels: dict[Any, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = {fold_name(name): thing for name, thing in self.aliases.items()}
        found.update({fold_name(label): thing for label, thing in self.things.items()})
        object.__setattr__(self, "_found", found)
        object.__setattr__(self, "_labels", {thing: label for label, thing in self.things.items()})

    @property
    def labels(self) -> list[str]:
        return list(self.things)

    def find(self, text: str) -> Any | None:
        """The thing of a label or name, case, accents and spaces ignored."""
        return self._found.get(fold_name(text))

    def near(self, text: str, most: int = 3) -> list[str]:
        """Labels that begin much like what was typed, or hold it: for who misspelt or shortened a name."""
        typed = fold_name(text)
        folded = {label: fold_name(label) for label in self.things}
        starts = {name[: len(typed) + 1]: label for label, name in reversed(folded.items())}
        alike = [starts[start] for start in get_close_matches(typed, starts, n=most, cutoff=0.75)]
        holding = [label for label, name in folded.items() if len(typed) > 2 and typed in name]
        return list(dict.fromkeys([*holding, *alike]))[:most]

    def label(self, thing: Any) -> str:
        """How a thing is written in the input."""
        return self._labels.get(thing, str(thing))


class PickField(forms.Field):
    """One thing of a list, picked by typing; cleans to the thing, None if empty.

    `unknown` is the message for what is not in the list, with `%(typed)s`.
    """

    widget: Any = forms.TextInput

    def __init__(self, *, list: PickList, unknown: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.list = list
        self.create: Callable[[str], Any] | None = None  # makes what is not in the list
        self.error_messages["unknown"] = unknown
        self.widget.attrs |= {"list": list.id, "autocomplete": "off"}

    def to_python(self, value: Any) -> Any:
        return self.find(value)

    def find(self, value: Any) -> Any:
        typed = squash(str(value or ""))
        if not typed:
            return None
        thing = self.list.find(typed)
        if thing is None and self.create is not None:
            thing = self.create(typed)
        if thing is None:
            raise self._unknown(typed)
        return thing

    def _unknown(self, typed: str) -> ValidationError:
        near = [f"« {label} »" for label in self.list.near(typed)]
        params = {"typed": typed, "list": self.list.id, "near": list_fr(near)}
        message = str(self.error_messages["unknown"])
        if near:
            message += f" {'Nom proche' if len(near) == 1 else 'Noms proches'} : %(near)s."
        return ValidationError(message, code="unknown", params=params)

    def prepare_value(self, value: Any) -> Any:
        """The label of a thing; what was typed as it is."""
        if value is None or isinstance(value, str):
            return value
        return self.list.label(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return fold_name(str(self.prepare_value(initial) or "")) != fold_name(str(data or ""))


class NamesInput(forms.Widget):
    """Several inputs with the same suggestions, some of them empty."""

    template_name = "components/names_input.html"
    blank = 3

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        names = [text for text in (value or []) if text]
        context["widget"]["names"] = [*names, *[""] * self.blank]
        context["widget"]["describedby"] = context["widget"]["attrs"].get("aria-describedby", "")
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [value for value in values if value.strip()]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}_0" if id_ else id_


class PickManyField(PickField):
    """Several things of a list; cleans to a list without repetitions."""

    widget: Any = NamesInput

    def to_python(self, value: Any) -> list[Any]:
        found: dict[Any, None] = {}
        unknown = []
        for text in value or []:
            try:
                found[self.find(text)] = None
            except ValidationError as error:
                unknown.append(error)
        if unknown:
            raise ValidationError(unknown)
        return [thing for thing in found if thing is not None]  # a box of signs that nobody sees is empty

    def prepare_value(self, value: Any) -> list[str]:
        return [str(PickField.prepare_value(self, item)) for item in value or []]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _folded(self.prepare_value(initial)) != _folded(data or [])


def _folded(names: Iterable[str]) -> set[str]:
    return {fold_name(name) for name in names} - {""}
