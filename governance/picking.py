"""Organisations, people and communes as they are picked on forms."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator

from cops.lib.french import fold_name, list_fr, sort_key
from cops.lib.picking import PickField, PickList, PickManyField
from cops.users.models import User
from governance.models import Commune, Organisation, OrganisationName, Person

ORGANISATIONS = "organisations"
UNKNOWN_ORGANISATION = (
    "Aucun organisme ne s’appelle « %(typed)s » : choisissez un nom proposé ou, s’il est nouveau, cochez "
    "« Créer » ci-dessous."
)


def organisation_list() -> PickList:
    """All organisations by today's name; former names are recognised, as imports do. Two queries."""
    organisations = {row.pk: row for row in Organisation.objects.all()}
    former = OrganisationName.objects.order_by("folded_name").values_list("name", "organisation_id")
    return PickList(
        ORGANISATIONS,
        {row.name: row for row in sorted(organisations.values(), key=lambda row: sort_key(row.name))},
        {name: organisations[pk] for name, pk in former},
    )


def person_list(user: User | None = None) -> PickList:
    """All people, or those that the reader may know, by name and organisation; namesakes of one organisation
    are told apart by number."""
    known = Person.objects.all() if user is None else Person.objects.visible_to(user)
    people: dict[str, Person] = {}
    for person in known.select_related("organisation"):
        label = f"{person} ({person.organisation})" if person.organisation else str(person)
        people[label if label not in people else f"{label} n° {person.pk}"] = person
    return PickList("people", {label: people[label] for label in sorted(people, key=sort_key)})


class PicksOrganisations(forms.Form):
    """A form whose organisations may be new: what is not known is first asked about, then created.

    They are created while the form is checked, in the transaction of `cops.audit.entering.enter`: with a form
    that is refused, they are gone again. `may_create` is false where nothing is to be written.
    """

    new_organisations = forms.BooleanField(required=False, label="Créer", widget=forms.HiddenInput)

    def allow_new(self, *, may_create: bool) -> None:
        """To be called once the fields are there."""
        if may_create and self.is_bound and self.data.get(self.add_prefix("new_organisations")) == "on":
            for field in self._organisation_fields():
                field.create = _created

    def _organisation_fields(self) -> list[PickField]:
        fields = [field for field in self.fields.values() if isinstance(field, PickField)]
        return [field for field in fields if field.list.id == ORGANISATIONS]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        names = [
            str(error.params["typed"])
            for found in self.errors.as_data().values()
            for error in found
            if error.code == "unknown" and error.params and error.params.get("list") == ORGANISATIONS
        ]
        if names:
            self.fields["new_organisations"].widget = forms.CheckboxInput()
            self.fields["new_organisations"].label = f"Créer {list_fr([f'« {name} »' for name in names])}"
            self._bound_fields_cache.pop("new_organisations", None)  # type: ignore[attr-defined]
        return cleaned


def _created(name: str) -> Organisation:
    known = Organisation.objects.filter(folded_name=fold_name(name)).first()
    if known is not None:  # made by a field before this one
        return known
    organisation = Organisation(name=name)
    try:
        organisation.full_clean(exclude=["folded_name"])
    except ValidationError as error:
        raise ValidationError(error.messages) from error  # of the field that is picked, not of « name »
    organisation.save()
    return organisation


def organisation_field(list: PickList, **kwargs: Any) -> PickField:
    return PickField(list=list, unknown=UNKNOWN_ORGANISATION, **kwargs)


def organisations_field(list: PickList, **kwargs: Any) -> PickManyField:
    field = PickManyField(list=list, unknown=UNKNOWN_ORGANISATION, **kwargs)
    field.widget.attrs["title"] = str(field.label)
    return field


def person_field(list: PickList, **kwargs: Any) -> PickField:
    unknown = "Personne ne s’appelle « %(typed)s » : choisissez un nom proposé."
    return PickField(list=list, unknown=unknown, **kwargs)


def member_communes() -> QuerySet[Commune]:
    """Communes that are or were members of the agglomeration, by name."""
    return Commune.objects.filter(memberships__isnull=False).distinct().order_by("name", "pk")


class _Alphabetical(ModelChoiceIterator):
    """Choices as French sorts them, whatever the database's collation: Châlette before Chevillon."""

    def __iter__(self) -> Iterator[Any]:
        return iter(sorted(super().__iter__(), key=lambda choice: sort_key(str(choice[1]))))


class _CommunesField(forms.ModelMultipleChoiceField):
    iterator = _Alphabetical


def communes_field(**kwargs: Any) -> forms.ModelMultipleChoiceField:
    return _CommunesField(queryset=member_communes(), widget=forms.CheckboxSelectMultiple, **kwargs)
