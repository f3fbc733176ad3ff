"""What did not come as it should: coded at the dock, cleared by the buyer, never in stock."""

from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted
from inventory.inbound.actions.report_differences import Found, report_differences
from inventory.inbound.actions.resolve_difference import give_differences, resolve_difference
from inventory.inbound.errors import DifferenceRefused, DifferenceResolved
from inventory.inbound.rules import OUTCOMES
from inventory.models import Demand, PurchaseOrder, PurchaseOrderLine, ReceiptDifference, SiteStock, Supply
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from orders.entry.rules import LineRequest
from tests import factories
from tests.inventory.adjustments.goods import assert_proven
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=3)


@pytest.fixture
def lea() -> By:
    """At the dock."""
    return By(factories.actor("warehouse", username="lea"))


@pytest.fixture
def buyer() -> By:
    return By(factories.actor("procurement", username="bea"))


def ordered(shop: Trade, by: By | None = None, quantity: int = 10, lines: int = 1) -> list[PurchaseOrderLine]:
    """The lines of a purchase order over so much of each of the first items."""
    wanted = [PurchaseLine(item, Decimal(quantity), "EA", Decimal(2)) for item in shop.world.items[:lines]]
    made = create_purchase_order(
        by or shop.by(), supplier_id=factories.supplier().pk, site_id=shop.world.sites[0], lines=wanted,
        due_on=date(2026, 2, 2),
    )  # fmt: skip
    return list(PurchaseOrderLine.objects.filter(order=made.purchase_order_id).order_by("line"))


def report(by: By, line: PurchaseOrderLine, *found: Found) -> list[ReceiptDifference]:
    made = report_differences(by, purchase_order_id=line.order_id, found=found)
    return list(ReceiptDifference.objects.filter(pk__in=made.difference_ids).order_by("pk"))


def test_the_buyer_who_ordered_owns_it(shop, lea, buyer):
    (line,) = ordered(shop, buyer)
    before = list(SiteStock.objects.order_by("pk").values())
    damaged, over = report(
        lea, line, Found(line.pk, "damaged", Decimal(3), "Crushed"), Found(line.pk, "over", Decimal(2))
    )
    assert (damaged.kind, damaged.quantity, damaged.note, damaged.owner, damaged.item_id, damaged.outcome) == (
        "damaged", 3, "Crushed", "bea", line.item_id, "",
    )  # fmt: skip
    assert (over.kind, over.quantity, over.reported_by) == ("over", 2, "lea")
    assert (damaged.due_on - damaged.reported_at.date()).days in (3, 4)  # the site's day may be tomorrow's
    assert PurchaseOrder.objects.get().ordered_by == "bea"
    assert list(SiteStock.objects.order_by("pk").values()) == before
    assert Supply.objects.get().received == 0
    assert_proven()


def test_what_a_worker_ordered_is_nobodys_yet(shop, lea):
    (line,) = ordered(shop)
    PurchaseOrder.objects.update(ordered_by="system:planning")
    assert report(lea, line, Found(line.pk, "short", Decimal(1)))[0].owner == ""


@pytest.mark.parametrize(
    ("found", "error", "says"),
    [
        (("short", "11"), DifferenceRefused, "11 are more than the 10 still expected"),
        (("damaged", "0"), DifferenceRefused, "above zero"),
        (("short", "1.5"), DifferenceRefused, "at most 0 decimals"),
        (("late", "1"), BadInput, "one of the kinds"),
        (("wrong_item", "1"), DifferenceRefused, "or describe it"),
    ],
)
def test_what_is_wrong_is_refused(shop, lea, found, error, says):
    (line,) = ordered(shop)
    with pytest.raises(error, match=says):
        report(lea, line, Found(line.pk, found[0], Decimal(found[1])))
    assert not ReceiptDifference.objects.exists()


def test_what_is_missing_is_missing_once(shop, lea):
    (line,) = ordered(shop)
    report(lea, line, Found(line.pk, "short", Decimal(6)))
    with pytest.raises(DifferenceRefused, match="11 are more than the 10 still expected"):
        report(lea, line, Found(line.pk, "damaged", Decimal(5)))
    assert ReceiptDifference.objects.count() == 1


def test_a_wrong_item_is_known_or_described(shop, lea):
    (line,) = ordered(shop)
    other = shop.world.items[1]
    known, strange = report(
        lea, line,
        Found(line.pk, "wrong_item", Decimal(4), item_id=other),
        Found(line.pk, "wrong_item", Decimal(1), "A blue valve"),
    )  # fmt: skip
    assert (known.item_id, strange.item_id) == (other, None)
    with pytest.raises(DifferenceRefused, match="the item that was ordered"):
        report(lea, line, Found(line.pk, "wrong_item", Decimal(1), item_id=line.item_id))
    assert_proven()


