"""Forms of designations: a new one, a correction, an end, a replacement."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from crispy_forms.layout import Column, Fieldset, Row
from django import forms
from django.urls import reverse
from django.utils.html import format_html

from cops.audit.conflicts import VersionedForm, entry_helper
from cops.lib.forms import day_field
from cops.lib.french import date_fr, elide
from cops.lib.periods import Period
from governance.composition import span_fault, there_already, titular_before
from governance.models import Designation, Seat
from governance.picking import (
    PicksOrganisations,
    organisation_field,
    organisation_list,
    person_field,
    person_list,
)
from governance.seating import Place, seat_at

FIELDS = ["person", "quality", "function", "organisation", "authority", "act", "starts_on", "ends_on"]
HELP = {
    "function": "Telle qu’elle est exercée pendant ce mandat, par exemple « adjoint au maire ».",
    "authority": "Vide : celle que la règle indique.",
    "act": "Par exemple « délibération n° 2020-45 du 10 juillet 2020 ».",
    "ends_on": "Dernier jour du mandat, inclus. Vide : sans fin connue.",
}


class _MandateForm(PicksOrganisations, VersionedForm):
    """What forms that say who sits have in common."""

    constraint_fields = {"governance_designation_dates": "ends_on"}

    starts_on = day_field(label="Premier jour", required=True)
    ends_on = day_field(label="Dernier jour", help_text=HELP["ends_on"])

    def __init__(self, data: Any = None, *, instance: Designation, may_write: bool, **kwargs: Any) -> None:
        super().__init__(data, instance=instance, **kwargs)
        self.may_write = may_write
        self.organisations, self.people = organisation_list(), person_list()
        self.fields["person"] = person_field(
            self.people,
            label="Personne",
            help_text=format_html(
                'Tapez quelques lettres du nom, puis choisissez. Inconnue\u00a0? <a href="{}">Créer la '
                "personne</a>.",
                reverse("person_create"),
            ),
            error_messages={"required": "Indiquez la personne désignée."},
        )
        self.fields["organisation"] = organisation_field(
            self.organisations,
            label="Organisme représenté",
            required=False,
            help_text="Celui au nom duquel la personne siège pendant ce mandat.",
        )
        if instance.pk:
            self.initial.update({"person": instance.person, "organisation": instance.organisation})
        self.allow_new(may_create=may_write)
        self.order_fields(["place", *FIELDS])

    def entered(self) -> list[str]:
        return [name for name in super().entered() if name not in ("new_organisations", "place")]

    def seat(self) -> Seat | None:
        """The seat in question, as far as it is stored."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        starts_on, ends_on = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if not self.changes("person", "quality", "starts_on", "ends_on"):
            return cleaned
        if starts_on and (ends_on is None or ends_on >= starts_on) and "ends_on" not in self.errors:
            field, fault = span_fault(self.rule, starts_on, ends_on)
            if fault:
                self.add_error(field, fault)
            self._check_place(self.seat(), starts_on, ends_on)
        return cleaned

    @property
    def rule(self) -> Any:
        raise NotImplementedError

    @property
    def quality(self) -> str:
        return str(self.cleaned_data.get("quality") or "")

    @property
    def put_aside(self) -> int | None:
        """The mandate that does not stand against this one."""
        return self.instance.pk

    def _check_place(self, seat: Seat | None, starts_on: date, ends_on: date | None) -> None:
        if seat is None:
            return
        if self.quality == Designation.Quality.TITULAR:
            fault = titular_before(seat, starts_on, ends_on, but=self.put_aside)
            if fault:
                self.add_error("person", fault)
                return
        person = self.cleaned_data.get("person")
        fault = there_already(seat, person, Period(starts_on, ends_on), but=self.put_aside) if person else ""
        if fault:
            self.add_error("person", fault)


