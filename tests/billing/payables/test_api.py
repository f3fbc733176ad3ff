"""Payables for programs: an invoice from its entry to its reversal, and who decides what does not match."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from billing.exceptions.errors import OwnerCannotWork
from billing.models import MatchException, SupplierInvoice
from billing.payables.actions.assign_exceptions import assign_exceptions, return_exceptions
from masterdata.models import Supplier
from tests import factories as make
from tests.billing.payables.buying import found, order, receive, received, seller
from tests.factories import local_day

pytestmark = pytest.mark.django_db


def client(*roles: str, name: str) -> APIClient:
    made = APIClient()
    made.force_authenticate(make.user(*roles, username=name))
    return made


@pytest.fixture
def api(shop) -> APIClient:
    return client("finance", name="interface")


def post(api: APIClient, path: str, body: dict[str, Any] | None = None, key: str = "k-1") -> Any:
    return api.post(f"/api/v1/{path}", body or {}, format="json", HTTP_IDEMPOTENCY_KEY=key)


def document(*lines: dict[str, Any], net: str = "60.00", tax: str = "12.60", gross: str = "72.60") -> dict:
    supplier = Supplier.objects.select_related("party", "company").get(pk=seller())
    return {
        "company": supplier.company.code,
        "supplier": supplier.party.code,
        "reference": "2026-117",
        "issued_on": str(local_day() - timedelta(days=2)),
        "net": net,
        "tax": tax,
        "gross": gross,
        "lines": list(lines),
        "taxes": [{"rate_percent": "21", "base": net, "amount": tax}],
    }


def goods(line: Any, quantity: str = "10", net: str = "60.00") -> dict[str, Any]:
    return {"order": line.order.number, "order_line": line.line, "quantity": quantity, "net": net}


def test_a_clean_one_is_posted_and_taken_back(shop, api):
    (line,) = received(shop, 10)
    made = post(api, "supplier-invoices/", document(goods(line)))
    body = made.json()
    assert (made.status_code, body["state"], body["source"]) == (201, "posted", "api")
    assert body["lines"] == [
        {
            "line": 1, "kind": "goods", "order": line.order.number, "order_line": 1, "supplier_return": None,
            "account": None, "description": "", "quantity": "10.000000", "net": "60.00",
        }
    ]  # fmt: skip
    assert post(api, "supplier-invoices/", document(goods(line))).json()["number"] == body["number"]
    assert SupplierInvoice.objects.count() == 1
    (owed,) = api.get("/api/v1/payables/", {"open": "true"}).json()["results"]
    assert (owed["invoice"], owed["reference"], owed["open"]) == (body["number"], "2026-117", "72.60")
    (kept,) = api.get("/api/v1/goods-accruals/", {"order": line.order.number}).json()["results"]
    assert (kept["billed"], kept["open"]) == ("10.000000", "0.00")
    back = post(api, f"supplier-invoices/{body['number']}/reverse/", {"reason": "Wrong"}, key="k-2").json()
    assert (back["state"], back["reversal"][:4]) == ("reversed", "APR-")
    (kept,) = api.get("/api/v1/goods-accruals/", {"open": "true"}).json()["results"]
    assert (kept["billed"], kept["open"]) == ("0.000000", "60.00")


def test_what_waits_is_worked(shop, api):
    (line,) = order(shop, 10)
    sent = document(goods(line, net="90.00"), net="90.00", tax="18.90", gross="108.90")
    number = post(api, "supplier-invoices/", sent).json()["number"]
    invoice = SupplierInvoice.objects.get(number=number)
    assert found(invoice.pk) == {"not_received": 90, "price": 30}
    listed = api.get("/api/v1/match-exceptions/", {"open": "true", "kind": "price"}).json()["results"]
    assert [(row["invoice"], row["amount"]) for row in listed] == [(number, "30.00")]
    price = MatchException.objects.get(kind="price")
    buyer = client("procurement", name="buyer")
    assert post(api, f"match-exceptions/{price.pk}/assign/", {"owner": "buyer"}).json()["owner"] == "buyer"
    assert post(api, f"match-exceptions/{price.pk}/accept/", {"reason": "Fine"}).status_code == 403
    accepted = post(buyer, f"match-exceptions/{price.pk}/accept/", {"reason": "Surcharge"})
    assert accepted.json() == {"posted_ids": [], "waiting_ids": [invoice.pk]}
    receive(shop, line)
    assert post(api, f"supplier-invoices/{number}/match/").json()["state"] == "posted"


def test_it_is_corrected_or_refused(shop, api):
    (line,) = received(shop, 10)
    sent = document({"net": "60.00", "description": "Valves"})
    made = post(api, "supplier-invoices/", sent).json()
    assert [row["kind"] for row in made["exceptions"]] == ["not_ordered"]
    right = {name: value for name, value in sent.items() if name not in ("company", "supplier")}
    right |= {
        "currency": "EUR",
        "due_on": made["due_on"],
        "version": made["version"],
        "lines": [goods(line, "10")],
    }
    path = f"supplier-invoices/{made['number']}"
    assert post(api, f"{path}/correct/", {**right, "version": 9}, key="k-2").status_code == 409
    lost = post(api, f"{path}/correct/", {**right, "lines": [{"net": "1", "order": "PO-0"}]}, key="k-3")
    assert (lost.status_code, lost.json()["code"]) == (404, "kernel.not_found")
    assert post(api, f"{path}/correct/", right, key="k-4").json()["state"] == "posted"
    again = post(api, "supplier-invoices/", sent, key="k-5").json()
    gone = post(api, f"supplier-invoices/{again['number']}/refuse/", {"reason": "Twice"}, key="k-6").json()
    assert (gone["state"], gone["refusal"], gone["exceptions"][0]["resolution"]) == (
        "refused",
        "Twice",
        "refused",
    )


def test_an_owner_can_be_taken_back(shop, api):
    post(api, "supplier-invoices/", document({"net": "60.00"}))
    (row,) = MatchException.objects.all()
    with pytest.raises(OwnerCannotWork):
        assign_exceptions(shop.by(), exception_ids=[row.pk], owner_id=make.user("warehouse").pk)
    buyer = make.user("procurement")
    assign_exceptions(shop.by(), exception_ids=[row.pk], owner_id=buyer.pk)
    row.refresh_from_db()
    assert row.owner == buyer
    return_exceptions(shop.by(), exception_ids=[row.pk])
    row.refresh_from_db()
    assert row.owner is None
