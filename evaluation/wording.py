"""How the evaluation is worded: each figure with its French name, how it is written and how it was had."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from actions.models import CountingUnit, Direction, Nature, Reason, Status
from cops.lib.french import money, number, percent
from evaluation.figures import UNREPORTED, Totals

Writing = Callable[[Any], str]

# What is said beside the figures of a year: no report is adopted on the site so far.
PROVISIONAL = "provisoire"

STATUS_LABELS = dict(Status.choices) | {UNREPORTED: "Non renseignée"}
REASON_LABELS = dict(Reason.choices)
UNIT_LABELS = dict(CountingUnit.choices)
NATURE_LABELS = dict(Nature.choices)
DIRECTION_LABELS = dict(Direction.choices)
ONE_UNIT = {
    "people": "personne",
    "families": "famille",
    "attendances": "participation",
    "interventions": "intervention",
    "facilities": "équipement",
}
# How a status looks beside others: the tones of the site's badges.
STATUS_TONES = {
    "done": "ok",
    "partial": "partial",
    "in_progress": "info",
    "postponed": "neutral",
    "dropped": "bad",
    "not_done": "bad",
    UNREPORTED: "neutral",
}
MISSING_LABELS = {"status": "statut", "actual_cost": "coût réel", "actual_count": "quantité réalisée"}


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a `Totals`: where it is, its name, how it is written, and how it was had."""

    block: str
    name: str
    label: str
    write: Writing = number
    definition: str = ""

    def value(self, totals: Totals) -> Any:
        return getattr(getattr(totals, self.block), self.name)

    def why(self, totals: Totals) -> str:
        """Why it is n.d.; "" where it is known."""
        return str(getattr(totals, self.block).unknown.get(self.name, ""))


PLANNED = Measure("effectiveness", "planned", "Actions prévues")
DONE = Measure("effectiveness", "done", "Réalisées")
REALISATION = Measure(
    "effectiveness", "rate", "Taux de réalisation", percent, "actions réalisées ÷ actions prévues"
)
AT_LEAST_PARTLY = Measure(
    "effectiveness",
    "rate_at_least_partly",
    "Taux de réalisation au moins partielle",
    percent,
    "actions réalisées ou partiellement réalisées ÷ actions prévues",
)
STATUS_MEASURES = (
    DONE,
    Measure("effectiveness", "partial", "Partiellement réalisées"),
    Measure("effectiveness", "in_progress", "En cours"),
    Measure("effectiveness", "postponed", "Reportées"),
    Measure("effectiveness", "dropped", "Abandonnées"),
    Measure("effectiveness", "not_done", "Non réalisées"),
    Measure("effectiveness", UNREPORTED, "Non renseignées"),
)
EFFECTIVENESS = (
    PLANNED,
    *STATUS_MEASURES,
    REALISATION,
    AT_LEAST_PARTLY,
    Measure(
        "effectiveness",
        "done_unplanned",
        "Réalisées sans être prévues",
        definition="actions non prévues, réalisées au moins en partie ; elles ne comptent pas dans les taux",
    ),
)
TARGETS_MET = Measure(
    "efficacy",
    "rate",
    "Taux de cibles atteintes",
    percent,
    "cibles atteintes ÷ indicateurs avec cible et valeur",
)
MEASURED = Measure("efficacy", "with_value", "Indicateurs avec cible et valeur")
EFFICACY = (
    Measure(
        "efficacy",
        "with_target",
        "Indicateurs avec cible",
        definition="indicateurs de résultat ou d’impact ; ceux de réalisation ne comptent pas ici",
    ),
    MEASURED,
    Measure(
        "efficacy",
        "coverage",
        "Taux de renseignement",
        percent,
        "indicateurs avec cible et valeur ÷ indicateurs avec cible",
    ),
    Measure("efficacy", "met", "Cibles atteintes"),
    TARGETS_MET,
    Measure(
        "efficacy",
        "mean_attainment",
        "Atteinte moyenne des cibles",
        percent,
        "moyenne, sur les indicateurs avec cible et valeur, de la part du chemin parcouru vers la cible, "
        "comptée entre 0 et 100 %",
    ),
)
BUDGET = Measure(
    "efficiency", "planned_budget", "Budget prévu", money, "somme des budgets des actions prévues"
)
COST = Measure(
    "efficiency",
    "actual_cost",
    "Coût réel",
    money,
    "somme des coûts connus de toutes les actions, prévues ou non",
)
EXECUTION = Measure(
    "efficiency",
    "execution",
    "Taux d’exécution",
    percent,
    "coût ÷ budget, sur les actions prévues qui ont un budget et dont le coût est connu ; une action "
    "reportée, abandonnée ou non réalisée sans coût connu y compte pour 0 €",
)
EFFICIENCY = (BUDGET, COST, EXECUTION)
FUNDING = (
    Measure("efficiency", "requested", "Financements demandés", money, "toutes actions, prévues ou non"),
    Measure("efficiency", "granted", "Financements accordés", money),
    Measure("efficiency", "paid", "Financements versés", money),
)
YEARLY_RATES = (REALISATION, TARGETS_MET, EXECUTION)
OVERVIEW = (PLANNED, DONE, REALISATION, TARGETS_MET, *EFFICIENCY)
OBJECTIVE_MEASURES = (PLANNED, DONE, REALISATION, MEASURED, TARGETS_MET, *EFFICIENCY)

UNIT_COST_DEFINITION = (
    "coût ÷ quantité, sur les actions dont le coût est connu et la quantité réalisée non nulle ; personnes, "
    "familles, participations, interventions et équipements ne s’additionnent jamais"
)


def definitions() -> list[tuple[str, str]]:
    """Every figure whose name does not say all, with how it is had."""
    every = (*EFFECTIVENESS, *EFFICACY, *EFFICIENCY, *FUNDING)
    return [(one.label, one.definition) for one in every if one.definition] + [
        ("Coût par unité", UNIT_COST_DEFINITION)
    ]


def missing_label(field: str) -> str:
    """What is missing, in words: « coût réel », « valeur de « Familles reçues » »."""
    if field in MISSING_LABELS:
        return MISSING_LABELS[field]
    return f"valeur de l’indicateur «\u00a0{field.removeprefix('indicator:')}\u00a0»"
