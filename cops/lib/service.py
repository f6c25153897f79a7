"""The service that keeps this site: how pages, mails, letters and error pages name it and how to reach it.

Its coordinates are settings (`COPS_SERVICE_NAME`, `_EMAIL`, `_PHONE`, `_ADDRESS`), so that error pages show
them without a database.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cops.lib.french import NO_BREAK_SPACE


@dataclass(frozen=True, slots=True)
class Service:
    """The coordinates of the service; what is not known is empty."""

    name: str
    email: str = ""
    phone: str = ""
    address: str = ""

    @property
    def named(self) -> str:
        """« service « Développement social urbain » », to follow « au », « le » or « du »."""
        return f"service «{NO_BREAK_SPACE}{self.name}{NO_BREAK_SPACE}»"

    @property
    def heading(self) -> str:
        """The same to begin a line with: « Service « Développement social urbain » »."""
        return f"S{self.named[1:]}"

    @property
    def lines(self) -> list[str]:
        """How to reach it, one thing a line, for the foot of a mail or the head of a letter."""
        phone = f"Tél.{NO_BREAK_SPACE}: {self.phone}" if self.phone else ""
        return [line for line in (self.address, phone, self.email) if line]

    @property
    def contact(self) -> SafeString:
        """Its telephone and address as a page sets them after its name: « , 02 61 91 45 00, dsu@… »."""
        mail = format_html(', <a href="mailto:{}">{}</a>', self.email, self.email) if self.email else ""
        return format_html("{}{}", f", {self.phone}" if self.phone else "", mail)

    @property
    def signature(self) -> str:
        """The foot of a mail."""
        return "\n".join([self.heading, *self.lines])


def service() -> Service:
    """The service of this site."""
    return Service(
        name=settings.SERVICE_NAME,
        email=settings.SERVICE_EMAIL,
        phone=settings.SERVICE_PHONE,
        address=settings.SERVICE_ADDRESS,
    )


def shown(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `service` in every page."""
    return {"service": service()}
