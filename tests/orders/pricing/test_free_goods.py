"""Free goods: so many bought bring so many free, as lines of their own that follow the order to its end (PR06)."""

from datetime import date
from decimal import Decimal

import pytest

from billing.models import Invoice, InvoiceException
from erp.kernel.command import By
from erp.kernel.errors import BadInput
from erp.kernel.models import Decision, User
from inventory.models import Demand, SiteStock
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from masterdata.agreements.actions.assign_price_scope import assign_price_scope
from masterdata.agreements.actions.create_price_scope import create_price_scope
from masterdata.agreements.actions.issue_coupon import issue_coupon
from masterdata.agreements.actions.set_allowance import set_allowance
from masterdata.agreements.actions.set_price import set_price
from masterdata.agreements.errors import FreeGoodsInUse
from masterdata.models import Allowance, Item, Price
from masterdata.policies.snapshot import Snapshot, assume
from orders.desk.preview import look_at
from orders.entry.actions.amend_order import amend_order
from orders.entry.actions.cancel_order import cancel_lines, cancel_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.rules import LineRequest
from orders.models import FreeGoods, OrderLine, SalesOrder
from orders.pricing.rules import reprice
from orders.pricing.steps import named_step, prices_of
from tests import factories as make
from tests.orders.books import assert_kept, assert_proven
from tests.orders.pricing.promotions import JAN, free_goods, promotion, steward
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def shop() -> Trade:
    return trade()


@pytest.fixture
def item(shop) -> Item:
    """The second item: it has a list price and nothing else."""
    return Item.objects.get(pk=shop.world.items[1])


@pytest.fixture
def other(shop) -> Item:
    return Item.objects.get(pk=shop.world.items[2])


def listed(item) -> Decimal:
    return D(10 + item.pk % 90)


def lines_of(made) -> list[tuple]:
    """(line, item, wanted, price, source, net) of an order."""
    rows = OrderLine.objects.filter(order=made.order_id).order_by("line")
    return [
        (
            row.line,
            row.item_id,
            row.quantity - row.cancelled_quantity,
            row.unit_price,
            row.price_source,
            row.net,
        )
        for row in rows
    ]


def why(made, verb="orders.submit_order"):
    return Decision.objects.filter(verb=verb, subject_id=made.order_id).order_by("-recorded_at")[0].outcome


def amend(shop, made, *changes, version=1):
    return amend_order(shop.by(), order_id=made.order_id, version=version, amendment=Amendment(list(changes)))


def proven() -> None:
    assert_proven("D1", "D2", "D3", "D7", "D8", "D10", "D11", "D12", "D23", "D24", "K1")


def test_twenty_five_bring_two_on_a_line_of_their_own(shop, item):
    scope = free_goods(shop, item)
    made = shop.submit([LineRequest(item.pk, D(25))])
    price = listed(item)
    assert lines_of(made) == [
        (1, item.pk, 25, price, "list", 25 * price),
        (2, item.pk, 2, 0, "free", 0),
    ]
    order = SalesOrder.objects.get(pk=made.order_id)
    assert (order.net, order.line_count, made.holds) == (25 * price, 2, [])
    assert sorted(Demand.objects.values_list("ordered", "reserved")) == [(2, 2), (25, 25)]
    given = FreeGoods.objects.get()
    assert (given.line.line, given.of_line.line, given.bought, given.given) == (2, 1, 10, 1)
    paid, free = why(made)["price"]
    assert [step["step"] for step in paid] == ["list"]
    assert [(step["step"], D(step["value"])) for step in free] == [("list", price), ("free", D(0))]
    assert (free[-1]["price"], free[-1]["with"]) == (Price.objects.get(scope=scope).pk, 1)
    assert reprice(free, quantity=D(2), currency="EUR") == (0, 0)
    assert "free with line 1" in named_step(free[-1], prices_of(free)).note
    assert_kept(order.bill_to_id)
    proven()


@pytest.mark.parametrize(("quantity", "free"), [(9, 0), (10, 1), (19, 1), (20, 2)])
def test_each_time_that_the_quantity_is_reached_brings_one(shop, item, quantity, free):
    free_goods(shop, item)
    made = shop.submit([LineRequest(item.pk, D(quantity))])
    assert [row[2] for row in lines_of(made)[1:]] == ([free] if free else [])


