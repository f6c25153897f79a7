"""What was signed: contracts, their axes and objectives, and the amendments that changed them."""

from contracts.models.contracts import Amendment, Contract, Signatory
from contracts.models.objectives import Axis, AxisVersion, Objective, ObjectiveVersion

__all__ = [
    "Amendment",
    "Axis",
    "AxisVersion",
    "Contract",
    "Objective",
    "ObjectiveVersion",
    "Signatory",
]
