"""F5: two people confirm one shipment at the same moment, over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from billing.invoicing.models import Invoice
from billing.ledger.models import Journal
from inventory.stock.models import StockPosting
from tests.chaos.clients import Answer, Program
from tests.chaos.shop import Shop
from tests.chaos.stack import PrivateStack
from tests.chaos.waiting import until


@pytest.mark.parametrize("same_key", [True, False], ids=["same key", "different keys"])
def test_a_shipment_leaves_once(stack: PrivateStack, shop: Shop, same_key: bool) -> None:
    shipments = shop.picked(6, lines=5)
    for shipment_id in shipments:
        keys = [str(uuid4())] * 2 if same_key else [str(uuid4()), str(uuid4())]
        first, second = _both(stack, shop, shipment_id, keys)
        statuses = sorted([first.status, second.status])
        assert statuses in ([200, 200], [200, 409]), (first, second)
        if same_key:
            assert first.body == second.body or "kernel.still_running" in (
                first.body["code"],
                second.body["code"],
            )
    postings = StockPosting.objects.filter(source="inventory.shipment", source_id__in=shipments)
    assert sorted(postings.values_list("source_id", flat=True)) == sorted(shipments)
    posted = sorted(postings.values_list("pk", flat=True))
    costs = Journal.objects.filter(source="inventory.stockposting", source_id__in=posted)
    assert sorted(costs.values_list("source_id", flat=True)) == posted
    invoices = Invoice.objects.filter(shipment__in=shipments)
    until(lambda: invoices.count() >= len(shipments), "all are invoiced", also=stack.last_words)
    assert sorted(invoices.values_list("shipment_id", flat=True)) == sorted(shipments)


def _both(stack: PrivateStack, shop: Shop, shipment_id: int, keys: list[str]) -> list[Answer]:
    client = Program(stack.address, shop.token)
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda key: client.confirm(shipment_id, key), keys))
