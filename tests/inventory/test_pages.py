"""Every page of the warehouse and of procurement opens for its role, in a fixed number of statements."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from inventory.models import PurchaseOrder, PurchaseOrderLine, Receipt, Shipment, SiteStock, Supply
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from masterdata.models import Bin, Company, Supplier
from tests.factories import supplier, user
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    made = trade()
    supplier(company=Company.objects.get(pk=made.world.company_id))
    return made


@pytest.fixture
def buyer() -> Client:
    client = Client()
    client.force_login(user("warehouse", "procurement"))
    return client


def ordered(shop: Trade, quantity: int = 10) -> PurchaseOrderLine:
    made = create_purchase_order(
        shop.by(),
        supplier_id=Supplier.objects.get().pk,
        site_id=shop.world.sites[0],
        lines=[PurchaseLine(shop.world.items[0], Decimal(quantity), "EA", Decimal(2))],
        due_on=date(2027, 2, 2),
    )
    return PurchaseOrderLine.objects.get(order=made.purchase_order_id)


@pytest.mark.parametrize(
    "name",
    [
        "inventory:station", "inventory:release_list", "inventory:shipment_list", "inventory:purchase_order_list",
        "inventory:purchase_order_new", "inventory:receipt_list", "inventory:stock_list", "inventory:backorder_list",
    ],
)  # fmt: skip
def test_pages_open(shop, buyer, name, django_assert_max_num_queries):
    shop.release(shop.submit(3).order_id)
    shop.submit(2)
    ordered(shop)
    buyer.get(reverse(name))
    with django_assert_max_num_queries(16):
        assert buyer.get(reverse(name)).status_code == 200


def test_an_items_stock_shows_its_bins_and_ledger(shop, buyer):
    shop.ship(1)
    found = SiteStock.objects.get(item=shop.world.items[0], site=shop.world.sites[0])
    text = buyer.get(reverse("inventory:stock", args=[found.pk])).content.decode()
    assert "999,999 EA" in text
    assert "Issue to customer" in text
    assert "Opening stock" in text


def test_ordering_and_receiving_in_the_browser(shop, buyer):
    answer = buyer.post(
        reverse("inventory:purchase_order_new"),
        {
            "key": "k1", "supplier": Supplier.objects.get().pk, "site": shop.world.sites[0], "due_on": "2.2.2027",
            "item": ["P0", ""], "quantity": ["12", ""], "unit": ["", ""], "cost": ["2,5", ""],
        },
    )  # fmt: skip
    order = PurchaseOrder.objects.get()
    assert answer["Location"] == reverse("inventory:purchase_order", args=[order.pk])
    line = order.lines.get()
    assert (line.quantity, line.unit_cost) == (12, Decimal("2.5"))
    page = reverse("inventory:receive", args=[order.pk])
    assert buyer.get(page).status_code == 200
    place = Bin.objects.filter(site=shop.world.sites[0]).first().code
    wrong = buyer.post(page, {"key": "k2", f"quantity-{line.pk}": "5", f"bin-{line.pk}": "NOWHERE"})
    assert wrong.status_code == 422
    assert not Receipt.objects.exists()
    answer = buyer.post(page, {"key": "k2", f"quantity-{line.pk}": "5", f"bin-{line.pk}": place})
    receipt = Receipt.objects.get()
    assert answer["Location"] == reverse("inventory:receipt", args=[receipt.pk])
    assert Supply.objects.get().received == 5
    assert receipt.lines.get().value == Decimal("12.50")
    assert order.number in buyer.get(answer["Location"]).content.decode()
    assert receipt.number in buyer.get(reverse("inventory:purchase_order", args=[order.pk])).content.decode()


def test_wrong_lines_name_their_line(shop, buyer):
    answer = buyer.post(
        reverse("inventory:purchase_order_new"),
        {
            "key": "k1", "supplier": Supplier.objects.get().pk, "site": shop.world.sites[0], "due_on": "2.2.2027",
            "item": ["P0", "NOPE"], "quantity": ["x", "1"], "unit": ["", ""], "cost": ["", ""],
        },
    )  # fmt: skip
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Line 1" in text
    assert "there is no item “NOPE”" in text
    assert not PurchaseOrder.objects.exists()


def test_another_sites_documents_are_not_there(shop):
    shipment_id = shop.release(shop.submit(1).order_id)
    line = ordered(shop)
    client = Client()
    client.force_login(user("warehouse", "procurement", scope=f"site:{shop.world.sites[1]}"))
    assert Shipment.objects.get().site_id == shop.world.sites[0]
    for name, pk in (
        ("shipment", shipment_id), ("shipment_work", shipment_id), ("pick_list", shipment_id),
        ("purchase_order", line.order_id), ("receive", line.order_id),
    ):  # fmt: skip
        assert client.get(reverse(f"inventory:{name}", args=[pk])).status_code == 404, name
    for name in ("shipment_scan", "shipment_short", "shipment_pack", "shipment_confirm", "shipment_cancel"):
        assert client.post(reverse(f"inventory:{name}", args=[shipment_id])).status_code == 404, name
