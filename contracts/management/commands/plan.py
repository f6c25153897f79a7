"""`manage.py plan`: the contract as in force on a day, amendments applied."""

import json
from argparse import ArgumentParser
from typing import Any

from contracts.exports import plan_to_json, plan_to_text
from contracts.models import Contract
from contracts.selectors import timeline
from cops.lib.commands import ApplicationCommand, data_fault, iso_day


class Command(ApplicationCommand):
    help = "Affiche le contrat tel qu’en vigueur un jour donné, avenants appliqués."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--contract", required=True, metavar="CODE", help="code du contrat")
        parser.add_argument("--on", required=True, type=iso_day, metavar="AAAA-MM-JJ", help="jour demandé")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        contract = Contract.objects.filter(code=options["contract"]).first()
        if contract is None:
            raise data_fault(f"Aucun contrat n’a le code « {options['contract']} ».")
        plan = timeline(contract).plan(options["on"])
        if options["format"] == "json":
            self.stdout.write(json.dumps(plan_to_json(contract, plan), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(plan_to_text(contract, plan))
