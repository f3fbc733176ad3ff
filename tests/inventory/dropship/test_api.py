"""Lines to buy and suppliers' notices for programs."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from inventory.models import Demand, PurchaseOrder, Shipment
from masterdata.models import Supplier
from orders.holds.actions.place_hold import place_hold
from tests.factories import user
from tests.inventory.dropship.buying import DUE, seller, wants
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=4)


def client(*roles: str) -> APIClient:
    made = APIClient()
    made.force_authenticate(user(*roles))
    return made


def post(api: APIClient, address: str, body: dict, key: str):
    return api.post(address, body, format="json", headers={"Idempotency-Key": key})


def line_of(demand: Demand) -> dict:
    return {"need": demand.pk, "quantity": "4", "unit": "EA", "unit_cost": "2.5", "due_on": DUE.isoformat()}


def test_from_the_line_to_buy_to_the_suppliers_notice_and_back(shop):
    api, supplier = client("procurement", "warehouse"), Supplier.objects.get(pk=seller()).party.code
    order, demand = wants(shop, 4, "drop")
    (need,) = api.get(reverse("api-line-to-buy-list"), {"supply": "drop"}).json()["results"]
    assert (need["id"], need["order"], need["to_buy"], need["supply"]) == (
        demand.pk,
        order.number,
        "4.000000",
        "drop",
    )
    body = {"supplier": supplier, "lines": [line_of(demand)]}
    bought = post(api, reverse("api-line-to-buy-buy"), body, "b").json()
    assert bought == {"purchase_order": PurchaseOrder.objects.get().number, "refused": []}
    assert post(api, reverse("api-line-to-buy-buy"), body, "c").status_code == 404  # it waits no more
    shown = api.get(reverse("api-purchase-order-detail", args=[PurchaseOrder.objects.get().pk])).json()
    assert (shown["drop_ship_for"], shown["lines"][0]["bought_for"]) == (order.number, order.number)
    notice = {
        "purchase_order": bought["purchase_order"], "tracking_number": "1Z", "lines": [{"line": 1, "quantity": "4"}],
    }  # fmt: skip
    sent = post(api, reverse("api-drop-shipment-list"), notice, "n")
    assert sent.status_code == 201
    assert post(api, reverse("api-drop-shipment-list"), notice, "n").json() == sent.json()
    assert (sent.json()["order"], sent.json()["state"], Shipment.objects.count()) == (
        order.number,
        "shipped",
        1,
    )
    more = {**notice, "lines": [{"line": 2, "quantity": "1"}]}
    assert post(api, reverse("api-drop-shipment-list"), more, "m").status_code == 400
    address = reverse("api-drop-shipment-reverse", args=[sent.json()["id"]])
    assert post(api, address, {"reason": "typing error"}, "r").json()["state"] == "reversed"


def test_what_is_kept_back_is_told(shop):
    api, supplier = client("procurement"), Supplier.objects.get(pk=seller()).party.code
    order, demand = wants(shop, 4, "special")
    place_hold(shop.by(), order_id=order.order_id, reason="prepay")
    answer = post(
        api, reverse("api-line-to-buy-buy"), {"supplier": supplier, "lines": [line_of(demand)]}, "b"
    ).json()
    assert answer["purchase_order"] is None
    assert answer["refused"][0]["order"] == order.number


def test_drop_shipments_of_two_orders_are_two_purchases(shop):
    api, supplier = client("procurement"), Supplier.objects.get(pk=seller()).party.code
    demands = [wants(shop, 4, "drop", customer=n)[1] for n in range(2)]
    body = {"supplier": supplier, "lines": [line_of(each) for each in demands]}
    assert post(api, reverse("api-line-to-buy-buy"), body, "b").status_code == 400
    assert not PurchaseOrder.objects.exists()


def test_who_may_not_is_refused(shop):
    api = client("customer_service")
    assert api.get(reverse("api-line-to-buy-list")).status_code == 403
    assert post(api, reverse("api-drop-shipment-list"), {}, "n").status_code == 403
