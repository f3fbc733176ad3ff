"""What a cancellation, an amendment or the end of a quota sets free goes to those who wait, in the same transaction."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from erp.kernel.models import Decision, OutboxEntry
from inventory.commitments.actions.end_quotas import end_quotas
from inventory.commitments.actions.set_quota import set_quota
from inventory.commitments.tasks import end_expired_quotas
from inventory.models import AllocationQuota, Demand, PromiseEvent, SiteStock, Supply
from masterdata.models import Customer, CustomerGroup
from orders.entry.actions.amend_order import amend_order
from orders.entry.actions.cancel_order import cancel_lines, cancel_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.rules import LineRequest
from orders.models import SalesOrder
from tests.factories import customer_group, local_day
from tests.orders.substitutes import left
from tests.support import count_statements, in_turn
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db

SOON = date(2031, 1, 6)


@pytest.fixture
def shop() -> Trade:
    """Ten of the first item are left."""
    made = trade()
    left(made, 0, 10)
    return made


def wants(shop: Trade, quantity: int, **changes: object) -> SalesOrder:
    submitted = shop.submit([LineRequest(shop.world.items[0], Decimal(quantity))], **changes)
    return SalesOrder.objects.get(pk=submitted.order_id)


def has(order: SalesOrder) -> int:
    return int(Demand.objects.get(group=order.group_id).reserved)


def stock(shop: Trade) -> SiteStock:
    return SiteStock.objects.get(item=shop.world.items[0], site=shop.world.sites[0])


def test_a_cancelled_order_serves_who_waits_oldest_first(shop):
    first, second, third = wants(shop, 10), wants(shop, 7), wants(shop, 6)
    before = stock(shop).reserved
    cancel_order(shop.by(), order_id=first.pk, version=1, reason="Bankrupt")
    assert (has(first), has(second), has(third)) == (0, 7, 3)
    assert stock(shop).reserved == before == 1_000_000
    moved = PromiseEvent.objects.get(cause="freed")
    assert (moved.demand_id, moved.old_on) == (Demand.objects.get(group=second.group_id).pk, None)
    assert moved.new_on is not None
    told = OutboxEntry.objects.get(subscriber="orders.messages.draft_moved_promises")
    assert told.payload["demand_ids"] == [moved.demand_id]


def test_a_cancelled_line_and_the_supply_it_leaned_on(shop):
    left(shop, 0, 0)
    Supply.objects.create(
        item_id=shop.world.items[0], site_id=shop.world.sites[0], document="PO-1", expected=5, due_on=SOON
    )
    first, second = wants(shop, 5), wants(shop, 5)
    cancel_lines(shop.by(), order_id=first.pk, version=1, lines=[1], reason="Not needed")
    assert Demand.objects.get(group=second.group_id).promised_on == SOON
    assert Supply.objects.get().committed == 5


def test_less_of_an_order_serves_who_waits(shop):
    first, second = wants(shop, 10), wants(shop, 7)
    amend_order(shop.by(), order_id=first.pk, version=1, amendment=Amendment([LineChange(1, Decimal(4))]))
    assert (has(first), has(second)) == (4, 6)
    assert stock(shop).reserved == 1_000_000
    amend_order(shop.by(), order_id=first.pk, version=2, amendment=Amendment([LineChange(1, Decimal(5))]))
    assert (has(first), has(second)) == (4, 6)


def test_a_line_that_is_dropped_serves_who_waits(shop):
    lines = [LineRequest(item, Decimal(10)) for item in shop.world.items[:2]]
    first = SalesOrder.objects.get(pk=shop.submit(lines).order_id)
    second = wants(shop, 7)
    amend_order(shop.by(), order_id=first.pk, version=1, amendment=Amendment([LineChange(1, Decimal(0))]))
    assert has(second) == 7
    assert stock(shop).reserved == 1_000_000 - 3


@pytest.fixture
def key(shop: Trade) -> int:
    """Six are kept for the second customer's class."""
    group = customer_group(code="KEY", name="Key")
    Customer.objects.filter(pk=shop.world.customers[1]).update(group=group)
    return set_quota(
        shop.by(), site_id=shop.world.sites[0], item_id=shop.world.items[0], customer_class_id=group.pk,
        quantity=Decimal(6), expires_on=local_day() + timedelta(days=30), reason="campaign",
    ).quota_id  # fmt: skip


