"""What the log may hold."""

import logging
import re
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied


class PersonalLinksHidden(logging.Filter):
    """Takes the personal part out of addresses: whoever reads the log must not get in with them.

    Django logs the address of every request that is refused or fails. It adds where in the code a permission
    was refused, which is no failure: that is taken out too.
    """

    def __init__(self, addresses: Sequence[str]) -> None:
        super().__init__()
        self._link = re.compile(f"({'|'.join(map(re.escape, addresses))})[^\\s/?]+")

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._link.sub(r"\1…", record.getMessage()), None
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = None
        return True
