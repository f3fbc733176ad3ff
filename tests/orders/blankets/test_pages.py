"""The pages of blanket orders over plain HTTP, and blanket orders for programs."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from erp.kernel.models import User
from masterdata.models import Customer, Item
from orders.models import BlanketOrder, SalesOrder
from tests import factories
from tests.factories import local_day
from tests.orders.blankets.conftest import Frames
from tests.orders.quotes.test_write_quote import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(shop: Frames, client: Client) -> Client:
    client.force_login(User.objects.get(username="nora"))
    return client


def url(name: str, blanket: BlanketOrder) -> str:
    return reverse(f"orders:{name}", args=[blanket.number])


def test_from_the_desk_to_a_call_off(shop, clerk):
    written = draft(shop)  # both know a trade and a clerk
    save = reverse("orders:draft_blanket", args=[written.public_id])
    assert clerk.post(save, {"version": 1, "valid_from": "t"}).status_code == 422
    backwards = clerk.post(save, {"version": 1, "valid_from": "t", "valid_until": "1.1.2020"})
    assert backwards.status_code == 400 and "before the first" in backwards.content.decode()
    until = local_day() + timedelta(days=20)
    saved = clerk.post(save, {"version": 1, "valid_from": "t", "valid_until": until.isoformat()})
    blanket = BlanketOrder.objects.get()
    assert saved["Location"] == url("blanket", blanket)
    assert list(blanket.lines.values_list("line", "quantity")) == [(1, 2), (2, 1)]
    form = {"key": "c", "customer_po": "PO 5", "requested_on": "t"}
    nothing = clerk.post(url("blanket_call_off", blanket), form)
    assert (nothing.status_code, SalesOrder.objects.count()) == (422, 0)
    beyond = clerk.post(url("blanket_call_off", blanket), {**form, "quantity-1": "3"})
    assert beyond.status_code == 422 and "has 2 EA of P0 left" in beyond.content.decode()
    made = clerk.post(url("blanket_call_off", blanket), {**form, "quantity-1": "2"})
    order = SalesOrder.objects.get()
    assert made["Location"] == f"{reverse('orders:order', args=[order.number])}?submitted=1"
    assert "100 % are called off, 0 EA are left" in clerk.get(made["Location"]).content.decode()
    shown = clerk.get(url("blanket", blanket)).content.decode()
    assert order.number in shown and "100 %" in shown
    assert blanket.number in clerk.get(reverse("orders:order", args=[order.number])).content.decode()


def test_changed_and_closed_in_the_browser(shop, clerk):
    blanket = shop.agree()
    form = {"key": "c", "version": 1, "valid_until": "1.2.2031", "reason": "Talked", "quantity-1": "120"}
    assert clerk.post(url("blanket_change", blanket), form).status_code == 303
    blanket.refresh_from_db()
    assert (blanket.lines.get(line=1).quantity, blanket.valid_until) == (120, date(2031, 2, 1))
    low = {**form, "key": "d", "version": 2, "quantity-1": "0"}
    assert clerk.post(url("blanket_change", blanket), low).status_code == 422
    assert clerk.post(url("blanket_close", blanket), {"version": 2}).status_code == 400
    clerk.post(url("blanket_close", blanket), {"version": 2, "reason": "Moved away"})
    assert "Moved away" in clerk.get(url("blanket", blanket)).content.decode()
    blanket.refresh_from_db()
    assert (blanket.state, blanket.closed_by) == ("closed", "nora")


def test_prices_are_approved_in_the_browser(shop, clerk):
    listed = shop.agree().lines.get(line=1).unit_price
    blanket = shop.agree(shop.line(0, price=str(listed / 2)))
    assert "Call off" not in clerk.get(url("blanket", blanket)).content.decode()
    clerk.force_login(User.objects.get(username="olga"))
    assert "Approve prices" in clerk.get(url("blanket", blanket)).content.decode()
    clerk.post(url("blanket_approve", blanket), {"key": "a", "version": 1})
    blanket.refresh_from_db()
    assert blanket.approved_by == "olga"


@pytest.mark.parametrize(
    ("view", "found"), [("open", 2), ("used", 1), ("ending", 1), ("approve", 0), ("ended", 1), ("all", 3)]
)
def test_the_list_by_view(shop, clerk, view, found):
    shop.call(shop.agree(), (1, 80))
    shop.agree(last=local_day() + timedelta(days=3))
    clerk.post(url("blanket_close", shop.agree()), {"version": 1, "reason": "Over"})
    page = clerk.get(f"{reverse('orders:blanket_list')}?view={view}").content.decode()
    assert sum(f'{url("blanket", each)}"' in page for each in BlanketOrder.objects.all()) == found


def test_blanket_orders_of_others_are_not_there(shop, client):
    blanket = shop.agree()
    elsewhere = factories.company(code="ELSE")
    client.force_login(factories.user("customer_service", scope=f"company:{elsewhere.pk}"))
    for name in ("blanket", "blanket_call_off", "blanket_change"):
        assert client.get(url(name, blanket)).status_code == 404
    client.force_login(factories.user("warehouse"))
    assert client.get(url("blanket", blanket)).status_code == 403


def test_a_blanket_order_over_rest(shop):
    counter = iter(range(1000))

    def call(path: str, body: dict[str, Any], who: str = "nora", key: str = "") -> Any:
        program = APIClient()
        program.force_authenticate(User.objects.get(username=who))
        headers = {"Idempotency-Key": key or f"k{next(counter)}"}
        return program.post(f"/api/v1/blanket-orders/{path}", body, format="json", headers=headers)

    customer = Customer.objects.get(pk=shop.trade.world.customers[0]).party.code
    item = Item.objects.get(pk=shop.trade.world.items[0]).code
    body = {
        "customer": customer,
        "valid_from": "2026-01-01",
        "valid_until": "2031-01-01",
        "lines": [{"item": item, "quantity": "100", "least": "10", "supply": "special"}],
    }
    made = call("", body, key="one")
    assert (made.status_code, made.json()["lines"][0]["least"]) == (201, "10.000000")
    assert made.json()["lines"][0]["supply"] == "special"
    assert call("", body, key="one").json()["number"] == made.json()["number"]
    number = made.json()["number"]
    small = call(f"{number}/call-offs/", {"lines": [{"line": 1, "quantity": "5"}]})
    assert (small.status_code, small.json()["code"]) == (409, "orders.call_off_too_small")
    off = call(f"{number}/call-offs/", {"lines": [{"line": 1, "quantity": "90"}]}, key="off")
    assert (off.status_code, len(off.json()["warnings"])) == (201, 1)
    again = call(f"{number}/call-offs/", {"lines": [{"line": 1, "quantity": "90"}]}, key="off")
    assert again.json() == off.json() and SalesOrder.objects.count() == 1
    beyond = call(f"{number}/call-offs/", {"lines": [{"line": 1, "quantity": "11"}]})
    assert beyond.json()["code"] == "orders.over_call_off"
    terms = {"version": 1, "valid_until": "2031-01-01", "reason": "More"}
    terms["lines"] = [{"line": 1, "quantity": "200", "least": "0"}]
    changed = call(f"{number}/change/", terms)
    assert (changed.json()["lines"][0]["quantity"], changed.json()["version"]) == ("200.000000", 2)
    assert call(f"{number}/approve/", {"version": 2}, who="olga").status_code == 409
    closed = call(f"{number}/close/", {"version": 2, "reason": "Over"})
    assert closed.json()["state"] == "closed"
    program = APIClient()
    program.force_authenticate(User.objects.get(username="nora"))
    found = program.get(f"/api/v1/blanket-orders/{number}/").json()
    assert found["lines"][0]["called"] == "90.000000"
    listed = program.get("/api/v1/blanket-orders/?state=closed").json()["results"]
    assert [row["number"] for row in listed] == [number]


def test_what_is_left_stands_beside_the_line_and_on_the_customers_page(shop, clerk):
    blanket = shop.agree(shop.line(0, 100))
    shop.call(blanket, (1, 30))
    shop.agree(shop.line(1, 5), first=date(2030, 1, 1))  # does not run yet
    written = draft(shop)
    beside = clerk.get(reverse("orders:draft_inspect", args=[written.public_id, 1])).content.decode()
    assert blanket.number in beside and "70 EA left" in beside
    other = clerk.get(reverse("orders:draft_inspect", args=[written.public_id, 4])).content.decode()
    assert "EA left" not in other
    customer = clerk.get(reverse("masterdata:customer", args=[blanket.customer_id])).content.decode()
    assert "Running blanket orders" in customer and blanket.number in customer
    assert "Open quotes" not in customer
    shop.call(blanket, (1, 70))
    after = clerk.get(reverse("orders:draft_inspect", args=[written.public_id, 1])).content.decode()
    assert "EA left" not in after
