"""`manage.py composition`: who sits on a day against what the rules require."""

import json
from argparse import ArgumentParser
from typing import Any

from cops.lib.commands import ApplicationCommand, data_fault, iso_day
from cops.lib.french import count, date_fr
from governance.composition import (
    Composition,
    CouncilNotCreatedError,
    composition,
    composition_to_json,
)
from governance.models import Designation, Formation


class Command(ApplicationCommand):
    help = "Affiche la composition d’une formation du CISPD un jour donné, et ce qui y est vacant."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "formation", choices=[Formation.Kind.PLENARY.value, Formation.Kind.RESTRICTED.value]
        )
        parser.add_argument("--on", required=True, type=iso_day, metavar="AAAA-MM-JJ", help="jour demandé")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        formation = Formation.objects.select_related("council").filter(kind=options["formation"]).first()
        if formation is None:
            raise data_fault(
                "Cette formation n’existe pas dans la base. Chargez les données de référence : "
                "« python manage.py load_reference »."
            )
        try:
            value = composition(formation, options["on"])
        except CouncilNotCreatedError as error:
            raise data_fault(str(error)) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(composition_to_json(value), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(_as_text(formation, value))


def _as_text(formation: Formation, value: Composition) -> str:
    lines = [
        f"{formation.name} au {date_fr(value.on)}",
        f"{count(value.required, 'siège')}, {count(value.filled, 'pourvu')}, "
        + f"{count(value.vacant, 'vacant')}.",
        "",
    ]
    for seat in value.seats:
        state = count(seat.vacant, "vacant") if seat.vacant else "pourvu"
        lines.append(f"- {seat.label} ({seat.category}) : {state}")
        for holder in seat.holders:
            where = f", {holder.organisation}" if holder.organisation else ""
            lines.append(f"    {Designation.Quality(holder.quality).label} : {holder.person}{where}")
    lines += ["", *(f"Attention : {warning}" for warning in value.warnings)]
    return "\n".join(lines).rstrip() + "\n"
