"""Settings of the portal: one file, every value from the environment (`environment`), every default fit for a laptop.

What is missing or unsafe in production is found by `production_checks`.
"""

import secrets
from pathlib import Path

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

from ninghai.operations.environment import (
    env,
    env_bool,
    env_choice,
    env_contact,
    env_day,
    env_hour,
    env_int,
    env_keys,
    env_list,
    env_networks,
    kept_text,
    next_redis_database,
    postgres,
)
from ninghai.operations.log_format import log_settings
from ninghai.operations.private_addresses import SOCKETS, private_environment, private_name, var_folder
from ninghai.operations.redis import ONCE

django_stubs_ext.monkeypatch()  # lets admin and model classes carry type parameters

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = var_folder()


def secret_key() -> str:
    """SECRET_KEY, else the one that `make run` keeps in var/; a trial that was never started gets one for the moment."""
    if key := env("SECRET_KEY"):
        return key
    if kept := kept_text(VAR_DIR / "secret-key"):
        return kept
    if PRIVATE or DEBUG:
        return secrets.token_urlsafe(50)
    raise ImproperlyConfigured(
        "请设置 SECRET_KEY（或用 SECRET_KEY_FILE 指定文件）：一段只有本系统知道的随机文字，至少 50 个字符，"
        "可用 python3 -c 'import secrets; print(secrets.token_urlsafe(50))' 生成。"
    )


# What this installation is.

DATABASE_URL = env("DATABASE_URL")
PRIVATE = (
    not DATABASE_URL
)  # a trial on this machine, with a PostgreSQL and Redis of its own; production names its servers

HTTPS = env_bool("HTTPS")
PRODUCTION = env_bool("PRODUCTION", default=HTTPS)  # real people's data: what is missing or unsafe stops the start
DEBUG = env_bool("DEBUG")
SECRET_KEY = secret_key()
SEALING_KEYS = env_keys("SEALING_KEYS", kept_text(VAR_DIR / "sealing-keys") or "")  # the newest first (ninghai.sealed)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
SITE_URL = env("SITE_URL", "http://127.0.0.1:8000").rstrip("/")

SITE_NAME = env("SITE_NAME", "宁海县政务公开工作平台")
COUNTY_NAME = env("COUNTY_NAME", "宁海县")
COUNTY_CODE = env("COUNTY_CODE", "330226")  # 地区代码
INDEX_NUMBER_FORM = env("INDEX_NUMBER_FORM", "{credit_code}/{year}-{serial:05d}")  # 索引号
OFFICE_NAME = env("OFFICE_NAME", "宁海县人民政府办公室")

# The foot of every public page (国办发〔2017〕47号); what is left empty is left out.
SITE_OPERATOR = env("SITE_OPERATOR")  # 承办
SITE_CODE = env("SITE_CODE")  # 网站标识码
ICP_NUMBER = env("ICP_NUMBER")  # ICP备案号
POLICE_NUMBER = env("POLICE_NUMBER")  # 公安备案号
SITE_CONTACT = env("SITE_CONTACT")  # 联系方式
SECURITY_CONTACT = env_contact("SECURITY_CONTACT")  # in /.well-known/security.txt; empty: the form for corrections
SECURITY_CONTACT_UNTIL = env_day("SECURITY_CONTACT_UNTIL")  # until when that is sure to hold
DATA_TERMS_URL = env(
    "DATA_TERMS_URL"
)  # the county's own terms for reusing public information; empty: /catalogue/terms/
SITE_ERRORS_URL = env("SITE_ERRORS_URL")  # 我为政府网站找错: this site's address on the national platform

# 演示数据: shows the banner, moves the clock. `make run` leaves the mark where the database holds the demo year.
_demo = kept_text(VAR_DIR / "demo") if PRIVATE else None
DEMO = env_bool("DEMO", default=_demo is not None)
CLOCK_DATE = env("CLOCK_DATE", "2018-11-20" if DEMO else "")  # the clock's day; empty in production
CLOCK_SINCE = env("CLOCK_SINCE", (_demo or "") if DEMO else "")

