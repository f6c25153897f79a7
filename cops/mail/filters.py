"""Narrowing down the list of messages by what stands in the address."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

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
        return rows.filter(Q(recipient__icontains=value) | Q(subject__icontains=value))

    def in_state(self, rows: QuerySet[Message], name: str, value: str) -> QuerySet[Message]:
        uncertain = Message.objects.uncertain(timezone.now()).order_by().values("pk")
        if value == Message.State.UNCERTAIN:
            return rows.filter(pk__in=uncertain)
        return rows.filter(state=value).exclude(pk__in=uncertain)
