"""The list of decisions and opinions in the reader's scope."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.utils.text import Truncator
from import_export.resources import Resource

from cops.audit.lists import ListFilter
from cops.lib.columns import SortedColumn
from cops.lib.exports import column
from cops.users.models import User
from governance.decisions.follow_ups import TONES
from governance.models import Decision, Formation, Meeting

Day = date  # a column of the table is called so too

ORDERS = {
    "date": "meeting__held_on",
    "formation": "meeting__formation__name",
    "responsable": "owner",
    "echeance": "due_on",
    "etat": "state",
}
DEFAULT_ORDER = "-date"
SHOWN_TEXT = 220  # characters of a decision in the list


def listed_decisions(user: User) -> QuerySet[Decision]:
    """Decisions that the user may read, with what the list shows of their meetings."""
    return Decision.objects.visible_to(user).select_related("meeting__formation")


def formations_and_years(user: User) -> tuple[list[Formation], list[int]]:
    """Formations and years, the latest first, in which the user may read a meeting; two queries."""
    meetings = Meeting.objects.visible_to(user).order_by()
    years = [day.year for day in meetings.dates("held_on", "year", order="DESC")]
    return list(Formation.objects.filter(pk__in=meetings.values("formation"))), years


def sort_of(text: str) -> str:
    """The order that an address asks for (`-date`); the default for an unknown one."""
    return text if text.removeprefix("-") in ORDERS else DEFAULT_ORDER


def in_order(decisions: QuerySet[Decision], sort: str) -> QuerySet[Decision]:
    """Sorted by one of ORDERS, « - » in front for the other way round; empty values come last."""
    field = F(ORDERS[sort.removeprefix("-")])
    first = field.desc(nulls_last=True) if sort.startswith("-") else field.asc(nulls_last=True)
    return decisions.order_by(first, "-meeting__held_on", "-meeting_id", "number", "pk")


class DecisionFilter(ListFilter):
    """Filters of the list."""

    q = django_filters.CharFilter(label="Rechercher", method="search", max_length=200)
    formation = django_filters.ChoiceFilter(
        label="Formation", field_name="meeting__formation__code", empty_label="Toutes les formations"
    )
    annee = django_filters.ChoiceFilter(
        label="Année", field_name="meeting__held_on__year", empty_label="Toutes les années"
    )
    nature = django_filters.ChoiceFilter(
        label="Nature", field_name="kind", choices=Decision.Kind.choices, empty_label="Décisions et avis"
    )
    etat = django_filters.ChoiceFilter(
        label="État", field_name="state", choices=Decision.State.choices, empty_label="Tous les états"
    )
    retard = django_filters.ChoiceFilter(
        label="Échéance", method="late", choices=[("oui", "Dépassée")], empty_label="Toutes les échéances"
    )

    def __init__(
        self,
        data: Any,
        *,
        queryset: QuerySet[Decision],
        formations: Sequence[Formation],
        years: Sequence[int],
        today: date,
    ) -> None:
        super().__init__(data, queryset=queryset)
        self.today = today
        self.form.fields["formation"].choices = [(row.code, row.name) for row in formations]
        self.form.fields["annee"].choices = [(str(year), str(year)) for year in years]

    def late(self, decisions: Any, name: str, value: str) -> Any:
        return decisions.late(self.today) if value else decisions


class DecisionTable(tables.Table):
    """Rows of `listed_decisions`. The names of the columns stand in the address, so they are French."""

    numero = tables.Column(accessor="number", verbose_name="Décision ou avis", orderable=False)
    texte = tables.Column(accessor="text", verbose_name="Texte", orderable=False)
    date = SortedColumn(accessor="meeting__held_on", verbose_name="Réunion")
    formation = SortedColumn(accessor="meeting__formation__name", verbose_name="Formation")
    responsable = SortedColumn(accessor="owner", verbose_name="Responsable")
    echeance = SortedColumn(accessor="due_on", verbose_name="Échéance")
    etat = SortedColumn(accessor="state", verbose_name="État")

    caption = "Décisions et avis"
    row_head = "numero"

    class Meta:
        attrs = {"class": "table is-compact is-stacked"}
        order_by_field = "tri"
        default = "–"

    def __init__(self, *args: Any, today: Day, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def render_numero(self, record: Decision) -> str:
        return render_to_string("governance/_decision_list_number.html", {"decision": record})

    def render_texte(self, value: str) -> str:
        return Truncator(value).chars(SHOWN_TEXT)

    def render_date(self, record: Decision) -> str:
        return render_to_string("governance/_decision_list_meeting.html", {"meeting": record.meeting})

    def render_echeance(self, record: Decision) -> str:
        context = {"due_on": record.due_on, "is_late": record.is_late(self.today), "late_label": "Dépassée"}
        return render_to_string("governance/_decision_due.html", context)

    def render_etat(self, record: Decision) -> str:
        tone = TONES[Decision.State(record.state)]
        return render_to_string("components/status.html", {"label": record.get_state_display(), "tone": tone})


class DecisionResource(Resource):
    """The list as a file."""

    formation = column("Formation", "meeting__formation__name")
    held_on = column("Réunion du", "meeting__held_on")
    kind = column("Nature")
    number = column("Numéro", "number")
    text = column("Texte", "text")
    vote = column("Vote", "vote")
    owner = column("Responsable", "owner")
    due_on = column("Échéance", "due_on")
    state = column("État")

    WIDTHS = {"Formation": 30, "Texte": 80, "Vote": 25, "Responsable": 30, "État": 18}

    def dehydrate_kind(self, decision: Decision) -> str:
        return decision.get_kind_display()

    def dehydrate_state(self, decision: Decision) -> str:
        return decision.get_state_display()
