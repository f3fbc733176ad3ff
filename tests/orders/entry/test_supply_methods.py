"""Where the goods of a line come from: who says so, what is refused, and where it is shown (OC12)."""

from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.models import Decision
from inventory.models import Demand
from masterdata.models import Item, ItemReference, ShipTo
from masterdata.policies import snapshot
from orders.desk.preview import look_at
from orders.entry.actions.substitute_lines import substitute_lines
from orders.entry.errors import LineRefused
from orders.entry.queries import lines_of_order
from orders.entry.rules import LineRequest
from orders.entry.shortages import Replacement
from orders.entry.why import explain_lines
from orders.models import SalesOrder
from tests import factories
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=4)


def stocking(shop: Trade, kind: str, place: int = 0) -> None:
    Item.objects.filter(pk=shop.world.items[place]).update(stocking=kind)


def method(shop: Trade, supply: str = "") -> str:
    made = shop.submit([LineRequest(shop.world.items[0], Decimal(2), supply=supply)])
    return Demand.objects.get(line_demand__line__order=made.order_id).supply_method


@pytest.mark.parametrize(
    ("kept", "policy", "said", "becomes"),
    [
        ("kept", "special", "", "stock"),
        ("kept", "special", "special", "special"),
        ("kept", "special", "drop", "drop"),
        ("order", "special", "", "special"),
        ("order", "special", "stock", "stock"),
        ("catalogue", "special", "", "special"),
        ("catalogue", "drop", "", "drop"),
        ("order", "stock", "", "stock"),
        ("kept", "drop", "", "stock"),
    ],
)
def test_the_clerk_says_it_else_the_item_and_the_policy(shop, kept, policy, said, becomes):
    stocking(shop, kept)
    values = {("orders.order_only_supply", "*"): [(date(2020, 1, 1), None, policy)]}
    snapshot.assume(snapshot.Snapshot(values=values))
    assert method(shop, said) == becomes


@pytest.mark.parametrize(
    ("supply", "kind", "reason"),
    [
        ("rent", "stocked", "no way to supply"),
        ("special", "service", "is a service"),
        ("drop", "service", "is a service"),
    ],
)
def test_what_cannot_be_supplied_so_is_refused_with_its_line(shop, supply, kind, reason):
    Item.objects.filter(pk=shop.world.items[0]).update(kind=kind)
    with pytest.raises(LineRefused, match=reason):
        method(shop, supply)
    assert not SalesOrder.objects.exists()


def test_submit_asks_no_more_of_the_database_for_it(shop):
    counts = []
    for supply in ("", "special", "drop"):
        request = shop.request([LineRequest(item, Decimal(2), supply=supply) for item in shop.world.items])
        with count_statements() as counted:
            shop.submit(request.lines)
        counts.append(counted.statements)
    assert counts[1] == counts[2] <= counts[0]


def test_the_desk_says_when_it_could_be_there(shop):
    seller = factories.supplier(lead_time_days=10)
    ItemReference.objects.create(item_id=shop.world.items[0], kind="supplier", party=seller.party, code="X-1")
    lines = [LineRequest(item, Decimal(2), supply="special") for item in shop.world.items[:2]]
    user = factories.user("customer_service")
    seen = look_at(shop.request(lines, requested_on=date(2099, 1, 1)), user)
    assert seen.methods == {0: "special", 1: "special"}
    assert list(seen.arrivals) == [shop.world.items[0]]
    assert (seen.late(0), seen.late(1)) == (False, True)
    stock = look_at(shop.request(1), user)
    assert (stock.methods, stock.arrivals) == ({0: "stock"}, {})


def test_order_page_and_why_say_how_it_is_supplied(shop):
    made = shop.submit(
        [
            LineRequest(shop.world.items[0], Decimal(2), supply="drop"),
            LineRequest(shop.world.items[1], Decimal(1)),
        ]
    )
    order = SalesOrder.objects.get(pk=made.order_id)
    decisions = list(Decision.objects.filter(verb="orders.submit_order"))
    assert decisions[0].outcome["supply"] == {"1": "drop"}
    views = lines_of_order(order)
    assert [(view.supply, view.bought) for view in views] == [("drop", "Drop ship"), ("stock", "")]
    assert views[0].state == ("To be bought", "warn")
    explain_lines(order.number, views, decisions, sees_cost=False)
    assert views[0].why == "No date yet: 2 of 2 are to be bought, and the supplier sends them."


def test_a_substitute_is_supplied_as_its_own_item_says(shop):
    first, second = shop.world.items[:2]
    factories.substitute(item=Item.objects.get(pk=first), substitute=Item.objects.get(pk=second))
    stocking(shop, "order", 1)
    made = shop.submit([LineRequest(first, Decimal(5), supply="special")])
    substitute_lines(
        shop.by(),
        order_id=made.order_id,
        version=1,
        replacements=[Replacement(1, second, consent="Mr Maes")],
        reason="gone",
    )
    found = Demand.objects.order_by("pk").values_list("item", "cancelled", "supply_method")
    assert list(found) == [(first, 5, "special"), (second, 0, "special")]


def test_an_address_is_asked_for_only_where_the_supplier_sends(shop):
    ShipTo.objects.filter(customer=shop.world.customers[0]).update(is_active=False)
    assert method(shop, "special") == "special"
    with pytest.raises(LineRefused, match="name a ship-to"):
        method(shop, "drop")
