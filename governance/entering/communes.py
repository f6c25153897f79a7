"""The form of a commune with its time in the agglomeration as one table."""

import re
from datetime import date
from typing import Any

from crispy_forms.layout import Column, Fieldset, Row
from django import forms
from django.forms.utils import ErrorDict

from cops.audit.conflicts import VersionedForm, entry_helper
from cops.audit.entering import STEP
from cops.audit.rows import EntryRows, RowForm, blamed_of
from cops.lib.forms import LineField, day_field
from cops.lib.french import date_fr, number
from cops.lib.periods import Period
from governance.entering.organisations import SirenField
from governance.models import Commune, CommuneMembership

MOST_INHABITANTS = 10_000_000


class PopulationField(forms.IntegerField):
    """A number of inhabitants, its thousands apart or not."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=MOST_INHABITANTS, required=False, **kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def to_python(self, value: Any) -> int | None:
        return super().to_python(re.sub(r"\s", "", value) if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return number(value) if isinstance(value, int) else value


class CommuneForm(VersionedForm):
    """What a commune is."""

    name = LineField(label="Nom", max_length=100, error_messages={"required": "Donnez le nom de la commune."})
    insee_code = LineField(
        label="Code INSEE",
        max_length=5,
        help_text="Cinq caractères, par exemple 45208.",
        error_messages={"required": "Donnez le code INSEE.", "unique": "Une commune a déjà ce code."},
    )
    siren = SirenField(label="SIREN", max_length=9, required=False, help_text="Facultatif.")
    population = PopulationField(label="Population municipale", help_text="Habitants, d’après l’INSEE.")

    class Meta:
        model = Commune
        fields = ["name", "insee_code", "population", "siren"]

    def __init__(self, data: Any = None, *, instance: Commune) -> None:
        super().__init__(data, instance=instance)
        self.helper = entry_helper(
            Fieldset(
                "La commune",
                Row(Column("name", css_class="col-md-8"), Column("insee_code", css_class="col-md-4")),
                Row(Column("population", css_class="col-md-6"), Column("siren", css_class="col-md-6")),
            )
        )


class MembershipForm(RowForm):
    """A time of the commune in the agglomeration."""

    starts_on = day_field(label="Membre depuis le")
    ends_on = day_field(label="Jusqu’au")

    key_field = "starts_on"
    constraint_fields = {"governance_communemembership_dates": "ends_on"}

    class Meta:
        model = CommuneMembership
        fields = ["starts_on", "ends_on", "zone", "is_confirmed"]
        error_messages = {"zone": {"required": "Choisissez la zone."}}

    def __init__(
        self, data: Any, *, instance: CommuneMembership | None, prefix: str, commune: Commune
    ) -> None:
        super().__init__(data, instance=instance or CommuneMembership(commune=commune), prefix=prefix)
        self.fields["zone"].choices = [("", "À préciser"), *CommuneMembership.Zone.choices]  # type: ignore[attr-defined]

    @property
    def title(self) -> str:
        day = self._start()
        if isinstance(day, date):
            return f"depuis le {date_fr(day)}"
        return "nouvelle ligne" if self.is_new else "depuis l’origine"

    def key(self) -> str:
        return str(self._start() or "")

    def empty_values(self) -> dict[str, Any]:
        return super().empty_values() | {"is_confirmed": True}

    def period(self) -> Period | None:
        """The days entered; None where they cannot be read or are the wrong way round."""
        if not self.is_bound:
            return Period(self.instance.starts_on, self.instance.ends_on)
        if {"starts_on", "ends_on"} & set(self.errors):
            return None
        return Period(self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on"))

    def _start(self) -> Any:
        return self._typed("starts_on") if self.is_bound else self.instance.starts_on


class MembershipRows(EntryRows[MembershipForm]):
    """All memberships of a commune; no two of them share a day."""

    def __init__(self, data: Any, *, commune: Commune) -> None:
        memberships = CommuneMembership.objects.filter(commune=commune) if commune.pk else []
        stored = sorted(memberships, key=lambda row: row.starts_on or date.min)
        super().__init__(
            data,
            prefix="memberships",
            stored=stored,
            make=lambda data, prefix, row: MembershipForm(data, instance=row, prefix=prefix, commune=commune),
            blank=0 if stored else 1,
        )
        if self.is_step and self.data[STEP]:
            self.add()

    def is_valid(self) -> bool:
        """The rows are judged as they will be, not against what is stored before the others change."""
        found = [row.is_valid() for row in self.bound_rows]
        return all(found) and self._none_overlap()

    def _none_overlap(self) -> bool:
        periods = [(row, period) for row in self.filled_rows if (period := row.period()) is not None]
        periods.sort(key=lambda pair: pair[1].start or date.min)
        is_sound = True
        for place, (row, period) in enumerate(periods):
            before = next((other for other in periods[:place] if other[1].overlaps(period)), None)
            if before is not None and (blamed := blamed_of(row, before[0])):
                other = before[0] if blamed is row else row
                message = f"La commune est déjà membre à ces dates (ligne « {other.title} »)."
                blamed.add_error("starts_on", message)
                is_sound = False
        return is_sound


class CommuneEntry:
    """A commune and its memberships as one thing to enter."""

    def __init__(self, data: Any, *, commune: Commune) -> None:
        self.commune = CommuneForm(data, instance=commune)
        self.memberships = MembershipRows(data, commune=commune)
        if self.memberships.is_step:  # nothing is judged yet, but what others have written is told at once
            self.commune.reconcile()
            self.commune._errors = ErrorDict()

    def is_valid(self) -> bool:
        found = [self.commune.is_valid(), self.memberships.is_valid()]
        return all(found)

    @property
    def is_altered(self) -> bool:
        rows = self.memberships
        return bool(self.commune.is_altered or rows.altered_rows or rows.removed)