class DesignationForm(_MandateForm):
    """A new designation on one of the places of a rule, or a correction of one."""

    class Meta:
        model = Designation
        fields = FIELDS
        help_texts = HELP

    def __init__(
        self,
        data: Any = None,
        *,
        rule: Any,
        places: Sequence[Place] = (),
        titulars: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self._rule, self.places = rule, {place.key: place for place in places}
        if places:
            choices = [(one.key, _choice(one, (titulars or {}).get(one.key, ""))) for one in places]
            self.fields["place"] = forms.ChoiceField(label="Siège", choices=choices)
            if len(choices) == 1:
                self.fields["place"].widget = forms.HiddenInput()
                self.initial.setdefault("place", choices[0][0])
            self.order_fields(["place", *FIELDS])
        self.helper = entry_helper(
            Fieldset(
                "Qui siège",
                *(["place"] if places else []),
                Row(Column("person", css_class="col-md-8"), Column("quality", css_class="col-md-4")),
                Row(Column("function", css_class="col-md-6"), Column("organisation", css_class="col-md-6")),
                "new_organisations",
            ),
            Fieldset(
                "Par quel acte, et quand",
                Row(Column("authority", css_class="col-md-6"), Column("act", css_class="col-md-6")),
                Row(Column("starts_on", css_class="col-md-6"), Column("ends_on", css_class="col-md-6")),
            ),
        )

    @property
    def rule(self) -> Any:
        return self._rule

    def seat(self) -> Seat | None:
        if self.instance.pk:
            return self.instance.seat
        place = self.places.get(self.cleaned_data.get("place", ""))
        if place is None:
            return None
        seat = seat_at(self.rule, place) if self.may_write else place.seat
        if seat is not None:
            self.instance.seat = seat
        return seat


class ReplacementForm(_MandateForm):
    """Who follows on a seat mid-term; `old` is the mandate that ends the day before."""

    class Meta:
        model = Designation
        fields = [name for name in FIELDS if name != "quality"]
        help_texts = HELP

    starts_on = day_field(
        label="Premier jour du nouveau mandat",
        required=True,
        help_text="Le mandat précédent prend fin la veille.",
    )

    def __init__(self, data: Any = None, *, old: Designation, **kwargs: Any) -> None:
        self.old = old
        follower = Designation(seat=old.seat, quality=old.quality)
        super().__init__(data, instance=follower, **kwargs)
        self.initial.setdefault("organisation", old.organisation)
        self.initial.setdefault("function", old.function)
        self.initial.setdefault("authority", old.authority)
        self.helper = entry_helper(
            Fieldset(
                "Qui siège désormais",
                "person",
                Row(Column("function", css_class="col-md-6"), Column("organisation", css_class="col-md-6")),
                "new_organisations",
            ),
            Fieldset(
                "Par quel acte, et quand",
                Row(Column("authority", css_class="col-md-6"), Column("act", css_class="col-md-6")),
                Row(Column("starts_on", css_class="col-md-6"), Column("ends_on", css_class="col-md-6")),
            ),
        )

    @property
    def rule(self) -> Any:
        return self.old.seat.rule

    @property
    def quality(self) -> str:
        return self.old.quality

    @property
    def put_aside(self) -> int | None:
        return self.old.pk

    def seat(self) -> Seat | None:
        return self.old.seat

    def clean_starts_on(self) -> date:
        first: date = self.cleaned_data["starts_on"]
        if first <= self.old.starts_on:
            raise forms.ValidationError(
                f"Le mandat {elide('de', str(self.old.person))} a commencé le "
                f"{date_fr(self.old.starts_on)} : le suivant commence après ce jour."
            )
        return first

    def clean_person(self) -> Any:
        person = self.cleaned_data["person"]
        if person == self.old.person and (self.old.ends_on is None):
            raise forms.ValidationError("C’est la personne qui siège déjà : choisissez qui la remplace.")
        return person


class EndForm(VersionedForm):
    """The last day of a mandate."""

    class Meta:
        model = Designation
        fields = ["ends_on"]

    constraint_fields = {"governance_designation_dates": "ends_on"}
    also_validated = ("starts_on",)

    ends_on = day_field(label="Dernier jour du mandat", required=True, help_text="Inclus dans le mandat.")

    def __init__(self, data: Any = None, *, instance: Designation, **kwargs: Any) -> None:
        super().__init__(data, instance=instance, **kwargs)
        self.helper = entry_helper(Fieldset("Fin du mandat", Row(Column("ends_on", css_class="col-md-6"))))

    def clean_ends_on(self) -> date:
        last: date = self.cleaned_data["ends_on"]
        mandate = self.instance
        if last < mandate.starts_on:
            return last  # the constraint says it
        _, fault = span_fault(mandate.seat.rule, mandate.starts_on, last)
        if not fault and mandate.quality == Designation.Quality.TITULAR:
            fault = titular_before(mandate.seat, mandate.starts_on, last, but=mandate.pk)
        if fault:
            raise forms.ValidationError(fault)
        return last


def _choice(place: Place, titular: str) -> str:
    return f"{place.name} – {titular or 'vacant'}"
