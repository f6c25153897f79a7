"""`manage.py report`: the yearly evaluation of a contract."""

from argparse import ArgumentParser
from typing import Any

from django.utils.timezone import localdate

from cops.lib.commands import ApplicationCommand, calendar_year, check_output, data_fault, write_output
from cops.lib.pdf import PdfError
from evaluation.exports import EXPORTS
from evaluation.rendering import report_html, report_pdf
from evaluation.report import YearReport
from evaluation.selectors import NothingToReport, contract_with_code, report_of

PAGES = ("html", "pdf")


class Command(ApplicationCommand):
    help = "Évalue une année d’un contrat : effectivité, efficacité, efficience."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--contract", required=True, metavar="CODE", help="code du contrat")
        parser.add_argument("--year", required=True, type=calendar_year, metavar="AAAA", help="année évaluée")
        parser.add_argument("--format", required=True, choices=[*EXPORTS, *PAGES])
        parser.add_argument("--output", metavar="FICHIER", help="obligatoire pour pdf, xlsx et ods")

    def handle(self, *args: Any, **options: Any) -> None:
        form, output = options["format"], options["output"]
        check_output(form, output)
        try:
            report = report_of(contract_with_code(options["contract"]), options["year"])
            content = _content(report, form)
        except (NothingToReport, PdfError) as error:
            raise data_fault(str(error)) from error
        write_output(content, output)


def _content(report: YearReport, form: str) -> bytes:
    if form in EXPORTS:
        return EXPORTS[form](report)
    if form == "pdf":
        return report_pdf(report, provisional_on=localdate())
    return report_html(report, provisional_on=localdate()).encode()
