"""Limits on personal links: on trying out tokens, on answering over and over through one, on asking for many.

Whoever holds a working link is never kept out by what others try from the same address.
"""

from django.core.cache import cache
from django.http import HttpRequest

from cops.users.clients import client_network

WINDOW_S = 5 * 60
UNKNOWN_TOKENS = 20  # from one address
ANSWERS = 30  # through one link
RESETS = 5  # to one account


def too_many_unknown(request: HttpRequest) -> bool:
    """Count a token that opens nothing; True from the 21st within five minutes from one address."""
    return _count(f"unknown-link:{client_network(request)}") > UNKNOWN_TOKENS


def too_many_answers(key: str) -> bool:
    """Count an answer through a link; True from the 31st within five minutes."""
    return _count(f"link-answers:{key}") > ANSWERS


def too_many_resets(account: int) -> bool:
    """Count a link to choose another password; True from the 6th within five minutes for one account. Those
    that were sent still work: whoever asks for many keeps nobody out."""
    return _count(f"password-resets:{account}") > RESETS


def _count(key: str) -> int:
    """Counts in the cache, whose entry ends with the window; two at once may count as one."""
    cache.add(key, 0, WINDOW_S)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ended between the two
        return 1
