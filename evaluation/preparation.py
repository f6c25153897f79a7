"""The PDF of an evaluation, as the background worker makes it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from contracts.models import Contract
from cops.documents.models import Document
from cops.documents.production import Produced, RefusedError, Tell
from cops.documents.subjects import Subject
from cops.lib.french import date_fr
from cops.users.models import User
from evaluation.rendering import report_pdf
from evaluation.report import YearReport, without_confidential
from evaluation.selectors import NothingToReport, contract_with_code, report_of

ROOM = "evaluation"
NO_LONGER_OPEN = "Votre compte n’ouvre plus cette évaluation."


@dataclass(frozen=True, slots=True)
class Asked:
    """The year of a contract that a rendering is about."""

    code: str
    year: int

    @property
    def subject(self) -> str:
        return f"{ROOM}/{self.code}/{self.year}"

    @classmethod
    def read(cls, rest: str) -> "Asked":
        """From a rendering's subject, the room's name taken off."""
        code, _, year = rest.rpartition("/")
        return cls(code, int(year))


def describe(rest: str) -> Subject:
    """How the preparation page calls an evaluation, and where it leads."""
    asked = Asked.read(rest)
    address = [asked.code, asked.year]
    return Subject(
        f"Évaluation {asked.year} du contrat {asked.code}",
        reverse("evaluation_year", args=address),
        reverse("evaluation_pdf", args=address),
    )


def readable(report: YearReport, user: User) -> YearReport:
    """The report as the user may read it: only the service reads confidential actions one by one."""
    return report if user.is_staff_member else without_confidential(report)


def make(rest: str, user: User, tell: Tell) -> Produced:
    """Compute and lay out the evaluation as `user` may read it. Raises RefusedError or PdfError."""
    tell("Calcul des chiffres")
    if not user.has_perm("evaluation.view_evaluation"):  # it may have ended since
        raise RefusedError(NO_LONGER_OPEN)
    asked = Asked.read(rest)
    try:
        contract = contract_with_code(asked.code)
        report = readable(report_of(contract, asked.year), user)
    except NothingToReport as error:
        raise RefusedError(str(error)) from error
    day = timezone.localdate()
    return Produced(
        content=report_pdf(report, provisional_on=day, on_progress=tell),
        kind=Document.Kind.REPORT_DRAFT,
        title=_title(contract, asked.year, date_fr(day)),
        filename=f"evaluation-{asked.code}-{asked.year}-provisoire-{day}.pdf",
    )


def _title(contract: Contract, year: int, day: str) -> str:
    """At most the 200 characters of a document's title; the contract's may be as long by itself."""
    ending = f", provisoire du {day}"
    return f"Évaluation {year} – {contract.title}"[: 200 - len(ending)] + ending
