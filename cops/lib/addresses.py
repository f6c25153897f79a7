"""The addresses of this site as they stand in mails and papers."""

from django.conf import settings


def site_address(path: str) -> str:
    """The whole address of a path that begins with a slash.

    It comes from the settings: whoever sends a request chooses its host and port, and would choose where the
    mails to others lead.
    """
    return f"{settings.SITE_URL}{path}"
