"""Pages from which people are convened, told of changes, and told that a meeting is off."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cops.lib.french import count
from cops.lib.pdf import PdfError
from cops.users.requests import UserRequest
from governance.convocations import calendar, sending
from governance.convocations.facts import facts_of
from governance.convocations.forms import SendForm
from governance.convocations.people import audience
from governance.convocations.preview import DISPATCHES, Dispatch, draft_letter, letters_of, preview
from governance.convocations.resending import missing_letter, resend
from governance.meetings.changes import latest_convocation, snapshot
from governance.meetings.life import State, StepRefusedError
from governance.models import Attendance, Convocation, Meeting

staff_only = permission_required("governance.change_meetings", raise_exception=True)
get_and_post = require_http_methods(["GET", "HEAD", "POST"])


@get_and_post
@staff_only
def meeting_convoke(request: UserRequest, pk: int) -> HttpResponse:
    """Convene: who gets what is shown first."""
    return _dispatch(request, pk, DISPATCHES["call"])


@get_and_post
@staff_only
def meeting_notify(request: UserRequest, pk: int) -> HttpResponse:
    """Tell those convened what changed."""
    return _dispatch(request, pk, DISPATCHES["change"])


@get_and_post
@staff_only
def meeting_cancel(request: UserRequest, pk: int) -> HttpResponse:
    """Cancel a convened meeting and tell everybody."""
    return _dispatch(request, pk, DISPATCHES["cancellation"])


def _dispatch(request: UserRequest, pk: int, dispatch: Dispatch) -> HttpResponse:
    meeting = _meeting(request, pk)
    form = SendForm(request.POST or None)
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            sent = _send(request, meeting, dispatch, form)
        except (StepRefusedError, PdfError) as error:
            refused = str(error)
            meeting.refresh_from_db()
        else:
            messages.success(request, f"{dispatch.done} : {_reach(sent)}")
            return redirect("meeting_detail", pk)
    note = form.cleaned_data.get("note", "") if form.is_bound else ""
    shown = preview(meeting, dispatch, timezone.localdate(), note)
    context = {"meeting": meeting, "dispatch": dispatch, "preview": shown, "form": form, "refused": refused}
    return render(request, "governance/convocation_send.html", context)


def _send(request: UserRequest, meeting: Meeting, dispatch: Dispatch, form: SendForm) -> Convocation:
    """The letter is made before anything is locked: it takes a second or two."""
    seen, note = form.cleaned_data["seen"], form.cleaned_data["note"]
    if sending.seen_now(meeting) != seen:
        raise StepRefusedError(sending.CHANGED_MEANWHILE)
    letters = letters_of(meeting, dispatch, note)
    return dispatch.send(meeting, sending.Order(by=request.user, seen=seen, note=note, letters=letters))


def _reach(sent: Convocation) -> str:
    """« 12 messages ; 2 personnes sont à prévenir par téléphone. »"""
    reached = count(sent.messages.count(), "message")
    without = len(audience(sent.meeting.attendances.filter(email="")).to_call)
    if not without:
        return f"{reached}."
    people = count(without, "personne sans adresse est", "personnes sans adresse sont")
    return f"{reached} ; {people} à prévenir."


@require_safe
@staff_only
def convocation_letter(request: UserRequest, pk: int) -> HttpResponse:
    """The letter as it would leave now."""
    meeting = _meeting(request, pk)
    dispatch = DISPATCHES["change" if meeting.state == State.CONVENED else "call"]
    try:
        pdf = draft_letter(meeting, dispatch)
    except PdfError as error:
        messages.error(request, str(error))
        return redirect("meeting_detail", pk)
    if pdf is None:
        messages.error(request, "Cette réunion n’a pas de lettre, ou les PDF ne peuvent pas être faits ici.")
        return redirect("meeting_detail", pk)
    return _file(pdf, "application/pdf", f"projet-convocation-{meeting.held_on:%Y-%m-%d}.pdf")


@require_POST
@staff_only
def convocation_resend(request: UserRequest, pk: int, attendance: int) -> HttpResponse:
    """Send the latest convocation once more to one person."""
    meeting = _meeting(request, pk)
    row = get_object_or_404(Attendance, pk=attendance, meeting=meeting)
    try:
        sent = resend(row, by=request.user, pdf=missing_letter(meeting, row))
    except (StepRefusedError, PdfError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"La convocation repart à {row.name}, {sent.message.recipient}.")
    return redirect("meeting_detail", pk)


@require_safe
def meeting_calendar(request: UserRequest, pk: int) -> HttpResponse:
    """The meeting for one's calendar, as it was last sent, or as it stands where nothing was."""
    meeting = _meeting(request, pk)
    latest = latest_convocation(meeting)
    facts = facts_of(meeting, latest.snapshot if latest else snapshot(meeting))
    is_off = meeting.state == State.CANCELLED
    text = calendar.invitation(
        facts,
        method=calendar.CANCEL if is_off else calendar.PUBLISH,
        sequence=max(sending.next_sequence(meeting) - 1, 0),
        now=timezone.now(),
    )
    return _file(text.encode(), "text/calendar; charset=utf-8", f"reunion-{meeting.held_on:%Y-%m-%d}.ics")


def _meeting(request: UserRequest, pk: int) -> Meeting:
    meetings = Meeting.objects.visible_to(request.user)
    return get_object_or_404(meetings.select_related("formation__council__agglomeration"), pk=pk)


def _file(content: bytes, content_type: str, filename: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, filename) or "attachment"}
    return HttpResponse(content, content_type=content_type, headers=headers)
