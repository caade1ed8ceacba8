"""Settings, all from the environment; `docs/operations.md` has a row for each.

Beside a running ``./run`` nothing needs to be set: the supervisor leaves each login's values in ``.colloquy/env/``.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import environ
import structlog
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

# --- Paths -----------------------------------------------------------------------------------------------------------

BASE_DIR = Path(__file__).resolve().parent.parent
COLLOQUY_DATA = Path(os.environ.get("COLLOQUY_DATA", BASE_DIR / ".colloquy"))
COLLOQUY_LOGIN = os.environ.get("COLLOQUY_LOGIN", "web")
if COLLOQUY_LOGIN not in {"web", "jobs", "custody", "backup", "owner"}:
    raise ImproperlyConfigured(f"COLLOQUY_LOGIN is {COLLOQUY_LOGIN!r}; it must be web, jobs, custody, backup or owner.")

env = environ.FileAwareEnv()
_left_by_the_supervisor = COLLOQUY_DATA / "env" / f"{COLLOQUY_LOGIN}.env"
if "COLLOQUY_DATABASE_URL" not in os.environ and os.access(_left_by_the_supervisor, os.R_OK):
    env.read_env(_left_by_the_supervisor)

COLLOQUY_EMBEDDED = env.bool("COLLOQUY_EMBEDDED", default=False)
DEBUG = env.bool("COLLOQUY_DEBUG", default=False)
SECRET_KEY = env.str("COLLOQUY_SECRET_KEY", default="development-only-and-refused-by-check-deploy")

COLLOQUY_SITE_URL = env.str("COLLOQUY_SITE_URL", default="http://localhost:8000").rstrip("/")
_site = urlsplit(COLLOQUY_SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured("COLLOQUY_SITE_URL must be an address such as https://colloquy.example.org")
_secure = _site.scheme == "https"
ALLOWED_HOSTS = [_site.hostname, *(["localhost", "127.0.0.1"] if COLLOQUY_EMBEDDED else [])]

# --- Apps ------------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "coaching_site.apps.CoachingSiteConfig",
    "common",
    "accounts",
    "nudges",
    "groups",
    "sessions.apps.SessionsConfig",  # label coaching_sessions; the next-but-one line is Django's own, label sessions
    "goals",
    "feedback",
    "reports",
    "django.contrib.sessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "servestatic.runserver_nostatic",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_structlog",
    "csp",
]

# --- Middleware ------------------------------------------------------------------------------------------------------

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "coaching_site.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SignInsMiddleware",
    "accounts.middleware.OwnTimeMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "coaching_site.middleware.PrivatePagesMiddleware",
    "coaching_site.middleware.RequestLogMiddleware",
    "coaching_site.middleware.KeyTroubleMiddleware",
]
ROOT_URLCONF = "coaching_site.urls"
WSGI_APPLICATION = "coaching_site.wsgi.application"
ASGI_APPLICATION = "coaching_site.asgi.application"

# --- Templates -------------------------------------------------------------------------------------------------------

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["common.templatetags.ui", "django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database --------------------------------------------------------------------------------------------------------

# The login of this process; never the owner's. Migrations and flushes swap to the owner's (common/owner.py).
DATABASES = {
    "default": {
        **env.db_url("COLLOQUY_DATABASE_URL", default="postgresql://colloquy_web@localhost/colloquy"),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # the pool lets go of connections that the database has closed
        "OPTIONS": {"application_name": f"colloquy-{COLLOQUY_LOGIN}"},
    }
}
DATABASES["default"]["HOST"] = unquote(DATABASES["default"]["HOST"])  # a socket's folder arrives percent-encoded
COLLOQUY_OWNER_DATABASE_URL = env.str("COLLOQUY_OWNER_DATABASE_URL", default="")
if env.bool("COLLOQUY_DATABASE_POOL", default=False):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 12, "timeout": 10}
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # addresses are unique whatever their case, by accounts_person_email
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Sign-in ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_ENGINE = "accounts.login_sessions"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupFields"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# By a code typed where it was asked for: a link could be confirmed by somebody else's click, for an account not theirs.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_CHANGE_EMAIL = True  # one address, and at most one that waits to be confirmed
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_FORMS = {"reset_password": "accounts.reset.ResetPasswordForm"}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ACCOUNT_PREVENT_ENUMERATION = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("COLLOQUY_TRUSTED_PROXIES", default=0)

MFA_ADAPTER = "accounts.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {"add_webauthn": "accounts.key_forms.AddKeyForm"}
COLLOQUY_REQUIRE_SECOND_FACTOR = env.bool("COLLOQUY_REQUIRE_SECOND_FACTOR", default=_secure and not COLLOQUY_EMBEDDED)
# Who may sign up without an invitation: "nobody", "all", or mail domains such as "example.com,example.org".
COLLOQUY_SIGN_UP = env.str("COLLOQUY_SIGN_UP", default="nobody").strip().lower()
COLLOQUY_SIGN_UP_DOMAINS = tuple(name.strip() for name in COLLOQUY_SIGN_UP.split(",") if "." in name)
if COLLOQUY_SIGN_UP not in {"nobody", "all"} and len(COLLOQUY_SIGN_UP_DOMAINS) != len(COLLOQUY_SIGN_UP.split(",")):
    raise ImproperlyConfigured("COLLOQUY_SIGN_UP must be nobody, all, or mail domains such as example.com,example.org")
# What sign-in counts, and which codes were used, stays in the database: a lost Valkey opens no door.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "KEY_FUNCTION": "accounts.cache_keys.hashed_key",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},  # when full it would forget at random; the clock keeps it small
    }
}

# --- Security --------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY = dict.fromkeys(["camera", "display-capture", "geolocation", "microphone", "payment", "usb"], [])
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = _secure and env.bool("COLLOQUY_REDIRECT_TO_HTTPS", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
CSRF_FAILURE_VIEW = "coaching_site.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]  # no roster in a temporary folder

# --- Mail ------------------------------------------------------------------------------------------------------------

vars().update(env.email("COLLOQUY_MAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("COLLOQUY_MAIL_FROM", default=f"Colloquy <colloquy@{_site.hostname}>")

# --- Celery ----------------------------------------------------------------------------------------------------------

_redis = env.str("COLLOQUY_REDIS_URL", default="redis://localhost:6379/0")
CELERY_BROKER_URL = _redis.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_PUBLISH_RETRY = False  # a page never waits for the broker; the clock finds what was not announced
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 5}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
COLLOQUY_TICK_SECONDS = env.float("COLLOQUY_TICK_SECONDS", default=60)
CELERY_BEAT_SCHEDULE = {
    name: {"task": name, "schedule": COLLOQUY_TICK_SECONDS, "options": {"expires": max(COLLOQUY_TICK_SECONDS, 5) * 2}}
    for name in (
        "nudges.beat_heart",
        "groups.solve_queued_formations",
        "groups.plan_charter_nudges",
        "groups.plan_pair_nudges",
        "sessions.plan_reminders",
        "goals.plan_reminders",
        "reports.release_rhythm",
        "nudges.send_due",
        "accounts.forget_old_sign_ins",
        "common.chain_audit",
    )
}
CELERY_BEAT_SCHEDULE["once a day"] = {"task": "common.log_audit_heads", "schedule": crontab(hour=0, minute=5)}
CELERY_BEAT_SCHEDULE["rosters"] = {"task": "groups.forget_rosters", "schedule": crontab(hour=1, minute=5)}

# --- Static ----------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.path("COLLOQUY_STATIC_ROOT", default=str(COLLOQUY_DATA / "static"))
SERVESTATIC_USE_FINDERS = COLLOQUY_EMBEDDED or DEBUG
SERVESTATIC_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if SERVESTATIC_USE_FINDERS
        else "servestatic.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Language and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
USE_TZ = True
TIME_ZONE = "UTC"

# --- Logging: events and ids, never bodies or local variables ---------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
            "foreign_pre_chain": [
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_bodies"]}},
    "filters": {"no_bodies": {"()": "coaching_site.logs.WithoutBodies"}},
    "root": {"handlers": ["stderr"], "level": env.str("COLLOQUY_LOG_LEVEL", default="INFO")},
    "loggers": {
        # No handlers of their own: Django's mails error reports, uvicorn's writes tracebacks, both with what was typed.
        "django": {"handlers": []},
        "django.server": {"handlers": ["stderr"], "propagate": False},
        "uvicorn": {"handlers": [], "propagate": True},
        "uvicorn.access": {"handlers": [], "propagate": False},  # addresses hold tokens
    },
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
DEFAULT_EXCEPTION_REPORTER_FILTER = "coaching_site.logs.NothingButNames"
ADMINS = []

# --- Ours ------------------------------------------------------------------------------------------------------------

COLLOQUY_KEY_FILE = env.str("COLLOQUY_KEY_FILE", default="")
COLLOQUY_MAIL_DIR = env.path("COLLOQUY_MAIL_DIR", default=str(COLLOQUY_DATA / "mail"))
COLLOQUY_ROSTER_KEPT_DAYS = env.int("COLLOQUY_ROSTER_KEPT_DAYS", default=180)
COLLOQUY_FIRST_START_TOKEN = env.str("COLLOQUY_FIRST_START_TOKEN", default="")
COLLOQUY_PRODUCT_NAME = _("Colloquy")
