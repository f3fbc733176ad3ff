"""F2: kill -9 of the database while eight clients submit orders and confirm shipments over HTTP."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

from django.db import connection

from erp.kernel.models import IdempotencyKey
from inventory.outbound.models import Shipment
from inventory.stock.models import StockPosting
from orders.models import SalesOrder
from tests.chaos.clients import Answer, Crowd, Program
from tests.chaos.shop import Shop
from tests.chaos.stack import PrivateStack
from tests.chaos.waiting import until

CLIENTS, SHIPMENTS, ENOUGH = 8, 80, 16


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request: what was asked under which key, what came back, when."""

    key: str
    asked: dict[str, Any] | int  # an order, or a shipment to confirm
    answer: Answer
    at: float

    def again(self, client: Program) -> Answer:
        return ask(client, self.asked, self.key)


def ask(client: Program, asked: dict[str, Any] | int, key: str) -> Answer:
    return client.confirm(asked, key) if isinstance(asked, int) else client.submit(asked, key)


def test_what_was_acknowledged_is_there(
    stack: PrivateStack, shop: Shop, measure: Callable[..., None]
) -> None:
    waiting: SimpleQueue[int] = SimpleQueue()
    for shipment_id in shop.picked(SHIPMENTS):
        waiting.put(shipment_id)
    orders_before = SalesOrder.objects.count()
    client = Program(stack.address, shop.token)

    def work() -> Attempt:
        key = str(uuid4())
        asked: dict[str, Any] | int = shop.wish()
        if uuid4().int % 3 == 0:
            try:
                asked = waiting.get_nowait()
            except Empty:
                pass
        return Attempt(key, asked, ask(client, asked, key), time.monotonic())

    with Crowd([work] * CLIENTS) as crowd:
        attempts = crowd.results

        def served(since: float) -> int:
            return sum(each.answer.acknowledged and each.at > since for each in attempts)

        until(lambda: served(0) >= ENOUGH, "the clients are at work", also=stack.last_words)
        killed = time.monotonic()
        stack.kill("postgres")
        until(
            lambda: any(each.answer.status == 503 for each in attempts), "web says that the database is away"
        )
        until(lambda: served(killed + 0.5) >= ENOUGH, "web serves again, unaided", also=stack.last_words)

    connection.close()  # ours was killed with the others
    lost = [each for each in attempts if not each.answer.acknowledged]
    assert {(each.answer.status, bool(each.answer.retry_after)) for each in lost} == {(503, True)}
    measure("F2: kill -9 of PostgreSQL until the last refused request", killed, max(each.at for each in lost))

    _assert_kept([each for each in attempts if each.answer.acknowledged])
    _assert_whole_or_absent(lost)
    for each in lost:
        assert each.again(client).acknowledged
    asked_orders = sum(not isinstance(each.asked, int) for each in attempts)
    assert SalesOrder.objects.count() == orders_before + asked_orders
    _assert_kept(attempts)


def _assert_kept(attempts: list[Attempt]) -> None:
    """Each order is there under its key with its three lines; each shipment left once."""
    made = _answers("orders.submit_order")
    for each in attempts:
        if isinstance(each.asked, int):
            assert Shipment.objects.get(pk=each.asked).state == Shipment.State.SHIPPED
            assert StockPosting.objects.filter(source="inventory.shipment", source_id=each.asked).count() == 1
        else:
            order = SalesOrder.objects.get(pk=made[each.key]["order_id"])
            assert order.lines.count() == order.line_count == 3


def _assert_whole_or_absent(lost: list[Attempt]) -> None:
    """What nobody heard of either happened entirely, its key included, or not at all."""
    made, left = _answers("orders.submit_order"), _answers("inventory.confirm_shipments")
    for each in lost:
        if isinstance(each.asked, int):
            shipped = Shipment.objects.get(pk=each.asked).state == Shipment.State.SHIPPED
            posted = StockPosting.objects.filter(source="inventory.shipment", source_id=each.asked).count()
            assert (shipped, posted) == ((True, 1) if each.key in left else (False, 0))
        elif each.key in made:
            assert SalesOrder.objects.get(pk=made[each.key]["order_id"]).lines.count() == 3


def _answers(command: str) -> dict[str, dict[str, Any]]:
    return dict(IdempotencyKey.objects.filter(command=command).values_list("key", "answer"))
