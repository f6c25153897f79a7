"""Asking for a document that the background worker makes."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from cops.documents.models import Rendering
from cops.documents.preparation import is_stuck
from cops.documents.tasks import prepare_document
from cops.users.models import User

AT_ONCE = 3  # documents one person may have in preparation
REPLACED = "Cette préparation s’était arrêtée ; le document a été demandé de nouveau."


class TooManyRenderings(Exception):
    """The user waits for enough documents already; the message, in French, is for them."""

    def __init__(self) -> None:
        super().__init__(
            f"Vous avez déjà {AT_ONCE} documents en préparation : attendez que l’un d’eux soit prêt."
        )


def ask_for(subject: str, *, by: User) -> Rendering:
    """The preparation of that document: a new one, or the one that `by` already waits for.

    The worker starts once this transaction is committed. Raises `TooManyRenderings`.
    """
    try:
        with transaction.atomic():
            return _waited_for(subject, by) or _new(subject, by)
    except IntegrityError:  # asked for twice at once: the other was first
        return Rendering.objects.visible_to(by).unfinished().get(subject=subject)


def _waited_for(subject: str, by: User) -> Rendering | None:
    """The unfinished preparation, unless its worker seems dead: then it is given up."""
    rendering = Rendering.objects.visible_to(by).unfinished().filter(subject=subject).first()
    if rendering is None or not is_stuck(rendering, timezone.now()):
        return rendering
    rendering.fail(REPLACED)
    return None


def _new(subject: str, by: User) -> Rendering:
    now = timezone.now()
    unfinished = Rendering.objects.visible_to(by).unfinished()
    if sum(not is_stuck(one, now) for one in unfinished) >= AT_ONCE:
        raise TooManyRenderings
    rendering = Rendering.objects.create(requested_by=by, subject=subject)
    transaction.on_commit(lambda: prepare_document.enqueue(rendering.pk))
    return rendering
