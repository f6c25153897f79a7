"""What the log-in page says of the demonstration."""

from typing import Any

from django import template
from django.conf import settings

from cops.desk.demonstration import ACCOUNTS, PASSWORD

register = template.Library()


@register.inclusion_tag("account/_demonstration_accounts.html")
def demonstration_accounts() -> dict[str, Any]:
    """The accounts of the demonstration and their password; nothing in production."""
    return {"accounts": () if settings.IS_PRODUCTION else ACCOUNTS, "password": PASSWORD}
