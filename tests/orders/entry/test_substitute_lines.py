"""The shortage's own verb: what is short is cancelled, its substitute is a line that keeps what was asked for."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import BadInput, InvalidTransition, NotFound, NotPermitted, StaleVersion
from erp.kernel.models import Decision
from erp.kernel.outbox import deliver
from erp.kernel.quantity import sum_by
from inventory.inbound.actions.post_receipt import ReceiptLineRequest, post_receipt
from inventory.models import Demand, PurchaseOrderLine, SiteStock
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from inventory.replenishment.history import wanted_by_month
from masterdata.models import Bin, Company, Item, Party, ShipTo, Substitute
from masterdata.policies import snapshot
from orders.entry.actions.cancel_order import cancel_order
from orders.entry.actions.substitute_lines import SubstitutedLines, substitute_lines
from orders.entry.errors import NotBackordered, OrderReleased, SubstituteRefused
from orders.entry.rules import LineRequest
from orders.entry.shortages import Replacement
from orders.messages.actions.draft_notices import draft_notices
from orders.models import CreditAccount, Hold, LineSubstitution, OrderLine, OrderMessage, SalesOrder
from tests.factories import LONG_AGO, actor, supplier
from tests.orders.books import assert_kept, assert_proven
from tests.orders.substitutes import consents, short_shop, stands_in
from tests.support import count_statements, in_turn
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db

PROOFS = ["D1", "D2", "D3", "D7", "D8", "D11", "D13", "K1"]


@pytest.fixture
def shop() -> Trade:
    """Six of the first item are left."""
    return short_shop(6)


def ordered(shop: Trade, quantity: int = 10, **changes: object) -> SalesOrder:
    line = LineRequest(shop.world.items[0], Decimal(quantity))
    return SalesOrder.objects.get(pk=shop.submit([line], **changes).order_id)


def replace(
    shop: Trade,
    order: SalesOrder,
    quantity: int | None = None,
    other: int = 1,
    by: By | None = None,
    **given: object,
) -> SubstitutedLines:
    return substitute_lines(
        by or shop.by(),
        order_id=order.pk,
        version=given.pop("version", order.version),
        replacements=[
            Replacement(
                1,
                shop.world.items[other],
                None if quantity is None else Decimal(quantity),
                str(given.pop("consent", "Mr Maes")),
            )
        ],
        reason=str(given.pop("reason", "None before March")),
    )


def free_again(shop: Trade) -> None:
    """Forget what `left` took, so that the books add up."""
    held = Demand.objects.filter(item=shop.world.items[0]).values_list("reserved", flat=True)
    SiteStock.objects.filter(item=shop.world.items[0], site=shop.world.sites[0]).update(reserved=sum(held))


def test_what_is_short_comes_as_something_else(shop):
    order = ordered(shop)
    made = replace(shop, order)
    order.refresh_from_db()
    first, second = order.lines.order_by("line")
    assert (made.lines, made.version, made.gross) == ([2], 2, str(order.gross))
    assert (first.quantity, first.cancelled_quantity, first.net) == (10, 4, 60)
    assert (second.item_id, second.quantity, second.unit_price, second.price_source) == (
        shop.world.items[1], 4, 10, "substitute",
    )  # fmt: skip
    assert (order.net, order.open_net, order.line_count) == (100, 100, 2)
    kept = LineSubstitution.objects.get()
    assert (kept.line, kept.replaces, kept.asked_item_id, kept.asked_quantity, kept.consent) == (
        second, first, shop.world.items[0], 4, "Mr Maes",
    )  # fmt: skip
    assert list(Demand.objects.order_by("pk").values_list("ordered", "reserved", "cancelled")) == [
        (10, 6, 4),
        (4, 4, 0),
    ]
    why = Decision.objects.get(verb="orders.substitute_lines").outcome
    assert (why["lines"], why["instead"]["2"][:3], why["reason"]) == (
        [2], [shop.world.items[0], "4.000000", "EA"], "None before March",
    )  # fmt: skip
    free_again(shop)
    assert_proven(*PROOFS)
    assert_kept(order.bill_to_id)


def test_a_substitute_under_export_control_waits_for_it(shop):
    ShipTo.objects.filter(customer=shop.world.customers[0]).update(country="NO")
    Item.objects.filter(pk=shop.world.items[1]).update(attributes={"export_controlled": "5A002"})
    key = ("orders.export_hold_attribute", "*")
    snapshot.assume(snapshot.Snapshot(values={key: [(LONG_AGO, None, "export_controlled")]}))
    order = ordered(shop)
    assert not Hold.objects.exists()
    assert replace(shop, order).holds == ["export"]
    hold = Hold.objects.get()
    assert (hold.line.line, hold.amount) == (2, 40)
    assert hold.detail == "P1 is under export control and leaves for NO."


def test_its_own_price_moves_the_exposure_and_over_the_limit_is_held(shop):
    Substitute.objects.update(price="own")
    order = ordered(shop)
    account = CreditAccount.objects.get(customer=order.bill_to)
    CreditAccount.objects.filter(pk=account.pk).update(limit=order.gross + 10)
    made = replace(shop, order)
    assert made.holds == ["credit"]
    order.refresh_from_db()
    assert order.net == 140
    free_again(shop)
    assert_kept(order.bill_to_id)


def test_a_part_may_be_replaced_and_another_later(shop):
    stands_in(shop, 0, 2, kind="upgrade", numerator=1, denominator=2)
    order = ordered(shop)
    replace(shop, order, 1)
    order.refresh_from_db()
    replace(shop, order, 2, other=2)
    assert list(
        OrderLine.objects.order_by("line").values_list("quantity", "cancelled_quantity", "unit_price")
    ) == [(10, 3, 10), (1, 0, 10), (1, 0, 20)]
    assert list(LineSubstitution.objects.order_by("line").values_list("asked_stock_quantity", flat=True)) == [
        1,
        2,
    ]
    free_again(shop)
    assert_proven(*PROOFS)


def test_after_a_part_has_shipped_the_rest_may_be_replaced(shop):
    order = ordered(shop)
    shipment = shop.release(order.pk)
    with pytest.raises(OrderReleased):
        replace(shop, order)
    shop.pick(shipment)
    confirm_shipments(shop.by(), shipment_ids=[shipment])
    free_again(shop)
    shop.invoice(shipment)
    order.refresh_from_db()
    replace(shop, order)
    order.refresh_from_db()
    assert (order.net, order.open_net) == (100, 40)
    second = shop.release(order.pk)
    shop.pick(second)
    confirm_shipments(shop.by(), shipment_ids=[second])
    shop.invoice(second)
    order.refresh_from_db()
    assert (order.open_net, order.open_gross) == (0, 0)
    assert_proven()


def test_the_supply_it_leaned_on_goes_to_who_waits(shop):
    buy(shop, 4)
    order = ordered(shop)
    waiting = ordered(shop, 3)
    assert Demand.objects.get(group=order.group_id).promised_on == date(2031, 1, 6)
    assert Demand.objects.get(group=waiting.group_id).promised_on is None
    replace(shop, order, 3)
    served = Demand.objects.get(group=waiting.group_id)
    assert (served.promised_on, served.first_promised_on) == (date(2031, 1, 6), None)
    first = Demand.objects.get(group=order.group_id, item=shop.world.items[0])
    assert (first.promised_on, first.cancelled) == (date(2031, 1, 6), 3)
    free_again(shop)
    assert_kept(order.bill_to_id)


def buy(shop: Trade, quantity: int) -> int:
    company = Company.objects.get(pk=shop.world.company_id)
    made = create_purchase_order(
        shop.by(),
        supplier_id=supplier(company=company).pk,
        site_id=shop.world.sites[0],
        lines=[PurchaseLine(shop.world.items[0], Decimal(quantity), "EA", Decimal(2))],
        due_on=date(2031, 1, 6),
    )
    return made.purchase_order_id


def test_the_customer_is_told_once_what_comes_instead(shop):
    Party.objects.update(email="buyer@example.com")
    order = ordered(shop)
    replace(shop, order)
    codes = dict(Item.objects.values_list("pk", "code"))
    for subscriber in ("orders.messages.draft_substitutes", "orders.messages.redraft_changed_orders"):
        assert deliver(subscriber).failed == 0
    message = OrderMessage.objects.get()
    assert message.subject == f"A substitute in order {order.number}"
    assert f"Line 2, 4 EA {codes[shop.world.items[1]]}" in message.body
    assert f"instead of 4 EA {codes[shop.world.items[0]]}, leaves on" in message.body
    assert "Line 1, 6 EA" in message.body  # nobody knew a date for all ten
    OrderMessage.objects.update(state="sent")
    with transaction.atomic():
        batch = Batch(Actor.system("test"), now())
        assert draft_notices(batch, demand_ids=list(Demand.objects.values_list("pk", flat=True))) == 0
        batch.close()


def unchanged(order: SalesOrder) -> None:
    now = SalesOrder.objects.get(pk=order.pk)
    assert (now.version, now.net, now.line_count) == (order.version, order.net, order.line_count)
    assert not LineSubstitution.objects.exists()
    assert Demand.objects.get(group=order.group_id).cancelled == 0


def test_refusals_change_nothing(shop):
    order = ordered(shop)
    asked = [
        (BadInput, {"reason": " "}),
        (StaleVersion, {"version": 2}),
        (NotBackordered, {"quantity": 5}),
        (NotBackordered, {"quantity": 0}),
        (SubstituteRefused, {"other": 3}),
        (SubstituteRefused, {"consent": ""}),
        (NotPermitted, {"by": By(actor("warehouse"))}),
    ]
    for error, given in asked:
        with pytest.raises(error):
            replace(shop, order, **given)
        unchanged(order)
    with pytest.raises(NotFound):
        substitute_lines(
            shop.by(), order_id=order.pk, version=1, reason="x",
            replacements=[Replacement(7, shop.world.items[1], consent="x")],
        )  # fmt: skip
    for lines in ([], [Replacement(1, shop.world.items[1])] * 2):
        with pytest.raises(BadInput):
            substitute_lines(shop.by(), order_id=order.pk, version=1, reason="x", replacements=lines)
    consents("never")
    with pytest.raises(SubstituteRefused) as refusal:
        replace(shop, order)
    assert "takes no substitutes" in str(refusal.value)
    unchanged(order)
    cancel_order(shop.by(), order_id=order.pk, version=1, reason="x")
    with pytest.raises(InvalidTransition):
        replace(shop, order, version=2)


def test_asked_twice_it_is_done_once(shop):
    order = ordered(shop)
    first = replace(shop, order, by=shop.by("once"))
    assert replace(shop, order, by=shop.by("once")) == first
    assert OrderLine.objects.count() == 2


def test_statements_do_not_depend_on_lines():
    shop = trade(items=402)
    SiteStock.objects.filter(item__in=shop.world.items[:200]).update(reserved=1_000_000)
    for place in range(200):
        stands_in(shop, place, 200 + place)
    consents("always")
    counts = []
    for lines in (1, 1, 10, 200):
        wanted = [LineRequest(item, Decimal(2)) for item in shop.world.items[:lines]]
        order = shop.submit(wanted)
        with count_statements() as counted:
            substitute_lines(
                shop.by(), order_id=order.order_id, version=1, reason="x",
                replacements=[Replacement(n + 1, shop.world.items[200 + n]) for n in range(lines)],
            )  # fmt: skip
        counts.append(counted.statements)
    assert counts[1] == counts[2] == counts[3]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_goods_that_come_meanwhile_are_not_replaced():
    shop = short_shop(0)
    purchase = buy(shop, 10)
    order = ordered(shop)
    supply = PurchaseOrderLine.objects.get(order=purchase).supply_id
    bin_id = Bin.objects.filter(site=shop.world.sites[0]).first().pk

    def receive():
        return post_receipt(
            shop.by(),
            purchase_order_id=purchase,
            lines=[ReceiptLineRequest(supply, Decimal(10), bin_id)],
        )

    first, second = in_turn(receive, lambda: replace(shop, order))
    assert not isinstance(first, Exception)
    assert isinstance(second, NotBackordered)
    unchanged(order)
    assert Demand.objects.get().reserved == 10


def test_planning_sees_what_was_asked_for_not_what_stood_in(shop):
    order = ordered(shop)
    items, sites = shop.world.items[:2], shop.world.sites
    batch = Batch(shop.actor, now())

    def wanted() -> dict[int, Decimal]:
        with transaction.atomic():
            found = wanted_by_month(batch, items, sites, date(2026, 2, 1))
        return sum_by((row[0], row[3]) for row in found if row[2] == date(2026, 1, 1))

    assert wanted()[items[0]] == 10
    replace(shop, order)
    assert Demand.objects.filter(item=items[1]).exists()
    assert wanted() == {items[0]: 10, items[1]: 0}
