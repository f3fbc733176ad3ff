"""F3: the broker is emptied, killed, or not there at all. Nothing is lost, and nobody waits for it."""

import time
from collections.abc import Callable
from queue import SimpleQueue
from urllib.request import urlopen
from uuid import uuid4

from redis import Redis

from billing.invoicing.models import Invoice
from tests.chaos.clients import Answer, Crowd, Program
from tests.chaos.shop import Shop
from tests.chaos.stack import PrivateStack
from tests.chaos.waiting import until

CLIENTS, STEP = 4, 12


def test_a_broker_emptied_and_killed_in_the_middle(
    stack: PrivateStack, shop: Shop, measure: Callable[..., None]
) -> None:
    waiting: SimpleQueue[int] = SimpleQueue()
    shipments = shop.picked(200)
    for shipment_id in shipments:
        waiting.put(shipment_id)
    client = Program(stack.address, shop.token)
    left: list[int] = []

    def work() -> Answer:
        if not waiting.empty():
            shipment_id = waiting.get()
            left.append(shipment_id)
            answer = client.confirm(shipment_id)
        else:
            answer = client.submit(shop.wish())
        return answer

    with Crowd([work] * CLIENTS) as crowd:
        until(lambda: len(crowd.results) >= STEP, "the clients are at work", also=stack.last_words)
        Redis.from_url(stack.addresses["REDIS_URL"]).flushall()
        emptied = len(crowd.results)
        until(
            lambda: len(crowd.results) >= emptied + STEP,
            "work goes on after the flush",
            also=stack.last_words,
        )
        stack.kill("broker")
        killed = len(crowd.results)
        until(
            lambda: len(crowd.results) >= killed + STEP, "work goes on after the kill", also=stack.last_words
        )
    stopped = time.monotonic()
    assert {answer.status for answer in crowd.results} <= {200, 201}
    invoices = Invoice.objects.filter(shipment__in=left)
    until(lambda: invoices.count() >= len(left), "the sweep has delivered", seconds=90, also=stack.last_words)
    measure("F3: broker flushed and killed, last shipment until all were invoiced", stopped)
    assert sorted(invoices.values_list("shipment_id", flat=True)) == sorted(left)


def test_no_broker_at_the_start(stack: PrivateStack, shop: Shop, measure: Callable[..., None]) -> None:
    shipments = shop.picked(6)
    stack.halt("beat", "worker", "web", "broker")
    stack.resume("web")
    client = Program(stack.address, shop.token)
    ready = until(lambda: urlopen(f"{stack.address}/health/ready").read(), "web is fit without a broker")
    assert b'"status": "degraded"' in ready
    started = time.monotonic()
    assert [client.submit(shop.wish()).status for _ in range(5)] == [201] * 5
    assert [client.confirm(shipment_id).status for shipment_id in shipments[:5]] == [200] * 5
    measure("F3: ten verbs over HTTP without a broker", started)
    started = time.monotonic()
    shop.submit(shop.wish(), str(uuid4()))
    shop.confirm(shipments[5:])
    measure("F3: two verbs in process without a broker", started)

    stack.resume("broker", "worker", "beat")
    started = time.monotonic()
    invoices = Invoice.objects.filter(shipment__in=shipments)
    until(lambda: invoices.count() >= 6, "the sweep has delivered", seconds=90, also=stack.last_words)
    measure("F3: start of broker, worker and beat until six shipments were invoiced", started)
    assert sorted(invoices.values_list("shipment_id", flat=True)) == sorted(shipments)
