"""F10: the client hangs up in the middle of a POST, or loses patience; the retry with the same key makes one order."""

import json
import socket
from uuid import uuid4

from django.db import transaction

from erp.kernel.models import IdempotencyKey
from inventory.stock.models import SiteStock
from orders.models import OrderLine, SalesOrder
from tests.chaos.clients import Program
from tests.chaos.locks import waiting_sessions
from tests.chaos.shop import Shop, order_of
from tests.chaos.stack import PrivateStack
from tests.chaos.waiting import until


def test_a_client_that_hangs_up_after_sending(stack: PrivateStack, shop: Shop) -> None:
    wish, key = shop.wish(), str(uuid4())
    _send_and_hang_up(stack, shop, wish, key)
    until(lambda: _orders_of(key), "the order that nobody waited for is made", also=stack.last_words)
    answer = Program(stack.address, shop.token).submit(wish, key)
    assert answer.status == 201
    assert _orders_of(key) == [answer.body["order_id"]]


def test_a_client_that_hangs_up_half_way(stack: PrivateStack, shop: Shop) -> None:
    wish, key = shop.wish(), str(uuid4())
    before = SalesOrder.objects.count()
    _send_and_hang_up(stack, shop, wish, key, share=0.5)
    client = Program(stack.address, shop.token)
    other = client.submit(shop.wish())  # web still serves the others
    assert other.status == 201
    assert (SalesOrder.objects.count(), _orders_of(key)) == (before + 1, [])
    assert client.submit(wish, key).status == 201
    assert SalesOrder.objects.count() == before + 2


def test_a_client_that_loses_patience(stack: PrivateStack, shop: Shop) -> None:
    item_id = shop.scarce_item(5)
    wish, key = order_of(shop.world.customers[0], item_id), str(uuid4())
    client = Program(stack.address, shop.token)
    with transaction.atomic():
        SiteStock.objects.filter(item=item_id).lock().get()
        assert client.submit(wish, key, patience_s=0.5).status == 0
        assert len(waiting_sessions()) == 1  # it still works on what nobody waits for
    answer = client.submit(wish, key)
    assert answer.status == 201
    assert OrderLine.objects.filter(item=item_id).count() == 1
    assert SiteStock.objects.get(item=item_id, site=shop.world.sites[0]).reserved == 1
    again = client.submit(wish, key)
    assert (again.status, again.body) == (201, answer.body)


def _send_and_hang_up(
    stack: PrivateStack, shop: Shop, wish: dict[str, object], key: str, share: float = 1.0
) -> None:
    body = json.dumps(wish).encode()
    head = (
        f"POST /api/chaos/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {shop.token}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", stack.decided.web_port)) as line:
        line.sendall(head.encode() + body[: int(len(body) * share)])


def _orders_of(key: str) -> list[int]:
    answers = IdempotencyKey.objects.filter(command="orders.submit_order", key=key).values_list(
        "answer", flat=True
    )
    return [answer["order_id"] for answer in answers]
