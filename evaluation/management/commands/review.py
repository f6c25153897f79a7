"""`manage.py review`: the review (bilan) of a whole contract, year by year."""

from argparse import ArgumentParser
from typing import Any

from cops.lib.commands import ApplicationCommand, data_fault, write_output
from evaluation.exports import json_text, review_as_json
from evaluation.selectors import NothingToReport, contract_with_code, review_of


class Command(ApplicationCommand):
    help = "Dresse le bilan d’un contrat, année par année."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--contract", required=True, metavar="CODE", help="code du contrat")
        parser.add_argument("--format", required=True, choices=["json"])
        parser.add_argument("--output", metavar="FICHIER")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            review = review_of(contract_with_code(options["contract"]))
        except NothingToReport as error:
            raise data_fault(str(error)) from error
        write_output(json_text(review_as_json(review)), options["output"])
