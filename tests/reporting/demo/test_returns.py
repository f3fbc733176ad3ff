"""The demo company's returns stand on every step, through the same verbs as everyone's."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import count

import pytest

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.command import By
from inventory.models import Shipment, StockBalance, SupplierReturn
from masterdata.models import Bin, Item, ItemReference
from orders.models import CarrierClaim, CustomerReturn
from reporting.demo.returns import EVERY, STORIES, bring_back
from tests import factories
from tests.orders.returns.journey import Returns, returns
from tests.trade import trade

keys = count(1)


def by(who: str, at: datetime) -> By:
    return By(Actor(who), key=f"demo-{next(keys)}", at=at)


@pytest.mark.django_db
def test_a_return_stands_on_each_step() -> None:
    shop: Returns = returns(trade(items=2))
    site = shop.line.shipment.site
    if not site.bins.filter(kind="receiving").exists():
        factories.bin(site=site, zone=Bin.objects.filter(site=site)[0].zone, kind="receiving")
    party = factories.supplier(company=site.company).party
    for item in Item.objects.all():
        ItemReference.objects.create(item=item, kind="supplier", party=party, code=f"S-{item.code}")
    for _ in range(EVERY * (len(STORIES) - 1)):
        shop.trade.ship(1)
    Shipment.objects.update(shipped_at=now() - timedelta(days=6))
    bring_back(by, now())
    assert Counter(CustomerReturn.objects.values_list("state", flat=True)) == {
        "requested": 2, "approved": 2, "received": 2, "inspected": 5,
    }  # fmt: skip
    assert CarrierClaim.objects.filter(state="open").count() == 2
    assert SupplierReturn.objects.get().state == "sent"
    assert StockBalance.objects.filter(status="vendor", quantity=1).count() == 1
