"""E-invoices in the browser and for programs: looked at, worked, requested, downloaded."""

from typing import Any

from django.test import Client
from rest_framework.test import APIClient

from billing.einvoice.models import EInvoice, EInvoiceDocument
from masterdata.models import Company
from tests import factories
from tests.billing.einvoice.house import failed, made, posted, standing, wants
from tests.trade import Trade


def test_finance_works_one_in_the_browser(trade: Trade, client: Client) -> None:
    found = failed(trade)
    client.force_login(factories.user("finance", username="fin"))
    number, page = found.invoice.number, f"/billing/e-invoices/{found.pk}/"
    assert "BR-S-02" in client.get(f"/billing/invoices/{number}/").content.decode()
    shown = client.get(page).content.decode()
    for text in ("BR-S-02", "Make again", "Settle otherwise", "seller details"):
        assert text in shown
    assert number in client.get("/billing/e-invoices/").content.decode()
    assert client.get("/billing/e-invoices/?export=xlsx").status_code == 200
    assert client.post(f"{page}waive/", {"reason": ""}).status_code == 422
    Company.objects.update(tax_number="BE0477472701")
    assert client.post(f"{page}regenerate/").status_code == 303
    made()
    document = EInvoiceDocument.objects.get()
    assert document.xml_sha256[:16] in client.get(page).content.decode()
    xml = client.get(f"{page}1/xml/")
    assert (xml.content, xml["Content-Disposition"]) == (
        bytes(document.xml), f'attachment; filename="{number}.xml"',
    )  # fmt: skip
    assert client.get(f"{page}1/pdf/").status_code == 404
    assert client.post(f"{page}report/", {"said": "rejected", "reason": ""}).status_code == 422
    assert client.post(f"{page}report/", {"said": "rejected", "reason": "Wrong PO"}).status_code == 303
    assert EInvoice.objects.get().detail == "Wrong PO"


def test_an_invoice_of_before_is_requested_on_its_page(trade: Trade, client: Client) -> None:
    invoice = posted(trade)
    made(expected=0)
    client.force_login(factories.user("finance", username="fin"))
    page = f"/billing/invoices/{invoice.number}/"
    assert "Make the e-invoice" not in client.get(page).content.decode()
    wants(trade)
    assert "Make the e-invoice" in client.get(page).content.decode()
    assert client.post(f"{page}e-invoice/").status_code == 303
    made()
    assert standing(invoice).state == "sent"


def test_programs_read_report_and_download(trade: Trade) -> None:
    wants(trade, "facturx")
    invoice = posted(trade)
    made()
    api = APIClient()
    api.force_authenticate(factories.user("finance", username="interface"))
    base = f"/api/v1/einvoices/{standing(invoice).pk}/"
    (row,) = api.get("/api/v1/einvoices/", {"invoice": invoice.number}).json()["results"]
    assert (row["state"], row["format"], row["customer"]) == ("sent", "facturx", "C0")
    detail = api.get(base).json()
    assert [(one["revision"], one["format"]) for one in detail["revisions"]] == [(1, "facturx")]
    assert (api.get(f"{base}xml/").content[:5], api.get(f"{base}pdf/").content[:5]) == (b"<?xml", b"%PDF-")

    def post(path: str, body: dict[str, Any], key: str) -> Any:
        return api.post(path, body, format="json", HTTP_IDEMPOTENCY_KEY=key)

    assert post(f"{base}report/", {"said": "rejected"}, "k1").status_code == 400
    told = post(f"{base}report/", {"said": "rejected", "reason": "Duplicate"}, "k2")
    assert (told.status_code, told.json()["state"], told.json()["detail"]) == (200, "rejected", "Duplicate")
    assert post(f"{base}report/", {"said": "accepted"}, "k3").status_code == 409
    assert post(f"{base}waive/", {"reason": "Credited"}, "k4").json()["state"] == "waived"
    again = post("/api/v1/einvoices/", {"invoice": invoice.number}, "k5")
    assert (again.status_code, again.json()["id"]) == (201, standing(invoice).pk)
    assert post("/api/v1/einvoices/", {"invoice": "INV-999999"}, "k6").status_code == 404
