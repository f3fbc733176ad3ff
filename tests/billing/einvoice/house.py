"""A customer who wants e-invoices, a seller who can be named on them, and the workers who make them."""

from typing import Any

from billing.einvoice.models import EInvoice
from billing.models import Invoice
from erp.kernel.outbox import deliver
from masterdata.models import Company, Customer, EInvoiceProfile, SellerDetails
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
