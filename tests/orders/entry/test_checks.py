"""Holds by the customer's thresholds (OC05): what each asks, what it says, and what it costs."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from billing.models import Invoice, OpenItem
from erp.kernel.command import By
from erp.kernel.models import User
from inventory.models import ShipmentLine, SiteStock
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.errors import ReleaseRefused, ShipRefused
from masterdata.models import Customer, Item, Party, ShipTo, TaxRule
from masterdata.policies.snapshot import Snapshot, assume
from orders.desk.preview import look_at
from orders.entry.actions.amend_order import amend_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.checks import Found, judge
from orders.entry.errors import CustomerPoUsed, LineRefused
from orders.entry.rules import LineRequest, OrderRequest, Totals
from orders.holds.actions.release_hold import release_hold
from orders.holds.errors import OwnHold
from orders.holds.policies import Thresholds
from orders.holds.rules import HOLDS, RELEASE_RIGHT
from orders.models import Hold, SalesOrder
from tests import factories
from tests.support import count_statements
from tests.trade import Trade, trade

EVERY = {
    "orders.overdue_hold_days": 10,
    "orders.minimum_order_net": "1",
    "orders.po_repeat_hold_days": 30,
    "orders.quantity_hold_times": "5",
    "orders.address_hold": True,
    "orders.export_hold_countries": "RU, BY",
    "orders.export_hold_attribute": "export_controlled",
    "orders.data_hold": True,
}


@pytest.fixture
def shop(db) -> Trade:
    return trade()


def policies(**values: object) -> None:
    """These thresholds for the house, by the end of their keys."""
    assume(
        Snapshot(
            1, {(f"orders.{key}", "*"): [(date(2000, 1, 1), None, value)] for key, value in values.items()}
        )
    )


def only_hold(shop: Trade, *args: object, **changes: object) -> Hold:
    submitted = shop.submit(*args, **changes)
    assert len(submitted.holds) == 1, submitted.holds
    return Hold.objects.get(order=submitted.order_id)


def two(shop: Trade, quantity: int = 1) -> list[LineRequest]:
    return [LineRequest(shop.world.items[1], Decimal(quantity))]


def address(shop: Trade, **values: object) -> None:
    ShipTo.objects.filter(customer=shop.world.customers[0]).update(**values)


# What each asks ----------------------------------------------------------------------------------


def test_below_the_minimum_is_held_and_at_it_is_not(shop):
    order = SalesOrder.objects.get(pk=shop.submit(two(shop, 2)).order_id)
    policies(minimum_order_net=str(order.net))
    assert shop.submit(two(shop, 2)).holds == []
    hold = only_hold(shop, two(shop, 1))
    half = order.net / 2
    assert (hold.kind, hold.amount) == ("minimum", half)
    assert hold.detail == f"The order is {half:.2f} EUR, the minimum is {order.net} EUR."


def test_freight_does_not_count_towards_the_minimum(shop):
    goods = SalesOrder.objects.get(pk=shop.submit(two(shop, 2)).order_id).net
    customer = Customer.objects.get(pk=shop.world.customers[0])
    Customer.objects.filter(pk=customer.pk).update(freight_terms="prepaid_add")
    Item.objects.update(weight_kg=1)
    factories.freight_tariff(company=customer.company)  # 10.00 and 0.50 per kg
    policies(minimum_order_net=str(goods + 5))
    seen = look_at(shop.request(two(shop, 2)), User.objects.get(pk=shop.world.user_id))
    assert [hold.kind for hold in seen.holds] == ["minimum"]
    hold = only_hold(shop, two(shop, 2))
    assert (hold.kind, hold.detail) == (
        "minimum",
        f"The order is {goods} EUR without freight, the minimum is {goods + 5} EUR.",
    )
    # a change: three are enough, two are not although there is freight on top
    order_id = shop.submit(two(shop, 3)).order_id
    less = Amendment([LineChange(1, Decimal(2))])
    assert amend_order(shop.by(), order_id=order_id, version=1, amendment=less).holds == ["minimum"]


def test_an_overdue_payer_holds_what_is_ordered_next(shop):
    (invoice_id,) = shop.invoice(shop.ship(1)).invoice_ids
    invoice = Invoice.objects.get(pk=invoice_id)
    today = invoice.issued_on
    policies(overdue_hold_days=10)
    OpenItem.objects.update(due_on=date.fromordinal(today.toordinal() - 10))
    assert shop.submit(1).holds == []
    late = date.fromordinal(today.toordinal() - 11)
    OpenItem.objects.update(due_on=late)
    hold = only_hold(shop, 1)
    assert (hold.kind, hold.detail) == (
        "overdue",
        f"{invoice.gross} EUR is overdue by more than 10 days, the oldest since {late}.",
    )
    OpenItem.objects.update(open=0)  # paid
    assert shop.submit(1).holds == []


def test_a_policy_leaves_out_what_an_overdue_payer_disputes(shop):
    (invoice_id,) = shop.invoice(shop.ship(1)).invoice_ids
    invoice = Invoice.objects.get(pk=invoice_id)
    late = date.fromordinal(invoice.issued_on.toordinal() - 11)
    OpenItem.objects.update(due_on=late, disputed=5)
    policies(overdue_hold_days=10)
    assert f"{invoice.gross} EUR is overdue" in only_hold(shop, 1).detail
    policies(overdue_hold_days=10, overdue_disputed_counts=False)
    assert f"{invoice.gross - 5} EUR is overdue" in only_hold(shop, 1).detail
    OpenItem.objects.update(disputed=F("open"))
    assert shop.submit(1).holds == []


def test_a_po_that_must_be_unique_is_refused_and_one_that_may_come_again_is_held(shop):
    policies(po_repeat_hold_days=30)
    first = shop.submit(1, customer_po="BW-1")
    with pytest.raises(CustomerPoUsed):
        shop.submit(1, customer_po="bw-1")
    Customer.objects.filter(pk=shop.world.customers[0]).update(po_unique=False)
    hold = only_hold(shop, 1, customer_po="bw-1")
    assert hold.kind == "po_twice"
    assert hold.detail == (
        f"PO bw-1 came within the last 30 days, on {first.number}. Is this the same order again?"
    )
    SalesOrder.objects.update(submitted_at="2020-01-01T10:00Z")
    assert shop.submit(1, customer_po="BW-1").holds == []


def test_an_unusual_quantity_is_told_against_the_customers_own_habit(shop):
    policies(quantity_hold_times="5")
    item = Item.objects.get(pk=shop.world.items[1])
    assert shop.submit(two(shop, 500)).holds == []  # no habit yet
    SalesOrder.objects.update(state="cancelled")
    for quantity in (2, 4, 6):
        assert shop.submit(two(shop, quantity)).holds == []
    assert shop.submit(two(shop, 20), customer_id=shop.world.customers[1]).holds == []  # not their habit
    wish = shop.submit([*two(shop, 11), *two(shop, 10)])  # two lines of one item are one wish
    assert wish.holds == ["quantity"]
    price = Decimal(10 + item.pk % 90)
    assert list(Hold.objects.order_by("pk").values_list("line__line", "amount")) == [
        (1, 11 * price),
        (2, 10 * price),
    ]
    assert {hold.detail for hold in Hold.objects.all()} == {
        f"{item.code}: 21 is more than 5 times the usual 4."
    }
    assert shop.submit(two(shop, 20)).holds == []


def test_a_blocked_item_is_refused_or_by_policy_held(shop):
    Item.objects.filter(pk=shop.world.items[1]).update(status="blocked")
    with pytest.raises(LineRefused):
        shop.submit(two(shop))
    assert not SalesOrder.objects.exists()
    policies(blocked_item="hold")
    hold = only_hold(shop, two(shop))
    item = Item.objects.get(pk=shop.world.items[1])
    assert (hold.kind, hold.detail) == ("item", f"{item.code} is blocked for sale.")
    assert hold.amount == Decimal(10 + item.pk % 90)


def test_goods_wait_for_a_whole_address(shop):
    policies(address_hold=True)
    address(shop, street="Kaai 1", postal_code="", city="")
    hold = only_hold(shop, 1)
    assert (hold.kind, hold.detail) == ("address", "The ship-to address lacks postal code and city.")
    address(shop, is_active=False)
    assert Hold.objects.get(order=shop.submit(1).order_id).detail == "There is no ship-to address."
    address(shop, is_active=True, postal_code="2000", city="Antwerp")
    assert shop.submit(1).holds == []


def test_export_control_asks_for_countries_and_for_marked_items(shop):
    policies(export_hold_countries="ru, by", export_hold_attribute="export_controlled")
    Item.objects.filter(pk=shop.world.items[1]).update(attributes={"export_controlled": "5A002"})
    assert shop.submit(2).holds == []  # stays in the country
    address(shop, country="NO")
    hold = only_hold(shop, 2)
    assert (
        hold.detail
        == f"{Item.objects.get(pk=shop.world.items[1]).code} is under export control and leaves for NO."
    )
    assert shop.submit(1).holds == []
    address(shop, country="BY")
    assert only_hold(shop, 1).detail == "Deliveries to BY wait for export control."


def test_missing_master_data_holds(shop):
    policies(data_hold=True)
    Customer.objects.filter(pk=shop.world.customers[0]).update(tax_treatment="intra")
    item = Item.objects.get(pk=shop.world.items[0])
    hold = only_hold(shop, 1)
    assert (hold.kind, hold.detail) == (
        "data",
        f"Missing: the customer's VAT number and the tax code of {item.code}.",
    )
    rule = TaxRule.objects.get()
    TaxRule.objects.create(
        company=rule.company, tax_treatment="intra", tax_class="standard", tax_code=rule.tax_code,
        valid_from=rule.valid_from,
    )  # fmt: skip
    Party.objects.update(tax_number="BE0123456749")
    assert shop.submit(1).holds == []


def test_orders_taken_over_are_not_judged(shop):
    policies(minimum_order_net="1000000")
    assert shop.submit(1, price_source="conversion", channel="conversion").holds == []


def test_several_stand_side_by_side_and_each_keeps_the_order_in(shop):
    policies(minimum_order_net="1000000", address_hold=True)
    submitted = shop.submit(1)
    assert submitted.holds == ["minimum", "address"]
    cs = By(factories.actor("customer_service"))
    for hold in Hold.objects.order_by("pk"):
        with pytest.raises(ReleaseRefused):
            shop.release(submitted.order_id)
        with pytest.raises(OwnHold):
            release_hold(shop.by(), hold_id=hold.pk, reason="mine")
        release_hold(cs, hold_id=hold.pk, reason="asked the customer")
    assert shop.release(submitted.order_id)


def test_every_kind_has_a_name_and_a_right():
    kinds = {kind.value for kind in Hold.Kind}
    assert kinds == HOLDS.keys() == RELEASE_RIGHT.keys()


# A change ------------------------------------------------------------------------------------------


def test_an_order_that_shrinks_below_the_minimum_is_held(shop):
    order = SalesOrder.objects.get(pk=shop.submit(two(shop, 2)).order_id)
    policies(minimum_order_net=str(order.net))
    more = Amendment([LineChange(1, Decimal(3))])
    assert amend_order(shop.by(), order_id=order.pk, version=1, amendment=more).holds == []
    less = Amendment([LineChange(1, Decimal(1))])
    assert amend_order(shop.by(), order_id=order.pk, version=2, amendment=less).holds == ["minimum"]


def test_a_quantity_typed_wrong_in_a_change_is_held(shop):
    policies(quantity_hold_times="5")
    for _ in range(3):
        order_id = shop.submit(two(shop, 4)).order_id
    order_id = shop.submit(two(shop, 4)).order_id
    change = Amendment([LineChange(1, Decimal(40))])
    assert amend_order(shop.by(), order_id=order_id, version=1, amendment=change).holds == ["quantity"]


# Again at the truck --------------------------------------------------------------------------------


def test_an_item_blocked_after_the_order_stops_its_line_and_the_truck_that_has_it(shop):
    waiting, picked = shop.submit(2), shop.release(shop.submit(2).order_id)
    alone = shop.submit(two(shop))
    shop.pick(picked)
    Item.objects.filter(pk=shop.world.items[1]).update(status="blocked")
    with pytest.raises(ReleaseRefused) as refusal:
        shop.release(alone.order_id)
    assert refusal.value.context["role"] == "orders.release_item_hold"
    with pytest.raises(ShipRefused):
        confirm_shipments(shop.by(), shipment_ids=[picked])
    assert SiteStock.objects.get(item=shop.world.items[1], site=shop.world.sites[0]).on_hand == 1_000_000
    other = ShipmentLine.objects.get(shipment=shop.release(waiting.order_id))  # the other line goes on
    assert other.item_id == shop.world.items[0]
    shop.pick(other.shipment_id)
    assert confirm_shipments(shop.by(), shipment_ids=[other.shipment_id])
    Item.objects.update(status="active")
    assert confirm_shipments(shop.by(), shipment_ids=[picked]).shipment_ids == [picked]


def test_a_held_line_stays_and_the_others_go(shop):
    Item.objects.filter(pk=shop.world.items[1]).update(status="blocked")
    policies(blocked_item="hold")
    submitted = shop.submit(3)
    hold = Hold.objects.get()
    assert hold.line.line == 2
    lines = ShipmentLine.objects.filter(shipment=shop.release(submitted.order_id))
    assert sorted(lines.values_list("item", flat=True)) == [shop.world.items[0], shop.world.items[2]]
    with pytest.raises(ReleaseRefused):
        shop.release(submitted.order_id)
    release_hold(By(factories.actor("process_owner")), hold_id=hold.pk, reason="The last ones")
    line = ShipmentLine.objects.get(shipment=shop.release(submitted.order_id))
    assert line.item_id == shop.world.items[1]


def test_a_held_line_keeps_a_whole_order_waiting(shop):
    Customer.objects.filter(pk=shop.world.customers[0]).update(ship_rule="complete")
    Item.objects.filter(pk=shop.world.items[1]).update(status="blocked")
    policies(blocked_item="hold")
    with pytest.raises(ReleaseRefused):
        shop.release(shop.submit(3).order_id)


def test_another_line_of_the_same_kind_is_held_beside_the_first(shop):
    for place in (0, 1):
        for _ in range(3):
            shop.submit([LineRequest(shop.world.items[place], Decimal(1))])
    policies(quantity_hold_times="5")
    many = [LineRequest(shop.world.items[0], Decimal(9)), LineRequest(shop.world.items[1], Decimal(1))]
    order_id = shop.submit(many).order_id
    change = Amendment([LineChange(1, Decimal(8)), LineChange(2, Decimal(9))])
    assert amend_order(shop.by(), order_id=order_id, version=1, amendment=change).holds == ["quantity"]
    assert sorted(Hold.objects.values_list("line__line", flat=True)) == [1, 2]


# What it costs ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_is_asked_where_no_policy_asks_and_one_statement_where_all_do():
    shop = trade(items=500)
    address(shop, street="Kaai 1", postal_code="2000", city="Antwerp")
    shop.submit(1)  # prepares
    counts = {}
    for name, values in (("none", {}), ("own", {"orders.minimum_order_net": "1"}), ("all", EVERY)):
        assume(Snapshot(1, {(key, "*"): [(date(2000, 1, 1), None, value)] for key, value in values.items()}))
        shop.submit(1)
        for lines in (1, 10, 500):
            with count_statements() as counted:
                assert shop.submit(lines).holds == []
            counts.setdefault(name, set()).add(counted.statements)
    (none,), (own,), (everything,) = counts.values()
    assert none == own == everything - 1


# The rule alone --------------------------------------------------------------------------------------


def test_by_default_nothing_is_asked():
    assert Thresholds().needs_facts is False


@given(overdue=st.decimals(0, 10_000, places=2), days=st.integers(0, 60))
def test_overdue_holds_only_where_it_is_asked_and_owed(overdue, days):
    request = OrderRequest(1, [], date(2026, 1, 5), "desk")
    header = SimpleNamespace(currency="EUR")
    total = Totals(Decimal(100), Decimal(21))
    found = judge(
        Thresholds(overdue_days=days), request, header, [], [], total, Found(overdue, date(2025, 11, 1))
    )
    assert [hold.kind for hold in found] == (["overdue"] if days and overdue else [])
    assert all(hold.amount == 121 for hold in found)
