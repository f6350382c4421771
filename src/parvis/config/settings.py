"""Django's settings; what an owner may change comes from PARVIS_* (docs/settings.md)."""

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.csp import CSP

from parvis.lib.databases import database
from parvis.lib.environment import Environment, secret

env = Environment()
HERE = Path(__file__).resolve().parent.parent

PARVIS_DATA = env.data
PARVIS_DATABASE_URL = env.text("PARVIS_DATABASE_URL")
PARVIS_URL = env.text("PARVIS_URL").rstrip("/")
PARVIS_MAIL_URL = env.text("PARVIS_MAIL_URL")
PARVIS_MAIL_FROM = env.text("PARVIS_MAIL_FROM")
PARVIS_WEBSUB_HUB = env.text("PARVIS_WEBSUB_HUB")
PARVIS_DKIM_SELECTOR = env.text("PARVIS_DKIM_SELECTOR", "parvis1")
PARVIS_MAIL_IN_DOMAIN = env.text("PARVIS_MAIL_IN_DOMAIN").lower().strip("@.")
PARVIS_MAIL_IN_DELIMITER = env.text("PARVIS_MAIL_IN_DELIMITER", "+")
PARVIS_LMTP = env.text("PARVIS_LMTP", "127.0.0.1:8024")
PARVIS_STREETS = env.text("PARVIS_STREETS")
PARVIS_OPENSTREETMAP = env.truth("PARVIS_OPENSTREETMAP")
PARVIS_STRICT = env.truth("PARVIS_STRICT")
PARVIS_PRETEND_PAYMENTS = env.truth("PARVIS_PRETEND_PAYMENTS")
PARVIS_BEHIND_PROXY = env.truth("PARVIS_BEHIND_PROXY")
PARVIS_WEB_WORKERS = env.number("PARVIS_WEB_WORKERS", 2)
PARVIS_UPLOAD_LIMIT = env.number("PARVIS_UPLOAD_LIMIT", 25 * 2**20)
PARVIS_IMPORT_LIMIT = env.number("PARVIS_IMPORT_LIMIT", 500 * 2**20)

DEBUG = env.truth("PARVIS_DEBUG")
PARVIS_KNOWN = env.asked
SECRET_KEY = secret(PARVIS_DATA)
HOST = urlsplit(PARVIS_URL).hostname
ALLOWED_HOSTS = [*filter(None, [HOST]), "localhost", "127.0.0.1", "[::1]"]
SECURE = PARVIS_URL.startswith("https://")

INSTALLED_APPS = [
    "parvis.rooms.campaigns",
    "parvis.rooms.journal",
    "parvis.rooms.places",
    "parvis.core.site",
    "parvis.core.delivery",
    "parvis.core.stream",
    "parvis.core.audiences",
    "parvis.core.people",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "parvis.core.site.middleware.SecurityHeaders",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "parvis.core.site.moments.Moments",
    "parvis.rooms.journal.quick.QuickPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "parvis.core.site.middleware.Sizes",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "parvis.core.site.middleware.Visit",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "parvis.core.site.middleware.Buttons",
    "parvis.core.site.first_run.FirstRun",
    "parvis.core.site.middleware.Rooms",
]
ROOT_URLCONF = "parvis.config.urls"
WSGI_APPLICATION = "parvis.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "parvis.core.site.context.house",
            ],
            "builtins": [
                "parvis.core.site.templatetags.parvis",
                "parvis.core.stream.templatetags.stream",
                "parvis.core.delivery.templatetags.delivery",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    }
]
FORM_RENDERER = "parvis.core.site.forms.HouseRenderer"

DATABASES = {"default": database(PARVIS_DATABASE_URL, PARVIS_DATA / "parvis.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "parvis.core.people.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "parvis.core.people.forms.SignupForm"
ACCOUNT_FORMS = {
    name: f"parvis.core.people.door.{form}"
    for name, form in {
        "login": "LoginForm",
        "signup": "SignupForm",
        "change_password": "ChangePasswordForm",
        "set_password": "SetPasswordForm",
        "reset_password": "ResetPasswordForm",
        "reset_password_from_key": "ResetPasswordKeyForm",
        "reauthenticate": "ReauthenticateForm",
        "request_login_code": "RequestLoginCodeForm",
        "confirm_login_code": "ConfirmLoginCodeForm",
        "confirm_email_verification_code": "ConfirmEmailVerificationCodeForm",
        "change_email": "ChangeEmailForm",
    }.items()
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "10/h/ip",
    "request_login_code": "10/h/ip,4/h/key",
    "reset_password": "10/h/ip,4/h/key",
    "confirm_email": "4/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if PARVIS_BEHIND_PROXY else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "parvis.core.people.door.AuthenticateForm",
    "reauthenticate": "parvis.core.people.door.SecondStepForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Parvis"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
USERSESSIONS_TRACK_ACTIVITY = False

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["parvis.core.site.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = PARVIS_DATA / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PARVIS_DATA / "media"},
    },
    "staticfiles": {"BACKEND": "parvis.core.site.staticfiles.Storage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_HANDLERS = ["parvis.core.site.uploads.Nameless"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20

SESSION_COOKIE_NAME = "__Host-parvis" if SECURE else "parvis"
CSRF_COOKIE_NAME = "__Host-parvis-form" if SECURE else "parvis-form"
SESSION_COOKIE_AGE = 60 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "parvis.core.site.views.errors.csrf"
CSRF_TRUSTED_ORIGINS = [PARVIS_URL] if PARVIS_URL else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PARVIS_BEHIND_PROXY else None
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [
        CSP.SELF,
        "data:",
        *(["https://tile.openstreetmap.org"] if PARVIS_OPENSTREETMAP else []),
    ],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
}

MAILERS = {
    "default": {
        "BACKEND": "parvis.core.delivery.mail.Relay"
        if PARVIS_MAIL_URL
        else "parvis.core.delivery.mail.Outbox"
    },
}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = PARVIS_MAIL_FROM or f"Parvis <parvis@{HOST or 'localhost'}>"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"without_words": {"()": "parvis.core.site.logs.WithoutWords"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "refused": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_words"]},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "parvis": {"level": "INFO"},
        "django": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django.security": {"handlers": ["refused"], "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS = ["mail.E001"]
