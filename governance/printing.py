"""What of the council carries papers: meetings and the points of their agenda."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from cops.documents.carriers import Carrier
from cops.users.models import User
from governance.models import AgendaItem, Meeting


def _readable_items(user: User) -> QuerySet[AgendaItem]:
    return AgendaItem.objects.filter(meeting__in=Meeting.objects.visible_to(user).order_by().values("pk"))


def _items_of(meeting: Any) -> QuerySet[AgendaItem]:
    return AgendaItem.objects.filter(meeting=meeting).order_by("position", "pk")


READERS = "Le service et les membres de la formation"

CARRIERS = (
    Carrier(
        key="reunion",
        model=Meeting,
        to="à la réunion",
        readers=READERS,
        readable=Meeting.objects.visible_to,
        page=lambda meeting: reverse("meeting_detail", args=[meeting.pk]),
        parts=_items_of,
        discreet=lambda: Meeting.objects.filter(formation__is_confidential=True),
    ),
    Carrier(
        key="point",
        model=AgendaItem,
        to="à ce point de l’ordre du jour",
        readers=READERS,
        readable=_readable_items,
        page=lambda item: reverse("meeting_detail", args=[item.meeting_id]),
        discreet=lambda: AgendaItem.objects.filter(meeting__formation__is_confidential=True),
    ),
)
