"""An exercise of the crisis cell, closed, with its logbook copied in afterwards."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cops.desk.demonstration.council import LAST_NAME
from cops.lib.civility import Civility
from cops.users.models import User
from governance.crises.logbook import Kind, add_entry
from governance.crises.opening import SUBJECT
from governance.meetings.convening import convene_list
from governance.models import Attendance, Commune, CrisisCell, Decision, Formation, Meeting, SeatRule

# Minutes after the opening, kind, text, who asks for or engages means.
LINES = (
    (0, Kind.FACT, "Exercice : cellule ouverte. La main courante tenue sur papier est recopiée ici.", ""),
    (12, Kind.SITUATION, "Exercice : montée des eaux signalée, deux rues coupées.", ""),
    (20, Kind.MEANS_ASKED, "Un lieu d’accueil de quarante places (exercice).", "Commune de Montargis"),
    (35, Kind.MEANS_ENGAGED, "Gymnase ouvert et chauffé (exercice).", "Services de l’agglomération"),
    (50, Kind.DECISION, "Les transports scolaires du matin sont suspendus (exercice).", "Agglomération"),
    (95, Kind.SITUATION, "Exercice : décrue confirmée, fin des opérations.", ""),
    (110, Kind.FACT, "Cellule close.", ""),
)
LESSONS = "Exercice fictif : tenir à jour la liste d’appel, prévoir un second lieu d’accueil."


def load_crisis(today: date, *, by: User) -> None:
    """Store the exercise where there is no cell yet; nobody is alerted."""
    if CrisisCell.objects.exists():
        return
    opened_at = timezone.make_aware(datetime.combine(today - timedelta(days=30), time(20, 5)))
    cell = CrisisCell.objects.create(
        meeting=_meeting(opened_at),
        event="Exercice fictif : inondation du centre-ville",
        convened_by=SeatRule.Convener.PRESIDENT,
        convener_name=f"Prune {LAST_NAME}",
        convener_civility=Civility.MADAME,
        means_needed="Accueil des personnes évacuées, transports, information des habitants (exercice).",
        opened_at=opened_at,
        opened_by=by,
    )
    cell.communes.set(Commune.objects.filter(name__in=["Montargis", "Châlette-sur-Loing"]))
    for minutes, kind, text, engaged_by in LINES:
        at = opened_at + timedelta(minutes=minutes)
        add_entry(cell, kind=kind, text=text, happened_at=at, by=by, engaged_by=engaged_by)
    _close(cell, opened_at + timedelta(minutes=LINES[-1][0]))


def _meeting(opened_at: datetime) -> Meeting:
    here = timezone.localtime(opened_at)
    meeting = Meeting.objects.create(
        formation=Formation.objects.get(kind=Formation.Kind.RESTRICTED),
        kind=Meeting.Kind.CRISIS,
        state=Meeting.State.CONVENED,
        held_on=here.date(),
        starts_at=here.time(),
        place="Hôtel communautaire (exercice fictif)",
        subject=SUBJECT,
    )
    for row in convene_list(meeting):
        if row.quality == Attendance.Quality.TITULAR:
            row.reply, row.replied_at = Attendance.Reply.PRESENT, opened_at + timedelta(minutes=5)
            row.asked = meeting.question
            row.presence = Attendance.Presence.PRESENT
            row.save()
    return meeting


def _close(cell: CrisisCell, at: datetime) -> None:
    cell.closed_at, cell.lessons = at, LESSONS
    cell.save()
    cell.meeting.state = Meeting.State.CLOSED
    cell.meeting.save()
    for decision in cell.meeting.decisions.all():
        decision.state = Decision.State.DONE
        decision.save()