ROOT_URLCONF = "ninghai.urls"
WSGI_APPLICATION = "ninghai.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "ninghai.staff_site.OfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_filters",
    "django_rq",
    "ninghai",
    "tasks",
    "disclosure",
    "reports",
    "fixtures",
]

MIDDLEWARE = [
    "ninghai.web.request_log.RequestLogMiddleware",
    "ninghai.web.middleware.SecurityHeadersMiddleware",
    "ninghai.web.middleware.LongAnswersMiddleware",
    "ninghai.web.public_pages.middleware.CompressionMiddleware",
    "ninghai.web.public_pages.replica.ReadOnlyReplicaMiddleware",
    "ninghai.web.public_pages.middleware.PublicPagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ninghai.web.middleware.BrokenInputMiddleware",
    "ninghai.web.middleware.HugeRequestMiddleware",
    "ninghai.operations.maintenance.MaintenanceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ninghai.accounts.sessions.SessionTimeoutMiddleware",
    "ninghai.web.middleware.SignInRequiredMiddleware",
    "ninghai.web.middleware.ActingMembershipMiddleware",
    "ninghai.staff_site.inbox.CountAgainMiddleware",
    "ninghai.accounts.request_limits.RequestLimitsMiddleware",
    "ninghai.accounts.required_actions.RequiredActionMiddleware",
    "ninghai.accounts.audit.refusals.RefusalsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ninghai.web.middleware.MethodNotAllowedPageMiddleware",
    "ninghai.web.middleware.PermissionMiddleware",
    "ninghai.web.quick_reads.QuickReadsMiddleware",
    "ninghai.web.middleware.EditConflictMiddleware",
    "ninghai.web.middleware.TextLengthMiddleware",
]

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
                "ninghai.web.context_processors.portal",
            ],
            "builtins": ["ninghai.web.template_filters"],
            "libraries": {"result_list": "ninghai.staff_site.result_list"},
        },
    },
]

FORM_RENDERER = "ninghai.web.posted.Renderer"

# Database: the run-time role; migrations go through the owner's role.

_private = private_environment(SOCKETS / private_name(VAR_DIR))
_runtime = postgres(DATABASE_URL or _private["DATABASE_URL"])

DATABASE_OWNER = postgres(env("DATABASE_OWNER_URL") or DATABASE_URL or _private["DATABASE_OWNER_URL"])
# A server that is gone is known to be within a second (`ninghai.operations.database.backend`), and asked anew as soon as it is back.
_pool = {"min_size": 1, "max_size": env_int("DATABASE_POOL", 8, least=1), "timeout": 0.8, "reconnect_timeout": 1}
# One that is switched off or cut from the network refuses nothing: what it does not acknowledge for a second is lost.
_patience = {
    "connect_timeout": 2,
    "tcp_user_timeout": 1000,  # milliseconds; without it the kernel tries for a quarter of an hour
    "keepalives_idle": 10,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
# Compiling a query takes longer than any of ours runs; a search must hold its hits whole in memory.
_session = (
    "-c jit=off -c work_mem=32MB "
    "-c statement_timeout=60000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=120000"
)
DATABASES = {
    "default": {
        **_runtime,
        "ENGINE": "ninghai.operations.devservices.database" if PRIVATE else _runtime["ENGINE"],
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_patience, **_runtime["OPTIONS"], "pool": _pool, "options": _session},
    },
}
if DATABASE_REPLICA_URL := env(
    "DATABASE_REPLICA_URL"
):  # a streaming copy, for public pages (ninghai.web.public_pages.replica)
    _replica = postgres(DATABASE_REPLICA_URL)
    DATABASES["replica"] = {
        **_replica,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_patience, **_replica["OPTIONS"], "pool": _pool, "options": _session},
    }
DATABASE_ROUTERS = ["ninghai.web.public_pages.replica.PublicReads"]

# Redis: the queue keeps everything, the cache may forget.

