"""What is posted becomes an e-invoice for whoever wants one: requested with the invoice's event, made apart from it."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _

from billing.einvoice.actions.keep_einvoice import keep_einvoice
from billing.einvoice.actions.request_einvoices import request_einvoices
from billing.einvoice.events import EInvoiceRequested
from billing.einvoice.making import make_einvoice
from billing.einvoice.models import EInvoice
from billing.einvoice.reads import TROUBLES
from billing.invoicing.events import InvoicePosted
from billing.invoicing.models import Invoice
from erp.kernel.batch import Batch
from erp.kernel.events import apart, on
from orders.exceptions.sources import source

source(
    "einvoice", _("E-invoice refused"), "warn", days=2, url="billing:einvoice", read_only=True, sql=TROUBLES
)


@on(InvoicePosted, queue="billing", size=500)
def request_posted(batch: Batch, events: Sequence[InvoicePosted]) -> None:
    """Up to a chunk of documents with one statement."""
    request_einvoices.inside(batch, invoice_ids=[event.invoice_id for event in events])


@apart(EInvoiceRequested, queue="reports")
def make_requested(event: EInvoiceRequested) -> Callable[[Batch], None] | None:
    """Make and validate it outside of any transaction, then keep it, once."""
    wanted = EInvoice.objects.filter(pk=event.einvoice_id, state=EInvoice.State.PENDING).first()
    if wanted is None:
        return None
    invoices = Invoice.objects.select_related(
        "company", "bill_to__party", "bill_to__terms", "order__ship_to", "shipment", "credits"
    )
    made = make_einvoice(invoices.get(pk=wanted.invoice_id), wanted.format)
    return lambda batch: keep_einvoice(batch, einvoice_id=wanted.pk, made=made)
