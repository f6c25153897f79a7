"""What a decision of the council does to programmes and actions."""

from django.urls import reverse

from actions.models import Programme, Transition
from cops.audit.history.subjects import names_need
from governance.decisions.effects import Kind

PROGRAMME = Kind(
    Programme,
    what=lambda row: f"{row.contract} : programme {row.year} adopté",
    page=lambda row: reverse("contract_detail", args=[row.contract.code]),
)
TRANSITION = Kind(
    Transition,
    what=lambda row: (
        f"Action {row.action_year.action} en {row.action_year.year} : "
        f"{row.get_to_status_display().lower() or 'statut effacé'}"
    ),
    page=lambda row: reverse("action_detail", args=[row.action_year.action_id]),
)

names_need(Programme, "contract")
names_need(Transition, "action_year__action")
