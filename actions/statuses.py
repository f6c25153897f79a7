"""How statuses are shown: their words and the tone of their badge (templates/components/status.html)."""

from dataclasses import dataclass

from actions.models import Status

_TONES = {
    Status.DONE: "ok",
    Status.PARTIAL: "partial",
    Status.IN_PROGRESS: "info",
    Status.POSTPONED: "partial",
    Status.DROPPED: "bad",
    Status.NOT_DONE: "bad",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in a word, with its tone."""

    label: str
    tone: str


def status_badge(status: str) -> Badge:
    """The badge of a stored status; empty is « Non renseignée »."""
    if not status:
        return Badge("Non renseignée", "neutral")
    known = Status(status)
    return Badge(str(known.label), _TONES[known])
