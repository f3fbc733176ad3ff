"""Two verbs that want the same rows: either first, the other first, and both at once.

In turn, the second starts when the first has written everything and not committed, so that each order of events is
played for certain. Whatever the order: one outcome that the rules allow, a typed refusal, and green proofs.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.invoicing.actions.credit_invoice import Credited, credit_invoice
from billing.models import Billable, CashApplication, Invoice, OpenItem
from billing.receivables.actions.apply_cash import apply_cash
from billing.receivables.actions.receive_cash import receive_cash
from billing.receivables.errors import OverApplied
from billing.receivables.rules import Application
from erp.kernel.command import By
from erp.kernel.proofs import prove, results_of
from inventory.inbound.actions.post_receipt import ReceiptLineRequest, post_receipt
from inventory.models import Demand, Pick, Shipment, SiteStock, StockBalance, StockPosting
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import Picked, record_picks
from inventory.outbound.actions.reverse_shipment import reverse_shipment
from inventory.outbound.errors import (
    NothingToRelease,
    ReverseRefused,
    ShipRefused,
    WrongShipmentState,
)
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from masterdata.models import Bin
from orders.entry.actions.amend_order import amend_order
from orders.entry.actions.cancel_order import cancel_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.errors import OrderReleased
from orders.entry.rules import LineRequest
from orders.holds.actions.place_hold import place_hold
from orders.models import CreditAccount, SalesOrder
from tests import factories
from tests.factories import local_day
from tests.support import in_turn, run_concurrently
from tests.trade import Trade, trade

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.concurrency,
    pytest.mark.parametrize("order", ["one first", "other first", "at once"]),
]


@pytest.fixture
def shop() -> Trade:
    return trade(items=4)


@pytest.fixture(autouse=True)
def proven() -> Iterator[None]:
    yield
    red = [result for result in results_of(prove()) if not result.green]
    assert not red, red


def play(order: str, one: Callable[[], Any], other: Callable[[], Any]) -> tuple[Any, Any]:
    """What `one` and `other` came to."""
    if order == "one first":
        return in_turn(one, other)
    if order == "other first":
        return in_turn(other, one)[::-1]
    first, second = run_concurrently(lambda verb: verb(), [one, other])
    return first, second


def went_well(*results: Any) -> list[bool]:
    return [not isinstance(result, Exception) for result in results]


def submitted(shop: Trade, quantity: int = 2) -> SalesOrder:
    lines = [LineRequest(shop.world.items[0], Decimal(quantity))]
    return SalesOrder.objects.get(pk=shop.submit(lines).order_id)


def picked(shop: Trade) -> Shipment:
    shipment_id = shop.release(submitted(shop).pk)
    shop.pick(shipment_id)
    return Shipment.objects.get(pk=shipment_id)


def stock(shop: Trade) -> SiteStock:
    return SiteStock.objects.get(item=shop.world.items[0], site=shop.world.sites[0])


def test_cancel_and_release(shop: Trade, order: str) -> None:
    wanted = submitted(shop)
    cancelled, released = play(
        order,
        lambda: cancel_order(shop.by(), order_id=wanted.pk, version=1, reason="Changed their mind"),
        lambda: shop.release(wanted.pk),
    )
    wanted.refresh_from_db()
    if isinstance(released, NothingToRelease):
        assert (wanted.state, Shipment.objects.count(), stock(shop).reserved) == ("cancelled", 0, 0)
        assert went_well(cancelled) == [True]
    else:
        assert isinstance(cancelled, OrderReleased)
        assert (wanted.state, Shipment.objects.count(), stock(shop).reserved) == ("submitted", 1, 2)
    assert order == "at once" or (wanted.state == "cancelled") == (order == "one first")


def test_hold_and_ship_confirm(shop: Trade, order: str) -> None:
    leaving = picked(shop)
    held, shipped = play(
        order,
        lambda: place_hold(shop.by(), order_id=leaving.group.order.pk, reason="Wrong address"),
        lambda: confirm_shipments(shop.by(), shipment_ids=[leaving.pk]),
    )
    assert went_well(held) == [True]  # of what has left, the rest of the order waits
    leaving.refresh_from_db()
    stayed = isinstance(shipped, ShipRefused)
    assert stayed or went_well(shipped) == [True]
    assert leaving.state == ("picked" if stayed else "shipped")
    assert StockPosting.objects.filter(kind="issue").count() == (0 if stayed else 1)
    assert order == "at once" or stayed == (order == "one first")


def test_receipt_and_submit_of_the_last_unit(shop: Trade, order: str) -> None:
    # given nothing free, one unit that comes, and somebody who waits for it
    everything = submitted(shop, 1_000_000)
    coming = create_purchase_order(
        shop.by(), supplier_id=factories.supplier().pk, site_id=shop.world.sites[0], due_on=date(2026, 2, 2),
        lines=[PurchaseLine(shop.world.items[0], Decimal(1), "EA", Decimal(6))],
    )  # fmt: skip
    waiting = submitted(shop, 1)
    dock = Bin.objects.filter(site=shop.world.sites[0]).order_by("pk")[0]
    received, late = play(
        order,
        lambda: post_receipt(
            shop.by(),
            purchase_order_id=coming.purchase_order_id,
            lines=[ReceiptLineRequest(coming.supply_ids[0], Decimal(1), dock.pk)],
        ),
        lambda: submitted(shop, 1),
    )
    assert went_well(received, late) == [True, True]
    promised = dict(Demand.objects.values_list("group__document", "reserved"))
    assert promised == {everything.number: 1_000_000, waiting.number: 1, late.number: 0}
    assert (stock(shop).available, stock(shop).reserved) == (1_000_001, 1_000_001)


def test_amend_and_release(shop: Trade, order: str) -> None:
    wanted = submitted(shop)
    more = Amendment(lines=[LineChange(1, Decimal(5))])
    amended, released = play(
        order,
        lambda: amend_order(shop.by(), order_id=wanted.pk, version=1, amendment=more),
        lambda: shop.release(wanted.pk),
    )
    assert went_well(released) == [True]
    late = isinstance(amended, OrderReleased)
    assert late or went_well(amended) == [True]
    quantity = 2 if late else 5
    assert Demand.objects.get().ordered == Pick.objects.get().quantity == stock(shop).reserved == quantity
    assert order == "at once" or late == (order == "other first")


def test_credit_memo_and_cash(shop: Trade, order: str) -> None:
    (invoice_id,) = shop.invoice(shop.ship(2)).invoice_ids
    owed = OpenItem.objects.get(invoice=invoice_id)
    colleague = By(factories.actor("finance"))
    receipt = receive_cash(
        colleague, customer_id=shop.world.customers[0], amount=owed.amount,
        received_on=local_day(), applications=[],
    )  # fmt: skip
    credited, applied = play(
        order,
        lambda: credit_invoice(colleague, invoice_id=invoice_id, reason="Damaged"),
        lambda: apply_cash(
            By(colleague.actor),
            receipt_id=receipt.receipt_id,
            applications=[Application(owed.pk, owed.amount)],
        ),
    )
    assert isinstance(credited, Credited)
    owed.refresh_from_db()
    memo = OpenItem.objects.get(invoice=credited.credit_memo_id)
    refused = isinstance(applied, OverApplied)
    assert refused or went_well(applied) == [True]
    assert (owed.open, memo.open) == (0, 0 if refused else -owed.amount)
    assert CashApplication.objects.count() == 1
    assert CreditAccount.objects.get(customer=shop.world.customers[0]).exposure == -owed.amount
    assert order == "at once" or refused == (order == "one first")


def test_release_and_release(shop: Trade, order: str) -> None:
    wanted = submitted(shop)
    results = play(order, lambda: shop.release(wanted.pk), lambda: shop.release(wanted.pk))
    assert sorted(went_well(*results)) == [False, True]
    assert [type(each) for each in results if isinstance(each, Exception)] == [NothingToRelease]
    assert Shipment.objects.count() == 1
    assert sum(StockBalance.objects.values_list("allocated", flat=True)) == 2
    assert order == "at once" or went_well(*results) == [order == "one first", order == "other first"]


def test_pick_and_short_pick(shop: Trade, order: str) -> None:
    shipment_id = shop.release(submitted(shop).pk)
    task = Pick.objects.get()
    results = play(
        order,
        lambda: record_picks(shop.by(), shipment_id=shipment_id),
        lambda: record_picks(
            shop.by(), shipment_id=shipment_id, picks=[Picked(task.pk, Decimal(1), "empty")]
        ),
    )
    assert sorted(went_well(*results)) == [False, True]
    assert [type(each) for each in results if isinstance(each, Exception)] == [WrongShipmentState]
    in_full = went_well(*results)[0]
    task.refresh_from_db()
    assert (task.picked, Demand.objects.get().picked) == ((2, 2) if in_full else (1, 1))
    assert StockBalance.objects.filter(status="hold").count() == (0 if in_full else 1)
    assert order == "at once" or in_full == (order == "one first")


def test_ship_and_reverse(shop: Trade, order: str) -> None:
    leaving = picked(shop)
    shipped, reversed_ = play(
        order,
        lambda: confirm_shipments(shop.by(), shipment_ids=[leaving.pk]),
        lambda: reverse_shipment(shop.by(), shipment_id=leaving.pk, reason="Wrong truck"),
    )
    assert went_well(shipped) == [True]
    leaving.refresh_from_db()
    early = isinstance(reversed_, WrongShipmentState)
    assert early or went_well(reversed_) == [True]
    assert leaving.state == ("shipped" if early else "reversed")
    assert stock(shop).on_hand == (999_998 if early else 1_000_000)
    assert Demand.objects.get().shipped == (2 if early else 0)
    assert order == "at once" or early == (order == "other first")


def test_invoice_and_reverse(shop: Trade, order: str) -> None:
    shipment_id = shop.ship(2)
    invoiced, reversed_ = play(
        order,
        lambda: shop.invoice(shipment_id),
        lambda: reverse_shipment(shop.by(), shipment_id=shipment_id, reason="Wrong truck"),
    )
    assert went_well(invoiced) == [True]
    charged = isinstance(reversed_, ReverseRefused)
    assert charged or went_well(reversed_) == [True]
    assert Invoice.objects.count() == len(invoiced.invoice_ids) == (1 if charged else 0)
    assert Billable.objects.filter(withdrawn_at=None).exists() == charged
    assert Shipment.objects.get().state == ("shipped" if charged else "reversed")
    assert order == "at once" or charged == (order == "one first")


def test_submit_and_submit_at_the_credit_limit(shop: Trade, order: str) -> None:
    # given a limit that one of the two orders fits into
    gross = submitted(shop).gross
    account = CreditAccount.objects.filter(customer=shop.world.customers[0])
    account.update(limit=account.get().exposure + gross * Decimal("1.5"))
    one, other = play(order, lambda: submitted(shop), lambda: submitted(shop))
    assert went_well(one, other) == [True, True]
    held = [each.holds.filter(kind="credit").exists() for each in (one, other)]
    assert sorted(held) == [False, True]
    assert account.get().exposure == 2 * gross
    assert order == "at once" or held == [order == "other first", order == "one first"]
