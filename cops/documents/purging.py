"""What of this room is kept for a time only: documents that can be made again, papers that were withdrawn."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.db import models, transaction

from cops.audit.references import referring
from cops.documents.models import Attachment, Document, Rendering

PREPARED_KEPT = timedelta(days=30)
WITHDRAWN_KEPT = timedelta(days=365)

# Made from what is stored, as it stood; whoever needs one again asks for it.
TRANSIENT = (
    Document.Kind.REPORT_DRAFT,
    Document.Kind.ROSTER,
    Document.Kind.ATTENDANCE,
    Document.Kind.CRISIS_REPORT,
)


@transaction.atomic
def purge_prepared(now: datetime) -> int:
    """Delete documents made long ago that can be made again, with the memory of having been asked for; how
    many documents. What was sent to somebody stays."""
    limit = now - PREPARED_KEPT
    found = list(Document.objects.filter(kind__in=TRANSIENT, created_at__lt=limit))
    gone = _delete_documents(found, but=(Rendering,))
    Rendering.objects.filter(requested_at__lt=limit, document=None).delete()
    return gone


@transaction.atomic
def purge_withdrawn(now: datetime) -> int:
    """Delete the papers withdrawn long ago, all versions with their files; how many papers. Their history
    tells that there were such papers; a version that was sent to somebody stays."""
    withdrawn = list(
        Attachment.objects.filter(withdrawn_at__lt=now - WITHDRAWN_KEPT).select_related("document")
    )
    for attachment in withdrawn:
        versions = attachment.former_versions.select_related("document")
        documents = [attachment.document, *(version.document for version in versions)]
        attachment.delete()
        _delete_documents(documents)
    return len(withdrawn)


def _delete_documents(documents: Iterable[Document], *, but: tuple[type[models.Model], ...] = ()) -> int:
    """Delete those to which nothing refers, apart from rows of `but`; their files go once that is certain."""
    stored = {document.pk: document for document in documents}
    held = {pk for _, (model, _, pk) in referring(Document, list(stored)) if model not in but}
    for pk, document in stored.items():
        if pk not in held:
            transaction.on_commit(partial(document.file.storage.delete, document.file.name))
            document.delete()
    return len(stored.keys() - held)
