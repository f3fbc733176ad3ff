"""Intake over REST: one order per key, refusals that change nothing, and what waits corrected or dropped."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from erp.kernel import clock
from erp.kernel.api import issue_token
from erp.kernel.models import User
from orders.models import IntakeDocument, ParkedLine, SalesOrder
from tests.factories import user
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db

ORDER = {"customer": "C0", "customer_po": "PO-1", "lines": [{"item": "P0", "quantity": "2"}]}
BAD = {**ORDER, "lines": [{"item": "P0", "quantity": "2"}, {"item": "nope", "quantity": "1"}]}


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


def test_a_key_is_one_order_and_one_body(shop, api):
    made = post(api, "orders/", ORDER)
    assert (made.status_code, made.data["state"]) == (201, "accepted")
    assert post(api, "orders/", ORDER).content == made.content
    other = post(api, "orders/", {**ORDER, "note": "changed"})
    assert (other.status_code, other.data["code"]) == (422, "kernel.key_reused")
    assert SalesOrder.objects.count() == 1


@pytest.mark.parametrize("number", ["NaN", "1e400", "1,5", "-1", "0", "1.0000001", True, None])
def test_numbers_are_plain_or_refused(shop, api, number):
    body = {**ORDER, "lines": [{"item": "P0", "quantity": number}]}
    refused = post(api, "orders/", body)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "lines.0.quantity")
    assert not IntakeDocument.objects.exists()


def test_the_customer_of_another_company_does_not_exist(shop, api):
    stranger = client(user("customer_service", scope="company:999999"))
    refused = post(stranger, "orders/", ORDER)
    assert (refused.status_code, refused.data["code"]) == (404, "orders.customer_unknown")
    made = post(api, "orders/", BAD)
    address = f"intake-documents/{made.data['document_id']}/"
    assert stranger.get("/api/v1/intake-documents/").data["results"] == []
    assert stranger.get(f"/api/v1/{address}").status_code == 404
    assert post(stranger, f"{address}drop/", {"reason": "x"}).status_code == 404
    assert ParkedLine.objects.get().resolved_at is None


def test_what_waits_is_corrected_or_dropped(shop, api):
    made = post(api, "orders/", BAD)
    assert [entry["code"] for entry in made.data["parked"]] == ["orders.item_unknown"]
    address = f"intake-documents/{made.data['document_id']}/"
    shown = api.get("/api/v1/intake-documents/", {"state": "partly"}).data["results"][0]
    assert (shown["order"], shown["waiting"], shown["parked_lines"][0]["line"]) == (made.data["number"], 1, 2)
    unknown = post(api, f"{address}resubmit/", {"colour": "red"}, "r0")
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (400, "colour")
    fix = {"corrections": [{"line": 2, "item": "P1", "quantity": "1"}]}
    second = post(api, f"{address}resubmit/", fix, "r1")
    assert (second.status_code, second.data["state"], second.data["parked"]) == (200, "accepted", [])
    assert post(api, f"{address}resubmit/", fix, "r1").content == second.content
    assert set(SalesOrder.objects.values_list("customer_po", flat=True)) == {"PO-1"}
    gone = post(api, f"{address}drop/", {"lines": [2], "reason": "late"}, "d1")
    assert (gone.status_code, gone.data["code"]) == (409, "orders.parked_line_resolved")
    other = post(api, "orders/", {**BAD, "customer_po": "PO-2"}, "k2")
    dropped = post(api, f"intake-documents/{other.data['document_id']}/drop/", {"reason": "Withdrawn"}, "d2")
    assert (dropped.data["state"], dropped.data["count"]) == ("partly", 1)
    assert SalesOrder.objects.count() == 3
