"""A delivery from the door to its receipt: counted by whoever is there, received up to what was ordered."""

from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from inventory.inbound.actions.report_differences import Found, report_differences
from inventory.models import (
    Lot,
    PurchaseOrderLine,
    PutawayTask,
    Receipt,
    ReceiptDifference,
    ReceiptLine,
    Supply,
    UnloadedLine,
    Unloading,
)
from inventory.unloading.actions.count_unloaded import begin_unloading, count_unloaded
from inventory.unloading.actions.post_unloading import give_up_unloading, post_unloading
from inventory.unloading.errors import BeingUnloaded, CountRefused, NothingExpected, UnloadingEnded
from masterdata.models import Item
from tests.factories import actor
from tests.inventory.adjustments.goods import assert_proven
from tests.inventory.putaway.dock import Dock, dock
from tests.support import count_statements, run_concurrently

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Dock:
    return dock()


@pytest.fixture
def lea() -> By:
    return By(actor("warehouse", username="lea"))


def opened(shop: Dock, by: By, quantity: int = 10, *, lines: int = 1) -> tuple[int, list[PurchaseOrderLine]]:
    """An unloading of an order over so much of each of the first items, and its lines."""
    ordered = shop.order(quantity, lines=lines)
    found = PurchaseOrderLine.objects.filter(order=ordered.purchase_order_id).order_by("line")
    return begin_unloading(by, purchase_order_id=ordered.purchase_order_id).unloading_id, list(found)


def count(by: By, pk: int, line: PurchaseOrderLine, quantity: int | str, **options: object) -> str:
    return count_unloaded(by, unloading_id=pk, line_id=line.pk, change=Decimal(quantity), **options).counted


def test_what_was_counted_is_received_and_stands_at_the_dock(shop, lea):
    pk, (first, second) = opened(shop, lea, lines=2)
    assert (count(lea, pk, first, 6), count(lea, pk, first, 4), count(lea, pk, second, 3)) == ("6", "10", "3")
    assert Supply.objects.filter(received__gt=0).count() == 0  # nothing is in stock before it is posted
    done = post_unloading(lea, unloading_id=pk, delivery_note="DN-7")
    receipt = Receipt.objects.get(pk=done.receipt_id)
    assert (receipt.number, receipt.delivery_note, receipt.received_by) == (done.receipt, "DN-7", "lea")
    assert list(ReceiptLine.objects.order_by("pk").values_list("bin__code", "quantity")) == [
        ("DOCK-1", 10), ("DOCK-1", 3),
    ]  # fmt: skip
    assert done.difference_ids == []
    unloading = Unloading.objects.get()
    assert (unloading.state, unloading.ended_by, unloading.receipt_id) == ("posted", "lea", receipt.pk)
    assert list(PutawayTask.objects.order_by("pk").values_list("quantity", flat=True)) == [10, 3]
    # the rest comes with another truck
    again = begin_unloading(lea, purchase_order_id=first.order_id)
    assert again.unloading_id != pk
    assert_proven()


def test_over_and_short_go_to_the_buyer(shop, lea):
    pk, (first, second, third) = opened(shop, lea, lines=3)
    count(lea, pk, first, 12)
    count(lea, pk, second, 7)
    done = post_unloading(lea, unloading_id=pk, complete=True)
    told = ReceiptDifference.objects.order_by("kind", "pk").values_list("line", "kind", "quantity", "receipt")
    assert list(told) == [
        (first.pk, "over", 2, done.receipt_id),
        (second.pk, "short", 3, done.receipt_id),
        (third.pk, "short", 10, done.receipt_id),
    ]
    assert list(Supply.objects.order_by("pk").values_list("received", flat=True)) == [10, 7, 0]
    assert_proven()


def test_an_empty_truck_has_no_receipt(shop, lea):
    pk, _lines = opened(shop, lea)
    with pytest.raises(BadInput, match="count at least one line"):
        post_unloading(lea, unloading_id=pk)
    done = post_unloading(lea, unloading_id=pk, complete=True)
    assert (done.receipt_id, Receipt.objects.count(), len(done.difference_ids)) == (None, 0, 1)
    assert ReceiptDifference.objects.get().quantity == 10
    assert_proven()


