"""Settings of the application, for its two profiles.

`COPS_PROFILE` is `demonstration` (the default: embedded SQLite under `var/`, generated secret, invented
accounts) or `production` (chosen explicitly; refuses to start while something it needs is not set).
`DATABASE_URL` alone changes the database. `DEBUG` is off in both.
"""

import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from cops.lib.logs import PERSONAL_ADDRESSES

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("COPS_VAR", default=str(BASE_DIR / "var")))

PROFILE = env.str("COPS_PROFILE", default="demonstration")
if PROFILE not in {"demonstration", "production"}:
    raise ImproperlyConfigured(
        f"COPS_PROFILE vaut « {PROFILE} » ; les valeurs possibles sont « demonstration » et « production »."
    )
IS_PRODUCTION = PROFILE == "production"


def _check_production() -> None:
    """Refuse to start in production while a needed variable is not set; name all of them at once."""
    needed = {
        "SECRET_KEY": "clé secrète d’au moins 50 caractères",
        "DATABASE_URL": "adresse de la base, postgres://…",
        "COPS_HOSTS": "noms de domaine du site, séparés par des virgules",
        "EMAIL_URL": "serveur d’envoi, smtp+tls://…",
        "COPS_EMAIL_FROM": "adresse d’expédition",
    }
    missing = [f"{name} ({meaning})" for name, meaning in needed.items() if not env.str(name, default="")]
    if missing:
        raise ImproperlyConfigured("à définir pour la production : " + " ; ".join(missing) + ".")
    if len(env.str("SECRET_KEY")) < 50:
        raise ImproperlyConfigured("SECRET_KEY compte moins de 50 caractères.")


def _demonstration_secret() -> str:
    """The secret of this installation: the one kept with its data, or one drawn now, which
    `cops.users.installation.keep_secret` keeps once there is a database."""
    try:
        VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (VAR_DIR / "secret-key").read_text() or secrets.token_urlsafe(64)
    except FileNotFoundError:
        return secrets.token_urlsafe(64)
    except OSError as error:
        raise ImproperlyConfigured(
            f"le dossier des données « {VAR_DIR.name} » n’est pas accessible."
        ) from error


