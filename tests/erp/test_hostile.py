"""Whatever a program sends, the API answers with a problem of the one shape, never with a 5xx (reliability.md 6).

Every operation of the OpenAPI document is asked; a new one is asked as soon as it is there. `make test` draws a few of
each kind of trouble for every operation, the same in every run; `make chaos` draws nearly all.
"""

import random
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from erp.kernel import api, clock
from erp.kernel.access import roles
from erp.kernel.api import Meter, issue_token
from tests import factories
from tests.erp import hostile
from tests.erp.hostile import METHODS, Operation, operations
from tests.erp.side import Side
from tests.erp.two_companies import side

pytestmark = pytest.mark.django_db

SEED = 20260105
CODE = re.compile(r"[a-z]+\.[a-z_]+")
MEMBERS = {"type", "title", "status", "code", "detail", "context", "instance", "request_id"}


@pytest.fixture(params=[3, pytest.param(40, marks=pytest.mark.chaos)])
def most(request: pytest.FixtureRequest) -> int:
    """How many of each kind of trouble an operation meets."""
    return request.param


@pytest.fixture
def ours() -> Side:
    return side("OURSIDE")


class Asker:
    """A program with every right that sends anything and keeps what was wrong with the answers."""

    def __init__(self, token: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {token}"}
        self.found: list[str] = []
        self.answers: dict[int, int] = {}
        self._turn = 0

    def ask(
        self, method: str, path: str, body: str | bytes = b"", what: object = "", *, kind: str = "application/json",
        **headers: str,
    ) -> HttpResponse:  # fmt: skip
        self._turn += 1
        sent = {**self.headers, "Idempotency-Key": f"hostile-{self._turn}", **headers}
        with _undone():
            answer = self.client.generic(method.upper(), path, body, content_type=kind, headers=sent)
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
        if wrong := _wrong(answer, text):
            self.found.append(f"{method} {path[:120]} {str(what)[:200]!r}: {wrong}")
        return answer


@pytest.fixture
def asker(ours: Side, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Asker]:
    monkeypatch.setattr(api, "_meter", Meter())
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 10**9)
    user = factories.user(*roles(), username="program")
    asker = Asker(issue_token(user, name="hostile", expires_at=clock.now() + timedelta(days=1))[1])
    yield asker
    assert not asker.found, "\n".join(asker.found[:40])


@contextmanager
def _undone() -> Iterator[None]:
    """What a request writes is forgotten."""
    block = transaction.atomic()
    block._from_testcase = True  # verbs open their durable transaction inside it, as in every test
    with block:
        yield
        transaction.set_rollback(True)


def _wrong(answer: HttpResponse, text: bytes) -> str:
    """What is wrong with an answer; empty when it is a success, or a problem of the right shape."""
    status = answer.status_code
    if status >= 500:
        return f"{status} {text[:200]!r}"
    if status < 400:
        return ""
    if answer["Content-Type"] != "application/problem+json":
        return f"{status} is {answer['Content-Type']}: {text[:200]!r}"
    members = answer.json()
    if not set(members) >= MEMBERS or members["status"] != status:
        return f"{status} has {members}"
    if not CODE.fullmatch(members["code"]) or not members["detail"].strip():
        return f"{status} says {members['code']!r}, {members['detail']!r}"
    return ""


def some(cases: Iterable[Any], operation: Operation, most: int) -> list[Any]:
    """A draw of the cases that depends on the operation only."""
    every = list(cases)
    return random.Random(f"{SEED} {operation}").sample(every, min(most, len(every)))


def own_place(operation: Operation, ours: Side) -> Any:
    """The id of a record of the company that the operation is about."""
    noun = operation.path.removeprefix("/api/v1/").split("/")[0]
    kind = KINDS.get(noun, noun.removesuffix("s").replace("-", "_"))
    row = ours.rows.get(kind)
    if "{public_id}" in operation.path:
        return ours.rows["job"].public_id
    if noun == "orders":
        return row.number
    return row.pk if row is not None else 1


KINDS = {
    "bank-entries": "bank_entry", "invoice-exceptions": "exception", "intake-documents": "document",
    "stock": "site_stock",
}  # fmt: skip


HEADERS = ("X-Request-ID", "Accept", "Accept-Language", "Range", "If-Match")
WRITING = [each for each in operations() if each.method != "get"]
READING = [each for each in operations() if each.method == "get"]


def test_spoilt_bodies(asker: Asker, ours: Side, most: int) -> None:
    for operation in WRITING:
        path, body = operation.address(own_place(operation, ours)), operation.body(ours)
        asker.ask(operation.method, path, hostile.to_json(body), "as it should be")
        for where, value, text in some(hostile.spoilt(body), operation, most):
            asker.ask(operation.method, path, text, (where, value))


def test_spoilt_wholes(asker: Asker, ours: Side, most: int) -> None:
    for operation in WRITING:
        path = operation.address(own_place(operation, ours))
        for body in some(hostile.BODIES, operation, most):
            asker.ask(operation.method, path, body, body[:40])


def test_wrong_content_types(asker: Asker, ours: Side, most: int) -> None:
    for operation in WRITING:
        path, text = operation.address(own_place(operation, ours)), hostile.to_json(operation.body(ours))
        for kind in some(hostile.TYPES, operation, most):
            asker.ask(operation.method, path, text, kind, kind=kind)


def test_wrong_queries(asker: Asker, ours: Side, most: int) -> None:
    for operation in READING:
        path = operation.address(own_place(operation, ours))
        names = sorted({*operation.parameters, "cursor", "limit", "nothing", "format"})
        cases = [f"{name}={value}" for name in names for value in hostile.QUERIES]
        cases += [f"{name}=1&{name}=2&{name}[]=3" for name in names]
        for query in some(cases, operation, 2 * most):
            asker.ask("get", f"{path}?{query}")


def test_wrong_cursors(asker: Asker) -> None:
    for noun in ("orders", "cash-receipts", "deliveries-to-release", "items"):
        for value in hostile.QUERIES:
            answer = asker.ask("get", f"/api/v1/{noun}/?cursor={value}")
            assert answer.status_code in (200, 400), (noun, value, answer.status_code)


def test_wrong_places(asker: Asker, ours: Side, most: int) -> None:
    for operation in operations():
        if "{" in operation.path:
            text = hostile.to_json(operation.body(ours))
            for place in some(hostile.PLACES, operation, most):
                asker.ask(operation.method, operation.address(place), text, place)


def test_wrong_methods(asker: Asker, ours: Side, most: int) -> None:
    for operation in operations():
        for method in some(METHODS, operation, most):
            asker.ask(method, operation.address(own_place(operation, ours)), b"{}")


def test_wrong_headers(asker: Asker, ours: Side, most: int) -> None:
    for operation in operations():
        path = operation.address(own_place(operation, ours))
        text = b"" if operation.method == "get" else hostile.to_json(operation.body(ours))
        for key in some(hostile.KEYS, operation, most) if operation.method == "post" else ():
            asker.ask(operation.method, path, text, key, **{"Idempotency-Key": key})
        for token in some(hostile.TOKENS, operation, most):
            answer = asker.ask(operation.method, path, text, token, Authorization=token)
            assert answer.status_code == 401, (str(operation), token)
        for header in some(HEADERS, operation, most):
            asker.ask(operation.method, path, text, header, **{header: "\xff;q=\x00,*/*;;=" * 20})
