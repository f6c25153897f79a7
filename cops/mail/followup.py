"""What is shown of messages: the state of each in a word, and what a person may do about it."""

from dataclasses import dataclass
from datetime import datetime

from cops.mail.models import Message

State = Message.State

TONES = {
    State.WAITING: "neutral",
    State.SENDING: "info",
    State.SENT: "ok",
    State.FAILED: "bad",
    State.UNCERTAIN: "partial",
}
ABANDONED = "Le traitement de fond s’est arrêté pendant l’envoi : le message est peut-être parti."
LOST = "En attente depuis plus de dix minutes : le traitement de fond est arrêté ou occupé."
NOT_KEPT = (
    "Son texte portait un lien personnel, il n’est pas gardé : un nouvel envoi se demande là où il est né."
)


@dataclass(frozen=True, slots=True)
class Followed:
    """A message as the service sees it, without its text."""

    message: Message
    label: str
    tone: str
    remark: str = ""
    may_be_sent_again: bool = False
    may_be_considered_sent: bool = False

    @property
    def needs_decision(self) -> bool:
        return self.may_be_considered_sent


def followed(message: Message, now: datetime) -> Followed:
    """The message with its state of now: one that a dead worker left is uncertain."""
    state = State.UNCERTAIN if message.is_uncertain(now) else State(message.state)
    has_not_left = state in {State.FAILED, State.UNCERTAIN}
    return Followed(
        message,
        label=str(state.label),
        tone=TONES[state],
        remark=_remark(message, state, now),
        may_be_sent_again=has_not_left and not message.is_private,
        may_be_considered_sent=state == State.UNCERTAIN and message.taken_at is not None,
    )


def _remark(message: Message, state: State, now: datetime) -> str:
    if state == State.WAITING and message.queued_at < now - Message.WAITING_PATIENCE:
        return LOST
    if state not in {State.FAILED, State.UNCERTAIN}:
        return ""
    reason = message.error or (ABANDONED if state == State.UNCERTAIN else "")
    return f"{reason} {NOT_KEPT}".strip() if message.is_private else reason
