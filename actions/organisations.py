"""Organisations as readers meet them: on the council, in the contracts and in the actions they may read."""

import django_filters
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from actions.models import Action, ActionYear, Funding, Partnership
from contracts.models import Contract, Signatory
from cops.audit.lists import ListFilter
from cops.users.models import User
from governance.models import Organisation
from governance.models.organisations import OrganisationQuerySet


def readable_organisations(user: User) -> OrganisationQuerySet:
    """All for the service; for others those that a page they may read names, and no other.

    An organisation that takes part only in a confidential action stays as unknown as the action.
    """
    if user.is_staff_member:
        return Organisation.objects.all()
    actions = Action.objects.visible_to(user).order_by()
    years = ActionYear.objects.filter(action__in=actions.values("pk")).order_by()
    fundings = Funding.objects.filter(action_year__in=years.values("pk")).order_by()
    partners = Partnership.objects.filter(action__in=actions.values("pk")).order_by()
    signatories = Signatory.objects.filter(contract__in=Contract.objects.visible_to(user)).order_by()
    return Organisation.objects.filter(
        Q(pk__in=Organisation.objects.visible_to(user).order_by().values("pk"))
        | Q(pk__in=actions.values("lead"))
        | Q(pk__in=years.values("lead"))
        | Q(pk__in=partners.values("organisation"))
        | Q(pk__in=fundings.values("funder"))
        | Q(pk__in=signatories.values("organisation"))
    )


def listed_organisations(user: User) -> OrganisationQuerySet:
    """Readable organisations with `led_count`: how many of the readable actions each leads today."""
    led = (
        Action.objects.visible_to(user)
        .filter(lead=OuterRef("pk"))
        .order_by()
        .values("lead")
        .annotate(count=Count("pk"))
    )
    return readable_organisations(user).annotate(led_count=Coalesce(Subquery(led.values("count")), 0))


class OrganisationFilter(ListFilter):
    """Filters of the list of organisations."""

    q = django_filters.CharFilter(
        label="Rechercher un nom, actuel ou ancien", method="search", max_length=200
    )
    nature = django_filters.ChoiceFilter(
        label="Nature", field_name="kind", choices=Organisation.Kind.choices, empty_label="Toutes"
    )


def actions_of(organisation: Organisation, user: User) -> QuerySet[Action]:
    """The readable actions in which it takes part, the latest contract first, with `is_lead` (today or in a
    year), `is_partner` and `is_funder`. One query."""
    years = ActionYear.objects.filter(action=OuterRef("pk"), lead=organisation)
    partner = Partnership.objects.filter(action=OuterRef("pk"), organisation=organisation)
    funder = Funding.objects.filter(action_year__action=OuterRef("pk"), funder=organisation)
    found = Action.objects.visible_to(user).annotate(
        is_lead=ExpressionWrapper(Q(lead=organisation) | Q(Exists(years)), output_field=BooleanField()),
        is_partner=Exists(partner),
        is_funder=Exists(funder),
    )
    return (
        found.filter(Q(is_lead=True) | Q(is_partner=True) | Q(is_funder=True))
        .select_related("contract")
        .defer("description", "diagnosis", "audience", "search_text")
        .order_by("-contract__starts_on", "contract__code", "reference_key", "reference", "pk")
    )
