"""`manage.py review`: the review (bilan) of a whole contract, year by year."""

from argparse import ArgumentParser
from typing import Any

from django.utils.timezone import localdate

from cops.lib.commands import ApplicationCommand, check_output, data_fault, write_output
from cops.lib.pdf import PdfError
from evaluation.exports import json_text, review_as_json
from evaluation.rendering import review_html, review_pdf
from evaluation.review import ContractReview
from evaluation.selectors import NothingToReport, contract_with_code, review_of


class Command(ApplicationCommand):
    help = "Dresse le bilan d’un contrat, année par année."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--contract", required=True, metavar="CODE", help="code du contrat")
        parser.add_argument("--format", required=True, choices=["json", "html", "pdf"])
        parser.add_argument("--output", metavar="FICHIER", help="obligatoire pour pdf")

    def handle(self, *args: Any, **options: Any) -> None:
        form, output = options["format"], options["output"]
        check_output(form, output)
        try:
            content = _content(review_of(contract_with_code(options["contract"])), form)
        except (NothingToReport, PdfError) as error:
            raise data_fault(str(error)) from error
        write_output(content, output)


def _content(review: ContractReview, form: str) -> bytes:
    if form == "json":
        return json_text(review_as_json(review))
    if form == "pdf":
        return review_pdf(review, provisional_on=localdate())
    return review_html(review, provisional_on=localdate()).encode()
