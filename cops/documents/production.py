"""Documents that the background worker makes: made once, kept, told.

A room registers what it makes under a word (`register`); a subject such as ``evaluation/cops-2009/2012`` is
made by the maker of the word before its first ``/``. The rest of the room's work is one pure function that
gives the bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from cops.audit.models import Event
from cops.documents import subjects
from cops.documents.models import Document, Rendering
from cops.documents.subjects import Describer
from cops.lib.pdf import PdfError
from cops.users.models import User

UNEXPECTED = (
    "Une erreur inattendue a interrompu la préparation ; elle a été notée. Demandez de nouveau le document, "
    "et prévenez l’administrateur du site si cela se répète."
)
TITLE_MAX = 200

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Produced:
    """A document as it was made, ready to be kept."""

    content: bytes
    kind: Document.Kind
    title: str
    filename: str
    content_type: str = "application/pdf"


# From the rest of the subject, for a reader, telling how far it has come. Raises RefusedError or PdfError.
Maker = Callable[[str, User, Tell], Produced]


class RefusedError(Exception):
    """The document cannot be made, or is no longer open to who asked; the message, in French, is for them."""


class GivenUpError(Exception):
    """Nobody waits for this rendering any more."""


_makers: dict[str, Maker] = {}


def register(word: str, *, describe: Describer, make: Maker) -> None:
    """Let `describe` tell what the subjects under `word` are and `make` make them; both get the rest."""
    subjects.register(word, describe)
    _makers[word] = make


def prepare(rendering: Rendering) -> None:
    """Make and keep the document; a failure is told on the rendering, an unexpected one raised too."""
    try:
        _prepare(rendering)
    except GivenUpError:
        return
    except (RefusedError, PdfError) as error:
        rendering.fail(str(error))
    except Exception:
        rendering.fail(UNEXPECTED)
        raise


def _prepare(rendering: Rendering) -> None:
    user = rendering.requested_by
    word, _, rest = rendering.subject.partition("/")

    def tell(line: str) -> None:
        if not rendering.report(line):
            raise GivenUpError

    produced = _makers[word](rest, user, tell)
    with transaction.atomic():
        document = _kept(produced, user)
        if not rendering.succeed(document):
            document.file.delete(save=False)
            raise GivenUpError
        Event.record(Event.Action.RENDERED, actor=user, summary=document.title, subject=document)


def _kept(produced: Produced, user: User) -> Document:
    """What was made for the service is the service's, what was made for another reader theirs alone."""
    return Document.store(
        produced.content,
        kind=produced.kind,
        title=produced.title[:TITLE_MAX],
        filename=produced.filename,
        content_type=produced.content_type,
        visibility=Document.Visibility.STAFF if user.is_staff_member else Document.Visibility.OWNER,
        created_by=user,
    )