def test_the_end_of_a_quota_serves_who_waits(shop, key):
    first = wants(shop, 12)
    assert has(first) == 4
    assert end_quotas(shop.by(), quota_ids=[key], reason="over").quota_ids == [key]
    assert has(first) == 10
    assert PromiseEvent.objects.filter(cause="freed").count() == 0  # two are still without a date
    assert end_quotas(shop.by(), quota_ids=[key], reason="again").quota_ids == []


def test_a_quota_whose_day_has_come_ends_by_itself(shop, key):
    first = wants(shop, 12)
    end_expired_quotas()
    assert (has(first), AllocationQuota.objects.get().ended_at) == (4, None)
    AllocationQuota.objects.update(expires_on=local_day() - timedelta(days=1))
    end_expired_quotas()
    assert has(first) == 10
    assert AllocationQuota.objects.get().ended_at is not None
    end_expired_quotas()
    assert Decision.objects.filter(verb="inventory.end_quotas").count() == 1


def test_what_a_quota_keeps_is_not_given_to_others(shop, key):
    first, second = wants(shop, 4), wants(shop, 7)
    assert (has(first), has(second)) == (4, 0)
    cancel_order(shop.by(), order_id=first.pk, version=1, reason="x")
    assert has(second) == 4
    assert AllocationQuota.objects.get().ended_at is None


def test_who_waits_elsewhere_or_for_something_else_gets_nothing(shop):
    first = wants(shop, 10)
    other = wants(shop, 1, site_id=shop.world.sites[1])
    cancel_order(shop.by(), order_id=first.pk, version=1, reason="x")
    assert (has(other), stock(shop).reserved) == (1, 999_990)
    assert not PromiseEvent.objects.filter(cause="freed").exists()


def test_statements_do_not_depend_on_lines_or_on_who_waits():
    shop = trade(items=100)
    SiteStock.objects.filter(site=shop.world.sites[0]).update(reserved=999_990)
    counts = {"cancel": [], "amend": []}
    for verb in counts:
        for lines in (1, 1, 10, 100):
            wanted = [LineRequest(item, Decimal(10)) for item in shop.world.items[:lines]]
            SiteStock.objects.filter(site=shop.world.sites[0]).update(reserved=999_990)
            order = shop.submit(wanted).order_id
            for _ in range(2):
                shop.submit(wanted)
            with count_statements() as counted:
                if verb == "cancel":
                    cancel_order(shop.by(), order_id=order, version=1, reason="x")
                else:
                    less = [LineChange(n, Decimal(2)) for n in range(1, lines + 1)]
                    amend_order(shop.by(), order_id=order, version=1, amendment=Amendment(less))
            counts[verb].append(counted.statements)
            assert PromiseEvent.objects.filter(cause="freed").exists()
    for found in counts.values():
        assert found[1] == found[2] == found[3]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [0, 1])
def test_two_who_cancel_and_wait_for_each_other_s_goods_come_one_after_the_other(turn):
    shop = trade()
    for item in (0, 1):
        left(shop, item, 10)
    both = [LineRequest(item, Decimal(10)) for item in shop.world.items[:2]]
    orders = [shop.submit(both).order_id for _ in range(3)]

    def cancel(place: int):
        return cancel_order(shop.by(), order_id=orders[place], version=1, reason="x")

    results = in_turn(lambda: cancel(turn), lambda: cancel(1 - turn))
    assert not [each for each in results if isinstance(each, Exception)]
    group = SalesOrder.objects.get(pk=orders[2]).group_id
    assert list(Demand.objects.filter(group=group).values_list("reserved", flat=True)) == [10, 10]
    assert set(
        SiteStock.objects.filter(item__in=shop.world.items[:2], site=shop.world.sites[0]).values_list(
            "reserved", flat=True
        )
    ) == {1_000_000}


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_ends_of_a_quota_and_a_new_one_do_not_block_each_other(shop, key):
    group = CustomerGroup.objects.get(code="KEY").pk
    AllocationQuota.objects.update(expires_on=local_day())

    def end():
        return end_quotas(shop.by(), quota_ids=[key], reason="over")

    def keep():
        return set_quota(
            shop.by(), site_id=shop.world.sites[0], item_id=shop.world.items[0], customer_class_id=group,
            quantity=Decimal(1), expires_on=local_day() + timedelta(days=30), reason="campaign",
        )  # fmt: skip

    results = in_turn(end, keep)
    assert not [each for each in results if isinstance(each, Exception)]
    assert AllocationQuota.objects.filter(ended_at=None).count() == 1
