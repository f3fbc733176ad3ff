from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import KeyReused, NotPermitted
from erp.kernel.models import Decision, Grant, IdempotencyKey, OutboxEntry
from inventory.models import Commitment, Demand, PromiseEvent, SiteStock, Supply
from masterdata.models import Customer, Item, ItemUnit, Price
from orders.entry.actions.submit_order import submit_order
from orders.entry.errors import CustomerPoUsed, EmptyOrder, LineRefused, ShipToUnknown
from orders.entry.rules import LineRequest
from orders.models import CreditAccount, Hold, OrderLine, SalesOrder
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


def stock(shop: Trade, place: int = 0) -> SiteStock:
    return SiteStock.objects.get(item=shop.world.items[place], site=shop.world.sites[0])


def test_order_is_priced_promised_and_counted_against_the_limit(shop):
    item, other = Item.objects.order_by("pk")[:2]
    submitted = shop.submit(
        [LineRequest(item.pk, Decimal(3)), LineRequest(other.pk, Decimal(2))], customer_po="PO-1"
    )
    order = SalesOrder.objects.get(pk=submitted.order_id)
    lines = list(order.lines.order_by("line"))
    # the first item has an agreement price, the second only the list's
    assert [(line.price_source, line.unit_price) for line in lines] == [
        ("agreement", Decimal(9 + item.pk % 90)),
        ("list", Decimal(10 + other.pk % 90)),
    ]
    net = 3 * Decimal(9 + item.pk % 90) + 2 * Decimal(10 + other.pk % 90)
    tax = (net * 21 / 100).quantize(Decimal("0.01"))
    assert (order.net, order.tax, order.gross, order.open_gross) == (net, tax, net + tax, net + tax)
    assert submitted.number == order.number == f"SO-{order.pk}"
    assert submitted.holds == []
    assert CreditAccount.objects.get(customer=order.bill_to).exposure == net + tax
    assert list(Demand.objects.order_by("pk").values_list("ordered", "reserved")) == [(3, 3), (2, 2)]
    assert (stock(shop).reserved, stock(shop, 1).reserved) == (3, 2)
    assert list(Commitment.objects.order_by("quantity").values_list("quantity", "supply")) == [
        (2, None),
        (3, None),
    ]
    assert PromiseEvent.objects.filter(cause="first").count() == 2
    why = Decision.objects.get(verb="orders.submit_order", subject_id=order.pk).outcome
    assert [step["step"] for step in why["price"][0]] == ["list", "agreement"]
    assert why["credit"]["passed"] is True


def test_quantity_in_another_unit_is_kept_as_entered(shop):
    item = Item.objects.order_by("pk")[1]
    ItemUnit.objects.create(item=item, unit_id="BX", numerator=12)
    submitted = shop.submit([LineRequest(item.pk, Decimal(2), "BX")])
    line = OrderLine.objects.get(order=submitted.order_id)
    assert (line.quantity, line.unit_id, line.stock_quantity) == (2, "BX", 24)
    assert line.unit_price == 12 * Decimal(10 + item.pk % 90)
    assert Demand.objects.get().ordered == 24


@pytest.fixture(autouse=True)
def box(db):
    from masterdata.models import Unit

    Unit.objects.get_or_create(code="BX", defaults={"name": "Box"})


def test_quantity_break_and_discount(shop):
    item = Item.objects.order_by("pk")[1]
    scope = Price.objects.filter(scope__kind="agreement").first().scope
    Price.objects.create(
        scope=scope, item=item, method="discount", value=10, min_quantity=100, valid_from=date(2020, 1, 1)
    )
    few = shop.submit([LineRequest(item.pk, Decimal(99))])
    many = shop.submit([LineRequest(item.pk, Decimal(100))])
    listed = Decimal(10 + item.pk % 90)
    assert OrderLine.objects.get(order=few.order_id).unit_price == listed
    assert OrderLine.objects.get(order=many.order_id).unit_price == listed * Decimal("0.9")


def test_shortage_leans_on_the_next_supply_and_the_rest_waits(shop):
    item_id = shop.world.items[0]
    SiteStock.objects.filter(pk=stock(shop).pk).update(reserved=999_990)
    Supply.objects.create(
        item_id=item_id, site_id=shop.world.sites[0], document="PO-1", expected=5, due_on=date(2030, 1, 7)
    )
    submitted = shop.submit([LineRequest(item_id, Decimal(20))])
    demand = Demand.objects.get(line_demand__line__order=submitted.order_id)
    assert (demand.reserved, demand.promised_on, demand.first_promised_on) == (10, None, None)
    assert set(demand.commitments.values_list("quantity", "promised_on", "supply__document")) == {
        (10, demand.commitments.get(supply=None).promised_on, None),
        (5, date(2030, 1, 7), "PO-1"),
    }
    assert Supply.objects.get().committed == 5
    assert stock(shop).reserved == 1_000_000


