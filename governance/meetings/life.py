"""The states of a meeting, the steps between them, and why a step is refused.

    prepared → convened → held → closed, and cancelled

A meeting that was convened elsewhere goes from prepared to held. `convene` is taken by what sends the
convocations; the other steps are offered on the meeting's page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from cops.audit.models import Event
from cops.lib.french import count, date_fr
from cops.users.models import User
from governance.models import Attendance, Formation, Meeting

State = Meeting.State
OPEN_CELL = "Cette réunion est une cellule de crise ouverte : elle se mène et se clôt sur sa propre page."


class StepRefusedError(Exception):
    """The step cannot be taken; the text is French and says why and what to do."""


Refusal = Callable[[Meeting, date], str]


@dataclass(frozen=True, slots=True)
class Step:
    """A step from one of `sources` to `target`; `refusal` is empty where nothing is in its way that day."""

    name: str
    label: str
    done: str
    sources: frozenset[str]
    target: str
    refusal: Refusal
    offered_from: frozenset[str] | None = None  # by a button of the meeting's page; None: all its sources

    def is_offered(self, state: str) -> bool:
        """Whether the page of a meeting in that state has its button."""
        return state in (self.sources if self.offered_from is None else self.offered_from)


@dataclass(frozen=True, slots=True)
class OfferedStep:
    """A step of the meeting's page: its button, or why it cannot be taken today."""

    step: Step
    refusal: str


def _nothing(meeting: Meeting, today: date) -> str:
    return ""


def _not_ready(meeting: Meeting, today: date) -> str:
    """What a convocation must say and the meeting does not yet."""
    if meeting.held_on < today:
        return f"La réunion est datée du {date_fr(meeting.held_on)}, déjà passé : changez sa date."
    if meeting.mode != Meeting.Mode.WRITTEN and meeting.starts_at is None:
        return "L’heure de début n’est pas fixée."
    if meeting.mode == Meeting.Mode.IN_PERSON and not meeting.place:
        return "Le lieu n’est pas indiqué."
    if meeting.mode == Meeting.Mode.REMOTE and not meeting.remote_link:
        return "Le lien de connexion n’est pas indiqué."
    if not meeting.formation.is_confidential and not meeting.agenda.exists():
        return "L’ordre du jour est vide."
    return ""


def _not_yet(meeting: Meeting, today: date) -> str:
    if meeting.held_on > today:
        return f"La réunion a lieu le {date_fr(meeting.held_on)} : elle se note tenue à partir de ce jour."
    return ""


def _unsettled(meeting: Meeting, today: date) -> str:
    """Nobody's presence stays open in a meeting that is closed."""
    if meeting.formation.is_confidential:
        return ""
    open_rows = (
        Attendance.objects.filter(meeting=meeting).listed().filter(presence=Attendance.Presence.UNKNOWN)
    )
    left = open_rows.exclude(quality=Attendance.Quality.ASSISTANT).count()
    return f"{count(left, 'personne reste', 'personnes restent')} à pointer." if left else ""


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            "convene",
            "Convoquer",
            "La réunion est convoquée.",
            frozenset({State.PREPARED}),
            State.CONVENED,
            _not_ready,
            offered_from=frozenset(),
        ),
        Step(
            "hold",
            "Noter comme tenue",
            "La réunion est notée comme tenue.",
            frozenset({State.PREPARED, State.CONVENED}),
            State.HELD,
            _not_yet,
        ),
        Step(
            "close",
            "Clore la réunion",
            "La réunion est close.",
            frozenset({State.HELD}),
            State.CLOSED,
            _unsettled,
        ),
        Step(
            "cancel",
            "Annuler la réunion",
            "La réunion est annulée.",
            frozenset({State.PREPARED, State.CONVENED}),
            State.CANCELLED,
            _nothing,
            # Once people were convened, the cancellation is sent to them (governance.convocations).
            offered_from=frozenset({State.PREPARED}),
        ),
        Step(
            "resume",
            "Reprendre la préparation",
            "La réunion est de nouveau en préparation.",
            frozenset({State.CANCELLED}),
            State.PREPARED,
            _nothing,
        ),
        Step(
            "reopen",
            "Rouvrir la réunion",
            "La réunion est rouverte.",
            frozenset({State.CLOSED}),
            State.HELD,
            _nothing,
        ),
    )
}


