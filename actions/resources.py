"""The columns of the lists as files."""

from typing import Any

from import_export.resources import Resource

from actions.statuses import status_badge
from cops.lib.exports import column


class ActionResource(Resource):
    """Rows of `listed_actions`, as the list shows them in the year chosen."""

    contract = column("Contrat", "contract__code")
    reference = column("Référence", "reference")
    title = column("Intitulé", "title")
    objective = column("Objectif", "listed_objective")
    lead = column("Pilote", "listed_lead")
    year = column("Année", "listed_year")
    is_planned = column("Prévue", "listed_is_planned")
    status = column("Statut")
    budget = column("Budget prévu (€)", "listed_budget")
    cost = column("Coût réel (€)", "listed_cost")
    is_confidential = column("Confidentielle", "is_confidential")

    WIDTHS = {"Intitulé": 50, "Pilote": 35, "Statut": 25}

    def dehydrate_status(self, action: Any) -> str:
        return status_badge(action.listed_status or "").label if action.listed_year else "Jamais programmée"


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
