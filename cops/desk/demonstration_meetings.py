"""Meetings of the demonstration: invented, and saying so."""

from datetime import date, time, timedelta

from governance.meetings.convening import convene_list
from governance.models import AgendaItem, Attendance, Decision, Formation, Meeting

PLACE = "Hôtel communautaire, salle du conseil (réunion fictive)"
SERVICE = "Agnès Exemple (fictif), responsable du service"

Item = tuple[str, str, int | None, str]

PAST: tuple[Item, ...] = (
    ("Approbation du compte rendu précédent", "decision", 10, ""),
    ("Bilan des actions de l’année (exemple)", "information", 40, "Présentation des fiches de bilan."),
    ("Suites à donner aux actions reportées (exemple)", "decision", 30, ""),
    ("Questions diverses", "discussion", 15, ""),
)
COMING: tuple[Item, ...] = (
    ("Approbation du compte rendu précédent", "decision", 10, ""),
    ("Suites données aux décisions (exemple)", "information", 20, ""),
    ("Programmation de l’année suivante (exemple)", "opinion", 45, "Le projet est joint avant la réunion."),
    ("Questions diverses", "discussion", 15, ""),
)

# By first name of the demonstration's people; the others were present.
EXCUSED, ABSENT, REPRESENTED = {"Anselme"}, {"Lise"}, {"Basile": ("Denis Exemple (fictif)", "Sous-préfet")}


def load_meetings(today: date) -> None:
    """A meeting that was held and one that is being prepared, where the restricted formation has none."""
    formation = Formation.objects.select_related("council").get(kind=Formation.Kind.RESTRICTED)
    if formation.meetings.exists():
        return
    held = _meeting(
        formation, today - timedelta(days=75), "Bilan des actions (exemple)", PAST, Meeting.State.HELD
    )
    _attendance(held)
    Decision.objects.create(
        meeting=held,
        agenda_item=held.agenda.get(position=3),
        number=1,
        text="Les actions reportées sont proposées de nouveau à la programmation (décision fictive).",
        vote="à l’unanimité",
        owner="Service « Développement social urbain »",
        due_on=today + timedelta(days=30),
    )
    _meeting(formation, today + timedelta(days=40), "Programmation (exemple)", COMING, Meeting.State.PREPARED)


def _meeting(
    formation: Formation, held_on: date, subject: str, items: tuple[Item, ...], state: str
) -> Meeting:
    meeting = Meeting.objects.create(
        formation=formation,
        held_on=held_on,
        starts_at=time(14),
        ends_at=time(16),
        place=PLACE,
        subject=subject,
        chaired_by="Prune Exemple (fictif), Président de l’AME",
        state=state,
    )
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


def _attendance(meeting: Meeting) -> None:
    for row in convene_list(meeting):
        first_name = row.name.split()[0]
        row.presence = Attendance.Presence.PRESENT
        if first_name in EXCUSED:
            row.presence = Attendance.Presence.EXCUSED
        elif first_name in ABSENT:
            row.presence = Attendance.Presence.ABSENT
        elif first_name in REPRESENTED:
            row.presence = Attendance.Presence.REPRESENTED
            row.represented_by, row.representative_function = REPRESENTED[first_name]
        row.save()
    Attendance.objects.create(
        meeting=meeting,
        quality=Attendance.Quality.GUEST,
        name="Alix Exemple (fictif)",
        function="Directrice d’association",
        presence=Attendance.Presence.PRESENT,
    )
