"""Billing's part of the REST API: shapes, keys, refusals, scope."""

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from billing.models import CashReceipt, Invoice, InvoiceException, OpenItem
from tests import factories
from tests.billing.exceptions.test_resolve_exceptions import KEEP, price_exception
from tests.billing.receivables.test_cash import open_item
from tests.trade import Trade


@pytest.fixture
def api(trade: Trade) -> APIClient:
    client = APIClient()
    client.force_authenticate(factories.user("finance", username="interface"))
    return client


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def post(api: APIClient, path: str, body: dict[str, Any] | None = None, key: str = "k-1") -> Any:
    return api.post(f"/api/v1/{path}", body or {}, format="json", HTTP_IDEMPOTENCY_KEY=key)


def test_a_shipment_is_invoiced_once(trade: Trade, api: APIClient) -> None:
    shipment_id = trade.ship(2)
    assert api.post(f"/api/v1/shipments/{shipment_id}/invoice/").status_code == 400  # no key
    first = post(api, f"shipments/{shipment_id}/invoice/")
    invoice = Invoice.objects.get()
    assert (first.status_code, first.json()["invoices"][0]["number"]) == (200, invoice.number)
    assert post(api, f"shipments/{shipment_id}/invoice/").json() == first.json()
    assert post(api, f"shipments/{shipment_id}/invoice/", key="k-2").json() == {"invoices": [], "stopped": []}
    assert post(api, "shipments/999999/invoice/").status_code == 404


def test_invoices_are_read_with_lines_and_credited(trade: Trade, api: APIClient) -> None:
    invoice = open_item(trade).invoice
    found = api.get("/api/v1/invoices/", {"number": invoice.number, "open": "true"}).json()["results"]
    assert [row["gross"] for row in found] == [str(invoice.gross)]
    assert api.get("/api/v1/invoices/", {"open": "false"}).json()["results"] == []
    detail = api.get(f"/api/v1/invoices/{invoice.pk}/").json()
    assert (detail["lines"][0]["net"], detail["taxes"][0]["tax"]) == (str(invoice.net), str(invoice.tax))
    assert api.get(f"/api/v1/invoices/{invoice.pk}/pdf/").content.startswith(b"%PDF")
    memo = post(api, f"invoices/{invoice.pk}/credit/", {"reason": "Damaged"})
    assert (memo.status_code, memo.json()["kind"], memo.json()["credits"]) == (201, "credit_memo", invoice.pk)
    again = post(api, f"invoices/{invoice.pk}/credit/", {"reason": "Damaged"}, key="k-2")
    assert (again.status_code, again.json()["code"]) == (409, "billing.already_credited")


def test_exceptions_are_read_assigned_and_resolved(trade: Trade, api: APIClient) -> None:
    first, second = price_exception(trade), price_exception(trade, 2)
    assert len(api.get("/api/v1/invoice-exceptions/", {"open": "true"}).json()["results"]) == 2
    assigned = post(api, f"invoice-exceptions/{first.pk}/assign/", {"owner": "interface"})
    assert assigned.json()["owner"] == "interface"
    accepted = post(api, f"invoice-exceptions/{first.pk}/accept/", {"reason": KEEP}).json()
    assert accepted["exception_ids"] == [first.pk]
    corrected = post(api, f"invoice-exceptions/{second.pk}/correct/").json()
    assert len(corrected["invoice_ids"]) == 1
    assert not InvoiceException.objects.filter(resolved_at=None).exists()


def test_cash_is_received_applied_and_proposed(trade: Trade, api: APIClient) -> None:
    item = open_item(trade)
    body = {"customer": item.customer_id, "amount": "30.00", "received_on": "2026-01-05"}
    made = post(api, "cash-receipts/", body)
    assert (made.status_code, made.json()["unapplied"]) == (201, "30.00")
    assert post(api, "cash-receipts/", body).json()["id"] == made.json()["id"]
    applied = [{"open_item": item.pk, "amount": "10.00"}]
    result = post(api, f"cash-receipts/{made.json()['id']}/apply/", {"applications": applied})
    assert result.json()["unapplied"] == "20.00"
    proposed = post(api, "cash-receipts/", {**body, "amount": "5.00", "propose": True}, key="k-3")
    assert proposed.json()["applications"][0]["document"] == item.invoice.number
    too_much = [{"open_item": item.pk, "amount": "999999.00"}]
    refused = post(
        api, "cash-receipts/", {**body, "amount": "999999.00", "applications": too_much}, key="k-4"
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "billing.over_applied")
    assert CashReceipt.objects.count() == 2
    short = {"open_item": item.pk, "amount": "2.00", "difference": "0.50", "reason": "short"}
    path = f"cash-receipts/{made.json()['id']}/apply/"
    coded = post(api, path, {"applications": [short]}, key="k-5").json()
    assert (coded["unapplied"], coded["reversed_at"]) == ("18.00", None)
    assert [(row["amount"], row["reason"]) for row in coded["applications"]] == [
        ("10.00", ""), ("2.00", ""), ("0.50", "short"),
    ]  # fmt: skip
    beyond = post(api, path, {"applications": [{**short, "difference": "4.51"}]}, key="k-6")
    assert (beyond.status_code, beyond.json()["code"]) == (409, "billing.beyond_authority")
    items = api.get("/api/v1/open-items/", {"settled": "false"}).json()["results"]
    assert items[0]["open"] == str(OpenItem.objects.get().amount - Decimal("17.5"))


def test_journals_are_read_with_lines(trade: Trade, api: APIClient) -> None:
    invoice = open_item(trade).invoice
    (row,) = api.get("/api/v1/journals/", {"source": "billing.invoice"}).json()["results"]
    lines = api.get(f"/api/v1/journals/{row['id']}/").json()["lines"]
    assert (row["source_id"], len(lines)) == (invoice.pk, 3)
    assert sum(Decimal(line["amount"]) for line in lines) == 0


def test_nothing_of_another_company_is_there(trade: Trade, api: APIClient) -> None:
    item, found = open_item(trade), price_exception(trade)
    stranger = APIClient()
    stranger.force_authenticate(factories.user("finance", scope=f"company:{factories.company().pk}"))
    for path in ("invoices", "invoice-exceptions", "open-items", "cash-receipts", "journals"):
        assert stranger.get(f"/api/v1/{path}/").json()["results"] == []
    for path in (
        f"invoices/{item.invoice_id}/credit/", f"invoice-exceptions/{found.pk}/accept/",
        f"shipments/{found.shipment_id}/invoice/",
    ):  # fmt: skip
        assert post(stranger, path, {"reason": "x"} if "invoice/" not in path else {}).status_code == 404
    body = {"customer": item.customer_id, "amount": "1.00", "received_on": "2026-01-05"}
    assert post(stranger, "cash-receipts/", body).status_code == 404
