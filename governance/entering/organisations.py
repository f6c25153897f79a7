"""Forms of an organisation: what it is, a new name, its former names and other spellings."""

import re
from datetime import date
from typing import Any

from crispy_forms.layout import Column, Fieldset, Row
from django.core.exceptions import ValidationError
from django.utils import timezone

from cops.audit.conflicts import VersionedForm, entry_helper
from cops.audit.entering import STEP
from cops.audit.rows import EntryRows, RowForm, blamed_of
from cops.lib.forms import LineField, day_field
from cops.lib.french import fold_name
from governance.models import Organisation, OrganisationName

EARLIEST = date(1800, 1, 1)


class SirenField(LineField):
    """Nine digits, however they are grouped."""

    def to_python(self, value: Any) -> str:
        return re.sub(r"\s", "", super().to_python(value) or "")


class OrganisationForm(VersionedForm):
    """What an organisation is. Its name is corrected here; a change of name is `RenamingForm`'s."""

    name = LineField(
        label="Nom",
        max_length=200,
        error_messages={"required": "Donnez le nom de l’organisme."},
    )
    siren = SirenField(label="SIREN", required=False, help_text="Neuf chiffres, facultatif.")

    class Meta:
        model = Organisation
        fields = ["name", "kind", "mailbox", "siren"]
        help_texts = {
            "mailbox": "L’adresse du service plutôt que d’une personne : les convocations y partent.",
        }

    def __init__(self, data: Any = None, *, instance: Organisation) -> None:
        super().__init__(data, instance=instance)
        self.fields["name"].help_text = (
            "En toutes lettres, par exemple « Mission locale de l’Orléanais »."
            if instance.pk is None
            else "Pour corriger une faute. S’il a changé de nom, utilisez plutôt « Changer de nom »."
        )
        self.helper = entry_helper(
            Fieldset(
                "L’organisme",
                "name",
                Row(Column("kind", css_class="col-md-6"), Column("siren", css_class="col-md-6")),
                "mailbox",
            )
        )


class RenamingForm(VersionedForm):
    """A new name from a day on; the former one is kept for what was written before."""

    name = LineField(
        label="Nouveau nom", max_length=200, error_messages={"required": "Donnez le nouveau nom."}
    )
    on = day_field(
        label="À partir du",
        required=True,
        help_text="Premier jour du nouveau nom, par exemple le 17/05/2013.",
        error_messages={"required": "Indiquez le premier jour du nouveau nom."},
    )

    class Meta:
        model = Organisation
        fields = ["name"]

    def __init__(self, data: Any = None, *, instance: Organisation) -> None:
        super().__init__(data, instance=instance)
        self.former = instance.name
        self.helper = entry_helper(Fieldset("Le changement", "name", "on"))

    def stored_value(self, name: str) -> Any:
        return None if name == "on" else super().stored_value(name)

    def past_value(self, record: Any, name: str) -> Any:
        return None if name == "on" else super().past_value(record, name)

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if not EARLIEST <= day <= timezone.localdate():
            raise ValidationError(
                "Un changement de nom se note quand il a eu lieu : aujourd’hui au plus tard."
            )
        return day

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        name, day = self.cleaned_data.get("name"), self.cleaned_data.get("on")
        if name and name == self.former:
            self.add_error("name", "C’est déjà le nom de l’organisme.")
        elif day:
            self._check_former(day)
        return cleaned

    def _check_former(self, day: date) -> None:
        try:
            former = self.instance.former_name(day)
            former.full_clean(exclude=["folded_name"])
        except ValidationError as error:
            messages = error.message_dict
            self.add_error("on" if "on" in messages else "name", error.messages)


class NameForm(RowForm):
    """A former name (with its last day) or another spelling (without) of an organisation."""

    name = LineField(label="Nom", max_length=200, error_messages={"required": "Donnez ce nom."})
    ends_on = day_field(label="Porté jusqu’au")

    key_field = "name"

    class Meta:
        model = OrganisationName
        fields = ["name", "ends_on"]

    def __init__(
        self, data: Any, *, instance: OrganisationName | None, prefix: str, organisation: Organisation
    ) -> None:
        row = instance or OrganisationName(organisation=organisation)
        super().__init__(data, instance=row, prefix=prefix)
        self.organisation = organisation

    def key(self) -> str:
        value = self[self.key_field].value()
        return fold_name(str(value or ""))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        name, ends_on = self.cleaned_data.get("name"), self.cleaned_data.get("ends_on")
        if name and not ends_on and fold_name(name) == self.organisation.folded_name:
            self.add_error("name", "C’est le nom d’aujourd’hui, qui est de toute façon reconnu.")
        if ends_on and ends_on >= timezone.localdate():
            self.add_error("ends_on", "Un ancien nom a cessé d’être porté avant aujourd’hui.")
        return cleaned


class NameRows(EntryRows[NameForm]):
    """All former names and other spellings of an organisation; a step adds a blank row."""

    def __init__(self, data: Any, *, organisation: Organisation) -> None:
        stored = list(OrganisationName.objects.filter(organisation=organisation).order_by("ends_on", "pk"))
        super().__init__(
            data,
            prefix="names",
            stored=stored,
            make=lambda data, prefix, row: NameForm(
                data, instance=row, prefix=prefix, organisation=organisation
            ),
            blank=1 if stored else 2,
        )
        self.organisation = organisation
        if self.is_step and self.data[STEP]:
            self.add()

    def is_valid(self) -> bool:
        return super().is_valid() and self._last_days_differ()

    def _last_days_differ(self) -> bool:
        """Two names cannot both have been the name until the same day."""
        seen: dict[date, NameForm] = {}
        is_sound = True
        for row in self.filled_rows:
            day = row.cleaned_data.get("ends_on") if row.is_bound else row.instance.ends_on
            if day in seen and (blamed := blamed_of(row, seen[day])):
                blamed.add_error("ends_on", "Un autre nom est déjà porté jusqu’à ce jour.")
                is_sound = False
            elif day:
                seen[day] = row
        return is_sound
