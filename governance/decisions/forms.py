"""The forms of a decision and of what was done about it."""

from datetime import date
from typing import Any

from crispy_forms.layout import Column, Fieldset, Row
from django import forms

from cops.audit.conflicts import VersionedForm, entry_helper
from cops.lib.forms import LineField, LinesField, clean_text, day_field, laid_out
from cops.lib.french import date_fr
from governance.models import Decision, FollowUp

LONGEST_TEXT = 20_000  # characters: some ten pages


def _text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class DecisionForm(VersionedForm):
    """A decision of a meeting. Its number comes by itself; its state follows what was done about it, once
    something was told."""

    text = LinesField(
        label="Texte",
        max_length=LONGEST_TEXT,
        widget=_text_area(5),
        error_messages={"required": "Écrivez ce qui est décidé."},
    )
    vote = LineField(
        label="Vote",
        required=False,
        max_length=200,
        help_text="Par exemple « à l’unanimité » ou « 9 pour, 2 abstentions ».",
    )
    owner = LineField(
        label="Responsable", required=False, max_length=200, help_text="Un service ou une fonction."
    )
    due_on = day_field(label="Échéance")

    constraint_fields = {"governance_decision_number_unique": "text"}

    class Meta:
        model = Decision
        fields = ["kind", "agenda_item", "text", "vote", "owner", "due_on", "state"]

    def __init__(self, data: Any = None, *, instance: Decision, **kwargs: Any) -> None:
        super().__init__(data, instance=instance, **kwargs)
        meeting = instance.meeting
        places = [("agenda_item", "col-md-8")]
        if meeting.formation.is_confidential:
            del self.fields["agenda_item"]
            places = []
        else:
            items: Any = self.fields["agenda_item"]
            items.queryset = meeting.agenda.order_by("position", "pk")
            items.empty_label = "Aucun"
        state = [Column("state", css_class="col-md-4")]
        if instance.pk and instance.follow_ups.exists():
            del self.fields["state"]
            state = []
        self.helper = entry_helper(
            Fieldset(
                "Ce qui est décidé",
                Row(
                    Column("kind", css_class="col-md-4"),
                    *(Column(name, css_class=width) for name, width in places),
                ),
                "text",
                "vote",
            ),
            Fieldset(
                "Qui s’en occupe",
                Row(Column("owner", css_class="col-md-5"), Column("due_on", css_class="col-md-3"), *state),
            ),
        )

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        held_on = self.instance.meeting.held_on
        if day is not None and day < held_on:
            raise forms.ValidationError(f"L’échéance précède la réunion du {date_fr(held_on)}.")
        return day


class FollowUpForm(forms.ModelForm):
    """What was done about a decision. It is only ever added to: a slip is put right by another one."""

    told_on = day_field(
        required=True,
        label="À la date du",
        help_text="Le jour où cela est dit ; c’est lui qui range les suites.",
        error_messages={"required": "Indiquez le jour."},
    )
    text = LinesField(
        label="Suites données",
        max_length=LONGEST_TEXT,
        widget=_text_area(4),
        error_messages={"required": "Écrivez ce qui a été fait."},
    )

    class Meta:
        model = FollowUp
        fields = ["told_on", "state", "text"]
        formfield_callback = staticmethod(clean_text)

    def __init__(self, data: Any = None, *, instance: FollowUp, today: date) -> None:
        super().__init__(data, instance=instance)
        self.today = today
        self.fields["state"].label = "État à cette date"
        self.helper = laid_out(
            Row(Column("told_on", css_class="col-md-4"), Column("state", css_class="col-md-4")), "text"
        )

    def clean_told_on(self) -> date:
        day: date = self.cleaned_data["told_on"]
        held_on = self.instance.decision.meeting.held_on
        if day < held_on:
            raise forms.ValidationError(f"La décision a été prise le {date_fr(held_on)} : pas avant ce jour.")
        if day > self.today:
            raise forms.ValidationError("Ce jour est à venir : notez ce qui a été fait jusqu’à aujourd’hui.")
        return day
