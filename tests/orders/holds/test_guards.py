import sys

import pytest

from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.clock import now
from erp.kernel.events import GuardPoint, Refusal
from inventory.models import Demand, Shipment
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.errors import ReleaseRefused, ShipRefused
from masterdata.models import Customer, CustomerGroup, Item
from orders.models import CreditAccount, Hold, SalesOrder
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


def held(shop, order, **values):
    Hold.objects.create(
        order=order, kind="manual", detail="-", caused_by="cs", opened_at="2026-01-05T10:00Z", **values
    )


def hold_line(shop, order):
    held(shop, order, line=order.lines.earliest("pk"))


def let_go(shop, order):
    held(shop, order, released_at="2026-01-05T11:00Z", released_by="boss", release_reason="agreed")


def decided(shop, order):
    let_go(shop, order)
    Hold.objects.update(kind="blocked")
    block(shop)


def block_payer(shop, order):
    SalesOrder.objects.filter(pk=order.pk).update(bill_to=shop.world.customers[1])
    Customer.objects.filter(pk=shop.world.customers[1]).update(is_blocked=True)


def limit_group(shop, order):
    CreditAccount.objects.create(
        company_id=shop.world.company_id, group=order.customer.group, limit=1, exposure=2
    )


def limit_groups_group(shop, order):
    above = CustomerGroup.objects.create(code="ABOVE", name="Above")
    CustomerGroup.objects.filter(pk=order.customer.group_id).update(parent=above)
    CreditAccount.objects.create(company_id=shop.world.company_id, group=above, limit=1, exposure=2)


def block_item(shop, order):
    Item.objects.filter(pk=shop.world.items[0]).update(status="blocked")


def block_kit(shop, order):
    kit = Item.objects.get(pk=shop.world.items[5])
    Item.objects.filter(pk=kit.pk).update(status="blocked")
    demand = Demand.objects.filter(group=order.group_id).earliest("pk")
    Demand.objects.filter(pk=demand.pk).update(kit=order.lines.earliest("pk").pk, kit_item=kit, per_kit=1)


GUARDS = {
    guard.name: guard
    for name, module in sorted(sys.modules.items())
    if name.endswith(".guards")
    for guard in vars(module).values()
    if isinstance(guard, GuardPoint)
}
TROUBLES = {
    "nothing": (lambda shop, order: None, []),
    "a hold": (held, ["manual"]),
    "a hold of a line": (hold_line, ["manual"]),
    "a hold that was released": (let_go, []),
    "a customer blocked": (lambda shop, order: block(shop), ["blocked"]),
    "a customer blocked and the hold released": (decided, []),
    "a payer blocked": (block_payer, ["blocked"]),
    "a payer over the limit": (lambda shop, order: lower_limit(shop), ["credit"]),
    "a group over the limit": (limit_group, ["credit"]),
    "the group above over the limit": (limit_groups_group, ["credit"]),
    "an item blocked": (block_item, ["item"]),
    "a kit blocked": (block_kit, ["item"]),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_suspect_is_missed_that_a_guard_would_refuse(shop, trouble):
    spoil, kinds = TROUBLES[trouble]
    order = SalesOrder.objects.get(pk=shop.submit(2).order_id)
    spoil(shop, order)
    batch = Batch(shop.actor, now())
    for name in ("inventory.release", "inventory.ship", "inventory.buy", "inventory.reverse"):
        guard = GUARDS[name]
        every = guard.ask(batch, [order.group_id])
        assert guard.ask_beside(batch, [order.group_id], "SELECT 'row'::text", 1) == ([("row",)], every)
        if guard.name != "inventory.reverse":  # it is asked with shipments
            assert [refusal.code for refusal in every] == [f"orders.hold.{kind}" for kind in kinds]


def asked(guard, *ids):
    """What comes of a read beside the guard."""
    return guard.ask_beside(Batch(Actor.system("test"), now()), ids, "SELECT 'row'::text, %s::int", 2, 9)


def refuse(batch, ids):
    return [Refusal(each, "test.no", "No.") for each in ids]


def test_a_guard_is_asked_only_where_there_is_a_suspect():
    guard, row = GuardPoint("test"), [("row", 9)]
    assert asked(guard, 5) == (row, [])  # nobody guards it
    guard.check_if("SELECT 1 WHERE 5 = ANY(%s::bigint[]) UNION ALL SELECT 2 WHERE 7 = ANY(%s::bigint[])")(
        refuse
    )
    assert asked(guard, 5) == (row, refuse(None, [5]))
    assert asked(guard, 6) == (row, [])
    assert asked(guard, 6, 7) == (row, refuse(None, [6, 7]))


def test_who_does_not_say_when_is_always_asked():
    guard = GuardPoint("test")
    guard.check_if("SELECT 1 WHERE 5 = ANY(%s::bigint[])")(refuse)
    assert asked(guard, 6) == ([("row", 9)], [])
    guard.check(refuse)
    assert asked(guard, 6) == ([("row", 9)], refuse(None, [6, 6]))
