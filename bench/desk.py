"""A hundred clerks at the order desk, each with a browser's requests and five seconds to think between them.

One order: the page, the customer looked up and chosen, five items looked up and keyed with a quantity, submit. Every
request is counted with the time until its answer was read; an answer that is no success ends the run.
"""

import http.client
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections import defaultdict
from urllib.parse import urlencode

from . import floor
from .ours import LINES, Times
from .over_http import ROOT

CLERKS = 100
THINK_S = 5.0
WARM_UP_S, MEASURED_S = 20.0, 60.0


def session_keys(count: int) -> list[str]:
    """Sessions of as many clerks of the bench's company, made in a process that has Django."""
    code = f"import django; django.setup()\nfrom bench.sessions import clerks\nprint(*clerks({count}))\n"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "erp.settings", "ERP_PROCESS": "admin"}
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    return answer.stdout.decode().split()[-count:]


class _Over(Exception):
    """The time is over in the middle of an order."""


class Clerk:
    """One clerk's browser: a session, a kept connection, a hand that keys orders until the time is over."""

    def __init__(self, port: int, session: str, seed: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = {"session": session}
        self.csrf = ""
        self.random = random.Random(seed)
        self.times: Times = defaultdict(list)
        self.orders = 0
        self.error = ""

    def work(self, measured_from: float, until: float) -> None:
        """Key orders between these two instants of the monotonic clock; only what is asked within counts."""
        self.measured_from, self.until = measured_from, until
        try:
            self._think()
            while time.monotonic() < until:
                self._order()
        except _Over:
            return
        except (OSError, http.client.HTTPException, RuntimeError) as error:
            self.error = repr(error)

    def _order(self) -> None:
        page = self._ask("page", "GET", "/orders/new/")
        self.csrf = _found(r'data-csrf="([^"]+)"', page)
        draft = _found(r'data-page="([^"]+)"', page)
        version = _found(r'name="version" id="version" value="(\d+)"', page)
        code = f"C{self.random.randrange(floor.CUSTOMERS)}"
        customers = self._ask("customer", "GET", f"/orders/new/customers/?{urlencode({'q': code})}")
        customer = {"customer_id": _found(r'data-pk="(\d+)"', customers), "version": version}
        version = _version(self._ask("header", "POST", f"{draft}header/", customer), version)
        for line in range(1, LINES + 1):
            wanted = f"P{self.random.randrange(floor.PRODUCTS)}"
            items = self._ask("item", "GET", f"{draft}items/?{urlencode({'q': wanted})}")
            keyed = {
                "item": wanted,
                "pk": _found(r'data-pk="(\d+)"', items),
                "qty": str(line),
                "version": version,
            }
            version = _version(self._ask("line", "POST", f"{draft}lines/{line}/", keyed), version)
        self._ask("submit", "POST", f"{draft}submit/", {"version": version}, htmx=False)
        self.orders += 1

    def _ask(
        self, step: str, method: str, address: str, form: dict[str, str] | None = None, *, htmx: bool = True
    ) -> str:
        if time.monotonic() >= self.until:
            raise _Over
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"HX-Request": "true"} if htmx and address != "/orders/new/" else {}
        if form is not None:
            headers |= {"X-CSRFToken": self.csrf, "Content-Type": "application/x-www-form-urlencoded"}
        start = time.perf_counter()
        self.connection.request(method, address, urlencode(form) if form is not None else None, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if time.monotonic() >= self.measured_from:
            self.times[step].append(time.perf_counter() - start)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status >= 400 or (step == "submit" and answer.status != 302):
            raise RuntimeError(f"{method} {address}: {answer.status} {text[:300]!r}")
        self._think()
        return text

    def _think(self) -> None:
        rest = self.random.uniform(0, 2 * THINK_S)
        time.sleep(max(0.0, min(rest, self.until - time.monotonic())))


def crowd(port: int) -> tuple[Times, int, list[str]]:
    """All clerks at once: seconds of each kind of request, orders submitted, what went wrong."""
    clerks = [Clerk(port, key, seed) for seed, key in enumerate(session_keys(CLERKS))]
    measured_from = time.monotonic() + WARM_UP_S
    threads = [
        threading.Thread(target=each.work, args=(measured_from, measured_from + MEASURED_S))
        for each in clerks
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times: Times = defaultdict(list)
    for clerk in clerks:
        for step, each in clerk.times.items():
            times[step] += each
    return dict(times), sum(each.orders for each in clerks), [each.error for each in clerks if each.error]


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"no {pattern} in {text[:300]!r}")
    return found[1]


def _version(patch: str, before: str) -> str:
    """The draft's version after a save, as its answer tells it."""
    found = re.search(r'data-value="version">(\d+)', patch)
    return found[1] if found else before