REDIS_URL = env("REDIS_URL") or _private["REDIS_URL"]
REDIS_CACHE_URL = (
    env("REDIS_CACHE_URL") or (env("REDIS_URL") and next_redis_database(REDIS_URL)) or _private["REDIS_CACHE_URL"]
)
REDIS_TIMEOUT = 1  # seconds; a request never waits longer for a hint

# Reports: what one rendering may take before it is ended.
REPORTS_WITHOUT_SEAL = env_bool("REPORTS_WITHOUT_SEAL", default=False)  # 署名 and 成文日期 as GB/T 9704-2012 7.3.5.3
REPORT_SECONDS = env_int("REPORT_SECONDS", 120, least=1)
REPORT_MEMORY = env_int("REPORT_MEMORY", 2048, least=256) * 1024**2  # bytes of address space; .env names megabytes

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_CACHE_URL,
        "OPTIONS": {"socket_timeout": REDIS_TIMEOUT, "socket_connect_timeout": REDIS_TIMEOUT, "retry": ONCE},
    },
}

PUBLIC_PAGES = frozenset(  # all they read is watched
    {"/", "/catalogue/", "/catalogue/basic/", "/catalogue/interpretations/", "/feeds/catalogue.xml", "/site-map/"}
    | {"/feeds/services.xml", "/feeds/knowledge.xml", "/sitemap.xml", "/catalogue/dcat.jsonld"}  # each counts all items
    | {"/interaction/"}
    | {f"/api/v1/{name}/" for name in ("items", "units", "topics", "entries", "services", "knowledge", "schema")}
)
PUBLIC_PARAMETERS = frozenset(
    ["q", "unit", "entry", "topic", "kind", "year", "validity", "from", "to", "sort", "page", "level", "size", "cursor"]
) | {"want", "whose", "course"}  # all they read
PUBLIC_PAGES_BELOW = ("/catalogue/basic/", "/disclosure/", "/hotline/figures/", "/knowledge/answer/", "/services/")

RQ_QUEUES = {
    name: {
        "URL": REDIS_URL,
        "DEFAULT_TIMEOUT": 600,
        "SERIALIZER": "rq.serializers.JSONSerializer",  # plain values: what Redis holds is never run as code
    }
    for name in ("prompt", "outbox", "bulk")  # `ninghai.models.JobQueue`: workers look into the first before the second
}

# Accounts, passwords, sessions.

AUTH_USER_MODEL = "ninghai.User"
SESSION_ENGINE = "ninghai.accounts.sessions"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "disclosure:home"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"ninghai.accounts.passwords.{rule}"} for rule in ("Long", "OfSeveralKinds", "NotCommon", "NoNames", "New")
]
# How people sign in (等保, GB/T 22239); a county that must be stricter, or may not be so strict, says so here.
PASSWORD_LENGTH = env_int("PASSWORD_LENGTH", 12, least=8)
PASSWORD_KINDS = env_int("PASSWORD_KINDS", 2, least=1)  # of: small letters, capitals, digits, signs, Chinese
PASSWORD_BLOCKED_WORDS = env_list("PASSWORD_BLOCKED_WORDS")  # besides common passwords and the names of units
PASSWORDS_REMEMBERED = env_int("PASSWORDS_REMEMBERED", 5)
ONE_TIME_PASSWORD_DAYS = env_int("ONE_TIME_PASSWORD_DAYS", 7)  # 0: until it is changed
PASSWORD_DAYS = env_int("PASSWORD_DAYS", 90)  # 0: passwords do not grow old
_all_steps = not DEMO or env_choice("DEMO_LOGIN", "short", ("short", "full")) == "full"  # the demo is for a quick look
FIRST_LOGIN_CHANGE = env_bool("FIRST_LOGIN_CHANGE", default=_all_steps)  # also when a password has grown old
SECOND_FACTOR = env_bool("SECOND_FACTOR", default=_all_steps)  # the office and the administrators must, others may
LOGIN_TRIES = env_int("LOGIN_TRIES", 5, least=1)  # of one account; then it pauses, each further failure twice as long
LOGIN_PAUSE = env_int("LOGIN_PAUSE", 10, least=1)  # minutes
LOGIN_LONGEST_PAUSE = env_int("LOGIN_LONGEST_PAUSE", 240, least=1)  # minutes
LOGIN_TRIES_PER_ADDRESS = env_int("LOGIN_TRIES_PER_ADDRESS", 30, least=1)  # failed ones within LOGIN_ADDRESS_WINDOW
LOGIN_ADDRESS_WINDOW = env_int("LOGIN_ADDRESS_WINDOW", 15, least=1)  # minutes, and the pause that follows
SESSION_IDLE = env_int("SESSION_IDLE", 30, least=1) * 60  # seconds without a request
SESSION_COOKIE_AGE = env_int("SESSION_HOURS", 8, least=1) * 3600  # however busy
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# Messages: the inbox always has them; e-mail and the county's own channel where they are set up.

