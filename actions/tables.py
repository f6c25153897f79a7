"""The table of the list of actions."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from actions.statuses import status_badge
from cops.lib.columns import SortedColumn
from cops.lib.french import money

_FIGURE = {"th": {"class": "number"}, "td": {"class": "number"}}


class ActionTable(tables.Table):
    """Rows of `listed_actions`; `sheet_query` goes with the links, so that the sheet knows its list.

    The names of the columns stand in the address, so they are French.
    """

    choisir = tables.Column(
        accessor="pk",
        verbose_name="Choisir",
        orderable=False,
        attrs={"th": {"class": "act"}, "td": {"class": "act action-tick"}},
    )
    reference = SortedColumn(verbose_name="Référence", attrs={"td": {"class": "action-reference"}})
    intitule = SortedColumn(
        accessor="title", verbose_name="Intitulé", attrs={"td": {"class": "action-title"}}
    )
    contrat = tables.Column(
        accessor="contract__code", verbose_name="Contrat", orderable=False, attrs={"td": {"class": "nowrap"}}
    )
    objectif = SortedColumn(accessor="listed_objective", verbose_name="Objectif")
    pilote = SortedColumn(
        accessor="listed_lead", verbose_name="Pilote", attrs={"td": {"class": "action-lead"}}
    )
    annee = SortedColumn(accessor="listed_year", verbose_name="Année")
    statut = SortedColumn(
        accessor="listed_status",
        verbose_name="Statut",
        empty_values=(),
        attrs={"td": {"class": "action-status"}},
    )
    budget = SortedColumn(
        accessor="listed_budget", verbose_name="Budget prévu", empty_values=(), attrs=_FIGURE
    )
    cout = SortedColumn(accessor="listed_cost", verbose_name="Coût réel", empty_values=(), attrs=_FIGURE)

    class Meta:
        attrs = {"class": "table is-compact is-stacked action-list"}
        order_by_field = "tri"
        default = "–"

    row_head = "intitule"

    def __init__(self, *args: Any, caption: str, sheet_query: str, **kwargs: Any) -> None:
        self.caption, self.sheet_query = caption, sheet_query
        super().__init__(*args, **kwargs)

    def render_choisir(self, record: Any) -> SafeString:
        return format_html(
            '<input class="form-check-input" type="checkbox" form="bulk" name="action" value="{}" '
            'aria-label="Choisir l’action {}">',
            str(record.pk),
            record.reference,
        )

    def render_intitule(self, record: Any) -> str:
        query = f"?{self.sheet_query}" if self.sheet_query else ""
        url = reverse("action_detail", args=[record.pk]) + query
        return render_to_string("actions/_list_title.html", {"action": record, "url": url})

    def render_statut(self, record: Any) -> str:
        badge = status_badge(record.listed_status or "") if record.listed_year else None
        return render_to_string(
            "actions/_list_status.html", {"badge": badge, "is_planned": record.listed_is_planned}
        )

    def render_budget(self, value: Decimal | None) -> str:
        return money(value)

    def render_cout(self, value: Decimal | None) -> str:
        return money(value)


class OrganisationTable(tables.Table):
    """Rows of `listed_organisations`."""

    nom = tables.Column(accessor="name", verbose_name="Organisme", order_by=("folded_name", "pk"))
    nature = tables.Column(
        accessor="get_kind_display", verbose_name="Nature", order_by=("kind", "folded_name")
    )
    actions = tables.Column(
        accessor="led_count",
        verbose_name="Actions pilotées",
        order_by=("led_count", "folded_name"),
        attrs=_FIGURE,
    )

    class Meta:
        attrs = {"class": "table is-compact is-stacked"}
        order_by_field = "tri"
        default = "–"
        order_by = "nom"

    caption = "Organismes"
    row_head = "nom"

    def render_nom(self, record: Any) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("organisation_detail", args=[record.pk]), record.name
        )
