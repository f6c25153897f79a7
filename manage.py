#!/usr/bin/env python
"""Command line of the application; see docs/interfaces for the commands."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cops.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    from cops.lib.failures import configuration_failure, database_failure

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(configuration_failure(error))
    except DatabaseError as error:
        sys.exit(database_failure(error))


if __name__ == "__main__":
    main()
