"""`manage.py import_workbook`: a workbook of actions goes in, all of it or nothing."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from actions.workbook import (
    ImportConflict,
    ImportPlan,
    Workbook,
    faults_as_text,
    import_workbook,
    plan_import,
    read_file,
    result_as_text,
    to_json,
    warnings_as_text,
)
from contracts.models import Contract
from cops.lib.commands import ApplicationCommand, data_fault


class Command(ApplicationCommand):
    help = "Importe un classeur d’actions (.xlsx ou .ods) : en entier, ou pas du tout s’il a une erreur."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER", help="classeur .xlsx ou .ods")
        parser.add_argument("--dry-run", action="store_true", help="contrôler sans rien enregistrer")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--contract", metavar="CODE", help="n’accepter que les lignes de ce contrat")

    def handle(self, *args: Any, **options: Any) -> None:
        contract, dry_run = _contract(options["contract"]), options["dry_run"]
        plan = _run(read_file(Path(options["file"])), contract, dry_run=dry_run)
        if plan.warnings:
            self.stderr.write(warnings_as_text(plan))
        if options["format"] == "json":
            self.stdout.write(json.dumps(to_json(plan, dry_run=dry_run), ensure_ascii=False, indent=2))
        elif not plan.faults:
            self.stdout.write(result_as_text(plan, dry_run=dry_run))
        if plan.faults:
            raise data_fault(faults_as_text(plan))


def _contract(code: str | None) -> Contract | None:
    if code is None:
        return None
    contract = Contract.objects.filter(code=code).first()
    if contract is None:
        raise data_fault(f"Aucun contrat n’a le code « {code} ».")
    return contract


def _run(workbook: Workbook, contract: Contract | None, *, dry_run: bool) -> ImportPlan:
    if dry_run:
        return plan_import(workbook, contract=contract)
    try:
        return import_workbook(workbook, contract=contract)
    except ImportConflict as conflict:
        raise data_fault(str(conflict)) from conflict
