"""Limits on personal links: on trying out tokens, and on answering over and over through one.

Whoever holds a working link is never kept out by what others try from the same address.
"""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

WINDOW_S = 5 * 60
UNKNOWN_TOKENS = 20  # from one address
ANSWERS = 30  # through one link


def too_many_unknown(request: HttpRequest) -> bool:
    """Count a token that opens nothing; True from the 21st within five minutes from one address."""
    return _count(f"unknown-link:{get_adapter().get_client_ip(request)}") > UNKNOWN_TOKENS


def too_many_answers(key: str) -> bool:
    """Count an answer through a link; True from the 31st within five minutes."""
    return _count(f"link-answers:{key}") > ANSWERS


def _count(key: str) -> int:
    """Counts in the cache, whose entry ends with the window; two at once may count as one."""
    cache.add(key, 0, WINDOW_S)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ended between the two
        return 1
