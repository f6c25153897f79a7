"""What is planned and done, and the figures."""

from actions.models.actions import Action, ActionCommune, CountingUnit, Partnership
from actions.models.figures import Direction, Funding, Indicator, IndicatorValue, Nature
from actions.models.programming import ActionYear, Programme, Reason, Status, Transition

__all__ = [
    "Action",
    "ActionCommune",
    "ActionYear",
    "CountingUnit",
    "Direction",
    "Funding",
    "Indicator",
    "IndicatorValue",
    "Nature",
    "Partnership",
    "Programme",
    "Reason",
    "Status",
    "Transition",
]
