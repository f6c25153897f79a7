"""`manage.py export_workbook`: a contract's actions as the workbook that import_workbook reads."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from actions.workbook import export_workbook
from contracts.models import Contract
from cops.lib.commands import ApplicationCommand, data_fault, write_output


class Command(ApplicationCommand):
    help = "Exporte les actions d’un contrat dans un classeur .xlsx ou .ods, que l’import sait relire."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--contract", required=True, metavar="CODE", help="code du contrat")
        parser.add_argument("--output", required=True, type=_workbook_name, metavar="FICHIER.xlsx|.ods")

    def handle(self, *args: Any, **options: Any) -> None:
        contract = Contract.objects.filter(code=options["contract"]).first()
        if contract is None:
            raise data_fault(f"Aucun contrat n’a le code « {options['contract']} ».")
        output = options["output"]
        write_output(export_workbook(contract, Path(output).suffix.lower()), output)


def _workbook_name(text: str) -> str:
    """Argument type: a file name that ends in .xlsx or .ods."""
    if Path(text).suffix.lower() not in (".xlsx", ".ods"):
        raise ArgumentTypeError(f"« {text} » ne finit ni par .xlsx ni par .ods")
    return text
