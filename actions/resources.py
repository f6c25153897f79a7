"""The columns of the lists as files."""

from collections.abc import Collection, Iterable
from typing import Any

from import_export.resources import Resource

from actions.models import Reason
from actions.statuses import status_badge
from cops.lib.exports import column


class ActionResource(Resource):
    """Rows of `listed_actions`, as the list shows them in the year chosen, with the columns chosen."""

    contract = column("Contrat", "contract__code")
    reference = column("Référence", "reference")
    title = column("Intitulé", "title")
    axis = column("Axe", "listed_axis")
    objective = column("Objectif", "listed_objective")
    lead = column("Pilote", "listed_lead")
    year = column("Année", "listed_year")
    is_planned = column("Prévue", "listed_is_planned")
    status = column("Statut")
    reason = column("Motif d’écart")
    budget = column("Budget prévu (€)", "listed_budget")
    cost = column("Coût réel (€)", "listed_cost")
    unit = column("Unité de compte")
    planned_count = column("Quantité prévue", "listed_planned_count")
    actual_count = column("Quantité réalisée", "listed_actual_count")
    starts_on = column("Début", "starts_on")
    ends_on = column("Fin", "ends_on")
    is_confidential = column("Confidentielle", "is_confidential")

    WIDTHS = {"Intitulé": 50, "Pilote": 35, "Statut": 25}

    fields: dict[str, Any]

    def __init__(self, chosen: Collection[str] = ()) -> None:
        super().__init__()
        codes = chosen or DEFAULT_COLUMNS
        self.fields = {COLUMNS[code]: self.fields[COLUMNS[code]] for code in COLUMNS if code in codes}

    def dehydrate_status(self, action: Any) -> str:
        return status_badge(action.listed_status or "").label if action.listed_year else "Jamais programmée"

    def dehydrate_reason(self, action: Any) -> str:
        return str(Reason(action.listed_reason).label) if action.listed_reason else ""

    def dehydrate_unit(self, action: Any) -> str:
        return str(action.get_counting_unit_display())


# Columns by the names that stand in addresses, in the order of the file.
COLUMNS = {
    "contrat": "contract",
    "reference": "reference",
    "intitule": "title",
    "axe": "axis",
    "objectif": "objective",
    "pilote": "lead",
    "annee": "year",
    "prevue": "is_planned",
    "statut": "status",
    "motif": "reason",
    "budget": "budget",
    "cout": "cost",
    "unite": "unit",
    "quantite-prevue": "planned_count",
    "quantite-realisee": "actual_count",
    "debut": "starts_on",
    "fin": "ends_on",
    "confidentielle": "is_confidential",
}
DEFAULT_COLUMNS = (
    "contrat",
    "reference",
    "intitule",
    "objectif",
    "pilote",
    "annee",
    "prevue",
    "statut",
    "budget",
    "cout",
    "confidentielle",
)


def chosen_columns(asked: Iterable[str]) -> list[str]:
    """Of what an address asks for, the columns that exist, in order; the usual ones if there are none."""
    wanted = set(asked) & set(COLUMNS)
    return [code for code in COLUMNS if code in (wanted or DEFAULT_COLUMNS)]


def column_choices(asked: Iterable[str]) -> list[tuple[str, str, bool]]:
    """Each column as (name in the address, heading, whether it is chosen)."""
    chosen = set(chosen_columns(asked))
    headings = {name: str(one.column_name) for name, one in ActionResource(COLUMNS).fields.items()}
    return [(code, headings[name], code in chosen) for code, name in COLUMNS.items()]


class OrganisationResource(Resource):
    """Rows of `listed_organisations` with their names prefetched."""

    name = column("Organisme", "name")
    former_names = column("Anciens noms et variantes")
    kind = column("Nature")
    mailbox = column("Boîte fonctionnelle", "mailbox")
    siren = column("SIREN", "siren")
    led_count = column("Actions pilotées", "led_count")

    WIDTHS = {"Organisme": 45, "Anciens noms et variantes": 45, "Boîte fonctionnelle": 30}

    def dehydrate_former_names(self, organisation: Any) -> str:
        return " ; ".join(row.name for row in organisation.names.all())

    def dehydrate_kind(self, organisation: Any) -> str:
        return str(organisation.get_kind_display())
