"""Credit an invoice, or quantities of its lines: another numbered document that mirrors them (BI04).

The billables stay billed: a credited delivery is never charged again by the rules. Who delivers or charges anew
does so on a new order line, so that every charge and every credit keeps its own source line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.invoicing.crediting import CreditableLine, Memo, Original, Share, creditable_lines, post_memos
from billing.invoicing.errors import AlreadyCredited, NotCreditable, OwnInvoice
from billing.invoicing.models import Invoice
from billing.invoicing.reads import CREDIT_BOOKS, LOCK_INVOICES
from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.stock.errors import NoOpenPeriod

CREDIT = permit("billing.credit_invoice", "finance", "process_owner")
SYSTEM = "system:"


@dataclass(frozen=True, slots=True)
class CreditLine:
    """A quantity of one invoice line to credit, in the item's stock unit."""

    line_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Credited:
    """The credit memo, and how much of the invoice's open amount it settled."""

    credit_memo_id: int
    settled: Decimal


@command("billing.credit_invoice")
def credit_invoice(
    batch: Batch, *, invoice_id: int, reason: str, lines: Sequence[CreditLine] = ()
) -> Credited:
    """Issue a credit memo over what of an invoice is not credited yet, or over the quantities named of it.

    Taxes, journal and receivable mirror the invoice's. What of the invoice is open is settled with it at once; what
    was paid leaves the memo open, to be used by a later payment. Raises AlreadyCredited, NotCreditable, OwnInvoice
    (whoever issued it; system runs belong to nobody), BadInput.
    """
    if not reason.strip():
        raise BadInput(field="reason", reason="say why the invoice is credited.")
    prepared = prepare_memo(batch, invoice_id=invoice_id, lines=lines)
    memo = prepared.memo
    post_memos(
        batch,
        [memo],
        verb="billing.credit_invoice",
        accounting_on=prepared.accounting_on,
        credit_ids=prepared.credit_ids,
        reason=reason.strip()[:200],
    )
    return Credited(memo.id, memo.settled)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A memo that may be posted, with the books that are held for it."""

    memo: Memo
    accounting_on: date
    credit_ids: Sequence[int]


def prepare_memo(batch: Batch, *, invoice_id: int, lines: Sequence[CreditLine]) -> Prepared:
    """Hold an invoice and the books, and say what a memo over these lines (none: all that is left) comes to.

    Raises as `credit_invoice` does.
    """
    rows = batch.read(LOCK_INVOICES, [invoice_id])
    if not rows:
        raise NotFound(what="invoice", reference=invoice_id)
    original = Original(*rows[0])
    batch.actor.require(CREDIT, company=original.company_id, site=original.site_id)
    if original.kind != Invoice.Kind.INVOICE:
        raise NotCreditable(invoice=original.number)
    ((accounting_on, credit_ids, memo_number),) = batch.read(
        CREDIT_BOOKS, batch.now, original.company_id, original.bill_to_id, invoice_id
    )
    found = creditable_lines(batch, [invoice_id])
    if not any(line.left for line in found.values()):
        raise AlreadyCredited(invoice=original.number, credit_memo=memo_number)
    refuse_own(batch, original)
    if accounting_on is None:
        raise NoOpenPeriod(company=original.company_id, on=batch.now.date())
    return Prepared(Memo(original, _shares(original, found, lines)), accounting_on, credit_ids)


def refuse_own(batch: Batch, original: Original) -> None:
    """Raise OwnInvoice when whoever issued an invoice by hand would credit it."""
    if original.posted_by == batch.actor.name and not original.posted_by.startswith(SYSTEM):
        raise OwnInvoice(invoice=original.number)


def _shares(original: Original, found: dict[int, CreditableLine], lines: Sequence[CreditLine]) -> list[Share]:
    if not lines:
        return [line.credit(line.left, original.currency) for line in found.values() if line.left]
    if len({line.line_id for line in lines}) < len(lines):
        raise BadInput(field="lines", reason="name each line once.")
    for line in lines:
        if line.line_id not in found:
            raise BadInput(field="lines", reason=f"{original.number} has no line {line.line_id}.")
        left = found[line.line_id].left
        if not 0 < line.quantity <= left or line.quantity != round(line.quantity, 6):
            raise BadInput(
                field="lines",
                reason=f"of line {found[line.line_id].line} above zero and at most {left.normalize():f} are left.",
            )
    return [found[line.line_id].credit(line.quantity, original.currency) for line in lines]
