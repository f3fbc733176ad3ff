"""An order that leaves from two sites is changed as one: lines move, stock is offered at each site (AT08)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput
from erp.kernel.models import User
from inventory.models import Demand, DemandGroup, PromiseEvent, ShipmentLine
from inventory.outbound.queries import release_list
from masterdata.models import Item, Site
from masterdata.policies import snapshot
from orders.entry.actions.cancel_order import cancel_lines, cancel_order
from orders.entry.actions.change_supply import change_supply
from orders.entry.actions.substitute_lines import substitute_lines
from orders.entry.amending import LineChange
from orders.entry.errors import BoughtAlready, LineRefused, OrderReleased
from orders.entry.rules import LineRequest
from orders.entry.shipping import deliveries_of_order, set_ship_rule
from orders.entry.shortages import Replacement
from orders.models import Hold, SalesOrder
from tests import factories as make
from tests.orders.books import assert_kept, assert_proven
from tests.orders.entry.two_sites import (
    A,
    B,
    amend,
    group,
    left,
    of,
    release,
    reserved,
    ship,
    shop_of_two,
    split,
)
from tests.orders.substitutes import consents, stands_in
from tests.support import count_statements
from tests.trade import Trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return shop_of_two()


def waiting(shop: Trade, item: int, quantity: int, site: int) -> Demand:
    """Somebody else who waits for the item at a site."""
    made = shop.submit(
        [of(shop, item, quantity)], site_id=shop.world.sites[site], customer_id=shop.world.customers[1]
    )
    return Demand.objects.get(group__document=made.number)


def test_a_line_moves_to_another_site_and_back_keeping_its_first_promise(shop):
    left(shop, 0, A, 3)
    order = SalesOrder.objects.get(pk=shop.submit([of(shop, 0, 3), of(shop, 2, 1)]).order_id)
    demand = Demand.objects.get(item=shop.world.items[0])
    other = waiting(shop, 0, 3, A)
    assert other.reserved == 0
    amend(shop, order, LineChange(1, Decimal(4), site_id=shop.world.sites[B]))
    moved = Demand.objects.get(pk=demand.pk)
    assert (moved.site_id, moved.ordered, moved.reserved) == (shop.world.sites[B], 4, 4)
    assert (moved.group_id, moved.first_promised_on) == (group(shop, order, B).pk, demand.first_promised_on)
    other.refresh_from_db()
    assert other.reserved == 3  # what it left went to who waited there
    assert (order.lines.get(line=1).quantity, reserved(shop, 0)) == (4, [1_000_000, 4])
    assert PromiseEvent.objects.filter(demand_id=demand.pk).order_by("pk").last().new_on == moved.promised_on
    assert_proven("D1", "D2", "D3", "D7", "D25", "S10", "S14")
    amend(shop, order, LineChange(1, Decimal(4), site_id=shop.world.sites[A]))
    back = Demand.objects.get(pk=demand.pk)
    assert (back.site_id, back.group_id, back.reserved) == (shop.world.sites[A], order.group_id, 0)
    assert reserved(shop, 0) == [1_000_000, 0]
    assert group(shop, order, B).demands.count() == 0
    assert_proven("D1", "D2", "D3", "D7", "D25", "S10", "S14")


def test_an_order_all_of_whose_lines_went_elsewhere_leaves_from_there(shop):
    order = split(shop)
    own, there = group(shop, order, A), group(shop, order, B)
    assert deliveries_of_order(order) == [own, there]
    amend(shop, order, LineChange(1, Decimal(3), site_id=shop.world.sites[B]))
    order.refresh_from_db()
    assert (order.group_id, own.demands.count()) == (own.pk, 0)
    assert deliveries_of_order(order) == [there]
    reader = User.objects.get(pk=shop.world.user_id)
    assert list(release_list(user=reader)) == [there]
    assert set_ship_rule(shop.by(), order, ship_rule="complete", lines={}, reason="Agreed", version=1) == ""
    ship(shop, order, B)
    assert order.lines.count() == ShipmentLine.objects.count() == 2
    assert_proven()


def test_quantity_day_and_new_lines_of_a_split_order_are_promised_by_site(shop):
    order = split(shop)
    third = LineChange(0, Decimal(5), shop.world.items[2], site_id=shop.world.sites[B])
    amend(shop, order, LineChange(1, Decimal(1)), third, requested_on=date(2031, 3, 3))
    rows = Demand.objects.order_by("item").values_list("site", "ordered", "reserved", "promised_on")
    here, there, day = *shop.world.sites, date(2031, 3, 3)
    assert [row[:2] for row in rows] == [(here, 1), (there, 2), (there, 5)]
    order.refresh_from_db()
    assert (order.net, order.line_count) == (10 + 40 + 200, 3)
    assert set(Demand.objects.values_list("requested_on", flat=True)) == {day}
    assert list(DemandGroup.objects.values_list("ship_on", flat=True)) == [day, day]
    amend(shop, order, LineChange(2, Decimal(0)), LineChange(3, Decimal(4)))
    assert list(Demand.objects.order_by("item").values_list("ordered", "cancelled")) == [
        (1, 0),
        (2, 2),
        (4, 0),
    ]
    assert_proven()
    assert_kept(order.bill_to_id)


def test_who_may_not_order_from_a_site_changes_what_leaves_there_and_adds_nothing(shop):
    order = split(shop)
    local = make.actor("customer_service", scope=f"site:{shop.world.sites[A]}")
    there = shop.world.sites[B]
    moved = LineChange(1, Decimal(3), site_id=there)
    added = LineChange(0, Decimal(1), shop.world.items[2], site_id=there)
    for more in (moved, added):
        with pytest.raises(LineRefused) as refusal:
            amend(shop, order, more, by=By(local, key=f"more-{more.line}"))
        (reason,) = [each["reason"] for each in refusal.value.context["lines"]]
        assert "may not order from B1" in reason
    assert reserved(shop, 0) == [3, 0] and not Demand.objects.filter(item=shop.world.items[2]).exists()
    amend(shop, order, LineChange(2, Decimal(5)), by=By(local, key="its own"))
    assert reserved(shop, 1) == [0, 5]
    Site.objects.filter(pk=there).update(is_active=False)
    with pytest.raises(LineRefused, match="no active site"):
        amend(shop, order, moved)


def test_what_is_in_the_warehouse_at_one_site_stops_every_change(shop):
    order = split(shop)
    release(shop, order, B)
    with pytest.raises(OrderReleased):
        amend(shop, order, LineChange(1, Decimal(1)))
    with pytest.raises(OrderReleased):
        cancel_order(shop.by(), order_id=order.pk, version=1, reason="x")
    assert list(Demand.objects.order_by("pk").values_list("reserved", flat=True)) == [3, 2]


def test_a_split_order_becomes_no_rush_and_a_rush_order_is_not_split(shop):
    order = split(shop)
    with pytest.raises(BadInput, match="leaves from one site"):
        amend(shop, order, rush="RUSH")
    rushing = SalesOrder.objects.get(pk=shop.submit([of(shop, 0, 1), of(shop, 2, 1)], rush="RUSH").order_id)
    with pytest.raises(BadInput, match="leaves from one site"):
        amend(shop, rushing, LineChange(1, Decimal(1), site_id=shop.world.sites[B]))
    assert not Demand.objects.filter(group__document=rushing.number, site=shop.world.sites[B]).exists()
    home = shop.world.sites[A]
    amend(shop, order, LineChange(2, Decimal(2), site_id=home), rush="RUSH")
    assert set(Demand.objects.filter(group__document=order.number).values_list("site", flat=True)) == {home}


def test_cancelling_serves_who_waits_at_each_site(shop):
    left(shop, 1, B, 2)
    left(shop, 0, A, 3)
    order = split(shop)
    at_home, away = waiting(shop, 0, 2, A), waiting(shop, 1, 2, B)
    cancel_lines(shop.by(), order_id=order.pk, version=1, lines=[2], reason="Not needed")
    away.refresh_from_db()
    order.refresh_from_db()
    assert (away.reserved, order.state, order.net) == (2, "submitted", 30)
    cancel_order(shop.by(), order_id=order.pk, version=2, reason="Ordered twice")
    at_home.refresh_from_db()
    order.refresh_from_db()
    assert (at_home.reserved, order.state, order.open_gross) == (2, "cancelled", 0)
    assert_proven("D1", "D2", "D3", "D7", "D25", "S10", "S14")


def test_what_is_short_elsewhere_is_substituted_and_bought_there(shop):
    consents("always")
    stands_in(shop, 1, 2)
    left(shop, 1, B, 0)
    order = split(shop)
    substitute_lines(
        shop.by(), order_id=order.pk, version=1, replacements=[Replacement(2, shop.world.items[2], Decimal(1))],
        reason="None before March",
    )  # fmt: skip
    instead = Demand.objects.get(item=shop.world.items[2])
    assert (instead.site_id, instead.group_id, instead.reserved) == (
        shop.world.sites[B],
        group(shop, order, B).pk,
        1,
    )
    result = change_supply(
        shop.by(), order_id=order.pk, version=2, supply={1: "special", 2: "special"}, reason="Short"
    )
    assert result.lines == [1, 2]
    methods = Demand.objects.order_by("item").values_list("site", "supply_method")
    here, there = shop.world.sites
    assert list(methods) == [(here, "special"), (there, "special"), (there, "stock")]
    with pytest.raises(BoughtAlready):  # three of it are kept for it here
        amend(shop, order, LineChange(1, Decimal(3), site_id=there))
    assert Demand.objects.get(item=shop.world.items[0]).site_id == here
    assert_proven("D1", "D2", "D3", "D7", "D13", "D25", "S10", "S14")


def test_export_control_looks_at_where_the_line_leaves_from(shop):
    def held(lines: Sequence[LineRequest]) -> list[str]:
        return shop.submit(lines).holds

    values = {("orders.export_hold_attribute", "*"): [(make.LONG_AGO, None, "dual_use")]}
    snapshot.assume(snapshot.Snapshot(values=values))
    Item.objects.filter(pk=shop.world.items[1]).update(attributes={"dual_use": "yes"})
    Site.objects.filter(pk=shop.world.sites[B]).update(country="DE")
    assert held([of(shop, 0, 1), of(shop, 1, 1)]) == []
    assert held([of(shop, 0, 1), of(shop, 1, 1, B)]) == ["export"]
    assert Hold.objects.get().line.line == 2


def test_a_change_at_one_site_asks_nothing_of_the_other(shop):
    order = split(shop)
    amend(shop, order, LineChange(1, Decimal(4)))
    counts = []
    for line in (1, 2):
        with count_statements() as counted:
            amend(shop, order, LineChange(line, Decimal(5)))
        counts.append(counted.statements)
    assert counts[0] == counts[1]
