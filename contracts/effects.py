"""What a decision of the council does to contracts."""

from django.urls import reverse

from contracts.models import Amendment
from cops.audit.history.subjects import names_need
from governance.decisions.effects import Kind

AMENDMENT = Kind(
    Amendment,
    what=lambda row: f"{row.contract} : avenant n°\u00a0{row.number} approuvé",
    page=lambda row: reverse("contract_detail", args=[row.contract.code]),
)

names_need(Amendment, "contract")
