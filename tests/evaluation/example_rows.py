"""The example workbook read into the rows of the report, without database or importer.

A second, simple reading of the file: the figures can be checked before, and apart from, the way through
the import.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

from evaluation.report import ActionRow, AxisRow, FundingRow, IndicatorRow, ObjectiveRow

DATA = Path(__file__).parent.parent / "data"
SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\u2009€"), None)
STATUSES = {
    "realisee": "done",
    "partielle": "partial",
    "en_cours": "in_progress",
    "reportee": "postponed",
    "abandonnee": "dropped",
    "non_realisee": "not_done",
    None: "unreported",
}
REASONS = {
    "financement": "funding",
    "pilote": "lead",
    "personnel": "staffing",
    "partenaire": "partner",
    "public": "audience",
    "juridique": "legal",
    "calendrier": "schedule",
    "decision": "decision",
    "doublon": "duplicate",
    "contexte": "context",
    "besoin": "need_gone",
    "technique": "technical",
    "autre": "other",
    None: "",
}
UNITS = {
    "personnes": "people",
    "familles": "families",
    "participations": "attendances",
    "interventions": "interventions",
    "equipements": "facilities",
    None: "",
}
NATURES = {"realisation": "output", "resultat": "result", "impact": "impact"}
DIRECTIONS = {"hausse": "up", "baisse": "down"}
OBJECTIVES_BY_AXIS = {1: 7, 2: 6, 3: 5}


def sheet(name: str) -> Iterator[dict[str, Any]]:
    """The rows of one sheet, by heading."""
    rows = openpyxl.load_workbook(DATA / "example.xlsx", data_only=True)[name].iter_rows(values_only=True)
    headings = next(rows)
    for row in rows:
        if any(cell is not None for cell in row):
            yield dict(zip(headings, row, strict=True))


def scaled(cell: Any, places: int) -> int | None:
    """A number or French text as a whole number of cents (2 places) or ten-thousandths (4)."""
    if cell is None:
        return None
    number = Decimal(str(cell).translate(SPACES).replace(",", "."))
    whole = number.scaleb(places)
    assert whole == int(whole), cell
    return int(whole)


def axes() -> list[AxisRow]:
    return [AxisRow(number, f"Axe {number}", True) for number in OBJECTIVES_BY_AXIS]


def objectives() -> list[ObjectiveRow]:
    return [
        ObjectiveRow(f"{axis}.{place}", f"Objectif {axis}.{place}", axis, True)
        for axis, number in OBJECTIVES_BY_AXIS.items()
        for place in range(1, number + 1)
    ]


class ExampleRows:
    """All rows of the example, of every year; `key` of a row is its reference and year."""

    def __init__(self) -> None:
        self.actions = {row["reference"]: row for row in sheet("actions")}
        self.keys: dict[tuple[str, int], int] = {}
        self.rows = [self._action_row(row) for row in sheet("programmation")]
        self.indicators = [self._indicator_row(row) for row in sheet("indicateurs")]
        self.funding = [self._funding_row(row) for row in sheet("financements")]

    def _action_row(self, row: dict[str, Any]) -> tuple[int, ActionRow]:
        action = self.actions[row["reference"]]
        key = self.keys[row["reference"], row["annee"]] = len(self.keys)
        return row["annee"], ActionRow(
            key=key,
            action_id=list(self.actions).index(row["reference"]),
            reference=row["reference"],
            title=action["intitule"],
            confidential=False,
            objective=str(row["objectif"] or action["objectif"]),
            lead=row["pilote"] or action["pilote"],
            unit=UNITS[action["unite"]],
            planned={"oui": True, "non": False}[row["prevue"]],
            status=STATUSES[row["statut"]],
            reason=REASONS[row["motif"]],
            planned_budget_cents=scaled(row["budget_prevu"], 2),
            actual_cost_cents=scaled(row["cout_reel"], 2),
            planned_count=scaled(row["quantite_prevue"], 0),
            actual_count=scaled(row["quantite_realisee"], 0),
            comment=row["commentaire"] or "",
            impact=row["impact"] or "",
        )

    def _indicator_row(self, row: dict[str, Any]) -> tuple[int, IndicatorRow]:
        return row["annee"], IndicatorRow(
            key=self.keys[row["reference"], row["annee"]],
            name=row["indicateur"],
            nature=NATURES[row["nature"]],
            unit=row["unite"] or "",
            direction=DIRECTIONS[row["sens"]],
            baseline_e4=scaled(row["valeur_reference"], 4),
            target_e4=scaled(row["cible"], 4),
            value_e4=scaled(row["valeur"], 4),
        )

    def _funding_row(self, row: dict[str, Any]) -> tuple[int, FundingRow]:
        return row["annee"], FundingRow(
            key=self.keys[row["reference"], row["annee"]],
            funder=row["financeur"],
            requested_cents=scaled(row["demande"], 2),
            granted_cents=scaled(row["accorde"], 2),
            paid_cents=scaled(row["verse"], 2),
        )

    def of_year(self, year: int) -> dict[str, list[Any]]:
        """The rows of a year, as `year_report` takes them."""
        return {
            "axes": axes(),
            "objectives": objectives(),
            "actions": [row for when, row in self.rows if when == year],
            "indicators": [row for when, row in self.indicators if when == year],
            "funding": [row for when, row in self.funding if when == year],
        }
