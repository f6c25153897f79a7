"""Background work of the evaluation."""

from django_tasks import task

from cops.documents.models import Rendering
from evaluation.preparation import prepare

# Behind the mails that wait: a PDF takes seconds, a mail none.
AFTER_MAILS = -10


@task(priority=AFTER_MAILS)
def prepare_pdf(rendering_pk: int) -> None:
    """Make the PDF of one rendering, unless it was given up or made meanwhile."""
    rendering = Rendering.objects.unfinished().select_related("requested_by").filter(pk=rendering_pk).first()
    if rendering is not None:
        prepare(rendering)
