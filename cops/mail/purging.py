"""What of this room is kept for a time only: personal links that open nothing any more."""

from datetime import datetime, timedelta

from django.db.models import Q

from cops.mail.models import AccessLink

LINKS_KEPT = timedelta(days=90)


def purge_links(now: datetime) -> int:
    """Delete the links that were used, revoked or expired long ago; how many."""
    limit = now - LINKS_KEPT
    over = Q(used_at__lt=limit) | Q(revoked_at__lt=limit) | Q(expires_at__lt=limit)
    return AccessLink.objects.filter(over).delete()[0]
