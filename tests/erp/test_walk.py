"""Every route, every role, the other company's ids: nothing of it may be seen or touched (reliability.md 5).

Routes are found by the URL resolver; a new one is walked as soon as it is there, or asks for a value in routes.py.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client

from erp.kernel.access import roles
from erp.kernel.models import User
from tests import factories
from tests.erp.routes import OF_A_COMPANY, Route, is_of_a_company, routes, unfilled, values
from tests.erp.side import Side
from tests.erp.two_companies import side

pytestmark = [pytest.mark.django_db, pytest.mark.chaos]

OURS, THEIRS = "OURSIDE", "THEIRSIDE"
PUBLIC = {"/login/", "/health/live", "/health/ready"}
ENDS_THE_SESSION = {"/logout/"}
LISTS = ("?export=csv", "?part=totals", f"?q={THEIRS}", f"?q={THEIRS}&export=csv")


@pytest.fixture
def ours() -> Side:
    return side(OURS)


@pytest.fixture
def theirs(ours: Side) -> Side:
    return side(THEIRS)


def test_every_parameter_has_a_value() -> None:
    missing = {place: route.template for route in routes() for place in unfilled(route)}
    assert not missing, (
        "say in tests/erp/routes.py what these parameters are ids of: OF_A_COMPANY when the row belongs to a "
        f"company (and make one in side_trades.py or side_waits.py), else SHARED: {missing}"
    )


def test_a_stranger_is_asked_to_sign_in(ours: Side) -> None:
    client = Client(raise_request_exception=False)
    for route in routes():
        path = route.path(values(route, ours))
        if path in PUBLIC:
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            if path.startswith("/api/"):
                assert answer.status_code in (401, 405), (method, path, answer.status_code)
            elif answer.status_code == 302:
                assert answer["Location"].startswith("/login/"), (method, path, answer["Location"])
            else:
                assert answer.status_code == 405, (method, path, answer.status_code)


@pytest.mark.parametrize(
    ("role", "scope"),
    [*((role, "company") for role in roles()), ("warehouse", "site"), ("nobody", "company")],
)
def test_the_other_company_is_not_there(ours: Side, theirs: Side, role: str, scope: str) -> None:
    where = {"company": f"company:{ours.company.pk}", "site": f"site:{ours.site.pk}"}[scope]
    reader = factories.user(*([] if role == "nobody" else [role]), scope=where, username="reader")
    walk = _Walk(reader, theirs)
    rows = _row_counts(theirs)
    for route in routes():
        if route.template in ENDS_THE_SESSION:
            continue
        if is_of_a_company(route):
            walk.foreign(route, ours)
        else:
            walk.common(route, ours)
    assert not walk.found, "\n".join(walk.found)
    assert _row_counts(theirs) == rows


def test_their_trade_changes_none_of_our_pages(ours: Side) -> None:
    """Counts, sums and charts have no names by which a leak would show: so they must not move at all."""
    reader = factories.user(*roles(), scope=f"company:{ours.company.pk}", username="reader")
    before = _pages(reader, ours)
    side(THEIRS)
    after = _pages(reader, ours)
    moved = {
        path: _first_difference(before[path], after[path]) for path in before if before[path] != after[path]
    }
    assert not moved, "\n".join(f"{path}: {change}" for path, change in moved.items())


class _Walk:
    """One reader's requests, each undone, and what was wrong with the answers."""

    def __init__(self, reader: User, theirs: Side) -> None:
        self.client = _signed_in(reader)
        self.theirs, self.marks = theirs, theirs.marks()
        self.found: list[str] = []

    def foreign(self, route: Route, ours: Side) -> None:
        """Their ids in our addresses: as if they did not exist, unless the role may not ask at all."""
        for method in ("get", "post"):
            own = self.ask(method, route.path(values(route, ours)))
            for path in self._foreign_paths(route, ours):
                answer = self.ask(method, path)
                if own.status_code in (403, 405):
                    expected = {own.status_code, 404}
                elif method == "get":
                    expected = {404}
                else:
                    expected = {404, 400, 422, 403} if own.status_code in (400, 422) else {404, 403}
                if answer.status_code not in expected:
                    self.found.append(
                        f"{method} {path} of theirs: {answer.status_code}, of ours {own.status_code}"
                    )

    def _foreign_paths(self, route: Route, ours: Side) -> Iterator[str]:
        """All ids theirs; and with several ids, each alone theirs below ours."""
        their, our = values(route, self.theirs), values(route, ours)
        yield route.path(their)
        if len(their) > 1:
            for place, noun in enumerate(route.places):
                if noun in OF_A_COMPANY:
                    yield route.path([*our[:place], their[place], *our[place + 1 :]])

    def common(self, route: Route, ours: Side) -> None:
        """Addresses without a company's id: whatever they answer says nothing of the others."""
        path = route.path(values(route, ours))
        if self.ask("get", path).status_code == 200:
            for query in LISTS:
                self.ask("get", path + query)
            self.ask("get", path, self._their_ids())
        self.ask("post", path, self._their_ids())

    def _their_ids(self) -> dict[str, Any]:
        """Their ids under every name that a form or filter may have."""
        rows = self.theirs.rows
        ids = {kind: row.pk for kind, row in rows.items()}
        return {
            **ids,
            **{f"{kind}_id": pk for kind, pk in ids.items()},
            "pk": rows["customer"].pk,
            "query": THEIRS,
        }

    def ask(self, method: str, path: str, data: dict[str, Any] | None = None) -> HttpResponseBase:
        with _undone():
            shape = (
                {"content_type": "application/json"} if method == "post" and path.startswith("/api/") else {}
            )
            answer = getattr(self.client, method)(path, data or {}, **shape)
            text = _text(answer)
        if answer.status_code >= 500:
            self.found.append(
                f"{method} {path}: {answer.status_code} {getattr(answer, 'exc_info', '') or text[:300]}"
            )
        if answer.status_code < 300 and (leak := self.marks.search(_without_echo(text))):
            around = text[max(leak.start() - 150, 0) : leak.end() + 80]
            self.found.append(f"{method} {path}: {answer.status_code} tells {leak[0]!r}: ...{around}...")
        return answer


