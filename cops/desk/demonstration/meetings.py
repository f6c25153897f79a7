"""Meetings of the demonstration: two that were held, one that is convened, one that is being prepared."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cops.desk.demonstration import papers
from cops.desk.demonstration.council import LAST_NAME
from cops.documents.models import Document
from cops.lib.service import service
from cops.mail.models import Message
from cops.users.models import User
from governance.convocations.people import one_per_person
from governance.convocations.replies import Answer, answer
from governance.meetings.changes import snapshot
from governance.meetings.convening import convene_list
from governance.models import (
    AgendaItem,
    Attendance,
    Convocation,
    ConvocationMessage,
    Decision,
    FollowUp,
    Formation,
    Meeting,
    Minutes,
)

PLACE = "Hôtel communautaire, salle du conseil (réunion fictive)"
SERVICE = f"Agnès {LAST_NAME}, responsable du service"
PRESIDENT = f"Mme Prune {LAST_NAME}, Présidente de l’AME"

Item = tuple[str, str, int, str]
Reply, Presence = Attendance.Reply, Attendance.Presence

REVIEW: tuple[Item, ...] = (
    ("Bilan des actions de l’année (exemple)", "information", 40, "Présentation des fiches de bilan."),
    ("Suites à donner aux actions reportées (exemple)", "decision", 30, ""),
    ("Questions diverses", "discussion", 15, ""),
)
FOLLOWING: tuple[Item, ...] = (
    ("Approbation du compte rendu précédent", "decision", 10, ""),
    ("Suites données aux décisions (exemple)", "information", 20, ""),
    ("Tranquillité dans les transports (exemple)", "decision", 30, "Proposition du groupe « Transports »."),
)
COMING: tuple[Item, ...] = (
    ("Approbation du compte rendu précédent", "decision", 10, ""),
    ("Suites données aux décisions (exemple)", "information", 20, ""),
    ("Programmation de l’année suivante (exemple)", "opinion", 45, "Le projet est joint."),
)
YEARLY: tuple[Item, ...] = (
    ("Rapport d’évaluation de l’année (exemple)", "opinion", 60, ""),
    ("Questions diverses", "discussion", 20, ""),
)

# By first name; all others were present.
CAME = {
    "Anselme": Presence.EXCUSED,
    "Lise": Presence.ABSENT,
    "Basile": Presence.EXCUSED,
    "Justine": Presence.REPRESENTED,
}
ANSWERS = {
    "Prune": Answer(Reply.PRESENT),
    "Basile": Answer(Reply.REPRESENTED, f"Denis {LAST_NAME}", "Sous-préfet"),
    "Irène": Answer(Reply.PRESENT),
    "Anselme": Answer(Reply.EXCUSED, comment="Conseil municipal ce soir-là (exemple)."),
}
NOT_SENT = "Message inventé pour la démonstration : il n’a jamais été envoyé.\n"
REFUSED = "L’adresse a été refusée par le serveur du destinataire (exemple)."


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with what was told of it: after how many days, in which state, in which words."""

    text: str
    point: int
    due: int  # days from today
    told: tuple[tuple[int, Decision.State, str], ...] = ()
    kind: Decision.Kind = Decision.Kind.DECISION


FIRST = (
    Decided(
        "Les actions reportées sont proposées de nouveau à la programmation (décision fictive).",
        2,
        -90,
        (
            (-130, Decision.State.UNDER_WAY, "Les pilotes sont consultés."),
            (-61, Decision.State.DONE, "Programmées."),
        ),
    ),
    Decided(
        "Un point trimestriel sur les financements est présenté au conseil (décision fictive).",
        2,
        -10,
        ((-61, Decision.State.UNDER_WAY, "Le premier point est en préparation."),),
    ),
)
SECOND = (
    Decided("Une charte de signalement est proposée aux transporteurs (décision fictive).", 3, 5),
    Decided(
        "Avis favorable à l’extension des chantiers éducatifs (avis fictif).",
        3,
        120,
        kind=Decision.Kind.OPINION,
    ),
)


def load_meetings(today: date, *, by: User) -> None:
    """Store the meetings where there are none yet."""
    if Meeting.objects.exists():
        return
    restricted = Formation.objects.select_related("council").get(kind=Formation.Kind.RESTRICTED)
    plenary = Formation.objects.select_related("council").get(kind=Formation.Kind.PLENARY)
    first = _held(restricted, today - timedelta(days=200), "Bilan des actions (exemple)", REVIEW)
    second = _held(restricted, today - timedelta(days=60), "Suites et transports (exemple)", FOLLOWING)
    _decide(first, FIRST, today)
    _decide(second, SECOND, today)
    _approve(first, second)
    Minutes.objects.create(meeting=second, text=_text(second))
    convened = _meeting(restricted, today + timedelta(days=12), "Programmation (exemple)", COMING)
    papers.attach(
        convened.agenda.get(position=3),
        "Projet de programmation (exemple)",
        Document.Kind.NOTE,
        "projet-de-programmation.txt",
        f"{papers.INVENTED}Les actions proposées pour l’année suivante, axe par axe.\n",
        by=by,
    )
    _convene(convened, by)
    _meeting(plenary, today + timedelta(days=19), "Séance annuelle (exemple)", YEARLY)


