"""Take in what a supplier charges or credits: typed, by a program, out of a file, or as an e-invoice."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from billing.payables.actions.match_supplier_invoices import ONCE
from billing.payables.capturing import Captured, InvoiceLine, Tax, captured, write_lines, written
from billing.payables.matching import lock_invoices, match_and_post
from billing.payables.models import SupplierInvoice
from billing.payables.permissions import CAPTURE_INVOICE
from billing.payables.reads import SUPPLIER
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound


@command("billing.capture_supplier_invoice", conflicts=ONCE)
def capture_supplier_invoice(
    batch: Batch,
    *,
    supplier_id: int,
    kind: str,
    reference: str,
    issued_on: date,
    lines: Sequence[InvoiceLine],
    taxes: Sequence[Tax],
    net: Decimal,
    tax: Decimal,
    gross: Decimal,
    currency: str = "",
    due_on: date | None = None,
    source: str = SupplierInvoice.Source.TYPED.value,
) -> Captured:
    """Enter an invoice or credit note as it is written, match it, and post it if nothing is found.

    Amounts are those of the document, above zero also on a credit note; what does not add up is an exception, no
    refusal, since the paper is there. No currency: the supplier's. No due date: by the supplier's terms. Raises
    NotFound, BadInput, NotChargeable, NoOpenPeriod.
    """
    rows = batch.read(SUPPLIER, batch.now, supplier_id)
    if not rows:
        raise NotFound(what="supplier", reference=supplier_id)
    ((company_id, own_currency, days, today, invoice_id),) = rows
    batch.actor.require(CAPTURE_INVOICE, company=company_id)
    header = written(
        kind=kind,
        reference=reference,
        issued_on=issued_on,
        due_on=due_on,
        days=days,
        today=today,
        currency=currency.strip().upper() or own_currency,
        figures=(net, tax, gross),
    )
    batch.insert(
        SupplierInvoice,
        id=invoice_id,
        number=f"AP-{invoice_id}",
        company=company_id,
        supplier=supplier_id,
        source=source,
        state=SupplierInvoice.State.WAITING.value,
        captured_at=batch.now,
        captured_by=batch.actor.name,
        **header,
    )
    write_lines(batch, invoice_id, company_id, lines, taxes)
    batch.decide(
        "billing.capture_supplier_invoice", SupplierInvoice, invoice_id, {"lines": len(lines), "gross": gross}
    )
    outcome = match_and_post(batch, lock_invoices(batch, [invoice_id]))
    return captured(invoice_id, outcome)
