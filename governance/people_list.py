"""The list of people: who is in a reader's scope, narrowed and sorted by what stands in the address."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Exists, Expression, F, OrderBy, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from import_export.resources import Resource

from cops.audit.lists import ListFilter, sort_asked
from cops.lib.collation import in_french
from cops.lib.columns import SortedColumn
from cops.lib.exports import column
from cops.lib.french import sort_key
from cops.users.models import User
from governance.models import Designation, Formation, Organisation, Person
from governance.models.councils import DesignationQuerySet

FOR_SERVICE = ("coordonnees", "compte")  # filters that tell of what only the service may know


def shown_mandates(user: User) -> DesignationQuerySet:
    """Designations on the formations that a reader may know of."""
    if user.is_staff_member:
        return Designation.objects.all()
    known = Formation.objects.visible_to(user).order_by()
    return Designation.objects.filter(seat__rule__formation__in=known.values("pk"))


def listed_people(user: User, on: date) -> QuerySet[Person]:
    """People in the reader's scope with `held`, their mandates of that day, and `sits`. Two queries."""
    held = shown_mandates(user).in_force(on)
    of_each = held.select_related("seat__rule__formation", "seat__commune").order_by(
        "seat__rule__formation", "seat__rule__position", "pk"
    )
    return (
        Person.objects.visible_to(user)
        .select_related("organisation")
        .annotate(sits=Exists(held.filter(person=OuterRef("pk"))))
        .prefetch_related(Prefetch("designations", queryset=of_each, to_attr="held"))
    )


def organisations_of_people(user: User) -> list[tuple[str, str]]:
    """The organisations to choose from; one query."""
    people = Person.objects.visible_to(user).order_by()
    found = Organisation.objects.filter(pk__in=people.values("organisation")).values_list("pk", "name")
    return [(str(pk), name) for pk, name in sorted(found, key=lambda row: sort_key(row[1]))]


class PersonFilter(ListFilter):
    """Filters of the list of people."""

    q = django_filters.CharFilter(label="Rechercher un nom", method="search", max_length=200)
    organisme = django_filters.ChoiceFilter(
        label="Organisme", field_name="organisation", empty_label="Tous les organismes"
    )
    mandat = django_filters.ChoiceFilter(
        label="Mandat au conseil",
        method="by_mandate",
        choices=[("en-cours", "Siège aujourd’hui"), ("aucun", "Ne siège pas")],
        empty_label="Siège ou non",
    )
    coordonnees = django_filters.ChoiceFilter(
        label="Coordonnées",
        method="by_contact",
        choices=[("sans-courriel", "Sans adresse"), ("sans-telephone", "Sans téléphone")],
        empty_label="Complètes ou non",
    )
    compte = django_filters.ChoiceFilter(
        label="Compte",
        method="by_account",
        choices=[("oui", "Avec un compte"), ("non", "Sans compte")],
        empty_label="Avec ou sans",
    )

    def __init__(self, data: Any, *, user: User, on: date) -> None:
        super().__init__(data, queryset=listed_people(user, on))
        if not user.is_staff_member:
            for name in FOR_SERVICE:
                del self.filters[name]
        self.form.fields["organisme"].choices = organisations_of_people(user)

    def by_mandate(self, people: Any, name: str, value: str) -> Any:
        return people.filter(sits=value == "en-cours")

    def by_contact(self, people: Any, name: str, value: str) -> Any:
        return people.filter(Q(email="") if value == "sans-courriel" else Q(phone=""))

    def by_account(self, people: Any, name: str, value: str) -> Any:
        return people.filter(user__isnull=value == "non")


def _orders() -> dict[str, Sequence[Expression]]:
    return {
        "nom": (in_french("last_name"), in_french("first_name")),
        "organisme": (in_french("organisation__name"),),
        "fonction": (in_french("function"),),
    }


DEFAULT_ORDER = "nom"
ORDERS = frozenset(_orders())


def sort_of(text: str) -> tuple[str, bool]:
    """The key and direction of a sort as an address gives it (`-nom`); the default for an unknown one."""
    return sort_asked(text, ORDERS, default=DEFAULT_ORDER)