def test_what_was_reported_missing_is_not_missing_twice(shop, lea):
    pk, (line,) = opened(shop, lea)
    broken = [Found(line.pk, "damaged", Decimal(4), "Crushed")]
    report_differences(lea, purchase_order_id=line.order_id, found=broken)
    count(lea, pk, line, 5)
    post_unloading(lea, unloading_id=pk, complete=True)
    assert dict(ReceiptDifference.objects.values_list("kind", "quantity")) == {"damaged": 4, "short": 1}


def test_lots_are_named_on_posting(shop, lea):
    Item.objects.filter(pk=shop.world.items[0]).update(lot_tracked=True)
    pk, (line,) = opened(shop, lea)
    with pytest.raises(CountRefused, match="kept by lot"):
        count(lea, pk, line, 1)
    count(lea, pk, line, 6, lot="L1", expires_on=date(2099, 5, 1))
    count(lea, pk, line, 3, lot="L2")
    assert not Lot.objects.exists()
    post_unloading(lea, unloading_id=pk)
    assert list(ReceiptLine.objects.order_by("pk").values_list("lot__code", "lot__expires_on", "quantity")) == [
        ("L1", date(2099, 5, 1), 6), ("L2", None, 3),
    ]  # fmt: skip
    assert_proven()


def test_a_delivery_is_opened_once_and_ends_once(shop, lea):
    pk, (line,) = opened(shop, lea)
    assert begin_unloading(lea, purchase_order_id=line.order_id).unloading_id == pk
    count(lea, pk, line, 4)
    give_up_unloading(lea, unloading_id=pk)
    for verb in (
        lambda: count(lea, pk, line, 1),
        lambda: post_unloading(lea, unloading_id=pk),
        lambda: give_up_unloading(lea, unloading_id=pk),
    ):
        with pytest.raises(UnloadingEnded, match="given up"):
            verb()
    assert (Receipt.objects.count(), UnloadedLine.objects.get().counted) == (0, 4)


def test_nothing_is_unloaded_that_nobody_expects(shop, lea):
    pk, (line,) = opened(shop, lea)
    count(lea, pk, line, 10)
    post_unloading(lea, unloading_id=pk)
    with pytest.raises(NothingExpected):
        begin_unloading(lea, purchase_order_id=line.order_id)


@pytest.mark.parametrize(("quantity", "says"), [("-1", "could be taken back"), ("0.5", "at most 0 decimals")])
def test_a_wrong_count_changes_nothing(shop, lea, quantity, says):
    pk, (line,) = opened(shop, lea)
    with pytest.raises(CountRefused, match=says):
        count(lea, pk, line, quantity)
    assert not UnloadedLine.objects.exists()


def test_lines_of_other_orders_and_people_without_the_right(shop, lea):
    pk, _lines = opened(shop, lea)
    _other, (line,) = opened(shop, lea)
    with pytest.raises(BadInput):
        count(lea, pk, line, 1)
    clerk = By(actor("finance"))
    with pytest.raises(NotPermitted):
        begin_unloading(clerk, purchase_order_id=line.order_id)
    with pytest.raises(NotPermitted):
        post_unloading(clerk, unloading_id=pk)


def test_statements_do_not_depend_on_the_lines(lea):
    shop, counts = dock(items=12), []
    shop.order(1)  # its supplier is made with the first
    for lines in (1, 12):
        pk, found = opened(shop, lea, lines=lines)
        for line in found:
            count(lea, pk, line, 12)
        with count_statements() as counted:
            post_unloading(lea, unloading_id=pk)
        counts.append(counted.statements)
    assert counts[0] == counts[1] <= 45, counts


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_four_scanners_at_one_door():
    shop, lea = dock(), By(actor("warehouse", username="lea"))
    order_id = shop.order(100).purchase_order_id
    results = run_concurrently(lambda _: begin_unloading(lea, purchase_order_id=order_id), range(4))
    assert {type(result) for result in results if isinstance(result, Exception)} <= {BeingUnloaded}
    pk, line = Unloading.objects.get().pk, PurchaseOrderLine.objects.get()
    counts = run_concurrently(lambda _: count(lea, pk, line, 3), range(8))
    assert sorted(counts, key=int) == [str(3 * n) for n in range(1, 9)]
    ended = run_concurrently(lambda _: post_unloading(lea, unloading_id=pk), range(4))
    assert [type(result) for result in ended if isinstance(result, Exception)] == [UnloadingEnded] * 3
    assert Supply.objects.get().received == 24
    assert_proven()
