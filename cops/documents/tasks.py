"""Background work of the documents."""

from cops.documents.models import Rendering
from cops.documents.production import prepare
from cops.lib.background import background_task

# Behind the mails that wait: a document takes seconds, a mail none.
AFTER_MAILS = -10


@background_task(priority=AFTER_MAILS)
def prepare_document(rendering_pk: int) -> None:
    """Make one document, unless it was given up or made meanwhile."""
    rendering = Rendering.objects.unfinished().select_related("requested_by").filter(pk=rendering_pk).first()
    if rendering is not None:
        prepare(rendering)
