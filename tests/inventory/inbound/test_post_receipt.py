from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from billing.models import Journal, JournalLine
from inventory.inbound.actions.post_receipt import ReceiptLineRequest, post_receipt
from inventory.inbound.errors import ReceiptRefused
from inventory.models import Commitment, Demand, Lot, PromiseEvent, Receipt, SiteStock, StockBalance, Supply
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from masterdata.models import Bin, CustomerGroup, Party, PaymentTerms, Supplier
from orders.entry.rules import LineRequest
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db
DUE = date(2026, 2, 2)


@pytest.fixture
def shop() -> Trade:
    made = trade()
    party = Party.objects.create(code="SUP", name="Supplier", country="BE")
    Supplier.objects.create(
        company_id=made.world.company_id, party=party, terms=PaymentTerms.objects.first(), currency="EUR"
    )
    # given an item with two left
    SiteStock.objects.filter(item=made.world.items[0], site=made.world.sites[0]).update(reserved=999_998)
    return made


def order_goods(shop: Trade, quantity: int, place: int = 0, cost: str = "2.50"):
    lines = [PurchaseLine(shop.world.items[place], Decimal(quantity), "EA", Decimal(cost))]
    return create_purchase_order(
        shop.by(), supplier_id=Supplier.objects.get().pk, site_id=shop.world.sites[0], lines=lines, due_on=DUE
    )


def receive(shop: Trade, ordered, quantity: int):
    bin_id = Bin.objects.filter(site=shop.world.sites[0]).first().pk
    return post_receipt(
        shop.by(),
        purchase_order_id=ordered.purchase_order_id,
        lines=[ReceiptLineRequest(ordered.supply_ids[0], Decimal(quantity), bin_id)],
    )


def wants(shop: Trade, quantity: int, customer: int = 0) -> int:
    submitted = shop.submit(
        [LineRequest(shop.world.items[0], Decimal(quantity))], customer_id=shop.world.customers[customer]
    )
    return Demand.objects.get(line_demand__line__order=submitted.order_id).pk


def stock(shop: Trade) -> SiteStock:
    return SiteStock.objects.get(item=shop.world.items[0], site=shop.world.sites[0])


def test_what_leaned_on_the_order_is_served_first_then_the_backorders(shop):
    ordered = order_goods(shop, 10)
    leaning = wants(shop, 6)  # 2 from stock, 4 from the purchase order
    late = wants(shop, 9)  # 6 from the purchase order, 3 from nowhere
    assert Supply.objects.get().committed == 10
    received = receive(shop, ordered, 7)
    assert received.backorders_served == 2
    assert Demand.objects.get(pk=leaning).reserved == 6
    assert Demand.objects.get(pk=late).reserved == 3
    supply = Supply.objects.get()
    assert (supply.received, supply.committed) == (7, 3)
    assert set(Commitment.objects.filter(demand=late).values_list("quantity", "supply")) == {
        (3, None),
        (3, supply.pk),
    }
    assert stock(shop).reserved == stock(shop).available == 1_000_007


def test_a_backorder_keeps_its_request_date_and_learns_its_new_promise(shop):
    waiting = wants(shop, 5)
    demand = Demand.objects.get(pk=waiting)
    assert (demand.reserved, demand.promised_on, demand.requested_on) == (2, None, date(2026, 1, 5))
    ordered = order_goods(shop, 10)  # its new promise leans on what was ordered
    demand.refresh_from_db()
    assert (demand.reserved, Supply.objects.get().committed) == (2, 3)
    receive(shop, ordered, 10)
    demand.refresh_from_db()
    assert (demand.reserved, demand.requested_on, demand.first_promised_on) == (5, date(2026, 1, 5), None)
    event = PromiseEvent.objects.get(demand_id=waiting, cause="resourced")
    assert (event.old_on, event.new_on) == (None, demand.promised_on)
    assert demand.promised_on is not None


def test_priority_goes_before_age(shop):
    wants(shop, 2)
    old, urgent = wants(shop, 4, customer=0), wants(shop, 4, customer=1)
    group = CustomerGroup.objects.create(code="VIP", name="VIP", priority=1)
    Demand.objects.get(pk=urgent).group.__class__.objects.filter(demands=urgent).update(
        priority=group.priority
    )
    receive(shop, order_goods(shop, 5), 5)
    assert (Demand.objects.get(pk=urgent).reserved, Demand.objects.get(pk=old).reserved) == (4, 1)


def test_stock_and_books_take_the_ordered_cost(shop):
    before = stock(shop)
    received = receive(shop, order_goods(shop, 10, cost="2.555"), 10)
    after = stock(shop)
    assert (after.on_hand - before.on_hand, after.value - before.value) == (10, Decimal("25.55"))
    journal = Journal.objects.get(
        kind="stock", effective_at=Receipt.objects.get(pk=received.receipt_id).received_at
    )
    assert sorted(JournalLine.objects.filter(journal_id=journal.pk).values_list("amount", flat=True)) == [
        Decimal("-25.55"),
        Decimal("25.55"),
    ]


@pytest.mark.parametrize("quantity", [11, 0, -1])
def test_a_wrong_quantity_changes_nothing(shop, quantity):
    ordered = order_goods(shop, 10)
    with pytest.raises(ReceiptRefused):
        receive(shop, ordered, quantity)
    assert not Receipt.objects.exists()
    assert Supply.objects.get().received == 0
    assert StockBalance.objects.filter(quantity__gt=1_000_000).count() == 0


def test_statements_do_not_depend_on_backorders(shop):
    counts = []
    for waiting in (1, 20):
        for _ in range(waiting):
            wants(shop, 90)
        ordered = order_goods(shop, 100)
        with count_statements() as counted:
            receive(shop, ordered, 100)
        counts.append(counted.statements)
    assert counts[0] == counts[1] <= 30


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_receipt_holds_only_what_arrived_of_its_order(shop):
    lines = [PurchaseLine(item, Decimal(5), "EA", Decimal(2)) for item in shop.world.items[:2]]
    ordered = create_purchase_order(
        shop.by(), supplier_id=Supplier.objects.get().pk, site_id=shop.world.sites[0], lines=lines, due_on=DUE
    )
    with transaction.atomic():  # someone works on the second item
        Supply.objects.select_for_update().get(pk=ordered.supply_ids[1])
        (received,) = run_concurrently(lambda quantity: receive(shop, ordered, quantity), [5])
    assert not isinstance(received, Exception), received
    assert list(Supply.objects.order_by("pk").values_list("received", flat=True)) == [5, 0]


def test_an_expired_lot_is_not_taken_in(shop):
    ordered = order_goods(shop, 5)
    lot = Lot.objects.create(item_id=shop.world.items[0], code="L1", expires_on=date(2026, 1, 1))
    line = ReceiptLineRequest(
        ordered.supply_ids[0], Decimal(5), Bin.objects.filter(site=shop.world.sites[0]).first().pk, lot.pk
    )
    with pytest.raises(ReceiptRefused, match="its lot has expired"):
        post_receipt(shop.by(), purchase_order_id=ordered.purchase_order_id, lines=[line])
    assert not Receipt.objects.exists()
