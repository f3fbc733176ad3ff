"""Posted documents of customers that want e-invoices are to be made into them."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.einvoice.events import EInvoiceRequested
from billing.einvoice.permissions import WORK_EINVOICE
from billing.einvoice.reads import REQUEST
from erp.kernel.batch import Batch
from erp.kernel.command import command


@dataclass(frozen=True, slots=True)
class Requested:
    """E-invoices that will be made now; not those that were requested before."""

    einvoice_ids: list[int]


@command("billing.request_einvoices")
def request_einvoices(batch: Batch, *, invoice_ids: Sequence[int]) -> Requested:
    """Request an e-invoice for each of these documents whose payer wants one. Twice changes nothing.

    Statements do not depend on the number of documents. Raises NotPermitted.
    """
    rows = batch.read(REQUEST, batch.now, batch.now, sorted(set(invoice_ids)))
    for company_id, site_id in sorted({(company_id, site_id) for _, company_id, site_id in rows}):
        batch.actor.require(WORK_EINVOICE, company=company_id, site=site_id)
    ids = [row[0] for row in rows]
    batch.publish(*(EInvoiceRequested(einvoice_id=pk) for pk in ids))
    return Requested(ids)
