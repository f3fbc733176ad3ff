"""A purchase order promises what comes to those who wait, once, whoever buys at the same time."""

from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.proofs import prove, results_of
from inventory.models import Commitment, Demand, SiteStock, StockBalance, Supply
from inventory.purchasing.actions.create_purchase_order import (
    OrderedGoods,
    PurchaseLine,
    create_purchase_order,
)
from orders.entry.rules import LineRequest
from tests import factories
from tests.support import in_turn
from tests.trade import trade

DUE = date(2030, 2, 4)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_purchases_of_what_the_site_never_had_serve_a_demand_once() -> None:
    # given somebody who waits for an item without a row of site stock
    shop = trade(items=2)
    here = {"item": shop.world.items[0], "site": shop.world.sites[0]}
    StockBalance.objects.filter(**here).delete()
    SiteStock.objects.filter(**here).delete()
    shop.submit([LineRequest(here["item"], Decimal(2))])
    supplier_id = factories.supplier().pk

    def buy() -> OrderedGoods:
        lines = [PurchaseLine(here["item"], Decimal(2), "EA", Decimal(6))]
        return create_purchase_order(
            shop.by(), supplier_id=supplier_id, site_id=here["site"], lines=lines, due_on=DUE
        )

    results = in_turn(buy, buy)
    assert not [result for result in results if isinstance(result, Exception)]
    assert list(Supply.objects.order_by("pk").values_list("committed", flat=True)) == [2, 0]
    assert Commitment.objects.get().quantity == 2
    assert Demand.objects.get().promised_on == DUE
    assert all(result.green for result in results_of(prove(["S3", "S10", "S14"])))
