"""Making the PDF that was asked for: what the background worker does."""

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from contracts.models import Contract
from cops.audit.models import Event
from cops.documents.models import Document, Rendering
from cops.documents.subjects import Subject
from cops.lib.french import date_fr
from cops.lib.pdf import PdfError
from cops.users.models import User
from evaluation.rendering import report_pdf
from evaluation.report import YearReport, without_confidential
from evaluation.selectors import NothingToReport, contract_with_code, report_of

ROOM = "evaluation"
NO_LONGER_OPEN = "Votre compte n’ouvre plus cette évaluation."
UNEXPECTED = (
    "Une erreur inattendue a interrompu la préparation ; elle a été notée. Demandez de nouveau le document, "
    "et prévenez l’administrateur du site si cela se répète."
)


class GivenUpError(Exception):
    """Nobody waits for this rendering any more."""


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


def prepare(rendering: Rendering) -> None:
    """Compute, lay out and keep the PDF; a failure is told on the rendering, an unexpected one raised too."""
    try:
        _prepare(rendering)
    except GivenUpError:
        return
    except (NothingToReport, PdfError) as error:
        rendering.fail(str(error))
    except Exception:
        rendering.fail(UNEXPECTED)
        raise


def _prepare(rendering: Rendering) -> None:
    user = rendering.requested_by
    _tell(rendering, "Calcul des chiffres")
    if not user.has_perm("evaluation.view_evaluation"):  # it may have ended since
        rendering.fail(NO_LONGER_OPEN)
        return
    asked = Asked.read(rendering.subject.removeprefix(f"{ROOM}/"))
    contract = contract_with_code(asked.code)
    report = readable(report_of(contract, asked.year), user)
    day = timezone.localdate()
    content = report_pdf(report, provisional_on=day, on_progress=lambda line: _tell(rendering, line))
    with transaction.atomic():
        document = Document.store(
            content,
            kind=Document.Kind.REPORT_DRAFT,
            title=_title(contract, asked.year, date_fr(day)),
            filename=f"evaluation-{asked.code}-{asked.year}-provisoire-{day}.pdf",
            content_type="application/pdf",
            visibility=Document.Visibility.STAFF if user.is_staff_member else Document.Visibility.OWNER,
            created_by=user,
        )
        if not rendering.succeed(document):
            document.file.delete(save=False)
            raise GivenUpError
        Event.record(Event.Action.RENDERED, actor=user, summary=document.title, subject=document)


def _tell(rendering: Rendering, line: str) -> None:
    if not rendering.report(line):
        raise GivenUpError


def _title(contract: Contract, year: int, day: str) -> str:
    """At most the 200 characters of a document's title; the contract's may be as long by itself."""
    ending = f", provisoire du {day}"
    return f"Évaluation {year} – {contract.title}"[: 200 - len(ending)] + ending
