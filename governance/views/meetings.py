"""Pages of the meetings: one of them, entering it, and the steps of its life."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import connection
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cops.audit.entering import Entry, enter
from cops.audit.history.saying import say_saved
from cops.audit.switching import chosen
from cops.users.requests import UserRequest
from governance.meetings import life
from governance.meetings.forms import MeetingForm
from governance.meetings.page import address, page_of
from governance.meetings.services import save_meeting
from governance.models import Formation, Meeting

CANCEL_BY_CONVOCATION = (
    "La réunion est convoquée : annulez-la depuis ses convocations, pour que chacun soit prévenu."
)

get_and_post = require_http_methods(["GET", "HEAD", "POST"])
for_staff = permission_required("governance.change_meetings", raise_exception=True)


def loaded(request: UserRequest, pk: int) -> Meeting:
    """The meeting, if the user may read it; 404 else."""
    meetings = Meeting.objects.visible_to(request.user).select_related("formation__council")
    meeting: Meeting = get_object_or_404(meetings, pk=pk)
    return meeting


def current(request: UserRequest, meeting: Meeting) -> Meeting:
    """The meeting to bind a form to: while it is saved, read anew under lock, so that its rows stay as they
    were checked."""
    if request.method == "POST" and connection.in_atomic_block:
        return life.locked(meeting.pk)
    return meeting


def refused(request: UserRequest, meeting: Meeting, reason: str) -> HttpResponse:
    """Back to the meeting's page, with the reason."""
    messages.warning(request, reason)
    return redirect(address(meeting))


@require_safe
def meeting_detail(request: UserRequest, pk: int) -> HttpResponse:
    """A meeting with its agenda, its people, its decisions and its papers."""
    context = page_of(loaded(request, pk), request.user, timezone.localdate())
    return render(request, "governance/meeting_detail.html", context)


@get_and_post
@for_staff
def meeting_create(request: UserRequest) -> HttpResponse:
    """A new meeting of the formation in the address (`formation`), else of the restricted one; another one is
    chosen in the form."""
    formations = list(Formation.objects.select_related("council"))
    formation = _asked(request, formations)
    if formation is None:
        messages.info(request, "Aucune formation n’est enregistrée : une réunion est celle d’une formation.")
        return redirect("formation_list")

    known = {one.code: one for one in formations}

    def bind(data: QueryDict | None) -> MeetingForm:
        asked = chosen(data, "formation", known, formation)
        return MeetingForm(data, instance=Meeting(formation=asked), formations=formations)

    def save(form: MeetingForm) -> str:
        _save(request, form)
        messages.success(request, "La réunion est créée. Saisissez maintenant son ordre du jour.")
        return address(form.instance)

    entry = enter(request, bind=bind, save=save)
    context = {"formation": entry.form.instance.formation}
    return _answer(request, entry, "governance/meeting_create.html", context)


def _asked(request: UserRequest, formations: list[Formation]) -> Formation | None:
    if "formation" not in request.GET:
        return life.default_formation(formations)
    asked = next((row for row in formations if row.code == request.GET["formation"]), None)
    if asked is None:
        raise Http404
    return asked


@get_and_post
@for_staff
def meeting_edit(request: UserRequest, pk: int) -> HttpResponse:
    """The facts of a meeting; once it was convened, what changes is shown as a change."""
    meeting = loaded(request, pk)
    if reason := life.edit_refusal(meeting):
        return refused(request, meeting, reason)

    def bind(data: QueryDict | None) -> MeetingForm:
        return MeetingForm(data, instance=current(request, meeting))

    def save(form: MeetingForm) -> str:
        if form.is_altered:
            _save(request, form)
            say_saved(request, "La réunion est enregistrée.", of=form.instance)
        else:
            messages.info(request, "Rien n’a changé : la réunion reste comme elle est.")
        return address(form.instance)

    entry = enter(request, bind=bind, save=save)
    return _answer(request, entry, "governance/meeting_edit.html", {"meeting": meeting})


def _save(request: UserRequest, form: MeetingForm) -> None:
    services = form.cleaned_data.get("services_present") if "services_present" in form.fields else None
    save_meeting(form.instance, services=services, by=request.user)


@require_POST
@for_staff
def meeting_step(request: UserRequest, pk: int) -> HttpResponse:
    """One step in the meeting's life, of those that its page offers."""
    meeting = loaded(request, pk)
    step = life.STEPS.get(request.POST.get("step", ""))
    if step is None or step.offered_from == frozenset():
        raise Http404
    if step.name == "cancel" and meeting.state == Meeting.State.CONVENED:
        return refused(request, meeting, CANCEL_BY_CONVOCATION)
    try:
        life.take(meeting, step.name, by=request.user)
    except life.StepRefusedError as error:
        return refused(request, meeting, str(error))
    messages.success(request, step.done)
    return redirect(address(meeting))


def _answer(request: UserRequest, entry: Entry[Any], template: str, context: dict[str, Any]) -> HttpResponse:
    if entry.address:
        return redirect(entry.address)
    return render(request, template, context | {"entry": entry, "form": entry.form})
