"""System checks of what is not Python."""

from typing import Any

from django.core.checks import CheckMessage, Warning

from cops.lib.pdf import pdf_available


def check_pdf(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn, without stopping the site, when PDFs cannot be made on this machine."""
    trouble = pdf_available()
    return [Warning(trouble, id="cops.W001")] if trouble else []
