"""Pages of the contracts: read, entered, amended."""

from contracts.views.amending import amendment_create, amendment_edit
from contracts.views.entering import contract_create, contract_edit, contract_plan, contract_signatories
from contracts.views.reading import contract_detail, contract_list

__all__ = [
    "amendment_create",
    "amendment_edit",
    "contract_create",
    "contract_detail",
    "contract_edit",
    "contract_list",
    "contract_plan",
    "contract_signatories",
]
