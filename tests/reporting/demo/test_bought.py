"""The demo company buys for orders, through the same verbs as everyone."""

from datetime import datetime
from itertools import count

import pytest

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.command import By
from inventory.models import Demand, PurchaseOrder, Shipment
from masterdata.models import CatalogueItem, Company, Item
from reporting.demo.bought import OFFERED, buy_for_orders
from tests import factories
from tests.inventory.dropship.buying import all_green
from tests.trade import trade

keys = count(1)


def by(who: str, at: datetime) -> By:
    return By(Actor(who), key=f"bought-{next(keys)}", at=at)


@pytest.mark.django_db
def test_every_stage_is_there():
    shop = trade(items=12, customers=6)
    Company.objects.filter(pk=shop.world.company_id).update(code="MER")
    supplier = factories.supplier()
    for item in Item.objects.all():
        factories.item_reference(item, f"S-{item.pk}", kind="supplier", party=supplier.party)
    buy_for_orders(by, now())
    assert CatalogueItem.objects.filter(item=None).count() == OFFERED - 1
    assert Item.objects.get(stocking="catalogue").name.startswith("Anchor bolt")
    stages = Demand.objects.order_by("pk").values_list("supply_method", "shipped")
    assert list(stages) == [
        ("special", 0), ("drop", 4), ("drop", 0), ("special", 0), ("drop", 0), ("special", 0),
    ]  # fmt: skip
    assert PurchaseOrder.objects.count() == 3
    assert Shipment.objects.get().purchase_order_id is not None
    assert all_green()
