"""Put right what was entered, as long as the invoice waits."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.payables.actions.match_supplier_invoices import ONCE
from billing.payables.capturing import Captured, InvoiceLine, Tax, captured, write_lines, written
from billing.payables.errors import NotWaiting
from billing.payables.matching import LockedInvoice, lock_invoices, match_and_post
from billing.payables.models import SupplierInvoice
from billing.payables.permissions import CAPTURE_INVOICE
from billing.payables.reads import DROP_LINES
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from masterdata.records import locked_at

State = SupplierInvoice.State


@command("billing.correct_supplier_invoice", conflicts=ONCE)
def correct_supplier_invoice(
    batch: Batch,
    *,
    invoice_id: int,
    version: int,
    kind: str,
    reference: str,
    issued_on: date,
    lines: Sequence[InvoiceLine],
    taxes: Sequence[Tax],
    net: Decimal,
    tax: Decimal,
    gross: Decimal,
    currency: str,
    due_on: date,
) -> Captured:
    """Enter an invoice that waits anew, match it, and post it if nothing is found.

    What was accepted of the former version is to be decided again. Raises NotFound, NotWaiting, StaleVersion with the
    header's differences, and what entering refuses.
    """
    one = waiting_invoice(batch, invoice_id)
    batch.actor.require(CAPTURE_INVOICE, company=one.company_id)
    header = written(
        kind=kind,
        reference=reference,
        issued_on=issued_on,
        due_on=due_on,
        days=0,
        today=one.today,
        currency=currency.strip().upper(),
        figures=(net, tax, gross),
    )
    locked_at(SupplierInvoice.objects.all(), invoice_id, version, header)
    batch.write(DROP_LINES, invoice_id, invoice_id)
    batch.update(SupplierInvoice, [invoice_id], **header, add={"version": 1})
    write_lines(batch, invoice_id, one.company_id, lines, taxes)
    batch.decide(
        "billing.correct_supplier_invoice", SupplierInvoice, invoice_id, {"lines": len(lines), "gross": gross}
    )
    return captured(invoice_id, match_and_post(batch, lock_invoices(batch, [invoice_id])))


def waiting_invoice(batch: Batch, invoice_id: int) -> LockedInvoice:
    """The invoice, locked, if it waits. Raises NotFound, NotWaiting."""
    found = lock_invoices(batch, [invoice_id])
    if not found:
        raise NotFound(what=_("supplier invoice"), reference=invoice_id)
    (one,) = found
    if one.state != State.WAITING:
        raise NotWaiting(invoice=one.number, state=State(one.state).label.lower())
    return one