def _database() -> dict[str, Any]:
    address = env.str("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'cops.sqlite3'}"
    if not address.startswith(("sqlite:///", "postgres://", "postgresql://")):
        raise ImproperlyConfigured("DATABASE_URL commence par « postgres:// » ou « sqlite:/// ».")
    try:
        config: dict[str, Any] = dict(env.db_url_config(address))
    except ValueError as error:
        raise ImproperlyConfigured("DATABASE_URL n’est pas l’adresse d’une base.") from error
    if config["NAME"] in {"", ":memory:"}:
        raise ImproperlyConfigured("DATABASE_URL ne nomme aucune base : …/NOM à la fin.")
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # One writer at a time that waits its turn; readers never wait. IMMEDIATE takes the write lock at
        # the start of a transaction, so that none fails half-way for having read first. FULL: what was
        # acknowledged is on the disk, and a power cut does not take it back.
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    else:
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
        config.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    return config


def _mail_server() -> dict[str, Any]:
    if not env.str("EMAIL_URL").startswith(("smtp://", "smtp+tls://", "smtp+ssl://")):
        raise ImproperlyConfigured("EMAIL_URL commence par « smtp+tls:// », « smtp+ssl:// » ou « smtp:// ».")
    try:
        return dict(env.email_url("EMAIL_URL"))
    except ValueError as error:
        raise ImproperlyConfigured("EMAIL_URL n’est pas l’adresse d’un serveur d’envoi.") from error


def _site_url() -> str:
    """Where people reach the site, without a slash at the end: where a mail leads never comes from a request.

    In production a single name in COPS_HOSTS says it as well.
    """
    hosts = env.list("COPS_HOSTS", default=[])
    only_host = hosts[0] if IS_PRODUCTION and len(hosts) == 1 and hosts[0][0] not in ".*" else ""
    otherwise = f"https://{only_host}" if only_host else ""
    if not IS_PRODUCTION:
        otherwise = f"http://localhost:{env.str('PORT', default='8000')}"
    url = (env.str("COPS_URL", default="") or otherwise).rstrip("/")
    _check_site_url(url)
    return url


def _check_site_url(url: str) -> None:
    needed = "https://" if IS_PRODUCTION else ("https://", "http://")
    try:
        parts = urlsplit(url)
        has_more = bool(parts.path or parts.query or parts.fragment or parts.username or parts.port == 0)
    except ValueError:
        parts, has_more = urlsplit(""), True
    if not url.startswith(needed) or not parts.hostname or has_more:
        raise ImproperlyConfigured(
            "COPS_URL est à définir : l’adresse à laquelle on ouvre le site, sans chemin, par exemple "
            "https://cops.exemple.fr."
        )
    if IS_PRODUCTION and not validate_host(parts.hostname, ALLOWED_HOSTS):
        raise ImproperlyConfigured("COPS_URL désigne un domaine qui n’est pas dans COPS_HOSTS.")


def _trusted_proxies() -> int:
    given = env.str("COPS_TRUSTED_PROXIES", default="") or ("1" if IS_PRODUCTION else "0")
    if not re.fullmatch("[0-9]{1,2}", given):
        raise ImproperlyConfigured(
            f"COPS_TRUSTED_PROXIES vaut « {given} » ; c’est un nombre de proxys, 0 ou plus, en chiffres."
        )
    return int(given)


if IS_PRODUCTION:
    _check_production()

SECRET_KEY = env.str("SECRET_KEY", default="") or _demonstration_secret()
# Where the secret is kept that was not given; None in production.
SECRET_PATH = None if env.str("SECRET_KEY", default="") else VAR_DIR / "secret-key"
DEBUG = False
ALLOWED_HOSTS = env.list("COPS_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = _site_url()
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "cops.users",  # before Django's accounts, whose command for the first one it replaces
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "django_tasks",
    "django_tasks_db",
    "rules.apps.AutodiscoverRulesConfig",
    "simple_history",
    "cops.lib",
    "cops.audit",
    "cops.documents",
    "cops.mail",
    "governance",
    "contracts",
    "actions",
    "evaluation",
    "cops.desk",
]

MIDDLEWARE = [
    # The headers of every answer stand first: what those below answer themselves has them too.
    "cops.lib.edge.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cops.lib.compression.PageCompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cops.lib.bodies.BodyLimitMiddleware",
    "cops.users.middleware.StayingMiddleware",
    "cops.audit.middleware.EndedSessionMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cops.users.middleware.SecondFactorMiddleware",
    "cops.users.middleware.PrivatePagesMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "cops.urls"
WSGI_APPLICATION = "cops.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cops.desk.context.navigation",
                "cops.lib.service.shown",
            ],
            "builtins": ["cops.lib.templatetags.french", "cops.lib.templatetags.components"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False
DJANGO_TABLES2_TEMPLATE = "components/table.html"

# Accounts -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "cops.users.backends.LoginBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["full_name", "email"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# How many proxies stand before the site, each of which adds to X-Forwarded-For. Production demands TLS, which
# one proxy ends; none is trusted where nobody put one.
TRUSTED_PROXIES = _trusted_proxies()
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "cops.mail.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
# « ip » is cops.users.clients.client_address. The account first: whoever goes on trying one that is refused
# already uses up no attempts of the others at the same address. Another password is asked for without a limit
# by account, by which anybody could keep its owner out: see send_password_reset.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,10/m/ip", "reset_password": "20/m/ip"}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "cops.mail.resets.ResetTokens"  # noqa: S105 - a class
# Whoever's password or second factor changes is told so by e-mail.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "login": "cops.users.forms.LoginForm",
    "reset_password": "cops.mail.accounts.QuietResetPasswordForm",
    "reset_password_from_key": "cops.users.forms.ResetPasswordKeyForm",
    "change_password": "cops.users.forms.ChangePasswordForm",
    "reauthenticate": "cops.users.forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "cops.users.forms.SecondFactorForm",
    "reauthenticate": "cops.users.forms.SecondFactorReauthenticateForm",
    "activate_totp": "cops.users.forms.ActivateSecondFactorForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "COPS"
# The demonstration accounts are shared and printed at start: a second factor would lock the next visitor out.
SECOND_FACTOR_REQUIRED = env.bool("COPS_SECOND_FACTOR", default=IS_PRODUCTION)

# Sessions, cookies, headers -------------------------------------------------------------------------------
# In seconds: a session ends when nothing was done for so long, and in any case; so long before, pages say so.
SESSION_ENGINE = "cops.users.sessions"
SESSION_COOKIE_AGE = 2 * 3600
SESSION_ABSOLUTE_AGE = 12 * 3600
SESSION_WARNING = 10 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "cops.desk.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if IS_PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
# Forms and workbooks stay below this; a larger body is refused before it is read into memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# The rate limits count here: in the database, where all server processes see the same counts. When it is
# full it forgets some, so it holds far more than can be sent within the time of a limit.
CACHES = {
    "default": {
        "BACKEND": "cops.lib.counts.CountsCache",
        "LOCATION": "cops_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Files, static files, mail, tasks -------------------------------------------------------------------------
STATIC_URL = "/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "documents"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
if IS_PRODUCTION:
    vars().update(_mail_server())
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("COPS_EMAIL_FROM", default="cops@localhost")

# The service that keeps the site, as pages, mails, letters and error pages name it (cops.lib.service). Those
# of the demonstration are invented: a reserved domain, and a number of the block kept for works of fiction.
SERVICE_NAME = env.str("COPS_SERVICE_NAME", default="Développement social urbain")
SERVICE_EMAIL = env.str("COPS_SERVICE_EMAIL", default="" if IS_PRODUCTION else "dsu@agglomeration.example")
SERVICE_PHONE = env.str("COPS_SERVICE_PHONE", default="" if IS_PRODUCTION else "02 61 91 45 00")
SERVICE_ADDRESS = env.str(
    "COPS_SERVICE_ADDRESS", default="" if IS_PRODUCTION else "1 rue de l’Exemple, 45200 Montargis"
)

# How long a meeting lasts in calendars where no end is entered.
MEETING_MINUTES = env.int("COPS_MEETING_MINUTES", default=120)

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Language -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = None

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "cops.lib.logs.ValuesHidden",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
    },
    "filters": {
        "links": {
            "()": "cops.lib.logs.PersonalLinksHidden",
            "addresses": PERSONAL_ADDRESSES,
        },
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["links"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django_tasks": {"level": "INFO"},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
