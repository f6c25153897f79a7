"""Answering a convocation: by personal link without account, or in the site."""

from allauth.core.ratelimit import respond_429
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cops.lib.french import elide
from cops.mail.throttle import too_many_answers, too_many_unknown
from cops.users.requests import UserRequest
from governance.convocations.facts import facts_of
from governance.convocations.forms import ReplyForm
from governance.convocations.replies import (
    MandateOverError,
    ReplyRefusedError,
    answer,
    answerable,
    attendance_of_link,
    may_answer,
    refusal,
)
from governance.meetings.changes import snapshot
from governance.models import Attendance, Meeting

get_and_post = require_http_methods(["GET", "HEAD", "POST"])


@get_and_post
@login_not_required
@never_cache
@sensitive_post_parameters()
def convocation_reply(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with the link of a convocation; one's mind may change until the meeting."""
    row = attendance_of_link(token)
    if row is None:
        if too_many_unknown(request):
            return _private(respond_429(request))
        return _ended(request)
    if not (rows := answerable(row)):
        return _ended(request, is_mandate_over=True)
    if row not in rows:
        row = rows[0]
    form = ReplyForm(_posted(request), row=row, is_written=_is_written(row))
    refused = refusal(row.meeting, timezone.now())
    if request.method == "POST" and form.is_valid() and not refused:
        if too_many_answers(f"{row.pk}"):
            return _private(respond_429(request))
        try:
            answer(row, form.answer(), by=None, how="par le lien personnel")
        except MandateOverError:
            return _ended(request, is_mandate_over=True)
        except ReplyRefusedError as error:
            refused = str(error)
        else:
            return _private(redirect("convocation_reply", token))
    return _private(render(request, "governance/reply.html", _context(row, form, refused)))


def _ended(request: HttpRequest, *, is_mandate_over: bool = False) -> HttpResponse:
    context = {"is_mandate_over": is_mandate_over}
    return _private(render(request, "governance/reply_ended.html", context, status=410))


@get_and_post
def attendance_reply(request: UserRequest, pk: int, attendance: int) -> HttpResponse:
    """Answer in the site: for oneself, for the titular whom one assists, or as the service, by telephone."""
    meetings = Meeting.objects.visible_to(request.user).select_related("formation__council__agglomeration")
    meeting = get_object_or_404(meetings, pk=pk)
    row = get_object_or_404(Attendance, pk=attendance, meeting=meeting)
    row.meeting = meeting
    if not may_answer(request.user, row):
        raise Http404
    is_own = not request.user.has_perm("governance.change_meetings", meeting)
    form = ReplyForm(_posted(request), row=row, is_written=_is_written(row), is_own=is_own)
    refused = refusal(meeting, timezone.now())
    if request.method == "POST" and form.is_valid() and not refused:
        try:
            answer(row, form.answer(), by=request.user, how="dans le site")
        except ReplyRefusedError as error:
            refused = str(error)
        else:
            messages.success(request, f"La réponse {elide('de', row.name)} est enregistrée.")
            return redirect("meeting_detail", pk)
    return render(request, "governance/reply_in_site.html", _context(row, form, refused) | {"is_own": is_own})


def _context(row: Attendance, form: ReplyForm, refused: str) -> dict[str, object]:
    facts = facts_of(row.meeting, snapshot(row.meeting))  # as it is: what the answer is kept for
    return {"row": row, "meeting": row.meeting, "facts": facts, "form": form, "refused": refused}


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, be it nothing."""
    return request.POST if request.method == "POST" else None


def _is_written(row: Attendance) -> bool:
    return row.meeting.mode == Meeting.Mode.WRITTEN


def _private(response: HttpResponse) -> HttpResponse:
    """Keep the personal link out of the Referer and of search engines.

    Not `no-referrer`: browsers then send the form with the origin « null », which the CSRF check refuses.
    """
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
