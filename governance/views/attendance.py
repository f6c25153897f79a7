"""Who is convened, who is invited, who came; and the sheet to sign."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cops.audit.entering import Entry, Ticket, enter
from cops.documents.asking import TooManyRenderings, ask_for
from cops.lib.french import count, list_fr
from cops.users.requests import UserRequest
from cops.users.sessions import polled
from governance.meetings import attendance, life, services
from governance.meetings.convening import convene_list, listed
from governance.meetings.guest_rows import GuestRows
from governance.meetings.page import address
from governance.meetings.presence_rows import PresenceRows
from governance.meetings.sheet import subject_of_sheet
from governance.models import Meeting
from governance.views.meetings import current, loaded, refused

get_and_post = require_http_methods(["GET", "HEAD", "POST"])
for_staff = permission_required("governance.change_meetings", raise_exception=True)


@get_and_post
@for_staff
def attendance_edit(request: UserRequest, pk: int) -> HttpResponse:
    """Who came, noted during the meeting by one or several people; each row is saved for itself."""
    meeting = loaded(request, pk)
    if reason := life.attendance_refusal(meeting):
        return refused(request, meeting, reason)
    page = reverse("attendance_edit", args=[pk])

    def bind(data: QueryDict | None) -> PresenceRows:
        return PresenceRows(data, meeting=current(request, meeting))

    def save(rows: PresenceRows) -> str:
        saved = [row.instance for row in rows.sound]
        services.save_attendances(rows.meeting, saved=saved, what="présences", by=request.user)
        _say_presences(request, rows)
        return page

    entry = enter(request, bind=bind, save=save)
    if entry.address and not (entry.form.is_bound and entry.form.open):
        return redirect(entry.address)
    return render(request, "governance/attendance_edit.html", _presences(request, meeting, entry))


def _presences(request: UserRequest, meeting: Meeting, entry: Entry[PresenceRows]) -> dict[str, Any]:
    """The page; after a save that left rows open, with a ticket for the next one."""
    rows = entry.form
    if entry.address:
        rows.settle()
        entry = Entry(rows, Ticket.issue(request.user), is_judged=True)
    people = [row.instance for row in rows.rows]
    return {
        "meeting": meeting,
        "entry": entry,
        "form": rows,
        "counts": attendance.counts(listed(meeting)),
        "vacant": attendance.vacant_seats(meeting),
        "has_people": bool(people),
    }


def _say_presences(request: UserRequest, rows: PresenceRows) -> None:
    saved = rows.sound
    if saved:
        messages.success(request, f"{count(len(saved), 'présence enregistrée', 'présences enregistrées')}.")
    elif not rows.open:
        messages.info(request, "Rien n’a changé.")
    unforeseen = [str(row.instance.name) for row in saved if attendance.is_unforeseen(row.instance)]
    if unforeseen:
        messages.warning(
            request,
            f"Représentation à vérifier, le siège ne la prévoit pas : {list_fr(unforeseen)}.",
        )
    if saved and (doubtful := attendance.contradicted(listed(rows.meeting))):
        names = list_fr([f"{row.represented_by} (pour {row.name})" for row in doubtful])
        messages.warning(request, f"À vérifier, représentants notés excusés ou absents : {names}.")


@require_safe
@for_staff
@polled
def attendance_counts(request: UserRequest, pk: int) -> HttpResponse:
    """The part of that page that follows what others note."""
    meeting = loaded(request, pk)
    context = {
        "meeting": meeting,
        "counts": attendance.counts(listed(meeting)),
        "vacant": attendance.vacant_seats(meeting),
    }
    return render(request, "governance/_attendance_live.html", context)


@require_POST
@for_staff
def attendance_list_update(request: UserRequest, pk: int) -> HttpResponse:
    """Bring the list of the meeting up to the composition of its day."""
    meeting = loaded(request, pk)
    if reason := life.attendance_refusal(meeting):
        return refused(request, meeting, reason)
    rows = convene_list(meeting)
    people = count(len(rows), "personne", "personnes")
    messages.success(request, f"La liste suit la composition du jour de la réunion : {people}.")
    return redirect("attendance_edit", pk)


@get_and_post
@for_staff
def guest_list(request: UserRequest, pk: int) -> HttpResponse:
    """The guests of a meeting."""
    meeting = loaded(request, pk)
    if reason := life.attendance_refusal(meeting):
        return refused(request, meeting, reason)

    def bind(data: QueryDict | None) -> GuestRows:
        return GuestRows(data, meeting=current(request, meeting))

    def save(rows: GuestRows) -> str:
        saved = [row.instance for row in rows.altered_rows]
        removed = rows.removed
        services.save_attendances(rows.meeting, saved=saved, removed=removed, what="invités", by=request.user)
        if saved or removed:
            messages.success(request, "Les invités sont enregistrés.")
        else:
            messages.info(request, "Rien n’a changé.")
        return f"{address(rows.meeting)}#presences"

    entry = enter(request, bind=bind, save=save)
    if entry.address:
        return redirect(entry.address)
    context = {"meeting": meeting, "entry": entry, "form": entry.form}
    return render(request, "governance/guest_list.html", context)


@require_POST
@for_staff
def attendance_sheet(request: UserRequest, pk: int) -> HttpResponse:
    """Ask for the sheet to sign, then wait for it on its page."""
    meeting = loaded(request, pk)
    if not life.takes_attendance(meeting):
        return refused(request, meeting, life.attendance_refusal(meeting))
    try:
        rendering = ask_for(subject_of_sheet(meeting), by=request.user)
    except TooManyRenderings as error:
        return refused(request, meeting, str(error))
    return redirect("rendering_detail", rendering.pk)