def test_in_units_and_of_another_item(shop, item, other):
    make.item_unit(item, "BX", 12)
    free_goods(shop, item, bought=2, free=3, unit="BX", free_item=other)
    made = shop.submit(
        [LineRequest(item.pk, D(48)), LineRequest(item.pk, D(5), "BX"), LineRequest(other.pk, D(1))]
    )
    rows = lines_of(made)
    assert [(row[0], row[1], row[2], row[4]) for row in rows[3:]] == [
        (4, other.pk, 6, "free"), (5, other.pk, 6, "free"),
    ]  # fmt: skip
    assert [step["step"] for step in why(made)["price"][3]] == ["list", "free"]
    assert list(FreeGoods.objects.order_by("line__line").values_list("of_line__line", "bought", "given")) == [
        (1, 24, 3), (2, 24, 3),
    ]  # fmt: skip
    proven()


def test_same_item_in_another_unit_is_free_in_that_unit(shop, item):
    make.item_unit(item, "BX", 12)
    free_goods(shop, item, bought=2, free=1, unit="BX")
    made = shop.submit([LineRequest(item.pk, D(24))])
    line = OrderLine.objects.get(order=made.order_id, line=2)
    assert (line.quantity, line.unit_id, line.stock_quantity) == (1, "BX", 12)


@pytest.mark.parametrize(("stacking", "free"), [("free", 0), ("free_all", 1)])
def test_an_agreement_brings_goods_only_where_the_promotion_says_so(shop, stacking, free):
    first = Item.objects.get(pk=shop.world.items[0])  # agreed with the customer
    free_goods(shop, first, stacking=stacking)
    made = shop.submit([LineRequest(first.pk, D(10))])
    assert len(lines_of(made)) == 1 + free
    if not free:
        assert [entry[1] for entry in why(made)["rejected"][0]][-1] == "agreement"


def test_a_price_that_is_set_by_hand_brings_none(shop, item):
    free_goods(shop, item)
    made = shop.submit([LineRequest(item.pk, D(10), price=listed(item), price_reason="Agreed")])
    assert len(lines_of(made)) == 1


def test_a_coupon_may_bring_goods_and_is_named_by_them(shop, item):
    scope = free_goods(shop, item, to=False)
    issue_coupon(steward(), scope_id=scope, code="GIFT", valid_from=JAN)
    assert len(lines_of(shop.submit([LineRequest(item.pk, D(10))]))) == 1
    made = shop.submit([LineRequest(item.pk, D(10))], coupon="gift")
    assert why(made)["price"][1][-1]["coupon"] == "GIFT"
    proven()


def test_the_budget_holds_all_of_them_or_none(shop, item):
    scope = free_goods(shop, item)
    set_allowance(steward(), scope_id=scope, most=listed(item) * 2)
    none = shop.submit([LineRequest(item.pk, D(30))])
    assert len(lines_of(none)) == 1
    assert why(none)["rejected"][0][-1][1] == "used_up"
    one = shop.submit([LineRequest(item.pk, D(10)), LineRequest(item.pk, D(10)), LineRequest(item.pk, D(10))])
    assert [row[4] for row in lines_of(one)] == ["list"] * 3 + ["free"] * 2
    assert Allowance.objects.get().left == 0
    cancel_lines(shop.by(), order_id=one.order_id, version=1, lines=[1], reason="no")
    assert Allowance.objects.get().used == listed(item)
    proven()


def test_what_is_not_sold_does_not_come(shop, item, other):
    free_goods(shop, item, free_item=other)
    Item.objects.filter(pk=other.pk).update(status="blocked")
    made = shop.submit([LineRequest(item.pk, D(10))])
    assert (len(lines_of(made)), why(made)["rejected"][0][-1][1]) == (1, "not_sold")


def test_what_the_unit_does_not_count_does_not_come(shop, item):
    free_goods(shop, item, bought=10, free="0.5")
    made = shop.submit([LineRequest(item.pk, D(10))])
    assert (len(lines_of(made)), why(made)["rejected"][0][-1][1]) == (1, "not_whole")
    whole = shop.submit([LineRequest(item.pk, D(20))])
    assert [row[2] for row in lines_of(whole)] == [20, 1]
    proven()


def test_its_cost_counts_in_the_margin_of_the_line(shop, item):
    net, cost = listed(item) * 10, item.standard_cost * 10
    alone = (net - cost) * 100 / net
    with_gift = (net - cost * D("1.5")) * 100 / net
    assume(
        Snapshot(1, {("orders.margin_floor_percent", "*"): [(date(2000, 1, 1), None, str(round(alone) - 1))]})
    )
    assert with_gift < round(alone) - 1
    assert shop.submit([LineRequest(item.pk, D(10))]).holds == []
    free_goods(shop, item, bought=10, free=5)
    made = shop.submit([LineRequest(item.pk, D(10))])
    assert made.holds == ["margin"]
    detail = SalesOrder.objects.get(pk=made.order_id).holds.get().detail
    assert detail.startswith(f"{item.code} has a margin of {round(with_gift, 1)} %") and "more" not in detail
    user = User.objects.get(username="bench")
    seen = look_at(shop.request([LineRequest(item.pk, D(10))]), user, steers=True)
    assert (seen.margin, [gift.fact.code for gift in seen.gifts]) == (round(with_gift, 1), [item.code])


