"""Clients over HTTP: a program with a token, a clerk with a session; and crowds of them."""

import json
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import uuid4

from .world import PASSWORD

T = TypeVar("T")
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `status` 0: nothing did, the connection broke or time was up."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    retry_after: str = ""

    @property
    def acknowledged(self) -> bool:
        return self.status in (200, 201)


class Program:
    """A client of the API with a token."""

    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self.headers = {"Authorization": f"Bearer {token}"}
        self.opener = urllib.request.build_opener()

    def submit(self, wish: dict[str, Any], key: str = "", *, patience_s: float = PATIENCE_S) -> Answer:
        return self.post("/api/chaos/orders", wish, key, patience_s=patience_s)

    def confirm(self, shipment_id: int, key: str = "") -> Answer:
        return self.post(f"/api/chaos/shipments/{shipment_id}/confirm", {}, key)

    def post(
        self, path: str, body: dict[str, Any], key: str = "", *, patience_s: float = PATIENCE_S
    ) -> Answer:
        headers = {**self.headers, "Content-Type": "application/json", "Idempotency-Key": key or str(uuid4())}
        request = urllib.request.Request(f"{self.address}{path}", json.dumps(body).encode(), headers)
        try:
            with self.opener.open(request, timeout=patience_s) as answer:
                return Answer(answer.status, json.loads(answer.read()))
        except urllib.error.HTTPError as error:
            return Answer(error.code, _json(error.read()), error.headers.get("Retry-After", ""))
        except (OSError, ValueError):  # ValueError: the answer was cut off in the middle
            return Answer(0)


class Clerk(Program):
    """The same through a browser's session: signs in on the page, sends the cookie and its CSRF token."""

    def __init__(self, address: str) -> None:
        super().__init__(address, "")
        jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        page = self.opener.open(f"{address}/login/", timeout=PATIENCE_S).read().decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, "the sign-in page has no CSRF token"
        form = {"username": "bench", "password": PASSWORD, "csrfmiddlewaretoken": found[1]}
        self.opener.open(f"{address}/login/", urlencode(form).encode(), timeout=PATIENCE_S).close()
        cookies = {cookie.name: cookie.value or "" for cookie in jar}
        assert "session" in cookies, "the clerk could not sign in"
        self.headers = {"X-CSRFToken": cookies["csrf"], "Referer": address}


def _json(text: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except ValueError:
        return {}


class Crowd:
    """Clients that go on until told to stop, each in a thread: what they asked for and what they got."""

    def __init__(self, works: Sequence[Callable[[], T]]) -> None:
        self.results: list[T] = []
        self.failures: list[BaseException] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(work,), daemon=True) for work in works]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=2 * PATIENCE_S)
        assert not any(thread.is_alive() for thread in self._threads), "a client never came back"
        assert not self.failures, self.failures

    def _run(self, work: Callable[[], T]) -> None:
        while not self._stop.is_set():
            try:
                self.results.append(work())
            except BaseException as error:
                self.failures.append(error)
                return
