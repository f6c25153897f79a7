"""The living page of the shared parts (templates/components): invented values for each of their states."""

from functools import partial
from types import SimpleNamespace
from typing import Any

import django_tables2 as tables
from django import forms
from django.core.paginator import Paginator

from cops.audit.conflicts import Conflict
from cops.lib.charts import Chart, Heading, RateRow, Row, Series, rate_bars, stacked_bars
from cops.lib.forms import DayForm, DayInput, LineField, LinesField
from cops.lib.svg import Colour
from cops.users.saved_views import ShownView

NOTICE_TONES = ("info", "success", "warning", "danger")
STATUSES = (
    ("Réalisée", "ok"),
    ("Reportée", "partial"),
    ("En cours", "info"),
    ("Abandonnée", "bad"),
    ("Non renseignée", "neutral"),
)
COLOURS = (
    *("ink", "ink-soft", "paper", "surface", "line", "line-strong", "brand", "brand-dark", "brand-soft"),
    *("accent", "ok", "partial", "bad", "neutral", "focus"),
)


class SampleForm(forms.Form):
    """One field of each sort."""

    title = LineField(label="Intitulé", max_length=60, help_text="Par exemple : Médiation au collège.")
    unit = forms.ChoiceField(
        label="Unité de compte", choices=[("", "Choisissez"), ("people", "personnes")], required=True
    )
    starts_on = forms.DateField(label="Début", required=False, widget=DayInput)
    budget = forms.DecimalField(label="Budget prévu (€)", required=False, min_value=0)
    calendar = forms.ChoiceField(
        label="Calendrier",
        choices=[("civil", "Année civile"), ("school", "Année scolaire")],
        widget=forms.RadioSelect,
        initial="civil",
    )
    is_confidential = forms.BooleanField(label="Confidentielle", required=False)
    description = LinesField(label="Description", required=False, widget=forms.Textarea({"rows": 3}))
    file = forms.FileField(label="Fichier", required=False)


class SampleTable(tables.Table):
    """A list that can be sorted."""

    caption: str
    row_head = "title"

    reference = tables.Column(verbose_name="Référence")
    title = tables.Column(verbose_name="Intitulé")
    cost = tables.Column(verbose_name="Coût", attrs={"th": {"class": "number"}, "td": {"class": "number"}})

    class Meta:
        attrs = {"class": "table is-compact is-stacked"}


ROWS = [
    {"reference": "1.1-01", "title": "Médiation à la sortie des collèges", "cost": "12\u202f400,00\u00a0€"},
    {"reference": "1.1-02", "title": "Écoute des parents", "cost": "n.d."},
]
FAULTY = {
    "exemple-unit": "autre",
    "exemple-starts_on": "31/02/2026",
    "exemple-budget": "-5",
    "exemple-calendar": "civil",
}


def samples(*, with_errors: bool) -> dict[str, Any]:
    """What the page shows; `with_errors` chooses the forms that were refused."""
    return {
        "with_errors": with_errors,
        "tabs": _tabs(with_errors),
        "page_middle": Paginator(range(90), 10).page(5),
        "facts": [("Pilote", "Organisme exemple"), ("Coût", 0), ("Date de fin", None)],
        "tones": NOTICE_TONES,
        "unknown_names": ["«\u00a0anee\u00a0»", "«\u00a0on\u00a0»"][: 2 if with_errors else 1],
        "accepted_names": ["«\u00a0annee\u00a0»", "«\u00a0le\u00a0»"],
        "statuses": STATUSES,
        "colours": COLOURS,
        "form": SampleForm(FAULTY if with_errors else None, prefix="exemple"),
        "cell_form": SampleForm(prefix="cellule"),
        "switched_form": SimpleNamespace(fields={"contract": None}, carried=[("exemple-carried", "8")]),
        "day_form": DayForm({"le": "31/02/2012"} if with_errors else None, initial={"le": "2012-06-01"}),
        "day_links": [
            SimpleNamespace(label="À la création", url="#day_form", is_current=False),
            SimpleNamespace(label="Aujourd’hui", url="#day_form", is_current=True),
        ],
        "sorted_table": _table("Une liste triée", ROWS),
        "empty_table": _table("Une liste vide", []),
        "charts": _charts(),
        "entry": SimpleNamespace(ticket="exemple", is_found_again=True, saved_before="#entry"),
        "conflict": Conflict(
            "par Alix Exemple le 3 mars 2026 à 14\u00a0h\u00a005", ("Public",), (), ("Intitulé",)
        ),
        "entry_rows": SimpleNamespace(
            prefix="exemple",
            new_count=0,
            conflicts=[],
            notices=[("2012", "Cette ligne a été supprimée entre-temps ; enregistrer la crée de nouveau.")],
            rows=[],
        ),
        "pick_list": SimpleNamespace(id="liste-exemple", labels=["Organisme exemple", "Ville exemple"]),
        "names_widget": {
            "name": "partenaires",
            "names": ["Organisme exemple", ""],
            "attrs": {"id": "id_partenaires", "list": "liste-exemple", "title": "Partenaire"},
            "describedby": "",
        },
        "export_links": [("xlsx", "#export_links"), ("ods", "#export_links"), ("csv", "#export_links")],
        "saved_views": [
            ShownView(0, "Sans statut en 2012", "#saved_views", is_current=True),
            ShownView(0, "Communes rurales", "#saved_views", is_current=False),
        ],
        "pieces": [("Les ", False), ("parents", True), (" du collège", False)],
    }


def _table(caption: str, rows: list[dict[str, str]]) -> SampleTable:
    empty = "Aucune action ne répond à ces filtres."
    table = SampleTable(rows, order_by="reference", prefix=f"exemple-{len(rows)}-", empty_text=empty)
    table.caption = caption
    return table


def _tabs(with_errors: bool) -> list[dict[str, Any]]:
    return [
        {"label": "Au repos", "url": "?", "is_current": not with_errors},
        {"label": "Avec des erreurs", "url": "?etat=erreurs", "is_current": with_errors},
    ]


def _charts() -> list[Chart]:
    bars = partial(
        stacked_bars,
        Heading(
            "exemple-barres", "Actions par statut", "Exemple ; les chiffres sont dans le tableau qui suit."
        ),
        [Series("Réalisées", Colour.GREEN), Series("Reportées", Colour.OCHRE)],
        [Row("Axe 1", [4, 2]), Row("Axe 2", [3, None])],
    )
    rates = partial(
        rate_bars,
        Heading(
            "exemple-taux", "Taux de réalisation", "Exemple ; les chiffres sont dans le tableau qui suit."
        ),
        [RateRow("Axe 1", 0.667), RateRow("Axe 2", None)],
    )
    return [Chart.of(bars), Chart.of(rates)]
