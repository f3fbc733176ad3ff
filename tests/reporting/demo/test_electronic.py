"""The demo company's trading partners have sent a document each, through the same verbs as everyone's."""

from datetime import datetime
from itertools import count

import pytest

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.command import By
from masterdata.items.rules import gtin_check_digit
from masterdata.models import Item
from orders.models import IntakeDocument, OutboundMessage, ParkedLine, SalesOrder, TradingPartner
from reporting.demo.electronic import UNKNOWN, exchange
from tests.trade import trade

keys = count(1)


def by(who: str, at: datetime) -> By:
    return By(Actor(who), key=f"demo-{next(keys)}", at=at)


@pytest.mark.django_db
def test_one_is_ordered_and_one_waits_for_a_clerk() -> None:
    shop = trade(items=4)
    for place, item in enumerate(Item.objects.order_by("pk")):
        body = f"54001100000{place}"
        Item.objects.filter(pk=item.pk).update(gtin=f"{body}{gtin_check_digit(body)}")
    for customer in shop.world.customers:
        shop.submit(3, customer_id=customer)
    exchange(by, now())
    assert sorted(TradingPartner.objects.values_list("standard", "usage")) == [
        ("edifact", "production"),
        ("x12", "production"),
    ]
    taken = IntakeDocument.objects.order_by("pk").values_list("reference", "state", "order__line_count")
    assert list(taken) == [("X-40017", "accepted", 3), ("E-40017", "partly", 3)]
    line = ParkedLine.objects.get()
    assert (line.payload["item"], line.code) == (UNKNOWN, "orders.item_unknown")
    assert set(SalesOrder.objects.filter(channel="edi").values_list("customer", flat=True)) == set(
        shop.world.customers
    )
    kinds = OutboundMessage.objects.order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["855", "997", "CONTRL", "ORDRSP"]
