"""WSGI entry point.

With a configuration that cannot be used the server ends with one line that says why, not with a traceback.
"""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from cops.lib.failures import configuration_failure

# gunicorn gives up on this exit status of a worker; on others it would start the next one for ever.
BOOT_FAILED = 3

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cops.settings")
try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    print(configuration_failure(error), file=sys.stderr, flush=True)
    sys.exit(BOOT_FAILED)