def _signed_in(reader: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(reader)
    return client


@contextmanager
def _undone() -> Iterator[None]:
    """What a request writes is forgotten."""
    block = transaction.atomic()
    block._from_testcase = True  # verbs open their durable transaction inside it, as in every test
    with block:
        yield
        transaction.set_rollback(True)


def _text(answer: HttpResponseBase) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


def _without_echo(text: str) -> str:
    """The page without the words that the reader typed into its own search box or address."""
    return re.sub(rf'(value="|[?&;=]|q=|query=|“|&quot;){THEIRS}\b', "", text)


def _pages(reader: User, ours: Side) -> dict[str, str]:
    """Every page that the reader can open without naming a document, as text that does not depend on the moment."""
    client = _signed_in(reader)
    pages = {}
    for route in routes():
        if route.places or route.template in PUBLIC | ENDS_THE_SESSION | {"/sessions/"}:
            continue
        for query in ("", "?export=csv", "?part=totals"):
            cache.clear()  # the menu shows counts as far as they are known; their own route always asks
            with _undone():
                answer = client.get(route.template + query)
                if answer.status_code < 300 and not answer.get("Content-Type", "").endswith("pdf"):
                    pages[route.template + query] = _timeless(_text(answer))
    return pages


MOMENTARY = re.compile(
    r"\b[A-Za-z0-9]{64}\b"  # tokens
    r"|\b[0-9a-f]{32}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"  # new keys
    r"|\d\d:\d\d(:\d\d(\.\d+)?)?|just now|\d+ (seconds?|minutes?|s|min|ms)( ago)?\b"  # times of day, durations
    r'| <span class="chip chip-warn">Behind</span><span class="sr">[^<]*</span>'  # figures some minutes old
)


def _timeless(text: str) -> str:
    """Without what no two answers share."""
    return MOMENTARY.sub("", text)


def _first_difference(before: str, after: str) -> str:
    place = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
        min(len(before), len(after)),
    )
    return (
        f"{before[max(place - 120, 0) : place + 120]!r} became {after[max(place - 120, 0) : place + 120]!r}"
    )


def _row_counts(theirs: Side) -> dict[str, int]:
    """Rows of the tables that belong to companies."""
    counts = {}
    for model in apps.get_models():
        names = {each.name for each in model._meta.get_fields()}
        if "company" in names and hasattr(model._meta.get_field("company"), "attname"):
            counts[model._meta.label] = model._default_manager.filter(company=theirs.company).count()
    return counts
