"""What the service has to see to: meetings, answers, decisions, messages, documents; the urgent first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from cops.documents.models import Rendering
from cops.documents.subjects import subject_of
from cops.lib.french import count, date_fr
from cops.mail.models import Message
from cops.users.models import User
from governance.convocations.recipients import told_off
from governance.models import AgendaItem, Attendance, Decision, Meeting, Minutes
from governance.models.answers import awaited
from governance.models.decisions import OPEN_STATES

AHEAD = timedelta(days=30)  # as far as a decision's deadline, or the day to convene by, is told
LOOKING_BACK = timedelta(days=365)
RENDERINGS_KEPT = timedelta(days=7)
RENDERINGS_SHOWN = 3
TASKS_SHOWN = 12

# Assistants are told and not counted; who sits on two seats answers once.
ANSWERING = [quality for quality in Attendance.Quality if quality != Attendance.Quality.ASSISTANT]

LATE, THIS_WEEK, LATER = "bad", "partial", "neutral"
_LABELS = {LATE: "en retard", THIS_WEEK: "cette semaine", LATER: ""}


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do, by a day where there is one, and the page on which it is done."""

    what: str
    detail: str
    url: str
    on: date | None = None
    tone: str = LATER

    @property
    def label(self) -> str:
        """How urgent it is, in a word; empty where it can wait."""
        return _LABELS[self.tone]


@dataclass(frozen=True, slots=True)
class Tasks:
    """The most urgent ones, and how many there are."""

    shown: Sequence[Task]
    total: int

    @property
    def others(self) -> int:
        return self.total - len(self.shown)


def tasks_of(user: User, now: datetime, on: date) -> Tasks:
    """All that waits for the service that day, the late first, then by day; four queries besides those that
    the names of at most RENDERINGS_SHOWN documents take."""
    found = [*_messages(now), *_renderings(user, now), *_meetings(user, on), *_decisions(user, on)]
    order = {LATE: 0, THIS_WEEK: 1, LATER: 2}
    ranked = sorted(found, key=lambda task: (order[task.tone], task.on or date.min, task.what, task.url))
    return Tasks(ranked[:TASKS_SHOWN], len(ranked))


def urgency(by: date, on: date) -> str:
    """How urgent is what is due by a day: late, this week (up to Sunday), later."""
    if by < on:
        return LATE
    return THIS_WEEK if by <= on + timedelta(days=6 - on.weekday()) else LATER


# --- meetings -----------------------------------------------------------------------------------------------


def _meetings(user: User, on: date) -> Iterable[Task]:
    """What each meeting waits for; one query."""
    open_states = (Meeting.State.PREPARED, Meeting.State.CONVENED, Meeting.State.HELD)
    silent = awaited() & Q(attendances__quality__in=ANSWERING) & ~Q(told_off("attendances"))
    nobody = Q(attendances__person__isnull=True)
    rows = (
        Meeting.objects.visible_to(user)
        .filter(kind=Meeting.Kind.ORDINARY, state__in=open_states, held_on__gte=on - LOOKING_BACK)
        .select_related("formation")
        .annotate(
            silent=Count("attendances__person", filter=silent, distinct=True)
            + Count("attendances", filter=silent & nobody, distinct=True),
            has_agenda=Exists(AgendaItem.objects.filter(meeting=OuterRef("pk"))),
            has_minutes=Exists(Minutes.objects.filter(meeting=OuterRef("pk")).exclude(text="")),
        )
        .order_by("held_on", "pk")
    )
    for meeting in rows:
        if task := _of_meeting(meeting, on):
            yield task


def _of_meeting(meeting: Meeting, on: date) -> Task | None:
    if meeting.state == Meeting.State.HELD:
        return _to_finish(meeting, on)
    if meeting.held_on < on:
        return _task(meeting, "Noter ce qu’est devenue la réunion", "meeting_detail", meeting.held_on, on)
    if meeting.state == Meeting.State.PREPARED:
        return _to_convene(meeting, on)
    return _answers(meeting, on)


def _to_convene(meeting: Meeting, on: date) -> Task | None:
    """From a month before the last day on which its notice is kept."""
    latest = meeting.held_on - timedelta(days=meeting.formation.notice_days)
    if latest > on + AHEAD:
        return None
    is_prepared = meeting.has_agenda or meeting.formation.is_confidential  # type: ignore[attr-defined]
    what, page = (
        ("Convoquer la réunion", "meeting_convoke")
        if is_prepared
        else ("Préparer l’ordre du jour", "agenda_edit")
    )
    limit = f"à convoquer au plus tard le {date_fr(latest)}"
    return _task(meeting, what, page, latest, on, limit)


