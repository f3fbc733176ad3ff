"""The loop through REST: a gunicorn of our own, token, JSON, keep-alive; the same steps as in process."""

import http.client
import json
import os
import random
import secrets
import subprocess
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from erp.launcher.processes import free_port

from . import floor
from .ours import LINES, Times

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def server(workers: int = 2) -> Iterator[int]:
    """The port of a web server on the bench's database."""
    port = free_port(0)
    command = [
        sys.executable, "-m", "gunicorn", "erp.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", str(workers),
        "--worker-class", "gthread", "--threads", "2", "--keep-alive", "60", "--no-control-socket",
        "--log-level", "warning",
    ]  # fmt: skip
    environment = {**os.environ, "ERP_PROCESS": "web", "LOG_LEVEL": "WARNING", "API_RATE_TOKEN": "1000000"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        for _ in range(200):
            try:
                probe = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
                probe.request("GET", "/health/live")
                if probe.getresponse().status == 200:
                    break
            except OSError:
                pass  # it does not listen yet
            time.sleep(0.1)
        else:
            raise RuntimeError(f"No web process answers on port {port}.")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def issue_bench_token() -> str:
    """A token of the bench's user, made in a process that has Django."""
    code = (
        "import django; django.setup()\n"
        "from datetime import timedelta\n"
        "from erp.kernel import clock\n"
        "from erp.kernel.api import issue_token\n"
        "from erp.kernel.models import User\n"
        "user = User.objects.get(username='bench')\n"
        f"print(issue_token(user, name='{secrets.token_hex(4)}', expires_at=clock.now() + timedelta(days=1))[1])\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "erp.settings", "ERP_PROCESS": "admin"}
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    return answer.stdout.decode().strip().splitlines()[-1]


class HttpClient:
    """One client's loop over HTTP. Codes are those of `world.py`, which is as large as the floor."""

    def __init__(self, port: int, token: str, seed: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.token, self.items, self.customers = token, floor.PRODUCTS, floor.CUSTOMERS
        self.random = random.Random(seed)

    def orders(self, count: int, lines: int = LINES) -> Times:
        """Carry `count` orders through the steps; seconds of each."""
        times: Times = defaultdict(list)
        for _ in range(count):
            self._order(lines, times)
        return dict(times)

    def _order(self, lines: int, times: Times) -> None:
        wanted = [
            {"item": f"P{item}", "quantity": str(self.random.randint(1, 10))}
            for item in self.random.sample(range(self.items), lines)
        ]
        customer = f"C{self.random.randrange(self.customers)}"
        order = self._timed(times, "submit", "POST", "orders/", {"customer": customer, "lines": wanted})
        released = self._timed(
            times, "release", "POST", "deliveries-to-release/release/", {"documents": [order["number"]]}
        )
        (shipment,) = released["shipments"]
        self._timed(times, "ship", "POST", f"shipments/{shipment}/confirm/", {})
        self._timed(times, "display", "GET", f"orders/{order['number']}/")
        self._timed(times, "list", "GET", f"orders/?customer={customer}&limit=40")
        self._timed(times, "invoice", "POST", f"shipments/{shipment}/invoice/", {})

    def _timed(self, times: Times, step: str, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        start = time.perf_counter()
        self.connection.request(
            method, f"/api/v1/{path}", json.dumps(body) if body is not None else None, headers
        )
        answer = self.connection.getresponse()
        text = answer.read()
        times[step].append(time.perf_counter() - start)
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]!r}")
        return json.loads(text)