def is_open_cell(meeting: Meeting) -> bool:
    """Whether it is a crisis cell that still sits: it is led and closed on the cell's own page."""
    return meeting.kind == Meeting.Kind.CRISIS and meeting.state == State.CONVENED


def refusal(meeting: Meeting, name: str, today: date) -> str:
    """Why the step cannot be taken that day, in French; empty where it can. One query at most."""
    if is_open_cell(meeting):
        return OPEN_CELL
    step = STEPS[name]
    if meeting.state not in step.sources:
        return f"La réunion est à l’état « {meeting.get_state_display()} » : ce n’est pas possible."
    return step.refusal(meeting, today)


def offered(meeting: Meeting, today: date) -> list[OfferedStep]:
    """The steps that lead on from the meeting's state, those refused with their reason. One query at most."""
    if is_open_cell(meeting):
        return []
    steps = [step for step in STEPS.values() if step.is_offered(meeting.state)]
    return [OfferedStep(step, step.refusal(meeting, today)) for step in steps]


def locked(pk: int) -> Meeting:
    """The meeting under lock, to be changed with its rows; inside a transaction."""
    meeting: Meeting = (
        Meeting.objects.select_for_update(of=("self",)).select_related("formation__council").get(pk=pk)
    )
    return meeting


@transaction.atomic
def take(meeting: Meeting, name: str, *, by: User | None) -> Meeting:
    """Take a step today; the meeting as stored then. Raises StepRefusedError."""
    stored = locked(meeting.pk)
    if reason := refusal(stored, name, timezone.localdate()):
        raise StepRefusedError(reason)
    step = STEPS[name]
    stored.state = step.target
    stored.save()
    Event.record(
        Event.Action.CHANGED,
        actor=by,
        summary=f"{stored} : {step.label.lower()}",
        subject=stored,
        step=name,
    )
    return stored


def short_notice(meeting: Meeting, today: date) -> str:
    """A warning where a convocation of today would leave fewer days than the formation's notice; else empty.

    The day of sending is not counted. It warns and blocks nothing: an urgent meeting is the president's call.
    """
    wanted = meeting.formation.notice_days
    latest = meeting.held_on - timedelta(days=wanted)
    if meeting.state != State.PREPARED or meeting.kind == Meeting.Kind.CRISIS or today <= latest:
        return ""
    left = (meeting.held_on - today).days
    if left < 0:
        return ""
    return (
        f"Délai de convocation : {count(left, 'jour')} avant la réunion, pour {count(wanted, 'jour')} "
        f"prévus (il fallait convoquer au plus tard le {date_fr(latest)})."
    )


def is_frozen(meeting: Meeting) -> bool:
    """Whether the agenda went out: later changes are possible, and shown as changes."""
    return meeting.state in {State.CONVENED, State.HELD, State.CLOSED}


def takes_attendance(meeting: Meeting) -> bool:
    """Whether people are noted present one by one: never in a confidential group."""
    return not meeting.formation.is_confidential


def agenda_refusal(meeting: Meeting) -> str:
    """Why the agenda cannot be entered, in French; empty where it can."""
    if meeting.formation.is_confidential:
        return "Un groupe confidentiel ne note ni objet ni ordre du jour (art. L132-5 CSI)."
    return _over(meeting)


def attendance_refusal(meeting: Meeting) -> str:
    """Why people cannot be noted one by one, in French; empty where they can."""
    if meeting.formation.is_confidential:
        return "Un groupe confidentiel note les services présents, jamais les personnes (art. L132-5 CSI)."
    return _over(meeting)


def edit_refusal(meeting: Meeting) -> str:
    """Why the meeting's own facts cannot be changed, in French; empty where they can."""
    return OPEN_CELL if is_open_cell(meeting) else _over(meeting)


def _over(meeting: Meeting) -> str:
    if meeting.state == State.CLOSED:
        return "La réunion est close : rouvrez-la d’abord."
    if meeting.state == State.CANCELLED:
        return "La réunion est annulée : reprenez d’abord sa préparation."
    return ""


def default_formation(formations: list[Formation]) -> Formation | None:
    """The formation that a new meeting is of, unless told: the restricted one, which steers the contract."""
    restricted = [row for row in formations if row.kind == Formation.Kind.RESTRICTED]
    return next(iter(restricted or formations), None)
