"""Every setting of the site. The environment is read here and nowhere else."""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

from courtparty import keys
from courtparty.lib.lean import import_without

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()

# -- where things are -------------------------------------------------------------------------

DATA_DIR = Path(env.str("COURTPARTY_DATA", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

# A production host gives its keys in the environment; the embedded site makes its own, once.
SECRETS = keys.read_or_make(DATA_DIR / "keys.env")
SECRET_KEY = env.str("SECRET_KEY", SECRETS["SECRET_KEY"])
FIELD_KEYS = env.list("FIELD_KEYS", SECRETS["FIELD_KEYS"].split(","))
INDEX_KEY = env.str("INDEX_KEY", SECRETS["INDEX_KEY"])

# -- workbooks --------------------------------------------------------------------------------

# lxml is here for letters in Word and numpy for scores. openpyxl would take both along, 16 MB in
# each process; workbooks are written as before they came, without them.
os.environ.setdefault("OPENPYXL_LXML", "False")
import_without("openpyxl", "lxml", "numpy")

# -- who may connect --------------------------------------------------------------------------

HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000)
TLS_CERT = env.str("TLS_CERT", "")
TLS_KEY = env.str("TLS_KEY", "")
BEHIND_TLS_PROXY = env.int("BEHIND_TLS_PROXY", 0)
LOOPBACK_ONLY = HOST in {"127.0.0.1", "::1", "localhost"} and not BEHIND_TLS_PROXY
HAS_TLS = bool(BEHIND_TLS_PROXY or (TLS_CERT and TLS_KEY))

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

# Plain http is for the machine itself only; anything that leaves it is encrypted.
SECURE_SSL_REDIRECT = not LOOPBACK_ONLY
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HAS_TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HAS_TLS else 0
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# -- what the site is made of -----------------------------------------------------------------

INSTALLED_APPS = [
    "courtparty",
    "courtparty.accounts",
    "courtparty.audit",
    "courtparty.notices",
    "courtparty.jobs",
    "cadres",
    "retention",
    "appraisal",
    "courtparty.site_config.SiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "treebeard",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "import_export",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "courtparty.accounts.middleware.language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "courtparty.accounts.middleware.session_limits",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "courtparty.lib.conflicts.ConflictMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "courtparty.urls"
WSGI_APPLICATION = "courtparty.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "courtparty.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "courtparty.notices.context.unread",
                "courtparty.navigation.navigation",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# -- database ---------------------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", f"sqlite:///{DATA_DIR / 'court.sqlite3'}")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=600)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if IS_SQLITE:
    # Several processes write: without IMMEDIATE a read that turns into a write fails at once.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- people -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "courtparty.accounts.backends.AccountBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
DJANGO_RULES = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{DJANGO_RULES}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {"NAME": "courtparty.accounts.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{DJANGO_RULES}.CommonPasswordValidator"},
    {"NAME": f"{DJANGO_RULES}.NumericPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600

SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_MINUTES", 30) * 60
SESSIONS_PER_USER = env.int("SESSIONS_PER_USER", 3)

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
# A nested list locks the pair: one person's typing errors never lock out a shared address.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_CLIENT_IP_CALLABLE = "courtparty.accounts.addresses.client_address"
AXES_DISABLE_ACCESS_LOG = True  # our own log has every sign-in
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# -- language and time ------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# -- static files -----------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
UPLOAD_MAX_BYTES = 10 * 2**20
# Uploads hold personal data: what may be taken in at all never lies in a temporary file.
FILE_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_MAX_BYTES + 2**20

# -- mail -------------------------------------------------------------------------------------

# A court without a mail server keeps its mail as files: nothing is lost, nothing leaves.
EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_BACKEND = "django.core.mail.backends." + (
    "smtp.EmailBackend" if EMAIL_HOST else "filebased.EmailBackend"
)
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "courtparty@localhost")
SITE_URL = env.str("SITE_URL", f"http://{HOST}:{PORT}")

# -- background work --------------------------------------------------------------------------

QUEUE_DIR = DATA_DIR / "queue"
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "filesystem://")
if CELERY_BROKER_URL.startswith("filesystem"):
    QUEUE_DIR.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR),
        "data_folder_out": str(QUEUE_DIR),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.2,
    }
else:
    # Longer than the longest chunk, or a second worker would take a chunk still being worked on.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 900,
        "unacked_restore_interval": 30,
        "socket_timeout": 10,
        "socket_connect_timeout": 3,
        "max_retries": 1,
    }
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000  # KiB
CELERY_TASK_TIME_LIMIT = 840
CELERY_TASK_SOFT_TIME_LIMIT = 780
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# -- logs: what happened to the software, never to a person ------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "class": "courtparty.lib.logs.PlainFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "axes": {"level": "ERROR"},
        "django.server": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}

SILENCED_SYSTEM_CHECKS: list[str] = []
IMPORT_EXPORT_USE_TRANSACTIONS = True
