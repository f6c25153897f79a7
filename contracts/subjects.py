"""Contracts in the history: what their rows are called."""

from typing import Any

from django.urls import reverse

from contracts.models import (
    Amendment,
    Axis,
    AxisVersion,
    Contract,
    Objective,
    ObjectiveVersion,
    Signatory,
)
from cops.audit.history.names import Names
from cops.audit.history.subjects import Part, Subject
from governance.models import Organisation

_VERSION_TOLD = {
    "amendment": "l’avenant",
    "title": "le libellé",
    "position": "la place",
    "is_withdrawn": "la mention «\u00a0retiré\u00a0»",
}


def _since(row: Any, names: Names) -> str:
    amendment = names.row(Amendment, row.amendment_id)
    return f" (avenant n°\u00a0{amendment.number})" if amendment else ""


def _axis_version(row: Any, names: Names) -> str:
    axis = names.row(Axis, row.axis_id)
    return f"l’axe {axis.number if axis else ''}{_since(row, names)}"


def _objective_version(row: Any, names: Names) -> str:
    return f"l’objectif {names(Objective, row.objective_id)}{_since(row, names)}"


CONTRACT = Subject(
    "contrat",
    (
        Part(
            Contract,
            {
                "code": "le code",
                "title": "l’intitulé",
                "predecessor": "le contrat précédent",
                "legal_basis": "la base légale",
                "deliberation_reference": "la délibération",
                "deliberated_on": "la date de la délibération",
                "starts_on": "le début",
                "starts_precision": "la précision du début",
                "ends_on": "la fin d’origine",
                "ends_precision": "la précision de la fin",
                "note": "ce qui reste à confirmer",
            },
            lambda row, names: f"le contrat «\u00a0{row.title}\u00a0»",
            added="a créé",
        ),
        Part(
            Signatory,
            {
                "organisation": "l’organisme",
                "position": "le rang",
                "capacity": "la qualité",
                "signed_on": "la date de signature",
            },
            lambda row, names: f"le signataire «\u00a0{names(Organisation, row.organisation_id)}\u00a0»",
            via="contract",
        ),
        Part(
            Amendment,
            {
                "number": "le numéro",
                "signed_on": "la date de signature",
                "effective_on": "la date d’effet",
                "is_confirmed": "la mention «\u00a0date d’effet confirmée\u00a0»",
                "new_end_on": "la nouvelle fin du contrat",
                "summary": "l’objet",
                "deliberation_reference": "la délibération",
                "deliberated_on": "la date de la délibération",
                "approved_by": "la décision qui l’approuve",
            },
            lambda row, names: f"l’avenant n°\u00a0{row.number}",
            via="contract",
        ),
        Part(Axis, {"number": "le numéro"}, lambda row, names: f"l’axe {row.number}", via="contract"),
        Part(
            Objective,
            {"axis": "l’axe", "code": "le code", "continues": "l’objectif poursuivi"},
            lambda row, names: f"l’objectif {row.code}",
            via="contract",
        ),
        Part(AxisVersion, _VERSION_TOLD, _axis_version, via="axis", parent=Axis),
        Part(ObjectiveVersion, _VERSION_TOLD, _objective_version, via="objective", parent=Objective),
    ),
    visible_to=lambda user: Contract.objects.visible_to(user),
    may_undo=lambda user: user.has_perm("contracts.change_contracts"),
    page=lambda row: reverse("contract_detail", args=[row.code]),
)
