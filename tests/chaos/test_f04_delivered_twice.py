"""F4: everything is delivered again, in a row and at once. Every subscriber and every task is found by its registry."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models.functions import Now

from billing.models import BankEntry, BankStatement, EInvoice, Invoice
from erp.celery import app
from erp.kernel.events import Subscriber, subscribers
from erp.kernel.models import IdempotencyKey, Job, OutboxEntry, ProofRun
from erp.kernel.outbox import deliver
from inventory.commitments.models import Demand
from inventory.inbound.models import Receipt
from inventory.outbound.models import Shipment
from orders.models import CreditAccount, CustomerReturn, Hold, OrderMessage, SalesOrder
from tests.chaos.shop import Shop, undelivered
from tests.chaos.stack import PrivateStack
from tests.chaos.waiting import until
from tests.support import run_concurrently

TIMES_AT_ONCE = 3
# Rows of the machinery itself: the deliveries under test, records of runs, claimed periods.
NOT_COUNTED = (OutboxEntry, ProofRun, IdempotencyKey)


@pytest.fixture
def quiet(stack: PrivateStack, shop: Shop) -> None:
    """Forty shipments carried through, everything delivered once; worker and beat rest until the test is over."""
    shop.confirm(shop.picked(40, lines=2))
    until(lambda: undelivered() == 0, "everything is delivered once", seconds=300, also=stack.last_words)
    stack.halt("beat", "worker")
    for task in tasks().values():
        task()  # what a period's first run writes is written


def test_every_outbox_row_again(quiet: None) -> None:
    before = row_counts()
    for at_once in (False, True):
        OutboxEntry.objects.update(done_at=None, due_at=Now())  # mail and PDFs were leased
        assert undelivered() > 0
        _deliver_everything(at_once)
        assert row_counts() == before


def test_every_subscriber_again(quiet: None) -> None:
    doubled = []
    for name, subscriber in sorted(subscribers().items()):
        before = row_counts()
        for at_once in (False, True):
            OutboxEntry.objects.bulk_create(
                OutboxEntry(
                    topic=subscriber.event.topic,
                    subscriber=name,
                    document=event.document,
                    payload=payload_of(event),
                )
                for event in facts_for(subscriber) * 2
            )
            _deliver_everything(at_once)
        if row_counts() != before:
            doubled.append(name)
    assert not doubled


def test_every_task_again(quiet: None) -> None:
    before = row_counts()
    for name, task in tasks().items():
        task()
        task()
        results = run_concurrently(lambda _, task=task: task(), range(TIMES_AT_ONCE))
        assert [result for result in results if isinstance(result, Exception)] == [], name
        assert row_counts() == before, name


def _deliver_everything(at_once: bool) -> None:
    for name in subscribers():
        if at_once:
            results = run_concurrently(lambda _, name=name: _exhaust(name), range(TIMES_AT_ONCE))
            assert [result for result in results if isinstance(result, Exception)] == [], name
        else:
            _exhaust(name)
    assert undelivered() == 0


def _exhaust(name: str) -> None:
    """Deliver until nothing is due: one call ends after a thousand rounds, and mail and PDFs are one a round."""
    while (done := deliver(name)).handled:
        assert done.failed == 0, name


def row_counts() -> dict[str, int]:
    """Rows of every table of ours."""
    tables = sorted({model._meta.db_table for model in apps.get_models() if model not in NOT_COUNTED})
    counts = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return dict(cursor.fetchall())


# What facts and tasks are given, by the names of their fields and parameters -----------------------------

DOCUMENTS: dict[str, Callable[[], list[Any]]] = {
    "order_id": lambda: _last(SalesOrder),
    "shipment_id": lambda: _last(Shipment),
    "invoice_id": lambda: _last(Invoice),
    "einvoice_id": lambda: _last(EInvoice),
    "statement_id": lambda: _last(BankStatement),
    "first_id": lambda: _last(BankEntry),
    "last_id": lambda: _last(BankEntry),
    "receipt_id": lambda: _last(Receipt),
    "account_id": lambda: _last(CreditAccount),
    "hold_id": lambda: _last(Hold),
    "message_id": lambda: _last(OrderMessage),
    "return_id": lambda: _last(CustomerReturn),
    "demand_ids": lambda: [[demand_id] for demand_id in _last(Demand)],
    "company_id": lambda: list(SalesOrder.objects.values_list("company_id", flat=True)[:1]) * 5,
}
ARGUMENTS: dict[str, Callable[[], list[Any]]] = {
    "names": lambda: [[name] for name in sorted(subscribers())],
    "job_id": lambda: _last(Job),
}


def _last(model: Any) -> list[int]:
    return list(model.objects.order_by("-pk").values_list("pk", flat=True)[:5])


def facts_for(subscriber: Subscriber) -> list[Any]:
    """Facts of a subscriber's event about the newest documents."""
    needed = [each.name for each in fields(subscriber.event) if _has_no_default(each)]
    unknown = [name for name in needed if name not in DOCUMENTS]
    assert not unknown, f"{subscriber.event.__name__} has {unknown}: say in DOCUMENTS which documents to name"
    columns = [DOCUMENTS[name]() for name in needed]
    return [subscriber.event(**dict(zip(needed, row, strict=True))) for row in zip(*columns, strict=False)]


def payload_of(event: Any) -> dict[str, Any]:
    return {each.name: getattr(event, each.name) for each in fields(event)}


def _has_no_default(each: Any) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def tasks() -> dict[str, Callable[[], Any]]:
    """A call of every task of ours, with each argument that it can have."""
    calls: dict[str, Callable[[], Any]] = {}
    for name, task in sorted(app.tasks.items()):
        if name.startswith("celery."):
            continue
        # A daily task is given its instant by the decorator that claims the day, not by its caller.
        parameters = list(inspect.signature(task.run, follow_wrapped=False).parameters)
        unknown = [each for each in parameters if each not in ARGUMENTS]
        assert not unknown and len(parameters) < 2, (
            f"task {name} takes {unknown}: say in ARGUMENTS what to give"
        )
        if not parameters:
            calls[name] = task.run
        for value in ARGUMENTS[parameters[0]]() if parameters else ():
            calls[f"{name}({value})"] = partial(task.run, value)
    return calls
