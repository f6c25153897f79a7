"""How far a document being prepared has come, in words for whoever waits for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from cops.documents.models import Rendering
from cops.lib.french import datetime_fr

SOON = timedelta(seconds=20)  # a free worker starts within a second or two
INTERRUPTED = (
    "La préparation a été interrompue par un arrêt du site. Vous pouvez demander de nouveau le document."
)
NEWS = timedelta(minutes=1)  # while it lays pages out, news come several times a second


@dataclass(frozen=True, slots=True)
class Situation:
    """What the page says: `is_over` ends the waiting, `can_retry` offers to ask again."""

    label: str
    text: str
    tone: str
    is_over: bool = False
    can_retry: bool = False


def is_stuck(rendering: Rendering, now: datetime) -> bool:
    """Whether its worker died, or none came, so that it may be asked for again."""
    return not rendering.is_finished and now - rendering.updated_at > Rendering.PATIENCE


def give_up_interrupted() -> int:
    """Give up what a worker that is no more was preparing, so that nobody waits out its `PATIENCE`; how many.

    To be called only while no worker runs: one at work would lose what it is making. What waits is left to
    the next worker.
    """
    now = timezone.now()
    running = Rendering.objects.filter(state=Rendering.State.RUNNING)
    return running.update(state=Rendering.State.FAILED, progress=INTERRUPTED, updated_at=now)


def situation(rendering: Rendering, now: datetime) -> Situation:
    """What to tell about the rendering; one query while it waits."""
    if rendering.state == Rendering.State.DONE:
        return _done(rendering)
    if rendering.state == Rendering.State.FAILED:
        return Situation("La préparation a échoué", rendering.progress, "danger", True, True)
    if is_stuck(rendering, now):
        text = "La préparation s’est arrêtée sans finir. Vous pouvez demander de nouveau le document."
        return Situation("La préparation s’est arrêtée", text, "danger", True, True)
    return (
        _waiting(rendering, now) if rendering.state == Rendering.State.WAITING else _running(rendering, now)
    )


def _done(rendering: Rendering) -> Situation:
    if rendering.document is None:
        text = "Ce document n’est plus conservé. Vous pouvez le demander de nouveau."
        return Situation("Le document n’est plus là", text, "warning", True, True)
    return Situation("Le document est prêt", "", "success", True)


def _running(rendering: Rendering, now: datetime) -> Situation:
    text = rendering.progress or "La préparation commence."
    if now - rendering.updated_at > NEWS:
        since = datetime_fr(timezone.localtime(rendering.updated_at))
        text = f"{text} Aucune nouvelle depuis le {since} : la préparation est peut-être arrêtée."
    return Situation("En préparation", text, "info")


def _waiting(rendering: Rendering, now: datetime) -> Situation:
    if now - rendering.requested_at < SOON:
        return Situation("En attente", "La préparation va commencer.", "info")
    if _is_another_running(rendering, now):
        return Situation("En attente", "Un autre document est en préparation avant le vôtre.", "info")
    text = (
        "Votre demande est enregistrée, mais le programme qui prépare les documents ne répond pas : il est "
        "occupé à autre chose ou arrêté. Si cela dure, prévenez l’administrateur du site."
    )
    return Situation("En attente", text, "warning")


def _is_another_running(rendering: Rendering, now: datetime) -> bool:
    others = Rendering.objects.filter(state=Rendering.State.RUNNING, updated_at__gte=now - NEWS)
    return others.exclude(pk=rendering.pk).exists()
