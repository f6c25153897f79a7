"""Where a request comes from, for the limits that count by it."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "inconnue"  # « depuis l’adresse inconnue »
_IPV6_OF_ONE_CUSTOMER = 64


def client_address(request: HttpRequest) -> str:
    """The address of whoever sent the request, seen through the proxies that the settings trust.

    Each proxy adds the address it was reached from to the end of X-Forwarded-For; what stands before those of
    our own proxies is the sender's invention. Where the header holds too few addresses, or none at that
    place, the request did not come through them: the connection itself is what is known.
    """
    trusted = settings.TRUSTED_PROXIES
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    seen_by_us = forwarded[-trusted] if 0 < trusted <= len(forwarded) else ""
    return _parsed(seen_by_us) or _parsed(request.META.get("REMOTE_ADDR", "")) or UNKNOWN


def client_network(request: HttpRequest) -> str:
    """What one sender is counted by: the address, or the IPv6 network of which all addresses are theirs."""
    address = client_address(request)
    if ":" not in address:
        return address
    return str(IPv6Network(f"{address}/{_IPV6_OF_ONE_CUSTOMER}", strict=False).network_address)


def _parsed(text: str) -> str:
    """The address in its usual spelling, IPv4 in IPv6 dress as what it is; "" for anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # with its port
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return ""
        return str(address.ipv4_mapped or address)
    return str(address)
