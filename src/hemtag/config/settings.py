"""Settings: everything that differs between places is read from HEMTAG_* in the environment."""

import os
import secrets
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from hemtag.config.files import file_storage, half_given

from .database import database
from .mail import mail_settings

ROOT = Path(os.environ.get("HEMTAG_ROOT") or Path(__file__).resolve().parents[3])
VAR = Path(os.environ.get("HEMTAG_VAR") or ROOT / "var")
DATA = ROOT / "data"


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _secret_key() -> str:
    """HEMTAG_SECRET_KEY, or one made at first start and kept where only the owner can read it."""
    if key := os.environ.get("HEMTAG_SECRET_KEY"):
        return key
    VAR.mkdir(parents=True, exist_ok=True)
    path = VAR / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii")


DEBUG = _flag("HEMTAG_DEBUG", False)
# The demo lets anyone log in as anyone: only ever on by explicit setting.
DEMO = _flag("HEMTAG_DEMO", False)
# Behind TLS the cookies are marked secure and HTTP is turned away; the local demo has no TLS.
HTTPS = _flag("HEMTAG_HTTPS", not (DEBUG or DEMO))
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("HEMTAG_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("HEMTAG_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "hemtag.history",
    "hemtag.organisations",
    "hemtag.knowledge",
    "hemtag.benefits",
    "hemtag.solutions",
    "hemtag.grants",
    "hemtag.assessment",
    "hemtag.followup",
    "hemtag.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "hemtag.web.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hemtag.web.middleware.AddressesAreText",
    "hemtag.web.middleware.RefusalsAsPages",
]

ROOT_URLCONF = "hemtag.config.urls"
WSGI_APPLICATION = "hemtag.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hemtag.web.navigation.surroundings",
            ],
        },
    },
]
FORM_RENDERER = "hemtag.web.forms_renderer.Renderer"

# SQLite in a file, or PostgreSQL (docs/howto/driftsatt.md). The demo is reset under a running server, and must find the
# new file.
DATABASES = {"default": database(os.environ, kept=not (DEBUG or DEMO), var=VAR)}
# Only what may be lost at any moment: who is writing where (grants/presence.py). Files, so that all processes share it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR / "cache",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisations.Person"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "log_in"
LOGIN_REDIRECT_URL = "my_page"
LOGOUT_REDIRECT_URL = "start"
SESSION_COOKIE_AGE = 10 * 60 * 60

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Svenska")), ("en", _("Engelska"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Stockholm"

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": file_storage(os.environ),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

# Files that people upload: a folder that no web server shows, or a bucket (docs/howto/filer.md).
MEDIA_ROOT = Path(os.environ.get("HEMTAG_FILES") or VAR / "files")
FILE_SETTINGS_AT_FAULT = half_given(os.environ)
# ClamAV's daemon: the path of its socket, or host:port. With it, no file is handed out before it is scanned.
CLAMD = os.environ.get("HEMTAG_CLAMD", "")
CLAMD_SECONDS = float(os.environ.get("HEMTAG_CLAMD_SECONDS") or 15)
# A local folder with a model of static vectors, so that the catalogue is also searched by meaning (docs/howto/sok.md).
MEANING_MODEL = os.environ.get("HEMTAG_MEANING_MODEL", "")
# A PDF of minutes is some hundred kB; 20 MB leaves room for a scanned bundle.
MAX_FILE_BYTES = 20 * 1024 * 1024
# Django reads form fields (not files) into memory; the budget grid of 21 regions is the largest form.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_HANDLERS = [
    "hemtag.organisations.uploads.RefuseTooLarge",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Mail (docs/howto/epost.md): EMAIL_BACKEND, EMAIL_HOST and so on. A slow mail server may not hold a page for long.
globals().update(mail_settings(os.environ, demo=DEMO, var=VAR))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("HEMTAG_EMAIL_FROM", "Hemtag <hemtag@localhost>")
# What links in mail begin with: a mail is read far from any request.
SITE_URL = os.environ.get("HEMTAG_URL", "http://127.0.0.1:8000").rstrip("/")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _flag("HEMTAG_BEHIND_PROXY", False) else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("HEMTAG_LOG", "WARNING")},
}
