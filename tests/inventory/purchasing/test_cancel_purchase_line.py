from datetime import date
from decimal import Decimal

import pytest

from inventory.models import Commitment, Demand, PromiseEvent, PurchaseOrderLine, SiteStock, Supply
from inventory.purchasing.actions.cancel_purchase_line import cancel_purchase_line
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from inventory.purchasing.errors import NothingToCancel
from masterdata.models import Party, PaymentTerms, Supplier
from orders.entry.rules import LineRequest
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH = date(2027, 2, 2), date(2027, 3, 2)


@pytest.fixture
def shop() -> Trade:
    made = trade()
    party = Party.objects.create(code="SUP", name="Supplier", country="BE")
    Supplier.objects.create(
        company_id=made.world.company_id, party=party, terms=PaymentTerms.objects.first(), currency="EUR"
    )
    SiteStock.objects.filter(item=made.world.items[0], site=made.world.sites[0]).update(reserved=1_000_000)
    return made


def order_goods(shop: Trade, quantity: int, due_on: date) -> PurchaseOrderLine:
    ordered = create_purchase_order(
        shop.by(),
        supplier_id=Supplier.objects.get().pk,
        site_id=shop.world.sites[0],
        lines=[PurchaseLine(shop.world.items[0], Decimal(quantity), "EA", Decimal(2))],
        due_on=due_on,
    )
    return PurchaseOrderLine.objects.get(order=ordered.purchase_order_id)


def test_its_promises_move_to_the_next_supply(shop):
    line, later = order_goods(shop, 10, FEBRUARY), order_goods(shop, 10, MARCH)
    shop.submit([LineRequest(shop.world.items[0], Decimal(6))])
    assert Demand.objects.get().promised_on == FEBRUARY
    cancel_purchase_line(shop.by(), line_id=line.pk, reason="Factory closed")
    supply = Supply.objects.get(pk=line.supply_id)
    assert (supply.cancelled, supply.committed) == (10, 0)
    assert Supply.objects.get(pk=later.supply_id).committed == 6
    demand = Demand.objects.get()
    assert (demand.first_promised_on, demand.promised_on) == (FEBRUARY, MARCH)
    event = PromiseEvent.objects.get(cause="resourced")
    assert (event.old_on, event.new_on) == (FEBRUARY, MARCH)


def test_without_another_supply_they_wait(shop):
    line = order_goods(shop, 10, FEBRUARY)
    shop.submit([LineRequest(shop.world.items[0], Decimal(6))])
    cancel_purchase_line(shop.by(), line_id=line.pk, reason="Factory closed")
    assert Demand.objects.get().promised_on is None
    assert not Commitment.objects.exists()


def test_a_closed_line_is_refused(shop):
    line = order_goods(shop, 10, FEBRUARY)
    cancel_purchase_line(shop.by(), line_id=line.pk, reason="Factory closed")
    with pytest.raises(NothingToCancel):
        cancel_purchase_line(shop.by(), line_id=line.pk, reason="Again")
    assert Supply.objects.get().cancelled == 10
