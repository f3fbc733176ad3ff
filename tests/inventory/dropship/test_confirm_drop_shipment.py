"""The supplier's ship notice carries a sale to its invoice, and no stock moves (OC12)."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from billing.models import Account, Billable, Invoice, Journal, JournalLine
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted
from inventory.dropship.actions.confirm_drop_shipment import SentLine, confirm_drop_shipment
from inventory.dropship.actions.reverse_drop_shipment import reverse_drop_shipment
from inventory.dropship.errors import DropRefused, NoDropOrder
from inventory.inbound.errors import ReceiptRefused
from inventory.models import (
    Commitment,
    Demand,
    Lot,
    PurchaseOrder,
    Shipment,
    SiteStock,
    StockBalance,
    StockEntry,
    StockPosting,
)
from inventory.outbound.actions.reverse_shipment import reverse_shipment
from inventory.outbound.errors import ReasonMissing, ReverseRefused, ShipRefused
from masterdata.models import Bin, Item, ShipTo
from orders.entry.actions.cancel_order import cancel_order
from orders.entry.errors import LineRefused
from orders.entry.rules import LineRequest
from orders.holds.actions.place_hold import place_hold
from orders.models import CreditAccount, SalesOrder
from tests.factories import actor, local_day
from tests.inventory.dropship.buying import all_green, buy, coming, ledger, receive, send, wants
from tests.support import count_statements, in_turn, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=4)


@pytest.fixture(autouse=True)
def proven() -> Iterator[None]:
    yield
    assert all_green("S1", "S2", "S3", "S6", "S9", "B2")


def stock() -> list[tuple]:
    return list(SiteStock.objects.order_by("pk").values_list("on_hand", "available", "reserved", "value"))


def accounts() -> dict[str, Decimal]:
    """The balance of each purpose that stock postings use."""
    found: dict[str, Decimal] = {}
    names = dict(Account.objects.values_list("pk", "name"))
    journals = Journal.objects.filter(kind="stock").values("pk")
    for line in JournalLine.objects.filter(journal_id__in=journals):
        name = names[line.account_id]
        found[name] = found.get(name, Decimal(0)) + line.amount
    return found


def test_it_ships_costs_and_bills_without_touching_stock(shop):
    before, books = stock(), accounts()
    order, demand = wants(shop, 4, "drop")
    made = buy(shop, demand)
    done = send(shop, made, 4)
    assert done.lines_open == 0
    shipment = Shipment.objects.get()
    assert (shipment.pk, shipment.state, shipment.tracking_number) == (done.shipment_id, "shipped", "1Z999")
    assert shipment.purchase_order_id == made.purchase_order_id
    assert ledger(demand) == (0, 4, 4, 0)
    assert coming(made) == (4, 4, 0, 0)
    assert not Commitment.objects.exists()
    assert stock() == before
    # in and out of the transit bin in one posting, at the ordered cost
    posting = StockPosting.objects.get(kind="drop")
    transit = Bin.objects.get(site=demand.site_id, kind="transit").pk
    entries = StockEntry.objects.filter(posting_id=posting.pk).order_by("pk")
    line = shipment.lines.get()
    assert list(entries.values_list("bin_id", "quantity", "value", "line_id")) == [
        (transit, 4, 10, None),
        (transit, -4, -10, line.pk),
    ]
    assert StockBalance.objects.get(bin=transit).quantity == 0
    after = accounts()
    changed = {name: after[name] - books.get(name, 0) for name in after if after[name] != books.get(name, 0)}
    assert sorted(changed.values()) == [-10, 10]
    assert changed["Cost of goods sold"] == 10
    # and billing knows nothing of where it came from
    billable = Billable.objects.get()
    assert (billable.kind, billable.quantity, billable.cost) == ("shipment", 4, 10)
    assert len(shop.invoice(done.shipment_id).invoice_ids) == 1
    sold = SalesOrder.objects.get(pk=order.order_id)
    assert (Invoice.objects.get().gross, sold.open_gross) == (sold.gross, 0)
    assert CreditAccount.objects.get(customer=sold.bill_to).exposure == sold.gross


def test_less_leaves_the_rest_to_come(shop):
    _order, demand = wants(shop, 4, "drop")
    made = buy(shop, demand)
    assert send(shop, made, 3).lines_open == 1
    assert ledger(demand) == (0, 3, 3, 0)
    assert coming(made) == (4, 3, 0, 1)
    assert Commitment.objects.get().quantity == 1
    assert send(shop, made, 1).lines_open == 0
    assert Shipment.objects.count() == 2
    assert ledger(demand) == (0, 4, 4, 0)


def test_what_it_refuses_changes_nothing(shop):
    order, demand = wants(shop, 4, "drop")
    made = buy(shop, demand)
    _special, other = wants(shop, 4, "special")
    to_site = buy(shop, other)
    line = PurchaseOrder.objects.get(pk=made.purchase_order_id).lines.get().pk
    today = local_day()

    def refused(error: type[Exception], by: By | None = None, **changes: object) -> None:
        given = {
            "purchase_order_id": made.purchase_order_id,
            "lines": [SentLine(line, Decimal(4))],
            **changes,
        }
        with pytest.raises(error):
            confirm_drop_shipment(by or shop.by(), **given)

    refused(BadInput, lines=[])
    refused(BadInput, lines=[SentLine(line, Decimal(1)), SentLine(line, Decimal(1))])
    refused(BadInput, shipped_on=today + timedelta(days=1))
    refused(BadInput, shipped_on=today - timedelta(days=1))  # before it was ordered
    refused(NotFound, purchase_order_id=0)
    refused(NotFound, lines=[SentLine(0, Decimal(1))])
    refused(NoDropOrder, purchase_order_id=to_site.purchase_order_id)
    refused(DropRefused, lines=[SentLine(line, Decimal(5))])
    refused(DropRefused, lines=[SentLine(line, Decimal(0))])
    refused(NotPermitted, by=By(actor("customer_service")))
    place_hold(shop.by(), order_id=order.order_id, reason="prepay")
    refused(ShipRefused)
    with pytest.raises(ReceiptRefused, match="Confirm the drop shipment"):
        receive(shop, made, 4)
    assert not Shipment.objects.exists()
    assert coming(made) == (4, 0, 0, 4)
    assert ledger(demand) == (0, 0, 0, 0)


def test_what_the_customer_cancelled_is_not_shipped(shop):
    order, demand = wants(shop, 4, "drop")
    made = buy(shop, demand)
    cancel_order(shop.by(), order_id=order.order_id, version=1, reason="no more")
    # it is free, and yet nobody else's: it would come to this customer's door
    _other, waits = wants(shop, 1_000_003, "")
    assert ledger(waits)[0] == 1_000_000
    assert coming(made) == (4, 0, 0, 0)
    with pytest.raises(DropRefused, match="wants only 0"):
        send(shop, made, 4)


def test_the_house_sends_its_part_without_the_suppliers(shop):
    # given an order that leaves complete, one line of it from the supplier
    made = shop.submit(
        [
            LineRequest(shop.world.items[0], Decimal(2)),
            LineRequest(shop.world.items[1], Decimal(3), supply="drop"),
        ]
    )
    group = SalesOrder.objects.get(pk=made.order_id).group
    group.ship_rule, group.maximum_shipments = "complete", 1
    group.save()
    drop = Demand.objects.get(supply_method="drop")
    send(shop, buy(shop, drop), 3)
    shipment_id = shop.release(made.order_id)
    assert list(Shipment.objects.get(pk=shipment_id).lines.values_list("item", "quantity")) == [
        (shop.world.items[0], 2)
    ]


def test_without_an_address_there_is_no_drop_shipment(shop):
    ShipTo.objects.filter(customer=shop.world.customers[0]).update(is_active=False)
    with pytest.raises(LineRefused, match="name a ship-to"):
        wants(shop, 4, "drop")
    assert not SalesOrder.objects.exists()


def test_a_reversal_expects_it_of_the_supplier_again(shop):
    before, books = stock(), accounts()
    _order, demand = wants(shop, 4, "drop")
    made = buy(shop, demand)
    shipment_id = send(shop, made, 3).shipment_id
    with pytest.raises(ReverseRefused, match="Reverse the drop shipment"):
        reverse_shipment(shop.by(), shipment_id=shipment_id, reason="typing error")
    with pytest.raises(ReasonMissing):
        reverse_drop_shipment(shop.by(), shipment_id=shipment_id, reason=" ")
    for _twice in range(2):
        reverse_drop_shipment(shop.by(), shipment_id=shipment_id, reason="typing error")
    assert Shipment.objects.get().state == "reversed"
    assert ledger(demand) == (0, 0, 0, 0)
    assert coming(made) == (4, 0, 0, 4)
    assert Commitment.objects.get().quantity == 4
    assert stock() == before
    assert {name: amount for name, amount in accounts().items() if amount} == {
        name: amount for name, amount in books.items() if amount
    }
    assert Billable.objects.get().withdrawn_at is not None
    assert send(shop, made, 4).lines_open == 0


def test_what_is_invoiced_is_not_reversed(shop):
    _order, demand = wants(shop, 4, "drop")
    shipment_id = send(shop, buy(shop, demand), 4).shipment_id
    shop.invoice(shipment_id)
    with pytest.raises(ReverseRefused, match="invoiced already"):
        reverse_drop_shipment(shop.by(), shipment_id=shipment_id, reason="typing error")
    assert ledger(demand) == (0, 4, 4, 0)


def test_a_shipment_of_the_house_is_no_drop_shipment(shop):
    shipment_id = shop.ship()
    with pytest.raises(NotFound):
        reverse_drop_shipment(shop.by(), shipment_id=shipment_id, reason="typing error")


def test_statements_do_not_depend_on_lines(shop):
    counts = []
    send(
        shop, buy(shop, wants(shop, 1, "drop")[1]), 1
    )  # the transit bin and the rules of the accounts are there
    for lines in (1, 4):
        made = shop.submit(
            [LineRequest(item, Decimal(2), supply="drop") for item in shop.world.items[:lines]]
        )
        demands = list(Demand.objects.filter(line_demand__line__order=made.order_id).order_by("pk"))
        bought = buy(shop, *demands)
        with count_statements() as counted:
            send(shop, bought, *[2] * lines)
        counts.append(counted.statements)
    assert counts[0] == counts[1]


def test_what_is_kept_by_lot_is_sent_lot_by_lot_and_taken_back_so(shop):
    _order, demand = wants(shop, 4, "drop")
    Item.objects.filter(pk=demand.item_id).update(lot_tracked=True)
    made = buy(shop, demand, cost="0.35")
    line = PurchaseOrder.objects.get(pk=made.purchase_order_id).lines.get().pk
    own, second = (Lot.objects.create(item_id=demand.item_id, code=code).pk for code in ("L1", "L2"))
    foreign = Lot.objects.create(item_id=shop.world.items[1], code="L1").pk

    def notice(*lots: tuple[int | None, str]):
        lines = [SentLine(line, Decimal(quantity), lot_id) for lot_id, quantity in lots]
        return confirm_drop_shipment(shop.by(), purchase_order_id=made.purchase_order_id, lines=lines)

    for lots, said in ([(None, "4")], "enter the lot"), ([(foreign, "4")], "no such lot"):
        with pytest.raises(DropRefused, match=f"(?i){said}"):
            notice(*lots)
    assert not Shipment.objects.exists()
    done = notice((own, "1"), (second, "3"))
    left = StockEntry.objects.filter(
        line_id__isnull=False, posting_id=StockPosting.objects.get(kind="drop").pk
    )
    assert list(left.order_by("pk").values_list("lot_id", "quantity", "value")) == [
        (own, -1, Decimal("-0.35")), (second, -3, Decimal("-1.05")),
    ]  # fmt: skip
    assert ledger(demand) == (0, 4, 4, 0)
    reverse_drop_shipment(shop.by(), shipment_id=done.shipment_id, reason="Not sent")
    assert (ledger(demand), coming(made)) == ((0, 0, 0, 0), (4, 0, 0, 4))
    assert not StockBalance.objects.filter(lot__in=[own, second]).exclude(quantity=0).exists()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_notices_of_the_same_goods_ship_them_once(shop):
    _order, demand = wants(shop, 4, "drop")
    made = buy(shop, demand)
    results = run_concurrently(lambda n: send(shop, made, n), [4, 4])
    assert sorted(type(result).__name__ for result in results) == ["DropRefused", "DropShipped"]
    assert ledger(demand) == (0, 4, 4, 0)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("notice_first", [True, False])
def test_a_notice_and_a_cancellation_agree(shop, notice_first):
    order, demand = wants(shop, 4, "drop")
    made = buy(shop, demand)
    verbs = [
        lambda: send(shop, made, 4),
        lambda: cancel_order(shop.by(), order_id=order.order_id, version=1, reason="no more"),
    ]
    first, second = in_turn(*(verbs if notice_first else reversed(verbs)))
    assert not isinstance(first, Exception)
    if notice_first:
        assert ledger(demand) == (0, 4, 4, 0)
    else:
        assert isinstance(second, DropRefused)
        assert ledger(demand) == (0, 0, 0, 4)
