from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from erp.kernel import clock
from erp.kernel.api import issue_token
from erp.kernel.models import User
from orders.models import CreditAccount, Hold, SalesOrder
from tests.factories import user
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


def client(who: User) -> APIClient:
    made = APIClient()
    _row, text = issue_token(who, name="test", expires_at=clock.now() + timedelta(days=1))
    made.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return made


@pytest.fixture
def api(shop: Trade) -> APIClient:
    return client(User.objects.get(username="bench"))


def post(api: APIClient, path: str, body: dict[str, Any], key: str = "k") -> Any:
    return api.post(f"/api/v1/{path}", body, format="json", headers={"Idempotency-Key": key})


ORDER = {"customer": "C0", "lines": [{"item": "P0", "quantity": "2"}, {"item": "P1", "quantity": "1"}]}


def test_create_read_list(shop, api):
    made = post(api, "orders/", ORDER)
    assert made.status_code == 201, made.data
    assert made.data["state"] == "accepted"
    number = made.data["number"]
    assert post(api, "orders/", ORDER).data == made.data
    shown = api.get(f"/api/v1/orders/{number}/").data
    assert (shown["customer"], shown["standing"], len(shown["lines"])) == ("C0", "allocated", 2)
    assert shown["lines"][0]["reserved"] == "2.000000"
    assert [row["number"] for row in api.get("/api/v1/orders/?customer=C0").data["results"]] == [number]
    assert api.get("/api/v1/orders/?customer=C1").data["results"] == []


def test_lines_name_their_site(shop, api):
    lines = [{"item": "P0", "quantity": "2"}, {"item": "P1", "quantity": "1", "site": "b1"}]
    unknown = {**ORDER, "partial": False, "lines": [*lines, {**lines[1], "site": "X9"}]}
    nowhere = post(api, "orders/", unknown, "n")
    assert (nowhere.status_code, nowhere.data["code"]) == (409, "orders.line_refused")
    assert nowhere.data["context"]["lines"][0]["reason"] == "No active site is known as “X9”."
    seen = api.post("/api/v1/order-preview/", {**ORDER, "lines": lines}, format="json")
    assert [line["problem"] for line in seen.data["lines"]] == ["", ""]
    number = post(api, "orders/", {**ORDER, "lines": lines}).data["number"]
    assert post(api, "orders/", {**ORDER, "lines": lines}).data["number"] == number
    order = api.get(f"/api/v1/orders/{number}/").data
    assert (order["site"], [line["site"] for line in order["lines"]]) == ("B0", ["B0", "B1"])
    waiting = api.get("/api/v1/deliveries-to-release/").data["results"]
    assert sorted((row["document"], row["site"]) for row in waiting) == [(number, "B0"), (number, "B1")]
    change = {"version": 1, "lines": [{"line": 1, "quantity": "2", "site": "B1"}]}
    impact = post(api, f"orders/{number}/amend/preview/", change, "p").data
    assert [impact[side]["lines"][0]["site"] for side in ("before", "after")] == ["B0", "B1"]
    assert post(api, f"orders/{number}/amend/", change, "a").status_code == 200
    order = api.get(f"/api/v1/orders/{number}/").data
    assert [line["site"] for line in order["lines"]] == ["B1", "B1"]
    wrong = {"version": 2, "lines": [{"line": 1, "quantity": "2", "site": "X9"}]}
    assert post(api, f"orders/{number}/amend/", wrong, "w").data["code"] == "orders.line_refused"


def test_create_takes_few_statements(shop, api):
    post(api, "orders/", ORDER, "first")
    with count_statements() as counted:
        post(api, "orders/", ORDER, "second")
    assert counted.statements <= 22


def test_refusals_are_problems(shop, api):
    unknown = post(api, "orders/", {**ORDER, "lines": [{"item": "X", "quantity": "1"}]})
    assert (unknown.status_code, unknown.data["code"]) == (409, "orders.line_refused")
    assert post(api, "orders/", {**ORDER, "colour": "red"}).status_code == 400
    assert post(api, "orders/", {**ORDER, "lines": [{"item": "P0", "quantity": "NaN"}]}).status_code == 400
    keyless = api.post("/api/v1/orders/", ORDER, format="json")
    assert (keyless.status_code, keyless.data["code"]) == (400, "kernel.bad_input")
    assert post(client(user("warehouse")), "orders/", ORDER).status_code == 403
    assert not SalesOrder.objects.exists()


def test_amend_cancel_and_stale(shop, api):
    number = post(api, "orders/", ORDER).data["number"]
    change = {"version": 1, "lines": [{"line": 1, "quantity": "5"}, {"item": "P2", "quantity": "1"}]}
    amended = post(api, f"orders/{number}/amend/", change, "a")
    assert amended.status_code == 200, amended.data
    assert amended.data["version"] == 2
    stale = post(api, f"orders/{number}/cancel/", {"version": 1, "reason": "x"}, "b")
    assert (stale.status_code, stale.data["code"]) == (409, "kernel.stale_version")
    line = post(api, f"orders/{number}/cancel/", {"version": 2, "reason": "x", "lines": [2]}, "c")
    assert line.data["cancelled"] is False
    assert post(api, f"orders/{number}/cancel/", {"version": 3, "reason": "x"}, "d").data["cancelled"] is True


def test_hold_and_release(shop, api):
    number = post(api, "orders/", ORDER).data["number"]
    held = post(api, f"orders/{number}/hold/", {"reason": "Wrong address"}, "h")
    assert held.status_code == 201
    own = post(api, f"holds/{held.data['hold_id']}/release/", {"reason": "x"}, "r")
    assert (own.status_code, own.data["code"]) == (403, "orders.own_hold")
    other = client(user("process_owner"))
    assert post(other, f"holds/{held.data['hold_id']}/release/", {"reason": "Fixed"}, "r").status_code == 200
    assert Hold.objects.get().release_reason == "Fixed"


def test_price_check_reserves_nothing(shop, api):
    body = {"customer": "C0", "item": "P0", "quantity": "10"}
    found = api.post("/api/v1/price-check/", body, format="json")
    assert found.status_code == 200, found.data
    order = shop.submit(1)
    line = SalesOrder.objects.get(pk=order.order_id).lines.get()
    assert found.data["unit_price"] == f"{line.unit_price:.6f}"
    assert [step["label"] for step in found.data["steps"]] == ["List", "Agreement"]
    assert found.data["availability"] == "1,000,000 free"


def test_credit_limit(shop, api):
    account = CreditAccount.objects.get(customer=shop.world.customers[0])
    body = {"version": 1, "limit": "2500.00", "reason": "Review"}
    assert post(api, f"credit-accounts/{account.pk}/limit/", body).data["limit"] == "2500.00"
    assert api.get("/api/v1/credit-accounts/?customer=C0").data["results"][0]["limit"] == "2500.00"


def test_other_companies_stay_unseen(shop, api):
    number = post(api, "orders/", ORDER).data["number"]
    stranger = client(user("customer_service", "finance", scope="company:999999"))
    assert stranger.get("/api/v1/orders/").data["results"] == []
    assert stranger.get(f"/api/v1/orders/{number}/").status_code == 404
    assert stranger.get("/api/v1/credit-accounts/").data["results"] == []
    assert post(stranger, f"orders/{number}/cancel/", {"version": 1, "reason": "x"}).status_code in (403, 404)
