"""What to set on many actions at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Row
from django import forms

from actions.bulk import Wanted
from actions.models import Reason, Status
from cops.lib.forms import LinesField, laid_out
from cops.lib.picking import PickField
from governance.picking import organisation_list, person_field, person_list

UNREPORTED = "vide"
_AS_IT_IS = [("", "ne pas changer")]
_YES_NO = [*_AS_IT_IS, ("oui", "oui"), ("non", "non")]


def _lead_field(organisations: Any, **kwargs: Any) -> PickField:
    unknown = "Aucun organisme ne s’appelle « %(typed)s » : choisissez un nom proposé."
    return PickField(list=organisations, unknown=unknown, required=False, **kwargs)


class BulkForm(forms.Form):
    """Fields left empty change nothing. Valid only once what it does was shown: it then carries `seen`."""

    drops_contact = forms.BooleanField(label="Retirer la personne référente", required=False)
    is_confidential = forms.ChoiceField(label="Confidentielle", required=False, choices=_YES_NO)
    year = forms.ChoiceField(
        label="Année", required=False, help_text="Nécessaire pour ce qui suit ; les autres années restent."
    )
    is_planned = forms.ChoiceField(label="Prévue", required=False, choices=_YES_NO)
    status = forms.ChoiceField(
        label="Statut",
        required=False,
        choices=[*_AS_IT_IS, (UNREPORTED, "Non renseigné"), *Status.choices],
        help_text="Un statut qui n’admet pas de motif efface celui qui y était.",
    )
    reason = forms.ChoiceField(label="Motif d’écart", required=False, choices=[*_AS_IT_IS, *Reason.choices])
    comment = LinesField(
        label="Commentaire",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Écrit seulement là où il n’y en a pas encore.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    SHEET = ("lead", "contact", "drops_contact", "is_confidential")
    OF_YEAR = ("is_planned", "status", "reason", "comment", "year_lead")

    def __init__(self, data: Any, *, years: Sequence[int], initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        self.organisations, self.people = organisation_list(), person_list()
        self.fields["lead"] = _lead_field(
            self.organisations, label="Pilote", help_text="Tapez quelques lettres, puis choisissez."
        )
        self.fields["contact"] = person_field(self.people, label="Personne référente", required=False)
        self.fields["year_lead"] = _lead_field(
            self.organisations,
            label="Pilote de l’année",
            help_text="Celui que montre le rapport de cette année.",
        )
        year: Any = self.fields["year"]
        year.choices = [("", "Choisir…"), *((str(year), str(year)) for year in years)]
        self.helper = _helper()

    def is_valid(self) -> bool:
        return super().is_valid() and bool(self.cleaned_data["seen"])

    @property
    def is_complete(self) -> bool:
        """Whether what is to be done can be shown."""
        return self.is_bound and not self.errors

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typed = [name for name in (*self.SHEET, *self.OF_YEAR) if cleaned.get(name)]
        if not typed and not self.errors:
            self.add_error(None, "Choisissez au moins une chose à changer.")
        if any(name in self.OF_YEAR for name in typed) and not cleaned.get("year"):
            self.add_error("year", "Choisissez l’année à changer.")
        if cleaned.get("contact") and cleaned.get("drops_contact"):
            self.add_error("contact", "Choisissez entre changer et retirer la personne référente.")
        self._check_reason(cleaned.get("status", ""), cleaned.get("reason", ""))
        return cleaned

    def _check_reason(self, status: str, reason: str) -> None:
        if status and reason and status not in Status.needing_reason():
            self.add_error("reason", "Ce statut n’admet pas de motif : laissez « ne pas changer ».")

    def wanted(self) -> Wanted:
        """What a complete form says."""
        year = self.cleaned_data["year"]
        return Wanted(self._sheet(), int(year) if year else None, self._of_year() if year else {})

    def _sheet(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        values = {name: cleaned[name] for name in ("lead", "contact") if cleaned[name]}
        if cleaned["drops_contact"]:
            values["contact"] = None
        if cleaned["is_confidential"]:
            values["is_confidential"] = cleaned["is_confidential"] == "oui"
        return values

    def _of_year(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        values: dict[str, Any] = {}
        if cleaned["year_lead"]:
            values["lead"] = cleaned["year_lead"]
        if cleaned["is_planned"]:
            values["is_planned"] = cleaned["is_planned"] == "oui"
        if cleaned["status"]:
            values["status"] = "" if cleaned["status"] == UNREPORTED else cleaned["status"]
        if cleaned["reason"]:
            values["reason"] = cleaned["reason"]
        elif values.get("status") is not None and values["status"] not in Status.needing_reason():
            values["reason"] = ""
        if cleaned["comment"]:
            values["comment"] = cleaned["comment"]
        return values


def _helper() -> FormHelper:
    return laid_out(
        Fieldset(
            "La fiche",
            Row(Column("lead", css_class="col-md-6"), Column("contact", css_class="col-md-6")),
            Row(
                Column("is_confidential", css_class="col-md-6"),
                Column("drops_contact", css_class="col-md-6"),
            ),
        ),
        Fieldset(
            "Une année",
            Row(Column("year", css_class="col-md-4"), Column("year_lead", css_class="col-md-8")),
            Row(
                Column("is_planned", css_class="col-md-4"),
                Column("status", css_class="col-md-4"),
                Column("reason", css_class="col-md-4"),
            ),
            "comment",
        ),
    )
