"""Django settings, all from the environment; docs/settings.md lists every MINSHENG_ key."""

from pathlib import Path

from csp.constants import NONE, SELF

from console import config

BASE_DIR = Path(__file__).resolve().parent.parent
config.private()
VAR = config.folder("MINSHENG_VAR", BASE_DIR / "var")

SECRET_KEY = config.secret("MINSHENG_SECRET_KEY", VAR / "secret_key")
DEBUG = config.flag("MINSHENG_DEBUG")
ALLOWED_HOSTS = config.words("MINSHENG_HOSTS", "localhost,127.0.0.1,[::1]")
PROXIES = config.networks("MINSHENG_PROXY")  # whose X-Forwarded-For and -Proto are believed (console.pages.proxy)
CSRF_TRUSTED_ORIGINS = config.words("MINSHENG_ORIGINS")

# Ours
ARCHIVE_URL = config.with_login(
    "MINSHENG_ARCHIVE", config.text("MINSHENG_ARCHIVE", f"sqlite:///{VAR / 'archive.sqlite3'}")
)
SNAPSHOTS = config.text("MINSHENG_SNAPSHOTS")  # the backup folder as the nodes of Elasticsearch see it
OFFICE_NAME = config.text("MINSHENG_OFFICE", "市政府新闻办")
DUTY_PHONE = config.text("MINSHENG_DUTY_PHONE", "")
BASE_URL = config.text("MINSHENG_URL", "http://127.0.0.1:8000")
MAIL_SERVER = config.mail_server("MINSHENG_SMTP", config.text("MINSHENG_SENDER"))
MAIL_DOMAINS = config.words("MINSHENG_MAIL_DOMAINS")  # empty: nobody gets content
ALLOWED_INTERNAL = config.words("MINSHENG_ALLOW_INTERNAL")  # host:port the crawler may ask though internal
USER_AGENT = config.text("MINSHENG_USER_AGENT", "Minsheng/0.1 (+government press office; public pages only)")
UNCOVERED = config.words("MINSHENG_UNCOVERED", "微信公众号,抖音,微博,小红书,贴吧")
SENTIMENT_ENGINE = config.text("MINSHENG_SENTIMENT", "linear")
SECOND_OPINION = config.flag("MINSHENG_SECOND_OPINION", True)
RETENTION_DAYS = 3 * 365
NOW = config.text("MINSHENG_NOW")  # the time at which the pages' clock stands (console.pages.clock); empty: it runs

DATABASES = {"default": config.database("MINSHENG_DATABASE", f"sqlite:///{VAR / 'state.sqlite3'}")}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "accounts",
    "monitor",
    "alerts",
    "console",
]
MIDDLEWARE = [
    "console.pages.proxy.BehindProxy",  # first: all others see who really asks, and whether by HTTPS
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "console.pages.headers.PrivatePages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "console.pages.errors.ArchiveErrors",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "console.urls"
WSGI_APPLICATION = "console.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "jinja2",
        "DIRS": [BASE_DIR / "console" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "console.pages.environment.environment",
            "context_processors": ["console.pages.context.common"],
        },
    },
    {  # the emergency admin only
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
_RULES = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_RULES}.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_RULES}.CommonPasswordValidator"},
    {"NAME": f"{_RULES}.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "console.pages.errors.locked"
CSRF_FAILURE_VIEW = "console.pages.errors.csrf_failure"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = config.flag("MINSHENG_HTTPS")
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SESSION_COOKIE_SECURE else 0  # sent by HTTPS only
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns at every start where it is missing
STATICFILES_DIRS = [BASE_DIR / "console" / "static"]
WHITENOISE_USE_FINDERS = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": config.text("MINSHENG_LOG", "WARNING")},
    # The client's line for every single try; archive.elastic.connect says it once, in Chinese.
    "loggers": {"elastic_transport": {"level": "ERROR"}},
}
