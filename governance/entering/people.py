"""Forms of a person, and of the account that is theirs."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Row
from django import forms
from django.core.validators import RegexValidator

from cops.audit.conflicts import VersionedForm, entry_helper
from cops.lib.forms import AddressField, LineField, laid_out
from cops.lib.french import elide
from cops.lib.picking import PickField, PickList
from cops.users.models import User
from governance.models import Organisation, Person
from governance.people import accounts_to_link, namesakes
from governance.picking import PicksOrganisations, organisation_field, organisation_list

PHONE = RegexValidator(
    r"^\+?[0-9][0-9 .()/-]{3,}$", "Écrivez le numéro en chiffres, par exemple 02 38 78 75 75."
)


class PersonForm(PicksOrganisations, VersionedForm):
    """Somebody met through their function. A namesake in the same organisation is asked about first."""

    last_name = LineField(label="Nom", max_length=100, error_messages={"required": "Donnez le nom."})
    first_name = LineField(label="Prénom", max_length=100, required=False)
    function = LineField(
        label="Fonction",
        max_length=200,
        required=False,
        help_text="Celle d’aujourd’hui, par exemple « directrice de la prévention ».",
    )
    phone = LineField(label="Téléphone professionnel", max_length=30, required=False, validators=[PHONE])
    is_other_person = forms.BooleanField(
        required=False, widget=forms.HiddenInput, label="C’est quelqu’un d’autre"
    )

    class Meta:
        model = Person
        fields = ["civility", "last_name", "first_name", "organisation", "function", "email", "phone"]
        help_texts = {"email": "Professionnelle : le site ne garde aucune adresse privée."}
        widgets = {"civility": forms.Select}

    def __init__(
        self,
        data: Any = None,
        *,
        instance: Person,
        may_create: bool,
        organisation: Organisation | None = None,
    ) -> None:
        super().__init__(data, instance=instance)
        self.organisations = organisation_list()
        self.fields["organisation"] = organisation_field(
            self.organisations,
            label="Organisme",
            required=False,
            help_text="Tapez quelques lettres, puis choisissez ; un nouveau peut être créé.",
        )
        self.initial["organisation"] = instance.organisation or organisation
        self.allow_new(may_create=may_create)
        self.helper = _person_helper()

    def entered(self) -> list[str]:
        return [name for name in super().entered() if name not in ("new_organisations", "is_other_person")]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("last_name") and "organisation" in self.cleaned_data:
            self._ask_about_namesakes()
        return cleaned

    def _ask_about_namesakes(self) -> None:
        named = ("last_name", "first_name", "organisation")
        if self.loaded_version is not None and not set(named) & set(self.changed_data):
            return
        typed = Person(pk=self.instance.pk, **{name: self.cleaned_data.get(name) or "" for name in named[:2]})
        organisation = self.cleaned_data["organisation"]
        namesake = namesakes(typed, organisation).first()
        if namesake is None:
            return
        self.fields["is_other_person"].widget = forms.CheckboxInput()
        self._bound_fields_cache.pop("is_other_person", None)  # type: ignore[attr-defined]
        if not self.cleaned_data.get("is_other_person"):
            where = f"pour « {organisation} »" if organisation else "sans organisme"
            self.add_error(
                "last_name",
                f"Une fiche au nom {elide('de', str(namesake))} existe déjà {where}. Si c’est quelqu’un "
                "d’autre, cochez la case ci-dessous.",
            )


class AccountLinkForm(forms.Form):
    """The account of a person: one that is open, or a new one by invitation."""

    account = PickField(list=PickList("accounts", {}), unknown="", required=False)
    email = AddressField(
        label="Inviter à cette adresse",
        required=False,
        help_text=(
            "Sans compte choisi ci-dessus : un compte sans rôle propre est ouvert, et l’invitation à choisir "
            "un mot de passe part aussitôt."
        ),
    )

    def __init__(self, data: Any = None, *, person: Person) -> None:
        super().__init__(data, initial={"email": person.email})
        self.person = person
        self.accounts = _account_list()
        self.fields["account"] = PickField(
            list=self.accounts,
            unknown="Aucun compte libre ne s’appelle « %(typed)s » : choisissez un nom proposé.",
            label="Compte existant",
            required=False,
            help_text="Parmi les comptes ouverts qui ne sont encore à personne.",
        )
        self.helper = _account_helper()

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if email and not self.data.get("account") and User.objects.filter(email=email).exists():
            raise forms.ValidationError(
                "Un compte existe déjà pour cette adresse : choisissez-le s’il est proposé ci-dessus."
            )
        return email

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.person.user_id is not None:
            raise forms.ValidationError("Cette personne a reçu un compte entre-temps.")
        if not self.errors and not self.cleaned_data.get("account") and not self.cleaned_data.get("email"):
            self.add_error("account", "Choisissez un compte, ou donnez l’adresse à laquelle inviter.")
        return cleaned


def _account_list() -> PickList:
    """Accounts by name and address, both of which are needed to tell them apart."""
    return PickList("accounts", {f"{user.full_name} ({user.email})": user for user in accounts_to_link()})


def _person_helper() -> FormHelper:
    return entry_helper(
        Fieldset(
            "La personne",
            Row(
                Column("civility", css_class="col-md-2"),
                Column("last_name", css_class="col-md-5"),
                Column("first_name", css_class="col-md-5"),
            ),
            "is_other_person",
            Row(Column("organisation", css_class="col-md-6"), Column("function", css_class="col-md-6")),
            "new_organisations",
        ),
        Fieldset(
            "Coordonnées professionnelles",
            Row(Column("email", css_class="col-md-6"), Column("phone", css_class="col-md-6")),
        ),
    )


def _account_helper() -> FormHelper:
    return laid_out(Fieldset("Choisir un compte", "account"), Fieldset("Ou en ouvrir un", "email"))
