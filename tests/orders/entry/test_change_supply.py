"""A line that is short is bought for after all, sent by the supplier, or served from stock again (OC12)."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted, StaleVersion
from inventory.models import Commitment, Demand, SiteStock
from masterdata.models import Item
from orders.entry.actions.change_supply import change_supply
from orders.entry.errors import BoughtAlready
from orders.entry.rules import LineRequest
from orders.models import SalesOrder
from tests.factories import actor, user
from tests.inventory.dropship.buying import all_green, buy, ledger, receive, scarce, wants
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=4)


@pytest.fixture(autouse=True)
def proven() -> Iterator[None]:
    yield
    assert all_green()


def turn(shop: Trade, order_id: int, supply: dict[int, str], version: int = 1, by: By | None = None):
    return change_supply(by or shop.by(), order_id=order_id, version=version, supply=supply, reason="short")


def kinds(demand: Demand) -> list[tuple[str, int]]:
    return sorted((kind, int(n)) for kind, n in demand.commitments.values_list("kind", "quantity"))


def test_what_is_reserved_stays_and_the_rest_is_bought(shop):
    scarce(shop, 3)
    made, demand = wants(shop, 5, "")
    _other, waits = wants(shop, 4, "", customer=1)
    done = turn(shop, made.order_id, {1: "special"})
    assert (done.version, done.lines) == (2, [1])
    assert (ledger(demand)[0], kinds(demand)) == (3, [("earmarked", 3)])
    bought = buy(shop, demand, quantity=2)
    assert kinds(demand) == [("earmarked", 2), ("earmarked", 3)]
    receive(shop, bought, 2)
    assert (ledger(demand)[0], ledger(waits)[0]) == (5, 0)
    assert turn(shop, made.order_id, {1: "special"}, version=2).lines == []


def test_what_the_supplier_sends_gives_its_stock_to_others(shop):
    scarce(shop, 5)
    made, demand = wants(shop, 5, "")
    _other, waits = wants(shop, 4, "", customer=1)
    turn(shop, made.order_id, {1: "drop"})
    assert (ledger(demand)[0], ledger(waits)[0]) == (0, 4)
    assert SiteStock.objects.get(item=demand.item_id, site=demand.site_id).reserved == 1_000_000 - 1


def test_back_to_stock_it_is_promised_like_any_other(shop):
    made, demand = wants(shop, 5, "special")
    turn(shop, made.order_id, {1: "stock"})
    assert (ledger(demand)[0], kinds(demand)) == (5, [("soft", 5)])
    demand.refresh_from_db()
    assert demand.promised_on is not None


def test_what_is_on_order_for_it_stays_so(shop):
    made, demand = wants(shop, 5, "special")
    buy(shop, demand)
    for method in ("stock", "drop"):
        with pytest.raises(BoughtAlready):
            turn(shop, made.order_id, {1: method})
    assert kinds(demand) == [("earmarked", 5)]


def test_what_it_refuses_changes_nothing(shop):
    made, demand = wants(shop, 5, "")
    before = list(Commitment.objects.values())
    for supply, error in (({}, BadInput), ({1: "rent"}, BadInput), ({7: "special"}, NotFound)):
        with pytest.raises(error):
            turn(shop, made.order_id, supply)
    with pytest.raises(StaleVersion):
        turn(shop, made.order_id, {1: "special"}, version=9)
    with pytest.raises(NotPermitted):
        turn(shop, made.order_id, {1: "special"}, by=By(actor("warehouse")))
    SalesOrder.objects.update(ship_to=None)
    with pytest.raises(BadInput, match="address"):
        turn(shop, made.order_id, {1: "drop"})
    demand.refresh_from_db()
    assert (demand.supply_method, list(Commitment.objects.values())) == ("stock", before)


def test_a_service_is_not_bought(shop):
    Item.objects.filter(pk=shop.world.items[1]).update(kind="service")
    made = shop.submit(2)
    with pytest.raises(BadInput, match="service"):
        turn(shop, made.order_id, {2: "special"})


def test_statements_do_not_depend_on_lines(shop):
    counts = []
    for lines in (1, 4):
        made = shop.submit([LineRequest(item, Decimal(2)) for item in shop.world.items[:lines]])
        with count_statements() as counted:
            turn(shop, made.order_id, dict.fromkeys(range(1, lines + 1), "special"))
        counts.append(counted.statements)
    assert counts[0] == counts[1]


def test_the_page_asks_line_by_line(shop):
    scarce(shop, 0)
    made, demand = wants(shop, 5, "")
    client = Client()
    client.force_login(user("customer_service"))
    order = SalesOrder.objects.get(pk=made.order_id)
    address = reverse("orders:order_supply", args=[order.number])
    assert address in client.get(reverse("orders:order", args=[order.number])).content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address, {"version": 1, "line_1": "special"}).status_code == 422
    answer = client.post(address, {"version": 1, "line_1": "special", "reason": "short"})
    assert answer.status_code == 303
    demand.refresh_from_db()
    assert demand.supply_method == "special"