def test_an_amendment_adapts_them(shop, item, other):
    free_goods(shop, item)
    made = shop.submit([LineRequest(item.pk, D(25)), LineRequest(other.pk, D(1))])
    amend(shop, made, LineChange(1, D(30)))
    assert [(row[0], row[2]) for row in lines_of(made)] == [(1, 30), (2, 1), (3, 3)]
    amend(shop, made, LineChange(1, D(9)), version=2)
    assert [(row[0], row[2]) for row in lines_of(made)] == [(1, 9), (2, 1), (3, 0)]
    assert not Demand.objects.filter(line_demand__line__line=3, reserved__gt=0).exists()
    amend(shop, made, LineChange(1, D(10)), LineChange(0, D(20), item.pk), version=3)
    assert [(row[0], row[2], row[4]) for row in lines_of(made)] == [
        (1, 10, "list"), (2, 1, "list"), (3, 1, "free"), (4, 20, "list"), (5, 2, "free"),
    ]  # fmt: skip
    assert [step["with"] for steps in why(made, "orders.amend_order")["price"] for step in steps if "with" in step] == [
        1, 4,
    ]  # fmt: skip
    amend(shop, made, LineChange(4, D(0)), version=4)
    assert [(row[0], row[2]) for row in lines_of(made)][3:] == [(4, 0), (5, 0)]
    order = SalesOrder.objects.get(pk=made.order_id)
    assert (order.net, order.line_count) == (listed(item) * 10 + listed(other), 5)
    assert_kept(order.bill_to_id)
    proven()


def test_they_are_not_changed_by_themselves_but_may_be_cancelled(shop, item):
    free_goods(shop, item)
    made = shop.submit([LineRequest(item.pk, D(20))])
    with pytest.raises(BadInput, match="free goods follow from the line"):
        amend(shop, made, LineChange(2, D(5)))
    assert lines_of(made)[1][2] == 2
    cancel_lines(shop.by(), order_id=made.order_id, version=1, lines=[2], reason="not wanted")
    assert [row[2] for row in lines_of(made)] == [20, 0]
    proven()


def test_what_was_cancelled_by_hand_stays_away(shop, item, other):
    free_goods(shop, item)
    made = shop.submit([LineRequest(item.pk, D(20)), LineRequest(other.pk, D(1))])
    cancel_lines(shop.by(), order_id=made.order_id, version=1, lines=[3], reason="not wanted")
    amend(shop, made, LineChange(1, D(40)), version=2)
    assert [row[2] for row in lines_of(made)] == [40, 1, 0]
    assert why(made, "orders.amend_order")["rejected"][0][-1][1] == "declined"
    amend(shop, made, LineChange(0, D(10), item.pk), version=3)
    assert [row[2] for row in lines_of(made)] == [40, 1, 0, 10, 1]
    proven()


def test_what_was_cancelled_with_its_line_comes_back_with_it(shop, item, other):
    free_goods(shop, item)
    made = shop.submit([LineRequest(item.pk, D(20)), LineRequest(other.pk, D(1))])
    cancel_lines(shop.by(), order_id=made.order_id, version=1, lines=[1, 3], reason="too many")
    amend(shop, made, LineChange(1, D(10)), version=2)
    assert [row[2] for row in lines_of(made)] == [10, 1, 1]


def test_they_go_with_their_line_and_with_the_order(shop, item):
    free_goods(shop, item)
    made = shop.submit([LineRequest(item.pk, D(20)), LineRequest(item.pk, D(10))])
    cancel_lines(shop.by(), order_id=made.order_id, version=1, lines=[1], reason="no")
    assert [row[2] for row in lines_of(made)] == [0, 10, 0, 1]
    ended = cancel_order(shop.by(), order_id=made.order_id, version=2, reason="no")
    assert ended.cancelled and [row[2] for row in lines_of(made)] == [0, 0, 0, 0]
    assert not SiteStock.objects.exclude(reserved=0).exists()
    proven()


