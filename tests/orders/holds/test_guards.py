import pytest

from erp.kernel.batch import constant
from erp.kernel.events import SUSPECT, GuardPoint
from inventory.models import Shipment
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.errors import ReleaseRefused, ShipRefused
from masterdata.models import Customer
from orders.models import CreditAccount, Hold
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


def block(shop):
    Customer.objects.filter(pk=shop.world.customers[0]).update(is_blocked=True)


def lower_limit(shop):
    CreditAccount.objects.filter(customer=shop.world.customers[0]).update(limit=1)


@pytest.mark.parametrize(("spoil", "kind"), [(block, "blocked"), (lower_limit, "credit")])
def test_what_turned_bad_since_the_submit_stops_release_and_truck(shop, spoil, kind):
    waiting, picked = shop.submit(1), shop.release(shop.submit(1).order_id)
    shop.pick(picked)
    spoil(shop)
    with pytest.raises(ReleaseRefused):
        shop.release(waiting.order_id)
    with pytest.raises(ShipRefused):
        confirm_shipments(shop.by(), shipment_ids=[picked])
    assert Shipment.objects.get().state == "picked"
    # somebody who may has decided that these orders go on
    for order_id in (waiting.order_id, Shipment.objects.get().group.order.pk):
        Hold.objects.create(
            order_id=order_id, kind=kind, detail="-", caused_by="cs", opened_at="2026-01-05T10:00Z",
            released_at="2026-01-05T11:00Z", released_by="boss", release_reason="agreed",
        )  # fmt: skip
    assert shop.release(waiting.order_id)
    assert confirm_shipments(shop.by(), shipment_ids=[picked]).shipment_ids == [picked]


def told(guard, *ids):
    """What a read beside the guard finds."""
    sql, given = guard.beside("SELECT 'row'::text, 2::int", 2, ids)
    return [row[0] for row in constant(sql, *given)]


def test_a_read_tells_whether_a_guard_has_to_be_asked():
    guard = GuardPoint("test")
    guard.check_if("SELECT 1 WHERE 5 = ANY(%s::bigint[]) UNION ALL SELECT 2 WHERE 7 = ANY(%s::bigint[])")(
        lambda batch, ids: []
    )
    assert (told(guard, 5), told(guard, 6), told(guard, 6, 7)) == (
        ["row", SUSPECT],
        ["row"],
        ["row", SUSPECT],
    )
    assert told(GuardPoint("unguarded"), 5) == ["row"]


def test_who_does_not_say_when_is_always_asked():
    guard = GuardPoint("test")
    guard.check_if("SELECT 1 WHERE 5 = ANY(%s::bigint[])")(lambda batch, ids: [])
    guard.check(lambda batch, ids: [])
    assert told(guard, 6) == ["row", SUSPECT]
