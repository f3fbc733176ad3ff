"""Split orders that want the same of both sites in opposite order: one gets all, and none waits in a ring."""

import logging
from decimal import Decimal

import pytest

from inventory.models import Demand, DemandGroup, SiteStock
from orders.entry.actions.amend_order import amend_order
from orders.entry.actions.submit_order import submit_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.rules import LineRequest
from orders.entry.shipping import set_ship_rule
from orders.models import SalesOrder
from tests.erp.test_turns import play
from tests.orders.books import assert_proven
from tests.trade import Trade, trade

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.concurrency,
    pytest.mark.parametrize("order", ["one first", "other first", "at once"]),
]
PAIRS = ((0, 0), (1, 1))  # (item, site) of which two are left


@pytest.fixture
def shop() -> Trade:
    made = trade(items=4)
    for item, site in PAIRS:
        rows = SiteStock.objects.filter(item=made.world.items[item], site=made.world.sites[site])
        rows.update(reserved=999_998)
    return made


def request(shop: Trade, home: int):
    """Two of each pair, from the order's own site where that is it; the lines turned round for the second site."""
    lines = [
        LineRequest(
            shop.world.items[item], Decimal(2), site_id=None if site == home else shop.world.sites[site]
        )
        for item, site in (PAIRS if home == 0 else PAIRS[::-1])
    ]
    sites, customers = shop.world.sites, shop.world.customers
    return shop.request(lines, site_id=sites[home], customer_id=customers[home])


def given(number: str) -> list[Decimal]:
    rows = Demand.objects.filter(group__document=number).order_by("item")
    return list(rows.values_list("reserved", flat=True))


def nothing_was_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    assert [record for record in caplog.records if record.name == "erp.kernel.command"] == []


def test_two_split_orders(shop: Trade, order: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    made = play(
        order,
        lambda: submit_order(shop.by(), request=request(shop, 0)),
        lambda: submit_order(shop.by(), request=request(shop, 1)),
    )
    assert sorted(given(each.number) for each in made) == [[0, 0], [2, 2]]
    nothing_was_tried_again(caplog)
    assert_proven("D1", "D2", "D3", "D25", "S10", "S14")


def test_two_lines_change_places(shop: Trade, order: str, caplog: pytest.LogCaptureFixture) -> None:
    """Each order moves what it has to the site where the other's is."""
    caplog.set_level(logging.WARNING)
    orders = []
    for home, (item, _site) in enumerate(PAIRS):
        lines = [
            LineRequest(shop.world.items[item], Decimal(2)),
            LineRequest(shop.world.items[2], Decimal(1)),
        ]
        made = shop.submit(lines, site_id=shop.world.sites[home], customer_id=shop.world.customers[home])
        orders.append(SalesOrder.objects.get(pk=made.order_id))

    def move(home: int):
        change = LineChange(1, Decimal(2), site_id=shop.world.sites[1 - home])
        return amend_order(
            shop.by(), order_id=orders[home].pk, version=1, amendment=Amendment(lines=[change])
        )

    play(order, lambda: move(0), lambda: move(1))
    for home, each in enumerate(orders):
        found = Demand.objects.filter(group__document=each.number).order_by("item")
        assert list(found.values_list("site", "reserved")) == [
            (shop.world.sites[1 - home], 2),
            (shop.world.sites[home], 1),
        ]
    nothing_was_tried_again(caplog)
    assert_proven("D1", "D2", "D3", "D25", "S10", "S14")


def test_a_delivery_comes_while_the_rule_changes(
    shop: Trade, order: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    lines = [LineRequest(shop.world.items[item], Decimal(1)) for item in (2, 3)]
    placed = SalesOrder.objects.get(pk=shop.submit(lines).order_id)
    change = LineChange(1, Decimal(1), site_id=shop.world.sites[1])
    play(
        order,
        lambda: amend_order(shop.by(), order_id=placed.pk, version=1, amendment=Amendment(lines=[change])),
        lambda: set_ship_rule(shop.by(), placed, ship_rule="complete", lines={}, reason="Agreed"),
    )
    rules = DemandGroup.objects.filter(document=placed.number).values_list("ship_rule", flat=True)
    assert list(rules) == ["complete", "complete"]
    nothing_was_tried_again(caplog)
