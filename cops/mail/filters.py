"""Narrowing down the list of messages by what stands in the address."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from cops.lib.french import exact_key
from cops.lib.matching import SameSigns
from cops.mail.models import Message


class MessageFilter(django_filters.FilterSet):
    """Filters of the list of messages; a state is what it is now, also where nobody wrote it down yet."""

    q = django_filters.CharFilter(label="Destinataire ou objet", method="search", max_length=200)
    etat = django_filters.ChoiceFilter(
        label="État", method="in_state", choices=Message.State, empty_label="Tous les états"
    )

    class Meta:
        model = Message
        fields: list[str] = []

    def search(self, rows: QuerySet[Message], name: str, value: str) -> QuerySet[Message]:
        """Whichever apostrophe or dash was typed."""
        typed = exact_key(value)
        found = rows.annotate(subject_key=SameSigns("subject"))
        return found.filter(Q(recipient__icontains=typed) | Q(subject_key__icontains=typed))

    def in_state(self, rows: QuerySet[Message], name: str, value: str) -> QuerySet[Message]:
        uncertain = Message.objects.uncertain(timezone.now()).order_by().values("pk")
        if value == Message.State.UNCERTAIN:
            return rows.filter(pk__in=uncertain)
        return rows.filter(state=value).exclude(pk__in=uncertain)
