"""The form of a meeting's own facts."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Row
from django import forms

from cops.audit.conflicts import entry_helper
from cops.audit.switching import SwitchedForm, SwitchField
from cops.lib.forms import LineField, WebAddressField, day_field
from cops.lib.french import date_fr
from cops.lib.picking import PickList
from governance.models import Formation, Meeting
from governance.picking import organisation_list, organisations_field

TIME_FORMATS = ["%H:%M", "%H:%M:%S", "%Hh%M", "%H h %M", "%Hh", "%H h"]
WRONG_TIME = "Cette heure n’existe pas ou n’est pas écrite HH:MM."


class TimeField(forms.TimeField):
    """A time of day with the browser's own field; « 14h30 » is understood too."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        messages = {"invalid": WRONG_TIME}
        super().__init__(
            required=False, input_formats=TIME_FORMATS, widget=widget, error_messages=messages, **kwargs
        )

    def to_python(self, value: Any) -> time | None:
        found = super().to_python(value)
        return found.replace(second=0, microsecond=0) if isinstance(found, time | datetime) else found

    def has_changed(self, initial: Any, data: Any) -> bool:
        shown = initial.strftime("%H:%M") if isinstance(initial, time) else initial
        return super().has_changed(shown, data)


class MeetingForm(SwitchedForm):
    """A meeting of a formation; `formations` are those that a new one may be of. A confidential group has no
    subject to type, and notes the services present instead of people."""

    held_on = day_field(
        required=True,
        label="Date",
        help_text="Pour une consultation écrite : le dernier jour pour répondre.",
        error_messages={"required": "Indiquez la date de la réunion."},
    )
    starts_at = TimeField(label="Heure de début")
    ends_at = TimeField(
        label="Heure de fin", help_text="Avant l’heure de début, le soir : celle du lendemain."
    )
    place = LineField(
        label="Lieu",
        required=False,
        max_length=300,
        help_text="Par exemple « Hôtel communautaire, salle du conseil ».",
    )
    remote_link = WebAddressField(
        label="Lien de connexion",
        required=False,
        assume_scheme="https",
        help_text="Adresse complète, qui commence par https://.",
        error_messages={"invalid": "Ce n’est pas une adresse complète, en https://…"},
    )
    subject = LineField(
        label="Objet",
        required=False,
        max_length=200,
        help_text="En une ligne ; le détail va à l’ordre du jour.",
    )
    chaired_by = LineField(label="Présidée par", required=False, max_length=200, help_text="Nom et fonction.")

    constraint_fields = {"governance_meeting_times": "ends_at"}
    also_validated = ("formation",)
    waiting = ("subject", "chaired_by", "services_present")

    class Meta:
        model = Meeting
        fields = [
            "subject",
            "held_on",
            "starts_at",
            "ends_at",
            "mode",
            "place",
            "remote_link",
            "chaired_by",
            "services_present",
        ]

    def __init__(
        self, data: Any = None, *, instance: Meeting, formations: Sequence[Formation] = (), **kwargs: Any
    ) -> None:
        super().__init__(data, instance=instance, **kwargs)
        if len(formations) > 1:
            choices = [(one.code, one.name) for one in formations]
            self.fields["formation"] = SwitchField(
                choices, label="Formation qui se réunit", initial=instance.formation.code
            )
        self.organisations: PickList | None = None
        if instance.formation.is_confidential:
            self._be_discreet()
        else:
            del self.fields["services_present"]
        self.helper = _helper(
            has_formation="formation" in self.fields, is_confidential=instance.formation.is_confidential
        )
        self.judge_later()

    def _be_discreet(self) -> None:
        """What art. L132-5 CSI leaves: no subject, nobody by name; the services that came."""
        del self.fields["subject"], self.fields["chaired_by"]
        self.organisations = known = organisation_list()
        self.fields["services_present"] = organisations_field(
            known,
            label="Services présents",
            required=False,
            help_text="Un par case, une fois la réunion tenue ; jamais de personne.",
        )
        if self.instance.pk:
            self.initial["services_present"] = self.stored_value("services_present")

    def stored_value(self, name: str) -> Any:
        if name == "services_present":
            return list(self.instance.services_present.all()) if self.instance.pk else []
        return super().stored_value(name)

    def past_value(self, record: Any, name: str) -> Any:
        """The history does not follow the services: as if nobody else had changed them."""
        return self.stored.get(name, []) if name == "services_present" else super().past_value(record, name)

    def clean_held_on(self) -> Any:
        day = self.cleaned_data["held_on"]
        formation: Formation = self.instance.formation
        created = formation.council.created
        if day < created.first_day:
            raise forms.ValidationError(
                f"Le conseil n’existait pas encore : il a été créé en {created.french}."
            )
        if formation.starts_on and day < formation.starts_on:
            raise forms.ValidationError(f"Cette formation siège depuis le {date_fr(formation.starts_on)}.")
        if formation.ends_on and day > formation.ends_on:
            raise forms.ValidationError(f"Cette formation a siégé jusqu’au {date_fr(formation.ends_on)}.")
        return day

    def _save_m2m(self) -> None:
        """`governance.meetings.services.save_meeting` writes the services, with the journal."""


def _helper(*, has_formation: bool, is_confidential: bool) -> FormHelper:
    people = ["services_present"] if is_confidential else ["chaired_by"]
    return entry_helper(
        Fieldset(
            "Objet et date",
            *(["formation"] if has_formation else []),
            *([] if is_confidential else ["subject"]),
            Row(
                Column("held_on", css_class="col-md-4"),
                Column("starts_at", css_class="col-md-4"),
                Column("ends_at", css_class="col-md-4"),
            ),
        ),
        Fieldset(
            "Où et comment",
            "mode",
            Row(Column("place", css_class="col-md-6"), Column("remote_link", css_class="col-md-6")),
        ),
        Fieldset("Qui", *people),
    )
