from decimal import Decimal

import pytest

from erp.kernel.models import IdempotencyKey
from inventory.models import Demand, Pick, Shipment
from inventory.outbound.actions.count_pick import count_pick
from inventory.outbound.errors import PickRefused, WrongShipmentState
from orders.entry.rules import LineRequest
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


@pytest.fixture
def pick(shop) -> Pick:
    shipment_id = shop.release(shop.submit([LineRequest(shop.world.items[0], Decimal(3))]).order_id)
    return Pick.objects.get(shipment=shipment_id)


def count(shop: Trade, pick: Pick, change: int, key: str = ""):
    return count_pick(shop.by(key), shipment_id=pick.shipment_id, pick_id=pick.pk, change=Decimal(change))


def test_the_last_one_records_the_pick(shop, pick):
    assert count(shop, pick, 1).counted == "1.000000"
    assert Demand.objects.get().picked == 0
    done = count(shop, pick, 2)
    assert (done.counted, done.open) == ("3.000000", 0)
    pick.refresh_from_db()
    assert (pick.picked, pick.counted) == (3, 3)
    assert Shipment.objects.get().state == "picked"
    assert Demand.objects.get().picked == 3


def test_a_repeat_of_the_same_scan_counts_once(shop, pick):
    first = count(shop, pick, 1, key="scan-1")
    assert count(shop, pick, 1, key="scan-1") == first
    pick.refresh_from_db()
    assert pick.counted == 1
    assert IdempotencyKey.objects.filter(command="inventory.count_pick").count() == 1


@pytest.mark.parametrize("change", [4, -1])
def test_never_more_than_asked_nor_less_than_nothing(shop, pick, change):
    with pytest.raises(PickRefused):
        count(shop, pick, change)
    pick.refresh_from_db()
    assert (pick.counted, pick.picked) == (0, None)


def test_a_complete_pick_is_closed(shop, pick):
    count(shop, pick, 3)
    with pytest.raises(WrongShipmentState):
        count(shop, pick, -1)
    pick.refresh_from_db()
    assert pick.picked == 3
