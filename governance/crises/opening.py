"""Opening a cell: the meeting, its people, the first line of the logbook, the alert, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cops.audit.models import Event
from cops.users.models import User
from governance.crises.alerting import Alert, alert
from governance.crises.conveners import Holder, holders, restricted_formation
from governance.crises.logbook import add_entry
from governance.meetings.convening import convene_list, name_of
from governance.models import Attendance, Commune, CrisisCell, LogEntry, Meeting, Person

SUBJECT = "Cellule de crise"  # what others may read of it in an agenda or an e-mail: no fact of the case


@dataclass(frozen=True, slots=True)
class Call:
    """What opens a cell. `convener_name` empty: the titular of that authority's seat today, with whose
    civility."""

    event: str
    communes: Sequence[Commune]
    convened_by: str
    means_needed: str
    convener_name: str = ""
    convener_civility: str = ""
    acting_name: str = ""
    acting_function: str = ""
    guests: Sequence[Person] = field(default_factory=tuple)
    place: str = ""
    remote_link: str = ""


@transaction.atomic
def open_cell(call: Call, *, by: User, alerts: bool = True) -> tuple[CrisisCell, Alert | None]:
    """Gather the restricted formation now. Raises ValidationError where nobody is there to convene it."""
    now = timezone.now()
    authority = (
        Holder(call.convener_name, civility=call.convener_civility)
        if call.convener_name
        else _holder(call.convened_by)
    )
    cell = CrisisCell(
        meeting=_meeting(call, now),
        event=call.event,
        convened_by=call.convened_by,
        convener_name=authority.name,
        convener_civility=authority.civility,
        acting_name=call.acting_name,
        acting_function=call.acting_function,
        means_needed=call.means_needed,
        opened_at=now,
        opened_by=by,
    )
    cell.full_clean(exclude=["meeting"])
    cell.meeting.save()
    cell.save()
    cell.communes.set(call.communes)
    convene_list(cell.meeting)
    invite(cell, call.guests)
    add_entry(cell, kind=LogEntry.Kind.FACT, text=f"Cellule ouverte : {cell.event}", happened_at=now, by=by)
    Event.record(Event.Action.CREATED, actor=by, summary=f"Cellule de crise ouverte : {cell}", subject=cell)
    return cell, alert(cell, by=by) if alerts else None


def _meeting(call: Call, now: datetime) -> Meeting:
    formation = restricted_formation()
    if formation is None:
        raise ValidationError(
            "Aucune formation restreinte n’est enregistrée : elle seule se réunit en cellule."
        )
    here = timezone.localtime(now)
    meeting = Meeting(
        formation=formation,
        kind=Meeting.Kind.CRISIS,
        state=Meeting.State.CONVENED,
        held_on=here.date(),
        starts_at=here.time().replace(second=0, microsecond=0),
        mode=Meeting.Mode.REMOTE if call.remote_link and not call.place else Meeting.Mode.IN_PERSON,
        place=call.place,
        remote_link=call.remote_link,
        subject=SUBJECT,
    )
    meeting.full_clean()
    return meeting


def _holder(authority: str) -> Holder:
    formation = restricted_formation()
    known = holders(formation, timezone.localdate()) if formation else {}
    if authority not in known:
        raise ValidationError(
            {"convener_name": "Ce siège n’a pas de titulaire aujourd’hui : nommez l’autorité qui convoque."}
        )
    return known[authority]


def invite(cell: CrisisCell, people: Sequence[Person]) -> list[Attendance]:
    """Add guests, each once; who sits already is not invited as well."""
    present = set(cell.meeting.attendances.exclude(person=None).values_list("person", flat=True))
    rows = []
    for person in people:
        if person.pk in present:
            continue
        organisation = person.organisation
        row = Attendance(
            meeting=cell.meeting,
            person=person,
            quality=Attendance.Quality.GUEST,
            name=name_of(person),
            function=person.function,
            organisation=str(organisation) if organisation else "",
            email=(organisation.mailbox if organisation else "") or person.email,
        )
        row.full_clean()
        row.save()
        rows.append(row)
    return rows
