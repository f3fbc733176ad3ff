"""Two questions of an orchestrator: does the process live, and may it get traffic?

Ready means the database answers and its schema is ours. A missing broker or a slow outbox is
told as degraded, not as unready: orders can still be taken, and the sweep delivers what was not poked for.
"""

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

from .refusals import let_go_if_broken

LAG_LIMIT_S = 300

LAG = """SELECT coalesce(extract(epoch FROM clock_timestamp() - min(due_at)), 0)::float
    FROM kernel_outboxentry WHERE done_at IS NULL AND dead_at IS NULL AND due_at <= clock_timestamp()"""

_schema_is_ours = False  # once applied, migrations stay applied for the life of this process


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process can answer at all; asks nobody else."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 with what is degraded, or 503 while the database is away or migrations wait."""
    database, lag_s = _database()
    checks = {"database": database, "broker": _broker(), "outbox": _outbox(lag_s)}
    fit = database == "ok"
    status = "unready" if not fit else "ok" if set(checks.values()) == {"ok"} else "degraded"
    return JsonResponse(
        {"status": status, "checks": checks, "outbox_lag_s": lag_s}, status=200 if fit else 503
    )


def _database() -> tuple[str, float | None]:
    """What stands against using the database, and how many seconds the outbox is late."""
    global _schema_is_ours
    try:
        if not _schema_is_ours:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return "migrations wait", None
            _schema_is_ours = True
        with connection.cursor() as cursor:
            cursor.execute(LAG)
            return "ok", round(cursor.fetchone()[0], 1)
    except (DatabaseError, InterfaceError):
        let_go_if_broken()
        return "away", None


def _broker() -> str:
    try:
        with Redis.from_url(
            settings.CELERY_BROKER_URL, socket_connect_timeout=0.5, socket_timeout=0.5
        ) as broker:
            broker.ping()
    except RedisError:
        return "away"
    return "ok"


def _outbox(lag_s: float | None) -> str:
    if lag_s is None:
        return "unknown"
    return "ok" if lag_s <= LAG_LIMIT_S else "late"
