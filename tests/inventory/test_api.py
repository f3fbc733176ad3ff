"""The warehouse's REST API: verbs with keys, scope, shapes."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from inventory.models import Pick, PurchaseOrder, Receipt, Shipment, StockBalance, Supply
from masterdata.models import Company, Item, Supplier
from orders.models import SalesOrder
from tests.factories import supplier, user
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


@pytest.fixture
def caller() -> APIClient:
    client = APIClient()
    client.force_authenticate(user("warehouse", "procurement"))
    return client


def post(caller: APIClient, address: str, body: dict, key: str):
    return caller.post(address, body, format="json", headers={"Idempotency-Key": key})


def test_a_shipment_from_release_to_reversal(shop, caller):
    group_id = SalesOrder.objects.get(pk=shop.submit(2).order_id).group_id
    (waiting,) = caller.get(reverse("api-to-release-list")).json()["results"]
    assert (waiting["id"], waiting["ready"]) == (group_id, 2)
    released = post(caller, reverse("api-to-release-release"), {"groups": [group_id]}, "r1").json()
    (shipment_id,) = released["shipments"]
    assert released["refused"] == []
    page = reverse("api-shipment-detail", args=[shipment_id])
    first, second = Pick.objects.order_by("pk").values_list("pk", flat=True)
    answer = post(caller, f"{page}picks/", {"picks": [{"pick": first, "quantity": "1"}]}, "p1")
    assert (answer.status_code, answer.json()["state"]) == (200, "released")
    short = {"picks": [{"pick": second, "quantity": "0", "short_reason": "empty"}]}
    assert post(caller, f"{page}picks/", short, "p2").json()["state"] == "picked"
    assert post(caller, f"{page}pack/", {"cartons": [{"weight_kg": "2.5"}]}, "k1").json()["state"] == "packed"
    confirmed = post(caller, f"{page}confirm/", {"tracking_number": "T1"}, "c1").json()
    assert (confirmed["state"], confirmed["tracking_number"]) == ("shipped", "T1")
    assert post(caller, f"{page}confirm/", {"tracking_number": "T1"}, "c1").json()["state"] == "shipped"
    assert post(caller, f"{page}reverse/", {"reason": "Wrong truck"}, "v1").json()["state"] == "reversed"
    assert (
        caller.get(reverse("api-shipment-list"), {"state": "reversed"}).json()["results"][0]["id"]
        == shipment_id
    )


def test_refusals_are_problems_with_codes(shop, caller):
    shipment_id = shop.release(shop.submit(1).order_id)
    page = reverse("api-shipment-detail", args=[shipment_id])
    answer = post(caller, f"{page}confirm/", {}, "c1")
    assert (answer.status_code, answer.json()["code"]) == (409, "inventory.wrong_shipment_state")
    assert caller.post(f"{page}confirm/", {}, format="json").json()["code"] == "kernel.bad_input"  # no key
    answer = post(caller, f"{page}cancel/", {"reason": "x", "why": "y"}, "x1")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "why")
    assert Shipment.objects.get().state == "released"


def test_another_site_is_not_there(shop):
    shipment_id = shop.release(shop.submit(1).order_id)
    stranger = APIClient()
    stranger.force_authenticate(user("warehouse", scope=f"site:{shop.world.sites[1]}"))
    page = reverse("api-shipment-detail", args=[shipment_id])
    assert stranger.get(page).status_code == 404
    assert post(stranger, f"{page}confirm/", {}, "c1").status_code == 404
    group_id = Shipment.objects.get().group_id
    assert post(stranger, reverse("api-to-release-release"), {"groups": [group_id]}, "r1").status_code == 404


def test_order_and_receive(shop, caller):
    company = Company.objects.get(pk=shop.world.company_id)
    supplier(company=company)
    body = {
        "supplier": Supplier.objects.get().party.code, "site": "B0", "due_on": "2027-02-02",
        "lines": [{"item": "P0", "quantity": "10", "unit_cost": "2.50"}],
    }  # fmt: skip
    answer = post(caller, reverse("api-purchase-order-list"), body, "o1")
    assert answer.status_code == 201
    assert post(caller, reverse("api-purchase-order-list"), body, "o1").json() == answer.json()
    order = PurchaseOrder.objects.get()
    assert order.lines.get().supply.due_on == date(2027, 2, 2)
    receipt = {"purchase_order": order.number, "lines": [{"line": 1, "quantity": "4"}]}
    answer = post(caller, reverse("api-receipt-list"), receipt, "g1")
    assert (answer.status_code, answer.json()["lines"][0]["value"]) == (201, "10.00")
    assert Supply.objects.get().received == 4
    too_much = {**receipt, "lines": [{"line": 1, "quantity": "7"}]}
    assert (
        post(caller, reverse("api-receipt-list"), too_much, "g2").json()["code"]
        == "inventory.receipt_refused"
    )
    assert Receipt.objects.count() == 1
    body["lines"][0]["item"] = "NOPE"
    answer = post(caller, reverse("api-purchase-order-list"), body, "o2")
    assert answer.json()["errors"][0]["field"] == "lines.0.item"


def test_a_delivery_in_several_lots(shop, caller):
    supplier(company=Company.objects.get(pk=shop.world.company_id))
    Item.objects.filter(code="P0").update(lot_tracked=True)
    body = {
        "supplier": Supplier.objects.get().party.code, "site": "B0", "due_on": "2027-02-02",
        "lines": [{"item": "P0", "quantity": "10", "unit_cost": "2.50"}],
    }  # fmt: skip
    assert post(caller, reverse("api-purchase-order-list"), body, "o1").status_code == 201
    lots = [("L1", "4", "2027-06-01"), ("L2", "3", None), ("L1", "2", None)]
    receipt = {
        "purchase_order": PurchaseOrder.objects.get().number,
        "lines": [{"line": 1, "quantity": n, "lot": lot, "expires_on": on} for lot, n, on in lots],
    }
    assert post(caller, reverse("api-receipt-list"), receipt, "g1").status_code == 201
    found = StockBalance.objects.filter(lot__isnull=False).order_by("lot__code")
    assert [(row.lot.code, row.lot.expires_on, row.quantity) for row in found] == [
        ("L1", date(2027, 6, 1), 6),
        ("L2", None, 3),
    ]


def test_stock_by_item_and_site(shop, caller):
    shop.submit(1)
    (row,) = caller.get(reverse("api-stock-list"), {"item": "P0", "site": "B0"}).json()["results"]
    assert Decimal(row["free"]) == 999_999
    assert Decimal(row["reserved"]) == 1
    assert "value" not in row
