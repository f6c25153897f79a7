"""What of this room is kept for a time only: forms that were saved, imports that nobody confirmed."""

from datetime import datetime, timedelta

from cops.audit.models import ImportBatch, Submission

# Longer than anybody comes back to a page left open: until then a form sent twice is saved once.
SUBMISSIONS_KEPT = timedelta(days=30)
IMPORTS_KEPT = timedelta(days=30)


def purge_submissions(now: datetime) -> int:
    """Forget the numbers of the forms saved long ago; how many. What was saved stays."""
    return Submission.objects.filter(at__lt=now - SUBMISSIONS_KEPT).delete()[0]


def purge_imports(now: datetime) -> int:
    """Delete the files sent to be imported and never applied; how many. Imports that were applied stay, with
    their files, whether undone or not."""
    states = [ImportBatch.State.READY, ImportBatch.State.REFUSED]
    return ImportBatch.objects.filter(state__in=states, created_at__lt=now - IMPORTS_KEPT).delete()[0]
