"""From the posted document to the customer: made, found valid, archived once, sent, and back as an exception."""

import hashlib
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pypdf import PdfReader
from rest_framework.test import APIClient

from billing.einvoice.actions.keep_einvoice import keep_einvoice
from billing.einvoice.actions.regenerate_einvoices import regenerate_einvoices
from billing.einvoice.actions.report_einvoice import report_einvoice
from billing.einvoice.actions.request_einvoices import request_einvoices
from billing.einvoice.actions.send_einvoice import send_einvoice
from billing.einvoice.actions.work_einvoices import assign_einvoices, waive_einvoices
from billing.einvoice.errors import NotRegenerable, NotReportable, NotSendable, NotWaivable
from billing.einvoice.making import Made, make_einvoice
from billing.einvoice.models import EInvoice, EInvoiceDocument
from billing.einvoice.reader import read_einvoice
from billing.einvoice.validation import FATAL, Finding
from billing.exceptions.errors import OwnerCannotWork
from billing.invoicing.actions.credit_invoice import credit_invoice
from billing.models import Invoice
from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from erp.kernel.outbox import deliver
from erp.kernel.proofs import prove
from masterdata.models import Company, Customer, EInvoiceProfile, SellerDetails, TaxCode
from masterdata.policies import snapshot
from tests import factories
from tests.billing.einvoice.kinds import fatal, referee
from tests.support import count_statements, run_concurrently
from tests.trade import Trade

REQUEST, MAKE = "billing.einvoice.request_posted", "billing.einvoice.make_requested"


def wants(trade: Trade, format: str = "ubl", **values: Any) -> Customer:
    """The first customer wants e-invoices; its company says who it is."""
    customer = Customer.objects.get(pk=trade.world.customers[0])
    Company.objects.update(tax_number="BE0477472701", address="Scheldelaan 410\n2030 Antwerpen")
    customer.party.tax_number, customer.party.email = "BE0404616494", "ap@example.com"
    customer.party.save()
    EInvoiceProfile.objects.create(customer=customer, format=format, **values)
    SellerDetails.objects.create(
        company=customer.company, account_number="BE68539007547034", city="Antwerpen"
    )
    return customer


def made(expected: int = 1) -> None:
    """The workers have heard what was posted."""
    assert deliver(REQUEST).failed == 0
    assert (deliver(MAKE).handled, deliver(MAKE).failed) == (expected, 0)


def posted(trade: Trade, lines: int = 2) -> Invoice:
    (invoice_id,) = trade.invoice(trade.ship(lines)).invoice_ids
    return Invoice.objects.get(pk=invoice_id)


def standing(invoice: Invoice) -> EInvoice:
    return EInvoice.objects.get(invoice=invoice)


def failed(trade: Trade) -> EInvoice:
    """One that the rules refuse: the seller has no tax number."""
    wants(trade)
    Company.objects.update(tax_number="")
    invoice = posted(trade)
    made()
    return standing(invoice)


def test_a_posted_invoice_is_archived_and_sent(trade: Trade) -> None:
    wants(trade, buyer_reference="COST-7", endpoint_scheme="0208", endpoint_id="0404616494")
    invoice = posted(trade, 3)
    made()
    found = standing(invoice)
    assert (found.state, found.revision, found.format, found.detail, found.opened_at) == (
        "sent", 1, "ubl", "", None,
    )  # fmt: skip
    (document,) = found.documents.all()
    xml = bytes(document.xml)
    assert (document.xml_sha256, document.pdf) == (hashlib.sha256(xml).hexdigest(), None)
    said = read_einvoice(xml)
    assert (said.number, said.type_code, said.buyer_reference, said.totals.net, said.totals.tax, said.totals.due) == (
        invoice.number, "380", "COST-7", invoice.net, invoice.tax, invoice.gross,
    )  # fmt: skip
    assert [(one.net, one.quantity, one.price) for one in said.lines] == list(
        invoice.lines.values_list("net", "quantity", "unit_price")
    )
    assert deliver("orders.messages.deliver_documents").handled == 1
    (letter,) = mail.outbox
    assert letter.to == ["ap@example.com"]
    ((name, content, kind),) = letter.attachments
    assert (name, kind) == (f"{invoice.number}.xml", "application/xml")
    assert (content.encode() if isinstance(content, str) else content) == xml
    assert prove(["EI1", "K1"]).green


def test_who_wants_paper_gets_paper(trade: Trade) -> None:
    posted(trade)
    made(expected=0)
    assert not EInvoice.objects.exists()


