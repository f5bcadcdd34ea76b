"""Settings of the portal, read from the environment; every name stands in `.env.example`.

Two modes: `demonstration` (the default: SQLite, a folder as the broker, a fixed programme clock)
and `production` (refuses a default secret, DEBUG and the demonstration; see `portal.checks`).
"""

from datetime import date
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue
from whitenoise.compress import Compressor

from portal.api.conf import OPENAPI, REST_FRAMEWORK  # noqa: F401 - settings of their own
from portal.schedule import CELERY_BEAT_SCHEDULE  # noqa: F401 - a setting of its own

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

MODE = env.str("PORTAL_MODE", "demonstration")
if MODE not in {"demonstration", "production"}:
    raise ImproperlyConfigured(f"PORTAL_MODE must be demonstration or production, not {MODE!r}.")
DEMONSTRATION, PRODUCTION = MODE == "demonstration", MODE == "production"

# Everything the running portal writes lives under one folder, so that backup knows where to look.
VAR_DIR = Path(env.str("PORTAL_VAR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEMONSTRATION_SECRET = "demonstration-secret-not-for-production-0123456789abcdefghijklmnop"  # noqa: S105 - public
# An empty line in `.env` is no key.
SECRET_KEY = env.str("SECRET_KEY", "") or DEMONSTRATION_SECRET
# Keys the digests of personal values in the audit record; apart from SECRET_KEY, which may rotate.
AUDIT_KEY = env.str("AUDIT_KEY", "") or SECRET_KEY
DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
if PRODUCTION and SECRET_KEY == DEMONSTRATION_SECRET:
    raise ImproperlyConfigured("Production needs its own SECRET_KEY: set it in the environment.")
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("Production must not run with DEBUG.")

# The demonstration's programme day; None in production, where the clock runs.
PROGRAMME_CLOCK = date(2023, 10, 23) if DEMONSTRATION else None

# Who runs the site; the footer shows it. Production must fill it (`portal.checks`).
SITE_PROFILE = {
    "name": env.str("SITE_NAME", "广东“百千万工程”流量扶持平台"),
    "host_unit": env.str("SITE_HOST_UNIT", "演示单位" if DEMONSTRATION else ""),
    "contact": env.str("SITE_CONTACT", "演示环境，不接收来信" if DEMONSTRATION else ""),
    "hotline": env.str("SITE_HOTLINE", "12345" if DEMONSTRATION else ""),
    "icp": env.str("SITE_ICP", ""),
    "police_record": env.str("SITE_POLICE_RECORD", ""),
    "site_code": env.str("SITE_CODE", ""),
}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "portal.collecting.CollectedFilesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "portal",
    "portal.regions",
    "portal.audit",
    "portal.files",
    "portal.jobs",
    "portal.notices",
    "portal.accounts",
    "portal.privacy",
    "portal.organisations",
    "portal.moves",
    "portal.campaigns",
    "portal.submissions",
    "portal.qualifications",
    "portal.desk",
    "portal.ledger",
    "portal.statements",
    "portal.sheets",
    "portal.api",
    "portal.home",
    "products",
    "tourism",
    "merchants",
    "creators",
    "training",
    "traffic",
]

MIDDLEWARE = [
    "portal.depth.with_room",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.accounts.middleware.ActorMiddleware",
    "portal.accounts.middleware.KeepExpiredPostMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "portal.accounts.middleware.SecondFactorMiddleware",
    "portal.privacy.middleware.ConsentMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "portal.rendering.WidgetRenderer"
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
                "portal.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# --- Databases -------------------------------------------------------------------------------

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
DATABASES = {"default": env.db("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    # Sessions and cache write on every request: in a file of their own they never wait for a close.
    DATABASES["side"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR_DIR / "side.sqlite3",
        "OPTIONS": SQLITE_OPTIONS,
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Today's disks read any page nearly as fast as the next one; by its default the database would
    # read tables through where an index is at hand.
    if options := env.str("DATABASE_OPTIONS", "-c random_page_cost=1.1"):
        DATABASES["default"].setdefault("OPTIONS", {})["options"] = options
DATABASE_ROUTERS = ["portal.routers.SideRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
# Shared by all processes: lockout counts must hold whichever process answers.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}
}
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", 8 * 3600)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION

# --- Work ------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
if not REDIS_URL:
    for folder in ("queue", "control"):
        (VAR_DIR / "broker" / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # One folder both ways: sender and worker are processes of the same machine.
        "data_folder_in": str(VAR_DIR / "broker" / "queue"),
        "data_folder_out": str(VAR_DIR / "broker" / "queue"),
        "control_folder": str(VAR_DIR / "broker" / "control"),
        "store_processed": False,
    }
else:
    # A lost Redis must not hold a request: kombu would try for six seconds before it gives up.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "max_retries": 0,
        "interval_start": 0,
        "interval_step": 0,
        "socket_connect_timeout": 2,
    }
# A worker takes from both; one on a machine without the folder of uploads is told to take from
# `statements` alone (docs/scale.md).
CELERY_TASK_QUEUES = [Queue(name, routing_key=name) for name in ("celery", "statements")]
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", 2)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A message is only a wake-up: sending must fail fast, the sweep picks the row up.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
# Seconds a worker may hold a row of work before the sweep gives it to another.
WORK_LEASE_SECONDS = env.int("WORK_LEASE_SECONDS", 300)

# The class that hands texts to an SMS gateway (see docs/notices.md). The demonstration's people are
# invented: whatever the environment says, no text of it reaches a phone.
CONSOLE_SMS = "portal.notices.adapters.ConsoleSms"
NOTICES_SMS_ADAPTER = env.str("NOTICES_SMS_ADAPTER", CONSOLE_SMS)
if DEMONSTRATION:
    NOTICES_SMS_ADAPTER = CONSOLE_SMS
# How mails leave: smtp+tls://name:password@host:587. The demonstration writes them into a folder;
# without it production offers no e-mail at all.
EMAIL_URL = env.str("EMAIL_URL", "") or ("filemail://" if DEMONSTRATION else "dummymail://")
_mail = environ.Env.email_url_config(EMAIL_URL)
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_OFFERED = EMAIL_BACKEND != "django.core.mail.backends.dummy.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"] or "localhost", _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
# Seconds; a silent mail server must not hold a worker.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str(
    "EMAIL_FROM", "portal@localhost" if DEMONSTRATION else ""
)

# --- People ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "phone")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*", "password1*"]
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.LoginForm",
    "signup": "portal.privacy.forms.SignupForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PHONE_VERIFICATION_ENABLED = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_USER_DISPLAY = "portal.accounts.models.display_name"
# A session lasts SESSION_COOKIE_AGE, a working day; no box to tick.
ACCOUNT_SESSION_REMEMBER = True
# Links that set a password, of invitations and of "Forgot password", hold for 7 days.
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600
# The programme board counts every row of the programme: so many seconds its figures are shared.
BOARD_SECONDS = env.int("BOARD_SECONDS", 60)
LOGIN_LOCK_FAILURES = 5
LOGIN_LOCK_MINUTES = 30
# A whole county office or a full training room sits behind one address, so limits by address are
# wide; the account's own lock is what stops guessing. A number gets at most 10 codes a day.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": f"300/m/ip,{LOGIN_LOCK_FAILURES}/{LOGIN_LOCK_MINUTES}m/key",
    "signup": "120/m/ip",
    "verify_phone": "1/30s/key,10/d/key,120/m/ip",
    # Links that confirm an e-mail address.
    "confirm_email": "5/d/key,10/d/user",
    "reset_password": "120/m/ip,3/h/key",
    "reset_password_from_key": "120/m/ip",
}
# The privacy text in force (portal/privacy/texts): who has not agreed to it is asked once.
PRIVACY_VERSION = "2"
# Where people reach the portal: links in text messages begin with it.
SITE_URL = env.str("SITE_URL", "http://localhost:8000")
# How many proxies of our own stand before the portal; 0 takes the peer's address as it is.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
MFA_ADAPTER = "portal.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# One step of 30 seconds either way: phone clocks are not exact.
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "百千万工程流量扶持平台"
# Staff and officials must use a second factor (SPEC K2); the demonstration may be looked at
# without a phone at hand.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", PRODUCTION)

# --- Language and time -----------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"

# --- Files -----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "portal.files.storage.WholeFileStorage",
        "OPTIONS": {"location": VAR_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
# Pages name files by their digests alone: the same under plain names would be compressed once more.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
PHOTO_MAX_BYTES = 15 * 1024 * 1024
PHOTO_MAX_PIXELS = 50_000_000
PDF_MAX_BYTES = 20 * 1024 * 1024
# A report of a platform; up to the second size it is read while its sender waits, to be shown.
STATEMENT_MAX_BYTES = 200 * 1024 * 1024
STATEMENT_SHOWN_BYTES = 20 * 1024 * 1024
STATEMENT_SHOWN_EVENTS = 5_000_000
# A file up to this size is looked through for the rows behind one figure.
STATEMENT_TRACED_BYTES = 64 * 1024 * 1024
# A file of the largest size holds a tenth of this, unless it is made to keep a worker busy.
STATEMENT_MAX_EVENTS = 1_000_000_000
# What counting a file's events may take beyond what the process holds; Arrow's reserve is in it.
STATEMENT_MEMORY_BYTES = 2 * 1024**3
# Where raw files and partials lie, for all machines that read or close: a folder, or
# s3://bucket/prefix?endpoint_override=…&scheme=…; empty for VAR_DIR.
STATEMENT_STORE = env.str("STATEMENT_STORE", "")
# How many threads count the events of one file; 0 for as many as the process has cores.
STATEMENT_THREADS = env.int("STATEMENT_THREADS", 0)
# A day with new facts should be added up again within so many minutes; monitors are told.
DAY_CLOSED_WITHIN_MINUTES = env.int("DAY_CLOSED_WITHIN_MINUTES", 60)
# The folder whose files land by themselves: an absolute path or a URI as `portal.stores` takes it;
# empty for none.
STATEMENT_INBOX = env.str("STATEMENT_INBOX", str(VAR_DIR / "inbox") if DEMONSTRATION else "")

# --- Machines --------------------------------------------------------------------------------

SPECTACULAR_SETTINGS = OPENAPI | {"TITLE": SITE_PROFILE["name"]}
# Requests a minute of one key or person, and of one address without either.
API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", 600)
API_STRANGERS_A_MINUTE = env.int("API_STRANGERS_A_MINUTE", 60)
# Whether webhooks may go to http and to addresses of a private network: never in production.
WEBHOOK_PRIVATE_TARGETS = env.bool("WEBHOOK_PRIVATE_TARGETS", False) and not PRODUCTION

# --- Security --------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^freshz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
