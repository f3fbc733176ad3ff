"""What is bought for orders and goes wrong: ordered too late, or not wanted any more (OC12)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from inventory.models import Demand, PurchaseOrder
from inventory.purchasing.actions.cancel_purchase_line import cancel_purchase_line
from masterdata.models import CatalogueItem
from orders.entry.actions.cancel_order import cancel_order
from orders.exceptions.actions.refresh_exceptions import refresh_exceptions
from orders.holds.actions.place_hold import place_hold
from orders.models import OrderException
from tests.factories import local_day
from tests.inventory.dropship.buying import buy, seller, wants
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=4)


def entries(shop: Trade) -> list[tuple[str, str, str]]:
    refresh_exceptions(shop.by())
    found = OrderException.objects.filter(closed_at=None).order_by("kind", "pk")
    return list(found.values_list("kind", "cause", "detail"))


def offer(shop: Trade, days: int, **changes: object) -> None:
    CatalogueItem.objects.create(
        supplier_id=seller(), code="W-1", name="Widget", search="W", unit_id="EA", cost=2, lead_time_days=days,
        item_id=shop.world.items[0], **changes,
    )  # fmt: skip


def wanted(shop: Trade, supply: str, days: int) -> tuple[object, Demand]:
    made, demand = wants(shop, 4, supply)
    Demand.objects.filter(pk=demand.pk).update(requested_on=local_day() + timedelta(days=days))
    demand.refresh_from_db()
    return made, demand


def test_a_line_that_should_have_been_ordered_is_told_until_it_is(shop):
    offer(shop, 10)
    _made, demand = wanted(shop, "special", 11)
    assert entries(shop) == []  # today still brings it in time
    Demand.objects.filter(pk=demand.pk).update(requested_on=local_day() + timedelta(days=9))
    day = local_day() - timedelta(days=1)
    assert entries(shop) == [("to_buy", "special", f"P0: 4 EA to buy, should have been ordered by {day}.")]
    found = OrderException.objects.get()
    assert (found.subject_id, found.promised_on) == (demand.pk, local_day() + timedelta(days=9))
    buy(shop, demand)
    assert entries(shop) == []


def test_a_held_order_is_told_as_held_only(shop):
    made, _demand = wanted(shop, "drop", -5)
    place_hold(shop.by(), order_id=made.order_id, reason="prepay")
    assert [kind for kind, *_ in entries(shop)] == ["hold"]


def test_what_would_still_be_sent_to_a_customer_who_cancelled_is_told(shop):
    made, demand = wanted(shop, "drop", 60)
    bought = buy(shop, demand)
    assert entries(shop) == []
    cancel_order(shop.by(), order_id=made.order_id, version=1, reason="no more")
    ((kind, cause, detail),) = entries(shop)
    assert (kind, cause) == ("unwanted", "drop")
    assert detail == f"{bought.number}: 4 EA P0 would still be sent to the customer."
    found = OrderException.objects.get()
    assert (found.subject_id, found.amount) == (bought.purchase_order_id, Decimal(10))
    line = PurchaseOrder.objects.get().lines.get()
    cancel_purchase_line(shop.by(), line_id=line.pk, reason="customer cancelled")
    assert entries(shop) == []


@pytest.mark.parametrize(("returnable", "told"), [(True, 0), (False, 1)])
def test_what_cannot_go_back_is_told_others_take_the_rest(shop, returnable, told):
    offer(shop, 10, returnable=returnable)
    made, demand = wanted(shop, "special", 60)
    buy(shop, demand)
    cancel_order(shop.by(), order_id=made.order_id, version=1, reason="no more")
    assert len(entries(shop)) == told