def test_the_archive_does_not_change(trade: Trade) -> None:
    wants(trade)
    posted(trade)
    made()
    document = EInvoiceDocument.objects.get()
    for statement in ("UPDATE billing_einvoicedocument SET xml = ''", "DELETE FROM billing_einvoicedocument"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    document.pk, document.revision, document.xml_sha256 = None, 2, "0" * 64
    with pytest.raises(IntegrityError, match="einvoice_document_hashes"), transaction.atomic():
        document.save()
    assert EInvoiceDocument.objects.count() == 1


def test_what_is_not_valid_waits_for_its_owner_and_is_made_again(trade: Trade, colleague: Actor) -> None:
    days = {
        ("billing.exception_owner", f"company:{trade.world.company_id}"): [
            (date(2020, 1, 1), None, "colleague")
        ]
    }
    snapshot.assume(snapshot.Snapshot(values=days))
    found = failed(trade)
    assert (found.state, found.revision, found.owner.username if found.owner else "") == (
        "failed", 0, "colleague",
    )  # fmt: skip
    assert found.detail.startswith("BR-S-02: ")
    assert found.due_on is not None and found.opened_at is not None
    assert {one["rule"] for one in found.findings if one["severity"] == "fatal"} == {"BR-S-02"}
    assert "seller details" in found.findings[0]["remedy"]
    assert not EInvoiceDocument.objects.exists()

    Company.objects.update(tax_number="BE0477472701")
    regenerate_einvoices(By(colleague), einvoice_ids=[found.pk])
    made()
    again = EInvoice.objects.get(pk=found.pk)
    assert (again.state, again.revision, again.opened_at, again.due_on, again.owner) == (
        "sent", 1, None, None, None,
    )  # fmt: skip
    with pytest.raises(NotRegenerable):
        regenerate_einvoices(By(colleague), einvoice_ids=[found.pk])
    assert EInvoice.objects.get(pk=found.pk).version == again.version
    assert prove(["EI1"]).green


def test_why_it_failed_ends_with_a_whole_word(trade: Trade) -> None:
    wants(trade)
    invoice = posted(trade)
    assert deliver(REQUEST).failed == 0
    found = Finding("XSD", FATAL, "word " * 90, "-")
    with transaction.atomic():
        batch = Batch(Actor.system("worker"), now())
        keep_einvoice(
            batch, einvoice_id=standing(invoice).pk, made=Made("ubl", b"<x/>", findings=[found] * 3)
        )
        batch.close()
    assert standing(invoice).detail == f"XSD:{' word' * 54} … (+2)"


def test_a_rejection_comes_back_and_gets_a_second_revision(trade: Trade, colleague: Actor) -> None:
    customer = wants(trade)
    invoice = posted(trade)
    made()
    pk = standing(invoice).pk
    with pytest.raises(BadInput):
        report_einvoice(By(colleague), einvoice_id=pk, accepted=False)
    for _ in range(2):
        report_einvoice(By(colleague), einvoice_id=pk, accepted=False, reason="No buyer reference")
    rejected = standing(invoice)
    assert (rejected.state, rejected.detail, rejected.opened_at is None) == (
        "rejected",
        "No buyer reference",
        False,
    )
    with pytest.raises(NotReportable):
        report_einvoice(By(colleague), einvoice_id=pk, accepted=True)

    EInvoiceProfile.objects.filter(customer=customer).update(buyer_reference="COST-8", format="cii")
    regenerate_einvoices(By(colleague), einvoice_ids=[pk])
    made()
    report_einvoice(By(colleague), einvoice_id=pk, accepted=True)
    assert (standing(invoice).state, standing(invoice).revision) == ("accepted", 2)
    told = [(one.revision, one.format, read_einvoice(bytes(one.xml)).buyer_reference)
            for one in EInvoiceDocument.objects.order_by("revision")]  # fmt: skip
    assert told == [(1, "ubl", ""), (2, "cii", "COST-8")]


def test_without_an_address_it_waits_in_the_archive(trade: Trade, colleague: Actor) -> None:
    customer = wants(trade)
    customer.party.email = ""
    customer.party.save()
    invoice = posted(trade)
    made()
    pk = standing(invoice).pk
    assert standing(invoice).state == "archived"
    with pytest.raises(NotSendable):
        send_einvoice(By(colleague), einvoice_id=pk)
    with pytest.raises(BadInput):
        send_einvoice(By(colleague), einvoice_id=pk, recipient="nowhere")
    send_einvoice(By(colleague), einvoice_id=pk, recipient="new@example.com")
    assert standing(invoice).state == "sent"
    assert deliver("orders.messages.deliver_documents").handled == 1
    assert [letter.to for letter in mail.outbox] == [["new@example.com"]]


def test_a_credit_memo_says_what_it_credits(trade: Trade, colleague: Actor) -> None:
    wants(trade, "cii")
    invoice = posted(trade)
    memo_id = credit_invoice(By(colleague), invoice_id=invoice.pk, reason="Goods were damaged").credit_memo_id
    made(expected=2)
    found = EInvoice.objects.get(invoice=memo_id)
    said = read_einvoice(bytes(found.documents.get().xml))
    assert (found.state, said.type_code, said.totals.due, said.note) == (
        "sent", "381", invoice.gross, "Goods were damaged",
    )  # fmt: skip
    assert [(one.number, one.on) for one in said.preceding] == [(invoice.number, invoice.issued_on)]


def test_reverse_charge_of_the_house_s_tax_code(trade: Trade) -> None:
    wants(trade)
    TaxCode.objects.update(category="AE", rate_percent=0, exemption_reason="Art. 51 §2 WBTW")
    invoice = posted(trade)
    made()
    (group,) = read_einvoice(bytes(standing(invoice).documents.get().xml)).taxes
    assert (group.tax.category, group.base, group.amount, group.reason) == (
        "AE", invoice.net, Decimal(0), "Art. 51 §2 WBTW",
    )  # fmt: skip


def test_factur_x_is_paper_with_the_invoice_inside(trade: Trade) -> None:
    wants(trade, "facturx")
    invoice = posted(trade, 5)
    made()
    found = standing(invoice)
    document = found.documents.get()
    assert document.pdf is not None
    pdf, xml = bytes(document.pdf), bytes(document.xml)
    paper = PdfReader(io.BytesIO(pdf))
    assert paper.attachments == {"factur-x.xml": [xml]}
    assert invoice.number in paper.pages[0].extract_text()
    catalog: Any = paper.trailer["/Root"]
    assert catalog["/AF"][0].get_object()["/AFRelationship"] == "/Alternative"
    assert catalog["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"
    metadata = catalog["/Metadata"].get_data().decode()
    for shown in (
        'pdfaid:part="3"',
        'pdfaid:conformance="B"',
        "<fx:ConformanceLevel>EN 16931<",
        "factur-x.xml",
    ):
        assert shown in metadata
    assert metadata.count("<rdf:RDF") == 1
    assert fatal(referee().check(pdf)) == []


def test_who_may_not_is_refused_and_nothing_changes(trade: Trade, colleague: Actor) -> None:
    found = failed(trade)
    clerk, stranger = factories.actor("customer_service"), factories.user("customer_service")
    for refused in (
        lambda: regenerate_einvoices(By(clerk), einvoice_ids=[found.pk]),
        lambda: waive_einvoices(By(clerk), einvoice_ids=[found.pk], reason="No"),
        lambda: report_einvoice(By(clerk), einvoice_id=found.pk, accepted=True),
        lambda: assign_einvoices(By(clerk), einvoice_ids=[found.pk], owner_id=None),
    ):
        with pytest.raises(NotPermitted):
            refused()
    with pytest.raises(OwnerCannotWork):
        assign_einvoices(By(colleague), einvoice_ids=[found.pk], owner_id=stranger.pk)
    assert EInvoice.objects.get().version == found.version


def test_it_is_assigned_and_settled_otherwise(trade: Trade, colleague: Actor) -> None:
    found, owner = failed(trade), factories.user("finance")
    assign_einvoices(By(colleague), einvoice_ids=[found.pk], owner_id=owner.pk)
    assert EInvoice.objects.get().owner == owner
    with pytest.raises(BadInput):
        waive_einvoices(By(colleague), einvoice_ids=[found.pk], reason=" ")
    waive_einvoices(By(colleague), einvoice_ids=[found.pk], reason="Sent on paper")
    settled = EInvoice.objects.get()
    assert (settled.state, settled.reason, settled.opened_at) == ("waived", "Sent on paper", None)
    EInvoice.objects.update(state="sent", revision=1)
    with pytest.raises(NotWaivable):
        waive_einvoices(By(colleague), einvoice_ids=[found.pk], reason="Again")


def test_a_request_asks_as_much_for_one_as_for_many(trade: Trade, colleague: Actor) -> None:
    wants(trade)
    ids = [posted(trade).pk for _ in range(4)]
    asked = []
    for chunk in (ids[:1], ids[1:]):
        with count_statements() as counted:
            assert len(request_einvoices(By(colleague), invoice_ids=chunk).einvoice_ids) == len(chunk)
        asked.append(counted.statements)
    assert asked[0] == asked[1] <= 6
    assert request_einvoices(By(colleague), invoice_ids=ids).einvoice_ids == []


@pytest.mark.django_db(transaction=True)
def test_a_redelivered_task_archives_once(trade: Trade) -> None:
    wants(trade)
    invoice = posted(trade)
    assert deliver(REQUEST).failed == 0
    found = standing(invoice)
    making = make_einvoice(Invoice.objects.get(pk=invoice.pk), "ubl")

    def keep(_: int) -> str:
        with transaction.atomic(durable=True):
            batch = Batch(Actor.system("worker"), now())
            keep_einvoice(batch, einvoice_id=found.pk, made=making)
            batch.close()
        return "kept"

    assert run_concurrently(keep, range(6)) == ["kept"] * 6
    assert deliver(MAKE).failed == 0
    assert (standing(invoice).state, standing(invoice).revision) == ("sent", 1)
    assert EInvoiceDocument.objects.count() == 1
    deliver("orders.messages.deliver_documents")
    assert len(mail.outbox) == 1


# Pages and programs --------------------------------------------------------------------------------


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
