"""The agenda as one table that is filled in by keyboard."""

from typing import Any

from django import forms

from cops.audit.rows import EntryRows, RowForm
from cops.lib.forms import LineField
from governance.models import AgendaItem, Meeting

LONGEST_ITEM = 24 * 60  # minutes


class AgendaForm(RowForm):
    """An item. Its place is where it is to stand: another number moves it there, none puts it last."""

    position = forms.IntegerField(
        label="Rang",
        required=False,
        min_value=1,
        max_value=999,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": "Un rang est un nombre entier.",
            "min_value": "Le premier rang est 1.",
            "max_value": "Un rang compte trois chiffres au plus.",
        },
    )
    duration = forms.IntegerField(
        label="Durée (min)",
        required=False,
        min_value=1,
        max_value=LONGEST_ITEM,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": "Une durée s’écrit en minutes, par exemple 20.",
            "min_value": "Une durée compte au moins une minute.",
            "max_value": "Une durée ne dépasse pas un jour.",
        },
    )
    rapporteur = LineField(label="Rapporteur", required=False, max_length=200)

    key_field = "title"
    also_validated = ("meeting",)

    class Meta:
        model = AgendaItem
        fields = ["position", "title", "kind", "duration", "rapporteur", "description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, data: Any, *, meeting: Meeting, instance: AgendaItem | None, prefix: str) -> None:
        super().__init__(data, instance=instance or AgendaItem(meeting=meeting), prefix=prefix)
        self.fields["title"] = LineField(
            label="Intitulé", max_length=300, error_messages={"required": "Donnez un intitulé au point."}
        )
        self.shown_position = instance.position if instance else None

    def empty_values(self) -> dict[str, Any]:
        return super().empty_values() | {"kind": AgendaItem.Kind.INFORMATION}

    def clean_position(self) -> int:
        """The model wants a place at once; `order_of` gives the real one."""
        return self.cleaned_data["position"] or 999

    @property
    def wanted_place(self) -> tuple[int, int]:
        """Where the item is to stand, and whether before or after what stands there: an item that moves up,
        or is new, goes before it, one that moves down after it."""
        if not self.is_bound:
            return self.shown_position or 999, 0
        place = int(self.cleaned_data["position"])
        if self.shown_position is None:
            return place, -1
        return place, (place > self.shown_position) - (place < self.shown_position)


class AgendaRows(EntryRows[AgendaForm]):
    """All items of a meeting; a step adds a blank row."""

    def __init__(self, data: Any, *, meeting: Meeting) -> None:
        stored = list(meeting.agenda.order_by("position", "pk"))
        super().__init__(
            data,
            prefix="items",
            stored=stored,
            make=lambda data, prefix, row: AgendaForm(data, meeting=meeting, instance=row, prefix=prefix),
            blank=1 if stored else 3,
        )
        self.meeting = meeting
        if self.is_step:
            self.add()

    @property
    def order(self) -> list[AgendaItem]:
        """Of valid rows, the items that stay, in the order asked for."""
        rows = sorted(enumerate(self.filled_rows), key=lambda pair: (*pair[1].wanted_place, pair[0]))
        return [row.instance for _, row in rows]
