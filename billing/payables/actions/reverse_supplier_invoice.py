"""Take a posted invoice back by a document of its own: nothing of what was written changes."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing.ledger.actions.post_journals import Entry, mirror, post_journals
from billing.ledger.models import Journal
from billing.payables.errors import AlreadyPaid, CreditedSince, NotPosted, StillUnmappedPosting
from billing.payables.models import GoodsMatch, Payable, SupplierInvoice, SupplierInvoiceReversal
from billing.payables.permissions import REVERSE_SUPPLIER_INVOICE
from billing.payables.posting import move_accruals
from billing.payables.reads import LOCK_PAYABLE, MATCHES, POSTED
from billing.payables.rules import Share
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.stock.errors import NoOpenPeriod
from inventory.stock.reads import PERIOD

State = SupplierInvoice.State


@dataclass(frozen=True, slots=True)
class ReversedInvoice:
    reversal_id: int
    number: str


@command("billing.reverse_supplier_invoice")
def reverse_supplier_invoice(batch: Batch, *, invoice_id: int, reason: str) -> ReversedInvoice:
    """Post the mirror of an invoice of which nothing is settled; what it cleared is open again.

    Its number is free for the right one. Raises NotFound, NotPosted, AlreadyPaid, CreditedSince, StillUnmappedPosting,
    NoOpenPeriod, BadInput.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise BadInput(field="reason", reason=_("say why it is taken back."))
    rows = batch.read(POSTED, invoice_id)
    if not rows:
        raise NotFound(what=_("supplier invoice"), reference=invoice_id)
    ((number, company_id, currency, state, journal_id, in_suspense, reversal_id),) = rows
    batch.actor.require(REVERSE_SUPPLIER_INVOICE, company=company_id)
    if state != State.POSTED:
        raise NotPosted(invoice=number, state=State(state).label.lower())
    if in_suspense:
        raise StillUnmappedPosting(invoice=number)
    ((payable_id, amount, left),) = batch.read(LOCK_PAYABLE, invoice_id)
    if left != amount:
        raise AlreadyPaid(invoice=number, paid=abs(amount - left), currency=currency)
    period = batch.read(PERIOD, batch.now, company_id)
    if not period:
        raise NoOpenPeriod(company=company_id, on=batch.now.date())
    matches = batch.read(MATCHES, invoice_id)
    if any(leans for *_rest, leans in matches):
        raise CreditedSince(invoice=number)
    back = [
        Share(line_id, accrual_id, -quantity, -cleared, -net)
        for line_id, accrual_id, quantity, cleared, net, _leans in matches
    ]
    reversal = f"APR-{reversal_id}"
    batch.insert(
        SupplierInvoiceReversal,
        id=reversal_id,
        number=reversal,
        company=company_id,
        invoice=invoice_id,
        reason=reason,
        reversed_at=batch.now,
        reversed_by=batch.actor.name,
    )
    move_accruals(batch, back)
    batch.insert(
        GoodsMatch,
        line=[share.line_id for share in back],
        accrual=[share.accrual_id for share in back],
        reversal=reversal_id,
        quantity=[share.quantity for share in back],
        cleared=[share.cleared for share in back],
        net=[share.net for share in back],
    )
    batch.update(Payable, [payable_id], open=0)
    batch.update(SupplierInvoice, [invoice_id], state=State.REVERSED.value, add={"version": 1})
    post_journals(
        batch,
        [
            Entry(
                kind=Journal.Kind.SUPPLIER.value,
                company_id=company_id,
                currency=currency,
                source="billing.supplierinvoicereversal",
                source_id=reversal_id,
                effective_at=batch.now,
                accounting_on=period[0][0],
                amounts=mirror(batch, journal_id),
                reverses_id=journal_id,
            )
        ],
    )
    batch.decide(
        "billing.reverse_supplier_invoice",
        SupplierInvoice,
        invoice_id,
        {"reason": reason, "reversal": reversal},
    )
    return ReversedInvoice(reversal_id, reversal)
