"""The whole return over REST: shapes, rights, keys, and refusals as problems."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from erp.kernel.models import User
from masterdata.models import Bin
from orders.models import CustomerReturn, ReturnReceipt
from tests.orders.returns.journey import Returns


@pytest.fixture
def call(shop: Returns) -> Any:
    counter = iter(range(1000))

    def post(who: str, path: str, body: dict[str, Any] | None = None, key: str = "") -> Any:
        client = APIClient()
        client.force_authenticate(User.objects.get(username=who))
        return client.post(
            f"/api/v1/{path}",
            body or {},
            format="json",
            headers={"Idempotency-Key": key or f"k{next(counter)}"},
        )

    return post


def test_a_return_from_request_to_credit(shop: Returns, call: Any) -> None:
    shop.invoice()
    body = {
        "order": shop.order.number,
        "lines": [{"shipment_line": shop.line.pk, "quantity": "2", "reason": "defective"}],
    }
    made = call("nora", "returns/", body, key="one")
    assert (made.status_code, made.json()["state"], made.json()["net"]) == (201, "requested", "24.60")
    again = call("nora", "returns/", body, key="one")
    assert again.json()["number"] == made.json()["number"]
    assert CustomerReturn.objects.count() == 1
    at = f"returns/{made.json()['number']}"
    assert call("marc", f"{at}/approve/").status_code == 403
    assert call("nora", f"{at}/approve/").json()["state"] == "approved"
    bin_code = Bin.objects.get(pk=shop.bin_id).code
    counted = {"lines": [{"line": 1, "quantity": "3", "bin": bin_code}]}
    refused = call("marc", f"{at}/receive/", counted)
    assert (refused.status_code, refused.json()["code"]) == (409, "orders.return_line_refused")
    counted["lines"][0]["quantity"] = "2"
    assert call("marc", f"{at}/receive/", counted).json()["state"] == "received"
    receipt = ReturnReceipt.objects.get().pk
    split = {
        "lines": [
            {"receipt": receipt, "kind": "restock", "quantity": "1"},
            {"receipt": receipt, "kind": "scrap", "quantity": "1"},
        ]
    }
    assert call("marc", f"{at}/dispose/", split).json()["state"] == "inspected"
    assert call("olga", f"{at}/credit/").json()[0]["net"] == "24.60"
    replaced = call("nora", f"{at}/replace/")
    assert (replaced.status_code, replaced.json()["order"][:3]) == (201, "SO-")
    client = APIClient()
    client.force_authenticate(User.objects.get(username="nora"))
    found = client.get(f"/api/v1/{at}/").json()
    assert (found["state"], found["replacement"], found["lines"][0]["credited"]) == (
        "closed",
        replaced.json()["order"],
        "2.000000",
    )
    assert [row["number"] for row in client.get("/api/v1/returns/?state=closed").json()["results"]] == [
        made.json()["number"]
    ]


def test_what_is_not_known_is_refused(shop: Returns, call: Any) -> None:
    line = {"shipment_line": shop.line.pk, "quantity": "1", "reason": "because"}
    assert call("nora", "returns/", {"order": shop.order.number, "lines": [line]}).status_code == 400
    assert (
        call("nora", "returns/", {"order": "SO-0", "lines": [{**line, "reason": "defective"}]}).status_code
        == 404
    )
    assert call("nora", "returns/RMA-0/cancel/", {"reason": "x"}).status_code == 404
    assert not CustomerReturn.objects.exists()