def test_of_a_line_that_has_shipped_in_part_what_it_has_earned_stays(shop, item, other):
    free_goods(shop, item, free_item=other)
    stock = SiteStock.objects.filter(item=item, site=shop.world.sites[0])
    scarce = SiteStock.objects.filter(item=other, site=shop.world.sites[0])
    stock.update(reserved=999_988)
    scarce.update(reserved=1_000_000)
    made = shop.submit([LineRequest(item.pk, D(30))])
    shipment = shop.release(made.order_id)
    shop.pick(shipment)
    confirm_shipments(shop.by(), shipment_ids=[shipment])
    stock.update(reserved=0)
    scarce.update(reserved=0)
    cancel_lines(shop.by(), order_id=made.order_id, version=1, lines=[1], reason="too late")
    assert [row[2] for row in lines_of(made)] == [12, 1]
    (demand,) = Demand.objects.filter(item=other)
    assert (demand.ordered, demand.shipped, demand.cancelled) == (3, 0, 2)
    assert_proven("D11", "D24")


def test_they_ship_and_are_invoiced_at_nothing_without_an_exception(shop, item):
    free_goods(shop, item)
    shipment = shop.ship([LineRequest(item.pk, D(10))])
    shop.invoice(shipment)
    invoice = Invoice.objects.get()
    assert invoice.net == listed(item) * 10
    assert list(invoice.lines.order_by("line").values_list("quantity", "net", "cost")) == [
        (10, listed(item) * 10, item.standard_cost * 10), (1, 0, item.standard_cost),
    ]  # fmt: skip
    assert not InvoiceException.objects.exists()
    assert SalesOrder.objects.get().open_gross == 0
    assert_proven()


def test_orders_that_no_promotion_meets_take_no_statement_more(shop, item, other):
    shop.submit(2)
    with count_statements() as before:
        shop.submit(2)
    free_goods(shop, Item.objects.get(pk=shop.world.items[5]))
    free_goods(shop, item, bought=100)
    shop.submit(2)
    with count_statements() as after:
        shop.submit(2)
    assert after.statements == before.statements


def test_statements_do_not_depend_on_lines():
    shop = trade(items=80)
    for item_id in shop.world.items:
        free_goods(shop, Item.objects.get(pk=item_id), bought=1, stacking="free_all")
    counts, amended = [], []
    for lines in (1, 1, 10, 80):
        with count_statements() as counted:
            made = shop.submit(lines)
        counts.append(counted.statements)
        with count_statements() as counted:
            amend(shop, made, *(LineChange(n, D(2)) for n in range(1, lines + 1)))
        amended.append(counted.statements)
    assert len(set(counts[1:])) == 1, counts
    assert len(set(amended[1:])) == 1, amended


@pytest.mark.parametrize(
    ("stacking", "price"),
    [
        ("free", {"method": "net", "value": D(5)}),
        ("on_all", {"method": "free", "value": D(1), "min_quantity": D(10)}),
        ("free", {"method": "free", "value": D(0), "min_quantity": D(10)}),
        ("free", {"method": "free", "value": D(1)}),
    ],
)
def test_what_gives_no_goods_is_refused(shop, item, stacking, price):
    scope = create_price_scope(
        steward(), company_id=shop.world.company_id, kind="promotion", code="P", name="P", stacking=stacking
    ).scope_id
    with pytest.raises(BadInput):
        set_price(steward(), scope_id=scope, item_id=item.pk, valid_from=JAN, **price)
    assert not Price.objects.filter(scope=scope).exists()


@pytest.mark.parametrize("kind", ["kit", "service"])
def test_what_is_not_kept_in_stock_brings_goods_and_is_none(shop, item, other, kind):
    Item.objects.filter(pk=item.pk).update(kind=kind)
    scope = promotion(shop, stacking="free")
    give = {"scope_id": scope, "item_id": item.pk, "method": "free", "value": D(1), "min_quantity": D(10)}
    with pytest.raises(BadInput, match="Name what does"):
        set_price(steward(), **give, valid_from=JAN)
    assert not Price.objects.filter(scope=scope).exists()
    set_price(steward(), **give, valid_from=JAN, free_item_id=other.pk)
    assert Price.objects.get(scope=scope).free_item == other


def test_what_a_promotion_in_use_gives_does_not_change(shop, item):
    scope = free_goods(shop, item)
    give = {"scope_id": scope, "item_id": item.pk, "method": "free", "valid_from": JAN, "min_quantity": D(5)}
    with pytest.raises(FreeGoodsInUse):
        set_price(steward(), **give, value=D(1))
    coupons = free_goods(shop, item, to=False)
    issue_coupon(steward(), scope_id=coupons, code="GIFT", valid_from=JAN)
    with pytest.raises(FreeGoodsInUse):
        set_price(steward(), **{**give, "scope_id": coupons}, value=D(1))
    assert list(Price.objects.filter(method="free").values_list("value", "min_quantity")) == [
        (1, 10),
        (1, 10),
    ]
    assign_price_scope(
        By(steward().actor), scope_id=coupons, valid_from=JAN, customer_id=shop.world.customers[1]
    )