def test_lines_and_receipts_of_other_orders_are_none(shop, lea):
    (line,), (other,) = ordered(shop), ordered(shop)
    with pytest.raises(BadInput):
        report(lea, line, Found(other.pk, "short", Decimal(1)))
    with pytest.raises(NotFound):
        report_differences(
            lea, purchase_order_id=line.order_id, found=[Found(line.pk, "short", Decimal(1))], receipt_id=99
        )


def test_given_up_is_not_expected_and_promised_anew(shop, lea, buyer):
    (line,) = ordered(shop, buyer)
    stock = SiteStock.objects.filter(item=shop.world.items[0], site=shop.world.sites[0])
    stock.update(reserved=1_000_000)
    shop.submit([LineRequest(shop.world.items[0], Decimal(4))])
    (short,) = report(lea, line, Found(line.pk, "short", Decimal(10)))
    assert Supply.objects.get().committed == 4
    resolved = resolve_difference(
        buyer, difference_id=short.pk, outcome="given_up", note="Out of their range", claim_reference="CL-7"
    )
    assert resolved.promises_changed == 1
    supply = Supply.objects.get()
    assert (supply.cancelled, supply.committed) == (10, 0)
    assert Demand.objects.get().promised_on is None
    short.refresh_from_db()
    assert (short.outcome, short.resolved_by, short.resolution, short.claim_reference) == (
        "given_up", "bea", "Out of their range", "CL-7",
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "outcomes"), OUTCOMES.items())
def test_what_may_become_of_each_kind(shop, lea, buyer, kind, outcomes):
    (line,) = ordered(shop, buyer, quantity=100)
    for outcome in ReceiptDifference.Outcome:
        (made,) = report(lea, line, Found(line.pk, kind, Decimal(1), "Blue", None))
        if outcome not in outcomes:
            with pytest.raises(BadInput, match="what becomes of such goods"):
                resolve_difference(buyer, difference_id=made.pk, outcome=outcome, note="Agreed")
        elif outcome != "given_up":
            resolve_difference(buyer, difference_id=made.pk, outcome=outcome, note="Agreed")
            made.refresh_from_db()
            assert made.outcome == outcome
    assert Supply.objects.get().cancelled == 0


def test_it_is_cleared_once(shop, lea, buyer):
    (line,) = ordered(shop, buyer)
    (over,) = report(lea, line, Found(line.pk, "over", Decimal(1)))
    with pytest.raises(BadInput, match="say why"):
        resolve_difference(buyer, difference_id=over.pk, outcome="sent_back", note=" ")
    first = resolve_difference(buyer, difference_id=over.pk, outcome="sent_back", note="With the same truck")
    assert resolve_difference(buyer, difference_id=over.pk, outcome="sent_back", note="Again") == first
    with pytest.raises(DifferenceResolved, match="cleared by bea: went back to the supplier"):
        resolve_difference(buyer, difference_id=over.pk, outcome="taken_in", note="Kept")
    over.refresh_from_db()
    assert (over.outcome, over.resolution) == ("sent_back", "With the same truck")


def test_it_is_given_to_those_who_clear(shop, lea, buyer):
    (line,) = ordered(shop, buyer)
    (made,) = report(lea, line, Found(line.pk, "over", Decimal(1)))
    factories.actor("procurement", username="max")
    with pytest.raises(BadInput, match="clears no differences"):
        give_differences(buyer, difference_ids=[made.pk], owner="lea")
    assert give_differences(buyer, difference_ids=[made.pk], owner="max").difference_ids == [made.pk]
    made.refresh_from_db()
    assert made.owner == "max"
    with pytest.raises(NotPermitted):
        give_differences(lea, difference_ids=[made.pk], owner="max")
    with pytest.raises(NotPermitted):
        resolve_difference(lea, difference_id=made.pk, outcome="sent_back", note="Gone")


def test_statements_do_not_depend_on_the_lines(shop, lea, buyer):
    counts = []
    for lines in (1, 3):
        made = ordered(shop, buyer, lines=lines)
        with count_statements() as counted:
            report(lea, made[0], *[Found(line.pk, "short", Decimal(1)) for line in made])
        counts.append(counted.statements)
    assert counts[0] == counts[1] <= 12