def test_over_the_limit_is_held_and_not_counted(shop):
    account = CreditAccount.objects.get(customer=shop.world.customers[0])
    CreditAccount.objects.filter(pk=account.pk).update(limit=1)
    submitted = shop.submit(2)
    assert submitted.holds == ["credit"]
    hold = Hold.objects.get()
    assert (hold.kind, hold.caused_by, hold.released_at) == ("credit", "bench", None)
    account.refresh_from_db()
    assert account.exposure == 0


def test_blocked_customer_missing_po_and_missing_price_are_held(shop):
    Customer.objects.filter(pk=shop.world.customers[0]).update(is_blocked=True, po_required=True)
    Price.objects.filter(item=shop.world.items[1]).delete()
    assert shop.submit(2).holds == ["price", "blocked", "po_missing"]


def test_same_key_gives_the_same_order_once(shop):
    first = submit_order(shop.by("k1"), request=shop.request())
    again = submit_order(shop.by("k1"), request=shop.request())
    assert again == first
    assert SalesOrder.objects.count() == 1
    assert stock(shop).reserved == 1


def test_same_key_for_another_request_is_refused(shop):
    submit_order(shop.by("k1"), request=shop.request(1))
    with pytest.raises(KeyReused):
        submit_order(shop.by("k1"), request=shop.request(2))
    assert SalesOrder.objects.count() == 1


def unchanged(shop: Trade) -> None:
    assert not SalesOrder.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert not OutboxEntry.objects.exists()
    assert not SiteStock.objects.exclude(reserved=0).exists()
    assert not CreditAccount.objects.exclude(exposure=0).exists()


def test_lines_that_cannot_be_taken_are_all_named_and_nothing_changes(shop):
    Item.objects.filter(pk=shop.world.items[1]).update(status="blocked")
    wanted = [
        LineRequest(shop.world.items[0], Decimal(1)),
        LineRequest(shop.world.items[1], Decimal(1)),
        LineRequest(99_999_999, Decimal(1)),
        LineRequest(shop.world.items[2], Decimal(1), "BX"),
        LineRequest(shop.world.items[3], Decimal(-1)),
    ]
    with pytest.raises(LineRefused) as refusal:
        shop.submit(wanted)
    assert [line["line"] for line in refusal.value.context["lines"]] == [2, 3, 4, 5]
    unchanged(shop)


@pytest.mark.parametrize(
    ("changes", "error"), [({"ship_to_id": 99_999_999}, ShipToUnknown), ({"lines": []}, EmptyOrder)]
)
def test_refusals_change_nothing(shop, changes, error):
    with pytest.raises(error):
        shop.submit(**{"lines": 1, **changes})
    unchanged(shop)


def test_customer_po_is_used_once(shop):
    first = shop.submit(customer_po="BW-1")
    with pytest.raises(CustomerPoUsed) as refusal:
        shop.submit(customer_po="bw-1")
    assert refusal.value.context["order"] == first.number
    assert SalesOrder.objects.count() == 1


def test_without_the_right_nothing_happens(shop):
    Grant.objects.filter(role__in=("customer_service", "process_owner")).delete()
    from erp.kernel.actor import Actor
    from erp.kernel.models import User

    with pytest.raises(NotPermitted):
        submit_order(By(Actor.of(User.objects.get(username="bench")), key="k"), request=shop.request())
    unchanged(shop)


def test_statements_do_not_depend_on_lines():
    shop = trade(items=500)
    shop.submit(1)  # prepares
    counts = []
    for lines in (1, 10, 500):
        with count_statements() as counted:
            shop.submit(lines)
        counts.append(counted.statements)
    assert counts[0] == counts[1] == counts[2] <= 20


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_last_units_are_promised_once(shop):
    # given 20 units free and 50 customers who want one each
    SiteStock.objects.filter(pk=stock(shop).pk).update(reserved=999_980)
    results = run_concurrently(
        lambda _: shop.submit([LineRequest(shop.world.items[0], Decimal(1))]), range(50)
    )
    assert [result for result in results if isinstance(result, Exception)] == []
    # then 20 are promised and 30 wait
    assert stock(shop).reserved == 1_000_000
    assert Demand.objects.filter(reserved=1).count() == 20
    assert Demand.objects.filter(reserved=0, promised_on=None).count() == 30


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_one_po_number_in_two_hands_makes_one_order(shop):
    results = run_concurrently(lambda _: shop.submit(customer_po="BW-1"), range(4))
    assert SalesOrder.objects.count() == 1
    assert sorted(type(result).__name__ for result in results) == ["CustomerPoUsed"] * 3 + ["SubmittedOrder"]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_one_key_in_many_hands_makes_one_order(shop):
    results = run_concurrently(lambda _: submit_order(shop.by("one"), request=shop.request()), range(6))
    assert SalesOrder.objects.count() == 1
    assert len({result.order_id for result in results if not isinstance(result, Exception)}) == 1
    assert stock(shop).reserved == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_orders_that_share_items_in_another_order_never_deadlock(shop):
    items = shop.world.items[:10]

    def one(number: int) -> object:
        chosen = items if number % 2 else items[::-1]
        return shop.submit([LineRequest(item, Decimal(1)) for item in chosen])

    results = run_concurrently(one, range(16))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert stock(shop).reserved == 16
