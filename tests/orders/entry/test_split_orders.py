"""An order that leaves from two sites: a delivery for each, and one order to price, hold, charge and change (AT08)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing.models import Invoice
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from erp.kernel.models import Decision, User
from inventory.models import Commitment, Demand, DemandGroup, PromiseEvent, Shipment, ShipmentLine, SiteStock
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.release_groups import release_groups
from inventory.outbound.errors import ReleaseRefused, ShipRefused
from inventory.outbound.queries import release_list
from masterdata.models import Customer, Item, Site
from masterdata.policies import snapshot
from orders.entry.actions.amend_order import AmendedOrder, amend_order
from orders.entry.actions.cancel_order import cancel_lines, cancel_order
from orders.entry.actions.change_supply import change_supply
from orders.entry.actions.submit_order import submit_order
from orders.entry.actions.substitute_lines import substitute_lines
from orders.entry.amending import Amendment, LineChange
from orders.entry.errors import BoughtAlready, LineRefused, OrderReleased
from orders.entry.rules import LineRequest
from orders.entry.shipping import deliveries_of_order, set_ship_rule
from orders.entry.shortages import Replacement
from orders.entry.splitting import gathered
from orders.holds.actions.place_hold import place_hold
from orders.models import Hold, SalesOrder
from orders.returns.actions.request_return import request_return
from orders.returns.errors import ReturnLineRefused
from orders.returns.rules import ReturnLineRequest
from tests import factories as make
from tests.orders.books import assert_kept, assert_proven
from tests.orders.kits import kit_of
from tests.orders.substitutes import consents, priced, stands_in
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db

A, B = 0, 1  # the order's own site, and the other


@pytest.fixture
def shop() -> Trade:
    """Items at 10, 20, 40 and 80, of 2.5 kg each; plenty of them at both sites."""
    made = trade(items=4)
    priced(made, 10, 20, 40, 80)
    Item.objects.update(weight_kg=Decimal("2.5"))
    return made


def of(shop: Trade, item: int, quantity: int, site: int | None = None, **given: object) -> LineRequest:
    at = None if site is None else shop.world.sites[site]
    return LineRequest(shop.world.items[item], Decimal(quantity), site_id=at, **given)  # type: ignore[arg-type]


def split(shop: Trade, **changes: object) -> SalesOrder:
    """Three of the first item from here, two of the second from the other site: 30 and 40."""
    made = shop.submit([of(shop, 0, 3), of(shop, 1, 2, B)], **changes)
    return SalesOrder.objects.get(pk=made.order_id)


def group(shop: Trade, order: SalesOrder, site: int) -> DemandGroup:
    return DemandGroup.objects.get(document=order.number, site=shop.world.sites[site])


def release(shop: Trade, order: SalesOrder, site: int) -> int:
    ids = [group(shop, order, site).pk]
    (shipment_id,) = release_groups(shop.by(), group_ids=ids, strict=True).shipment_ids
    return shipment_id


def ship(shop: Trade, order: SalesOrder, site: int) -> int:
    shipment_id = release(shop, order, site)
    shop.pick(shipment_id)
    confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    return shipment_id


def reserved(shop: Trade, item: int) -> list[Decimal]:
    """Of the item, at both sites."""
    rows = SiteStock.objects.filter(item=shop.world.items[item], site__in=shop.world.sites)
    return list(rows.order_by("site").values_list("reserved", flat=True))


def left(shop: Trade, item: int, site: int, quantity: int) -> None:
    """Leave so many of the item free at the site."""
    rows = SiteStock.objects.filter(item=shop.world.items[item], site=shop.world.sites[site])
    rows.update(reserved=1_000_000 - quantity)


def amend(
    shop: Trade, order: SalesOrder, *lines: LineChange, by: By | None = None, **header: object
) -> AmendedOrder:
    order.refresh_from_db()
    amendment = Amendment(lines=list(lines), **header)  # type: ignore[arg-type]
    return amend_order(by or shop.by(), order_id=order.pk, version=order.version, amendment=amendment)


# Taken ----------------------------------------------------------------------------------------------------


def test_each_site_has_a_delivery_and_locks_and_promises_its_own(shop):
    order = split(shop)
    own, other = group(shop, order, A), group(shop, order, B)
    assert (order.site_id, order.group_id, order.net) == (shop.world.sites[A], own.pk, 70)
    demands = Demand.objects.order_by("pk").values_list("item", "site", "group", "ordered", "reserved")
    assert list(demands) == [
        (shop.world.items[0], shop.world.sites[A], own.pk, 3, 3),
        (shop.world.items[1], shop.world.sites[B], other.pk, 2, 2),
    ]
    assert (reserved(shop, 0), reserved(shop, 1)) == ([3, 0], [0, 2])
    assert (other.party_id, other.ship_to_id, other.ship_rule) == (
        own.party_id,
        own.ship_to_id,
        own.ship_rule,
    )
    why = Decision.objects.get(verb="orders.submit_order", subject_id=order.pk).outcome
    assert set(why["deliveries"]) == {str(site) for site in shop.world.sites}
    assert_proven()
    assert_kept(order.bill_to_id)


def test_an_order_all_of_whose_lines_name_one_site_is_that_sites(shop):
    made = shop.submit([of(shop, 0, 1, B), of(shop, 1, 1, B)])
    order = SalesOrder.objects.get(pk=made.order_id)
    assert order.site_id == shop.world.sites[B]
    assert list(DemandGroup.objects.values_list("pk", "site")) == [(order.group_id, shop.world.sites[B])]
    one = shop.request([of(shop, 0, 1, A)])
    assert gathered(gathered(one)) == gathered(one)
    mixed = shop.request([of(shop, 0, 1), of(shop, 1, 1, B)])
    assert gathered(mixed) is mixed


def test_a_line_that_names_the_orders_own_site_splits_nothing(shop):
    made = shop.submit([of(shop, 0, 1, A), of(shop, 1, 1)])
    with count_statements() as whole:
        submit_order(shop.by(), request=shop.request([of(shop, 0, 1), of(shop, 1, 1)]))
    with count_statements() as named:
        submit_order(shop.by(), request=shop.request([of(shop, 0, 1, A), of(shop, 1, 1)]))
    assert named.statements == whole.statements
    assert DemandGroup.objects.filter(document=made.number).count() == 1


def test_statements_do_not_depend_on_lines():
    shop = trade(items=60)
    counts: dict[str, list[int]] = {"submit": [], "amend": [], "cancel": []}
    for lines in (2, 2, 10, 60):
        wanted = [of(shop, n, 1, B if n % 2 else None) for n in range(lines)]
        with count_statements() as counted:
            made = submit_order(shop.by(), request=shop.request(wanted))
        counts["submit"].append(counted.statements)
        order = SalesOrder.objects.get(pk=made.order_id)
        changes = [LineChange(n, Decimal(2)) for n in range(1, lines + 1)]
        with count_statements() as counted:
            amend(shop, order, *changes)
        counts["amend"].append(counted.statements)
        with count_statements() as counted:
            cancel_order(shop.by(), order_id=order.pk, version=2, reason="x")
        counts["cancel"].append(counted.statements)
    assert {verb: set(each[1:]) for verb, each in counts.items()} == {
        verb: {each[1]} for verb, each in counts.items()
    }


def test_a_change_at_one_site_asks_nothing_of_the_other(shop):
    order = split(shop)
    amend(shop, order, LineChange(1, Decimal(4)))
    counts = []
    for line in (1, 2):
        with count_statements() as counted:
            amend(shop, order, LineChange(line, Decimal(5)))
        counts.append(counted.statements)
    assert counts[0] == counts[1]


def stranger(shop: Trade) -> int:
    return make.site(company=make.company()).pk


@pytest.mark.parametrize(
    ("why", "changes"),
    [
        ("no active site of the company", {}),
        ("is a service and leaves from no site", {}),
        ("A rush order leaves from one site", {"rush": "rush"}),
        ("may not order from B1", {}),
    ],
)
def test_what_cannot_leave_from_there_is_refused_with_cause_and_remedy(shop, why, changes):
    line, by = of(shop, 1, 2, B), shop.by()
    if "company" in why:
        line = LineRequest(shop.world.items[1], Decimal(2), site_id=stranger(shop))
    elif "service" in why:
        Item.objects.filter(pk=shop.world.items[1]).update(kind="service")
    elif "may not" in why:
        by = By(make.actor("customer_service", scope=f"site:{shop.world.sites[A]}"), key="own")
    with pytest.raises(LineRefused) as refusal:
        submit_order(by, request=shop.request([of(shop, 0, 3), line], **changes))
    ((number, reason),) = [(each["line"], each["reason"]) for each in refusal.value.context["lines"]]
    assert number == 2 and why in reason
    assert not SalesOrder.objects.exists() and not Commitment.objects.exists()
    assert reserved(shop, 0) == [0, 0]


def test_a_kit_leaves_whole_from_the_site_of_its_line(shop):
    parts = {Item.objects.get(pk=shop.world.items[n]): n + 1 for n in (0, 1)}
    kit = kit_of(parts, 50)
    line = LineRequest(kit.pk, Decimal(2), site_id=shop.world.sites[B])
    order = SalesOrder.objects.get(pk=shop.submit([of(shop, 2, 1), line]).order_id)
    assert (reserved(shop, 0), reserved(shop, 1), reserved(shop, 2)) == ([0, 2], [0, 4], [1, 0])
    assert group(shop, order, B).has_line_rules and not group(shop, order, A).has_line_rules
    shop.invoice(ship(shop, order, B))
    assert Invoice.objects.get().net == 100
    assert_proven()


# Carried ---------------------------------------------------------------------------------------------------


def test_each_delivery_is_released_shipped_and_charged_by_itself(shop):
    Customer.objects.filter(pk=shop.world.customers[0]).update(freight_terms="prepaid_add")
    make.freight_tariff(company=Customer.objects.get(pk=shop.world.customers[0]).company)
    order = split(shop)
    # 7.5 kg and 5 kg are two consignments: 10 + 3.75 and 10 + 2.50
    freight = order.lines.get(price_source="freight")
    assert (freight.net, order.net) == (Decimal("26.25"), Decimal("96.25"))
    steps = Decision.objects.get(verb="orders.submit_order", subject_id=order.pk).outcome["price"][2]
    assert [Decimal(step["value"]) for step in steps] == [Decimal("13.75"), Decimal("26.25")]
    here = ship(shop, order, A)
    assert list(ShipmentLine.objects.filter(shipment=here).values_list("item", "shipped")) == [
        (shop.world.items[0], 3)
    ]
    shop.invoice(here)
    assert Invoice.objects.get().net == Decimal("56.25")  # with the first goods, the services
    order.refresh_from_db()
    assert order.open_net == 40
    there = ship(shop, order, B)
    shop.invoice(there)
    assert list(Invoice.objects.order_by("pk").values_list("net", "shipment")) == [
        (Decimal("56.25"), here),
        (40, there),
    ]
    order.refresh_from_db()
    assert (order.open_net, order.open_gross) == (0, 0)
    assert set(Shipment.objects.values_list("site", flat=True)) == set(shop.world.sites)
    assert (reserved(shop, 0), reserved(shop, 1)) == ([0, 0], [0, 0])
    assert_proven()
    page = Client()
    page.force_login(User.objects.get(pk=shop.world.user_id))
    shown = page.get(reverse("orders:order", args=[order.number])).content.decode()
    assert all(number in shown for number in Shipment.objects.values_list("number", flat=True))


def test_a_hold_of_the_order_stops_every_delivery_and_of_a_line_its_own(shop):
    order = split(shop)
    place_hold(shop.by(), order_id=order.pk, reason="Wrong address")
    for site in (A, B):
        with pytest.raises(ReleaseRefused, match="Wrong address"):
            release(shop, order, site)
    order.holds.update(line=order.lines.get(line=2))
    with pytest.raises(ReleaseRefused, match="Wrong address"):
        release(shop, order, B)
    shipment = release(shop, order, A)
    shop.pick(shipment)
    order.holds.update(line=None)  # held while the warehouse works on it: it stops where it would leave
    with pytest.raises(ShipRefused, match="Wrong address"):
        confirm_shipments(shop.by(), shipment_ids=[shipment])
    assert not Shipment.objects.filter(state="shipped").exists()


def test_complete_means_each_delivery_by_itself(shop):
    Customer.objects.filter(pk=shop.world.customers[0]).update(ship_rule="complete")
    left(shop, 1, B, 1)
    lines = [of(shop, 0, 3), of(shop, 1, 2, B), of(shop, 2, 1, B)]
    order = SalesOrder.objects.get(pk=shop.submit(lines).order_id)
    with pytest.raises(ReleaseRefused):
        release(shop, order, B)
    assert ship(shop, order, A)
    said = set_ship_rule(shop.by(), order, ship_rule="line", lines={3: "line"}, reason="Agreed", version=1)
    assert said == ""
    rules = DemandGroup.objects.order_by("pk").values_list("ship_rule", "version")
    assert set(rules) == {("line", 2)}
    assert Demand.objects.get(item=shop.world.items[2]).ship_rule == "line"
    shipment = release(shop, order, B)
    assert list(ShipmentLine.objects.filter(shipment=shipment).values_list("item", flat=True)) == [
        shop.world.items[2]
    ]


def test_goods_come_back_to_the_site_they_left_from(shop):
    order = split(shop)
    here, there = (ShipmentLine.objects.get(shipment=ship(shop, order, site)) for site in (A, B))
    wanted = [ReturnLineRequest(line.pk, Decimal(1), "not_needed") for line in (there, here)]
    with pytest.raises(ReturnLineRefused, match="Enter a return for each site"):
        request_return(shop.by(), order_id=order.pk, lines=wanted)
    local = By(make.actor("customer_service", scope=f"site:{shop.world.sites[A]}"), key="away")
    with pytest.raises(NotPermitted):  # who could not open it afterwards
        request_return(local, order_id=order.pk, lines=wanted[:1])
    assert ShipmentLine.objects.exclude(returned=0).count() == 0
    request_return(shop.by(), order_id=order.pk, lines=wanted[:1])
    request_return(shop.by(), order_id=order.pk, lines=wanted[1:])
    assert list(order.returns.order_by("pk").values_list("site", flat=True)) == shop.world.sites[::-1]


# Changed -----------------------------------------------------------------------------------------------------


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
