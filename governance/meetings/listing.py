"""The list of meetings: what a reader may see, the next one first."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Case, Count, DateField, F, IntegerField, QuerySet, Value, When
from django.template.loader import render_to_string
from import_export.resources import Resource

from cops.audit.lists import ListFilter, sort_asked
from cops.lib.columns import SortedColumn
from cops.lib.exports import column
from cops.users.models import User
from governance.meetings.page import TONES
from governance.models import Formation, Meeting

State = Meeting.State

ORDERS = ("prochaine", "date", "formation", "etat")
DEFAULT_ORDER = "prochaine"


def listed_meetings(user: User, today: date) -> QuerySet[Meeting]:
    """Meetings that the user may read, each with `decision_count`, and `is_ahead` where it is to come."""
    ahead = When(held_on__gte=today, state__in=[State.PREPARED, State.CONVENED], then=Value(0))
    return (
        Meeting.objects.visible_to(user)
        .select_related("formation")
        .annotate(
            decision_count=Count("decisions", distinct=True),
            behind=Case(ahead, default=Value(1), output_field=IntegerField()),
        )
    )


def next_meeting(user: User, today: date) -> Meeting | None:
    """The nearest meeting to come that the user may read; one query."""
    first = in_order(listed_meetings(user, today), DEFAULT_ORDER).first()
    return first if first is not None and first.behind == 0 else None  # type: ignore[attr-defined]


def in_order(meetings: QuerySet[Meeting], key: str, *, is_descending: bool = False) -> QuerySet[Meeting]:
    """The listed meetings sorted by one of ORDERS. The default has those to come first, the nearest at the
    top, then the past ones, the latest at the top."""
    if key == DEFAULT_ORDER:
        to_come = Case(When(behind=0, then=F("held_on")), default=None, output_field=DateField())
        return meetings.order_by("behind", to_come.asc(nulls_last=True), "-held_on", "-pk")
    sign = "-" if is_descending else ""
    field = {"date": "held_on", "formation": "formation__name", "etat": "state"}[key]
    return meetings.order_by(f"{sign}{field}", "-held_on", "-pk")


def sort_of(text: str) -> tuple[str, bool]:
    """The key and direction of a sort as an address gives it (`-date`); the default for an unknown one."""
    return sort_asked(text, ORDERS, default=DEFAULT_ORDER)


def years_of(user: User) -> list[int]:
    """Years in which the user may read a meeting, the latest first; one query."""
    days = Meeting.objects.visible_to(user).order_by().dates("held_on", "year", order="DESC")
    return [day.year for day in days]


class MeetingFilter(ListFilter):
    """Filters of the list of meetings."""

    q = django_filters.CharFilter(label="Rechercher", method="search", max_length=200)
    formation = django_filters.ChoiceFilter(
        label="Formation", field_name="formation__code", empty_label="Toutes les formations"
    )
    annee = django_filters.ChoiceFilter(
        label="Année", field_name="held_on__year", empty_label="Toutes les années"
    )
    etat = django_filters.ChoiceFilter(
        label="État", field_name="state", choices=State.choices, empty_label="Tous les états"
    )

    def __init__(
        self, data: Any, *, queryset: QuerySet[Meeting], formations: Sequence[Formation], years: Sequence[int]
    ) -> None:
        super().__init__(data, queryset=queryset)
        self.form.fields["formation"].choices = [(row.code, row.name) for row in formations]
        self.form.fields["annee"].choices = [(str(year), str(year)) for year in years]


class MeetingTable(tables.Table):
    """Rows of `listed_meetings`. The names of the columns stand in the address, so they are French."""

    date = SortedColumn(accessor="held_on", verbose_name="Date")
    formation = SortedColumn(accessor="formation__name", verbose_name="Formation")
    objet = tables.Column(accessor="subject", verbose_name="Objet", orderable=False)
    forme = tables.Column(accessor="mode", verbose_name="Forme", orderable=False)
    decisions = tables.Column(
        accessor="decision_count",
        verbose_name="Décisions",
        orderable=False,
        attrs={"th": {"class": "number"}, "td": {"class": "number"}},
    )
    etat = SortedColumn(accessor="state", verbose_name="État")

    caption = "Réunions"
    row_head = "date"

    class Meta:
        attrs = {"class": "table is-compact is-stacked"}
        order_by_field = "tri"
        default = "–"

    def __init__(self, *args: Any, next_pk: int | None, **kwargs: Any) -> None:
        self.next_pk = next_pk
        super().__init__(*args, **kwargs)

    def render_date(self, record: Meeting) -> str:
        context = {"meeting": record, "is_next": record.pk == self.next_pk}
        return render_to_string("governance/_meeting_list_date.html", context)

    def render_forme(self, record: Meeting) -> str:
        return record.get_mode_display()

    def render_etat(self, record: Meeting) -> str:
        label = record.get_state_display()
        return render_to_string(
            "components/status.html", {"label": label, "tone": TONES[State(record.state)]}
        )


class MeetingResource(Resource):
    """The list as a file."""

    held_on = column("Date", "held_on")
    formation = column("Formation", "formation__name")
    subject = column("Objet", "subject")
    mode = column("Forme")
    place = column("Lieu", "place")
    decisions = column("Décisions", "decision_count")
    state = column("État")

    WIDTHS = {"Formation": 30, "Objet": 45, "Lieu": 30}

    def dehydrate_mode(self, meeting: Meeting) -> str:
        return meeting.get_mode_display()

    def dehydrate_state(self, meeting: Meeting) -> str:
        return meeting.get_state_display()
