"""From the posted document to the customer: made, found valid, archived once, sent."""

import hashlib
import io
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from pypdf import PdfReader

from billing.einvoice.actions.keep_einvoice import keep_einvoice
from billing.einvoice.actions.request_einvoices import request_einvoices
from billing.einvoice.actions.send_einvoice import send_einvoice
from billing.einvoice.errors import NotSendable
from billing.einvoice.making import make_einvoice
from billing.einvoice.models import EInvoice, EInvoiceDocument
from billing.einvoice.reader import read_einvoice
from billing.invoicing.actions.credit_invoice import credit_invoice
from billing.models import Invoice
from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import BadInput
from erp.kernel.outbox import deliver
from erp.kernel.proofs import prove
from masterdata.models import TaxCode
from tests.billing.einvoice.house import MAKE, REQUEST, made, posted, standing, wants
from tests.billing.einvoice.kinds import fatal, referee
from tests.support import count_statements, run_concurrently
from tests.trade import Trade


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
