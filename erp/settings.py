"""Settings. Everything that differs between two installations is an environment variable."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("ERP_VAR", BASE_DIR / "var"))


def flag(name: str, default: str = "0") -> bool:
    return os.environ.get(name, default) == "1"


def required(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise ImproperlyConfigured(
            f"{name} is not set and no embedded services run in {VAR_DIR}: start them with `make demo`."
        ) from None


def database(url: str) -> dict[str, object]:
    """Django's description of postgres://user:password@host:port/name."""
    parts = urlsplit(url)
    return {
        "ENGINE": "erp.kernel.db",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname,
        "PORT": parts.port or 5432,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"options": " ".join(f"-c {option}" for option in SESSION), "connect_timeout": 5},
    }


# Time limits of one session (reliability.md 2.10); ERP_PROCESS says which kind of process this is.
PROCESS = os.environ.get("ERP_PROCESS", "web")
LIMITS = {
    "web": ("lock_timeout=3s", "statement_timeout=15s"),
    "worker": ("lock_timeout=5s", "statement_timeout=5min"),
    "admin": ("lock_timeout=5s", "statement_timeout=0"),
}
SESSION = [
    *LIMITS[PROCESS],
    "idle_in_transaction_session_timeout=60s",
    "plan_cache_mode=force_generic_plan",
    "standard_conforming_strings=on",  # erp.kernel.literals quotes by it
]

DEBUG = flag("DEBUG")
SECRET_KEY = required("SECRET_KEY")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost").split(",")
CSRF_FAILURE_VIEW = "erp.kernel.web.csrf_failed"
CSRF_TRUSTED_ORIGINS = list(filter(None, os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",")))

INSTALLED_APPS = [
    "erp.static_app.StaticConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "lucide",
    "rest_framework",
    "drf_spectacular",
    "erp.kernel",
    "masterdata",
    "inventory",
    "orders",
    "billing",
    "reporting",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "erp.kernel.requests.RequestMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "erp.kernel.requests.SessionRulesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "erp.kernel.formats.FormatsMiddleware",
    "erp.kernel.web.RefusalMiddleware",
    "erp.kernel.web.PolicyMiddleware",
    "erp.kernel.nav.CountsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "erp.urls"
WSGI_APPLICATION = "erp.wsgi.application"
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
                "erp.kernel.shell.context",
            ],
        },
    }
]

DATABASES = {"default": database(required("DATABASE_URL"))}
ERP_PREPARE = flag("ERP_PREPARE", "1")  # off behind a transaction pooler
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Broker and cache use two databases of one server, so that flushing the cache never drops tasks.
REDIS = urlsplit(required("REDIS_URL"))
BROKER_DATABASE = int(REDIS.path.strip("/") or 0)
REDIS_URL = REDIS._replace(path=f"/{BROKER_DATABASE}").geturl()
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS._replace(path=f"/{BROKER_DATABASE + 1}").geturl(),
    }
}

AUTH_USER_MODEL = "kernel.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "erp.kernel.access.RoleBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "erp/locked.html"

SESSION_ENGINE = "django.contrib.sessions.backends.db"  # the cache may be away, its flush signs nobody out
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_MINUTES = 30
SESSION_ABSOLUTE_HOURS = 12
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_HOURS * 3600