CORRECTION_WORKDAYS = env_int("CORRECTION_WORKDAYS", 5, least=1)  # in which an error report (纠错) is answered
CORRECTION_CONTACT_DAYS = env_int("CORRECTION_CONTACT_DAYS", 365, least=1)  # after the answer its sender is forgotten
SIMILAR_REQUESTS = env_int("SIMILAR_REQUESTS", 3, least=2)  # people who ask for the same within a year: make it public
OPINION_COUNTS_FROM = env_choice(
    "OPINION_COUNTS_FROM", "found", ("found", "happened", "assigned")
)  # 5, 24 and 48 hours
OPINION_QUIET_DAYS = env_int("OPINION_QUIET_DAYS", 3, least=1)  # without a word in public: the lead unit is reminded
PERIOD_CLOSES_AFTER = env_int(
    "PERIOD_CLOSES_AFTER", 20, least=1
)  # working days after its due date, in which late counts
REMIND_AT = env_hour("REMIND_AT", "8")  # the hour at which reminders go out, on working days
EMAIL_HOST = env("EMAIL_HOST")
EMAIL_TLS = env("EMAIL_TLS", "starttls")  # starttls, ssl or none
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_TLS == "starttls", EMAIL_TLS == "ssl"
EMAIL_PORT = env_int("EMAIL_PORT", {"starttls": 587, "ssl": 465}.get(EMAIL_TLS, 25), least=1)
EMAIL_HOST_USER = env("EMAIL_USER")
EMAIL_HOST_PASSWORD = env("EMAIL_PASSWORD")
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("EMAIL_FROM")
WEBHOOK_URL = env("WEBHOOK_URL")
WEBHOOK_SECRET = env("WEBHOOK_SECRET")
EXCHANGE_NETWORKS = env_networks(
    "EXCHANGE_NETWORKS", ""
)  # inside, where other platforms may be that the portal writes to

MAINTENANCE_FILE = env("MAINTENANCE_FILE", str(VAR_DIR / "maintenance"))  # while it is there, the portal is closed

# Proxy, cookies, rate limits, what one account may ask for.

