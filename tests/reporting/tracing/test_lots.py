"""A lot from its supplier to its customers and back, within the reader's scope."""

from decimal import Decimal

import pytest
from django.test import Client

from erp.kernel.models import AuditEvent
from inventory.dropship.actions.confirm_drop_shipment import SentLine, confirm_drop_shipment
from inventory.inbound.actions.post_receipt import ReceiptLineRequest, post_receipt
from inventory.models import Lot, PurchaseOrder, Receipt, Shipment
from inventory.outbound.actions.reverse_shipment import reverse_shipment
from masterdata.models import Bin, Item, Party
from orders.entry.rules import LineRequest
from reporting.tracing.queries import Trace, trace
from tests import factories
from tests.inventory.dropship.buying import buy, seller, wants
from tests.inventory.lots import shelved
from tests.orders.returns.journey import Returns
from tests.support import count_statements
from tests.trade import Trade
from tests.trade import trade as make_trade

D = Decimal


@pytest.fixture
def shop(db: None) -> Trade:
    return make_trade(items=3)


def buyer_of(shop: Trade, number: int = 0) -> Party:
    return Party.objects.get(customers=shop.world.customers[number])


def sell(shop: Trade, item: Item, quantity: int, customer: int = 0) -> int:
    return shop.ship([LineRequest(item.pk, D(quantity))], customer_id=shop.world.customers[customer])


def seen(lot: Lot, *roles: str, scope: str = "*") -> Trace:
    return trace(lot, user=factories.user(*(roles or ("customer_service",)), scope=scope))


def test_from_the_shelf_to_two_customers_and_back(shop: Trade) -> None:
    item = shelved(shop, (100, 20))
    lot = Lot.objects.get()
    Party.objects.filter(pk=buyer_of(shop).pk).update(email="quality@buyer.example", phone="+32 2 555 01 01")
    first, second = sell(shop, item, 5), sell(shop, item, 4, customer=1)
    undone = sell(shop, item, 3)
    reverse_shipment(shop.by(), shipment_id=undone, reason="Wrong truck")
    clerks = [factories.actor("customer_service") for _ in range(2)]
    others = factories.actor("process_owner"), factories.actor("warehouse")
    back = Returns(shop, first, *clerks, *others)
    rma = back.received(2)
    back.dispose(rma, ("restock", 1), ("scrap", 1))

    found = seen(lot)
    assert [(row.how, row.supplier, row.quantity) for row in found.arrivals] == [("opening", None, D(20))]
    assert [(row.shipment_id, row.quantity) for row in found.departures] == [(second, D(4)), (first, D(5))]
    assert found.shipments == 2
    assert [(row.name, row.sent, row.returned, row.kept) for row in found.contacts] == [
        (buyer_of(shop, 1).name, D(4), D(0), D(4)),
        (buyer_of(shop).name, D(5), D(2), D(3)),
    ]
    assert (found.contacts[1].email, found.contacts[1].phone) == ("quality@buyer.example", "+32 2 555 01 01")
    assert (found.on_hand, found.with_customers) == (D(12), D(7))
    assert {row.kind: row.quantity for row in found.sums} == {
        "opening": D(20), "issue": D(-9), "return": D(2), "scrap": D(-1),
    }  # fmt: skip
    assert sum(row.quantity for row in found.sums) == found.on_hand


def test_from_a_supplier_by_receipt_and_straight_to_the_customer(shop: Trade) -> None:
    item = Item.objects.get(pk=shop.world.items[0])
    Item.objects.filter(pk=item.pk).update(lot_tracked=True)
    lot = Lot.objects.create(item=item, code="B-7")
    bought = buy(shop, wants(shop, 6, "special")[1])
    supply = PurchaseOrder.objects.get(pk=bought.purchase_order_id).lines.get().supply
    place = Bin.objects.filter(site=supply.site_id).first().pk
    post_receipt(
        shop.by(),
        purchase_order_id=bought.purchase_order_id,
        lines=[ReceiptLineRequest(supply.pk, D(6), place, lot.pk)],
        delivery_note="DN-77",
    )
    direct = buy(shop, wants(shop, 4, "drop", customer=1)[1])
    line = PurchaseOrder.objects.get(pk=direct.purchase_order_id).lines.get().pk
    confirm_drop_shipment(
        shop.by(), purchase_order_id=direct.purchase_order_id, lines=[SentLine(line, D(4), lot.pk)]
    )
    found = seen(lot, "procurement")
    name = Party.objects.get(suppliers=seller()).name
    assert [
        (row.how, row.number, row.supplier, row.delivery_note, row.quantity) for row in found.arrivals
    ] == [
        ("receipt", Receipt.objects.get().number, name, "DN-77", D(6)),
        ("drop", Shipment.objects.get().number, name, "", D(4)),
    ]
    assert [(row.name, row.kept) for row in found.contacts] == [(buyer_of(shop, 1).name, D(4))]
    assert {row.kind: row.quantity for row in found.sums} == {"receipt": D(10), "issue": D(-4)}
    assert found.on_hand == D(6)


def test_who_sees_another_site_sees_nothing(shop: Trade, client: Client) -> None:
    item = shelved(shop, (100, 20))
    sell(shop, item, 5)
    lot = Lot.objects.get()
    other = factories.user("warehouse", scope=f"site:{shop.world.sites[1]}")
    found = trace(lot, user=other)
    assert (found.arrivals, found.departures, found.contacts, found.on_hand) == ([], [], [], D(0))
    client.force_login(other)
    assert client.get(f"/reporting/lots/{lot.pk}/").status_code == 404
    assert client.get(f"/reporting/lots/{lot.pk}/contacts.csv").status_code == 404
    assert lot.code not in client.get("/reporting/lots/?view=all").content.decode()
    here = factories.user("warehouse", scope=f"site:{shop.world.sites[0]}")
    assert trace(lot, user=here).on_hand == D(15)


def test_the_page_the_file_and_the_api_say_the_same(shop: Trade, client: Client) -> None:
    item = shelved(shop, (100, 20))
    sell(shop, item, 5)
    lot = Lot.objects.get()
    client.force_login(factories.user("customer_service"))
    listed = client.get("/reporting/lots/").content.decode()
    assert f'href="/reporting/lots/{lot.pk}/"' in listed
    page = client.get(f"/reporting/lots/{lot.pk}/").content.decode()
    assert buyer_of(shop).name in page and Shipment.objects.get().number in page
    file = client.get(f"/reporting/lots/{lot.pk}/contacts.csv").content.decode("utf-8-sig")
    assert f"{buyer_of(shop).code};{buyer_of(shop).name}" in file.replace(",", ";")
    assert AuditEvent.objects.filter(table="reporting.recall_contacts").exists()
    assert client.get(f"/reporting/lots/{lot.pk}/contacts.docx").status_code == 404
    told = client.get(f"/api/v1/lots/{lot.pk}/trace/").json()
    assert (told["lot"]["on_hand"], told["contacts"][0]["kept"]) == ("15.000000", "5.000000")
    assert [row["quantity"] for row in told["departures"]] == ["5.000000"]


def test_statements_do_not_depend_on_how_far_it_went(shop: Trade) -> None:
    item = shelved(shop, (100, 20))
    lot, reader = Lot.objects.get(), factories.user("customer_service")

    def taken() -> int:
        with count_statements() as counted:
            trace(lot, user=reader)
        return counted.statements

    sell(shop, item, 1)
    taken()  # reads what the reader may see
    once = taken()
    for customer in (0, 1, 1):
        sell(shop, item, 1, customer)
    assert taken() == once
