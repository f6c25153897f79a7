"""The plan in force as JSON (`cops-plan/1`, docs/interfaces.md section 5) and as text."""

from typing import Any

from contracts.models import Contract
from contracts.plan import Plan
from cops.lib.french import date_fr


def plan_to_json(contract: Contract, plan: Plan) -> dict[str, Any]:
    """The plan in the shape of the schema `cops-plan/1`."""
    return {
        "schema": "cops-plan/1",
        "contract": {
            "code": contract.code,
            "title": contract.title,
            "starts_on": str(contract.starts),
            "ends_on": str(plan.ends),
        },
        "on": plan.on.isoformat(),
        "in_force": plan.in_force,
        "amendments": [
            {"number": row.number, "effective_on": row.effective_on.isoformat()} for row in plan.amendments
        ],
        "axes": [
            {
                "number": axis.number,
                "title": axis.title,
                "objectives": [
                    {
                        "code": objective.code,
                        "title": objective.title,
                        "introduced_by": objective.introduced_by,
                        "reworded_by": objective.reworded_by,
                    }
                    for objective in axis.objectives
                ],
            }
            for axis in plan.axes
        ],
    }


def plan_to_text(contract: Contract, plan: Plan) -> str:
    """The plan as lines to read on a terminal."""
    lines = [f"{contract.title} ({contract.code})", _validity(contract, plan), ""]
    if not plan.axes:
        lines.append("Aucun axe connu pour ce contrat.")
    for axis in plan.axes:
        lines.append(f"Axe {axis.number} – {axis.title}")
        for objective in axis.objectives:
            marks = []
            if objective.introduced_by is not None:
                marks.append(f"introduit par l’avenant n° {objective.introduced_by}")
            if objective.reworded_by is not None:
                marks.append(f"reformulé par l’avenant n° {objective.reworded_by}")
            lines.append(
                f"  {objective.code}  {objective.title}" + (f" ({', '.join(marks)})" if marks else "")
            )
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _validity(contract: Contract, plan: Plan) -> str:
    span = f"début : {contract.starts.french} ; fin : {plan.ends.french}"
    amended = "".join(f" ; avenant n° {row.number} compris" for row in plan.amendments[-1:])
    if plan.in_force:
        return f"En vigueur le {date_fr(plan.on)} ({span}{amended})."
    return f"Pas en vigueur le {date_fr(plan.on)} ; plan du {date_fr(plan.shown_on)} ({span}{amended})."
