"""A second database with a long past, beside the empty one, in a cluster of its own under var/bench/large."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from erp.launcher.commands import services
from erp.launcher.stack import GIVEN

from . import floor

ROOT = Path(__file__).resolve().parent.parent

# Every list that grows with the past, as it opens, deep inside ("deep" follows the keyset's cursors), and narrowed
# by search, state and day; then what is read of everything at once.
PAGES = [
    *("/orders/", "/orders/?view=all", "/orders/?view=all&deep=20", "/orders/?view=all&q=C42"),
    *("/orders/?view=all&q=SO-4000", "/orders/?view=all&channel=conversion"),
    *("/orders/?view=all&submitted_from=2026-01-01&submitted_to=2026-01-31", "/orders/?view=all&q=nowhere"),
    *("/orders/backorders/", "/orders/at-risk/", "/orders/holds/", "/inventory/backorders/"),
    *("/inventory/release/", "/inventory/shipments/", "/inventory/shipments/?view=all"),
    *("/inventory/shipments/?view=all&deep=20", "/inventory/shipments/?view=all&q=C42"),
    *("/inventory/shipments/?view=all&state=shipped", "/inventory/shipments/?view=all&q=SO-4000"),
    *("/inventory/shipments/?view=all&ship_on_from=2026-01-01&ship_on_to=2026-01-31",),
    *(
        "/billing/invoices/",
        "/billing/invoices/?deep=20",
        "/billing/invoices/?q=C42",
        "/billing/invoices/?view=open",
    ),
    *(
        "/billing/invoices/?kind=credit_memo",
        "/billing/invoices/?issued_on_from=2026-01-01&issued_on_to=2026-01-31",
    ),
    *("/billing/receivables/", "/billing/cash/", "/billing/journals/", "/billing/journals/?deep=20"),
    *("/billing/unbilled/", "/billing/exceptions/", "/billing/balance/"),
    *("/inventory/stock/", "/masterdata/items/", "/masterdata/items/?q=P77", "/masterdata/customers/"),
    *(
        "/",
        "/reporting/",
        "/reporting/figures/",
        "/reporting/documents/orders/",
        "/reporting/documents/lines/",
    ),
    *("/reporting/documents/shipments/", "/reporting/documents/invoices/"),
    *("/jump/?q=SO-4000", "/jump/?q=C42", "/orders/?view=all&part=totals", "/orders/SO-4000/"),
]

LOAD = """
import json
import django; django.setup()
from masterdata.models import Company
from orders.models import OrderLine
from reporting.demo.volume import load_history
company = Company.objects.get(code="BENCH")
missing = {lines} - OrderLine.objects.filter(order__company=company).count()
if missing > 0:
    loaded = load_history(company, lines=missing)
    print(json.dumps({{"lines": loaded.lines, "seconds": round(loaded.seconds), "lines_per_s": loaded.lines_a_second}}))
"""

PROVE = """
import json
import django; django.setup()
from django.db import connection
from erp.kernel.proofs import prove, results_of
run = prove()
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_size_pretty(temp_bytes) FROM pg_stat_database WHERE datname = current_database()")
    (spilled,) = cursor.fetchone()
print(json.dumps({
    "green": run.green, "seconds": round(run.duration_ms / 1000),
    "slowest": {each.proof: each.ms for each in sorted(results_of(run), key=lambda each: -each.ms)[:5]},
    "red": [each.proof for each in results_of(run) if not each.green], "spilled_to_disk_so_far": spilled,
}))
"""


@contextmanager
def large_database() -> Iterator[dict[str, str]]:
    """The environment of a process that works on the large database; its services run while the block does."""
    outside = {
        name: os.environ.pop(name)
        for name in (*GIVEN, "ERP_VAR", "WEB_PORT", "DATABASE_APP_URL")
        if name in os.environ
    }
    os.environ["ERP_VAR"] = str(ROOT / "var/bench/large")
    try:
        with services() as stack:
            environment = stack.environment("worker")
            os.environ.update(outside)
            yield environment
    finally:
        os.environ.update(outside)


def load(environment: dict[str, str], lines: int) -> dict[str, Any]:
    """Bring the bench company of the large database to `lines` order lines; what is there already stays.

    What the load took; nothing when there was nothing to do.
    """
    return _ask(environment, LOAD.format(lines=lines))


def proofs(environment: dict[str, str]) -> dict[str, Any]:
    """Every proof on the large database: whether green, in how many seconds, the slowest ones' milliseconds."""
    return _ask(environment, PROVE)


def size(environment: dict[str, str]) -> float:
    """Gigabytes of the large database on disk."""
    with floor.connect(environment["DATABASE_OWNER_URL"]).cursor() as cursor:
        cursor.execute("SELECT round(pg_database_size(current_database()) / 1e9, 1)")
        return float(cursor.fetchone()[0])


def _ask(environment: dict[str, str], program: str) -> dict[str, Any]:
    """What a program prints as JSON on its last line, run as the owner of the large database; {} for nothing."""
    owner = {**environment, "DATABASE_URL": environment["DATABASE_OWNER_URL"], "ERP_PROCESS": "admin"}
    owner["DJANGO_SETTINGS_MODULE"] = "erp.settings"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=owner, check=True, stdout=subprocess.PIPE, text=True
    )
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {}
    return said
