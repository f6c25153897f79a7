"""Contracts carry papers: the signed text, the deliberations."""

from django.urls import reverse

from contracts.models import Contract
from cops.documents.carriers import Carrier

CARRIER = Carrier(
    key="contrat",
    model=Contract,
    to="au contrat",
    readers="Le service et les membres du conseil",
    readable=Contract.objects.visible_to,
    page=lambda contract: reverse("contract_detail", args=[contract.code]),
)