def in_order(people: QuerySet[Person], key: str, *, is_descending: bool = False) -> QuerySet[Person]:
    """The listed people sorted by one of ORDERS, then by name; those without an organisation come last."""
    chosen = [OrderBy(each, descending=is_descending, nulls_last=True) for each in _orders()[key]]
    tie = [] if key == DEFAULT_ORDER else list(_orders()[DEFAULT_ORDER])
    return people.order_by(*chosen, *tie, F("pk"))


class PersonTable(tables.Table):
    """Rows of `listed_people`; what tells of contacts and accounts is left out for readers."""

    nom = SortedColumn(accessor="last_name", verbose_name="Nom", attrs={"td": {"class": "person-name"}})
    civilite = tables.Column(accessor="short_civility", verbose_name="Civilité", orderable=False)
    organisme = SortedColumn(accessor="organisation__name", verbose_name="Organisme")
    fonction = SortedColumn(accessor="function", verbose_name="Fonction")
    sieges = tables.Column(
        accessor="held", verbose_name="Sièges aujourd’hui", orderable=False, empty_values=([],)
    )
    courriel = tables.Column(
        accessor="email", verbose_name="Adresse électronique professionnelle", orderable=False
    )
    telephone = tables.Column(
        accessor="phone", verbose_name="Téléphone", orderable=False, attrs={"td": {"class": "nowrap"}}
    )
    compte = tables.Column(accessor="user_id", verbose_name="Compte", orderable=False, empty_values=())

    class Meta:
        attrs = {"class": "table is-compact is-stacked"}
        order_by_field = "tri"
        default = "–"

    caption = "Personnes"
    row_head = "nom"

    def __init__(self, *args: Any, shows_contact: bool, **kwargs: Any) -> None:
        hidden = [] if shows_contact else ["courriel", "telephone", "compte"]
        super().__init__(*args, exclude=hidden, **kwargs)

    def render_nom(self, record: Person) -> SafeString:
        name = f"{record.last_name} {record.first_name}".strip()
        return format_html('<a href="{}">{}</a>', reverse("person_detail", args=[record.pk]), name)

    def render_organisme(self, record: Person) -> SafeString:
        address = reverse("organisation_detail", args=[record.organisation_id])
        return format_html('<a href="{}">{}</a>', address, record.organisation)

    def render_sieges(self, value: Sequence[Designation]) -> SafeString:
        seats = ((seat_of(row), note_of(row)) for row in value)
        return format_html_join("", '<div>{} <span class="cell-note">{}</span></div>', seats)

    def render_courriel(self, value: str) -> SafeString:
        return format_html('<a href="mailto:{}">{}</a>', value, value)

    def render_compte(self, record: Person) -> str:
        return "oui" if record.user_id else "non"


def seat_of(mandate: Designation) -> str:
    """The seat in words."""
    label = mandate.seat.rule.label
    return f"{label}, {mandate.seat.commune}" if mandate.seat.commune else label


def note_of(mandate: Designation) -> str:
    """The formation, and how the seat is held."""
    return f"{mandate.seat.rule.formation}, {mandate.get_quality_display().lower()}"


class PersonResource(Resource):
    """Rows of `listed_people`, for any reader."""

    civility = column("Civilité")
    last_name = column("Nom", "last_name")
    first_name = column("Prénom", "first_name")
    organisation = column("Organisme", "organisation__name")
    function = column("Fonction", "function")
    seats = column("Sièges aujourd’hui")

    WIDTHS = {
        "Nom": 25,
        "Prénom": 20,
        "Organisme": 45,
        "Fonction": 35,
        "Sièges aujourd’hui": 60,
        "Adresse électronique professionnelle": 35,
        "Téléphone professionnel": 20,
    }

    def dehydrate_civility(self, person: Any) -> str:
        return person.get_civility_display() if person.civility else ""

    def dehydrate_seats(self, person: Any) -> str:
        return " ; ".join(f"{seat_of(row)} ({note_of(row)})" for row in person.held)


class ContactResource(PersonResource):
    """The same with contacts and accounts, for the service."""

    email = column("Adresse électronique professionnelle", "email")
    phone = column("Téléphone professionnel", "phone")
    account = column("Compte")

    def dehydrate_account(self, person: Any) -> bool:
        return person.user_id is not None