def _meeting(formation: Formation, held_on: date, subject: str, items: Iterable[Item]) -> Meeting:
    meeting = Meeting(
        formation=formation,
        held_on=held_on,
        starts_at=time(14),
        ends_at=time(16),
        place=PLACE,
        subject=subject,
        chaired_by=PRESIDENT,
    )
    meeting.full_clean()
    meeting.save()
    for rank, (title, kind, duration, description) in enumerate(items, start=1):
        AgendaItem.objects.create(
            meeting=meeting,
            position=rank,
            title=title,
            kind=kind,
            duration=duration,
            rapporteur=SERVICE,
            description=description,
        )
    return meeting


# --- those that were held -----------------------------------------------------------------------------------


def _held(formation: Formation, held_on: date, subject: str, items: Iterable[Item]) -> Meeting:
    meeting = _meeting(formation, held_on, subject, items)
    meeting.state = Meeting.State.HELD
    meeting.save()
    for row in convene_list(meeting):
        _note(row)
    Attendance.objects.create(
        meeting=meeting,
        quality=Attendance.Quality.GUEST,
        name=f"Alix {LAST_NAME}",
        function="Directrice d’association",
        presence=Presence.PRESENT,
    )
    return meeting


def _note(row: Attendance) -> None:
    if row.quality == Attendance.Quality.TITULAR:
        row.presence = CAME.get(row.name.split()[0], Presence.PRESENT)
    elif row.quality == Attendance.Quality.SUBSTITUTE:
        row.presence = Presence.PRESENT
    if row.presence == Presence.REPRESENTED:
        row.represented_by, row.representative_function = f"Camille {LAST_NAME}", "Vice-procureure"
    row.full_clean()
    row.save()


def _decide(meeting: Meeting, decided: Iterable[Decided], today: date) -> None:
    for number, one in enumerate(decided, start=1):
        decision = Decision.objects.create(
            meeting=meeting,
            agenda_item=meeting.agenda.get(position=one.point),
            number=number,
            kind=one.kind,
            text=one.text,
            vote="à l’unanimité",
            owner=service().heading,
            due_on=today + timedelta(days=one.due),
            state=one.told[-1][1] if one.told else Decision.State.OPEN,
        )
        for days, state, text in one.told:
            FollowUp.objects.create(
                decision=decision, told_on=today + timedelta(days=days), state=state, text=text
            )


def _approve(meeting: Meeting, later: Meeting) -> None:
    """The minutes of a meeting, approved at a later one; the meeting is closed."""
    when = timezone.make_aware(datetime.combine(later.held_on, time(14, 10)))
    Minutes.objects.create(meeting=meeting, text=_text(meeting), approved_in=later, approved_at=when)
    meeting.state = Meeting.State.CLOSED
    meeting.save()


def _text(meeting: Meeting) -> str:
    parts = ["*Compte rendu inventé pour la démonstration.*"]
    for item in meeting.agenda.order_by("position"):
        parts.append(f"## {item.position}. {item.title}")
        parts.append(item.description or "Le point est présenté, puis discuté (exemple).")
        parts += [
            f"**{row.get_kind_display()} n° {row.number}** – {row.text}"
            for row in meeting.decisions.filter(agenda_item=item).order_by("number")
        ]
    return "\n\n".join(parts) + "\n"


# --- the one that is convened -------------------------------------------------------------------------------


def _convene(meeting: Meeting, by: User) -> None:
    """As if it had been convened: messages shown as sent, one refused, and some answers. Nothing is sent."""
    rows = one_per_person(convene_list(meeting))
    meeting.state = Meeting.State.CONVENED
    meeting.save()
    convocation = Convocation.objects.create(
        meeting=meeting, sequence=0, sent_by=by, snapshot=snapshot(meeting)
    )
    for row in rows:
        is_refused = row.email == "agence@demo.example"
        message = Message.objects.create(
            recipient=row.email,
            subject=f"Convocation : {meeting.formation.name} (exemple)",
            body=NOT_SENT,
            state=Message.State.FAILED if is_refused else Message.State.SENT,
            error=REFUSED if is_refused else "",
            sent_at=None if is_refused else timezone.now(),
        )
        ConvocationMessage.objects.create(
            convocation=convocation, attendance=row, message=message, kind=convocation.kind
        )
        given = ANSWERS.get(row.name.split()[0])
        if given and row.quality == Attendance.Quality.TITULAR:
            answer(row, given, by=None, how="exemple de démonstration")