CLIENT_ADDRESS_HEADER = env("CLIENT_ADDRESS_HEADER")  # in which the proxy names the visitor; never without one
PROXY_ADDRESSES = env_list("PROXY_ADDRESSES", "127.0.0.1,::1,unix")  # where it stands; nobody else is believed
REQUEST_ID_HEADER = env("REQUEST_ID_HEADER", "X-Request-ID")  # in which it numbers requests
METRICS_ALLOWED = env_networks("METRICS_ALLOWED", "127.0.0.1,::1")  # who may read /metrics
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
HOST_ONLY = "__Host-" if HTTPS else ""  # browsers then take these cookies from this very host alone, over HTTPS
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{HOST_ONLY}sessionid", f"{HOST_ONLY}csrftoken"
MESSAGES_COOKIE_NAME, KNOWN_COOKIE_NAME = f"{HOST_ONLY}messages", f"{HOST_ONLY}known"
MESSAGE_STORAGE = "ninghai.web.message_storage.NoticeStorage"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
RATE_LIMITS = {  # how often one address may, within how many seconds; 0: as often as it likes
    "search": (env_int("SEARCHES_PER_MINUTE", 300), 60),
    "export": (env_int("EXPORTS_PER_TEN_MINUTES", 60), 600),
    "receipt": (env_int("RECEIPTS_PER_TEN_MINUTES", 30), 600),
    "request": (env_int("REQUESTS_PER_HOUR", 60), 3600),  # applications for information, with the steps of their form
    "follow": (env_int("SUBSCRIPTIONS_PER_TEN_MINUTES", 10), 600),
    "helped": (env_int("OPINIONS_PER_TEN_MINUTES", 30), 600),  # whether an answer helped
    "exchange": (env_int("EXCHANGE_PER_MINUTE", 300), 60),
    "calendar": (env_int("CALENDARS_PER_TEN_MINUTES", 300), 600),  # a whole office may stand behind one address
}
REQUEST_SECONDS = env_int("REQUEST_SECONDS", 30, least=1)  # in which a request must come, beside the time of its length
LONG_ANSWERS = env_int("LONG_ANSWERS", 4, least=1)  # downloads at once of one web process, with a thread for each
PUBLIC_READ_SECONDS = env_int("PUBLIC_READ_SECONDS", 3, least=1)  # that a query of a public page may take
REQUESTS_PER_MINUTE = env_int("REQUESTS_PER_MINUTE", 3000)  # of one account; 0 here and below: no bound
AUDIT_ROWS_PER_HOUR = env_int("AUDIT_ROWS_PER_HOUR", 50_000)  # that one account may cause
UPLOAD_PER_DAY = env_int("UPLOAD_MB_PER_DAY", 10_240) * 1024**2  # bytes of one account
FILES_WAITING = env_int("FILES_WAITING", 500)  # of one account, for workers to look into
CLAMD = env("CLAMD")  # the virus scanner: tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl; empty: none
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "ninghai.files.full_disk.UploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# The audit trail, backups.

AUDIT_ANCHOR_FILE = env("AUDIT_ANCHOR_FILE", str(VAR_DIR / "audit-anchors.jsonl"))  # better on another machine's disk
AUDIT_ANCHOR_MINUTES = env_int("AUDIT_ANCHOR_MINUTES", 60, least=1)
BACKUP_DIR = env("BACKUP_DIR")  # the folder in which each backup has a folder of its own
BACKUP_HOURS = env_int("BACKUP_HOURS", 26, least=1)  # a last backup older than this is reported

# Language and time.

LANGUAGE_CODE = "zh-hans"
LOCALE_PATHS = [BASE_DIR / "locale"]  # its sentences stand before Django's own
FORMAT_MODULE_PATH = "ninghai.web.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Files: static ones are public, private ones only leave through a view.

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_ROOT = BASE_DIR / "static" / "site_root"  # what browsers ask for at the root of the site: /favicon.ico
PRIVATE_FILES_DIR = env("PRIVATE_FILES_DIR", str(VAR_DIR / "private"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_FILES_DIR, "base_url": None},
    },
}
PRIVATE_FILES_ACCEL = env("PRIVATE_FILES_ACCEL")  # the web server's internal location of the private files
UPLOAD_LIMIT = 50 * 1024 * 1024  # bytes of one evidence file or attachment
REQUEST_LIMIT = 200 * 1024 * 1024  # bytes of all that one form sends
NOTICE_LIMIT = 10 * 1024 * 1024  # bytes of one notice to import
FILE_UPLOAD_PERMISSIONS = 0o640

# Log.

LOG_LEVEL = env_choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
JSON_LOG = env_bool("JSON_LOG", default=PRODUCTION)  # one JSON object per line, each request among them
LOGGING = log_settings(as_json=JSON_LOG, level=LOG_LEVEL)
