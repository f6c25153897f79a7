"""Forms over an object and what hangs on it: what their author saw of it comes back with the form."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms

from cops.audit.conflicts import VersionedForm, comparable


class SeenForm(VersionedForm):
    """A versioned form with fields that are not its object's own (the wording of an axis is in its version).

    The history of the object does not tell what such a field held when the form was shown; `seen`, a hidden
    field, does.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def hanging(self) -> Iterable[str]:
        """Names of the fields that are not the object's own."""
        raise NotImplementedError

    def entered(self) -> list[str]:
        return [name for name in super().entered() if name != "seen"]

    def show_seen(self) -> None:
        """To be called once all fields and their initial values are there."""
        self.initial["seen"] = self._seen_text()

    def _seen_text(self) -> str:
        return json.dumps({name: self._text(name) for name in self.hanging()}, ensure_ascii=False)

    def _text(self, name: str) -> str:
        value = self.fields[name].prepare_value(self.get_initial_for_field(self.fields[name], name))
        return "" if value is None or value is False else str(value)

    def seen_values(self) -> dict[str, Any]:
        """What was shown, comparable; empty where the hidden field cannot be read."""
        try:
            found = json.loads(self._posted("seen"))
            texts = {name: str(found[name]) for name in self.hanging() if name in found}
            return {name: comparable(self.fields[name].clean(text)) for name, text in texts.items()}
        except (ValueError, TypeError, forms.ValidationError):
            return {}

    def past_value(self, record: Any, name: str) -> Any:
        """Each record is taken for a change of what hangs on the object: its latest author is named."""
        return record.version if name in set(self.hanging()) else super().past_value(record, name)

    def _base(self, seen: int | None) -> tuple[dict[str, Any], Any]:
        base, latest = super()._base(seen)
        if seen == 0:
            return base, latest
        own = {name: value for name, value in base.items() if name not in set(self.hanging())}
        return own | self.seen_values(), latest

    def _merge(self, seen: int | None) -> None:
        super()._merge(seen)
        self.data[self.add_prefix("seen")] = self._seen_text()
