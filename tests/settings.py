"""Settings of the tests: the demonstration's, made fast, strict and harmless to this machine.

`DATABASE_URL` chooses the engine as for the application; without it, SQLite in memory.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["COPS_PROFILE"] = "demonstration"
os.environ["COPS_VAR"] = tempfile.mkdtemp(prefix="cops-tests-")
atexit.register(shutil.rmtree, os.environ["COPS_VAR"], ignore_errors=True)

from cops.settings import *  # noqa: E402, F403
from cops.settings import (  # noqa: E402
    BASE_DIR,
    DATABASES,
    INSTALLED_APPS,
    MIDDLEWARE,
    STATIC_ROOT,
    STORAGES,
    TEMPLATES,
)
from tests.strict_templates import UndefinedVariables  # noqa: E402

SITE_URL = "http://testserver"

# Threads cannot share a database in memory as they share a file: tests/races.py asks for one.
if "COPS_TEST_FILE" in os.environ:
    DATABASES["default"]["TEST"] = {"NAME": os.environ["COPS_TEST_FILE"]}

Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)

# A lazy load repeated over the rows of one query is an error in every page.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
# Single rows that a request reads twice for good reasons: the session under its new key after logging in or
# out, the account that is logged in and the one that a page is about.
ZEAL_ALLOWLIST = [
    {"model": "sessions.Session", "field": "get()"},
    {"model": "users.User", "field": "get()"},
    # Locked by each of the services that convene, in one transaction.
    {"model": "governance.Meeting", "field": "get()"},
]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

TEMPLATES = [
    engine | {"OPTIONS": engine["OPTIONS"] | {"string_if_invalid": UndefinedVariables(BASE_DIR)}}
    for engine in TEMPLATES
]
