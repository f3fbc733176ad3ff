"""One private stack for all fault tests; each ends with the stack whole, the outbox empty and the proofs green."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from erp.celery import app
from erp.kernel.proofs import prove, results_of
from erp.settings import database

from .shop import Shop, undelivered
from .stack import PrivateStack
from .waiting import until

MEASURED: list[str] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.chaos)


@pytest.fixture(scope="session")
def private_stack() -> Iterator[PrivateStack]:
    # Below the test stack's folder, which PostgreSQL's account can reach (pytest's own is closed).
    stack = PrivateStack(Path(os.environ["ERP_VAR"]) / "chaos")
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture(scope="session")
def shop(private_stack: PrivateStack, django_db_blocker: Any) -> Iterator[Shop]:
    """The company, and this process among the stack's own: the same database, role and broker."""
    addresses = private_stack.addresses
    theirs = database(addresses["DATABASE_URL"])
    ours = connections["default"].settings_dict
    kept = dict(ours), app.conf.broker_url
    with django_db_blocker.unblock():
        connection.close()  # other tests of this run had the test database
        ours.update({name: theirs[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})
        speak_to(addresses["REDIS_URL"])
        yield Shop()
        connection.close()
    ours.update(kept[0])
    speak_to(kept[1])


def speak_to(broker_url: str) -> None:
    """Publish to this broker from now on: what earlier tests opened to another one is let go."""
    app.conf.broker_url = broker_url
    app._pool = app.amqp._producer_pool = None


@pytest.fixture
def stack(private_stack: PrivateStack, shop: Shop) -> Iterator[PrivateStack]:
    """The running stack. After the test it must be whole again, with everything delivered and proven."""
    private_stack.heal()
    yield private_stack
    connection.close()  # it may be one of those that were killed
    private_stack.heal()
    until(
        lambda: undelivered() == 0,
        "everything announced is handled",
        seconds=600,  # a run leaves hundreds of PDFs, which are rendered one by one
        also=private_stack.last_words,
    )
    red = [result for result in results_of(prove()) if not result.green]
    assert not red, red


@pytest.fixture
def measure() -> Callable[..., None]:
    """Keep the seconds between two instants (the second: now) for the closing lines; nothing is asserted of it."""

    def keep(what: str, since: float, to: float | None = None) -> None:
        MEASURED.append(f"{what}: {(to or time.monotonic()) - since:.1f} s")

    return keep


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if MEASURED:
        terminalreporter.section("measured")
        for line in MEASURED:
            terminalreporter.write_line(line)