def _answers(meeting: Meeting, on: date) -> Task | None:
    silent: int = meeting.silent  # type: ignore[attr-defined]
    if not silent:
        return None
    what = count(silent, "réponse attendue", "réponses attendues")
    return _task(meeting, what, "meeting_detail", meeting.held_on, on, anchor="#convocations")


def _to_finish(meeting: Meeting, on: date) -> Task | None:
    """A meeting that was held waits for its minutes, then for its closing."""
    needs_minutes = not (meeting.has_minutes or meeting.formation.is_confidential)  # type: ignore[attr-defined]
    page, what = (
        ("minutes_edit", "Rédiger le compte rendu")
        if needs_minutes
        else ("meeting_detail", "Clore la réunion")
    )
    detail = f"{meeting.formation.name}, réunion du {date_fr(meeting.held_on)}"
    return Task(what, detail, reverse(page, args=[meeting.pk]), meeting.held_on, LATER)


def _task(
    meeting: Meeting, what: str, page: str, by: date, on: date, note: str = "", anchor: str = ""
) -> Task:
    detail = f"{meeting.formation.name}, réunion du {date_fr(meeting.held_on)}"
    url = reverse(page, args=[meeting.pk]) + anchor
    return Task(what, f"{detail} – {note}" if note else detail, url, by, urgency(by, on))


# --- decisions, messages, documents -------------------------------------------------------------------------


def _decisions(user: User, on: date) -> Iterable[Task]:
    """Decisions still open whose deadline is near or past; one query."""
    rows = Decision.objects.visible_to(user).filter(state__in=OPEN_STATES, due_on__lte=on + AHEAD)
    for row in rows.select_related("meeting__formation").order_by("due_on", "pk"):
        if row.due_on is None:
            continue
        what = f"{row.get_kind_display()} n°\u00a0{row.number} à suivre pour le {date_fr(row.due_on)}"
        owner = f"{row.owner} – " if row.owner else ""
        detail = f"{owner}{row.meeting.formation.name}, réunion du {date_fr(row.meeting.held_on)}"
        url = reverse("decision_detail", args=[row.pk])
        yield Task(what, detail, url, row.due_on, urgency(row.due_on, on))


def _messages(now: datetime) -> Iterable[Task]:
    """Messages that did not leave, that may not have, and that nobody sends; one query."""
    late = now - Message.WAITING_PATIENCE
    abandoned = Q(state=Message.State.SENDING) & (
        Q(taken_at__isnull=True) | Q(taken_at__lt=now - Message.SENDING_PATIENCE)
    )
    counted = Message.objects.exclude(state=Message.State.SENT).aggregate(
        failed=Count("pk", filter=Q(state=Message.State.FAILED)),
        uncertain=Count("pk", filter=Q(state=Message.State.UNCERTAIN) | abandoned),
        waiting=Count("pk", filter=Q(state=Message.State.WAITING, queued_at__lt=late)),
        invitations=Count(
            "pk", filter=Q(state=Message.State.FAILED, convocation_message__isnull=False), distinct=True
        ),
    )
    yield from _message_tasks(counted)


def _message_tasks(counted: dict[str, int]) -> Iterable[Task]:
    page = reverse("message_list")
    told = (
        ("failed", "message en échec", "messages en échec", "À renvoyer, l’adresse une fois vérifiée."),
        ("uncertain", "envoi incertain", "envois incertains", "À vous de décider s’ils repartent."),
        ("waiting", "message bloqué", "messages bloqués", "En attente depuis plus de dix minutes."),
    )
    for state, one, several, detail in told:
        if counted[state]:
            convocations = counted["invitations"] if state == "failed" else 0
            note = f" Dont {count(convocations, 'convocation')}." if convocations else ""
            yield Task(count(counted[state], one, several), detail + note, f"{page}?etat={state}", None, LATE)


def _renderings(user: User, now: datetime) -> Iterable[Task]:
    """The reader's documents that could not be made in the last days, unless they were since; one query, and
    what it takes to name them."""
    rows = Rendering.objects.visible_to(user).filter(updated_at__gte=now - RENDERINGS_KEPT)
    newer = Rendering.objects.filter(
        requested_by=OuterRef("requested_by"), subject=OuterRef("subject"), pk__gt=OuterRef("pk")
    )
    failed = rows.filter(~Exists(newer), state=Rendering.State.FAILED).order_by("-pk")
    for row in failed[:RENDERINGS_SHOWN]:
        what = f"Document non préparé{_of(subject_of(row).title)}"
        yield Task(what, row.progress, reverse("rendering_detail", args=[row.pk]), None, LATE)


def _of(title: str) -> str:
    return f"\u00a0: {title}" if title else ""
