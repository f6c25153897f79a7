"""The minutes of a meeting: writing, approving, taking them away."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import connection
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cops.audit.entering import enter
from cops.audit.models import Event
from cops.documents.asking import TooManyRenderings, ask_for
from cops.users.requests import UserRequest
from governance.meetings.page import address
from governance.minutes import papers, writing
from governance.minutes.forms import MinutesForm
from governance.minutes.markdown import to_html
from governance.models import Minutes
from governance.views.meetings import current, loaded, refused

get_and_post = require_http_methods(["GET", "HEAD", "POST"])
for_staff = permission_required("governance.change_meetings", raise_exception=True)


@get_and_post
@for_staff
def minutes_edit(request: UserRequest, pk: int) -> HttpResponse:
    """The text, with its draft and its preview."""
    meeting = loaded(request, pk)
    minutes = writing.minutes_of(meeting)
    if reason := writing.entry_refusal(meeting, minutes):
        return refused(request, meeting, reason)

    def bind(data: QueryDict | None) -> MinutesForm:
        if not connection.in_atomic_block or data is None:
            return MinutesForm(data, instance=minutes)
        held = current(request, meeting)
        stored = Minutes.objects.filter(meeting=held, approved_in__isnull=True).first()
        return MinutesForm(data, instance=stored or Minutes(meeting=held))

    def save(form: MinutesForm) -> str:
        if form.is_altered:
            writing.save_minutes(form.instance, by=request.user)
            messages.success(request, "Le compte rendu est enregistré.")
        else:
            messages.info(request, "Rien n’a changé.")
        return f"{address(meeting)}#compte-rendu"

    entry = enter(request, bind=bind, save=save)
    if entry.address:
        return redirect(entry.address)
    form = entry.form
    preview = to_html(form.typed, top=3) if form.is_previewed else ""
    context = {"meeting": meeting, "entry": entry, "form": form, "preview": preview}
    return render(request, "governance/minutes_edit.html", context)


@require_POST
@for_staff
def minutes_approve(request: UserRequest, pk: int) -> HttpResponse:
    """Note at which later meeting the minutes were approved; they are locked from then on."""
    meeting = loaded(request, pk)
    later = writing.approving(meeting, timezone.localdate())
    chosen, seen = request.POST.get("meeting", ""), request.POST.get("version", "")
    if not (chosen.isdecimal() and seen.isdecimal()):
        return refused(request, meeting, "Choisissez la réunion qui a approuvé le compte rendu.")
    try:
        approving_meeting = get_object_or_404(later, pk=int(chosen[:9]))
        writing.approve(meeting, approving_meeting, seen=int(seen[:9]), by=request.user)
    except writing.ApprovalRefusedError as error:
        return refused(request, meeting, str(error))
    messages.success(request, "Le compte rendu est approuvé : il ne change plus.")
    return redirect(f"{address(meeting)}#compte-rendu")


@require_POST
def minutes_pdf(request: UserRequest, pk: int) -> HttpResponse:
    """Ask for the minutes as PDF, then wait for them on their page."""
    meeting = loaded(request, pk)
    if papers.readable_minutes(meeting) is None:
        return refused(request, meeting, "Cette réunion n’a pas de compte rendu.")
    try:
        rendering = ask_for(papers.subject_of_minutes(meeting), by=request.user)
    except TooManyRenderings as error:
        return refused(request, meeting, str(error))
    return redirect("rendering_detail", rendering.pk)


@require_safe
def minutes_file(request: UserRequest, pk: int, form: str) -> HttpResponse:
    """The minutes for a word processor."""
    if form not in papers.FORMS:
        raise Http404
    meeting = loaded(request, pk)
    minutes = papers.readable_minutes(meeting)
    if minutes is None:
        raise Http404
    if request.method == "GET":
        Event.record(
            Event.Action.EXPORTED, actor=request.user, summary=f"{minutes} (.{form})", subject=meeting
        )
    name = f"{papers.file_stem(meeting)}.{form}"
    return HttpResponse(
        papers.word_file(meeting, minutes, form),
        content_type=papers.FORMS[form].CONTENT_TYPE,
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )
