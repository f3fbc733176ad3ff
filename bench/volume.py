"""A second database with a long past, beside the empty one, in a cluster of its own under var/bench/large."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from erp.launcher.commands import services
from erp.launcher.stack import GIVEN

ROOT = Path(__file__).resolve().parent.parent

LOAD = """
import django; django.setup()
from masterdata.models import Company
from orders.models import OrderLine
from reporting.demo.volume import load_history
company = Company.objects.get(code="BENCH")
missing = {lines} - OrderLine.objects.filter(order__company=company).count()
if missing > 0:
    loaded = load_history(company, lines=missing)
    print(f"{{loaded.lines:,}} lines loaded in {{loaded.seconds:,.0f}} s, {{loaded.lines_a_second:,}} a second")
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


def load(environment: dict[str, str], lines: int) -> None:
    """Bring the bench company of the large database to `lines` order lines; what is there already stays."""
    owner = {**environment, "DATABASE_URL": environment["DATABASE_OWNER_URL"], "ERP_PROCESS": "admin"}
    owner["DJANGO_SETTINGS_MODULE"] = "erp.settings"
    subprocess.run([sys.executable, "-c", LOAD.format(lines=lines)], cwd=ROOT, env=owner, check=True)