# Behind TLS (HTTPS=1) cookies are bound to the host and the browser is told never to try plain HTTP.
HTTPS = flag("HTTPS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # an orchestrator asks over plain HTTP
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
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
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
UPLOAD_LIMIT_BYTES = 22_020_096  # an import's 20 MB and its form

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False  # grouping is the template filters' work, so that ids never get a comma

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("ERP_STATIC") or VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "files"
EDI_FOLDER = Path(os.environ.get("EDI_FOLDER") or VAR_DIR / "edi")  # in/, done/, failed/, out/
EDI_REST_S = float(os.environ.get("EDI_REST_S", "2"))  # a file younger than this may still be being written
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "erp.static_app.StaticStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "erp.kernel.mail.ConsoleBackend")
EMAIL_TIMEOUT = 30

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "erp.kernel.api.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["erp.kernel.filters.AskedFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "erp.kernel.api.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "erp.kernel.openapi.KernelSchema",
    "EXCEPTION_HANDLER": "erp.kernel.api.problem_response",
    "COERCE_DECIMAL_TO_STRING": True,
    "DEFAULT_THROTTLE_CLASSES": ["erp.kernel.api.Throttle"],
}
# Requests per minute of one token, user or address; a view that costs more names one of the others.
API_RATES = {
    "token": int(os.environ.get("API_RATE_TOKEN", "6000")),
    "user": int(os.environ.get("API_RATE_USER", "6000")),
    "anonymous": int(os.environ.get("API_RATE_ANONYMOUS", "60")),
    "login": 20,
    "search": 600,
    "export": 30,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Meridian",
    "DESCRIPTION": "Order to cash for distributors. Every verb of the browser, with the same rules.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "ShipmentStateEnum": "inventory.outbound.models.Shipment.State",
        "OrderStateEnum": "orders.entry.models.SalesOrder.State",
        "QuoteStateEnum": "orders.quotes.models.Quote.State",
        "SubstituteKindEnum": "masterdata.items.models.Substitute.Kind",
        "BlanketOrderStateEnum": "orders.blankets.models.BlanketOrder.State",
        "ItemKindEnum": "masterdata.items.models.Item.Kind",
        "AccountKindEnum": "billing.ledger.models.Account.Kind",
        "JournalKindEnum": "billing.ledger.models.Journal.Kind",
        "CashDifferenceReasonEnum": "billing.receivables.models.CashApplication.Reason",
        "PaymentDifferenceReasonEnum": "billing.receivables.api.BESIDE_MONEY",
        "DeductionEnum": "billing.receivables.models.Deduction",
        "CollectionNoteKindEnum": "billing.collections.models.CollectionNote.Kind",
        "DisputeOutcomeKindEnum": "billing.disputes.models.DisputeOutcome.Kind",
        "DisputeOutcomeStateEnum": "billing.disputes.models.DisputeOutcome.State",
        "InvoiceKindEnum": "billing.invoicing.models.Invoice.Kind",
        "SupplierInvoiceKindEnum": "billing.payables.models.SupplierInvoice.Kind",
        "SupplierInvoiceStateEnum": "billing.payables.models.SupplierInvoice.State",
        "SupplierInvoiceLineKindEnum": "billing.payables.models.SupplierInvoiceLine.Kind",
        "PaymentRunStateEnum": "billing.payments.models.PaymentRun.State",
        "BankDetailsStateEnum": "billing.payments.models.BankDetails.State",
        "MatchExceptionKindEnum": "billing.payables.models.MatchException.Kind",
        "EInvoiceStateEnum": "billing.einvoice.models.EInvoice.State",
        "EInvoiceFormatEnum": "masterdata.parties.models.EInvoiceProfile.Format",
        "InvoiceExceptionKindEnum": "billing.exceptions.models.InvoiceException.Kind",
        "ShipRuleEnum": "masterdata.parties.models.Customer.ShipRule",
        "LineShipRuleEnum": "orders.entry.shipping.KIT_RULES",
        "MethodEnum": "masterdata.agreements.models.Price.Method",
        "ProposableMethodEnum": "orders.proposals.api.PROPOSABLE",
        "RebateMethodEnum": "masterdata.agreements.models.SupplierRebate.Method",
        "AllocationMethodEnum": "inventory.commitments.models.AllocationPolicy.Method",
        "AllocationStanceEnum": "inventory.commitments.models.AllocationPolicy.Stance",
        "NoticeStateEnum": "orders.messages.models.OrderMessage.State",
        "PriceScopeKindEnum": "masterdata.agreements.models.PriceScope.Kind",
        "PriceProposalStateEnum": "orders.proposals.models.PriceProposal.State",
        "OrderRuleKindEnum": "orders.rulebook.models.OrderRule.Kind",
        "RuleVersionStateEnum": "orders.rulebook.models.RuleVersion.State",
        "ReallocationRunStateEnum": "orders.orchestration.models.ReallocationRun.State",
        "StatusEnum": "masterdata.items.models.Item.Status",
        "StockStatusEnum": "inventory.stock.models.Status",
        "ReasonEnum": "orders.returns.models.Reason",
        "AdjustmentReasonEnum": "inventory.adjustments.models.Reason",
        "AdjustmentStateEnum": "inventory.adjustments.models.Adjustment.State",
        "CountStateEnum": "inventory.counting.models.CountTask.State",
        "CountCauseEnum": "inventory.counting.models.CountTask.Cause",
        "TransferStateEnum": "inventory.transfers.models.TransferOrder.State",
        "TransferReasonEnum": "inventory.transfers.models.TransferOrder.Reason",
        "TransferArrivalStatusEnum": "inventory.transfers.api.ARRIVES_AS",
        "TransferDifferenceKindEnum": "inventory.transfers.models.TransferDifference.Kind",
        "TransferProposalStateEnum": "inventory.transfers.models.RebalanceProposal.State",
        "ReceiptDifferenceKindEnum": "inventory.inbound.models.ReceiptDifference.Kind",
        "ReceiptDifferenceOutcomeEnum": "inventory.inbound.models.ReceiptDifference.Outcome",
        "TaskKindEnum": "inventory.tasks.models.Kind",
        "UnloadingStateEnum": "inventory.unloading.models.Unloading.State",
        "PutawayStateEnum": "inventory.putaway.models.PutawayTask.State",
        "StockingEnum": "masterdata.items.models.Item.Stocking",
        "SiteStockingEnum": "inventory.replenishment.models.Stocking",
        "ReplenishmentMethodEnum": "inventory.replenishment.models.Method",
        "ReplenishmentKindEnum": "inventory.replenishment.models.ReplenishmentProposal.Kind",
        "ReplenishmentStateEnum": "inventory.replenishment.models.ReplenishmentProposal.State",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "erp.kernel.openapi.describe_problems",
    ],
}

# Celery: delivery settings proven by killing workers (reliability.md 3.2).
VISIBILITY_TIMEOUT_S = int(os.environ.get("CELERY_VISIBILITY_TIMEOUT", "3600"))
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": VISIBILITY_TIMEOUT_S,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 30,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "max_retries": 0,
}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": VISIBILITY_TIMEOUT_S}
CELERY_VISIBILITY_TIMEOUT = VISIBILITY_TIMEOUT_S
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1800
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
# A child that once needed more is replaced behind its task: what e-invoice rules and PDFs leave behind does not add up.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = int(os.environ.get("WORKER_MEMORY_MB", "1000")) * 1024
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "context": {"()": "erp.kernel.logs.LogContext"},
        "routine": {"()": "erp.kernel.logs.Routine"},
    },
    "formatters": {"json": {"()": "erp.kernel.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["context"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},  # the access log has the rest
        "django.server": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {
            "level": "WARNING"
        },  # that a task was received; the next line tells how it went
        "celery.app.trace": {"filters": ["routine"]},
    },
}
