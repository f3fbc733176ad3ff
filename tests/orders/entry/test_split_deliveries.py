"""The deliveries of an order that leaves from two sites: carried, held, shipped, charged and returned (AT08)."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing.models import Invoice
from erp.kernel.command import By
from erp.kernel.errors import NotPermitted
from erp.kernel.models import Decision, User
from inventory.models import Demand, DemandGroup, Shipment, ShipmentLine
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.errors import ReleaseRefused, ShipRefused
from masterdata.models import Customer
from orders.entry.shipping import set_ship_rule
from orders.holds.actions.place_hold import place_hold
from orders.models import SalesOrder
from orders.returns.actions.request_return import request_return
from orders.returns.errors import ReturnLineRefused
from orders.returns.rules import ReturnLineRequest
from tests import factories as make
from tests.orders.books import assert_proven
from tests.orders.entry.two_sites import A, B, left, of, release, reserved, ship, shop_of_two, split
from tests.trade import Trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return shop_of_two()


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
