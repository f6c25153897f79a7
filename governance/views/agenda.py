"""Entering the agenda of a meeting."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cops.audit.entering import enter
from cops.users.requests import UserRequest
from governance.meetings import services
from governance.meetings.agenda_rows import AgendaRows
from governance.meetings.changes import latest_convocation
from governance.meetings.life import agenda_refusal, is_frozen
from governance.meetings.page import address
from governance.views.meetings import current, loaded, refused

get_and_post = require_http_methods(["GET", "HEAD", "POST"])


@get_and_post
@permission_required("governance.change_meetings", raise_exception=True)
def agenda_edit(request: UserRequest, pk: int) -> HttpResponse:
    """The agenda as one table."""
    meeting = loaded(request, pk)
    if reason := agenda_refusal(meeting):
        return refused(request, meeting, reason)

    def bind(data: QueryDict | None) -> AgendaRows:
        return AgendaRows(data, meeting=current(request, meeting))

    def save(rows: AgendaRows) -> str:
        is_changed = services.save_agenda(
            rows.meeting,
            order=rows.order,
            altered=[row.instance for row in rows.altered_rows],
            removed=rows.removed,
            by=request.user,
        )
        _say(request, rows, is_changed)
        return address(rows.meeting)

    entry = enter(request, bind=bind, save=save)
    if entry.address:
        return redirect(entry.address)
    context = {"meeting": meeting, "is_frozen": is_frozen(meeting), "entry": entry, "form": entry.form}
    return render(request, "governance/agenda_edit.html", context)


def _say(request: UserRequest, rows: AgendaRows, is_changed: bool) -> None:
    if not is_changed:
        messages.info(request, "Rien n’a changé : l’ordre du jour reste comme il est.")
        return
    messages.success(request, "L’ordre du jour est enregistré.")
    if latest_convocation(rows.meeting) is not None:
        messages.warning(
            request, "La convocation est déjà partie : ce qui change est signalé sur la page de la réunion."
        )
