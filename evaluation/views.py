"""The yearly evaluation in the browser, as files, and as a PDF prepared in the background."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from contracts.models import Contract
from contracts.plan import Timeline
from contracts.selectors import timeline
from contracts.years import year_looked_at
from cops.audit.models import Event
from cops.documents.asking import TooManyRenderings, ask_for
from cops.documents.models import Rendering
from cops.lib.tables import CSV_TYPE, ODS_TYPE, XLSX_TYPE
from cops.users.models import User
from cops.users.requests import UserRequest
from evaluation.exports import exported
from evaluation.overview import overview
from evaluation.preparation import Asked, readable
from evaluation.presentation import body
from evaluation.rendering import SECTIONS
from evaluation.report import ActionRow, YearReport
from evaluation.selectors import NothingToReport, UnknownContract, YearOutsideContract, report_of
from evaluation.tables import overview_table
from evaluation.wording import PROVISIONAL

for_readers = permission_required("evaluation.view_evaluation", raise_exception=True)

EXPORT_TYPES = {
    "xlsx": XLSX_TYPE,
    "ods": ODS_TYPE,
    "csv": CSV_TYPE,
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class YearTab:
    """A year of the contract as a tab."""

    label: str
    url: str
    is_current: bool


@require_safe
@for_readers
def evaluation_list(request: UserRequest) -> HttpResponse:
    """Every contract with the main figures of its years, the one to look at first at the top."""
    first = year_looked_at(timezone.localdate(), makes_report=request.user.is_staff_member)
    contracts = overview(Contract.objects.visible_to(request.user), first)
    shown = [(one, overview_table(one, year_address) if one.has_actions else None) for one in contracts]
    return render(request, "evaluation/list.html", {"accepted": [], "contracts": shown})


@require_safe
@for_readers
def evaluation_year(request: UserRequest, code: str, year: int) -> HttpResponse:
    """The evaluation of one year."""
    try:
        contract, plan, report = _read(request.user, code, year)
    except NothingToReport as error:
        return _nothing(request, error)
    subject = Asked(contract.code, year).subject
    context = {
        "accepted": [],
        "contract": contract,
        "year": year,
        "tabs": _tabs(contract, plan, year),
        "report": body(report, link=_sheet_address),
        "sections": SECTIONS,
        "today": timezone.localdate(),
        "rendering": Rendering.objects.visible_to(request.user)
        .filter(subject=subject)
        .select_related("document")
        .first(),
        "export_forms": EXPORT_TYPES,
    }
    return render(request, "evaluation/year.html", context)


@require_safe
@for_readers
def evaluation_export(request: UserRequest, code: str, year: int, form: str) -> HttpResponse:
    """The same figures as a file."""
    if form not in EXPORT_TYPES:
        raise Http404
    try:
        contract, _plan, report = _read(request.user, code, year)
    except NothingToReport as error:
        return _nothing(request, error)
    name = f"evaluation-{contract.code}-{year}-{PROVISIONAL}.{form}"
    response = HttpResponse(
        exported(report, form),
        content_type=EXPORT_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    if request.method == "GET":
        Event.record(Event.Action.EXPORTED, actor=request.user, summary=name, subject=contract)
    return response


@require_POST
@for_readers
def evaluation_pdf(request: UserRequest, code: str, year: int) -> HttpResponse:
    """Ask for the PDF, then wait for it on its page."""
    contract = Contract.objects.visible_to(request.user).filter(code=code).first()
    if contract is None:
        return _nothing(request, UnknownContract(code))
    years = timeline(contract).years()
    if year not in years:
        return _nothing(request, YearOutsideContract(contract, year, years))
    try:
        rendering = ask_for(Asked(contract.code, year).subject, by=request.user)
    except TooManyRenderings as error:
        messages.warning(request, str(error))
        return redirect(year_address(contract, year))
    return redirect("rendering_detail", rendering.pk)


def _read(user: User, code: str, year: int) -> tuple[Contract, Timeline, YearReport]:
    """The report as the user may read it; nine queries. Raises `NothingToReport`."""
    contract = Contract.objects.visible_to(user).filter(code=code).first()
    if contract is None:
        raise UnknownContract(code)
    plan = timeline(contract)
    return contract, plan, readable(report_of(contract, year, plan), user)


def _nothing(request: UserRequest, error: NothingToReport) -> HttpResponse:
    return render(request, "evaluation/nothing.html", {"text": str(error)}, status=404)


def _tabs(contract: Contract, plan: Timeline, current: int) -> list[YearTab]:
    return [YearTab(str(year), year_address(contract, year), year == current) for year in plan.years()]


def year_address(contract: Contract, year: int) -> str:
    return reverse("evaluation_year", args=[contract.code, year])


def _sheet_address(row: ActionRow) -> str:
    return reverse("action_detail", args=[row.action_id])
