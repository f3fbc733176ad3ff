"""Kits in the warehouse: whole ones leave, what is missing keeps the rest (OC14, OC07)."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from erp.kernel.errors import BadInput
from inventory.models import Demand, Pick, Shipment, ShipmentLine, StockBalance
from inventory.outbound.actions.cancel_shipment import cancel_shipment
from inventory.outbound.actions.change_ship_rule import change_ship_rule
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import Picked, record_picks
from inventory.outbound.actions.release_groups import release_groups
from inventory.outbound.errors import ReleaseRefused, ShipRefused
from inventory.outbound.queries import slip_of, waits_for
from inventory.outbound.rules import (
    BinStock,
    LeavingDemand,
    OpenDemand,
    ShipRule,
    bind,
    to_release,
    why_not_now,
    why_not_ship,
)
from orders.entry.shipping import set_ship_rule
from orders.models import SalesOrder
from tests import factories as make
from tests.orders.books import assert_proven
from tests.orders.kits import deliver, figures, kit_of, of, part, receive
from tests.trade import Trade, trade

ZERO = Decimal(0)


@pytest.fixture
def shop(db) -> Trade:
    return trade()


# The rules alone -------------------------------------------------------------------------------------


def demand(
    number: int, wanted: object, reserved: object, per_kit: object = 0, *, kit: int = 7, shipped: object = 0,
    working: object = 0, rule: str = "",
) -> OpenDemand:  # fmt: skip
    w, r, p, s, k = (Decimal(str(figure)) for figure in (wanted, reserved, per_kit, shipped, working))
    return OpenDemand(number, 9, number, w - s, r, k, w, rule, kit if per_kit else None, p)


@pytest.mark.parametrize(
    ("demands", "ship", "released", "why"),
    [
        # five kits of 4 and 2: three can leave, whatever else is reserved
        ([demand(1, 20, 20, 4), demand(2, 10, 7, 2)], ShipRule("partial"), {1: 12, 2: 6}, ""),
        ([demand(1, 20, 20, 4), demand(2, 10, 1, 2)], ShipRule("partial"), {}, ""),
        ([demand(1, 20, 20, 4), demand(2, 10, 10, 2)], ShipRule("partial"), {1: 20, 2: 10}, ""),
        # what has left and what is out already counts
        ([demand(1, 20, 8, 4, shipped=12), demand(2, 10, 2, 2, shipped=6)], ShipRule("partial"), {1: 4, 2: 2}, ""),
        ([demand(1, 20, 20, 4, working=12), demand(2, 10, 10, 2, working=6)], ShipRule("partial"), {1: 8, 2: 4}, ""),
        # fractions of a stock unit
        ([demand(1, "7.5", "6.2", "2.5"), demand(2, 3, 3, 1)], ShipRule("partial"), {1: 5, 2: 2}, ""),
        # a component that is complete and not listed any more keeps nothing
        ([demand(2, 10, 5, 2, shipped=5)], ShipRule("partial"), {2: 5}, ""),
        # by parts they leave as they come
        ([demand(1, 20, 20, 4, rule="parts"), demand(2, 10, 7, 2, rule="parts")], ShipRule("line"), {1: 20, 2: 7}, ""),
        # a kit line is one line: for whole lines, whole orders, fills and numbers of shipments
        ([demand(1, 20, 20, 4), demand(2, 10, 8, 2), demand(3, 5, 5)], ShipRule("line"), {3: 5}, ""),
        (
            [demand(1, 20, 20, 4), demand(2, 10, 8, 2), demand(3, 5, 5)],
            ShipRule("complete"), {}, "Whole order only: 1 of 2 lines are not in stock yet.",
        ),
        (
            [demand(1, 20, 20, 4), demand(2, 10, 0, 2), demand(3, 5, 5)],
            ShipRule("partial", 51), {}, "At least 51 % of the order, and 50 % is there.",
        ),
        ([demand(1, 20, 20, 4, kit=7), demand(2, 10, 4, 2, kit=8)], ShipRule("partial"), {1: 20, 2: 4}, ""),
    ],
)  # fmt: skip
def test_only_whole_kits_are_released(demands, ship, released, why):
    assert {each.demand_id: each.releasable for each in to_release(demands, ship)} == released
    assert why_not_now(demands, ship) == why


def leaving(
    number: int, wanted: int, now: int, per_kit: int = 0, *, shipped: int = 0, rule: str = ""
) -> LeavingDemand:
    kit, of_one = (7, Decimal(per_kit)) if per_kit else (None, ZERO)
    return LeavingDemand(number, number, Decimal(wanted), Decimal(shipped), rule, Decimal(now), kit, of_one)


BROKEN = "Whole kits only: components of 1 lines would leave without the others."


@pytest.mark.parametrize(
    ("demands", "ship", "why"),
    [
        ([leaving(1, 20, 12, 4), leaving(2, 10, 6, 2)], ShipRule("partial"), ""),
        ([leaving(1, 20, 12, 4), leaving(2, 10, 5, 2)], ShipRule("partial"), BROKEN),
        ([leaving(1, 20, 12, 4), leaving(2, 10, 0, 2)], ShipRule("partial"), BROKEN),
        ([leaving(1, 20, 12, 4, rule="parts"), leaving(2, 10, 5, 2, rule="parts")], ShipRule("partial"), ""),
        # the second half of a kit that was torn before
        ([leaving(1, 20, 0, 4, shipped=12), leaving(2, 10, 1, 2, shipped=5)], ShipRule("partial"), ""),
        # nothing of the kits is in it
        ([leaving(1, 20, 0, 4, shipped=11), leaving(2, 10, 0, 2), leaving(3, 5, 5)], ShipRule("partial"), ""),
        (
            [leaving(1, 20, 12, 4), leaving(2, 10, 6, 2)],
            ShipRule("line"), "Whole lines only: 1 were short at picking.",
        ),
        (
            [leaving(1, 20, 12, 4), leaving(2, 10, 6, 2), leaving(3, 5, 5)],
            ShipRule("complete"), "Whole order only: 1 of 2 lines are not with it.",
        ),
    ],
)  # fmt: skip
def test_no_component_leaves_without_the_others(demands, ship, why):
    assert why_not_ship(demands, ship) == why


def test_what_no_bin_can_give_keeps_the_rest_of_the_kit_and_leaves_its_bins_to_others():
    bins = [BinStock(1, 1, Decimal(20), None, 1), BinStock(2, 2, Decimal(5), None, 2)]
    demands = to_release([demand(1, 20, 20, 4), demand(2, 10, 10, 2)], ShipRule("partial"))
    takes, missing = bind(demands, bins)
    assert {take.demand_id: take.quantity for take in takes} == {1: 8, 2: 4}
    assert missing == {1: 12, 2: 6}
    assert [stock.free for stock in bins] == [12, 1]


quantities = st.integers(0, 40)
components = st.tuples(st.integers(1, 6), quantities, st.lists(quantities, max_size=3))


@given(
    st.lists(components, min_size=1, max_size=4),
    st.integers(1, 8),
    st.integers(0, 8),
)  # fmt: skip
def test_whatever_is_reserved_and_lies_in_bins_whole_kits_go_and_nothing_is_lost(parts, kits, shipped):
    shipped = min(shipped, kits - 1)
    demands = [
        demand(
            n, kits * per_kit, min(reserved, (kits - shipped) * per_kit), per_kit, shipped=shipped * per_kit
        )
        for n, (per_kit, reserved, _) in enumerate(parts, 1)
    ]
    bins = [
        BinStock(10 * n + place, n, Decimal(free), None, place)
        for n, (*_, frees) in enumerate(parts, 1)
        for place, free in enumerate(frees)
    ]
    before = {stock.balance_id: stock.free for stock in bins}
    chosen = to_release(demands, ShipRule("partial"))
    takes, missing = bind(chosen, bins)
    taken = {each.demand_id: ZERO for each in demands}
    for take in takes:
        taken[take.demand_id] += take.quantity
        before[take.balance_id] -= take.quantity
    # every component goes for the same whole number of kits, the most that reservations and bins allow
    made = {taken[n] / per_kit for n, (per_kit, *_) in enumerate(parts, 1)}
    most = min(
        min(min(reserved, (kits - shipped) * per_kit), sum(frees)) // per_kit
        for per_kit, reserved, frees in parts
    )
    assert made == {most}
    assert before == {stock.balance_id: stock.free for stock in bins}
    for each in chosen:
        assert taken[each.demand_id] + missing.get(each.demand_id, ZERO) == each.releasable


# In the warehouse ------------------------------------------------------------------------------------


def order_of(shop: Trade, *lines: object) -> SalesOrder:
    return SalesOrder.objects.get(pk=shop.submit(list(lines)).order_id)


def test_a_short_component_keeps_the_others_in_the_house(shop):
    bolt, nut = part(shop, 100), part(shop, 7)
    order = order_of(shop, of(kit_of({bolt: 4, nut: 2}), 5))
    shipment = deliver(shop, order.pk)
    assert list(shipment.lines.order_by("item_id").values_list("quantity", "shipped")) == [(12, 12), (6, 6)]
    assert deliver(shop, order.pk) is None  # one nut alone is no kit
    with pytest.raises(ReleaseRefused) as refusal:
        release_groups(shop.by(), group_ids=[order.group_id], strict=True)
    assert "Whole kits only: 1 line waits for a component." in str(refusal.value)
    assert waits_for(order.group) == "Whole kits only: 1 line waits for a component."
    receive(shop, nut, 3)
    assert deliver(shop, order.pk) is not None
    assert figures(order.pk, "ordered", "shipped") == [(20, 20), (10, 10)]
    assert_proven()


def test_a_short_pick_stops_the_truck_and_whole_kits_go_after_a_new_release(shop):
    bolt, nut = part(shop, 100), part(shop, 10)
    order = order_of(shop, of(kit_of({bolt: 4, nut: 2}), 5), of(bolt, 3))
    shipment_id = shop.release(order.pk)
    picks = Pick.objects.filter(shipment=shipment_id)
    short = picks.get(line__item=nut)
    record_picks(
        shop.by(), shipment_id=shipment_id,
        picks=[Picked(pick.pk, pick.quantity - (pick == short), "empty" if pick == short else "") for pick in picks],
    )  # fmt: skip
    with pytest.raises(ShipRefused) as refusal:
        confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    assert "Whole kits only" in str(refusal.value)
    assert "release it" in str(refusal.value)
    assert figures(order.pk, "shipped") == [(0,), (0,), (0,)]
    cancel_shipment(shop.by(), shipment_id=shipment_id, reason="Short of a nut")
    again = deliver(shop, order.pk)
    assert sorted(again.lines.values_list("item", "shipped")) == [(bolt.pk, 3), (bolt.pk, 16), (nut.pk, 8)]
    assert_proven()


def test_a_line_may_be_let_go_in_parts(shop):
    bolt, nut = part(shop, 100), part(shop, 7)
    order = order_of(shop, of(kit_of({bolt: 4, nut: 2}), 5), of(bolt, 1))
    rule = {"ship_rule": "partial", "reason": "The customer builds on site", "version": 1}
    with pytest.raises(BadInput):
        set_ship_rule(shop.by(), order, lines={2: "parts"}, **rule)
    assert set(Demand.objects.values_list("ship_rule", flat=True)) == {""}
    set_ship_rule(shop.by(), order, lines={1: "parts"}, **rule)
    assert figures(order.pk, "ship_rule") == [("parts",), ("parts",), ("",)]
    deliver(shop, order.pk)
    assert figures(order.pk, "shipped") == [(20,), (7,), (1,)]
    assert_proven()


def test_the_rule_of_a_kit_ends_with_it(shop):
    order = order_of(shop, of(kit_of({part(shop, 100): 4, part(shop, 1): 2}), 5))
    for line, kept in ({1: "line"}, True), ({1: ""}, True):
        set_ship_rule(shop.by(), order, lines=line, ship_rule="partial", reason="x")
        order.group.refresh_from_db()
        assert order.group.has_line_rules is kept  # a kit is looked at when it leaves, whatever its rule
    with pytest.raises(BadInput):
        change_ship_rule(shop.by(), group_id=order.group_id, ship_rule="partial", lines={}, reason=" ")


def test_papers_and_tablet_show_the_kit_with_what_is_in_it(shop):
    bolt, nut = part(shop, 100, code="BOLT-8"), part(shop, 100, code="NUT-8")
    kit = kit_of({bolt: 4, nut: 2}, code="KIT-8")
    order = order_of(shop, of(nut, 1), of(kit, 5))
    shipment = Shipment.objects.get(pk=shop.release(order.pk))
    client = Client()
    client.force_login(make.user("warehouse"))
    page = client.get(reverse("inventory:shipment_work", args=[shipment.pk])).content.decode()
    assert page.count("in kit KIT-8") == 2
    assert "in kit KIT-8" in client.get(reverse("inventory:shipment", args=[shipment.pk])).content.decode()
    for paper in ("pick_list", "packing_slip"):
        assert client.get(reverse(f"inventory:{paper}", args=[shipment.pk])).content.startswith(b"%PDF")
    shop.pick(shipment.pk)
    assert [(row.item.code, row.ordered, row.picked, row.inside) for row in slip_of(shipment)] == [
        ("NUT-8", 1, 1, False), ("KIT-8", 5, 5, False), ("BOLT-8", 20, 20, True), ("NUT-8", 10, 10, True),
    ]  # fmt: skip
    assert ShipmentLine.objects.count() == 3
    assert StockBalance.objects.filter(item=kit).count() == 0
