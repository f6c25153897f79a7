"""WSGI entry point.

With a configuration that cannot be used, or the database of another profile, the server ends with one line
that says why, not with a traceback.
"""

import os
import sys
from typing import NoReturn

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from cops.lib.failures import configuration_failure

# gunicorn gives up on this exit status of a worker; on others it would start the next one for ever.
BOOT_FAILED = 3


def _give_up(reason: str) -> NoReturn:
    print(reason, file=sys.stderr, flush=True)
    sys.exit(BOOT_FAILED)


def _refuse_foreign_database() -> None:
    """A database that cannot be asked now may come back: its pages say so until then."""
    from django.db import DatabaseError, connections

    from cops.users.installation import foreign_profile, keep_secret

    keep_secret()
    try:
        fault = foreign_profile()
    except DatabaseError:
        fault = ""
    finally:
        connections.close_all()  # no connection is shared with the processes that are forked from this one
    if fault:
        _give_up(fault)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cops.settings")
try:
    application = get_wsgi_application()
    _refuse_foreign_database()
except ImproperlyConfigured as error:
    _give_up(configuration_failure(error))
